/**
 * @file The unrolled encoder: T gradient steps on ½ ‖m ⊙ (x − c − B y)‖², differentiated through.
 *
 *   y₀ = 0,   y_{t+1} = y_t + η W (m ⊙ (x − c − V y_t)),   W = Bᵀ and V = B, or learned in their place
 *
 * The mask m leaves missing entries out of the residual, so they need no filling; in training also some that are hidden at
 * random, which the loss counts.
 * Source: Gregor & LeCun (2010), "Learning fast approximations of sparse coding", ICML.
 */
import { add, div, mul, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";

import type { NdArray, Tensor } from "../../engine/tensor.js";
import { array } from "../initial.js";
import type { Parameters, Symbols } from "../parameters.js";
import { largestSquaredSingularValue } from "../spectral-norm.js";

/** Options of the linear autoencoder that the unrolled encoder needs. */
export interface UnrolledOptions {
  readonly latentDim: number;
  readonly steps: number;
  readonly stepSize: number | "learned" | "lipschitz";
  readonly stepWeights: "decoder" | "shared" | "separate";
}

/**
 * Codes `[n, k]` of rows x `[n, d]` without NaN.
 * @param mask m `[n, d]`, 1 for entries that count and 0 for those that do not; without it, all count.
 */
export function unrolledEncode(x: Tensor, p: Symbols, options: UnrolledOptions, mask?: Tensor): Tensor {
  const target = p.center ? sub(x, p.center) : x;
  const counted = (residual: Tensor) => (mask ? mul(residual, mask) : residual);
  const stepSize = stepSizeOf(options.stepSize, p);
  let y: Tensor | undefined;
  for (let t = 0; t < options.steps; t++) {
    const { up, down } = stepMatrices(options, p, t);
    const residual = y ? sub(target, matmul(y, down, { transposeB: true })) : target;
    const step = mul(matmul(counted(residual), up), stepSize);
    y = y ? add(y, step) : step;
  }
  return y!;
}

/** Wᵀ `[d, k]` and Vᵀ `[k, d]` as products take them: their transpose flags spare a copy. */
function stepMatrices({ stepWeights }: UnrolledOptions, p: Symbols, t: number): { up: Tensor; down: Tensor } {
  if (stepWeights === "decoder") return { up: p.decoder!, down: p.decoder! };
  const suffix = stepWeights === "shared" ? "" : t;
  // The first step starts from y = 0 and has no use for V.
  return { up: p[`stepUp${suffix}`]!, down: p[`stepDown${suffix}`] ?? p.decoder! };
}

function stepSizeOf(stepSize: UnrolledOptions["stepSize"], p: Symbols): Tensor | number {
  if (stepSize === "learned") return p.stepSize!;
  return stepSize === "lipschitz" ? div(1, largestSquaredSingularValue(p.decoder!)) : stepSize;
}

/** Parameters of the steps before training: those of plain gradient descent. */
export function initialStepWeights(options: UnrolledOptions, decoder: NdArray): Parameters {
  const { stepSize, stepWeights, steps } = options;
  const parameters: Record<string, NdArray> = {};
  if (stepSize === "learned") {
    // 1/‖B‖_F² ≤ 1/σ_max²: a step that cannot diverge.
    parameters.stepSize = array([], () => 1 / (decoder.data as Float32Array).reduce((s, v) => s + v * v, 0));
  }
  if (stepWeights === "decoder") return parameters;
  const suffixes = stepWeights === "shared" ? [""] : Array.from({ length: steps }, (_, t) => String(t));
  for (const suffix of suffixes) {
    parameters[`stepUp${suffix}`] = decoder;
    if (suffix !== "0" && steps > 1) parameters[`stepDown${suffix}`] = decoder;
  }
  return parameters;
}
