/**
 * @file Prediction of the next moment: what it learns of the Kalman filter, by lags and by the length of the series.
 *
 *   x_{t+1} = A x_t + w_t,   y_t = C x_t + v_t,   A a rotation by half a radian and a decay of .95, C = [1 0]
 *
 * with w ~ N(0, .1 I) and v ~ N(0, 1). The least error of a prediction of y is the variance of the innovations, C P Cᵀ + 1, with
 * P the solution of the Riccati equation. A prediction w of p moments has the error r₀ − 2 wᵀb + wᵀG w, exactly, with the
 * autocovariances r in b and G.
 * Source: Kalman (1960), "A new approach to linear filtering and prediction problems", Journal of Basic Engineering.
 */
import { cos } from "../../src/elementary.js";
import { dense } from "../../src/linalg/dense.js";
import { leastSquares } from "../../src/linalg/least-squares.js";
import { random } from "../../src/random.js";
import { Progress } from "./progress.js";
import { atLeast, atMost, type Claim, type Measuring, type Study } from "./study.js";

const small = {
  lags: [1, 2, 3, 5, 10, 20, 40],
  lengths: [100, 300, 1000, 10_000],
  /** Series of each length for each seed. */
  series: 5,
};
const settings = { small, full: { ...small, series: 20 } };

type Room = Record<string, number | readonly number[]>;
type Square = readonly [readonly [number, number], readonly [number, number]];

const ANGLE = 0.5;
const DECAY = 0.95;
const [MOVED, READ] = [0.1, 1];
const [COS, SIN] = [DECAY * cos(ANGLE), DECAY * cos(Math.PI / 2 - ANGLE)];
const MOVE: Square = [
  [COS, -SIN],
  [SIN, COS],
];

const times = (a: Square, b: Square): Square => [
  [a[0][0] * b[0][0] + a[0][1] * b[1][0], a[0][0] * b[0][1] + a[0][1] * b[1][1]],
  [a[1][0] * b[0][0] + a[1][1] * b[1][0], a[1][0] * b[0][1] + a[1][1] * b[1][1]],
];
const turned = (a: Square): Square => [
  [a[0][0], a[1][0]],
  [a[0][1], a[1][1]],
];
const withMoves = (a: Square): Square => [
  [a[0][0] + MOVED, a[0][1]],
  [a[1][0], a[1][1] + MOVED],
];
const step = (p: Square) => withMoves(times(times(MOVE, p), turned(MOVE)));

/** Covariance of the state given what was read, the moment itself included. */
const updated = (p: Square): Square => {
  const gain = [p[0][0] / (p[0][0] + READ), p[1][0] / (p[0][0] + READ)] as const;
  return [
    [p[0][0] - gain[0] * p[0][0], p[0][1] - gain[0] * p[0][1]],
    [p[1][0] - gain[1] * p[0][0], p[1][1] - gain[1] * p[0][1]],
  ];
};

/** The steady state of the filter: variance of innovations, and of what is not known of the state. */
export function steadyState(): { innovation: number; unknown: number } {
  let p: Square = [
    [1, 0],
    [0, 1],
  ];
  for (let i = 0; i < 2000; i++) p = step(updated(p));
  const after = updated(p);
  return { innovation: p[0][0] + READ, unknown: after[0][0] + after[1][1] };
}

/** Covariance of the state, and covariances of it with what is read `i` moments before, the state's numbers as columns. */
function stationary(count: number): { state: Square; lagged: readonly (readonly [number, number])[] } {
  let state: Square = [
    [1, 0],
    [0, 1],
  ];
  for (let i = 0; i < 5000; i++) state = step(state);
  const lagged: (readonly [number, number])[] = [];
  let moved = state;
  for (let i = 0; i < count; i++) {
    lagged.push([moved[0][0], moved[1][0]]);
    moved = times(MOVE, moved);
  }
  return { state, lagged };
}

/** Autocovariances r₀ … of what is read. */
export const autocovariances = (count: number): readonly number[] =>
  stationary(count).lagged.map(([first], i) => first + (i === 0 ? READ : 0));

/** The best prediction of p moments, and its error. */
export async function bestPrediction(lags: number): Promise<{ weights: Float64Array; error: number }> {
  const r = autocovariances(lags + 1);
  const { data: weights } = await leastSquares(
    toeplitz(r, lags),
    dense(lags, 1, Float64Array.from(r.slice(1, lags + 1))),
  );
  return { weights, error: errorOf(weights, r) };
}

const toeplitz = (r: readonly number[], p: number) =>
  dense(
    p,
    p,
    Float64Array.from({ length: p * p }, (_, at) => r[Math.abs(Math.floor(at / p) - (at % p))]!),
  );

function errorOf(weights: Float64Array, r: readonly number[]): number {
  let error = r[0]!;
  weights.forEach((weight, i) => {
    error -= 2 * weight * r[i + 1]!;
    weights.forEach((other, j) => {
      error += weight * other * r[Math.abs(i - j)]!;
    });
  });
  return error;
}

async function measure(measuring: Measuring) {
  const { size, seed } = measuring;
  const { lags, lengths, series } = settings[size];
  const figures: Room = {};
  const progress = new Progress(measuring, lengths.length + 1);
  const { innovation, unknown } = steadyState();
  const r = autocovariances(Math.max(...lags) + 1);
  figures.persistence = (2 * (r[0]! - r[1]!)) / innovation;
  figures.mean = r[0]! / innovation;
  const { state, lagged } = stationary(Math.max(...lags) + 1);
  const known = state[0][0] + state[1][1] - unknown;
  const population: number[] = [];
  const states: number[] = [];
  for (const p of lags) {
    population.push((await bestPrediction(p)).error / innovation);
    // Covariances with p moments, the last of them now, say what these tell of the state.
    const target = dense(p, 2, Float64Array.from(lagged.slice(0, p).flat()));
    const weights = await leastSquares(toeplitz(r, p), target);
    states.push(weights.data.reduce((sum, value, at) => sum + value * target.data[at]!, 0) / known);
  }
  lags.forEach((p, i) => {
    figures[`population ${p}`] = population[i]!;
    figures[`state ${p}`] = states[i]!;
  });
  figures.population = population;
  figures.state = states;
  progress.done();
  for (const length of lengths) {
    const errors = lags.map(() => 0);
    for (let i = 0; i < series; i++) {
      const y = simulated(length, seed, i);
      for (const [at, p] of lags.entries())
        errors[at]! += (p < length / 2 ? errorOf(await learned(y, p), r) : Number.NaN) / innovation / series;
    }
    figures[`learned ${length}`] = errors.filter((error) => !Number.isNaN(error));
    lags.forEach((p, i) => {
      if (!Number.isNaN(errors[i]!)) figures[`learned ${length} ${p}`] = errors[i]!;
    });
    progress.done();
  }
  return figures;
}

function simulated(length: number, seed: number, series: number): Float64Array {
  const stream = random(seed).fork("series", length, series);
  let [a, b] = [0, 0];
  const burnIn = 200;
  const y = new Float64Array(length);
  for (let t = -burnIn; t < length; t++) {
    [a, b] = [
      COS * a - SIN * b + Math.sqrt(MOVED) * stream.normal(),
      SIN * a + COS * b + Math.sqrt(MOVED) * stream.normal(),
    ];
    if (t >= 0) y[t] = a + Math.sqrt(READ) * stream.normal();
  }
  return y;
}

/** Least squares of a moment by the p before it. */
async function learned(y: Float64Array, p: number): Promise<Float64Array> {
  const rows = y.length - p;
  const lags = dense(rows, p);
  for (let t = 0; t < rows; t++) for (let i = 0; i < p; i++) lags.data[t * p + i] = y[t + p - 1 - i]!;
  return (await leastSquares(lags, dense(rows, 1, y.slice(p)))).data;
}

const claims: readonly Claim[] = [
  {
    id: "E9",
    quote: "next-thing prediction learns a useful part of the Kalman filter",
    source: "003",
    statement: "A linear prediction of p moments has at most 1.05 times the error of the Kalman filter.",
    means:
      "It does with enough lags, and with a series long enough to learn their weights from: of 300 moments, more than ten lags are more than can be learned.",
    picture: "errors",
    sides: (results, threshold = 1.05) => [
      ...[1, 2, 5, 10, 20].map((p) =>
        atMost(
          `p = ${p}, the best weights: error as a multiple`,
          results.numbers(`population ${p}`),
          threshold,
        ),
      ),
      ...(
        [
          [100, 5],
          [300, 10],
          [300, 40],
          [1000, 10],
          [10_000, 20],
        ] as const
      ).map(([length, p]) =>
        atMost(
          `p = ${p}, weights learned from ${length} moments: error as a multiple`,
          results.numbers(`learned ${length} ${p}`),
          threshold,
        ),
      ),
    ],
  },
  {
    id: "E10",
    quote: "learn a partial pattern",
    source: "003",
    statement: "The last p moments tell at least .9 of what the Kalman filter tells of the hidden state.",
    means:
      "A few moments tell most of the state, of which one of two numbers is never seen: part of the pattern is worth having.",
    picture: "state",
    sides: (results, threshold = 0.9) =>
      [1, 2, 5, 10].map((p) =>
        atLeast(`p = ${p}: share of what is told`, results.numbers(`state ${p}`), threshold),
      ),
  },
];

const pictures: Study["pictures"] = {
  errors: (results) => ({
    kind: "curves",
    title: "Error of a prediction as a multiple of that of the Kalman filter",
    see: "More lags come nearer to the filter, as far as the series is long enough to learn them.",
    xName: "lags p",
    yName: "multiple",
    logX: true,
    logY: false,
    x: small.lags,
    series: [
      { name: "the best weights", values: results.list("population") },
      ...[300, 1000, 10_000].map((length) => ({
        name: `learned from ${length}`,
        values: small.lags.map((p) =>
          results.has(`learned ${length} ${p}`) ? results.mean(`learned ${length} ${p}`) : Number.NaN,
        ),
      })),
    ],
    caption: `the last moment as a prediction: ${results.mean("persistence").toFixed(2)}, the mean: ${results.mean("mean").toFixed(2)}`,
  }),
  state: (results) => ({
    kind: "curves",
    title: "What the last moments tell of the state",
    see: "A few moments tell most of what the filter tells.",
    xName: "moments p",
    yName: "share",
    logX: true,
    logY: false,
    x: small.lags,
    series: [{ name: "share", values: results.list("state") }],
  }),
};

export const nextStep: Study = {
  id: "next-step",
  title: "What does predicting the next moment learn?",
  question: "Does a prediction of the next moment learn what the best filter knows, and of how many moments?",
  claims,
  settings,
  measure,
  pictures,
};
