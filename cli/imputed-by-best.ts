/**
 * @file The rows of a command filled by the way that fills best, with its progress.
 */
import { learningText } from "../panels/learning-text.js";
import type { Dataset } from "../src/data/dataset.js";
import type { FillerName } from "../src/tasks/imputation/filler-names.js";
import {
  type BestImputation,
  type ImputationProgress,
  imputeByBest,
} from "../src/tasks/imputation/impute-by-best.js";
import { stoppable } from "./fitting.js";
import type { Messages } from "./messages.js";
import { WorkProgress } from "./progress.js";

/** @returns nothing if it was stopped. */
export async function imputedByBest(
  input: Dataset,
  { method, hide, seed }: { readonly method?: FillerName; readonly hide?: number; readonly seed: number },
  messages: Messages,
): Promise<BestImputation | undefined> {
  if (input.guesses) messages.note(learningText(input.guesses));
  const progress = new WorkProgress<ImputationProgress>(messages, "comparing", ({ method: name, repeat }) =>
    repeat === undefined ? `${name}, to everything` : `${name}, repeat ${repeat}`,
  );
  return stoppable(messages, (signal) =>
    imputeByBest(input, {
      seed,
      ...(method !== undefined && { methods: [method] }),
      ...(hide !== undefined && { share: hide }),
      signal,
      onProgress: (now) => progress.update(now),
    }),
  );
}
