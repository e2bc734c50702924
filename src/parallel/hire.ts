/**
 * @file One worker of the team: its program is looked for where it may be, and its mail is kept until it has started.
 */
import { workerSources } from "../worker-source.js";
import type { Hiring } from "./control.js";
import { startThread, type Thread } from "./platform.js";

export interface Hired {
  post(message: unknown): void;
  /** True if its thread has ended, asked by a caller who has waited for it so many milliseconds and lets no event in. */
  hasEnded(waited: number): boolean;
  terminate(): void;
}

/**
 * A worker that may begin before this thread hears its answer.
 * @param onLost told once, at a later turn of the event loop, if no thread could be started or it has ended by itself.
 */
export function hire(hiring: Hiring, onLost: () => void): Hired {
  const sources = workerSources();
  let thread: Thread | undefined;
  /** Messages that a thread from another source would have to be told; none once this one has answered. */
  let mail: unknown[] | undefined = [hiring];
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
          if (sameVersion === true) mail = undefined;
          else tryNext();
        },
        onEnd() {
          if (thread !== started || over) return;
          if (mail) tryNext();
          else lose();
        },
      });
      thread = started;
      for (const message of mail!) started.post(message);
    } catch {
      tryNext();
    }
  };

  tryNext();
  return {
    post(message) {
      mail?.push(message);
      thread?.post(message);
    },
    hasEnded: (waited) => thread?.hasEnded(waited) ?? false,
    terminate: end,
  };
}
