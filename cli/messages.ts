/**
 * @file What is said beside the results, on standard error, and the results themselves, on standard output.
 */

import { refuse } from "../node/destination.js";
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

  note(text: string): void {
    if (this.quiet) return;
    if (this.#held) this.#held.push(text);
    else this.#write(text);
  }

  /** Draws over what was drawn last: for a terminal. */
  draw(text: string): void {
    process.stderr.write(`\r${text.padEnd(this.#drawn)}`);
    this.#drawn = text.length;
  }

  /** Leaves the line that was drawn. */
  endLine(): void {
    if (this.#drawn > 0) process.stderr.write("\n");
    this.#drawn = 0;
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
