/**
 * @file Results of a fitted variational autoencoder beside its parts: posteriors, bounds, and new rows.
 */
import { type Matrix, type MatrixLike, matrix, toNumbers } from "../../data/matrix.js";
import { applyScale } from "../../data/scale.js";
import { float32 } from "../../engine/arrays.js";
import { cast } from "../../engine/ops/select.js";
import { type Program, runtime } from "../../engine/session.js";
import { input, type NdArray, type Tensor } from "../../engine/tensor.js";
import { random } from "../../random.js";
import { asConstants } from "../evaluate.js";
import type { Fitted } from "../method.js";
import type { Parameters, Symbols } from "../parameters.js";
import { type BoundOptions, elbo, importanceWeightedBound, type LatentModel } from "./likelihood-bounds.js";

/** p(x|z) and q(z|x) in symbolic tensors. */
export interface Distributions {
  /** μ and log σ² of q(z|x), both `[n, k]`. */
  encode(x: Tensor, p: Symbols): { mean: Tensor; logVariance: Tensor };
  /** g(z) `[n, d]` */
  decode(z: Tensor, p: Symbols): Tensor;
  /** From g(z) to x̂. */
  link(output: Tensor): Tensor;
  /** log p(x|z) `[n]` of x and g(z) `[n, d]`. */
  logLikelihood(x: Tensor, output: Tensor, p: Symbols): Tensor;
}

/**
 * log p(x|z) of a fitted model, summed in float64: the runtime's float32 logarithm depends in its last bit on how many
 * threads share the work. Training does not need it, since the gradient of a cross-entropy has no logarithm.
 */
export function exactLogLikelihood(model: Distributions, x: Tensor, z: Tensor, p: Symbols): Tensor {
  return model.logLikelihood(cast(x, "float64"), cast(model.decode(z, p), "float64"), p);
}

/** Results of a fitted model beside its parts. */
export function inference(
  model: Distributions,
  parameters: Parameters,
  d: number,
  k: number,
  { model: coder, scaling }: Fitted,
) {
  const p = asConstants(parameters);
  const x = input("x", ["rows", d]);
  const z = input("z", ["rows", k]);
  const logVariances = program(() => model.encode(x, p).logVariance);
  const logLikelihoods = program(() => exactLogLikelihood(model, x, z, p));

  /** Rows in units of training, and q of each; `encode` refuses what are no rows. */
  async function latent(given: MatrixLike): Promise<LatentModel> {
    const rows = toNumbers(given, "posterior");
    const mu = await coder.encode(rows);
    const scaled = applyScale(rows, scaling);
    const logVariance = matrix(rows.rows, k, Float32Array.from(await logVariances({ x: scaled })));
    return { x: scaled, mean: mu, logVariance, logLikelihood: (x, z) => logLikelihoods({ x, z }) };
  }
  return {
    async posterior(given: MatrixLike) {
      const { mean, logVariance } = await latent(given);
      return { mean, variance: matrix(mean.rows, k, logVariance.data.map(Math.exp)) };
    },
    async elbo(given: MatrixLike, { samples = 1, seed = 0 }: BoundOptions = {}) {
      checkCount("elbo: samples", samples);
      return elbo(await latent(given), samples, seed);
    },
    async importanceWeightedBound(given: MatrixLike, { samples = 100, seed = 0 }: BoundOptions = {}) {
      checkCount("importanceWeightedBound: samples", samples);
      return importanceWeightedBound(await latent(given), samples, seed);
    },
    async sample(n: number, { seed = 0 }: { seed?: number | undefined } = {}) {
      checkCount("sample: n", n);
      const codes = matrix(n, k);
      random(seed).fork("sample").fillNormal(codes.data);
      return coder.decode(codes);
    },
  };
}

/** Rows to a run, so that what a network makes of them stays small. */
const BLOCK_ROWS = 2048;

/** A graph over rows, compiled when first run; all results in one array. */
function program(result: () => Tensor): (feeds: Readonly<Record<string, Matrix>>) => Promise<Float64Array> {
  let compiled: Promise<Program> | undefined;
  return async (feeds) => {
    compiled ??= runtime().then((loaded) => loaded.program({ result: cast(result(), "float64") }));
    const { rows } = Object.values(feeds)[0]!;
    const parts: Float64Array[] = [];
    for (let from = 0; from < rows; from += BLOCK_ROWS) {
      const arrays = Object.entries(feeds).map(([name, { data, cols }]): [string, NdArray] => {
        const block = data.subarray(from * cols, (from + BLOCK_ROWS) * cols);
        return [name, float32([block.length / cols, cols], block)];
      });
      const out = await (await compiled).run(Object.fromEntries(arrays));
      parts.push(out.result!.data as Float64Array);
    }
    const all = new Float64Array(parts.reduce((size, { length }) => size + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
}

function checkCount(what: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1))
    throw new RangeError(`variationalAutoencoder.${what} must be an integer ≥ 1, got ${value}`);
}
