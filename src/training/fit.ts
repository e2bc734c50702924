/**
 * @file `fit`: a method and data make a fitted model.
 */
import type { Dataset } from "../data/dataset.js";
import type { MatrixLike } from "../data/matrix.js";
import type { Method, Solved } from "../methods/method.js";
import { MemoryError } from "../parallel/memory.js";
import type { FitOptions } from "./fit-options.js";
import { fittedModel } from "./fitted.js";
import { withNotes } from "./notes.js";
import { checkedFinite, type Known, type Preparation, prepare } from "./preparation.js";
import { TrainingSession } from "./training-session.js";

/**
 * Fits a method to data `[n, d]`: rows of numbers, or a data set, whose names, shape and encoding the model keeps, and which
 * chooses the scale where `scale` does not say one, as the command line does.
 * @returns the fitted model, of the type that the method says.
 * @throws RangeError for data or options that do not fit; `InterruptedError` or `DivergedError`, both with the last
 *   checkpoint, if training ends early.
 */
export async function fit<Model>(
  method: Method<Model>,
  data: MatrixLike | Dataset,
  options: FitOptions = {},
): Promise<Model> {
  return fitMeasured(method, data, options, {});
}

/** As `fit`, for callers that have looked at the rows already. */
export async function fitMeasured<Model>(
  method: Method<Model>,
  data: MatrixLike | Dataset,
  options: FitOptions,
  known: Known,
): Promise<Model> {
  try {
    const prepared = await prepare(method, data, options, known);
    const { fitting } = method;
    return fitting.kind === "solved" ? await solved(prepared, fitting) : await trained(prepared);
  } catch (error) {
    // From wherever the memory was asked for.
    if (error instanceof MemoryError) throw new MemoryError(`fit ${method.name}: ${error.message}`);
    throw error;
  }
}

async function solved<Model>(
  { method, x, info, context }: Preparation<Model>,
  fitting: Solved,
): Promise<Model> {
  const parameters = checkedFinite(method, await fitting.solve(x, context));
  // A solver may end between two looks at it.
  await context.breathe();
  return fittedModel(method, await withNotes(method, { ...info, history: [], parameters }, x));
}

async function trained<Model>(prepared: Preparation<Model>): Promise<Model> {
  const session = await TrainingSession.begin(prepared);
  try {
    await session.run();
    return await session.model();
  } finally {
    await session.release();
  }
}
