/**
 * @file One worker of the team: its program is looked for where it may be, and its mail is kept until it has started.
 */
import { workerSources } from "../worker-source.js";
import type { Hiring } from "./control.js";
import { startThread, type Thread } from "./platform.js";

export interface Hired {
  post(message: unknown): void;
  /** Whether its thread has ended; known before this thread lets the event in. */
  hasEnded(): boolean;
  terminate(): void;
}

/**
 * The worker gets no mail before it has answered and this thread has heard it: only then can be seen that it ends.
 * @param onLost told once, at a later turn of the event loop, if no thread could be started or it has ended by itself.
 */
export function hire(hiring: Hiring, onLost: () => void): Hired {
  const sources = workerSources();
  let thread: Thread | undefined;
  /** Until the thread has answered. */
  let mail: unknown[] | undefined = [];
  let over = false;

  const end = () => {
    over = true;
    mail = undefined;
    thread?.terminate();
  };
  const lose = () => {
    if (over) return;
    end();
    onLost();
  };
  const begin = () => {
    for (const message of mail!) thread!.post(message);
    mail = undefined;
  };
  const tryNext = () => {
    thread?.terminate();
    thread = undefined;
    const source = sources.shift();
    if (!source) queueMicrotask(lose);
    else if ("url" in source) start(source.url);
    else
      source.code().then(
        (code) => {
          if (code === undefined) tryNext();
          else if (!over) start(code);
        },
        () => tryNext(),
      );
  };
  const start = (program: URL | string) => {
    try {
      const started: Thread = startThread(program, {
        onMessage(sameVersion) {
          if (thread !== started || over) return;
          if (sameVersion === true) begin();
          else tryNext();
        },
        onEnd() {
          if (thread !== started || over) return;
          if (mail) tryNext();
          else lose();
        },
      });
      thread = started;
      thread.post(hiring);
    } catch {
      tryNext();
    }
  };

  tryNext();
  return {
    post(message) {
      if (mail) mail.push(message);
      else thread?.post(message);
    },
    hasEnded: () => thread?.hasEnded() ?? false,
    terminate: end,
  };
}
