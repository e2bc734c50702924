/**
 * @file Robust subspace recovery: an autoencoder whose code is a projection of the encoder's last layer onto a subspace
 * that outliers hardly turn.
 *
 *   min over θ, A of  1/n Σᵢ ‖xᵢ − x̂ᵢ‖₂ + λ₁ 1/n Σᵢ ‖yᵢ − AᵀA yᵢ‖₂ + λ₂ ‖A Aᵀ − I‖²_F
 *
 *   y = f_θ(x) ∈ ℝ^D,   z = A y,  A ∈ ℝ^{k×D},   x̂ = g_θ(z)
 *
 * No norm is squared, so that a row pulls no harder the farther away it lies.
 * Source: Lai, Zou & Lerman (2020), "Robust subspace recovery layer for unsupervised anomaly detection", ICLR,
 * arXiv 1904.00152, equations (1) to (4).
 */
import type { Matrix } from "../../data/matrix.js";
import { add, div, mul, sqrt, square, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { sum } from "../../engine/ops/reduce.js";
import { constant, type Tensor } from "../../engine/tensor.js";
import { array, orthonormal } from "../initial.js";
import { type Loss, lossOption } from "../losses.js";
import type { Method } from "../method.js";
import type { Coder } from "../model.js";
import { encodeHidden, fullyConnected } from "../networks/fully-connected.js";
import { ACTIVATIONS, type Activation, type Network } from "../networks/network.js";
import { boolean, checkOptions, integer, integers, number, type OptionTable, oneOf } from "../options.js";
import { parameterMatrix } from "../parameters.js";
import { type Penalty, penaltiesOption } from "../penalties.js";
import { autoencoderOf } from "./autoencoder-of.js";

/** Options of `robustSubspaceRecovery`. */
export interface RobustSubspaceRecoveryOptions {
  /** Dimension of the subspace k, ≥ 1 and at most D. */
  latentDim: number;
  /** Widths of the encoder's layers up to y, the last of them D; the decoder mirrors them. `[]`: y = x. Default `[32, 64, 128]`. */
  hidden?: readonly number[] | undefined;
  /** Activation of these layers. Default `tanh`. */
  activation?: Activation | undefined;
  /** Activation of the output. Default `linear`. */
  outputActivation?: "linear" | "sigmoid" | "tanh" | undefined;
  /** Batch normalization of the hidden layers. Default false. */
  batchNorm?: boolean | undefined;
  /** Loss between rows and reconstructions. Default `unsquared`, ‖x − x̂‖₂. */
  loss?: string | Loss | undefined;
  /** λ₁ ≥ 0: weight of the distance from the subspace. Default 0.1. */
  distanceWeight?: number | undefined;
  /** λ₂ ≥ 0: weight of A's distance from a projection. Default 0.1. */
  projectionWeight?: number | undefined;
  /** Score of a row: `squaredError`, ‖x − x̂‖² (default), or `cosine`, 1 − cos(x, x̂), as the authors have it. */
  score?: "squaredError" | "cosine" | undefined;
  /** Further terms added to the loss. Default none. */
  penalties?: readonly (Penalty | string)[] | undefined;
}

const weight = (help: string) =>
  number({ default: 0.1, want: "a number ≥ 0", test: (value) => value >= 0, help });

export const robustSubspaceRecoveryOptions: OptionTable<RobustSubspaceRecoveryOptions> = {
  latentDim: integer({ min: 1, help: "dimension of the subspace" }),
  hidden: integers({ min: 1, default: [32, 64, 128], help: "widths of the layers before the subspace" }),
  activation: oneOf(ACTIVATIONS, { default: "tanh", help: "activation of the hidden layers" }),
  outputActivation: oneOf(["linear", "sigmoid", "tanh"], {
    default: "linear",
    help: "activation of the output",
  }),
  batchNorm: boolean({ default: false, help: "batch normalization of the hidden layers" }),
  loss: lossOption({ default: "unsquared", help: "loss between rows and reconstructions" }),
  distanceWeight: weight("weight of the distance from the subspace"),
  projectionWeight: weight("weight of the layer's distance from a projection"),
  score: oneOf(["squaredError", "cosine"], { default: "squaredError", help: "score of a row" }),
  penalties: penaltiesOption(),
};

/** A fitted robust subspace recovery autoencoder. */
export interface RobustSubspaceRecovery extends Coder {
  /** Aᵀ `[D, k]`: its columns span the subspace, and are nearly orthonormal. */
  readonly subspace: Matrix;
}

/**
 * Robust subspace recovery: an autoencoder whose code `[n, k]` is a projection of the encoder's last layer y onto a
 * subspace that outliers hardly turn. `score` tells outliers.
 *
 *   min over θ, A of  1/n Σᵢ ‖xᵢ − x̂ᵢ‖₂ + λ₁ 1/n Σᵢ ‖yᵢ − AᵀA yᵢ‖₂ + λ₂ ‖A Aᵀ − I‖²_F
 *
 * Source: Lai, Zou & Lerman (2020), "Robust subspace recovery layer for unsupervised anomaly detection", ICLR,
 * equations (1) to (4).
 * @throws RangeError or TypeError for options that are not as described.
 */
export function robustSubspaceRecovery(
  options: RobustSubspaceRecoveryOptions,
): Method<RobustSubspaceRecovery> {
  const checked = checkOptions("robustSubspaceRecovery", robustSubspaceRecoveryOptions, options);
  const { latentDim: k, hidden, distanceWeight, projectionWeight, score } = checked;
  const fits = (width: number, what: string) => {
    if (k > width)
      throw new RangeError(
        `robustSubspaceRecovery: latentDim must be at most the ${width} ${what}, got ${k}`,
      );
  };
  if (hidden.length > 0) fits(hidden.at(-1)!, "of the last hidden layer");
  const layerName = `encoder.${hidden.length}.weight`;
  const layers = { ...checked, latentActivation: "linear", tied: false } as const;
  const inner = fullyConnected(layers);
  // The first penalty is of what the layer was given, which its code no longer tells.
  const given = new WeakMap<Tensor, Tensor>();
  const network: Network = {
    ...inner,
    initial(d, random) {
      const { [`encoder.${hidden.length}.bias`]: _, ...parameters } = inner.initial(d, random);
      const shape = [hidden.at(-1) ?? d, k] as const;
      return { ...parameters, [layerName]: orthonormal(shape, random.fork("subspace")) };
    },
    encode(x, p, mode) {
      const y = encodeHidden(x, p, layers, mode);
      const z = matmul(y, p[layerName]!);
      given.set(z, y);
      return z;
    },
  };
  const method = autoencoderOf<RobustSubspaceRecovery>({
    name: "robustSubspaceRecovery",
    options: checked,
    network,
    codeSize: () => k,
    checkSize(_, cols) {
      if (hidden.length === 0) fits(cols, "columns");
    },
    terms: ({ z, parameters }) => {
      const a = parameters[layerName]!;
      return [
        mul(distanceFromSubspace(given.get(z)!, z, a), distanceWeight),
        mul(distanceFromProjection(a), projectionWeight),
      ];
    },
    results: (parameters) => ({ subspace: parameterMatrix(parameters, layerName) }),
  });
  if (score === "squaredError") return method;
  return {
    ...method,
    parts(d) {
      const { encode, decode } = method.parts(d);
      return { encode, decode, score: (x, p) => cosineDistance(x, decode!(encode!(x, p), p)) };
    },
  };
}

/** Under a root, keeps its gradient finite at 0. */
const EPSILON = 1e-12;

/** ‖y − AᵀA y‖₂ of every row `[n]`, from y `[n, D]`, z = A y `[n, k]` and Aᵀ `[D, k]`. */
function distanceFromSubspace(y: Tensor, z: Tensor, a: Tensor): Tensor {
  const residual = sub(y, matmul(z, a, { transposeB: true }));
  return sqrt(add(sum(square(residual), 1), EPSILON));
}

/** ‖A Aᵀ − I‖²_F of Aᵀ `[D, k]`: 0 where AᵀA is a projection. */
function distanceFromProjection(a: Tensor): Tensor {
  const k = a.shape[1] as number;
  const identity = constant(array([k, k], (i) => (i % (k + 1) === 0 ? 1 : 0)));
  return sum(square(sub(matmul(a, a, { transposeA: true }), identity)));
}

/** 1 − cos(x, x̂) of every row `[n]`, 1 where either is 0. */
function cosineDistance(x: Tensor, xHat: Tensor): Tensor {
  const norms = sqrt(add(mul(sum(square(x), 1), sum(square(xHat), 1)), EPSILON));
  return sub(1, div(sum(mul(x, xHat), 1), norms));
}
