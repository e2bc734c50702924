/**
 * @file Deep sparse coding: sparse codes through a decoder of any depth.
 *
 *   min over V, z₁ … z_n of  1/n Σᵢ ℓ(xᵢ, g_V(zᵢ)) + λ ‖zᵢ‖₁,   every column of every matrix of g_V of norm ≤ 1
 *
 *   optimized  codes of the training rows are parameters: each step first moves those of its batch by proximal steps
 *              (proximal-descent.ts) from where they were, and then V. A row is encoded by such steps
 *              from the best of some training codes: at z = 0 rectified layers may have no slope.
 *   amortized  z = soft(f_W(x), θ), of an encoder that is trained with V: one pass in place of a search.
 *
 * Without the bound on its matrices the decoder would grow and the codes shrink, and λ would count for nothing. With no
 * hidden layer this is sparse coding, and its predictor.
 * Source: Olshausen & Field (1996), Nature, for the objective; Ranzato, Boureau & LeCun (2007), "Sparse feature learning
 * for deep belief networks", NeurIPS, for the encoder; see auto-decoder.ts for codes through deep decoders.
 */
import { type Matrix, takeRows } from "../../data/matrix.js";
import { relu } from "../../engine/ops/activations.js";
import { abs, add, div, mul, sqrt, square, sub } from "../../engine/ops/arithmetic.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import { stopGradient } from "../../engine/ops/select.js";
import type { Tensor } from "../../engine/tensor.js";
import { AUTOENCODER_DEFAULTS, outputOf } from "../autoencoder/autoencoder-of.js";
import { bestStart, startsAmong } from "../code-search.js";
import { allZero, SCALE_OR_TRAIN } from "../collapse.js";
import { asConstants, evaluate } from "../evaluate.js";
import { array, columnSquares, once } from "../initial.js";
import { checkLeavesOut, type Loss, lossOption, rangeOfLoss } from "../losses.js";
import type { Method, Trained } from "../method.js";
import { splitMissing } from "../missing.js";
import type { Coder } from "../model.js";
import { decodeLayers, encodeLayers, initialLayers, type LayerOptions } from "../networks/fully-connected.js";
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
import { type Parameters, parameterMatrix, type Symbols } from "../parameters.js";
import { proximalDescent } from "./proximal-descent.js";
import { softThreshold } from "./shrinkage.js";

/** Options of `deepSparseCoding`. */
export interface DeepSparseCodingOptions {
  /** Size of a code k, ≥ 1; it may exceed the size of a row. */
  latentDim: number;
  /** λ > 0, the weight of ‖z‖₁. Default .1. */
  sparsity?: number | undefined;
  /** Widths of the hidden layers from the side of the data, as in `autoencoder`; `[]` for none. Default `[256]`. */
  hidden?: readonly number[] | undefined;
  /** Activation of the hidden layers. Default `relu`. */
  activation?: Activation | undefined;
  /** Activation of the output. Default `linear`. The cross-entropy brings its own, `sigmoid`. */
  outputActivation?: "linear" | "sigmoid" | "tanh" | undefined;
  /** Loss ℓ between rows and reconstructions, as in `autoencoder`. Default `squaredError`. */
  loss?: string | Loss | undefined;
  /**
   * Origin of codes: a search for each row, `optimized` (default), or an encoder trained with the decoder, `amortized`.
   */
  inference?: "optimized" | "amortized" | undefined;
  /** For `optimized`: proximal steps on the codes of a batch, from 1 to 1000. Default 5. */
  steps?: number | undefined;
  /** For `optimized`: proximal steps to encode a row, from 1 to 100,000. Default 200. */
  searchSteps?: number | undefined;
}

export const deepSparseCodingOptions: OptionTable<DeepSparseCodingOptions> = {
  latentDim: integer({ min: 1, help: "size of a code" }),
  sparsity: number({ default: 0.1, want: "a number > 0", test: (v) => v > 0, help: "weight of the L1 norm" }),
  hidden: integers({ min: 1, default: [256], help: "widths of the hidden layers, from the data's side" }),
  activation: oneOf(ACTIVATIONS, { default: "relu", help: "activation of the hidden layers" }),
  outputActivation: oneOf(["linear", "sigmoid", "tanh"], {
    default: "linear",
    help: "activation of the output",
  }),
  loss: lossOption({ default: "squaredError", help: "loss between rows and reconstructions" }),
  inference: oneOf(["optimized", "amortized"], {
    default: "optimized",
    help: "codes by optimization or by an encoder",
  }),
  steps: integer({
    min: 1,
    max: 1000,
    default: 5,
    help: "optimized: proximal steps on the codes of a batch",
  }),
  searchSteps: integer({
    min: 1,
    max: 100_000,
    default: 200,
    help: "optimized: proximal steps to encode a row",
  }),
};

/** A fitted deep sparse coding. */
export interface DeepSparseCoding extends Coder {
  /** Codes `[n, k]` of the rows it was trained on (of which something is known); `undefined` where an encoder makes them. */
  readonly codes: Matrix | undefined;
}

const FIRST_STEP_SIZE = 0.1;

/**
 * Deep sparse coding: sparse codes `[n, k]` of rows `[n, d]` through a decoder of any depth.
 *
 *   min over V, z₁ … z_n of  1/n Σᵢ ℓ(xᵢ, g_V(zᵢ)) + λ ‖zᵢ‖₁,   every column of every matrix of g_V of norm ≤ 1
 *
 * Source: Olshausen & Field (1996), Nature, for the objective; Ranzato, Boureau & LeCun (2007), NeurIPS, for the
 * encoder.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function deepSparseCoding(options: DeepSparseCodingOptions): Method<DeepSparseCoding> {
  const checked = checkOptions("deepSparseCoding", deepSparseCodingOptions, options);
  const { latentDim: k, hidden, activation, sparsity, searchSteps } = checked;
  const optimized = checked.inference === "optimized";
  const layers: LayerOptions = {
    latentDim: k,
    hidden,
    activation,
    latentActivation: "linear",
    tied: false,
    batchNorm: false,
  };
  const { loss, link, compared } = outputOf({ ...checked, penalties: [] });
  if (optimized) checkLeavesOut("deepSparseCoding", loss);

  /** ℓ of every row. */
  const smooth = (x: Tensor, z: Tensor, p: Symbols, observed?: Tensor) =>
    loss.rows(x, compared(decodeLayers(z, p, layers, INFERENCE)), observed);
  const objective = (x: Tensor, z: Tensor, p: Symbols, observed?: Tensor) =>
    mean(add(smooth(x, z, p, observed), mul(sum(abs(z), 1), sparsity)));
  const amortizedCodes = (x: Tensor, p: Symbols) =>
    softThreshold(encodeLayers(x, p, layers, INFERENCE), p.threshold!);
  const descend = (
    x: Tensor,
    p: Symbols,
    observed: Tensor | undefined,
    from: { codes: Tensor; stepSizes: Tensor },
    steps: number,
  ) =>
    proximalDescent(from.codes, from.stepSizes, {
      energy: (z) => smooth(x, z, p, observed),
      weight: sparsity,
      steps,
    });
  const search = (x: Tensor, p: Symbols, observed?: Tensor) => {
    const zeros = mul(sum(x, 1, { keepDims: true }), 0);
    const energy = (z: Tensor) => add(smooth(x, z, p, observed), mul(sum(abs(z), 1), sparsity));
    const from = {
      codes: bestStart(energy, p.starts ?? startsAmong(p.codes!), zeros),
      stepSizes: add(zeros, p.stepSize ?? mean(p.stepSizes!)),
    };
    return descend(x, p, observed, from, searchSteps).codes;
  };

  const byOptimization: Trained = {
    kind: "trained",
    defaults: AUTOENCODER_DEFAULTS,
    fixed: ["codes", "stepSizes"],
    perRow: { codes: 1, stepSizes: 1 },
    initial(x, random) {
      const stream = random.fork("codes");
      return {
        ...bounded(ofDecoder(initialLayers(x.cols, layers, random))),
        codes: array([x.rows, k], () => stream.normal()),
        stepSizes: array([x.rows, 1], () => FIRST_STEP_SIZE),
      };
    },
    loss(batch, p) {
      const rows = batch.data.x!;
      const { values, observed } = batch.hasMissing
        ? splitMissing(rows)
        : { values: rows, observed: undefined };
      if (!batch.training) return { loss: objective(values, search(values, p, observed), p, observed) };
      const from = { codes: p.codes!, stepSizes: p.stepSizes! };
      const found = descend(values, p, observed, from, checked.steps);
      const codes = stopGradient(found.codes);
      return {
        loss: objective(values, codes, p, observed),
        updates: { codes, stepSizes: found.stepSizes },
        project: projections(p),
      };
    },
    async finish({ stepSizes, ...parameters }, { runtime }) {
      const { sizes, codes } = asConstants({ sizes: stepSizes!, codes: parameters.codes! });
      return {
        ...parameters,
        stepSize: await evaluate(mean(sizes!), runtime),
        starts: await evaluate(startsAmong(codes!), runtime),
      };
    },
  };
  const byEncoder: Trained = {
    kind: "trained",
    defaults: AUTOENCODER_DEFAULTS,
    initial: (x, random) => ({
      ...bounded(initialLayers(x.cols, layers, random)),
      threshold: array([k], () => 0.01),
    }),
    loss(batch, p) {
      const x = batch.data.x!;
      return {
        loss: objective(x, amortizedCodes(x, p), p),
        project: { ...projections(p), threshold: relu },
      };
    },
  };

  return {
    name: "deepSparseCoding",
    options: describeOptions(checked) as Readonly<Record<string, Json>>,
    acceptsMissing: optimized,
    codeSize: () => k,
    ...rangeOfLoss("deepSparseCoding", loss),
    fitting: optimized ? byOptimization : byEncoder,
    parts: () => ({
      encode(x, p) {
        if (!optimized) return amortizedCodes(x, p);
        const { values, observed } = splitMissing(x);
        return search(values, p, observed);
      },
      decode: (z, p) => link(decodeLayers(z, p, layers, INFERENCE)),
    }),
    async notes({ rows, parameters, run }) {
      const codes = optimized
        ? takeRows(parameterMatrix(parameters, "codes"), rows).data
        : (await run((x, p) => ({ z: amortizedCodes(x, p) }))).z!;
      return allZero(
        "deepSparseCoding",
        codes,
        `take a sparsity below ${checked.sparsity}, or ${SCALE_OR_TRAIN}`,
      );
    },
    results: (parameters) => ({ codes: parameters.codes && parameterMatrix(parameters, "codes") }),
  };
}

const isDecoderWeight = (name: string) => /^decoder\.\d+\.weight$/.test(name);

const ofDecoder = (parameters: Parameters): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => name.startsWith("decoder.")));

/** W `[out, in]` with columns longer than 1 brought back to 1. */
function boundedColumns(w: Tensor): Tensor {
  const norm = sqrt(sum(square(w), 0, { keepDims: true }));
  return div(w, add(relu(sub(norm, 1)), 1));
}

function projections(p: Symbols): Record<string, (w: Tensor) => Tensor> {
  return Object.fromEntries(
    Object.keys(p)
      .filter(isDecoderWeight)
      .map((name) => [name, boundedColumns]),
  );
}

/** The same of parameters before training. */
function bounded(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, a]) => {
      if (!isDecoderWeight(name)) return [name, a];
      const columns = a.shape[1]!;
      const squares = once(() => columnSquares(a));
      const value = (i: number) => Number(a.data[i]) / Math.max(1, Math.sqrt(squares()[i % columns]!));
      return [name, array(a.shape, value)];
    }),
  );
}
