/**
 * @file The data of a study: rows about their mean, without columns that never change, and their second moments.
 */
import { digits } from "../../src/data/digits.js";
import {
  columnMeans,
  firstNonFinite,
  type Matrix,
  matrix,
  type Numbers,
  takeColumns,
} from "../../src/data/matrix.js";
import { type Dense, dense, toDense } from "../../src/linalg/dense.js";
import { eigh } from "../../src/linalg/eigh.js";
import { gemm } from "../../src/linalg/gemm.js";

/** Rows and their moments. */
export interface StudyData {
  readonly name: string;
  /** Rows `[n, d]` less their mean, of columns that vary. */
  readonly x: Matrix;
  /** Rows `[n, D]` as they were given, all columns. */
  readonly raw: Matrix;
  /** Those of the columns of `raw` that vary, which are the columns of `x` `[d]`. */
  readonly varying: readonly number[];
  /** One a row, if there are any. */
  readonly labels?: readonly string[] | undefined;
  /** Σ = 1/n Σᵢ xᵢxᵢᵀ `[d, d]`. */
  readonly moments: Dense;
  /** Eigenvalues of Σ, largest first `[d]`. */
  readonly eigenvalues: Float64Array;
  /** Eigenvectors of Σ as columns `[d, d]`, in that order. */
  readonly eigenvectors: Dense;
}

/** The embedded digits, 1797 images of 8 × 8 pixels in [0, 1], of which 61 vary. */
export function digitsData(): Promise<StudyData> {
  const { x, labels } = digits();
  return studyData("digits", { ...x, data: x.data.map((value) => value / 16) }, labels);
}

/** @param rows `[n, D]`, finite, at least two of which differ. @throws RangeError for others. */
export async function studyData(name: string, rows: Numbers, labels?: readonly string[]): Promise<StudyData> {
  const gap = firstNonFinite(rows);
  if (gap) {
    const { row, column, value } = gap;
    throw new RangeError(`${name}: row ${row} column ${column} is ${value}: a study wants every number`);
  }
  const means = columnMeans(rows);
  const varying = Array.from({ length: rows.cols }, (_, j) => j).filter((j) => varies(rows, j));
  if (varying.length === 0) throw new RangeError(`${name}: a study wants rows that differ`);
  const kept = takeColumns(rows, varying);
  const x = matrix(kept.rows, kept.cols);
  kept.data.forEach((value, at) => {
    x.data[at] = value - means[varying[at % kept.cols]!]!;
  });
  const wide = toDense(x);
  const products = await gemm(wide, wide, { transposeA: true });
  const moments = dense(
    x.cols,
    x.cols,
    products.data.map((value) => value / x.rows),
  );
  const { values, vectors } = await eigh(moments);
  return {
    name,
    x,
    varying,
    labels,
    raw: matrix(rows.rows, rows.cols, Float32Array.from(rows.data)),
    moments,
    eigenvalues: values,
    eigenvectors: vectors,
  };
}

function varies({ data, rows, cols }: Numbers, column: number): boolean {
  for (let i = 1; i < rows; i++) if (data[i * cols + column] !== data[column]) return true;
  return false;
}

/** Σ_{i>k} λᵢ: the least error of a map of rank k, by Eckart & Young (1936). */
export function tailOf({ eigenvalues }: Pick<StudyData, "eigenvalues">, k: number): number {
  return eigenvalues.slice(k).reduce((sum, value) => sum + Math.max(0, value), 0);
}
