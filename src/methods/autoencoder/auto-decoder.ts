/**
 * @file The auto-decoder, or deep factorization: a decoder and a code for every row, with no encoder between.
 *
 *   min over V, z₁ … z_n of  1/n Σᵢ ℓ(xᵢ, g_V(zᵢ)) + Ω(zᵢ)
 *
 * Codes of the training rows are parameters, trained with the decoder. A row is encoded by the search for its best code
 * (code-search.ts); missing numbers are left out of ℓ, and x̂ has a number for them. With no hidden layer this is
 * factorization.
 * Source: Tan & Mayrovouniotis (1995), "Reducing data dimensionality through optimizing neural network inputs", AIChE
 * Journal; Park et al. (2019), "DeepSDF", CVPR.
 */
import { type Matrix, takeRows } from "../../data/matrix.js";
import { add, mul } from "../../engine/ops/arithmetic.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import { constant, type Tensor } from "../../engine/tensor.js";
import { ownScalars } from "../../engine/training-step.js";
import { searchCodes, startsAmong } from "../code-search.js";
import { meanReconstructed } from "../collapse.js";
import { asConstants, evaluate } from "../evaluate.js";
import { array } from "../initial.js";
import { checkLeavesOut, type Loss, lossOption, rangeOfLoss } from "../losses.js";
import type { Method } from "../method.js";
import { splitMissing } from "../missing.js";
import type { Coder } from "../model.js";
import { decodeLayers, initialLayers, type LayerOptions } from "../networks/fully-connected.js";
import { ACTIVATIONS, type Activation, INFERENCE } from "../networks/network.js";
import {
  checkOptions,
  describeOptions,
  integer,
  integers,
  type Json,
  number,
  type OptionTable,
  oneOf,
} from "../options.js";
import { matrixParameter, type Parameters, parameterMatrix, type Symbols } from "../parameters.js";
import { type Penalty, penaltiesOf, penaltiesOption } from "../penalties.js";
import { AUTOENCODER_DEFAULTS, outputOf } from "./autoencoder-of.js";

/** Options of `autoDecoder`. */
export interface AutoDecoderOptions {
  /** Size of a code k, ≥ 1. */
  latentDim: number;
  /** Widths of the hidden layers from the side of the data, as in `autoencoder`; `[]` for none. Default `[512, 256]`. */
  hidden?: readonly number[] | undefined;
  /** Activation of the hidden layers. Default `relu`. */
  activation?: Activation | undefined;
  /** Activation of the output. Default `linear`. The cross-entropy brings its own, `sigmoid`. */
  outputActivation?: "linear" | "sigmoid" | "tanh" | undefined;
  /** Loss ℓ between rows and reconstructions, as in `autoencoder`. Default `squaredError`. */
  loss?: string | Loss | undefined;
  /** Ω: penalties that are one number a row, such as `l2(0.01)`. Default none. */
  penalties?: readonly (Penalty | string)[] | undefined;
  /** Learning rate of the codes as a multiple of the decoder's, > 0: each code is met but once an epoch. Default 30. */
  codeRate?: number | undefined;
  /** Steps of the search for the code of a row, from 1 to 100,000. Default 200. */
  searchSteps?: number | undefined;
}

export const autoDecoderOptions: OptionTable<AutoDecoderOptions> = {
  latentDim: integer({ min: 1, help: "size of a code" }),
  hidden: integers({
    min: 1,
    default: [512, 256],
    help: "widths of the hidden layers, from the data's side",
  }),
  activation: oneOf(ACTIVATIONS, { default: "relu", help: "activation of the hidden layers" }),
  outputActivation: oneOf(["linear", "sigmoid", "tanh"], {
    default: "linear",
    help: "activation of the output",
  }),
  loss: lossOption({ default: "squaredError", help: "loss between rows and reconstructions" }),
  penalties: penaltiesOption(),
  codeRate: number({
    default: 30,
    want: "a number > 0",
    test: (v) => v > 0,
    help: "learning rate of the codes, in learning rates of the decoder",
  }),
  searchSteps: integer({ min: 1, max: 100_000, default: 200, help: "steps of the search for a row's code" }),
};

/** A fitted auto-decoder. */
export interface AutoDecoder extends Coder {
  /** Codes `[n, k]` of the rows it was trained on: of those given, the ones of which something is known. */
  readonly codes: Matrix;
}

/**
 * The auto-decoder, or deep factorization: a decoder and a code for every row, with no encoder between.
 *
 *   min over V, z₁ … z_n of  1/n Σᵢ ℓ(xᵢ, g_V(zᵢ)) + Ω(zᵢ)
 *
 * Takes rows `[n, d]` of finite or missing (NaN) numbers; `encode` searches for the best code of each row, `[n, k]`.
 * Trained by Adam, 50 epochs of 128 rows by default.
 * Source: Tan & Mayrovouniotis (1995), AIChE Journal; Park et al. (2019), "DeepSDF", CVPR.
 * @throws RangeError or TypeError for options that are not as described, or a loss that cannot leave out missing
 *   numbers.
 */
export function autoDecoder(options: AutoDecoderOptions): Method<AutoDecoder> {
  const checked = checkOptions("autoDecoder", autoDecoderOptions, options);
  const { latentDim: k, hidden, activation, searchSteps } = checked;
  const layers: LayerOptions = {
    latentDim: k,
    hidden,
    activation,
    latentActivation: "linear",
    tied: false,
    batchNorm: false,
  };
  const { loss, link, compared } = outputOf(checked);
  checkLeavesOut("autoDecoder", loss);
  const penalties = penaltiesOf(checked.penalties);

  /** ℓ + Ω of every row. */
  const energy = (x: Tensor, z: Tensor, p: Symbols, observed?: Tensor): Tensor => {
    const output = decodeLayers(z, p, layers, INFERENCE);
    const terms = penalties.map((penalty) => {
      const term = penalty.term({ x, z, xHat: link(output), parameters: p, scalar: ownScalars });
      if (term.shape.length === 1) return term;
      throw new RangeError(
        `autoDecoder: the penalty "${penalty.name}" is no number of each row, so that rows would have no codes of their own`,
      );
    });
    return [loss.rows(x, compared(output), observed), ...terms].reduce(add);
  };
  const search = (x: Tensor, p: Symbols, observed?: Tensor): Tensor =>
    searchCodes({
      energy: (z) => energy(x, z, p, observed),
      starts: p.starts ?? startsAmong(p.codes!),
      zeros: mul(sum(x, 1, { keepDims: true }), 0),
      steps: searchSteps,
    });

  return {
    name: "autoDecoder",
    options: describeOptions(checked) as Readonly<Record<string, Json>>,
    acceptsMissing: true,
    codeSize: () => k,
    ...rangeOfLoss("autoDecoder", loss),
    fitting: {
      kind: "trained",
      defaults: AUTOENCODER_DEFAULTS,
      perRow: { codes: checked.codeRate },
      initial(x, random) {
        const stream = random.fork("codes");
        return {
          ...decoderOf(initialLayers(x.cols, layers, random)),
          codes: array([x.rows, k], () => stream.normal()),
        };
      },
      loss(batch, p) {
        const rows = batch.data.x!;
        const { values, observed } = batch.hasMissing
          ? splitMissing(rows)
          : { values: rows, observed: undefined };
        const z = batch.training ? p.codes! : search(values, p, observed);
        return { loss: mean(energy(values, z, p, observed)) };
      },
      async finish(parameters, { runtime }) {
        const starts = await evaluate(startsAmong(asConstants(parameters).codes!), runtime);
        return { ...parameters, starts };
      },
    },
    parts: () => ({
      encode(x, p) {
        const { values, observed } = splitMissing(x);
        return search(values, p, observed);
      },
      decode: (z, p) => link(decodeLayers(z, p, layers, INFERENCE)),
    }),
    async notes({ x, rows, parameters, run }) {
      const codes = takeRows(parameterMatrix(parameters, "codes"), rows);
      const { xHat } = await run((_, p) => ({
        xHat: link(decodeLayers(constant(matrixParameter(codes)), p, layers, INFERENCE)),
      }));
      return meanReconstructed("autoDecoder", x, xHat!);
    },
    results: (parameters) => ({ codes: parameterMatrix(parameters, "codes") }),
  };
}

const decoderOf = (parameters: Parameters): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => name.startsWith("decoder.")));
