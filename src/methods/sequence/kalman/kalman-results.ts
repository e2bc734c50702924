/**
 * @file Results of a Kalman filter as users know them: distributions of states, forecasts, the steady state.
 */
import type { RowsLike } from "../../../data/dataset.js";
import { inPlaces } from "../../../data/given-rows.js";
import { type Matrix, type MatrixLike, type Numbers, toNumbers } from "../../../data/matrix.js";
import { type Scaling, undoScaleWide } from "../../../data/scale.js";
import type { Sequences } from "../../../data/sequences.js";
import type { FittedModel } from "../../model.js";
import type { Parameters } from "../../parameters.js";
import { sequencesInUnits } from "../../rows-in-units.js";
import { filter } from "./filter.js";
import { givenSystem } from "./given-system.js";
import type { LinearSystem } from "./linear-system.js";
import { quotient, squareRoot } from "./semidefinite.js";
import { multiplyTransposed, product, productTransposed, squareOf } from "./small-products.js";
import { smooth } from "./smoother.js";
import { steadyOf } from "./steady-state.js";

/** States of n moments, each by what was observed up to it, in float64. */
export interface FilteredStates {
  /** x̂_{t|t} `[n, k]`. */
  readonly means: Numbers;
  /** P_{t|t} `[n, k, k]`. */
  readonly covariances: Float64Array;
  /** x̂_{t|t−1} `[n, k]`, by what was observed before. */
  readonly predictedMeans: Numbers;
  /** P_{t|t−1} `[n, k, k]`. */
  readonly predictedCovariances: Float64Array;
  /** log p(y_t | y_1 … y_{t−1}) `[n]`, of rows in the units of fitting. */
  readonly logLikelihoods: Float64Array;
}

/** States of n moments, each by all of its sequence, in float64. */
export interface SmoothedStates {
  /** x̂_t `[n, k]`. */
  readonly means: Numbers;
  /** V_t `[n, k, k]`. */
  readonly covariances: Float64Array;
}

/** Rows to come, as distributions, in the units of the data. */
export interface Forecast {
  /** Means `[steps, d]`; of several sequences the steps of each, one after the other. */
  readonly means: Numbers;
  /** Standard deviations of each number `[steps, d]`. */
  readonly standardDeviations: Numbers;
  /** Covariances of each row `[steps, d, d]`. */
  readonly covariances: Float64Array;
}

/** The steady state of a filter, in the units of fitting. */
export interface SteadyState {
  /** P_{t|t−1} `[k, k]`, which satisfies the Riccati equation. */
  readonly predictedCovariance: Numbers;
  /** P_{t|t} `[k, k]`. */
  readonly filteredCovariance: Numbers;
  /** K `[k, d]`: x̂_{t|t} = x̂_{t|t−1} + K (y − μ − C x̂_{t|t−1}). */
  readonly gain: Numbers;
  /** S = C P Cᵀ + R `[d, d]`, covariance of a row about its prediction. */
  readonly innovationCovariance: Numbers;
  /** E ‖y_t − ŷ_t‖² of the prediction from all rows before: the trace of S, the least that any prediction can have. */
  readonly oneStepError: number;
  /** Largest entry of A P_{t|t} Aᵀ + Q − P_{t|t−1}, in standard deviations of P. */
  readonly residual: number;
}

/** Matrices of a linear Gaussian system, as `kalmanSteadyState` takes them. */
export interface SystemMatrices {
  /** A `[k, k]`. */
  readonly transition: MatrixLike;
  /** C `[d, k]`. */
  readonly observation: MatrixLike;
  /** Q `[k, k]`, positive semidefinite. */
  readonly processNoise: MatrixLike;
  /** R `[d, d]`, positive definite. */
  readonly observationNoise: MatrixLike;
}

const NO_STEADY_STATE =
  "there is no steady state: a direction of the states grows or stays for ever, and no observation or no noise tells of it";

/**
 * The steady state of the Kalman filter of a system, without any data: the covariances and the gain that it comes to, and the
 * least squared error that a prediction of the next row can have.
 * @throws RangeError for sizes that do not match, covariances that are none, or a system whose filter comes to no steady state.
 */
export function kalmanSteadyState(system: SystemMatrices): SteadyState {
  const where = "kalmanSteadyState";
  const k = toNumbers(system.transition, where).rows;
  const given = givenSystem(system, k, where) as Required<ReturnType<typeof givenSystem>>;
  const d = given.observation.length / k;
  return steadyStateOf(
    {
      ...given,
      latentDim: k,
      inputDim: d,
      mean: new Float64Array(d),
      initialMean: new Float64Array(k),
      initialCovariance: given.processNoise,
    },
    where,
  );
}

function steadyStateOf(system: LinearSystem, where: string): SteadyState {
  const { latentDim: k, inputDim: d, observation, observationNoise } = system;
  const steady = steadyOf(system);
  if (!steady) throw new RangeError(`${where}: ${NO_STEADY_STATE}`);
  const { predicted, filtered } = steady.step;
  const root = new Float64Array(k * k);
  squareRoot(root, predicted, k);
  const innovation = new Float64Array(d * d);
  squareOf(innovation, product(observation, root, [d, k, k]), [d, k], observationNoise);
  // K = P_{t|t} Cᵀ R⁻¹.
  const gain = quotient(productTransposed(filtered, observation, [k, k, d]), observationNoise, k, d);
  let oneStepError = 0;
  for (let j = 0; j < d; j++) oneStepError += innovation[j * (d + 1)]!;
  return {
    predictedCovariance: numbers(predicted.slice(), k, k),
    filteredCovariance: numbers(filtered.slice(), k, k),
    gain: numbers(gain, k, d),
    innovationCovariance: numbers(innovation, d, d),
    oneStepError,
    residual: steady.residual,
  };
}

/** The system that a model's arrays are. */
export function systemOf(parameters: Parameters): LinearSystem {
  const array = (name: string) => parameters[name]!.data as Float64Array;
  const [inputDim, latentDim] = parameters.observation!.shape as [number, number];
  return {
    latentDim,
    inputDim,
    transition: array("transition"),
    observation: array("observation"),
    processNoise: array("processNoise"),
    observationNoise: array("observationNoise"),
    mean: array("mean"),
    initialMean: array("initialMean"),
    initialCovariance: array("initialCovariance"),
  };
}

/** A float64 matrix over `data`. */
export function numbers(data: Float64Array, rows: number, cols: number): Numbers {
  return { data, rows, cols };
}

/** Functions of a fitted filter. */
export function functionsOf(system: LinearSystem, model: FittedModel, scaling: Scaling) {
  const { latentDim: k } = system;
  /** @throws RangeError for rows of another length, infinite numbers or no rows. */
  const rows = (given: RowsLike, name: string) => {
    const where = `kalmanFilter.${name}`;
    const found = sequencesInUnits(given, model.inputDim, { model, scaling }, where, { missing: true });
    if (found.x.rows === 0) throw new RangeError(`${where}: there are no rows`);
    return found;
  };
  return {
    async filter(given: RowsLike): Promise<FilteredStates> {
      const { x, sequences, order } = rows(given, "filter");
      const found = await filter(x, sequences, system);
      return {
        means: numbers(inPlaces(found.means, order), x.rows, k),
        covariances: inPlaces(found.covariances.all(), order),
        predictedMeans: numbers(inPlaces(found.predictedMeans, order), x.rows, k),
        predictedCovariances: inPlaces(found.predictedCovariances.all(), order),
        logLikelihoods: inPlaces(found.logLikelihoods, order),
      };
    },
    async smooth(given: RowsLike): Promise<SmoothedStates> {
      const { x, sequences, order } = rows(given, "smooth");
      const { means, covariances } = await smooth(await filter(x, sequences, system), sequences, system);
      return {
        means: numbers(inPlaces(means, order), x.rows, k),
        covariances: inPlaces(covariances.all(), order),
      };
    },
    async logLikelihood(given: RowsLike): Promise<number> {
      const { x, sequences } = rows(given, "logLikelihood");
      const { logLikelihoods } = await filter(x, sequences, system, { keep: false });
      return logLikelihoods.reduce((sum, value) => sum + value, 0);
    },
    async forecast(given: RowsLike, steps: number): Promise<Forecast> {
      if (!(Number.isSafeInteger(steps) && steps >= 1))
        throw new RangeError(`kalmanFilter.forecast: steps must be an integer ≥ 1, got ${steps}`);
      const { x, sequences } = rows(given, "forecast");
      return forecast(x, sequences, system, steps, scaling);
    },
    steadyState: () => steadyStateOf(system, "kalmanFilter.steadyState"),
  };
}

async function forecast(
  x: Matrix,
  sequences: Sequences,
  system: LinearSystem,
  steps: number,
  scaling: Scaling,
): Promise<Forecast> {
  const { latentDim: k, inputDim: d, transition, observation, mean } = system;
  const { means: states, covariances: known } = await filter(x, sequences, system);
  const count = sequences.length * steps;
  const means = new Float64Array(count * d);
  const deviations = new Float64Array(count * d);
  const covariances = new Float64Array(count * d * d);
  const factor = (j: number) => (scaling.factor.length > 0 ? scaling.factor[j]! : 1);
  const [root, wide, covariance] = [
    new Float64Array(k * k),
    new Float64Array(d * d),
    new Float64Array(k * k),
  ];
  let [at, end] = [0, 0];
  for (const length of sequences) {
    end += length;
    let state = states.slice((end - 1) * k, end * k);
    covariance.set(known.at(known.places[end - 1]!));
    for (let step = 0; step < steps; step++, at++) {
      state = product(transition, state, [k, k, 1]);
      squareRoot(root, covariance, k);
      squareOf(covariance, product(transition, root, [k, k, k]), [k, k], system.processNoise);
      squareRoot(root, covariance, k);
      squareOf(wide, product(observation, root, [d, k, k]), [d, k], system.observationNoise);
      multiplyTransposed(means.subarray(at * d, (at + 1) * d), observation, state, [d, k, 1]);
      for (let i = 0; i < d; i++) {
        means[at * d + i]! += mean[i]!;
        deviations[at * d + i] = factor(i) * Math.sqrt(wide[i * (d + 1)]!);
        for (let j = 0; j < d; j++)
          covariances[(at * d + i) * d + j] = factor(i) * factor(j) * wide[i * d + j]!;
      }
    }
  }
  return {
    means: undoScaleWide(numbers(means, count, d), scaling),
    standardDeviations: numbers(deviations, count, d),
    covariances,
  };
}

/** C x̂ + μ of states `[n, k]`. */
export function observedOf(
  { latentDim: k, inputDim: d, observation, mean }: LinearSystem,
  states: Float64Array,
): Matrix {
  const rows = states.length / k;
  const data = new Float32Array(rows * d);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < d; j++) {
      let sum = mean[j]!;
      for (let a = 0; a < k; a++) sum += observation[j * k + a]! * states[t * k + a]!;
      data[t * d + j] = sum;
    }
  }
  return { data, rows, cols: d };
}
