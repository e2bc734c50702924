/**
 * @file The stacked autoencoder: a deep one whose layers are trained one by one from the data up, then unrolled to an
 * encoder and a decoder and trained together.
 *
 *   layer l:   min over W, b, W', c of  1/n Σᵢ ℓ(hᵢ, ψ(φ(h̃ᵢ W + b) W' + c)),   hᵢ the codes of the layers below
 *              h̃ = h (plain), h̃ = h corrupted anew in every step (denoising), or a restricted Boltzmann machine
 *   together:  min over θ of  1/n Σᵢ ℓ(xᵢ, g_θ(f_θ(xᵢ))) + Σ Ω,   θ the layers' W, b in f and W', c in g
 *
 * Source: Hinton & Salakhutdinov (2006), "Reducing the dimensionality of data with neural networks", Science (machines);
 * Bengio, Lamblin, Popovici & Larochelle (2007), "Greedy layer-wise training of deep networks", NIPS (plain); Vincent et
 * al. (2010), "Stacked denoising autoencoders", JMLR (denoising).
 */
import { type NdArray, sameShape, show } from "../../engine/tensor.js";
import { checkedElements } from "../../parallel/memory.js";
import { corruptionOf, type Noise, noiseOption } from "../augmentations/noise-option.js";
import { hiddenField } from "../energy/free-energy.js";
import { linearHiddenUnits } from "../energy/linear-hidden-units.js";
import { restrictedBoltzmannMachine } from "../energy/restricted-boltzmann-machine.js";
import { array } from "../initial.js";
import type { Method, Trained } from "../method.js";
import type { Coder } from "../model.js";
import { fullyConnected } from "../networks/fully-connected.js";
import { INFERENCE } from "../networks/network.js";
import { checkOptions, integer, integers, number, type OptionTable, oneOf, optional } from "../options.js";
import type { Parameters } from "../parameters.js";
import { ofRange } from "../range.js";
import { type AutoencoderOptions, autoencoderOptions } from "./autoencoder.js";
import { autoencoderOf } from "./autoencoder-of.js";
import { type LayerTraining, trainLayerByLayer } from "./layer-by-layer.js";

/** Options of `stackedAutoencoder`: those of `autoencoder` but `batchNorm`, and the training of single layers. */
export interface StackedAutoencoderOptions extends Omit<AutoencoderOptions, "batchNorm"> {
  /** Widths of the encoder's hidden layers, mirrored by the decoder. Default `[1000, 500, 250]`. */
  hidden?: readonly number[] | undefined;
  /**
   * Training of a layer by itself: as an autoencoder, `plain` or `denoising`, or as a restricted Boltzmann machine,
   * `rbm`. Machines want sigmoid layers, a sigmoid or linear code and rows in [0, 1]. Default `plain`.
   */
  pretraining?: "plain" | "denoising" | "rbm" | undefined;
  /** Passes over the data for each layer, ≥ 1. Default 10. */
  pretrainingEpochs?: number | undefined;
  /** Rows a step for each layer, ≥ 1. Default 128. */
  pretrainingBatchSize?: number | undefined;
  /** Learning rate of Adam, for each layer, > 0. Default 0.001, for machines 0.01. */
  pretrainingLearningRate?: number | undefined;
  /** Noise on a layer's inputs for `denoising`, as in `denoisingAutoencoder`. Default `zero:0.3`. */
  pretrainingNoise?: Noise | undefined;
  /**
   * Values for what is not said: `hinton2006` has sigmoid layers of 1000, 500 and 250 units, a linear code, a sigmoid
   * output with the cross-entropy, and machines.
   */
  preset?: "hinton2006" | undefined;
}

/** A fitted stacked autoencoder. */
export interface StackedAutoencoder extends Coder {
  /** The mean loss of every layer in each epoch of its own training `[layers][epochs]`; a machine's reconstruction error. */
  readonly pretrainingLosses: readonly (readonly number[])[];
}

const { batchNorm: _, ...inherited } = autoencoderOptions;

export const stackedAutoencoderOptions: OptionTable<StackedAutoencoderOptions> = {
  ...inherited,
  hidden: integers({ min: 1, default: [1000, 500, 250], help: "widths of the hidden layers" }),
  pretraining: oneOf(["plain", "denoising", "rbm"], {
    default: "plain",
    help: "training of a layer alone",
  }),
  pretrainingEpochs: integer({ min: 1, default: 10, help: "passes over the data for each layer" }),
  pretrainingBatchSize: integer({ min: 1, default: 128, help: "rows a step, for each layer" }),
  pretrainingLearningRate: optional(
    number({
      want: "a number > 0",
      test: (value) => value > 0,
      help: "learning rate of Adam, for each layer",
    }),
    "0.001, with rbm 0.01",
  ),
  pretrainingNoise: noiseOption({ default: "zero:0.3", help: "denoising: noise added to a layer's inputs" }),
  preset: optional(oneOf(["hinton2006"], { help: "values for what is not said" })),
};

const PRESETS = {
  hinton2006: {
    hidden: [1000, 500, 250],
    activation: "sigmoid",
    latentActivation: "linear",
    loss: "binaryCrossEntropy",
    pretraining: "rbm",
  },
} as const;

const NAME = "stackedAutoencoder";
const LOSSES = "pretraining.losses";

/**
 * The stacked autoencoder: a deep one whose layers are trained one by one from the data up, then unrolled to an encoder
 * and a decoder and trained together. Rows `[n, d]` become codes `[n, k]`.
 *
 * Source: Hinton & Salakhutdinov (2006), Science (Boltzmann machines); Bengio, Lamblin, Popovici & Larochelle (2007),
 * "Greedy layer-wise training of deep networks", NIPS (plain); Vincent et al. (2010), "Stacked denoising autoencoders",
 * JMLR.
 * @throws RangeError or TypeError for options that are not as described, or activations that do not go with Boltzmann
 *   machines.
 */
export function stackedAutoencoder(options: StackedAutoencoderOptions): Method<StackedAutoencoder> {
  const preset =
    typeof options?.preset === "string" && Object.hasOwn(PRESETS, options.preset)
      ? PRESETS[options.preset]
      : undefined;
  const given = checkOptions(NAME, stackedAutoencoderOptions, preset ? { ...preset, ...options } : options);
  const { activation, latentActivation, pretraining } = given;
  const learningRate = given.pretrainingLearningRate ?? (pretraining === "rbm" ? 0.01 : 0.001);
  const checked = { ...given, pretrainingLearningRate: learningRate };
  if (pretraining === "rbm") {
    if (checked.hidden.length > 0 && activation !== "sigmoid")
      throw new RangeError(`${NAME}: pretraining rbm wants activation sigmoid, got ${activation}`);
    if (latentActivation !== "sigmoid" && latentActivation !== "linear")
      throw new RangeError(
        `${NAME}: pretraining rbm wants latentActivation sigmoid or linear, got ${latentActivation}`,
      );
  }
  const lossesShape = [checked.hidden.length + 1, checked.pretrainingEpochs] as const;
  const lossArray = (losses: readonly number[]) => array(lossesShape, (i) => losses[i] ?? 0);
  const network = fullyConnected({ ...checked, batchNorm: false });
  const { fitting, ...method } = autoencoderOf<StackedAutoencoder>({
    name: NAME,
    options: checked,
    network,
    codeSize: () => checked.latentDim,
    measured: [LOSSES],
    measure: () => ({ [LOSSES]: lossArray([]) }),
    results: ({ [LOSSES]: losses }) => ({ pretrainingLosses: rowsOf(losses, lossesShape) }),
  });
  const together = fitting as Trained;
  const layers = [...checked.hidden, checked.latentDim].map((width, l) =>
    pretraining === "rbm" ? machine(l, width, checked) : oneLayer(l, width, checked),
  );
  return {
    ...method,
    ...(pretraining === "rbm" && ofRange(`${NAME}: pretraining rbm`, "unit")),
    fitting: {
      ...together,
      async prepare(drawn, x, context) {
        // Layers are trained before the losses of their epochs are written down.
        checkedElements(lossesShape, 4, LOSSES);
        const schedule = {
          epochs: checked.pretrainingEpochs,
          batchSize: checked.pretrainingBatchSize,
          learningRate,
        };
        const trained = await trainLayerByLayer(NAME, x, layers, schedule, context);
        const unrolled = trained.map(({ parameters }, l) => layers[l]!.unrolled(parameters));
        const losses = trained.flatMap((layer) => layer.losses);
        return { ...drawn, ...Object.assign({}, ...unrolled), [LOSSES]: lossArray(losses) };
      },
    },
  };
}

interface StackLayer extends LayerTraining {
  /** The layer's parameters as those of the whole. */
  unrolled(parameters: Parameters): Parameters;
}

/** The l-th layer, from 0, as an autoencoder of one layer. */
function oneLayer(l: number, width: number, options: Required<StackedAutoencoderOptions>): StackLayer {
  const { hidden, activation, latentActivation, tied, pretraining, pretrainingNoise } = options;
  const network = fullyConnected({
    latentDim: width,
    hidden: [],
    activation,
    latentActivation: l < hidden.length ? activation : latentActivation,
    tied,
    batchNorm: false,
  });
  const { fitting } = autoencoderOf({
    name: NAME,
    // The layer gives back what the decoder gives there: rows, or outputs of the layer below.
    options:
      l === 0
        ? { ...options, penalties: [] }
        : { outputActivation: activation, loss: "squaredError", penalties: [] },
    network,
    codeSize: () => width,
    ...(pretraining === "denoising" && { corruption: corruptionOf(pretrainingNoise) }),
  });
  return {
    fitting: fitting as Trained,
    encode: (x, p) => network.encode(x, p, INFERENCE),
    unrolled: (p) =>
      placed(
        l,
        hidden.length,
        p["encoder.0.weight"]!,
        p["encoder.0.bias"]!,
        p["decoder.0.bias"]!,
        p["decoder.0.weight"],
      ),
  };
}

/** The l-th layer, from 0, as a restricted Boltzmann machine. */
function machine(l: number, width: number, options: Required<StackedAutoencoderOptions>): StackLayer {
  const { hidden, latentActivation, tied } = options;
  const unrolled = (p: Parameters) =>
    placed(l, hidden.length, p.weights!, p.hiddenBias!, p.visibleBias!, tied ? undefined : p.weights!);
  if (l === hidden.length && latentActivation === "linear")
    return { fitting: linearHiddenUnits(width), encode: hiddenField, unrolled };
  const { fitting, parts } = restrictedBoltzmannMachine({ latentDim: width });
  return { fitting: fitting as Trained, encode: (x, p) => parts(0).encode!(x, p), unrolled };
}

/** Arrays of the l-th layer of a stack by their names in the encoder and, mirrored, in the decoder. */
function placed(
  l: number,
  last: number,
  weight: NdArray,
  bias: NdArray,
  inputBias: NdArray,
  decoderWeight: NdArray | undefined,
): Parameters {
  return {
    [`encoder.${l}.weight`]: weight,
    [`encoder.${l}.bias`]: bias,
    ...(decoderWeight && { [`decoder.${last - l}.weight`]: decoderWeight }),
    [`decoder.${last - l}.bias`]: inputBias,
  };
}

/** @throws RangeError for an array of another shape, as a file may have it. */
function rowsOf(
  losses: NdArray | undefined,
  [layers, epochs]: readonly [number, number],
): readonly (readonly number[])[] {
  if (!losses || !sameShape(losses.shape, [layers, epochs]))
    throw new RangeError(
      `${NAME}: ${LOSSES} wants shape ${show([layers, epochs])}, got ${losses ? show(losses.shape) : "none"}`,
    );
  return Array.from({ length: layers }, (_, l) =>
    Array.from((losses.data as Float32Array).subarray(l * epochs, (l + 1) * epochs)),
  );
}
