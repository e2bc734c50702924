/**
 * @file Augmentations as values that a method takes: random changes of rows, drawn anew for each row of each step. One of your
 * own is a function of symbolic tensors.
 */
import type { Matrix } from "../../data/matrix.js";
import type { Tensor } from "../../engine/tensor.js";
import type { TrainingBatch } from "../method.js";
import type { Parameters, Symbols } from "../parameters.js";

/** Ingredients of a view beside its rows. */
export interface ViewSource {
  /** The minibatch: its `normal`, `uniform` and `bernoulli` draw fresh numbers for every step. */
  readonly batch: TrainingBatch;
  /** Shape of a row: `[channels, height, width]` of images, `[steps, features]` of sequences, else `[d]`. */
  readonly shape: readonly number[];
  /** The method's parameters, among them what augmentations measured. */
  readonly parameters: Symbols;
}

/** A random change of rows. */
export interface Augmentation {
  /** Name with its numbers, as errors and model files give it: `gaussian:0.3`. */
  readonly name: string;
  /** A view `[n, d]` of rows x `[n, d]` without missing numbers. No gradient need flow through it. */
  view(x: Tensor, from: ViewSource): Tensor;
  /** Names of the parameters that it measures on the training data; no gradient trains them. */
  readonly measured?: readonly string[];
  /** Their values before the first step. */
  measure?(x: Matrix): Parameters;
  /** @throws RangeError for rows of a shape that it cannot change. */
  check?(method: string, shape: readonly number[]): void;
}
