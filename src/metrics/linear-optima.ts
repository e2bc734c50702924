/**
 * @file The best that linear maps can do, in closed form from second moments Σ: at denoising, at filling what is hidden.
 *
 *   noise of variance s      min_W E ‖x − W(x + n)‖² = tr (W − I)Σ(W − I)ᵀ + s ‖W‖²_F     W = Σ(Σ + sI)⁻¹
 *   zeros with chance 1 − q  min_W E ‖x − W(m ⊙ x)‖²,  mⱼ ~ Bernoulli(q)                 W = Σ(qΣ + (1 − q) diag Σ)⁻¹
 *
 * The filters of the first, for all s > 0, are the Wiener frontier: no W with as small an error on clean rows has a smaller ‖W‖_F.
 * Sources: Wiener (1949), "Extrapolation, interpolation, and smoothing of stationary time series"; Baldi & Hornik (1989), "Neural
 * networks and principal component analysis", Neural Networks; Bishop (2006), "Pattern recognition and machine learning", 2.3.1.
 */
import type { Matrix } from "../data/matrix.js";
import { checkFinite, checkSquare, type Dense, dense } from "../linalg/dense.js";
import { eigh } from "../linalg/eigh.js";
import { gemm } from "../linalg/gemm.js";
import { factorSmall, solveLower, solveUpper } from "../linalg/small-cholesky.js";

/** tr (W − I)Σ(W − I)ᵀ = E ‖x − W x‖² for rows of second moments Σ. @param w `[d, d]`. @param moments Σ `[d, d]`. */
export async function mapError(w: Dense, moments: Dense): Promise<number> {
  checkSquare(w, "mapError");
  checkMoments(moments, w.rows, "mapError");
  const d = w.rows;
  const rest = dense(
    d,
    d,
    w.data.map((value, at) => value - (at % (d + 1) === 0 ? 1 : 0)),
  );
  const spread = await gemm(rest, moments);
  return rest.data.reduce((sum, value, at) => sum + value * spread.data[at]!, 0);
}

/**
 * The Wiener filter W = Σ(Σ + sI)⁻¹ `[d, d]`: the best linear map from x + n to x. Along a direction of variance λ it is λ / (λ + s).
 * @param moments Σ `[d, d]`, symmetric. @param variance s > 0 of the noise on each number.
 * @throws RangeError for another s, or moments that are not square, finite and symmetric.
 */
export async function wienerFilter(moments: Dense, variance: number): Promise<Dense> {
  checkVariance(variance, "wienerFilter");
  const { values, vectors } = await eigh(moments);
  const d = moments.rows;
  const weighted = dense(
    d,
    d,
    vectors.data.map((value, at) => value * kept(values[at % d]!, variance)),
  );
  return gemm(weighted, vectors, { transposeB: true });
}

/** A point of the plane in which denoising maps lie. */
export interface WienerPoint {
  /** s, the variance of the noise that this filter is best for. */
  readonly variance: number;
  /** tr (W − I)Σ(W − I)ᵀ, what it does to clean rows. */
  readonly cleanError: number;
  /** ‖W‖²_F / d, the share of noise that it leaves. */
  readonly noiseGain: number;
}

/**
 * The Wiener frontier: what the filters for some variances of noise do to clean rows and to noise.
 * @param moments Σ `[d, d]`. @param variances s > 0 of noise. @throws RangeError as `wienerFilter`.
 */
export async function wienerFrontier(
  moments: Dense,
  variances: readonly number[],
): Promise<readonly WienerPoint[]> {
  for (const variance of variances) checkVariance(variance, "wienerFrontier");
  const { values } = await eigh(moments);
  return variances.map((variance) => pointOf(values, variance));
}

/**
 * The least ‖W‖²_F / d of all linear maps whose error on clean rows is no larger: 1 or less at an error of 0, 0 at tr Σ.
 * @param moments Σ `[d, d]`. @param cleanError ≥ 0. @throws RangeError for another error, or moments as `wienerFilter`.
 */
export async function leastNoiseGain(moments: Dense, cleanError: number): Promise<number> {
  if (!(cleanError >= 0))
    throw new RangeError(`leastNoiseGain: cleanError must be a number ≥ 0, got ${cleanError}`);
  const { values } = await eigh(moments);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  if (cleanError >= total) return 0;
  const largest = Math.max(...values);
  // The error grows with the variance of the noise: halving the interval of its logarithm ends at the last bit.
  let [low, high] = [Math.log(largest) - 60, Math.log(largest) + 60];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (pointOf(values, Math.exp(middle)).cleanError > cleanError) high = middle;
    else low = middle;
  }
  return pointOf(values, Math.exp(low)).noiseGain;
}

/** Options of `maskedOptimum`. */
export interface MaskedOptimumOptions {
  /** Entries that the loss counts: `all` (default), or the `hidden` ones alone. */
  readonly lossOn?: "all" | "hidden" | undefined;
}

/**
 * The best linear map `[d, d]` from rows with hidden numbers set to 0, each with a probability, back to the rows. With the loss on
 * hidden entries a number is told by the others alone, and the diagonal is 0.
 * @param moments Σ `[d, d]`, about the point that stands for hidden numbers. @param maskRatio 1 − q, the probability, in (0, 1).
 * @throws RangeError for another probability, or moments that leave no single best map.
 */
export async function maskedOptimum(
  moments: Dense,
  maskRatio: number,
  { lossOn = "all" }: MaskedOptimumOptions = {},
): Promise<Dense> {
  const where = "maskedOptimum";
  if (!(maskRatio > 0 && maskRatio < 1))
    throw new RangeError(`${where}: maskRatio must be in (0, 1), got ${maskRatio}`);
  checkMoments(moments, moments.rows, where);
  const d = moments.rows;
  const q = 1 - maskRatio;
  const given = (i: number, j: number) => moments.data[i * d + j]! * (i === j ? 1 : q);
  const map = dense(d, d);
  const everything = Array.from({ length: d }, (_, i) => i);
  if (lossOn === "all") {
    const solve = solverOf(everything, given, where);
    for (let i = 0; i < d; i++) map.data.set(solve(moments.data.slice(i * d, (i + 1) * d)), i * d);
    return map;
  }
  for (let i = 0; i < d; i++) {
    const others = everything.filter((j) => j !== i);
    const solve = solverOf(others, given, where);
    const weights = solve(Float64Array.from(others, (j) => moments.data[i * d + j]!));
    others.forEach((j, at) => {
      map.data[i * d + j] = weights[at]!;
    });
  }
  return map;
}

/**
 * E[x | what is observed of it] for x ~ N(μ, Σ), the best there is of a Gaussian: rows with every missing number filled.
 * @param x `[n, d]`, NaN where missing. @param mean μ `[d]`. @param covariance Σ `[d, d]`; columns of no variance tell nothing.
 * @returns `[n, d]` in float64; observed numbers as they are.
 * @throws RangeError for sizes that do not fit, or observed columns that depend on one another exactly.
 */
export function conditionalMean(
  x: Pick<Matrix, "rows" | "cols"> & { readonly data: Float32Array | Float64Array },
  mean: ArrayLike<number>,
  covariance: Dense,
): Dense {
  const where = "conditionalMean";
  const { rows, cols: d } = x;
  checkMoments(covariance, d, where);
  if (mean.length !== d) throw new RangeError(`${where}: x has ${d} columns, the mean ${mean.length}`);
  const filled = dense(rows, d, Float64Array.from(x.data));
  const varies = (j: number) => covariance.data[j * d + j]! > 0;
  for (let i = 0; i < rows; i++) {
    const row = filled.data.subarray(i * d, (i + 1) * d);
    const missing: number[] = [];
    const known: number[] = [];
    for (let j = 0; j < d; j++) {
      if (Number.isNaN(row[j])) missing.push(j);
      else if (varies(j)) known.push(j);
    }
    if (missing.length === 0) continue;
    const solve = solverOf(known, (a, b) => covariance.data[a * d + b]!, `${where}: row ${i}`);
    const weights = solve(Float64Array.from(known, (j) => row[j]! - mean[j]!));
    for (const j of missing) {
      row[j] = known.reduce((sum, b, at) => sum + covariance.data[j * d + b]! * weights[at]!, mean[j]!);
    }
  }
  return filled;
}

/** λ / (λ + s); of eigenvalues that rounding made negative, 0. */
function kept(eigenvalue: number, variance: number): number {
  const lambda = Math.max(0, eigenvalue);
  return lambda / (lambda + variance);
}

function pointOf(eigenvalues: Float64Array, variance: number): WienerPoint {
  let cleanError = 0;
  let squares = 0;
  for (const value of eigenvalues) {
    const share = kept(value, variance);
    cleanError += Math.max(0, value) * (1 - share) ** 2;
    squares += share ** 2;
  }
  return { variance, cleanError, noiseGain: squares / eigenvalues.length };
}

/** From b to A⁻¹b, A being what `entry` gives for some rows and columns. */
function solverOf(
  at: readonly number[],
  entry: (i: number, j: number) => number,
  where: string,
): (b: Float64Array) => Float64Array {
  const n = at.length;
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) factor[i * n + j] = entry(at[i]!, at[j]!);
  if (!factorSmall(factor, n, n, n * Number.EPSILON))
    throw new RangeError(`${where}: columns that depend on one another exactly leave no single best answer`);
  return (b) => {
    solveLower(factor, n, 0, n, b, 0);
    solveUpper(factor, n, n, b, 0);
    return b;
  };
}

function checkMoments(moments: Dense, d: number, where: string): void {
  checkSquare(moments, where);
  checkFinite(moments, where);
  if (moments.rows !== d)
    throw new RangeError(`${where}: want moments ${d} × ${d}, got ${moments.rows} × ${moments.rows}`);
}

function checkVariance(variance: number, where: string): void {
  if (!(Number.isFinite(variance) && variance > 0))
    throw new RangeError(`${where}: the variance of noise must be a number > 0, got ${variance}`);
}
