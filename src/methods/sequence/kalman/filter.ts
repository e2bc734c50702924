/**
 * @file The Kalman filter: what is known of the state at every moment by what was observed up to it.
 *
 *   x̂_{t|t−1} = A x̂_{t−1|t−1},   x̂_{t|t} = x̂_{t|t−1} + K (y − μ − C x̂_{t|t−1}),   P as covariance-step.ts says
 *
 * Covariances do not depend on what is observed, only on what is missing. So from where P_{t|t−1} differs from the solution P of the
 * Riccati equation by less than 10⁻¹³ of its standard deviations, gains are those of P, until a number is missing. A distance to
 * the limit bounds all that follows, since the filter brings covariances nearer to it: of a small last change that
 * would not be so.
 * Source: Kalman (1960), "A new approach to linear filtering and prediction problems", Journal of Basic Engineering 82.
 */
import type { Matrix } from "../../../data/matrix.js";
import { type Sequences, spansOf } from "../../../data/sequences.js";
import type { Breathing } from "../../../linalg/breathing.js";
import { CovarianceList } from "./covariance-list.js";
import { CovarianceStep } from "./covariance-step.js";
import type { LinearSystem } from "./linear-system.js";
import { ObservedColumns, whiten } from "./observed-columns.js";
import { covarianceDistance } from "./small-products.js";
import { type Steady, steadyOf } from "./steady-state.js";

/** Knowledge at each of n moments. */
export interface Filtered {
  /** x̂_{t|t} `[n, k]`. */
  readonly means: Float64Array;
  /** x̂_{t|t−1} `[n, k]`. */
  readonly predictedMeans: Float64Array;
  /** Innovation of each row as its squared Mahalanobis distance, (y − ŷ)ᵀ S⁻¹ (y − ŷ), `[n]`. */
  readonly distances: Float64Array;
  /** log p(y_t | y_1 … y_{t−1}) `[n]`. */
  readonly logLikelihoods: Float64Array;
  /** P_{t|t} of every moment, if they are kept. */
  readonly covariances: CovarianceList;
  /** P_{t|t−1} of every moment, if they are kept. */
  readonly predictedCovariances: CovarianceList;
  /** Place of the steady state among both; −1 without. */
  readonly steadyPlace: number;
}

/** Settings of a filter. */
export interface FilterSettings extends Breathing {
  /** Keep covariances. Default true. */
  readonly keep?: boolean;
}

/** Difference at which a covariance is the steady one. */
export const STEADY = 1e-13;
/** Moments between pauses. */
const BLOCK = 4096;
const LOG_TWO_PI = 1.8378770664093453;

/** Filters rows `[n, d]` in the units of the system, of sequences that each begin anew. */
export async function filter(
  { data: x, rows: n, cols: d }: Matrix,
  sequences: Sequences,
  system: LinearSystem,
  { breathe, keep = true }: FilterSettings = {},
): Promise<Filtered> {
  const { latentDim: k, transition, mean } = system;
  const columns = new ObservedColumns(system);
  const { whole } = columns;
  const steady = steadyOf(system, columns);
  const own = new CovarianceStep(system);
  const covariances = new CovarianceList(keep ? n : 0, k);
  const predictedCovariances = new CovarianceList(keep ? n : 0, k);
  const steadyPlace = steady && keep ? covariances.add(steady.step.filtered) : -1;
  if (steadyPlace >= 0) predictedCovariances.add(steady!.step.predicted);
  const means = new Float64Array(n * k);
  const predictedMeans = new Float64Array(n * k);
  const distances = new Float64Array(n);
  const logLikelihoods = new Float64Array(n);
  const [state, y] = [new Float64Array(k), new Float64Array(d)];
  let isSteady = false;

  const advance = (from: number, to: number): void => {
    for (let t = from; t < to; t++) {
      const observed = columns.of(x, t * d);
      const settled = isSteady && observed === whole;
      if (!settled) {
        if (isSteady) own.predicted.set(steady!.step.predicted);
        own.update(observed);
      }
      const { gains, precisions, logDeterminant } = settled ? steady!.step : own;
      if (keep) {
        covariances.places[t] = settled ? steadyPlace : covariances.add(own.filtered);
        predictedCovariances.places[t] = settled ? steadyPlace : predictedCovariances.add(own.predicted);
      }
      whiten(observed, x, t * d, mean, y);
      const { loadings } = observed;
      const m = observed.columns.length;
      const row = t * k;
      for (let a = 0; a < k; a++) predictedMeans[row + a] = state[a]!;
      let distance = 0;
      for (let i = 0; i < m; i++) {
        const at = i * k;
        let innovation = y[i]!;
        for (let a = 0; a < k; a++) innovation -= loadings[at + a]! * state[a]!;
        distance += innovation * innovation * precisions[i]!;
        for (let a = 0; a < k; a++) state[a]! += gains[at + a]! * innovation;
      }
      distances[t] = distance;
      logLikelihoods[t] = -0.5 * (distance + logDeterminant + observed.logDeterminant + m * LOG_TWO_PI);
      for (let a = 0; a < k; a++) means[row + a] = state[a]!;
      for (let a = 0; a < k; a++) {
        let sum = 0;
        for (let b = 0; b < k; b++) sum += transition[a * k + b]! * means[row + b]!;
        state[a] = sum;
      }
      if (!settled) {
        own.predict();
        isSteady = reached(own, steady, k);
      }
    }
  };
  for (const { from, to } of spansOf(sequences)) {
    state.set(system.initialMean);
    own.predicted.set(system.initialCovariance);
    isSteady = reached(own, steady, k);
    for (let begin = from; begin < to; begin += BLOCK) {
      await breathe?.();
      advance(begin, Math.min(to, begin + BLOCK));
    }
  }
  return {
    means,
    predictedMeans,
    distances,
    logLikelihoods,
    covariances,
    predictedCovariances,
    steadyPlace,
  };
}

function reached(own: CovarianceStep, steady: Steady | undefined, k: number): boolean {
  return steady !== undefined && covarianceDistance(own.predicted, steady.step.predicted, k) <= STEADY;
}
