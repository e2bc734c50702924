/**
 * @file Next-step prediction: states of a sequence from which its next rows are predicted.
 *
 *   h_t = f_θ(h_{t−1}, x_t),  x̂_{t+1} = h_t C + x_t D + b,  x̂_{t+j+1} the same of h_{t+j}, x̂_{t+j}
 *   min over θ of  1/h Σ_{j ≤ h} E_t ‖x_{t+j} − x̂_{t+j}‖²
 *
 * With f linear and h = 1 it is what a Kalman filter in its steady state predicts, learned without its model.
 *
 * Sources: Elman (1990), "Finding structure in time", Cognitive Science; several steps with own predictions: Bengio et al. (2015),
 * "Scheduled sampling for sequence prediction with recurrent neural networks", NeurIPS; those of the networks stand with them.
 */
import type { RowsLike } from "../../data/dataset.js";
import type { Matrix } from "../../data/matrix.js";
import { undoScale } from "../../data/scale.js";
import type { Method } from "../method.js";
import type { Encoder } from "../model.js";
import {
  SEQUENCE_NETWORKS,
  type SequenceNetworkName,
  sequenceNetwork,
} from "../networks/sequence-networks.js";
import { boolean, checkOptions, custom, integer, type OptionTable, oneOf, optional } from "../options.js";
import type { Parameters } from "../parameters.js";
import { sequencesInUnits } from "../rows-in-units.js";
import { type BlockRuns, blockRuns } from "./block-runs.js";
import { initialPrediction, MEASURED, windowLoss } from "./prediction.js";

/** Options of `nextStep`. */
export interface NextStepOptions {
  /** Size of a state k, ≥ 1. */
  latentDim: number;
  /**
   * f: a state-space model with any matrix (`linear`), or one of complex numbers within the unit circle (`diagonal`), a gated recurrent
   * unit (`gru`; default), or a stack of causal convolutions (`convolution`), which sees as many moments back as a window has.
   */
  network?: SequenceNetworkName | undefined;
  /** Moments in a window that is trained on, > `horizon`. Default 48. */
  window?: number | undefined;
  /** Moments from the beginning of one window to that of the next, ≥ 1. Default: a quarter of a window. */
  stride?: number | undefined;
  /** Rows ahead h, ≥ 1, that are predicted from every moment in training. Default 1. */
  horizon?: number | undefined;
  /**
   * True rows in the place of those predicted before, to predict the second row ahead and further ones from: always (`true`), never
   * (`false`; default), or with this probability.
   */
  teacherForcing?: boolean | number | undefined;
  /** D starts at the identity: the change of a row is what is learned first. Default true. */
  residual?: boolean | undefined;
}

export const nextStepOptions: OptionTable<NextStepOptions> = {
  latentDim: integer({ min: 1, help: "size of a state" }),
  network: oneOf(SEQUENCE_NETWORKS, { default: "gru", help: "network over time" }),
  window: integer({ min: 2, default: 48, help: "moments in a window that is trained on" }),
  stride: optional(integer({ min: 1, help: "moments from one window to the next" }), "a quarter of a window"),
  horizon: integer({ min: 1, default: 1, help: "rows ahead that are predicted in training" }),
  teacherForcing: custom<boolean | number>({
    default: false,
    want: "true, false or a number in [0, 1]",
    help: "predict from true rows beyond the first ahead, always, never or with a probability",
    accept: (v) => (typeof v === "boolean" || (typeof v === "number" && v >= 0 && v <= 1) ? v : undefined),
    parse: (text) => (text === "true" ? true : text === "false" ? false : Number(text)),
  }),
  residual: boolean({ default: true, help: "learn the change of a row" }),
};

/**
 * A fitted next-step prediction. `encode` gives the state after each row, `reconstruct` the prediction of each row from those before
 * it, of the first of a sequence the mean of the rows fitted to, and `score` its squared error.
 */
export interface NextStep extends Encoder {
  /**
   * The `steps` rows that follow each sequence of x, `[sequences · steps, d]`, one sequence after the other, in the units of the data.
   * @throws RangeError unless steps is an integer ≥ 1 and x is rows as they were fitted to.
   */
  forecast(x: RowsLike, steps: number): Promise<Matrix>;
  /** The prediction of each row `[n, d]` from those before it in its sequence; of the first of a sequence, the mean. */
  reconstruct(x: RowsLike): Promise<Matrix>;
  /** ‖x − x̂‖² of each row and its prediction `[n]`, in scaled units. */
  score(x: RowsLike): Promise<Float32Array>;
  /** The same `[n]` in the units of the data. */
  squaredErrors(x: RowsLike): Promise<Float64Array>;
}

const NAME = "nextStep";

/**
 * Next-step prediction: states `[n, k]` of sequences, from which the next rows are predicted.
 *
 *   h_t = f_θ(h_{t−1}, x_t),  x̂_{t+1} = h_t C + x_t D + b,  min over θ of  1/h Σ_{j ≤ h} E_t ‖x_{t+j} − x̂_{t+j}‖²
 *
 * Every moment of a window counts alike but its first row, which nothing is before; sequences shorter than a window are not trained
 * on.
 *
 * Source: Elman (1990), "Finding structure in time", Cognitive Science; Bengio et al. (2015), "Scheduled sampling for sequence
 * prediction with recurrent neural networks", NeurIPS.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function nextStep(options: NextStepOptions): Method<NextStep> {
  const checked = checkOptions(NAME, nextStepOptions, options);
  const { latentDim, network, window, horizon, residual } = checked;
  if (window <= horizon)
    throw new RangeError(`${NAME}: window must be above horizon, ${horizon}, got ${window}`);
  const stride = checked.stride ?? Math.max(1, Math.floor(window / 4));
  const teacherForcing = Number(checked.teacherForcing);
  const networkOf = (d: number) =>
    sequenceNetwork(network, { name: "network", inputs: d, size: latentDim }, window);
  const runs = new WeakMap<Parameters, BlockRuns>();
  /** Programs are made once for a model. */
  const runsOf = (p: Parameters, d: number) => {
    const made = runs.get(p) ?? blockRuns(networkOf(d), p, d);
    runs.set(p, made);
    return made;
  };

  return {
    name: NAME,
    options: checked,
    sequential: true,
    shiftInvariant: true,
    codeSize: () => latentDim,
    fitting: {
      kind: "trained",
      windows: { length: window, stride },
      fixed: MEASURED,
      defaults: { epochs: 50, batchSize: 32, learningRate: 3e-3, optimizer: { name: "adam" } },
      initial: (x, random) => initialPrediction(x, networkOf(x.cols), residual, random),
      loss: (batch, p) =>
        windowLoss(networkOf(batch.data.x!.shape[2] as number), { horizon, teacherForcing }, batch, p),
    },
    parts: () => ({}),
    notes({ sequences }) {
      const short = sequences.filter((length) => length < window).length;
      if (short === 0) return [];
      return [
        `${NAME}: ${short} of ${sequences.length} sequences were not trained on, since they are shorter than a window of ${window}; take a smaller window`,
      ];
    },
    procedures: (d) => ({
      encode: (x, p, pauses, sequences) => runsOf(p, d).along(x, "states", sequences, pauses),
      reconstruct: (x, p, pauses, sequences) => runsOf(p, d).along(x, "predictions", sequences, pauses),
    }),
    results: (parameters, d, { model, scaling }) => ({
      async forecast(given, steps) {
        const where = `${NAME}.forecast`;
        if (!(Number.isSafeInteger(steps) && steps >= 1))
          throw new RangeError(`${where}: steps must be an integer ≥ 1, got ${steps}`);
        const { x, sequences } = sequencesInUnits(given, d, { model, scaling }, where);
        const found = await runsOf(parameters, d).onward(x, steps, sequences, {});
        return undoScale(found, scaling);
      },
    }),
  };
}
