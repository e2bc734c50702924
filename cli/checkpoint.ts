/**
 * @file The checkpoint beside a model in training: written now and then, and gone when the model is there.
 */
import { createHash } from "node:crypto";
import { unlink } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { messageOf, oneLine } from "../node/error-text.js";
import { rescue } from "../node/rescue.js";
import { checkWritable, writeFileAtomic } from "../node/write.js";
import { printable } from "../panels/printable.js";
import type { CheckpointRecord } from "../src/files/model-file.js";
import { UsageError } from "./exit.js";
import { flagOf } from "./flag-values.js";
import type { Messages } from "./messages.js";
import type { Outputs } from "./outputs.js";

const EVERY_MS = 30_000;

/** Bytes in a name on most file systems. */
const LONGEST_NAME = 255;
const ENDING = ".checkpoint.safetensors";

export class Checkpoint {
  /** `model.checkpoint.safetensors` for `model.safetensors`. */
  readonly path: string;
  readonly #resumed: boolean;
  readonly #outputs: Outputs;
  #savedAt = performance.now();
  #warned = false;

  /**
   * @param resumed the checkpoint that training goes on from.
   * @param outputs is told that the checkpoint is there.
   */
  constructor(output: string, resumed: string | undefined, outputs: Outputs) {
    this.path = checkpointPath(output);
    this.#resumed = resumed !== undefined && resolve(resumed) === resolve(this.path);
    this.#outputs = outputs;
  }

  /** @throws RangeError if somebody else's checkpoint would be overwritten. */
  async check(force: boolean): Promise<void> {
    if (force || this.#resumed) return;
    await checkWritable(this.path).catch(() => {
      throw new RangeError(
        `${this.path}: a checkpoint is there already (go on from it with --resume, or drop it with --force)`,
      );
    });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#savedAt = performance.now();
    await writeFileAtomic(this.path, bytes, { force: true });
    this.#outputs.keeps(this.path);
  }

  /** Writes if the last one is old enough; where that fails, training goes on. */
  async writeNowAndThen(make: () => Uint8Array, messages: Messages): Promise<void> {
    if (performance.now() - this.#savedAt < EVERY_MS) return;
    await this.#write(make()).catch((error) => {
      if (!this.#warned) messages.note(`${oneLine(messageOf(error))}; training goes on without a checkpoint`);
      this.#warned = true;
    });
  }

  /**
   * Keeps the last state of a training that ends here, if need be in the system's folder for temporary files.
   * @returns where it is and, with `here` before it, in words.
   */
  async keep(bytes: Uint8Array, here: string): Promise<{ said: string; kept: string | undefined }> {
    try {
      await this.#write(bytes);
      return { said: `${here} ${this.path}`, kept: this.path };
    } catch (error) {
      return rescue(this.path, bytes, error);
    }
  }

  /** Training is complete, and what is there from before, by `check`, is nothing to keep. */
  async remove(): Promise<void> {
    await unlink(this.path).catch(() => {});
    this.#outputs.drops(this.path);
  }
}

/** Beside the output, under its name; of a name that would become too long, what fits and a hash of it all. */
function checkpointPath(output: string): string {
  const stem = basename(output, extname(output));
  const room = LONGEST_NAME - ENDING.length;
  if (Buffer.byteLength(stem) <= room) return join(dirname(output), `${stem}${ENDING}`);
  const hash = createHash("sha256").update(stem).digest("hex").slice(0, 8);
  let kept = "";
  for (const character of stem) {
    if (Buffer.byteLength(kept + character) > room - hash.length - 1) break;
    kept += character;
  }
  return join(dirname(output), `${kept}-${hash}${ENDING}`);
}

/**
 * The share of the rows to hold out for validation: the one that was said, or, when going on, the one that was held out.
 * Seed and number of rows say which rows they are.
 * @throws UsageError for another share than the checkpoint's.
 */
export function heldOutShare(
  said: number | undefined,
  resumed: CheckpointRecord | undefined,
): number | undefined {
  if (!resumed) return said;
  const held = resumed.training?.validation?.rows ?? 0;
  const rows = resumed.data.rows + held;
  if (said !== undefined && resumed.training?.validation && Math.round(said * rows) !== held)
    throw new UsageError(
      `--validation ${said}: the checkpoint was trained with ${held} of ${rows} rows held out`,
    );
  return held > 0 ? held / rows : said;
}

/**
 * The command that goes on from a checkpoint: the one that was given, with its seed.
 * @param given arguments after the command's own name.
 */
export function resumeCommand(given: readonly string[], seed: number, checkpoint: string): string {
  const kept = withoutFlag(given, flagOf("resume"));
  const seeded = kept.some((word) => word === "--seed" || word.startsWith("--seed="));
  const words = [...kept, ...(seeded ? [] : ["--seed", String(seed)]), "--resume", checkpoint];
  return ["unlabeled", ...words.map(quoted)].join(" ");
}

function withoutFlag(words: readonly string[], flag: string): string[] {
  return words.filter((word, i) => word !== flag && words[i - 1] !== flag && !word.startsWith(`${flag}=`));
}

/** A word as a POSIX shell reads it back; one that cannot be printed as it is, as most of them do. */
function quoted(word: string): string {
  if (printable(word) !== word) {
    const escapes = printable(word.replaceAll("\\", "\\\\")).replaceAll("'", "\\'");
    return `$'${escapes}'`;
  }
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
