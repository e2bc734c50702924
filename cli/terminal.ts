/**
 * @file One run of the command and all it has of the world: words, streams, environment, signals, an exit code.
 *
 * Nothing else in the command line looks at the process or keeps what outlives a run, so that runs in one process know
 * nothing of each other. All that goes to standard error passes through here, and what comes from files and arguments is
 * made printable before.
 */
import type { ByteSink, StandardStreams } from "../node/standard-streams.js";
import { printable } from "../panels/printable.js";
import { EXIT } from "./exit.js";
import { Interrupts, type SignalSource } from "./interrupt.js";

/** Standard output or error, which may be a window that somebody looks at. */
export interface Screen extends ByteSink {
  readonly isTTY?: boolean;
  /** Characters in a line of the window. */
  readonly columns?: number;
}

/** All that a run is given beside its words; the process is one. `exit` ends at once whatever is under way. */
export interface Surroundings extends StandardStreams, SignalSource {
  readonly stdout: Screen;
  readonly stderr: Screen;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export class Terminal implements StandardStreams {
  /** Those after the command's own name. */
  readonly words: readonly string[];
  readonly interrupts: Interrupts;
  /** Exit code of the run, unless it fails. */
  exitCode: number = EXIT.done;
  readonly #surroundings: Surroundings;

  constructor(words: readonly string[], surroundings: Surroundings) {
    this.words = words;
    this.#surroundings = surroundings;
    this.interrupts = new Interrupts(surroundings, (message, exitCode) => {
      this.complain(message);
      this.exitCode = exitCode;
    });
  }

  get stdin(): AsyncIterable<Uint8Array> {
    return this.#surroundings.stdin;
  }

  get stdout(): Screen {
    return this.#surroundings.stdout;
  }

  get stderr(): Screen {
    return this.#surroundings.stderr;
  }

  get env(): Surroundings["env"] {
    return this.#surroundings.env;
  }

  /** Says what went wrong, or how the run ended, in one line; `--quiet` does not silence it. */
  complain(message: string): void {
    this.stderr.write(`unlabeled: ${printable(message)}\n`);
  }

  /**
   * Writes a result to standard output, and waits until it is taken. Whoever has had enough of it, as `head` has, ends the
   * run: that is no error.
   * @throws RangeError if the system refuses, as it does where standard output is a file on a disk that is full.
   */
  async print(content: string | Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.stdout.write(content, (error) => (error ? reject(error) : resolve()));
    }).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") {
        const { refuse } = await import("../node/destination.js");
        return refuse("standard output", error);
      }
      this.#surroundings.exit(EXIT.done);
      // Nothing of this run goes on, even where others do.
      return new Promise<never>(() => {});
    });
  }
}
