/**
 * @file `load`: a model file makes the fitted model it was saved from.
 */
import { runtime } from "../engine/session.js";
import { readModelFile } from "../files/model-file.js";
import type { Coder, Method } from "../methods/method.js";
import { methodNamed } from "../methods/registry.js";
import { random } from "../random.js";
import { fittedModel } from "./fitted.js";
import { parametersOf } from "./train.js";

/**
 * The model in a file that `save` made, or the model so far in a checkpoint. No code of the file is run.
 * @param bytes the whole file.
 * @param method the method it was fitted with, to get a model of its type, and for methods with losses of your own;
 *   default: the one the file names.
 * @throws RangeError for a file that is not whole and in order, or of another method.
 */
export async function load<Model = Coder>(bytes: Uint8Array, method?: Method<Model>): Promise<Model> {
  const record = readModelFile(bytes);
  if (method && method.name !== record.method) {
    throw new RangeError(`load: the file holds a model of ${record.method}, not of ${method.name}`);
  }
  const made =
    method ?? (methodNamed(record.method).create(record.options) as Method<unknown> as Method<Model>);
  const d = record.data.cols;
  made.checkData?.(record.data.rows, d);
  let { parameters } = record;
  if ("position" in record) {
    const { fitting } = made;
    const context = { random: random(record.seed), runtime: await runtime(), signal: undefined };
    parameters = record.best ?? parametersOf(parameters);
    if (fitting.kind === "trained") parameters = (await fitting.finish?.(parameters, context)) ?? parameters;
  }
  const model = fittedModel(made, { ...record, parameters });
  return model;
}
