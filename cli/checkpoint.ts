/**
 * @file The checkpoint beside a model in training: written now and then, and gone when the model is there.
 */
import { unlink } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { checkWritable, writeFileAtomic } from "../node/write.js";
import type { CheckpointRecord } from "../src/files/model-file.js";
import { UsageError } from "./exit.js";
import { flagOf } from "./flag-values.js";
import { printable } from "./printable.js";

const EVERY_MS = 30_000;

export class Checkpoint {
  /** `model.checkpoint.safetensors` for `model.safetensors`. */
  readonly path: string;
  readonly #resumed: boolean;
  #savedAt = performance.now();

  /** @param resumed the checkpoint that training goes on from. */
  constructor(output: string, resumed: string | undefined) {
    const ending = extname(output);
    this.path = `${output.slice(0, output.length - ending.length)}.checkpoint.safetensors`;
    this.#resumed = resumed !== undefined && resolve(resumed) === resolve(this.path);
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

  async write(bytes: Uint8Array): Promise<void> {
    await writeFileAtomic(this.path, bytes, { force: true });
    this.#savedAt = performance.now();
  }

  /** Writes if the last one is old enough. */
  async writeNowAndThen(make: () => Uint8Array): Promise<void> {
    if (performance.now() - this.#savedAt >= EVERY_MS) await this.write(make());
  }

  /** Training is complete, and what is there from before, by `check`, is nothing to keep. */
  async remove(): Promise<void> {
    await unlink(this.path).catch(() => {});
  }
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
