/**
 * @file Rows in groups of unlike spread, for benchmarks of what looks for clusters and outliers.
 */
import { type Matrix, matrix } from "../src/data/matrix.js";
import { random } from "../src/index.js";

/** Rows about eight points, of unlike spread. */
export function unlikeGroups(rows: number, cols: number): Matrix {
  const stream = random(1);
  const points = Array.from({ length: 8 * cols }, () => 6 * stream.normal());
  const x = matrix(rows, cols);
  stream.fillNormal(x.data);
  for (let at = 0; at < x.data.length; at++) {
    const group = Math.floor(at / cols) % 8;
    x.data[at] = points[group * cols + (at % cols)]! + (1 + group / 4) * x.data[at]!;
  }
  return x;
}
