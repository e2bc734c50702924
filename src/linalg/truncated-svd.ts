/**
 * @file Truncated singular value decomposition: the k largest singular triplets of data, by the way that costs least.
 *
 *   X − 1μᵀ ≈ U_k Σ_k V_kᵀ
 *
 * With m = min(n, d) there are three ways, and `truncatedSvd` chooses by what they cost and by what they resolve:
 *
 * - Eigenvectors of the Gram matrix of the smaller side, XcᵀXc (n ≥ d) or XcXcᵀ (d > n), Xc = X − 1μᵀ: n d m operations, one
 *   pass over the data. It squares the condition: in float64 σ² is off by some 2⁻⁵³ σ₁², so that σ ≥ 10⁻⁴ σ₁ is good to 10⁻⁸ of
 *   itself. Where σ_k is smaller, all m vectors of the Gram matrix become a basis, in which the data itself is decomposed once
 *   more (Rayleigh–Ritz): its columns, Xc times the basis, are nearly orthogonal, and scaled to norm 1 their own Gram matrix
 *   has condition about 1, so that nothing is lost to the square; σ is then good to 2⁻⁵³ σ₁ or so, as of an SVD.
 * - An SVD of the data itself, where there is so little of it that it makes no difference.
 * - Block power iteration (`randomizedSvd`), where both sides are long and k is small.
 *
 * Sources: Golub & Van Loan (2013), "Matrix computations", 4th ed., §8.6; Drmač & Veselić (2008), "New fast and accurate Jacobi
 * SVD algorithm I", SIAM J. Matrix Anal. 29(4), for what scaled columns save.
 */
import { columnMeans, type Matrix } from "../data/matrix.js";
import type { Breathing } from "./breathing.js";
import { scatterMatrix } from "./covariance.js";
import { columns, type Dense, dense, toDense, transpose } from "./dense.js";
import { type Eigen, eigh, leadingEigh } from "./eigh.js";
import { gemm } from "./gemm.js";
import { gramOfBasis, rowGram, timesBasis } from "./gram.js";
import { qr } from "./qr.js";
import { randomizedSvd } from "./randomized-svd.js";
import { flipRows, rowSigns } from "./signs.js";
import { svd } from "./svd.js";
import { topEigenpairs } from "./top-eigenpairs.js";

/** Options of `truncatedSvd`. */
export interface TruncatedSvdOptions extends Breathing {
  /** Subtract the column means first. Default: false. */
  readonly center?: boolean | undefined;
  /**
   * `float64` computes in float64 throughout. `auto` multiplies more than ten million numbers in float32, sums them in float64,
   * and looks whether that resolves σ_k to 10⁻⁶ of itself; and iterates where both sides are long. `float32` always iterates.
   * Default: `auto`.
   */
  readonly precision?: "auto" | "float64" | "float32" | undefined;
  /** Seed of the iteration's start, a whole number in [0, 2⁵³). Default: 0. */
  readonly seed?: number | undefined;
}

/** The k largest singular values and their right singular vectors. */
export interface TruncatedSvd {
  /** Singular values, descending, shape `[k]`. */
  readonly s: Float64Array;
  /** Right singular vectors as orthonormal rows, each with its entry of largest absolute value positive; shape `[k, d]`. */
  readonly vt: Dense;
  /** The mean that was taken off, zero if not centered; shape `[d]`. */
  readonly mean: Float64Array;
  /** Σᵢ (xᵢⱼ − μⱼ)² of every column; shape `[d]`. */
  readonly squares: Float64Array;
  /** Share of their sum by which sums of squares may be off: `squares`, and σ². */
  readonly rounding: number;
}

/** Multiplications up to which an SVD of the data itself takes some hundredths of a second. */
const SVD_PRODUCTS = 3e7;
/** Up to so many numbers products in float64 are fast enough to be the default. */
const EXACT_SIZE = 1e7;
/** Smaller sides up to which a Gram matrix is taken whatever k is. */
const GRAM_SIDE = 2000;
/** An iteration multiplies the data by k + 10 vectors sixteen times, a Gram matrix half by m: up to so many m for each. */
const GRAM_SIDE_A_VECTOR = 32;
/** Singular values of a float64 Gram matrix that are good to 10⁻⁸, as a share of the first. */
const RESOLVED = 1e-4;
/** Those of a float32 one that are good to 10⁻⁶: rounding moves its eigenvalues by some 10⁻⁹ of the first. */
const RESOLVED_MIXED = 0.03;
/** Shares of the sum of squares by which such sums are off (measured on 60,000 × 784 images, and 10⁷ × 100 numbers). */
const ROUNDING = { float64: 1e-13, mixed: 1e-7 } as const;
/** Smaller sides up to which all eigenpairs take as long as the first ones to many digits. */
const EIGH_SIDE = 1024;
/** Residuals of eigenpairs, as a share of the first eigenvalue: σ² of 10⁻⁸ of it are wanted to some digits. */
const TOLERANCE = { float64: 1e-13, mixed: 1e-10 } as const;
/** Columns of unit norm whose vectors are no longer orthogonal to 10⁻⁸. */
const NEGLIGIBLE = 1e-8;

/**
 * The k largest singular values of `x`, or of `x` less its column means, and their right singular vectors.
 * @param x shape `[n, d]`, n and d ≥ 1, finite.
 * @param k 1 … min(n, d).
 * @throws RangeError for an impossible k, or naming the first number of `x` that is not finite.
 */
export async function truncatedSvd(
  x: Matrix,
  k: number,
  { center = false, precision = "auto", seed = 0, breathe }: TruncatedSvdOptions = {},
): Promise<TruncatedSvd> {
  const m = Math.min(x.rows, x.cols);
  if (!Number.isInteger(k) || k < 1 || k > m) {
    throw new RangeError(`truncatedSvd: k must be a whole number in 1 … ${m}, got ${k}`);
  }
  const size = x.rows * x.cols;
  const exact = precision === "float64" || size <= EXACT_SIZE;
  const iterates = m > Math.max(GRAM_SIDE, GRAM_SIDE_A_VECTOR * (k + 10));
  if (precision === "float32" || (!exact && iterates)) return byIteration(x, k, center, seed, breathe);
  if (size * m <= SVD_PRODUCTS) return bySvd(x, k, center, breathe);
  // The last of many components have little variance, which float32 products would not resolve.
  if (!exact && k <= m / 4) {
    const found = await byGram(x, k, center, "mixed", breathe);
    if (found) return found;
  }
  return byGram(x, k, center, "float64", breathe);
}

async function byIteration(
  x: Matrix,
  k: number,
  center: boolean,
  seed: number,
  breathe: Breathing["breathe"],
): Promise<TruncatedSvd> {
  const { s, vt, mean } = await randomizedSvd(x, k, { center, seed, breathe });
  const squares = new Float64Array(x.cols);
  for (let i = 0, at = 0; i < x.rows; i++)
    for (let j = 0; j < x.cols; j++, at++) squares[j]! += (x.data[at]! - mean[j]!) ** 2;
  return { s, vt, mean, squares, rounding: ROUNDING.mixed };
}

async function bySvd(
  x: Matrix,
  k: number,
  center: boolean,
  breathe: Breathing["breathe"],
): Promise<TruncatedSvd> {
  const data = toDense(x);
  const mean = center ? columnMeans(x) : new Float64Array(x.cols);
  const squares = new Float64Array(x.cols);
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < x.cols; j++, at++) squares[j]! += (data.data[at]! -= mean[j]!) ** 2;
  }
  const { s, vt } = await svd(data, { breathe });
  return {
    mean,
    vt: dense(k, x.cols, vt.data.slice(0, k * x.cols)),
    s: s.slice(0, k),
    squares,
    rounding: ROUNDING.float64,
  };
}

function byGram(
  x: Matrix,
  k: number,
  center: boolean,
  precision: "float64",
  breathe: Breathing["breathe"],
): Promise<TruncatedSvd>;
function byGram(
  x: Matrix,
  k: number,
  center: boolean,
  precision: "mixed",
  breathe: Breathing["breathe"],
): Promise<TruncatedSvd | undefined>;
/** @returns `undefined` where mixed precision does not resolve the last singular value. */
async function byGram(
  x: Matrix,
  k: number,
  center: boolean,
  precision: "float64" | "mixed",
  breathe: Breathing["breathe"],
): Promise<TruncatedSvd | undefined> {
  const tall = x.rows >= x.cols;
  const {
    matrix: gram,
    mean,
    squares,
  } = tall
    ? await scatterMatrix(x, { center, precision, breathe }).then((scatter) => ({
        ...scatter,
        squares: diagonal(scatter.matrix),
      }))
    : await rowGram(x, { center, precision, breathe });
  const pairs = await leadingPairs(gram, k, TOLERANCE[precision], breathe);
  const s = pairs.values.map((value) => Math.sqrt(Math.max(0, value)));
  const [first, last] = [s[0]!, s[k - 1]!];
  const rounding = ROUNDING[precision];
  if (last >= (precision === "mixed" ? RESOLVED_MIXED : RESOLVED) * first && first > 0) {
    const vt = tall
      ? transpose(pairs.vectors)
      : await timesBasis(
          x,
          mean,
          scaled(pairs.vectors, (i) => 1 / s[i]!),
          breathe,
        );
    return { s, vt: signed(vt), mean, squares, rounding };
  }
  if (precision === "mixed") return undefined;
  const refined = await refine(x, mean, gram, breathe);
  const values = refined.s.slice(0, k);
  const leading = columns(refined.vectors, 0, k);
  const vt = tall ? transpose(leading) : await orthonormalRight(x, mean, leading, values, breathe);
  return { s: values, vt: signed(vt), mean, squares, rounding };
}

function leadingPairs(a: Dense, k: number, tol: number, breathe: Breathing["breathe"]): Promise<Eigen> {
  return a.rows > EIGH_SIDE ? topEigenpairs(a, k, { tol, breathe }) : leadingEigh(a, k, { breathe });
}

/** Rayleigh–Ritz on the data in the basis of all eigenvectors of its Gram matrix; `vectors` are those of the smaller side. */
async function refine(
  x: Matrix,
  mean: Float64Array,
  gram: Dense,
  breathe: Breathing["breathe"],
): Promise<{ s: Float64Array; vectors: Dense }> {
  const { values, vectors } = await eigh(gram, { breathe });
  // Rounding of the Gram matrix may hide anything down to 0.
  const least = Math.sqrt(Math.max(values[0]!, Number.MIN_VALUE)) * NEGLIGIBLE;
  const norms = values.map((value) => Math.max(Math.sqrt(Math.max(0, value)), least));
  const unit = scaled(vectors, (i) => 1 / norms[i]!);
  const products = await gramOfBasis(x, mean, unit, breathe);
  const { vectors: turned, s } = await decomposeScaled(products, norms, breathe);
  return { s, vectors: await gemm(vectors, turned) };
}

/** Singular values and right vectors of B N, where G = BᵀB is near the unit matrix but for columns that are rounding. */
async function decomposeScaled(
  g: Dense,
  norms: Float64Array,
  breathe: Breathing["breathe"],
): Promise<{ s: Float64Array; vectors: Dense }> {
  // G = W Λ Wᵀ, so that √Λ Wᵀ N has the singular values and right vectors of B N.
  const { values, vectors } = await eigh(g, { breathe });
  const m = g.rows;
  const factor = transpose(vectors);
  for (let i = 0, at = 0; i < m; i++) {
    const root = Math.sqrt(Math.max(0, values[i]!));
    for (let j = 0; j < m; j++, at++) factor.data[at]! *= root * norms[j]!;
  }
  const { s, vt } = await svd(factor, { breathe });
  return { s, vectors: transpose(vt) };
}

/** Right vectors of left ones: XcᵀU Σ⁻¹, and where σ is rounding whatever is orthogonal to the others. */
async function orthonormalRight(
  x: Matrix,
  mean: Float64Array,
  left: Dense,
  s: Float64Array,
  breathe: Breathing["breathe"],
): Promise<Dense> {
  const resolved = (i: number) => s[i]! > NEGLIGIBLE * s[0]!;
  const vt = await timesBasis(
    x,
    mean,
    scaled(left, (i) => (resolved(i) ? 1 / s[i]! : 0)),
    breathe,
  );
  if (s.every((_, i) => resolved(i))) return vt;
  const { q, r } = await qr(transpose(vt), { breathe });
  const out = transpose(q);
  // Reflections may have turned them around.
  for (let i = 0; i < s.length; i++) {
    if (r.data[i * r.cols + i]! >= 0) continue;
    for (let at = i * out.cols; at < (i + 1) * out.cols; at++) out.data[at] = -out.data[at]!;
  }
  return out;
}

function diagonal(a: Dense): Float64Array {
  return Float64Array.from({ length: a.rows }, (_, j) => a.data[j * a.cols + j]!);
}

/** A copy with column j times `factor(j)`. */
function scaled(a: Dense, factor: (j: number) => number): Dense {
  const factors = Float64Array.from({ length: a.cols }, (_, j) => factor(j));
  return dense(
    a.rows,
    a.cols,
    a.data.map((value, at) => value * factors[at % a.cols]!),
  );
}

function signed(vt: Dense): Dense {
  flipRows(vt, rowSigns(vt));
  return vt;
}
