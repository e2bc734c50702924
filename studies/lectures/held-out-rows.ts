/**
 * @file Rows of a study split in those that are trained on and those that are judged on.
 */
import { type Matrix, takeRows } from "../../src/data/matrix.js";
import { heldOut } from "../../src/metrics/index.js";

/** A split of rows, by number and as rows. */
export interface HeldOutRows {
  readonly train: Matrix;
  readonly test: Matrix;
  readonly trainRows: Uint32Array;
  readonly testRows: Uint32Array;
}

/** Holds out a quarter of the rows. */
export function heldOutRows(x: Matrix, seed: number): HeldOutRows {
  const { train, test } = heldOut(x.rows, 0.25, seed);
  return { train: takeRows(x, train), test: takeRows(x, test), trainRows: train, testRows: test };
}
