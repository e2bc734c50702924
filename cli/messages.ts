/**
 * @file What is said beside the results, on standard error, and the results themselves, on standard output.
 *
 * Everything on standard error passes through here, and what comes from files and arguments is made printable here.
 */
import { refuse } from "../node/destination.js";
import { printable } from "../panels/printable.js";
import { EXIT } from "./exit.js";

/**
 * Notes for whoever sits at the terminal; `--quiet` silences them. They are held back until the work is seen to go
 * well, so that where it does not, the error is all there is to read.
 */
export class Messages {
  readonly quiet: boolean;
  #held: string[] | undefined = [];
  #drawn = 0;

  constructor({ quiet = false }: { quiet?: boolean }) {
    this.quiet = quiet;
  }

  /** One line. */
  note(text: string): void {
    this.#say(printable(text));
  }

  /** The lines of a `textTable`, whose cells are printable. */
  table(text: string): void {
    this.#say(text.trimEnd());
  }

  /** Draws over what was drawn last: for a terminal. */
  draw(text: string): void {
    const shown = printable(text);
    process.stderr.write(`\r${shown.padEnd(this.#drawn)}`);
    this.#drawn = shown.length;
  }

  /** Leaves the line that was drawn. */
  endLine(): void {
    if (this.#drawn > 0) process.stderr.write("\n");
    this.#drawn = 0;
  }

  #say(text: string): void {
    if (this.quiet) return;
    if (this.#held) this.#held.push(text);
    else this.#write(text);
  }

  #write(text: string): void {
    this.endLine();
    process.stderr.write(`${text}\n`);
  }

  /** Says what was held back, and from now on everything at once. */
  release(): void {
    for (const text of this.#held ?? []) this.#write(text);
    this.#held = undefined;
  }
}

/** Says what went wrong, or how the run ended, in one line; `--quiet` does not silence it. */
export function complain(message: string): void {
  process.stderr.write(`unlabeled: ${printable(message)}\n`);
}

/**
 * Writes a result, and waits until it is taken. Whoever has had enough of it, as `head` has, ends the run: that is no error.
 * @throws RangeError if the system refuses, as it does where standard output is a file on a disk that is full.
 */
export async function printResult(content: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(content, (error) => (error ? reject(error) : resolve()));
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.done);
    refuse("standard output", error);
  });
}
