/**
 * @file Training as a program: the loss of a minibatch, the state that steps change, and runs of many steps.
 */
import type { Random } from "../random.js";
import type { Optimizer } from "./optimizers.js";
import type { NdArray, Shape, Tensor } from "./tensor.js";

/** One minibatch, from which a loss is computed. */
export interface Batch {
  /** Each data array's rows of this batch, `[batchSize, …]`, or windows of them, `[batchSize, window, …]`. */
  readonly data: Readonly<Record<string, Tensor>>;
  /** Their numbers among the rows of the training data, int64 `[batchSize]`: for losses with parameters of each row. */
  rows(): Tensor;
  /** False while a loss is evaluated on rows that are not trained on. */
  readonly training: boolean;
  /** Fresh standard normal numbers for every step. */
  normal(shape: Shape): Tensor;
  /** Fresh uniform numbers on [0, 1) for every step. */
  uniform(shape: Shape): Tensor;
  /** Fresh for every step: 1 with a probability in [0, 1], 0 else. */
  bernoulli(probability: number, shape: Shape): Tensor;
  /**
   * A number `[]` that a run may be given another value of, such as the weight of a penalty.
   * @param name of its own; the same name with the same value is the same number.
   * @param value where a run says nothing.
   */
  scalar(name: string, value: number): Tensor;
}

/** Results of a loss on one minibatch. */
export interface LossAndUpdates {
  /** The scalar to minimize. */
  loss: Tensor;
  /** The scalar that the history tells, where the one to minimize says little by itself. Default: the loss. */
  report?: Tensor;
  /** Scalars by name that the history tells beside the loss, such as the spread of codes. */
  figures?: Readonly<Record<string, Tensor>>;
  /** New values for state that no gradient trains, such as running means. */
  updates?: Readonly<Record<string, Tensor>>;
  /** Projections of trained state after the optimizer's step, such as to columns of unit norm: projected gradients. */
  project?: Readonly<Record<string, (updated: Tensor) => Tensor>>;
}

export interface TrainingSpec {
  /** Shape of one row of each data array. */
  data: Readonly<Record<string, readonly number[]>>;
  /** Rows that follow one another in an element of a batch, `[batchSize, window, …]`: `order` says where each begins. Default: one, `[batchSize, …]`. */
  window?: number | undefined;
  /** Arrays that change while training, by name. */
  state: Readonly<Record<string, Shape>>;
  /** Names in `state` that gradients train. */
  trainable: readonly string[];
  /**
   * Names in `state` with one slice for every row of the training data, and what the learning rate is multiplied by for
   * them. The loss is given the slices of its batch `[batchSize, …]`, and a step touches those alone, moments of the
   * optimizer included (lazily, as PyTorch's SparseAdam does), so that its cost does not grow with the data. While a
   * loss is evaluated on rows that are not trained on, it is given the whole array.
   */
  perRow?: Readonly<Record<string, number>>;
  loss(batch: Batch, state: Readonly<Record<string, Tensor>>): LossAndUpdates;
  optimizer: Optimizer;
  batchSize: number;
  /** False: the losses are computed and the state is left alone. Default true. */
  training?: boolean;
}

/** Named arrays: parameters, and the optimizer's moments as `NAME.slot0`, `NAME.slot1`. */
export type TrainingState = Readonly<Record<string, NdArray>>;

const SLOT = /\.slot\d+$/;

/** The parameter that an array of the optimizer's belongs to; other names are what they are. */
export const parameterOfSlot = (name: string): string => name.replace(SLOT, "");

/** True for an array of a state that is one of the optimizer's. */
export const isSlot = (name: string): boolean => SLOT.test(name);

export interface RunArguments {
  state: TrainingState;
  /** Whole data arrays, `[rows, …]`. */
  data: Readonly<Record<string, NdArray>>;
  /** Positions in `data`, `steps · batchSize` of them; of windows those where they begin. */
  order: BigInt64Array;
  /** The numbers of these rows in the training data; default: `order` itself. */
  rows?: BigInt64Array;
  /** Number of the first step, from 1: with the seed, it fixes all noise. */
  firstStep: number;
  /** Learning rate of each step; its length is the number of steps. */
  learningRates: readonly number[];
  random: Random;
  /** Values of the loss's scalars by name; default: those that it says. */
  scalars?: Readonly<Record<string, number>> | undefined;
  /** A state that an earlier run gave and that nobody looks at any more: the next may be put into its arrays. */
  spare?: TrainingState | undefined;
}

/** A compiled training graph. */
export interface TrainingProgram {
  /** Scalars of the loss by name, with the values that it says. */
  readonly scalars: Readonly<Record<string, number>>;
  /** Moments of the optimizer before the first step. */
  initialSlots(): TrainingState;
  /** Takes the steps. */
  run(args: RunArguments): Promise<RunResult>;
  release(): Promise<void>;
}

/** Results of a run of steps. */
export interface RunResult {
  /** State after the last step. */
  readonly state: TrainingState;
  /** Loss of each step, before its update. */
  readonly losses: Float32Array;
  /** Figures of each step by name, before its update. */
  readonly figures: Readonly<Record<string, Float32Array>>;
}
