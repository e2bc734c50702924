/**
 * @file Notes beside the results, on standard error.
 */
import { printable } from "../panels/printable.js";
import type { Terminal } from "./terminal.js";

/**
 * Notes for whoever sits at the terminal; `--quiet` silences them. They are held back until the work is seen to go
 * well, so that where it does not, the error is all there is to read.
 */
export class Messages {
  readonly terminal: Terminal;
  readonly quiet: boolean;
  #held: string[] | undefined = [];
  #drawn = 0;

  constructor(terminal: Terminal, { quiet = false }: { quiet?: boolean }) {
    this.terminal = terminal;
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
    this.terminal.stderr.write(`\r${shown.padEnd(this.#drawn)}`);
    this.#drawn = shown.length;
  }

  /** Leaves the line that was drawn. */
  endLine(): void {
    if (this.#drawn > 0) this.terminal.stderr.write("\n");
    this.#drawn = 0;
  }

  #say(text: string): void {
    if (this.quiet) return;
    if (this.#held) this.#held.push(text);
    else this.#write(text);
  }

  #write(text: string): void {
    this.endLine();
    this.terminal.stderr.write(`${text}\n`);
  }

  /** Says what was held back, and from now on everything at once. */
  release(): void {
    for (const text of this.#held ?? []) this.#write(text);
    this.#held = undefined;
  }
}
