/**
 * @file Correlation of distances: does a map keep those along the sheet?
 */
import type { Matrix } from "../../src/data/matrix.js";
import { random } from "../../src/random.js";

/** Rows whose pairs are looked at. */
const MOST_ROWS = 1000;

/**
 * Pearson's correlation of the Euclidean distances of all pairs of rows in `a` and in `b`, of 1000 rows drawn at random if there are more.
 * @param a `[n, …]`. @param b `[n, …]`. @returns a number in [−1, 1]; 1 if they are equal but for a factor.
 */
export function distanceCorrelation(a: Matrix, b: Matrix): number {
  const rows = random(0).permutation(a.rows).subarray(0, MOST_ROWS);
  let [count, sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < rows.length; k++) {
    for (let l = 0; l < k; l++) {
      const [one, other] = [between(a, rows[k]!, rows[l]!), between(b, rows[k]!, rows[l]!)];
      count++;
      sumA += one;
      sumB += other;
      squaresA += one * one;
      squaresB += other * other;
      products += one * other;
    }
  }
  const covariance = products - (sumA * sumB) / count;
  return covariance / Math.sqrt((squaresA - sumA ** 2 / count) * (squaresB - sumB ** 2 / count));
}

function between({ data, cols }: Matrix, i: number, j: number): number {
  let sum = 0;
  for (let c = 0; c < cols; c++) sum += (data[i * cols + c]! - data[j * cols + c]!) ** 2;
  return Math.sqrt(sum);
}
