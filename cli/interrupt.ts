/**
 * @file Ctrl-C, SIGTERM and SIGHUP while something is under way: the first asks to stop, where somebody listens; else, and
 * the second time, the run ends at once.
 */
import { STOPPED } from "./exit.js";

export type StopSignal = keyof typeof STOPPED;
const SIGNALS = Object.keys(STOPPED) as StopSignal[];

/** Gives the signals, and can end at once whatever is under way, as the process does. */
export interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  exit(code: number): unknown;
}

interface Asked {
  readonly controller: AbortController;
  onFirst(): void;
}

/** The signals of one run. */
export class Interrupts {
  readonly #source: SignalSource;
  readonly #report: (message: string, exitCode: number) => void;
  #listening: Asked | undefined;
  #state: (() => string) | undefined;
  #exitCode: number = STOPPED.SIGINT;

  /** @param report says how the run ended, and keeps its exit code. */
  constructor(source: SignalSource, report: (message: string, exitCode: number) => void) {
    this.#source = source;
    this.#report = report;
  }

  /**
   * From now on a signal ends the run in order: temporary files are removed, and one line says what there is.
   * @param said what has been written, or that nothing is.
   * @returns what takes this back.
   */
  hear(said: () => string): () => void {
    this.#state = said;
    for (const signal of SIGNALS) this.#source.on(signal, this.#onSignal);
    return () => {
      this.#state = undefined;
      for (const signal of SIGNALS) this.#source.off(signal, this.#onSignal);
    };
  }

  readonly #onSignal = (signal: StopSignal): void => {
    this.#exitCode = STOPPED[signal];
    if (this.#listening && !this.#listening.controller.signal.aborted) {
      this.#listening.controller.abort();
      this.#listening.onFirst();
      return;
    }
    this.end();
    this.#source.exit(this.#exitCode);
  };

  /** Says that the run was interrupted and what is written, and sets the exit code that says so too. */
  end(): undefined {
    this.say(`, ${this.#state?.() ?? "nothing is written"}`);
  }

  /** The same, with what there is to say. */
  say(what: string): undefined {
    this.#report(`interrupted${what}`, this.#exitCode);
  }

  /**
   * Runs work that stops when its signal is raised, by the first of our signals.
   * @param onFirst says what happens now.
   */
  async during<T>(onFirst: () => void, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const asked = { controller: new AbortController(), onFirst };
    this.#listening = asked;
    try {
      return await run(asked.controller.signal);
    } finally {
      this.#listening = undefined;
    }
  }
}
