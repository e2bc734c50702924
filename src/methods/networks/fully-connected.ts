/**
 * @file Fully connected layers: the encoder and decoder of most autoencoders.
 *
 *   h₀ = x,  h_{l+1} = φ(h_l W_l + b_l) or φ(BN(h_l W_l)),   the code and the output layer with functions of their own
 *
 * Weights are kept with the side of the data first, `[in, out]` in the encoder and `[out, in]` in the decoder: mirrored
 * layers have one shape, so that tied ones are one array, and the longer side comes first, so that the cores that compute
 * a gradient share its rows as those do that update by it.
 */
import { affine, matmul } from "../../engine/ops/matmul.js";
import type { NdArray, Tensor } from "../../engine/tensor.js";
import type { Random } from "../../random.js";
import { array, glorot, he } from "../initial.js";
import type { Parameters, Symbols } from "../parameters.js";
import { initialNormalization, normalized, runningNames } from "./batch-normalization.js";
import { type Activation, activations, type Mode, type Network } from "./network.js";

/** The shape of a network; all sizes ≥ 1. */
export interface LayerOptions {
  readonly latentDim: number;
  /** Widths of the encoder's hidden layers; the decoder mirrors them. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly latentActivation: Activation;
  /** The decoder's matrices are those of the encoder, transposed; biases stay free. */
  readonly tied: boolean;
  readonly batchNorm: boolean;
}

type Side = "encoder" | "decoder";

/** Widths from one end of a side to the other: `[d, …hidden, k]` for the encoder, reversed for the decoder. */
function widths(side: Side, d: number, { hidden, latentDim }: LayerOptions): number[] {
  const forward = [d, ...hidden, latentDim];
  return side === "encoder" ? forward : forward.reverse();
}

/** The network of these layers. */
export function fullyConnected(options: LayerOptions): Network {
  return {
    initial: (d, random) => initialLayers(d, options, random),
    fixed: runningStatistics(options),
    encode: (x, p, mode) => encodeLayers(x, p, options, mode),
    decode: (z, p, mode) => decodeLayers(z, p, options, mode),
  };
}

/** Weights, biases and normalization of every layer before training. */
export function initialLayers(d: number, options: LayerOptions, random: Random): Parameters {
  const parameters: Record<string, NdArray> = {};
  for (const side of ["encoder", "decoder"] as const) {
    const sizes = widths(side, d, options);
    for (let l = 0; l + 1 < sizes.length; l++) {
      const [fanIn, fanOut] = [sizes[l]!, sizes[l + 1]!];
      const name = `${side}.${l}`;
      if (!(options.tied && side === "decoder")) {
        const shape = side === "encoder" ? ([fanIn, fanOut] as const) : ([fanOut, fanIn] as const);
        const stream = random.fork(name);
        const rectified = options.activation === "relu" || options.activation === "gelu";
        const hidden = isHidden(l, sizes);
        parameters[`${name}.weight`] = hidden && rectified ? he(shape, fanIn, stream) : glorot(shape, stream);
      }
      // Batch normalization takes means off, and with them any bias: its own shift serves.
      const normalizes = options.batchNorm && isHidden(l, sizes);
      if (!normalizes) parameters[`${name}.bias`] = array([fanOut]);
      else Object.assign(parameters, initialNormalization(name, fanOut));
    }
  }
  return parameters;
}

/** Names of parameters that no gradient trains. */
export function runningStatistics(options: LayerOptions): string[] {
  if (!options.batchNorm) return [];
  const layers = options.hidden.map((_, l) => l);
  return (["encoder", "decoder"] as const).flatMap((side) =>
    layers.flatMap((l) => runningNames(`${side}.${l}`)),
  );
}

const isHidden = (l: number, sizes: readonly number[]): boolean => l + 2 < sizes.length;

/** Codes `[n, k]` of rows `[n, d]`. */
export function encodeLayers(x: Tensor, p: Symbols, options: LayerOptions, mode: Mode): Tensor {
  return activations[options.latentActivation](applyLayers("encoder", x, p, options, mode));
}

/** The decoder's output `[n, d]`, before any function of the output layer, of codes `[n, k]`. */
export function decodeLayers(z: Tensor, p: Symbols, options: LayerOptions, mode: Mode): Tensor {
  return applyLayers("decoder", z, p, options, mode);
}

/** The encoder's last hidden layer `[n, h]`, for methods that make codes of it themselves; x where nothing is hidden. */
export function encodeHidden(x: Tensor, p: Symbols, options: LayerOptions, mode: Mode): Tensor {
  return applyHidden("encoder", x, p, options, mode);
}

function applyLayers(side: Side, input: Tensor, p: Symbols, options: LayerOptions, mode: Mode): Tensor {
  const hidden = applyHidden(side, input, p, options, mode);
  return applyWeights(side, options.hidden.length, hidden, p, options);
}

function applyHidden(side: Side, input: Tensor, p: Symbols, options: LayerOptions, mode: Mode): Tensor {
  return options.hidden.reduce((h, _, l) => {
    const a = applyWeights(side, l, h, p, options);
    return activations[options.activation](options.batchNorm ? normalized(a, `${side}.${l}`, p, mode) : a);
  }, input);
}

/** h W + b, or h W where the layer has no bias. */
function applyWeights(side: Side, l: number, h: Tensor, p: Symbols, { hidden }: LayerOptions): Tensor {
  const weight = p[`${side}.${l}.weight`] ?? p[`encoder.${hidden.length - l}.weight`]!;
  const transposeB = side === "decoder";
  const bias = p[`${side}.${l}.bias`];
  return bias ? affine(h, weight, bias, { transposeB }) : matmul(h, weight, { transposeB });
}
