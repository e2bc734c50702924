/**
 * @file An autoencoder of any encoder and decoder: what the methods of this folder have in common, written once.
 *
 *   min over θ of  1/n Σᵢ ℓ(xᵢ, g_θ(f_θ(x̃ᵢ))) + Σ Ω,   x̃ = x, or x corrupted anew in every step
 */
import type { Matrix } from "../../data/matrix.js";
import { add } from "../../engine/ops/arithmetic.js";
import { mean } from "../../engine/ops/reduce.js";
import type { Tensor } from "../../engine/tensor.js";
import type { Augmentation, ViewSource } from "../augmentations/augmentation.js";
import { allZero, meanReconstructed, SCALE_OR_TRAIN } from "../collapse.js";
import { type Loss, lossOf, rangeOfLoss } from "../losses.js";
import type { Method, TrainingBatch, TrainingDefaults } from "../method.js";
import type { Coder } from "../model.js";
import { type Activation, activations, INFERENCE, type Mode, type Network } from "../networks/network.js";
import { describeOptions, type Json } from "../options.js";
import type { Parameters, Symbols } from "../parameters.js";
import { type Penalty, type PenaltyInput, penaltiesOf } from "../penalties.js";

/** Comparison of a row with its reconstruction: options that every autoencoder has. */
export interface Comparison {
  readonly outputActivation: Activation;
  readonly loss: string | Loss;
  readonly penalties: readonly (Penalty | string)[];
}

/** Tensors that a further term of a loss may be made of. */
export interface TermInput extends PenaltyInput {
  /** The encoder's input: x, or x corrupted. */
  readonly input: Tensor;
  readonly batch: TrainingBatch;
  readonly mode: Mode;
}

/** A batch of which a part is hidden. */
export interface Hidden {
  /** The encoder's input. */
  readonly input: Tensor;
  /** Rows that the reconstruction is compared with; without NaN. */
  readonly target: Tensor;
  /** 1 for numbers of `target` that the loss counts and 0 for the others; default: all count. */
  readonly observed?: Tensor;
}

/** Differences of one autoencoder from another. */
export interface AutoencoderSpec<Model extends Coder = Coder> {
  readonly name: string;
  /** Options checked, as they are written to a model file. */
  readonly options: Comparison & object;
  readonly network: Network;
  codeSize(d: number): number;
  readonly defaults?: Partial<TrainingDefaults>;
  /** Parameters that are measured on the training data and that no gradient trains; `measured` are their names. */
  readonly measured?: readonly string[];
  measure?(x: Matrix): Parameters;
  /** The encoder's input in training is this view of x; default: x. */
  readonly corruption?: Augmentation;
  /** In place of `corruption`, where the loss is not to compare with all of x. */
  hide?(x: Tensor, batch: TrainingBatch, p: Symbols): Hidden;
  /** A fitted encoder's input of rows that may have missing values (NaN); without it they are refused. */
  present?(x: Tensor, p: Symbols): Tensor;
  /** Terms of the loss beside reconstruction and penalties: scalars, or one number a row, which are averaged. */
  terms?(from: TermInput): readonly Tensor[];
  checkSize?: Method["checkSize"];
  /** Remedy where reconstructions are the mean, beginning with a verb. Default: another scale, or more training. */
  readonly remedy?: string;
  readonly results?: Method<Model>["results"];
}

/** From the decoder's output to x̂, and what the loss compares x with. */
export function outputOf({ loss, outputActivation }: Comparison): {
  loss: Loss;
  /** x̂ */
  link(output: Tensor): Tensor;
  /** The tensor that the loss takes: the output before the link where the loss brings its own. */
  compared(output: Tensor): Tensor;
} {
  const chosen = lossOf(loss);
  const link = chosen.link ?? activations[outputActivation];
  return { loss: chosen, link, compared: chosen.link ? (output) => output : link };
}

export const AUTOENCODER_DEFAULTS: TrainingDefaults = {
  epochs: 50,
  batchSize: 128,
  learningRate: 1e-3,
  optimizer: { name: "adam" },
};

/** Rows of a batch as lists of numbers, for augmentations. */
export function viewSource(batch: TrainingBatch, parameters: Symbols): ViewSource {
  return { batch, shape: batch.data.x!.shape.slice(1).map(Number), parameters };
}

export function autoencoderOf<Model extends Coder = Coder>(spec: AutoencoderSpec<Model>): Method<Model> {
  const { name, options, network, corruption, hide, present, terms } = spec;
  const { loss, link, compared } = outputOf(options);
  const penalties = penaltiesOf(options.penalties);
  const encode = (x: Tensor, p: Symbols) => network.encode(present ? present(x, p) : x, p, INFERENCE);
  const decode = (z: Tensor, p: Symbols) => link(network.decode(z, p, INFERENCE));
  return {
    name,
    options: describeOptions(options) as Readonly<Record<string, Json>>,
    codeSize: (d) => spec.codeSize(d),
    acceptsMissing: present !== undefined,
    checkSize(rows, cols) {
      spec.checkSize?.(rows, cols);
      corruption?.check?.(name, [cols]);
    },
    ...rangeOfLoss(name, loss),
    fitting: {
      kind: "trained",
      defaults: { ...AUTOENCODER_DEFAULTS, ...spec.defaults },
      fixed: [...network.fixed, ...(spec.measured ?? []), ...(corruption?.measured ?? [])],
      initial: (x, random) => ({
        ...network.initial(x.cols, random),
        ...spec.measure?.(x),
        ...corruption?.measure?.(x),
      }),
      loss(batch, p) {
        const rows = batch.data.x!;
        const mode: Mode = { training: batch.training, updates: {} };
        const {
          input,
          target: x,
          observed,
        }: Hidden = hide
          ? hide(rows, batch, p)
          : { input: corruption ? corruption.view(rows, viewSource(batch, p)) : rows, target: rows };
        const z = network.encode(input, p, mode);
        const output = network.decode(z, p, mode);
        const from: TermInput = {
          x,
          z,
          xHat: link(output),
          parameters: p,
          scalar: batch.scalar,
          input,
          batch,
          mode,
        };
        const all = [
          loss.rows(x, compared(output), observed),
          ...penalties.map((penalty) => penalty.term(from)),
          ...(terms?.(from) ?? []),
        ];
        return { loss: all.map((term) => mean(term)).reduce(add), updates: mode.updates };
      },
    },
    parts: () => ({ encode, decode }),
    async notes({ x, run }) {
      const { z, xHat } = await run((rows, p) => {
        const codes = encode(rows, p);
        return { z: codes, xHat: decode(codes, p) };
      });
      const dead = allZero(name, z!, SCALE_OR_TRAIN);
      return dead.length > 0 ? dead : meanReconstructed(name, x, xHat!, spec.remedy);
    },
    results: spec.results ?? (() => ({}) as ReturnType<Method<Model>["results"]>),
  };
}
