/**
 * @file Logistic PCA: principal components of binary data, by projection of natural parameters.
 *
 *   min over V ∈ ℝ^{k×d}, VVᵀ = I, and μ of  D = 2 Σᵢⱼ [ log(1 + e^{θᵢⱼ}) − xᵢⱼ θᵢⱼ ]
 *   z = V (θ̃ − μ),   θ = μ + Vᵀz,   x̂ = σ(θ),   θ̃ = m (2x − 1)
 *
 * PCA is the same for squared errors, where the natural parameter of a number is the number itself; that of a 0 or 1 is
 * infinite, and ±m stands for it. D is the deviance, −2 times the log-likelihood of independent 0s and 1s; of a number
 * between, a probability, its expectation.
 *
 * Solved by majorization. As σ′ ≤ 1/4, D is at most a constant plus ¼ ‖θ − Z‖² with Z = θ + 4 (x − σ(θ)) at the θ of
 * before; the least such bound has V = the top eigenvectors of θ̃_cᵀZ_c + Z_cᵀθ̃_c − θ̃_cᵀθ̃_c, both centred by
 * μ = mean(Z − θ̃VᵀV). Steps are lengthened for as long as D falls, Z = θ + 4ω (x − σ(θ)).
 * Source: Landgraf & Lee (2020), "Dimensionality reduction for binary data through the projection of natural
 * parameters", J. Multivariate Analysis; lengthened steps: Salakhutdinov & Roweis (2003), "Adaptive overrelaxed bound
 * optimization methods", ICML.
 */
import { columnMeans, type Matrix } from "../../data/matrix.js";
import { log } from "../../elementary.js";
import { emit } from "../../engine/onnx.js";
import { sigmoid, softplus } from "../../engine/ops/activations.js";
import { add, mul, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { sum } from "../../engine/ops/reduce.js";
import { cast } from "../../engine/ops/select.js";
import { compileOnce } from "../../engine/session.js";
import { input, type NdArray, type Tensor } from "../../engine/tensor.js";
import { scatterMatrix } from "../../linalg/covariance.js";
import { type Dense, dense, transpose } from "../../linalg/dense.js";
import { gemm } from "../../linalg/gemm.js";
import { flipRows, rowSigns } from "../../linalg/signs.js";
import { topEigenpairs } from "../../linalg/top-eigenpairs.js";
import { refuseOutsideUnit } from "../losses.js";
import { type Coder, type FitContext, type Method, parameterMatrix, type Symbols } from "../method.js";
import { checkOptions, integer, number, type OptionTable } from "../options.js";

export interface LogisticPcaOptions {
  /** Number of components k, from 1 to d. */
  latentDim: number;
  /**
   * m > 0, the natural parameter of a 1; that of a 0 is −m. With a larger one x̂ comes nearer to 0 and 1, and errors
   * cost more. Default 4.
   */
  saturation?: number;
  /** The most steps, ≥ 1. Default 1000. */
  maxIter?: number;
  /** Stop when a step lowers the deviance by less than this share of that without components, ≥ 0. Default 1e-6. */
  tol?: number;
}

export const logisticPcaOptions: OptionTable<LogisticPcaOptions> = {
  latentDim: integer({ min: 1, help: "number of components" }),
  saturation: number({
    default: 4,
    want: "a number > 0",
    test: (v) => v > 0,
    help: "natural parameter that stands for that of a 1, which is infinite",
  }),
  maxIter: integer({ min: 1, default: 1000, help: "the most steps" }),
  tol: number({ default: 1e-6, want: "a number ≥ 0", test: (v) => v >= 0, help: "least progress of a step" }),
};

/** A fitted logistic PCA. `score` is the deviance of each row. */
export interface LogisticPca extends Coder {
  /** V `[k, d]`: orthonormal rows, largest absolute entry positive. */
  readonly components: Matrix;
  /** μ `[d]`, natural parameters. */
  readonly mean: Float64Array;
  /** D of the training rows. */
  readonly deviance: number;
  /** 1 − D / D₀, with D₀ the deviance where every x̂ is its column's mean; 0 where D₀ is 0. */
  readonly devianceExplained: number;
}

/** @throws RangeError or TypeError for options that are not as described. */
export function logisticPca(options: LogisticPcaOptions): Method<LogisticPca> {
  const checked = checkOptions("logisticPca", logisticPcaOptions, options);
  const { latentDim: k, saturation: m } = checked;
  const encode = (x: Tensor, p: Symbols) =>
    matmul(sub(natural(x, m), p.mean!), p.components!, { transposeB: true });
  const parametersOf = (z: Tensor, p: Symbols) => add(matmul(z, p.components!), p.mean!);
  return {
    name: "logisticPca",
    options: checked,
    codeSize: () => k,
    checkSize(_rows, cols) {
      if (k > cols)
        throw new RangeError(`logisticPca: latentDim ${k} exceeds the ${cols} columns of the data`);
    },
    checkValues: (x) => refuseOutsideUnit("logisticPca", x),
    fitting: { kind: "solved", solve: (x, context) => solve(x, checked, context) },
    parts: () => ({
      encode: (x, p) => encode(x, single(p)),
      decode: (z, p) => sigmoid(parametersOf(z, single(p))),
      score(x, p) {
        const wide = cast(x, "float64");
        return mul(sum(halfDeviance(wide, parametersOf(encode(wide, p), p)), 1), 2);
      },
    }),
    results: (parameters) => {
      const [deviance, nullDeviance] = parameters.deviances!.data as Float64Array as unknown as [
        number,
        number,
      ];
      return {
        components: parameterMatrix(parameters, "components"),
        mean: parameters.mean!.data as Float64Array,
        deviance,
        devianceExplained: nullDeviance > 0 ? 1 - deviance / nullDeviance : 0,
      };
    },
  };
}

const single = (p: Symbols): Symbols =>
  Object.fromEntries(Object.entries(p).map(([name, t]) => [name, cast(t, "float32")]));

/** θ̃ = m (2x − 1) */
const natural = (x: Tensor, m: Tensor | number): Tensor => mul(sub(mul(x, 2), 1), m);

/** A float64 function of θ through float32, where its bits do not depend on the number of threads. */
const through = (f: (a: Tensor) => Tensor, theta: Tensor): Tensor =>
  cast(f(cast(theta, "float32")), "float64");

/** log(1 + e^θ) − x θ, in float64. */
const halfDeviance = (x: Tensor, theta: Tensor): Tensor => sub(through(softplus, theta), mul(x, theta));

/** What a step starts from. */
interface Fit {
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

async function solve(x: Matrix, options: Required<LogisticPcaOptions>, { signal }: FitContext) {
  const { latentDim: k, saturation: m, maxIter, tol } = options;
  const [n, d] = [x.rows, x.cols];
  const means = columnMeans(x);
  const nullDeviance = 2 * n * means.reduce((total, rate) => total + entropyOf(rate), 0);
  const { matrix: covariance } = await scatterMatrix(x);
  // θ̃ᵀθ̃ about the mean of θ̃, and that mean.
  const scatter = covariance.data.map((value) => 4 * m * m * value);
  const center = means.map((rate) => m * (2 * rate - 1));

  let best: Fit = { components: await leading(covariance, k), mean: logOdds(means, n) };
  let at = await sumsOf(x, best, m);
  let omega = 1;
  for (let step = 0; step < maxIter; step++) {
    signal?.throwIfAborted();
    const tried = await bound(best, at, { n, scatter, center, omega });
    const sums = await sumsOf(x, tried, m);
    const gain = 2 * (at.fit - sums.fit);
    if (gain > 0) [best, at] = [tried, sums];
    if (gain > tol * nullDeviance) omega *= LENGTHENING;
    else if (omega > 1) omega = 1;
    else break;
  }
  flipRows(best.components, rowSigns(best.components));
  return {
    components: float64([k, d], best.components.data),
    mean: float64([d], best.mean),
    deviances: float64([2], Float64Array.of(2 * at.fit, nullDeviance)),
  };
}

interface Fixed {
  readonly n: number;
  /** `[d, d]` */
  readonly scatter: Float64Array;
  /** `[d]` */
  readonly center: Float64Array;
  readonly omega: number;
}

/** The fit of least bound, from sums at the fit of before. */
async function bound(
  { components, mean }: Fit,
  { cross, residual }: Sums,
  { n, scatter, center, omega }: Fixed,
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
    for (let j = 0; j < d; j++) {
      const entry = (r: number, c: number) =>
        projected.data[r * d + c]! +
        4 * omega * (cross.data[r * d + c]! - center[r]! * residual[c]!) +
        n * offT[r]! * offZ[c]!;
      a.data[i * d + j] = entry(i, j) + entry(j, i) - scatter[i * d + j]! - n * offT[i]! * offT[j]!;
    }
  }
  return { components: await leading(a, k), mean: next };
}

/** S VᵀV */
async function timesProjector(s: Dense, components: Dense): Promise<Dense> {
  return gemm(await gemm(s, components, { transposeB: true }), components);
}

/** The top k eigenvectors as rows. */
async function leading(a: Dense, k: number): Promise<Dense> {
  return transpose((await topEigenpairs(a, k)).vectors);
}

/** Rows to a product, so that float64 copies of them stay small. */
const BLOCK_ROWS = 2048;

async function sumsOf(x: Matrix, { components, mean }: Fit, m: number): Promise<Sums> {
  const [k, d] = [components.rows, components.cols];
  const program = await compileOnce("logistic PCA sums", sumsModel);
  const cross = dense(d, d);
  const residual = new Float64Array(d);
  let fit = 0;
  for (let from = 0; from < x.rows; from += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, x.rows - from);
    const block = await program.run({
      x: { dtype: "float32", shape: [rows, d], data: x.data.subarray(from * d, (from + rows) * d) },
      m: float64([], Float64Array.of(m)),
      mean: float64([d], mean),
      components: float64([k, d], components.data),
    });
    addTo(cross.data, block.cross!);
    addTo(residual, block.residual!);
    fit += block.fit!.data[0] as number;
  }
  return { cross, residual, fit };
}

function sumsModel(): Uint8Array {
  const rows = cast(input("x", ["rows", "d"]), "float64");
  const m = input("m", [], "float64");
  const mean = input("mean", ["d"], "float64");
  const components = input("components", ["k", "d"], "float64");
  const tilde = natural(rows, m);
  const z = matmul(sub(tilde, mean), components, { transposeB: true });
  const theta = add(matmul(z, components), mean);
  const residual = sub(rows, through(sigmoid, theta));
  return emit({
    cross: matmul(tilde, residual, { transposeA: true }),
    residual: sum(residual, 0),
    fit: sum(halfDeviance(rows, theta)),
  });
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

const float64 = (shape: readonly number[], data: Float64Array): NdArray => ({
  dtype: "float64",
  shape,
  data,
});
