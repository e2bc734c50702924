/**
 * @file Gaussian rows of the covariance of others: what these have beyond it, the twin has not.
 */
import { type Matrix, matrix } from "../../src/data/matrix.js";
import { dense } from "../../src/linalg/dense.js";
import { gemm } from "../../src/linalg/gemm.js";
import { random } from "../../src/random.js";
import type { StudyData } from "./study-data.js";

/** Rows of mean 0 and of that covariance in expectation. */
export async function gaussianTwin(
  { eigenvalues, eigenvectors }: Pick<StudyData, "eigenvalues" | "eigenvectors">,
  rows: number,
  seed: number,
): Promise<Matrix> {
  const d = eigenvalues.length;
  const stream = random(seed).fork("gaussian twin");
  const source = dense(
    rows,
    d,
    Float64Array.from(
      { length: rows * d },
      (_, at) => Math.sqrt(Math.max(0, eigenvalues[at % d]!)) * stream.normal(),
    ),
  );
  const { data } = await gemm(source, eigenvectors, { transposeB: true });
  return matrix(rows, d, Float32Array.from(data));
}
