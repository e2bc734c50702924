/**
 * @file Two ways to the low-rank matrix M of least ½ Σ_Ω (xᵢⱼ − mᵢⱼ)² + λ ‖M‖_*, Ω what is observed.
 *
 * Both fill what is missing with M, F = P_Ω(X) + P_Ω⊥(M), and improve M of the filled matrix, until F stays.
 *
 * Soft-impute takes the exact improvement, M ← U (Σ − λ)₊ Vᵀ of F = U Σ Vᵀ; the singular vectors come of the smaller of FᵀF
 * and FFᵀ. Source: Mazumder, Hastie & Tibshirani (2010), "Spectral regularization algorithms for learning large
 * incomplete matrices", JMLR 11, algorithm 1.
 *
 * Alternating least squares keeps M = A Bᵀ of a given rank, A = U D and B = V D, and takes a ridge regression of F on
 * one of them in turn, B ← FᵀU D (D² + λ)⁻¹, since ‖M‖_* = min ½ (‖A‖² + ‖B‖²): products with k columns in place of
 * d. Source: Hastie, Mazumder, Lee & Zadeh (2015), "Matrix completion and low-rank SVD via fast alternating least
 * squares", JMLR 16, algorithm 3.1.
 */
import type { Matrix } from "../../data/matrix.js";
import { type Dense, dense, transpose } from "../../linalg/dense.js";
import { eigh } from "../../linalg/eigh.js";
import { gemm } from "../../linalg/gemm.js";
import { qr } from "../../linalg/qr.js";
import { topEigenpairs } from "../../linalg/top-eigenpairs.js";
import type { Random } from "../../random.js";

/** A matrix with holes. */
export interface Incomplete {
  /** `[n, d]`; where it is missing, what stands for it: changed in place. */
  readonly filled: Dense;
  /** Row-major positions of what is missing. */
  readonly missing: Uint32Array;
}

/** X less `mean`, with `means` less `mean` for what is missing. */
export function started({ data, rows, cols }: Matrix, means: Float32Array, mean: Float32Array): Incomplete {
  const filled = dense(rows, cols);
  const missing: number[] = [];
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) {
      const value = data[at]!;
      if (Number.isNaN(value)) missing.push(at);
      filled.data[at] = (Number.isNaN(value) ? means[j]! : value) - mean[j]!;
    }
  }
  return { filled, missing: Uint32Array.from(missing) };
}

/** ½ Σ_Ω (xᵢⱼ − mᵢⱼ)² + λ ‖M‖_* of a product M with these singular values. */
export function objectiveOf(
  { filled, missing }: Incomplete,
  product: Dense,
  values: Float64Array,
  weight: number,
): number {
  let squares = 0;
  for (let at = 0; at < product.data.length; at++) squares += (filled.data[at]! - product.data[at]!) ** 2;
  for (const at of missing) squares -= (filled.data[at]! - product.data[at]!) ** 2;
  return squares / 2 + weight * values.reduce((sum, value) => sum + value, 0);
}

/** M = U S Vᵀ. */
export interface LowRank {
  /** Vᵀ `[r, d]`, orthonormal rows. */
  readonly vt: Dense;
  /** S, falling, all > 0, `[r]`. */
  readonly values: Float64Array;
}

export interface CompletionSettings {
  /** λ > 0 */
  readonly weight: number;
  /** The most values that stay, 1 … min(n, d). */
  readonly rank: number;
  readonly maxIter: number;
  /** Stop when ‖ΔF‖² / ‖F‖² is less. */
  readonly tol: number;
  /** Lets others in between steps. */
  readonly breathe: () => Promise<void>;
  /** Told of every M. */
  onIteration?(iteration: number, product: Dense, values: Float64Array): void;
}

export async function softImpute(x: Incomplete, settings: CompletionSettings): Promise<LowRank> {
  const { weight, rank, maxIter, tol, breathe, onIteration } = settings;
  for (let iteration = 1; ; iteration++) {
    await breathe();
    const { product, vt, values } = await softThreshold(x.filled, weight, rank, breathe);
    onIteration?.(iteration, product, values);
    if (refill(x, product) < tol || iteration === maxIter) return { vt, values };
  }
}

/** The `rank` largest singular values of F less λ, as far as they are > 0, with what they make. */
async function softThreshold(
  f: Dense,
  weight: number,
  rank: number,
  breathe: () => Promise<void>,
): Promise<LowRank & { readonly product: Dense }> {
  const wide = f.cols > f.rows;
  const gram = await gemm(f, f, { transposeA: !wide, transposeB: wide });
  const pairs = await topEigenpairs(gram, rank, { breathe });
  const singular = pairs.values.map((value) => Math.sqrt(Math.max(0, value)));
  const r = singular.filter((sigma) => sigma > weight).length;
  const basis = transpose(pairs.vectors);
  const kept = dense(r, basis.cols, basis.data.subarray(0, r * basis.cols));
  const values = singular.subarray(0, r).map((sigma) => sigma - weight);
  if (r === 0) return { vt: dense(0, f.cols), values, product: dense(f.rows, f.cols) };
  if (!wide) {
    const scores = await gemm(f, kept, { transposeB: true });
    scaleColumns(scores, (a) => values[a]! / singular[a]!);
    return { vt: kept, values, product: await gemm(scores, kept) };
  }
  const vt = await gemm(kept, f);
  scaleRows(vt, (a) => 1 / singular[a]!);
  const weighted = dense(r, kept.cols, kept.data.slice());
  scaleRows(weighted, (a) => values[a]!);
  return { vt, values, product: await gemm(weighted, vt, { transposeA: true }) };
}

export async function alternatingLeastSquares(
  x: Incomplete,
  settings: CompletionSettings,
  random: Random,
): Promise<LowRank> {
  const { weight, rank: k, maxIter, tol, breathe, onIteration } = settings;
  const { rows: n, cols: d } = x.filled;
  const normal = Float64Array.from({ length: n * k }, () => random.normal());
  let u = (await qr(dense(n, k, normal))).q;
  let v = dense(d, k);
  // D², the values of M = U D² Vᵀ
  let values = new Float64Array(k).fill(1);
  for (let iteration = 1; ; iteration++) {
    let change = 0;
    for (const side of ["V", "U"] as const) {
      await breathe();
      const moved = await ridge(x.filled, side === "V" ? u : v, values, weight, side === "V");
      [u, v] = side === "V" ? [moved.rotated, moved.solved] : [moved.solved, moved.rotated];
      values = moved.values;
      const weighted = dense(n, k, u.data.slice());
      scaleColumns(weighted, (a) => values[a]!);
      const product = await gemm(weighted, v, { transposeB: true });
      if (side === "U") onIteration?.(iteration, product, values);
      change += refill(x, product);
    }
    if (change < tol || iteration === maxIter) return settle(x.filled, v, weight);
  }
}

/**
 * One side of M = U D² Vᵀ by ridge regression of F on the other: for V from U the matrix B̃ D = FᵀU D² (D² + λ)⁻¹ =
 * Ṽ D̃² Rᵀ gives Ṽ and D̃, and U turns to U R. A value of 0 has a column of zeros.
 */
async function ridge(
  f: Dense,
  other: Dense,
  values: Float64Array,
  weight: number,
  transposeA: boolean,
): Promise<{ solved: Dense; rotated: Dense; values: Float64Array<ArrayBuffer> }> {
  const product = await gemm(f, other, { transposeA });
  scaleColumns(product, (a) => values[a]! / (values[a]! + weight));
  const pairs = await eigh(await gemm(product, product, { transposeA: true }));
  const found = Float64Array.from(pairs.values, (value) => Math.sqrt(Math.max(0, value)));
  const solved = await gemm(product, pairs.vectors);
  scaleColumns(solved, (a) => (found[a]! > 0 ? 1 / found[a]! : 0));
  return { solved, rotated: await gemm(other, pairs.vectors), values: found };
}

/** The soft threshold of F within the space of V: what is below λ goes. */
async function settle(f: Dense, v: Dense, weight: number): Promise<LowRank> {
  const scores = await gemm(f, v);
  const { values, vectors } = await eigh(await gemm(scores, scores, { transposeA: true }));
  const singular = values.map((value) => Math.sqrt(Math.max(0, value)));
  const r = singular.filter((sigma) => sigma > weight).length;
  const vt = await gemm(vectors, v, { transposeA: true, transposeB: true });
  return {
    vt: dense(r, f.cols, vt.data.slice(0, r * f.cols)),
    values: singular.subarray(0, r).map((sigma) => sigma - weight),
  };
}

/** Puts the product where F is missing. @returns ‖ΔF‖² / ‖F‖². */
function refill({ filled, missing }: Incomplete, { data }: Dense): number {
  const f = filled.data;
  let [change, total] = [0, 0];
  for (let at = 0; at < f.length; at++) total += f[at]! * f[at]!;
  for (let m = 0; m < missing.length; m++) {
    const at = missing[m]!;
    const moved = data[at]! - f[at]!;
    change += moved * moved;
    f[at] = data[at]!;
  }
  return total > 0 ? change / total : 0;
}

function scaleColumns(a: Dense, by: (column: number) => number): void {
  const factors = Float64Array.from({ length: a.cols }, (_, j) => by(j));
  for (let i = 0, at = 0; i < a.rows; i++) for (let j = 0; j < a.cols; j++, at++) a.data[at]! *= factors[j]!;
}

function scaleRows(a: Dense, by: (row: number) => number): void {
  for (let i = 0, at = 0; i < a.rows; i++) {
    const factor = by(i);
    for (let j = 0; j < a.cols; j++, at++) a.data[at]! *= factor;
  }
}
