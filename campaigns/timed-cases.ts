/**
 * @file The child's side of the campaign for time: what a reader, or the command, says of a text, and how long it takes.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "../bench/repository.js";
import { oneLine } from "../node/error-text.js";
import { readData } from "../src/data/format.js";
import type { ReadOptions } from "../src/data/formats/format.js";
import { trainingOptions } from "../src/training/training-options.js";
import { serveCases } from "./case-process.js";

export type TimedCase =
  | { readonly bytes: Uint8Array; readonly name: string; readonly options: ReadOptions }
  /** Text that is an option, or becomes a message, of the command. */
  | { readonly text: string }
  /** Arguments of the command, which must refuse them. */
  | { readonly args: readonly string[] };

export interface TimedAnswer {
  /** Seconds of the processor; of another process, those of the clock. */
  readonly seconds: number;
  readonly refusal?: { readonly name: string; readonly message: string };
}

const MOST_SECONDS = 20;

serveCases(async (one: TimedCase): Promise<TimedAnswer> => {
  if ("args" in one) {
    const start = performance.now();
    const main = join(repositoryRoot, "dist", "cli", "main.js");
    const { status } = spawnSync(process.execPath, [main, ...one.args], { timeout: 1000 * MOST_SECONDS });
    const message = status === 2 ? "flag: refused" : `exit code ${status}`;
    return { seconds: (performance.now() - start) / 1000, refusal: { name: "RangeError", message } };
  }
  const before = process.cpuUsage();
  let refusal: TimedAnswer["refusal"];
  try {
    if ("text" in one) {
      oneLine(one.text);
      trainingOptions.schedule.parse(one.text);
    } else await readData(one.bytes, one.name, one.options);
  } catch (error) {
    const { name, message } = error as Error;
    refusal = "text" in one ? { name: "RangeError", message: "flag: refused" } : { name, message };
  }
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, ...(refusal && { refusal }) };
});
