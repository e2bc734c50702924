/**
 * @file The model on the command line, and further rows for it.
 */
import { readFile } from "node:fs/promises";
import { type Measures, measure } from "../src/data/columns/measures.js";
import type { Dataset } from "../src/data/dataset.js";
import { allFinite } from "../src/data/matrix.js";
import { type ModelRecord, readModelFile } from "../src/files/model-file.js";
import type { MethodEntry } from "../src/methods/method-entry.js";
import type { Coder } from "../src/methods/model.js";
import { methodNamed } from "../src/methods/registry.js";
import { load } from "../src/training/load.js";
import type { DataFlags, ModelFlags } from "./common-flags.js";
import { UsageError } from "./exit.js";
import { type FillFlag, gapsToFill, readInput, refuseMissing, sharePercent } from "./input.js";
import type { Messages } from "./messages.js";
import { ownMethods } from "./method-flags.js";

export async function readModelBytes(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new RangeError(`${path}: no such file`);
    throw new RangeError(`${path}: cannot be read (${code})`, { cause: error });
  }
}

/** The method of a model file. @throws RangeError for one that is not known here. */
export async function methodOfFile(
  { method }: ModelRecord,
  plugin?: readonly string[],
): Promise<MethodEntry> {
  return methodNamed(method, await ownMethods(plugin));
}

/**
 * The fitted model that `--model` names.
 * @throws UsageError without `--model`; RangeError for what is no model file.
 */
export async function readModel({ model, plugin }: Pick<ModelFlags, "model" | "plugin">): Promise<Coder> {
  const file = requireModel(model);
  const bytes = await readModelBytes(file);
  const own = await ownMethods(plugin);
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
 * Reads further rows of the kind a model was fitted on. Gaps that its method does not take are filled with what the model makes of
 * the rows, where they are to be filled.
 * @throws as `readInput`, and RangeError for missing values that its method does not take.
 */
export async function readFor(
  model: Coder,
  data: string,
  flags: DataFlags & { readonly fill?: FillFlag },
  messages: Messages,
): Promise<Dataset> {
  const read = await readInput(data, flags, messages, model);
  // There is nothing to fill, and nothing to refuse.
  if (allFinite(read.x.data)) return read;
  const fills = !model.acceptsMissing && model.partNames.includes("reconstruct");
  const found = measure(read.x);
  const input = fills ? await filledBy(model, read, found, flags.fill, messages) : read;
  const measures = input === read ? found : measure(input.x);
  const remedy = "--fill yes fills gaps, unlabeled impute shows with what";
  refuseMissing(input, measures, model.method, model.acceptsMissing, remedy);
  return input;
}

async function filledBy(
  model: Coder,
  input: Dataset,
  measures: Measures,
  fill: FillFlag | undefined,
  messages: Messages,
): Promise<Dataset> {
  const share = gapsToFill(input, measures, fill);
  if (share === undefined) return input;
  const { impute } = await import("../src/tasks/impute.js");
  const x = await impute(model, input);
  messages.note(
    `${sharePercent(share)} of the numbers are missing; filled by the model, as ${model.method} wants every number (--fill no refuses them)`,
  );
  return { ...input, x };
}
