/**
 * @file `load`: a model file makes the fitted model it was saved from.
 */
import type { BytesLike } from "../data/bytes.js";
import { runtime } from "../engine/session.js";
import { type CheckpointRecord, type ModelRecord, readModelFile } from "../files/model-file.js";
import type { Method } from "../methods/method.js";
import type { MethodEntry } from "../methods/method-entry.js";
import type { Coder } from "../methods/model.js";
import type { Parameters } from "../methods/parameters.js";
import { methodNamed } from "../methods/registry.js";
import { random } from "../random.js";
import { breather } from "./breather.js";
import { checkedModel } from "./fitted.js";
import { checkState, checkTrained } from "./resume.js";
import { parametersOf } from "./trainer.js";

/**
 * The model in a file that `save` made, or the model so far in a checkpoint. No code of the file is run.
 * @param bytes the whole file: a `Uint8Array`, any other view, such as a `Buffer`, or an `ArrayBuffer`.
 * @param method the method it was fitted with, to get a model of its type, and for methods with losses of your own; or a
 *   method of your own, as `defineMethod` made it, with the options of the file. Default: the one the file names.
 * @param name names the file in errors.
 * @returns the model; which parts one of an unknown method has is in its `partNames`, the others throw.
 * @throws RangeError for a file that is not whole and in order, or of another method.
 */
export async function load<Model = Coder>(
  bytes: BytesLike,
  method?: Method<Model> | MethodEntry,
  name = "model",
): Promise<Model> {
  const record = readModelFile(bytes, name);
  if (method && method.name !== record.method) {
    throw new RangeError(`${name}: the file holds a model of ${record.method}, not of ${method.name}`);
  }
  const made = method && "fitting" in method ? method : await methodOf<Model>(record, method, name);
  made.checkSize?.(record.data.rows, record.data.cols);
  try {
    return checkedModel(made, await complete(made, record));
  } catch (error) {
    const reason = error instanceof RangeError ? error.message : "an array is missing, or of another type";
    throw new RangeError(`${name}: the arrays of the file are not those of ${made.name}: ${reason}`);
  }
}

async function methodOf<Model>(
  { method, options }: ModelRecord,
  given: MethodEntry | undefined,
  file: string,
): Promise<Method<Model>> {
  const entry = given ?? (await named(method, file));
  try {
    return entry.create(options) as Method<unknown> as Method<Model>;
  } catch (error) {
    throw new RangeError(
      `${file}: the options of the file are not those of ${method}: ${(error as Error).message}`,
    );
  }
}

async function named(method: string, file: string): Promise<MethodEntry> {
  try {
    return await methodNamed(method);
  } catch (error) {
    throw new RangeError(
      `${file}: ${(error as Error).message}; one of your own is to be given: load(bytes, method), or --plugin FILE`,
    );
  }
}

/** A model; of a checkpoint, the one that training would end with here. */
async function complete(method: Method, record: ModelRecord | CheckpointRecord): Promise<ModelRecord> {
  if (!("position" in record)) {
    await checkTrained(record, method, "model");
    return record;
  }
  await checkState(record, method, record.data, "checkpoint");
  const { position: _, best, ...info } = record;
  return { ...info, parameters: await finished(method, info, best ?? parametersOf(info.parameters)) };
}

async function finished(
  { fitting }: Method,
  { seed, scale }: ModelRecord,
  parameters: Parameters,
): Promise<Parameters> {
  const context = {
    random: random(seed),
    runtime: await runtime(),
    signal: undefined,
    scaling: scale,
    breathe: breather(),
  };
  return (fitting.kind === "trained" && (await fitting.finish?.(parameters, context))) || parameters;
}
