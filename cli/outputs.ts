/**
 * @file The files of a run: opened together before the work, so that what would refuse one is told at once, and put in
 * their places together after it.
 */
import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { destinationOf } from "../node/destination.js";
import { messageOf, oneLine } from "../node/error-text.js";
import { type Output, openOutput, type WriteOptions } from "../node/output.js";
import { rescue } from "../node/rescue.js";
import { UsageError } from "./exit.js";
import { Messages } from "./messages.js";
import type { Terminal } from "./terminal.js";

type Path = string | undefined;
type Bytes = Uint8Array | string;

/** A file that is made in pieces while it is written, and its size as people count it: `150 rows × 3 columns`. */
export interface Sized {
  /** Makes them afresh whenever it is called. */
  readonly pieces: () => AsyncIterable<Uint8Array>;
  readonly size: string;
}

/**
 * Writes one output of those that were opened, or to standard output if there is no path.
 * @param content makes what is written; if that fails, the other outputs are written all the same.
 */
export type Put = (path: string | undefined, content: () => Content | Promise<Content>) => Promise<void>;
type Content = Bytes | Sized;

/**
 * Runs a verb that writes: whatever it has opened and not written is gone when it ends, however it ends.
 * @param written paths to open, as far as there are any. @param read paths of inputs; `-` is standard input.
 */
export async function withOutputs(
  terminal: Terminal,
  flags: { readonly quiet?: boolean; readonly force?: boolean; readonly json?: boolean },
  { written = [], read = [] }: { written?: readonly Path[]; read?: readonly Path[] },
  run: (outputs: Outputs, messages: Messages) => Promise<void>,
): Promise<void> {
  const outputs = new Outputs(terminal, flags);
  const deaf = terminal.interrupts.hear(() => outputs.summary);
  const inputs = read.filter((path): path is string => path !== undefined && path !== "-");
  try {
    for (const path of written) await outputs.open(path, { force: flags.force, inputs });
    await run(outputs, new Messages(terminal, flags));
  } finally {
    await outputs.abandon();
    deaf();
  }
}

/** A content could not be made: there is nothing to be kept elsewhere. */
class NotMade extends Error {}

async function* asMade(pieces: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  try {
    yield* pieces;
  } catch (cause) {
    throw new NotMade("a content that could not be made", { cause });
  }
}

async function* only(bytes: Bytes): AsyncGenerator<Bytes> {
  yield bytes;
}

const isSized = (content: Content): content is Sized => typeof content === "object" && "pieces" in content;

export class Outputs {
  readonly #terminal: Terminal;
  readonly #open = new Map<string, Output>();
  /** The path given for every place that is written to. */
  readonly #places = new Map<string, string>();
  readonly #written = new Set<string>();
  readonly #announced: boolean;

  /** @param json says what is written itself; else every file is told of in a note. */
  constructor(terminal: Terminal, { json = false }: { readonly json?: boolean } = {}) {
    this.#terminal = terminal;
    this.#announced = !json;
  }

  /**
   * Opens an output; nothing for no path.
   * @param inputs paths that are read.
   * @throws RangeError as `openOutput`; UsageError if it is one of the inputs, or another output.
   */
  async open(
    path: string | undefined,
    { inputs = [], ...options }: WriteOptions & { readonly inputs?: readonly string[] },
  ): Promise<void> {
    if (path === undefined) return;
    const destination = await destinationOf(path);
    if (destination.kind === "file") {
      const { place } = destination;
      for (const input of inputs)
        if (place === (await realpath(input).catch(() => resolve(input))))
          throw new UsageError(`${path}: the output is the same file as the input`);
      const other = this.#places.get(place);
      if (other !== undefined) throw new UsageError(`${path}: is the same file as the output ${other}`);
      this.#places.set(place, path);
    }
    this.#open.set(path, await openOutput(path, options, this.#terminal));
  }

  /**
   * Writes the results of work that went well, puts them in their places and says so. What cannot be written is kept
   * elsewhere; a signal that asks to stop waits until this is done.
   * @throws Error in one line for all outputs that are not where they were wanted.
   */
  async finish(messages: Messages, results: (put: Put) => Promise<void>): Promise<void> {
    messages.release();
    const failures: string[] = [];
    const written: string[] = [];
    const put: Put = async (path, content) => {
      try {
        const made = await content();
        const { pieces, size } = isSized(made) ? made : { pieces: () => only(made), size: undefined };
        await this.#write(path, pieces).catch(async (error) => {
          if (error instanceof NotMade) throw error.cause;
          const { said } = await rescue(path ?? "standard-output.csv", pieces(), error);
          throw new Error(said, { cause: error });
        });
        if (path !== undefined) written.push(size === undefined ? path : `${path}, ${size}`);
      } catch (error) {
        failures.push(oneLine(messageOf(error)));
      }
    };
    await this.#terminal.interrupts.during(
      () => messages.note("writing what is done (Ctrl-C again: stops at once)"),
      () => results(put),
    );
    if (failures.length > 0) throw new Error(failures.join("; "));
    if (this.#announced) for (const path of written) messages.note(`wrote ${path}`);
  }

  async #write(path: string | undefined, pieces: () => AsyncIterable<Bytes>): Promise<void> {
    const made = asMade(pieces());
    if (path === undefined) {
      for await (const piece of made) await this.#terminal.print(piece);
      return;
    }
    const output = this.#open.get(path)!;
    try {
      for await (const piece of made) await output.write(piece);
      await output.commit();
      this.keeps(path);
    } finally {
      await output.abandon();
    }
  }

  /** Words that say what there is now, if the run ends here. */
  get summary(): string {
    return this.#written.size === 0 ? "nothing is written" : `written: ${[...this.#written].join(", ")}`;
  }

  /** A file that is written by others, such as a checkpoint, is there from now on. */
  keeps(path: string): void {
    this.#written.add(path);
  }

  /** It is there no longer. */
  drops(path: string): void {
    this.#written.delete(path);
  }

  async abandon(): Promise<void> {
    // The last first: the first may have made the folder for all of them.
    for (const output of [...this.#open.values()].reverse()) await output.abandon();
  }
}
