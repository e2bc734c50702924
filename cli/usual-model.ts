/**
 * @file The model of a verb that was given none: fitted to the very rows it is for.
 */
import type { Dataset } from "../src/data/dataset.js";
import type { Method } from "../src/methods/method.js";
import type { Coder } from "../src/methods/model.js";
import { usualScorer } from "../src/tasks/outliers/scores.js";
import { Fitting, stoppable } from "./fitting.js";
import { type FillFlag, prepare } from "./input.js";
import type { Messages } from "./messages.js";

/** Fits the components that most of the rows have in common; nothing if it was stopped. */
export async function fitScorer(
  read: Dataset,
  flags: { readonly threads?: number; readonly fill?: FillFlag },
  messages: Messages,
): Promise<{ model: Coder; input: Dataset } | undefined> {
  const { input, scale } = await prepare(read, [usualScorer(1)], flags, messages);
  const model = await stoppable(messages, async (signal) => {
    const most = Math.min(input.x.rows, input.x.cols);
    const fitted = (components: number) =>
      new Fitting(usualScorer(components) as Method<Coder>, input, { seed: 0, scale }, messages).run(signal);
    const components = mainComponents(await fitted(most));
    messages.note(
      `no --model: scored by the distance from ${components} of ${most} principal components of the rows themselves`,
    );
    return fitted(components);
  });
  return model && { model, input };
}

/** Components that hold four fifths of the variance, but not all there are, so that rows can be off them. */
function mainComponents(model: Coder): number {
  const { explainedVarianceRatio } = model as unknown as { explainedVarianceRatio: Float64Array };
  let sum = 0;
  const at = explainedVarianceRatio.findIndex((share) => (sum += share) >= 0.8);
  return Math.max(1, Math.min(at + 1, model.inputDim - 1));
}
