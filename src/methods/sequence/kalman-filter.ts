/**
 * @file The Kalman filter: the best linear prediction of a series, and its states.
 *
 *   x₁ ~ N(m, P),   x_{t+1} = A x_t + w,  w ~ N(0, Q),   y_t = C x_t + μ + v,  v ~ N(0, R)
 *
 * `encode` gives E[x_t | y_1 … y_t], or of all rows; A, C, Q, R, m and P are learned by expectation maximization, or given.
 * Source: Kalman (1960), Journal of Basic Engineering 82; Rauch, Tung & Striebel (1965), AIAA Journal 3; Shumway & Stoffer (1982),
 * Journal of Time Series Analysis 3; Ghahramani & Hinton (1996), "Parameter estimation for linear dynamical systems".
 */
import type { RowsLike } from "../../data/dataset.js";
import { type Matrix, type MatrixLike, matrix, type Numbers } from "../../data/matrix.js";
import { fitScale } from "../../data/scale.js";
import { float64 } from "../../engine/arrays.js";
import { add } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { cast } from "../../engine/ops/select.js";
import type { FitContext, Method } from "../method.js";
import type { Coder } from "../model.js";
import { boolean, checkOptions, integer, number, type OptionTable, oneOf, optional } from "../options.js";
import type { Parameters } from "../parameters.js";
import { withOffset } from "../places.js";
import { canonical } from "./kalman/canonical.js";
import { type Learned, learn } from "./kalman/expectation-maximization.js";
import { filter } from "./kalman/filter.js";
import { givenSystem } from "./kalman/given-system.js";
import { interpolated } from "./kalman/interpolated.js";
import {
  type FilteredStates,
  type Forecast,
  functionsOf,
  numbers,
  observedOf,
  type SmoothedStates,
  type SteadyState,
  systemOf,
} from "./kalman/kalman-results.js";
import type { LinearSystem } from "./kalman/linear-system.js";
import { matrixOr, vector } from "./kalman/matrix-option.js";
import { smooth } from "./kalman/smoother.js";
import { type Given, isFree, startingSystem } from "./kalman/starting-system.js";
import { LEAST_NOISE } from "./kalman/variance-floor.js";

/** Options of `kalmanFilter`. */
export interface KalmanFilterOptions {
  /** Numbers of a state, k ≥ 1. */
  latentDim: number;
  /** Codes: `filtered` (default), each state by its row and those before; `smoothed`, by all rows of its sequence. */
  code?: "filtered" | "smoothed" | undefined;
  /** Most rounds of expectation maximization, ≥ 1. Default 100. */
  iterations?: number | undefined;
  /** Stop when a round gains less log-likelihood by observed number, ≥ 0. Default 1e-6. */
  tolerance?: number | undefined;
  /** Subtract μ, the means of what is observed. Default: true, unless `observation` is given; without, μ = 0. */
  center?: boolean | undefined;
  /** A `[k, k]`, which then is not learned. This and all that follows in the units of fitting, after scaling. */
  transition?: MatrixLike | undefined;
  /** C `[d, k]`, which then is not learned. */
  observation?: MatrixLike | undefined;
  /** Q `[k, k]`, positive semidefinite, which then is not learned; or the structure of what is: `full` (default) or `diagonal`. */
  processNoise?: MatrixLike | "full" | "diagonal" | undefined;
  /** R `[d, d]`, positive definite, which then is not learned; or the structure of what is: `diagonal` (default) or `full`. */
  observationNoise?: MatrixLike | "full" | "diagonal" | undefined;
  /** m `[k]`. Default: learned from more than k sequences, else 0. */
  initialMean?: readonly number[] | undefined;
  /**
   * P `[k, k]`, positive semidefinite. Default: learned from more than k sequences, of which fewer would leave it singular; else that of
   * the states of all moments when learning starts.
   */
  initialCovariance?: MatrixLike | undefined;
}

export const kalmanFilterOptions: OptionTable<KalmanFilterOptions> = {
  latentDim: integer({ min: 1, help: "numbers of a state" }),
  code: oneOf(["filtered", "smoothed"], {
    default: "filtered",
    help: "states by the rows up to each, or by all rows of the sequence",
  }),
  iterations: integer({ min: 1, default: 100, help: "most rounds of expectation maximization" }),
  tolerance: number({
    default: 1e-6,
    want: "a number ≥ 0",
    test: (v) => v >= 0,
    help: "least gain of log-likelihood of a round, by observed number",
  }),
  center: optional(
    boolean({ help: "subtract the means of what is observed" }),
    "true, unless observation is given",
  ),
  transition: optional(matrixOr([], { help: "matrix A [k, k] as JSON, not learned" })),
  observation: optional(matrixOr([], { help: "matrix C [d, k] as JSON, not learned" })),
  processNoise: matrixOr(["full", "diagonal"], {
    default: "full",
    help: "Q [k, k] as JSON, not learned, or its structure",
  }),
  observationNoise: matrixOr(["diagonal", "full"], {
    default: "diagonal",
    help: "R [d, d] as JSON, not learned, or its structure",
  }),
  initialMean: optional(vector({ help: "m [k] as JSON, not learned" })),
  initialCovariance: optional(matrixOr([], { help: "P [k, k] as JSON, not learned" })),
};

/**
 * A fitted Kalman filter. Matrices and states are float64, and in the units of fitting; rows may have missing numbers, and be of several
 * sequences, `{ x, sequences }`. `reconstruct` is C x̂ + μ of smoothed states, and so fills what is missing; `score`, the
 * squared Mahalanobis distance of a row to its prediction from those before, (y − ŷ)ᵀ S⁻¹ (y − ŷ).
 */
export interface KalmanFilter extends Coder {
  /** A `[k, k]`. */
  readonly transition: Numbers;
  /** C `[d, k]`. */
  readonly observation: Numbers;
  /** Q `[k, k]`. */
  readonly processNoise: Numbers;
  /** R `[d, d]`. */
  readonly observationNoise: Numbers;
  /** μ `[d]`; zeros if not centered. */
  readonly mean: Float64Array;
  /** m `[k]`. */
  readonly initialMean: Float64Array;
  /** P `[k, k]`. */
  readonly initialCovariance: Numbers;
  /** log p of the rows it was fitted to, by row, in the units of fitting. */
  readonly meanLogLikelihood: number;
  /** Rounds of expectation maximization. */
  readonly iterations: number;
  /** States by the rows up to each, with covariances. */
  filter(x: RowsLike): Promise<FilteredStates>;
  /** States by all rows of their sequence, with covariances. */
  smooth(x: RowsLike): Promise<SmoothedStates>;
  /** log p(x), of all rows together, in the units of fitting. */
  logLikelihood(x: RowsLike): Promise<number>;
  /**
   * The rows that follow x, as distributions.
   * @throws RangeError unless steps is an integer ≥ 1.
   */
  forecast(x: RowsLike, steps: number): Promise<Forecast>;
  /**
   * The state that the filter comes to where nothing is missing.
   * @throws RangeError where it comes to nothing, since a direction of the states grows or stays unobserved, or without noise.
   */
  steadyState(): SteadyState;
}

const NAME = "kalmanFilter";
/** Arrays of a model, by the sizes of state and row. */
const shapes = (k: number, d: number) => ({
  transition: [k, k],
  observation: [d, k],
  processNoise: [k, k],
  observationNoise: [d, d],
  mean: [d],
  initialMean: [k],
  initialCovariance: [k, k],
});

/**
 * The Kalman filter of a linear Gaussian state space system: rows `[n, d]` are moments of sequences, codes `[n, k]` their states.
 *
 *   x₁ ~ N(m, P),   x_{t+1} = A x_t + w,  w ~ N(0, Q),   y_t = C x_t + μ + v,  v ~ N(0, R)
 *
 * Matrices that are not given are learned by expectation maximization. Source: Kalman (1960), Journal of Basic Engineering 82; Shumway &
 * Stoffer (1982), Journal of Time Series Analysis 3; Ghahramani & Hinton (1996), "Parameter estimation for linear dynamical systems".
 * @throws RangeError or TypeError for options that are not as described, matrices whose sizes do not match, covariances that are none.
 */
export function kalmanFilter(options: KalmanFilterOptions): Method<KalmanFilter> {
  const checked = checkOptions(NAME, kalmanFilterOptions, options);
  const { latentDim: k, code } = checked;
  const given = givenSystem(checked, k, NAME);
  // A system that is given says itself what it is centered about.
  const center = (checked.center as boolean | undefined) ?? given.observation === undefined;
  return {
    name: NAME,
    options: checked as Method["options"],
    acceptsMissing: true,
    sequential: true,
    shiftInvariant: center,
    codeSize: () => k,
    checkSize(_rows, cols) {
      const sizes = [
        ["observation", given.observation && given.observation.length / k],
        ["observationNoise", given.observationNoise && Math.sqrt(given.observationNoise.length)],
      ] as const;
      for (const [name, d] of sizes) {
        if (d !== undefined && d !== cols)
          throw new RangeError(`${NAME}: ${name} is for rows of ${d} numbers, got ${cols}`);
      }
    },
    fitting: { kind: "solved", solve: (x, context) => solve(x, checked, { given, center }, context) },
    parts: () => ({
      decode: (z, p) => add(matmul(cast(z, "float64"), p.observation!, { transposeB: true }), p.mean!),
    }),
    procedures: () => ({
      async encode(x, p, pauses, sequences) {
        const system = systemOf(p);
        const smoothed = code === "smoothed";
        const filtered = await filter(x, sequences, system, { ...pauses, keep: smoothed });
        const { means } = smoothed ? await smooth(filtered, sequences, system, pauses) : filtered;
        return matrix(x.rows, k, Float32Array.from(means));
      },
      async reconstruct(x, p, pauses, sequences) {
        const system = systemOf(p);
        const filtered = await filter(x, sequences, system, pauses);
        return observedOf(system, (await smooth(filtered, sequences, system, pauses)).means);
      },
      async score(x, p, pauses, sequences) {
        const { distances } = await filter(x, sequences, systemOf(p), { ...pauses, keep: false });
        return Float32Array.from(distances);
      },
    }),
    procedureShapes: (d) => ({ ...shapes(k, d), logLikelihood: [1], iterations: [1] }),
    metrics: ["meanLogLikelihood", "iterations"],
    results(parameters, d, { model, scaling }) {
      const system = systemOf(parameters);
      const square = (data: Float64Array) => numbers(data, k, k);
      return {
        transition: square(system.transition),
        observation: numbers(system.observation, d, k),
        processNoise: square(system.processNoise),
        observationNoise: numbers(system.observationNoise, d, d),
        mean: withOffset(system.mean, scaling),
        initialMean: system.initialMean,
        initialCovariance: square(system.initialCovariance),
        meanLogLikelihood: parameters.logLikelihood!.data[0] as number,
        iterations: parameters.iterations!.data[0] as number,
        ...functionsOf(system, model, scaling),
      };
    },
  };
}

async function solve(
  x: Matrix,
  options: Required<KalmanFilterOptions>,
  { given, center }: { given: Given; center: boolean },
  { sequences = [x.rows], random, breathe, onIteration }: FitContext,
): Promise<Parameters> {
  const { latentDim: k, iterations, tolerance, processNoise, observationNoise } = options;
  if (sequences.every((length) => length < 2))
    throw new RangeError(
      `${NAME}: wants a sequence of 2 rows or more, every one of ${sequences.length} has 1`,
    );
  await breathe();
  const { offset, factor } = fitScale(x, "standard");
  const mean = center ? Float64Array.from(offset) : new Float64Array(x.cols);
  const columnFloor = Float64Array.from(factor, (deviation) => LEAST_NOISE * deviation ** 2);
  const learned = learnedOf(given, sequences.length > k);
  const complete = { data: interpolated(x, sequences, mean), rows: x.rows, cols: x.cols, sequences };
  const { system, stateFloor } = await startingSystem(complete, k, mean, given, { columnFloor, random });
  const found = await learn(x, sequences, system, {
    learned,
    iterations,
    tolerance,
    diagonal: {
      processNoise: processNoise === "diagonal",
      observationNoise: observationNoise === "diagonal",
    },
    floors: { states: stateFloor, columns: columnFloor },
    breathe,
    onIteration: (iteration, logLikelihood) =>
      onIteration?.({ iteration, iterations, objective: -logLikelihood, fraction: iteration / iterations }),
  });
  const free = isFree(given) && processNoise === "full" && found.secondMoment !== undefined;
  const settled = free ? await canonical(found.system, found.secondMoment!) : found.system;
  const sizes: Record<string, readonly number[]> = shapes(k, x.cols);
  return {
    ...Object.fromEntries(
      Object.entries(sizes).map(([name, shape]) => [
        name,
        float64(shape, settled[name as keyof LinearSystem] as Float64Array),
      ]),
    ),
    logLikelihood: float64([1], [found.logLikelihood / x.rows]),
    iterations: float64([1], [found.iterations]),
  };
}

/** Parts for EM. A first state is learned from many sequences alone: the likeliest of few is certain. */
function learnedOf(given: Given, many: boolean): Set<Learned> {
  const all = ["transition", "observation", "processNoise", "observationNoise"] as const;
  const first = ["initialMean", "initialCovariance"] as const;
  return new Set([...all, ...(many ? first : [])].filter((name) => given[name] === undefined));
}
