/**
 * @file Ctrl-C, SIGTERM and SIGHUP while something is under way: the first asks to stop, where somebody listens; else, and
 * the second time, the run ends at once.
 */
import { STOPPED } from "./exit.js";
import { complain } from "./messages.js";

type StopSignal = keyof typeof STOPPED;
const SIGNALS = Object.keys(STOPPED) as StopSignal[];

interface Asked {
  readonly controller: AbortController;
  onFirst(): void;
}

let listening: Asked | undefined;
let state: (() => string) | undefined;
let exitCode: number = STOPPED.SIGINT;

/**
 * From now on a signal ends the run in order: temporary files are removed, and one line says what there is.
 * @param said what has been written, or that nothing is.
 * @returns what takes this back.
 */
export function hearSignals(said: () => string): () => void {
  state = said;
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    state = undefined;
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}

function onSignal(signal: StopSignal): void {
  exitCode = STOPPED[signal];
  if (listening && !listening.controller.signal.aborted) {
    listening.controller.abort();
    listening.onFirst();
    return;
  }
  endInterrupted();
  process.exit();
}

/** Says that a run was interrupted and what is written, and sets the exit code that says so too. */
export function endInterrupted(): undefined {
  sayInterrupted(`, ${state?.() ?? "nothing is written"}`);
}

/** The same, with what there is to say. */
export function sayInterrupted(what: string): undefined {
  complain(`interrupted${what}`);
  process.exitCode = exitCode;
}

/**
 * Runs work that stops when its signal is raised, by the first of our signals.
 * @param onFirst says what happens now.
 */
export async function interruptible<T>(
  onFirst: () => void,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const asked = { controller: new AbortController(), onFirst };
  listening = asked;
  try {
    return await run(asked.controller.signal);
  } finally {
    listening = undefined;
  }
}
