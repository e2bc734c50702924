/**
 * @file Procrustes disparity: what is left between two configurations of the same points after shifting, scaling,
 * rotating and mirroring. With A and B centered and of Frobenius norm 1:
 *
 *   min over s ≥ 0, RᵀR = I, of  ‖A − s B R‖²_F  =  1 − (Σ σᵢ(AᵀB))²
 *
 * Source: Gower (1975), "Generalized Procrustes analysis", Psychometrika 40.
 */
import type { Matrix } from "../data/matrix.js";
import { type Dense, toDense } from "../linalg/dense.js";
import { gemm } from "../linalg/gemm.js";
import { svd } from "../linalg/svd.js";
import { checkPoints } from "./squared-distances.js";

/**
 * In [0, 1], 0 for configurations that are alike.
 * @param a @param b `[n, k]`, finite, n ≥ 2.
 * @throws RangeError for shapes that differ, numbers that are not finite, or points that are all equal.
 */
export async function procrustesDisparity(a: Matrix, b: Matrix): Promise<number> {
  if (a.rows !== b.rows || a.cols !== b.cols) {
    throw new RangeError(
      `procrustesDisparity: want one shape, got ${a.rows} × ${a.cols} and ${b.rows} × ${b.cols}`,
    );
  }
  const product = await gemm(normalized(a), normalized(b), { transposeA: true });
  const { s } = await svd(product);
  const sum = s.reduce((total, sigma) => total + sigma, 0);
  return Math.max(0, 1 - sum ** 2);
}

function normalized(x: Matrix): Dense {
  checkPoints(x, 2, "procrustesDisparity");
  const out = toDense(x);
  const { data, rows, cols } = out;
  let squares = 0;
  for (let j = 0; j < cols; j++) {
    let mean = 0;
    for (let at = j; at < data.length; at += cols) mean += (data[at]! - data[j]!) / rows;
    const first = data[j]!;
    for (let at = j; at < data.length; at += cols) {
      data[at] = data[at]! - first - mean;
      squares += data[at]! ** 2;
    }
  }
  if (squares === 0) throw new RangeError("procrustesDisparity: all points are equal");
  const scale = 1 / Math.sqrt(squares);
  for (let at = 0; at < data.length; at++) data[at]! *= scale;
  return out;
}
