/**
 * @file Prediction of the next row from a state, and its error over windows: what is trained, and what blocks of long sequences run.
 *
 *   u = (x − m) / r,   h_t = f(h_{t−1}, u_t),   x̂_{t+1} = m + r (h_t C + u_t D + b)
 *
 * m are the means of the columns and r² the mean of their variances, measured before training.
 */
import { columnMeans, type Matrix } from "../../data/matrix.js";
import { add, div, mul, square, sub } from "../../engine/ops/arithmetic.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import { reshape, slice, transpose } from "../../engine/ops/shape.js";
import type { Tensor } from "../../engine/tensor.js";
import type { LossAndUpdates } from "../../engine/training-program.js";
import type { Random } from "../../random.js";
import { array, once } from "../initial.js";
import type { TrainingBatch } from "../method.js";
import { affineOverTime, nothingCarried, type SequenceNetwork } from "../networks/sequence-network.js";
import type { Parameters, Symbols } from "../parameters.js";
import { meanVariance } from "../spread.js";

/** Names of parameters that are measured and not trained. */
export const MEASURED = ["mean", "spread"] as const;

/** Parameters before training, for rows of x. @param residual C and D start so that a row is predicted to come again. */
export function initialPrediction(
  x: Matrix,
  network: SequenceNetwork,
  residual: boolean,
  random: Random,
): Parameters {
  const d = x.cols;
  const limit = 1 / Math.sqrt(network.size);
  const stream = random.fork("output.weight");
  const means = once(() => columnMeans(x));
  return {
    ...network.initial(random),
    "output.weight": array(
      [network.size, d],
      () => (2 * stream.uniform() - 1) * (residual ? 0.1 : 1) * limit,
    ),
    "output.direct": array([d, d], (i) => (residual && i % (d + 1) === 0 ? 1 : 0)),
    "output.bias": array([d]),
    mean: array([d], (j) => means()[j]!),
    spread: array([], () => Math.sqrt(meanVariance(x, means())) || 1),
  };
}

/** x `[…, d]` as the network sees it. */
export const standardized = (x: Tensor, p: Symbols): Tensor => div(sub(x, p.mean!), p.spread!);

/** The inverse. */
export const inUnits = (u: Tensor, p: Symbols): Tensor => add(mul(u, p.spread!), p.mean!);

/** The rows after each moment, standardized `[steps, batch, d]`, of its state and its own row. */
export function nextOf(states: Tensor, u: Tensor, p: Symbols): Tensor {
  return add(
    affineOverTime(states, p["output.weight"]!, p["output.bias"]!),
    affineOverTime(u, p["output.direct"]!),
  );
}

/** Rows ahead of a moment, and where they are predicted from. */
export interface WindowLoss {
  /** Rows ahead, ≥ 1, that are predicted from every moment. */
  readonly horizon: number;
  /** Probability with which the next of them is predicted from the row itself, and not from its prediction. */
  readonly teacherForcing: number;
}

/**
 * 1/h Σ_{j ≤ h} of the mean of ‖x_{t+j} − x̂_{t+j}‖² over all moments t of windows `[batch, length, d]` that have a row j moments later.
 * The loss that is minimized is that by r²; the one that is told is in the units of fitting.
 */
export function windowLoss(
  network: SequenceNetwork,
  { horizon, teacherForcing }: WindowLoss,
  batch: TrainingBatch,
  p: Symbols,
): LossAndUpdates {
  const x = batch.data.x!;
  const [count, length, d] = x.shape as [number, number, number];
  const u = standardized(transpose(x, [1, 0, 2]), p);
  const truth = (from: number, to: number) => slice(u, 0, from, to);
  const errors: Tensor[] = [];
  let given = truth(0, length - 1);
  let { states, carries } = network.run(given, nothingCarried(given, network.carrySize), p);
  for (let ahead = 1; ; ahead++) {
    const starts = length - ahead;
    const predicted = reshape(nextOf(states, given, p), [starts, count, d]);
    errors.push(mean(sum(square(sub(predicted, truth(ahead, length))), 2)));
    if (ahead === horizon) break;
    // From every moment by itself: all of them are one step of as many sequences.
    const begun = (t: Tensor, size: number) =>
      reshape(slice(t, 0, 0, starts - 1), [1, (starts - 1) * count, size]);
    const carry = reshape(
      ahead === 1
        ? carries(0, starts - 1)
        : slice(reshape(carries(0, 1), [starts, count, network.carrySize]), 0, 0, starts - 1),
      [(starts - 1) * count, network.carrySize],
    );
    const own = begun(predicted, d);
    const next = reshape(truth(ahead, length - 1), [1, (starts - 1) * count, d]);
    if (teacherForcing === 0) given = own;
    else if (teacherForcing === 1) given = next;
    else {
      const told = batch.bernoulli(teacherForcing, [1, (starts - 1) * count, 1]);
      given = add(own, mul(told, sub(next, own)));
    }
    ({ states, carries } = network.run(given, carry, p));
  }
  const loss = mul(errors.reduce(add), 1 / horizon);
  return { loss, report: mul(loss, square(p.spread!)) };
}
