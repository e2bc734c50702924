/**
 * @file Expectation maximization of a linear Gaussian state space system: every round smooths the sequences, and takes the system
 * that makes what was found likeliest. The likelihood never falls.
 *
 *   A = (Σ E[x_{t+1} x_tᵀ]) (Σ E[x_t x_tᵀ])⁻¹,   Q = mean of E[(x_{t+1} − A x_t)(x_{t+1} − A x_t)ᵀ]
 *   C = (Σ y E[xᵀ]) (Σ E[x xᵀ])⁻¹,               R = mean of E[(y − C x)(y − C x)ᵀ]
 *
 * Source: Shumway & Stoffer (1982), "An approach to time series smoothing and forecasting using the EM algorithm", Journal of Time
 * Series Analysis 3; Ghahramani & Hinton (1996), "Parameter estimation for linear dynamical systems", University of Toronto.
 */
import type { Matrix } from "../../../data/matrix.js";
import type { Sequences } from "../../../data/sequences.js";
import { filter } from "./filter.js";
import type { LinearSystem } from "./linear-system.js";
import { quotient } from "./semidefinite.js";
import { productTransposed, symmetrize } from "./small-products.js";
import { smooth } from "./smoother.js";
import { type Statistics, statisticsOf } from "./sufficient-statistics.js";
import { atLeast, diagonalAtLeast } from "./variance-floor.js";

/** Parts of a system that EM may learn. */
export type Learned =
  | "transition"
  | "observation"
  | "processNoise"
  | "observationNoise"
  | "initialMean"
  | "initialCovariance";

/** A task for EM. */
export interface Learning {
  /** Parts that it learns; all else stays. */
  readonly learned: ReadonlySet<Learned>;
  /** Covariances of which the diagonal alone is not 0. */
  readonly diagonal: { readonly processNoise: boolean; readonly observationNoise: boolean };
  /** Least variances, of states `[k]` and of columns `[d]`, > 0. */
  readonly floors: { readonly states: Float64Array; readonly columns: Float64Array };
  /** The most rounds. */
  readonly iterations: number;
  /** Stop when a round gains less log-likelihood by observed number. */
  readonly tolerance: number;
  readonly breathe: () => Promise<void>;
  /** Told of the log-likelihood of the system before each round. */
  onIteration?(iteration: number, logLikelihood: number): void;
}

/** A system that was learned. */
export interface Fit {
  readonly system: LinearSystem;
  /** log p of all rows. */
  readonly logLikelihood: number;
  /** Rounds. */
  readonly iterations: number;
  /** E[x xᵀ] over all moments `[k, k]`, as the last round found it; `undefined` without one. */
  readonly secondMoment: Float64Array | undefined;
}

/** Learns from rows in the units of the system. */
export async function learn(
  x: Matrix,
  sequences: Sequences,
  start: LinearSystem,
  learning: Learning,
): Promise<Fit> {
  const { learned, iterations, tolerance, breathe, onIteration } = learning;
  const known = x.data.reduce((count, value) => count + Number(!Number.isNaN(value)), 0);
  let system = start;
  let secondMoment: Float64Array | undefined;
  let before = Number.NEGATIVE_INFINITY;
  for (let iteration = 0; ; iteration++) {
    await breathe();
    const goesOn = learned.size > 0 && iteration < iterations;
    const filtered = await filter(x, sequences, system, { breathe, keep: goesOn });
    const logLikelihood = filtered.logLikelihoods.reduce((sum, value) => sum + value, 0);
    if (iteration > 0) onIteration?.(iteration, logLikelihood);
    const gain = (logLikelihood - before) / known;
    if (!goesOn || gain < tolerance) return { system, logLikelihood, iterations: iteration, secondMoment };
    before = logLikelihood;
    const smoothed = await smooth(filtered, sequences, system, { breathe });
    const statistics = statisticsOf(x, sequences, system, smoothed);
    secondMoment = statistics.states.map((value) => value / x.rows);
    system = await maximized(system, statistics, learning);
  }
}

/** The M-step. */
async function maximized(
  system: LinearSystem,
  statistics: Statistics,
  { learned, diagonal, floors }: Learning,
): Promise<LinearSystem> {
  const { latentDim: k, inputDim: d } = system;
  const { moves, after, lagged, before, columns } = statistics;
  const raised = (covariance: Float64Array, floor: Float64Array, n: number, isDiagonal: boolean) =>
    isDiagonal ? diagonalAtLeast(covariance, floor, n) : atLeast(symmetrize(covariance, n), floor, n);
  const transition = learned.has("transition") ? quotient(lagged, before, k, k) : system.transition;
  const observation = learned.has("observation") ? regressions(statistics, d, k) : system.observation;
  const initialMean = learned.has("initialMean") ? statistics.firstMean : system.initialMean;
  return {
    ...system,
    transition,
    observation,
    initialMean,
    processNoise: learned.has("processNoise")
      ? await raised(
          residual(after, transition, lagged, before, k, k, moves),
          floors.states,
          k,
          diagonal.processNoise,
        )
      : system.processNoise,
    observationNoise: !learned.has("observationNoise")
      ? system.observationNoise
      : statistics.rows
        ? await raised(
            residual(
              statistics.rows,
              observation,
              stacked(columns, d, k),
              statistics.states,
              d,
              k,
              columns[0]!.count,
            ),
            floors.columns,
            d,
            false,
          )
        : columnNoise(statistics, observation, floors.columns, k),
    initialCovariance: learned.has("initialCovariance")
      ? await raised(statistics.firstCovariance(initialMean), floors.states, k, false)
      : system.initialCovariance,
  };
}

/** C `[d, k]`: each column's regression on the states. */
function regressions({ columns }: Statistics, d: number, k: number): Float64Array {
  const out = new Float64Array(d * k);
  columns.forEach(({ product, states }, j) => {
    out.set(quotient(product, states, 1, k), j * k);
  });
  return out;
}

const stacked = (columns: Statistics["columns"], d: number, k: number): Float64Array => {
  const out = new Float64Array(d * k);
  columns.forEach(({ product }, j) => {
    out.set(product, j * k);
  });
  return out;
};

/** (S_yy − B S_yxᵀ − S_yx Bᵀ + B S_xx Bᵀ) / count, `[n, n]`, B `[n, k]`. */
function residual(
  yy: Float64Array,
  b: Float64Array,
  yx: Float64Array,
  xx: Float64Array,
  n: number,
  k: number,
  count: number,
): Float64Array {
  const rest = yx.map((value, at) => {
    const [row, column] = [Math.floor(at / k) * k, at % k];
    let told = 0;
    for (let l = 0; l < k; l++) told += b[row + l]! * xx[l * k + column]!;
    return told - value;
  });
  const [correction, told] = [productTransposed(rest, b, [n, k, n]), productTransposed(b, yx, [n, k, n])];
  return yy.map((value, at) => (value + correction[at]! - told[at]!) / count);
}

/** A diagonal R `[d, d]`. */
function columnNoise(
  { columns }: Statistics,
  observation: Float64Array,
  floor: Float64Array,
  k: number,
): Float64Array {
  const d = columns.length;
  const out = new Float64Array(d * d);
  columns.forEach(({ count, square, product, states }, j) => {
    const row = observation.subarray(j * k, (j + 1) * k);
    const [variance] = residual(Float64Array.of(square), row, product, states, 1, k, count);
    out[j * (d + 1)] = Math.max(variance!, floor[j]!);
  });
  return out;
}
