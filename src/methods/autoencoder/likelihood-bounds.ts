/**
 * @file Lower bounds on the log-likelihood of a model with latent codes, by draws from q(z|x) = N(μ(x), diag σ²(x)):
 *
 *   ELBO    E_q [log p(x|z)] − KL(q(z|x) ‖ N(0, I))                     ≤ log p(x)
 *   L_S     E_q [log 1/S Σₛ p(x|zₛ) p(zₛ) / q(zₛ|x)]                    ELBO = L₁ ≤ L_S ≤ L_{S+1} ≤ log p(x)
 *
 * Source: Burda, Grosse & Salakhutdinov (2016), "Importance weighted autoencoders", ICLR, equation (8).
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { type Random, random } from "../../random.js";

/** Options of bounds on a log-likelihood. */
export interface BoundOptions {
  /** Draws of z for every row, S ≥ 1. Default: as each bound says. */
  samples?: number | undefined;
  /** Whole number in [0, 2⁵³), default 0: same seed, same draws. */
  seed?: number | undefined;
}

/** Rows, what q says of each, and log p(x|z) `[rows]` of rows and codes. */
export interface LatentModel {
  /** `[n, d]` */
  readonly x: Matrix;
  /** μ `[n, k]` */
  readonly mean: Matrix;
  /** log σ² `[n, k]` */
  readonly logVariance: Matrix;
  logLikelihood(x: Matrix, z: Matrix): Promise<ArrayLike<number>>;
}

/** Rows at a time: what a decoder makes of them stays small. */
const BLOCK_ROWS = 512;

/** ELBO of every row `[n]`: the mean of log p(x|z) over the draws, less the exact KL. */
export function elbo(model: LatentModel, samples: number, seed: number): Promise<Float64Array> {
  return overBlocks(model, random(seed).fork("elbo"), samples, (block) => {
    const sums = new Float64Array(block.x.rows);
    return {
      take: ({ likelihoods }) => addTo(sums, likelihoods),
      result: () => sums.map((sum, i) => sum / samples - divergence(block, i)),
    };
  });
}

/** L_S of every row `[n]`. */
export function importanceWeightedBound(
  model: LatentModel,
  samples: number,
  seed: number,
): Promise<Float64Array> {
  return overBlocks(model, random(seed).fork("importance"), samples, (block) => {
    const { rows } = block.x;
    const k = block.mean.cols;
    const largest = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
    // Σ w / e^largest
    const sums = new Float64Array(rows);
    return {
      take({ likelihoods, noise, z }) {
        for (let i = 0; i < rows; i++) {
          let ratio = 0;
          for (let at = i * k; at < (i + 1) * k; at++)
            ratio += block.logVariance.data[at]! + noise[at]! ** 2 - z.data[at]! ** 2;
          const logWeight = likelihoods[i]! + ratio / 2;
          const before = largest[i]!;
          largest[i] = Math.max(before, logWeight);
          sums[i] = sums[i]! * Math.exp(before - largest[i]!) + Math.exp(logWeight - largest[i]!);
        }
      },
      result: () => sums.map((sum, i) => largest[i]! + Math.log(sum / samples)),
    };
  });
}

/** One draw for every row of a block. */
interface Draw {
  /** log p(x|z) `[rows]` */
  readonly likelihoods: ArrayLike<number>;
  /** ε `[rows · k]` */
  readonly noise: Float32Array;
  /** μ + σ ⊙ ε `[rows, k]` */
  readonly z: Matrix;
}

interface Estimate {
  take(draw: Draw): void;
  result(): Float64Array;
}

async function overBlocks(
  model: LatentModel,
  stream: Random,
  samples: number,
  estimate: (block: LatentModel) => Estimate,
): Promise<Float64Array> {
  const out = new Float64Array(model.x.rows);
  for (let from = 0; from < model.x.rows; from += BLOCK_ROWS) {
    const part = (m: Matrix) => {
      const data = m.data.subarray(from * m.cols, (from + BLOCK_ROWS) * m.cols);
      return matrix(data.length / m.cols, m.cols, data);
    };
    const block: LatentModel = {
      x: part(model.x),
      mean: part(model.mean),
      logVariance: part(model.logVariance),
      logLikelihood: model.logLikelihood,
    };
    const { take, result } = estimate(block);
    for (let s = 0; s < samples; s++) {
      const noise = stream.fork(from, s).fillNormal(new Float32Array(block.mean.data.length));
      const z = matrix(block.x.rows, model.mean.cols, drawn(block, noise));
      take({ noise, z, likelihoods: await model.logLikelihood(block.x, z) });
    }
    out.set(result(), from);
  }
  return out;
}

/** μ + σ ⊙ ε */
function drawn({ mean, logVariance }: LatentModel, noise: Float32Array): Float32Array {
  return noise.map((epsilon, at) => mean.data[at]! + Math.exp(logVariance.data[at]! / 2) * epsilon);
}

/** KL(q(z|x) ‖ N(0, I)) of a row. */
function divergence({ mean, logVariance }: LatentModel, row: number): number {
  let sum = 0;
  for (let at = row * mean.cols; at < (row + 1) * mean.cols; at++)
    sum += mean.data[at]! ** 2 + Math.exp(logVariance.data[at]!) - 1 - logVariance.data[at]!;
  return sum / 2;
}

function addTo(sums: Float64Array, values: ArrayLike<number>): void {
  for (let i = 0; i < sums.length; i++) sums[i]! += values[i]!;
}
