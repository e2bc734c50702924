/**
 * @file The model on the command line, and further rows for it.
 */
import { readFile } from "node:fs/promises";
import { type ModelRecord, readModelFile } from "../src/files/model-file.js";
import type { Coder } from "../src/methods/model.js";
import { load } from "../src/training/load.js";
import type { DataFlags, ModelFlags } from "./common-flags.js";
import { UsageError } from "./exit.js";
import { type Input, readInput, refuseMissing } from "./input.js";
import type { Messages } from "./messages.js";
import { readPlugins } from "./plugins.js";

export async function readModelBytes(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new RangeError(`${path}: no such file`);
    throw new RangeError(`${path}: cannot be read (${code})`, { cause: error });
  }
}

/** The description in a model file, without a runtime. */
export async function readModelRecord(path: string): Promise<ModelRecord> {
  return readModelFile(await readModelBytes(path), path);
}

/**
 * The fitted model that `--model` names.
 * @throws UsageError without `--model`; RangeError for what is no model file.
 */
export async function readModel({ model, plugin }: Pick<ModelFlags, "model" | "plugin">): Promise<Coder> {
  const file = requireModel(model);
  const bytes = await readModelBytes(file);
  const own = await readPlugins(plugin);
  const { method } = own.length > 0 ? readModelFile(bytes, file) : { method: undefined };
  return load<Coder>(
    bytes,
    own.find(({ name }) => name === method),
    file,
  );
}

export function requireModel(path: string | undefined): string {
  if (path === undefined) throw new UsageError("want a model: --model FILE, as fit wrote it");
  return path;
}

/**
 * Reads further rows of the kind a model was fitted on.
 * @throws as `readInput`, and RangeError for missing values that its method does not take.
 */
export async function readFor(
  { method, acceptsMissing, columns }: Coder,
  data: string,
  flags: DataFlags,
  messages: Messages,
): Promise<Input> {
  const input = await readInput(data, flags, messages, columns);
  refuseMissing(input, method, acceptsMissing);
  return input;
}
