/**
 * @file Linear classifiers by least squares, learned from some rows and judged on others.
 *
 *   W = argmin ‖A W − Y‖²_F + r ‖W‖²_F,   A = [Z 1] `[n, d + 1]`, Y one column a class, r > 0
 *
 * and without a penalty the W of least norm among those that minimize the first term.
 */
import { type Dense, dense } from "../../src/linalg/dense.js";
import { gemm } from "../../src/linalg/gemm.js";
import { cholesky, choleskySolve, leastSquares } from "../../src/linalg/index.js";

/** Rows with a class each. */
export interface Labeled {
  /** `[n, d]` */
  readonly z: Dense;
  /** Numbers from 0, one a row; −1 where there is none. */
  readonly classes: Int32Array;
  readonly classCount: number;
}

/** Numbers of labels, from 0 in the order of their names. */
export function classesOf(labels: readonly string[]): Pick<Labeled, "classes" | "classCount"> {
  const names = [...new Set(labels)].sort();
  return { classes: Int32Array.from(labels, (label) => names.indexOf(label)), classCount: names.length };
}

/** The first columns of rows. */
export function leadingColumns({ data, rows, cols }: Dense, count: number): Dense {
  const out = dense(rows, count);
  for (let i = 0; i < rows; i++) out.data.set(data.subarray(i * cols, i * cols + count), i * count);
  return out;
}

/**
 * Predictions of the class of every row, by what some of them tell.
 * @param learned rows to learn from. @param penalty r; 0 for the least norm.
 */
export async function predictedClasses(
  { z, classes, classCount }: Labeled,
  learned: ArrayLike<number>,
  penalty: number,
): Promise<Int32Array> {
  const cols = z.cols + 1;
  const a = dense(learned.length, cols);
  const y = dense(learned.length, classCount);
  for (let i = 0; i < learned.length; i++) {
    const row = learned[i]!;
    a.data.set(z.data.subarray(row * z.cols, (row + 1) * z.cols), i * cols);
    a.data[i * cols + z.cols] = 1;
    y.data[i * classCount + classes[row]!] = 1;
  }
  const w = penalty > 0 ? await ridge(a, y, penalty) : await leastSquares(a, y);
  const scores = await gemm(z, dense(z.cols, classCount, w.data.subarray(0, z.cols * classCount)));
  return Int32Array.from({ length: z.rows }, (_, i) => {
    let best = 0;
    for (let c = 1; c < classCount; c++) if (score(i, c) > score(i, best)) best = c;
    return best;
  });

  function score(i: number, c: number): number {
    return scores.data[i * classCount + c]! + w.data[z.cols * classCount + c]!;
  }
}

/** Share of rows whose class is predicted, of those that have one. */
export function accuracyOn(
  rows: ArrayLike<number>,
  predicted: Int32Array,
  { classes }: Pick<Labeled, "classes">,
): number {
  let right = 0;
  for (let i = 0; i < rows.length; i++) right += Number(predicted[rows[i]!] === classes[rows[i]!]);
  return right / rows.length;
}

/** (AᵀA + r I)⁻¹AᵀY, or the same as Aᵀ(AAᵀ + r I)⁻¹Y, whichever is smaller. */
async function ridge(a: Dense, y: Dense, penalty: number): Promise<Dense> {
  const wide = a.rows < a.cols;
  const gram = await gemm(a, a, wide ? { transposeB: true } : { transposeA: true });
  for (let i = 0; i < gram.rows; i++) gram.data[i * (gram.rows + 1)]! += penalty;
  const factor = await cholesky(gram);
  if (wide) return gemm(a, await choleskySolve(factor, y), { transposeA: true });
  return choleskySolve(factor, await gemm(a, y, { transposeA: true }));
}
