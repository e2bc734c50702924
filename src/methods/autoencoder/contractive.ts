/**
 * @file The contractive autoencoder: a code that small changes of a row leave alone, but for those that the data show.
 *
 *   min over θ of  1/n Σᵢ [ ℓ(xᵢ, x̂ᵢ) + λ ‖∂h(xᵢ)/∂x‖²_F ],   h = f_θ(x),  x̂ = g_θ(h)
 *
 * In closed form for one layer, h = φ(x W + b): Σⱼ φ′(aⱼ)² ‖W·ⱼ‖²; exactly or estimated through deeper ones (jacobian.ts).
 * With batch normalization h is the fitted encoder, which normalizes by running statistics.
 * Source: Rifai, Vincent, Muller, Glorot & Bengio (2011), "Contractive auto-encoders: explicit invariance during feature
 * extraction", ICML.
 */
import type { MatrixLike } from "../../data/matrix.js";
import { mul } from "../../engine/ops/arithmetic.js";
import type { Tensor } from "../../engine/tensor.js";
import { SCALE_OR_TRAIN } from "../collapse.js";
import { rowFunction } from "../evaluate.js";
import type { Method } from "../method.js";
import type { Coder } from "../model.js";
import { fullyConnected } from "../networks/fully-connected.js";
import { INFERENCE } from "../networks/network.js";
import { checkOptions, integer, number, type OptionTable, oneOf } from "../options.js";
import type { Symbols } from "../parameters.js";
import { type AutoencoderOptions, autoencoderOptions } from "./autoencoder.js";
import { autoencoderOf } from "./autoencoder-of.js";
import { estimatedNorms, exactNorms, layerNorms, measuredNorms } from "./jacobian.js";

/** Options of `contractiveAutoencoder`: those of `autoencoder`, and the weight and computation of the contraction. */
export interface ContractiveAutoencoderOptions extends AutoencoderOptions {
  /** Widths of the encoder's hidden layers, mirrored by the decoder. Default `[]`: the code is the only layer. */
  hidden?: readonly number[] | undefined;
  /** Activation of the code. Default `sigmoid`. */
  latentActivation?: AutoencoderOptions["latentActivation"] | undefined;
  /** Decoder matrices are the encoder's, transposed. Default true. */
  tied?: boolean | undefined;
  /** λ ≥ 0, the weight of ‖∂h/∂x‖²_F. Default 0.1. */
  contraction?: number | undefined;
  /**
   * Computation of ‖∂h/∂x‖²_F in training: `exact`, in closed form for one layer and by k vector-Jacobian products
   * through more; `hutchinson`, an unbiased estimate that costs the same for any k; `auto` (default) is exact for one
   * layer and for codes of up to 16 numbers.
   */
  jacobian?: "auto" | "exact" | "hutchinson" | undefined;
  /** For `hutchinson`: random vectors for each row, from 1 to 1000. Default 1. */
  probes?: number | undefined;
}

export const contractiveAutoencoderOptions: OptionTable<ContractiveAutoencoderOptions> = {
  ...autoencoderOptions,
  hidden: { ...autoencoderOptions.hidden, default: [] },
  latentActivation: { ...autoencoderOptions.latentActivation, default: "sigmoid" },
  tied: { ...autoencoderOptions.tied, default: true },
  contraction: number({
    default: 0.1,
    want: "a number ≥ 0",
    test: (v) => v >= 0,
    help: "weight of ‖∂h/∂x‖²",
  }),
  jacobian: oneOf(["auto", "exact", "hutchinson"], {
    default: "auto",
    help: "computation of ‖∂h/∂x‖² in training",
  }),
  probes: integer({ min: 1, max: 1000, default: 1, help: "hutchinson: random vectors for each row" }),
};

/** A fitted contractive autoencoder. */
export interface ContractiveAutoencoder extends Coder {
  /** ‖∂h/∂x‖²_F of every row `[n]`, exactly, by the rows in the units of training. */
  jacobianNorms(x: MatrixLike): Promise<Float32Array>;
}

/** The widest code of a deep encoder for which `auto` takes a product for each of its numbers. */
const EXACT_CODES = 16;
/** The widest for which there can be one. */
const MOST_EXACT_CODES = 1000;

/**
 * The contractive autoencoder: a code `[n, k]` that small changes of a row leave alone, but for those that the data
 * show.
 *
 *   min over θ of  1/n Σᵢ [ ℓ(xᵢ, x̂ᵢ) + λ ‖∂h(xᵢ)/∂x‖²_F ],   h = f_θ(x),  x̂ = g_θ(h)
 *
 * Source: Rifai, Vincent, Muller, Glorot & Bengio (2011), "Contractive auto-encoders", ICML.
 * @throws RangeError or TypeError for options that are not as described, or for `jacobian: "exact"` through several
 *   layers with latentDim > 1000.
 */
export function contractiveAutoencoder(
  options: ContractiveAutoencoderOptions,
): Method<ContractiveAutoencoder> {
  const name = "contractiveAutoencoder";
  const checked = checkOptions(name, contractiveAutoencoderOptions, options);
  const { latentDim: k, hidden, latentActivation, batchNorm, contraction, jacobian, probes } = checked;
  const network = fullyConnected(checked);
  const oneLayer = hidden.length === 0;
  const estimate = jacobian === "hutchinson" || (jacobian === "auto" && !oneLayer && k > EXACT_CODES);
  if (!estimate && !oneLayer && k > MOST_EXACT_CODES) {
    throw new RangeError(
      `${name}: jacobian exact through several layers wants a latentDim of ${MOST_EXACT_CODES} at most, got ${k}`,
    );
  }
  const closedForm = (h: Tensor, x: Tensor, p: Symbols) =>
    layerNorms(h, x, p["encoder.0.weight"]!, p["encoder.0.bias"]!, latentActivation);

  return autoencoderOf<ContractiveAutoencoder>({
    name,
    options: checked,
    network,
    codeSize: () => k,
    remedy: `${SCALE_OR_TRAIN}, or a contraction below ${contraction}`,
    terms({ x, z, batch, parameters: p }) {
      const h = batchNorm ? network.encode(x, p, INFERENCE) : z;
      const norms = estimate
        ? estimatedNorms(h, x, probes, batch)
        : oneLayer
          ? closedForm(h, x, p)
          : exactNorms(h, x);
      return [mul(norms, batch.scalar("contraction", contraction))];
    },
    results: (parameters, d, { scaling }) => ({
      jacobianNorms: rowFunction({
        name: `${name}.jacobianNorms`,
        inputDim: d,
        scaling,
        parameters,
        f: (x, p) => measuredNorms(network.encode(x, p, INFERENCE), x),
      }),
    }),
  });
}
