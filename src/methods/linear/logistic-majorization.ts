/**
 * @file Majorization of the deviance of logistic PCA, in the notation of logistic-pca.ts.
 *
 * As σ′ ≤ 1/4, D is at most a constant plus ¼ ‖θ − Z‖² with Z = θ + 4 (x − σ(θ)) at the θ of before; the least such bound has
 * V = the top eigenvectors of θ̃_cᵀZ_c + Z_cᵀθ̃_c − θ̃_cᵀθ̃_c, both centered by μ = mean(Z − θ̃VᵀV). Steps are
 * lengthened for as long as D falls: Z = θ + 4ω (x − σ(θ)).
 * Source: Landgraf & Lee (2020), "Dimensionality reduction for binary data through the projection of natural
 * parameters", J. Multivariate Analysis; lengthened steps: Salakhutdinov & Roweis (2003), "Adaptive overrelaxed bound
 * optimization methods", ICML.
 */
import { columnMeans, type Matrix } from "../../data/matrix.js";
import { log } from "../../elementary.js";
import { float32, float64 } from "../../engine/arrays.js";
import { compileOnce } from "../../engine/kept-programs.js";
import { sigmoid, softplus } from "../../engine/ops/activations.js";
import { add, mul, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { sum } from "../../engine/ops/reduce.js";
import { cast } from "../../engine/ops/select.js";
import { input, type NdArray, type Tensor } from "../../engine/tensor.js";
import { scatterMatrix } from "../../linalg/covariance.js";
import { type Dense, dense, transpose } from "../../linalg/dense.js";
import { gemm } from "../../linalg/gemm.js";
import { flipRows, rowSigns } from "../../linalg/signs.js";
import { topEigenpairs } from "../../linalg/top-eigenpairs.js";

/** θ̃ = m (2x − 1) */
export const natural = (x: Tensor, m: Tensor | number): Tensor => mul(sub(mul(x, 2), 1), m);

/** A float64 function of θ through float32, where its bits do not depend on the number of threads. */
const through = (f: (a: Tensor) => Tensor, theta: Tensor): Tensor =>
  cast(f(cast(theta, "float32")), "float64");

/** log(1 + e^θ) − x θ, in float64. */
export const halfDeviance = (x: Tensor, theta: Tensor): Tensor =>
  sub(through(softplus, theta), mul(x, theta));

/** Components and mean, in float64. */
export interface Fit {
  /** V `[k, d]` */
  readonly components: Dense;
  /** μ `[d]` */
  readonly mean: Float64Array;
}

/** Sums over all rows at one fit. */
interface Sums {
  /** θ̃ᵀ (x − σ(θ)) `[d, d]` */
  readonly cross: Dense;
  /** Σ (x − σ(θ)) `[d]` */
  readonly residual: Float64Array;
  /** Σ log(1 + e^θ) − x θ */
  readonly fit: number;
}

/** A step that helped makes the next longer; after one that did not comes one of the length that always helps. */
const LENGTHENING = 1.2;

/** Options of logistic PCA that majorization takes. */
export interface MajorizationOptions {
  readonly latentDim: number;
  readonly saturation: number;
  readonly maxIter: number;
  readonly tol: number;
}

/** The fit of least deviance that is found, with the deviance, and that of the columns' means. */
export async function majorize(
  x: Matrix,
  { latentDim: k, saturation: m, maxIter, tol }: MajorizationOptions,
  breathe: () => Promise<void>,
): Promise<Fit & { deviance: number; nullDeviance: number }> {
  const n = x.rows;
  const means = columnMeans(x);
  const nullDeviance = 2 * n * means.reduce((total, rate) => total + entropyOf(rate), 0);
  const { matrix: covariance } = await scatterMatrix(x, { breathe });
  // θ̃ᵀθ̃ about the mean of θ̃, and that mean.
  const scatter = covariance.data.map((value) => 4 * m * m * value);
  const center = means.map((rate) => m * (2 * rate - 1));

  let best: Fit = { components: await leading(covariance, k, breathe), mean: logOdds(means, n) };
  let at = await sumsOf(x, best, m, breathe);
  let omega = 1;
  for (let step = 0; step < maxIter; step++) {
    await breathe();
    const tried = await bound(best, at, { n, scatter, center, omega, breathe });
    const sums = await sumsOf(x, tried, m, breathe);
    const gain = 2 * (at.fit - sums.fit);
    if (gain > 0) [best, at] = [tried, sums];
    if (gain > tol * nullDeviance) omega *= LENGTHENING;
    else if (omega > 1) omega = 1;
    else break;
  }
  flipRows(best.components, rowSigns(best.components));
  return { ...best, deviance: 2 * at.fit, nullDeviance };
}

interface Fixed {
  readonly n: number;
  /** `[d, d]` */
  readonly scatter: Float64Array;
  /** `[d]` */
  readonly center: Float64Array;
  readonly omega: number;
  readonly breathe: () => Promise<void>;
}

/** The fit of least bound, from sums at the fit of before. */
async function bound(
  { components, mean }: Fit,
  { cross, residual }: Sums,
  { n, scatter, center, omega, breathe }: Fixed,
): Promise<Fit> {
  const [k, d] = [components.rows, components.cols];
  const project = (v: Float64Array) => {
    const out = new Float64Array(d);
    for (let c = 0; c < k; c++) {
      const row = components.data.subarray(c * d, (c + 1) * d);
      const along = row.reduce((total, value, j) => total + value * v[j]!, 0);
      for (let j = 0; j < d; j++) out[j]! += along * row[j]!;
    }
    return out;
  };
  // Z = μ + (θ̃ − μ)VᵀV + R with R = 4ω(x − σ(θ)), so that mean(Z − θ̃VᵀV) = μ − μVᵀV + mean(R).
  const inside = project(mean);
  const shift = residual.map((value) => (4 * omega * value) / n);
  const next = mean.map((value, j) => value - inside[j]! + shift[j]!);
  // Both matrices about their own means first; what these lie off μ adds products of vectors.
  const meanZ = project(center.map((value, j) => value - mean[j]!)).map(
    (value, j) => mean[j]! + value + shift[j]!,
  );
  const offT = center.map((value, j) => value - next[j]!);
  const offZ = meanZ.map((value, j) => value - next[j]!);
  const projected = await timesProjector(dense(d, d, scatter), components);
  const a = dense(d, d);
  for (let i = 0; i < d; i++) {
    await breathe();
    for (let j = 0; j < d; j++) {
      const entry = (r: number, c: number) =>
        projected.data[r * d + c]! +
        4 * omega * (cross.data[r * d + c]! - center[r]! * residual[c]!) +
        n * offT[r]! * offZ[c]!;
      a.data[i * d + j] = entry(i, j) + entry(j, i) - scatter[i * d + j]! - n * offT[i]! * offT[j]!;
    }
  }
  return { components: await leading(a, k, breathe), mean: next };
}

/** S VᵀV */
async function timesProjector(s: Dense, components: Dense): Promise<Dense> {
  return gemm(await gemm(s, components, { transposeB: true }), components);
}

/** The top k eigenvectors as rows. */
async function leading(a: Dense, k: number, breathe: () => Promise<void>): Promise<Dense> {
  return transpose((await topEigenpairs(a, k, { breathe })).vectors);
}

/** Rows to a product, so that float64 copies of them stay small. */
const BLOCK_ROWS = 2048;

async function sumsOf(
  x: Matrix,
  { components, mean }: Fit,
  m: number,
  breathe: () => Promise<void>,
): Promise<Sums> {
  const [k, d] = [components.rows, components.cols];
  const cross = dense(d, d);
  const residual = new Float64Array(d);
  let fit = 0;
  for (let from = 0; from < x.rows; from += BLOCK_ROWS) {
    await breathe();
    const rows = Math.min(BLOCK_ROWS, x.rows - from);
    const program = await compileOnce("logistic PCA sums", sumsGraph, { rows, d, k });
    const block = await program.run({
      x: float32([rows, d], x.data.subarray(from * d, (from + rows) * d)),
      m: float64([], [m]),
      mean: float64([d], mean),
      components: float64([k, d], components.data),
    });
    addTo(cross.data, block.cross!);
    addTo(residual, block.residual!);
    fit += block.fit!.data[0] as number;
  }
  return { cross, residual, fit };
}

function sumsGraph(): Record<string, Tensor> {
  const rows = cast(input("x", ["rows", "d"]), "float64");
  const m = input("m", [], "float64");
  const mean = input("mean", ["d"], "float64");
  const components = input("components", ["k", "d"], "float64");
  const tilde = natural(rows, m);
  const z = matmul(sub(tilde, mean), components, { transposeB: true });
  const theta = add(matmul(z, components), mean);
  const residual = sub(rows, through(sigmoid, theta));
  return {
    cross: matmul(tilde, residual, { transposeA: true }),
    residual: sum(residual, 0),
    fit: sum(halfDeviance(rows, theta)),
  };
}

function addTo(total: Float64Array, { data }: NdArray): void {
  for (let i = 0; i < total.length; i++) total[i]! += data[i] as number;
}

/** −p log p − (1 − p) log(1 − p), 0 at 0 and 1. */
function entropyOf(p: number): number {
  return p > 0 && p < 1 ? -p * log(p) - (1 - p) * log(1 - p) : 0;
}

/** Log-odds of the columns, as if each had been seen once more as 1 and once as 0. */
function logOdds(means: Float64Array, n: number): Float64Array {
  return means.map((mean) => {
    const rate = (mean * n + 1) / (n + 2);
    return log(rate) - log(1 - rate);
  });
}
