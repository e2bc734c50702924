/**
 * @file Augmentations as values that a method takes: random changes of rows, drawn anew for each row of each step. One of your
 * own is a function of symbolic tensors.
 */
import type { Matrix } from "../../data/matrix.js";
import type { Tensor } from "../../engine/tensor.js";
import type { TrainingBatch } from "../method.js";
import type { Parameters, Symbols } from "../parameters.js";
import type { AffineMap } from "./affine-map.js";

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
  /**
   * For views that only move places: the map from those of the view to those of the image. Maps that follow each other in a list are
   * made one, and the image is read once.
   */
  map?(x: Tensor, from: ViewSource): AffineMap;
  /** For views that hide numbers: 1 for those that are shown and 0 for the others, `[n, d]`, drawn as `view` draws it. */
  shown?(x: Tensor, from: ViewSource): Tensor;
  /** Names of the parameters that it measures on the training data; no gradient trains them. */
  readonly measured?: readonly string[];
  /** Their values before the first step. */
  measure?(x: Matrix): Parameters;
  /**
   * Refuses rows of a shape that it cannot change.
   * @throws RangeError for them, in one line that begins with the method.
   */
  check?(method: string, shape: readonly number[]): void;
}

/** Shapes of rows, as errors name them. */
const KINDS = {
  2: "sequences, rows of shape [steps, features]",
  3: "images, rows of shape [channels, height, width]",
};

/** @throws RangeError for rows of another rank: 3 of images, 2 of sequences. */
export function checkRank(method: string, name: string, shape: readonly number[], rank: 2 | 3): void {
  if (shape.length !== rank)
    throw new RangeError(`${method}: ${name} wants ${KINDS[rank]}, got [${shape.join(", ")}]`);
}

/** The number, or what is used where none is given. @throws RangeError for one that does not pass. */
export function checkedNumber(
  where: string,
  given: number | undefined,
  otherwise: number,
  want: string,
  test: (value: number) => boolean,
): number {
  const value = given ?? otherwise;
  if (!(typeof value === "number" && Number.isFinite(value) && test(value)))
    throw new RangeError(`${where} must be ${want}, got ${value}`);
  return value;
}

export const isShare = (value: number): boolean => value >= 0 && value <= 1;
export const isCount = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value < 2 ** 20;
