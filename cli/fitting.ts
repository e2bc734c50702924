/**
 * @file A fit as every command runs it: with rows held out to tell the loss on, progress on standard error, and an end by
 * Ctrl-C.
 */
import { iterationText, preparationText, trainingText } from "../panels/progress-text.js";
import type { Measures } from "../src/data/columns/measures.js";
import type { Dataset } from "../src/data/dataset.js";
import { takeRows } from "../src/data/matrix.js";
import type { ScaleKind } from "../src/data/scale.js";
import type { Method, ReconstructionFigures } from "../src/methods/method.js";
import type { Coder } from "../src/methods/model.js";
import { heldOut, heldOutLast } from "../src/metrics/split.js";
import { fitMeasured } from "../src/training/fit.js";
import type { FitOptions } from "../src/training/fit-options.js";
import type { Messages } from "./messages.js";
import { WorkProgress } from "./progress.js";
import { type TrainingFlags, trainingFlagsFor } from "./training-flags.js";

/** Settings of a fit: flags of training count for methods that are trained. */
export interface FittingFlags extends TrainingFlags {
  readonly seed: number;
  /** None where a checkpoint says it. */
  readonly scale: ScaleKind | undefined;
  /** Name in progress of one fit of many, each of which is no more than drawn over. Default: the method's. */
  readonly oneOfMany?: string;
}

export class Fitting {
  /** The rows that are learned from: without those held out for validation. */
  readonly learned: Pick<Dataset, "x" | "sequences">;
  /** Errors of reconstructing them, where its method knows that when it is fitted. */
  figures: ReconstructionFigures | undefined;
  readonly #input: Dataset;
  readonly #method: Method<Coder>;
  readonly #options: FitOptions;
  readonly #messages: Messages;
  readonly #measures: Measures | undefined;
  readonly #oneOfMany: string | undefined;

  /** @param measures of the rows of the input, where they are known. */
  constructor(
    method: Method<Coder>,
    input: Dataset,
    flags: FittingFlags,
    messages: Messages,
    measures?: Measures,
  ) {
    const { x, sequences = [x.rows] } = input;
    const { seed, scale, validation } = flags;
    this.#oneOfMany = flags.oneOfMany;
    const trained = method.fitting.kind === "trained";
    const holds = trained && validation !== undefined;
    const last = holds && method.sequential ? heldOutLast(sequences, validation) : undefined;
    const split = last ?? (holds ? heldOut(x.rows, validation, seed) : undefined);
    this.learned = {
      x: split ? takeRows(x, split.train) : x,
      ...(method.sequential && { sequences: last?.trainSequences ?? sequences }),
    };
    this.#input = input;
    this.#method = method;
    this.#messages = messages;
    this.#measures = split ? undefined : measures;
    this.#options = {
      seed,
      scale,
      ...(trained && trainingFlagsFor(method, flags, this.learned.x.rows)),
      ...(split && {
        validation: { x: takeRows(x, split.test), ...(last && { sequences: last.testSequences }) },
      }),
    };
  }

  /** Tells what the model's method notes of it. @throws what `fit` throws. */
  async run(signal: AbortSignal, further: Pick<FitOptions, "resume" | "onCheckpoint"> = {}): Promise<Coder> {
    const many = this.#oneOfMany !== undefined;
    const name = this.#oneOfMany ?? this.#method.name;
    const preparation = new WorkProgress(this.#messages, `${name}, layer by layer`, preparationText, many);
    const iterations = new WorkProgress(this.#messages, name, iterationText, many);
    const progress = new WorkProgress(this.#messages, name, trainingText, many);
    try {
      const model = await fitMeasured(
        this.#method,
        { ...this.#input, ...this.learned },
        {
          ...this.#options,
          ...further,
          signal,
          onPreparing: (now) => preparation.update(now),
          onIteration: (now) => iterations.update(now),
          onProgress: (now) => progress.update(now),
        },
        {
          measures: this.#measures,
          tell: (figures) => {
            this.figures = figures;
          },
        },
      );
      for (const note of model.notes) this.#messages.note(note);
      return model;
    } finally {
      this.#messages.endLine();
    }
  }
}

/** Runs work that Ctrl-C stops in order; where it did, says so and gives nothing. */
export async function stoppable<T>(
  messages: Messages,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const { interrupts } = messages.terminal;
  const onInterrupt = () => {
    messages.release();
    messages.note("stopping after the steps under way (Ctrl-C again: at once)");
  };
  try {
    return await interrupts.during(onInterrupt, run);
  } catch (error) {
    messages.endLine();
    const { name } = error as Error;
    if (name !== "InterruptedError" && name !== "AbortError") throw error;
    return interrupts.end();
  } finally {
    messages.endLine();
  }
}
