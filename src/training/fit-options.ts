/**
 * @file Options of `fit` and of `startTraining`.
 */
import type { BytesLike } from "../data/bytes.js";
import type { SequencesLike } from "../data/dataset.js";
import type { MatrixLike } from "../data/matrix.js";
import type { ScaleHints, ScaleKind } from "../data/scale.js";
import type { Sequences } from "../data/sequences.js";
import type { Iteration, Preparation } from "../methods/method.js";
import type { Progress } from "./trainer.js";
import { type TrainingOptions, trainingOptions } from "./training-options.js";

/**
 * Options of `fit`. Those of training are for methods trained by gradients; each method has its own defaults for them.
 */
export interface FitOptions extends TrainingOptions {
  /** Whole number in [0, 2⁵³): same seed, same bits. Default: drawn, and kept in `model.seed`. */
  seed?: number | undefined;
  /**
   * Scaling of the columns before all else, in float64; the model keeps it, applies it and undoes it. Default `none`, where
   * methods that center by themselves may have the means of the columns taken off first, so that float32 keeps their digits.
   */
  scale?: ScaleKind | undefined;
  /** For `scale`: the limits of the numbers, and which columns are the indicators of one category. */
  scaleHints?: ScaleHints | undefined;
  /**
   * Lengths of the sequences that rows are moments of, one after the other, for methods of sequences; they add up to all rows.
   * Default: one sequence, or those of the data set.
   */
  sequences?: Sequences | undefined;
  /** Rows that are not trained on, to tell the loss on after every epoch; of several sequences `{ x, sequences }`. */
  validation?: MatrixLike | SequencesLike | undefined;
  /** Told at the end of every epoch, and in long epochs some times a second. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Told some times a second of layers that a method trains by themselves before the whole. */
  onPreparing?: ((progress: Preparation) => void) | undefined;
  /** Told of the iterations of methods that are solved step by step; see the method's page for how often. */
  onIteration?: ((progress: Iteration) => void) | undefined;
  /** Called some times a second with a way to make a checkpoint of where training stands, until the callback is over. */
  onCheckpoint?: ((checkpoint: () => Uint8Array) => void | Promise<void>) | undefined;
  /** Stops training at the next run of steps with an `InterruptedError`. */
  signal?: AbortSignal | undefined;
  /**
   * A checkpoint to go on from: with the same data, validation rows and options it ends in the same bits as without the
   * break. Options that are not said are those of the checkpoint.
   */
  resume?: BytesLike | undefined;
  /** Names of the columns, kept with the model. */
  columns?: readonly string[] | undefined;
  /**
   * Shape of a row, kept with the model: `[height, width]`, `[channels, height, width]` or `[steps, features]`; its product
   * is the number of columns.
   */
  rowShape?: readonly number[] | undefined;
}

export const GENERAL_OPTIONS = [
  "seed",
  "scale",
  "scaleHints",
  "sequences",
  "onProgress",
  "onPreparing",
  "onIteration",
  "onCheckpoint",
  "signal",
  "columns",
  "rowShape",
] as const;
/** Options that apply to methods trained by gradients alone. */
export const TRAINING_OPTIONS = [
  ...(Object.keys(trainingOptions) as (keyof TrainingOptions)[]),
  "validation",
  "resume",
] as const;
