/**
 * @file The checkpoint beside a model in training: written now and then, and gone when the model is there.
 */
import { unlink } from "node:fs/promises";
import { resolve } from "node:path";
import { checkpointPath } from "../node/checkpoint-path.js";
import { messageOf, oneLine } from "../node/error-text.js";
import { rescue } from "../node/rescue.js";
import { checkWritable, writeFileAtomic } from "../node/write.js";
import { flagOf } from "../panels/flag-names.js";
import { shellWord } from "../panels/shell-word.js";
import type { CheckpointRecord } from "../src/files/model-file.js";
import { UsageError } from "./exit.js";
import type { Messages } from "./messages.js";
import type { Outputs } from "./outputs.js";

const EVERY_MS = 30_000;

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

/**
 * The share of the rows to hold out for validation: the one that was said, or, when going on, the one that was held out.
 * Seed and number of rows, or the lengths of sequences, say which rows they are.
 * @throws UsageError for another share than the checkpoint's.
 */
export function heldOutShare(
  said: number | undefined,
  resumed: CheckpointRecord | undefined,
): number | undefined {
  if (!resumed) return said;
  const held = resumed.training?.validation?.rows ?? 0;
  // Sequences may be too short to hold out all that was said.
  if (said !== undefined && resumed.data.sequences) return said;
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
  return ["unlabeled", ...words.map(shellWord)].join(" ");
}

function withoutFlag(words: readonly string[], flag: string): string[] {
  return words.filter((word, i) => word !== flag && words[i - 1] !== flag && !word.startsWith(`${flag}=`));
}
