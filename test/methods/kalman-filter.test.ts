/** @file The Kalman filter beside a plain one in NumPy, closed forms, and systems that are known. */
import { describe, expect, test } from "vitest";
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import {
  fit,
  impute,
  type KalmanFilter,
  type KalmanFilterOptions,
  kalmanFilter,
  kalmanSteadyState,
  load,
} from "../../src/index.js";
import { learn } from "../../src/methods/sequence/kalman/expectation-maximization.js";
import { filter } from "../../src/methods/sequence/kalman/filter.js";
import type { LinearSystem } from "../../src/methods/sequence/kalman/linear-system.js";
import { steadyOf } from "../../src/methods/sequence/kalman/steady-state.js";
import { random } from "../../src/random.js";
import { expectClose, readGolden } from "../golden/golden.js";

interface Case {
  system: Record<"A" | "C" | "Q" | "R" | "m" | "P", number[]>;
  filtered: Record<
    "means" | "covariances" | "predictedMeans" | "predictedCovariances" | "distances" | "logs",
    number[]
  >;
  smoothed: Record<"means" | "covariances", number[]>;
  maximized: Record<"A" | "C" | "Q" | "R" | "m" | "P", number[]>;
  steady: number[];
}
const golden = readGolden<{ lengths: number[]; rows: (number | null)[]; diagonal: Case; full: Case }>(
  "kalman-filter.json",
);
const d = 4;
const sequences = golden.lengths;
const y = matrix(
  golden.rows.length / d,
  d,
  Float32Array.from(golden.rows, (value) => value ?? Number.NaN),
);
const rowsOf = (data: ArrayLike<number>, cols: number) =>
  Array.from({ length: data.length / cols }, (_, i) =>
    Array.from({ length: cols }, (_, j) => data[i * cols + j]!),
  );
const breathe = async () => {};

function systemOf({ A, C, Q, R, m, P }: Case["system"]): LinearSystem {
  const [k, rows] = [m.length, C.length / m.length];
  return {
    latentDim: k,
    inputDim: rows,
    transition: Float64Array.from(A),
    observation: Float64Array.from(C),
    processNoise: Float64Array.from(Q),
    observationNoise: Float64Array.from(R),
    mean: new Float64Array(rows),
    initialMean: Float64Array.from(m),
    initialCovariance: Float64Array.from(P),
  };
}

function optionsOf({ A, C, Q, R, m, P }: Case["system"]): KalmanFilterOptions {
  const k = m.length;
  return {
    latentDim: k,
    transition: rowsOf(A, k),
    observation: rowsOf(C, k),
    processNoise: rowsOf(Q, k),
    observationNoise: rowsOf(R, R.length / Math.round(Math.sqrt(R.length))),
    initialMean: m,
    initialCovariance: rowsOf(P, k),
  };
}

describe.each(["diagonal", "full"] as const)("beside NumPy, with %s noise of rows", (name) => {
  const { system, filtered, smoothed, maximized, steady } = golden[name];
  const whole = { x: y, sequences };

  test("the filter and the smoother are the same, with numbers missing, on two sequences", async () => {
    const model = await fit(kalmanFilter(optionsOf(system)), y, { sequences });
    expect(model.iterations).toBe(0);
    const found = await model.filter(whole);
    for (const part of ["means", "predictedMeans"] as const)
      expectClose(found[part].data, filtered[part], 1e-9, part);
    for (const part of ["covariances", "predictedCovariances"] as const)
      expectClose(found[part], filtered[part], 1e-9, part);
    expectClose(found.logLikelihoods, filtered.logs, 1e-9, "log-likelihoods");
    const likelihood = filtered.logs.reduce((sum, value) => sum + value, 0);
    expect(await model.logLikelihood(whole)).toBeCloseTo(likelihood, 8);
    const back = await model.smooth(whole);
    expectClose(back.means.data, smoothed.means, 1e-9, "smoothed means");
    expectClose(back.covariances, smoothed.covariances, 1e-9, "smoothed covariances");
    // Rounded once to float32.
    expectClose((await model.encode(whole)).data, filtered.means, 1e-7, "codes");
    expectClose(await model.score(whole), filtered.distances, 1e-7, "scores");
    const { C, m } = system;
    const observed = rowsOf(smoothed.means, m.length).flatMap((x) =>
      rowsOf(C, m.length).map((c) => c.reduce((sum, value, a) => sum + value * x[a]!, 0)),
    );
    expectClose((await model.reconstruct(whole)).data, observed, 1e-6, "reconstructions");
    const smoother = await fit(kalmanFilter({ ...optionsOf(system), code: "smoothed" }), y, { sequences });
    expectClose((await smoother.encode(whole)).data, smoothed.means, 1e-7, "smoothed codes");
  });

  test("one round of expectation maximization is the same", async () => {
    const { system: found, iterations } = await learn(y, sequences, systemOf(system), {
      learned: new Set([
        "transition",
        "observation",
        "processNoise",
        "observationNoise",
        "initialMean",
        "initialCovariance",
      ]),
      diagonal: { processNoise: false, observationNoise: name === "diagonal" },
      floors: { states: new Float64Array(3).fill(1e-10), columns: new Float64Array(d).fill(1e-10) },
      iterations: 1,
      tolerance: 0,
      breathe,
    });
    expect(iterations).toBe(1);
    const { A, C, Q, R, m, P } = maximized;
    expectClose(found.transition, A, 1e-9, "A");
    expectClose(found.observation, C, 1e-9, "C");
    expectClose(found.processNoise, Q, 1e-9, "Q");
    expectClose(found.observationNoise, R, 1e-9, "R");
    expectClose(found.initialMean, m, 1e-9, "m");
    expectClose(found.initialCovariance, P, 1e-9, "P");
  });

  test("the steady state satisfies the Riccati equation and is the limit of the filter", async () => {
    const { step, residual } = steadyOf(systemOf(system))!;
    expect(residual).toBeLessThan(1e-10);
    expectClose(step.predicted, steady, 1e-11, "P");
  });
});

test("the scalar random walk with all variances 1 comes to the golden ratio", () => {
  const one = [[1]];
  const steady = kalmanSteadyState({
    transition: one,
    observation: one,
    processNoise: one,
    observationNoise: one,
  });
  const ratio = (1 + Math.sqrt(5)) / 2;
  expect(steady.predictedCovariance.data[0]).toBeCloseTo(ratio, 13);
  // K = P / (P + 1) = 1 / P, the variance of what is known K, of a prediction P + 1.
  expect(steady.gain.data[0]).toBeCloseTo(1 / ratio, 13);
  expect(steady.filteredCovariance.data[0]).toBeCloseTo(1 / ratio, 13);
  expect(steady.oneStepError).toBeCloseTo(ratio + 1, 13);
});

test.each([
  ["a state that grows and is not observed", 1.5, 0, 1, false],
  ["a constant state, which is known ever better", 1, 1, 0, false],
  ["a state that grows, without noise", 1.5, 1, 0, false],
  ["a state that grows and is observed", 1.5, 1, 1, true],
  ["a state that fades and is not observed", 0.9, 0, 1, true],
  ["a slow state", 0.99999, 1, 1e-8, true],
])("%s: steady or not", (_, a, c, q, isSteady) => {
  const given = {
    transition: [[a]],
    observation: [[c]],
    processNoise: [[q]],
    observationNoise: [[1]],
  };
  if (!isSteady)
    expect(() => kalmanSteadyState(given)).toThrow("kalmanSteadyState: there is no steady state");
  else {
    // p = a² p / (1 + c² p) + q, as a quadratic equation.
    const [e, b] = [c * c, 1 - a * a - c * c * q];
    const p = e === 0 ? q / b : (-b + Math.sqrt(b * b + 4 * e * q)) / (2 * e);
    const { predictedCovariance, residual } = kalmanSteadyState(given);
    expect(Math.abs(predictedCovariance.data[0]! - p) / p).toBeLessThan(1e-10);
    expect(residual).toBeLessThan(1e-10);
  }
});

/** Rows of a system, sequences of equal length. */
function drawn(system: LinearSystem, lengths: readonly number[], seed: number): Matrix {
  const { latentDim: k, inputDim, transition, observation, processNoise, observationNoise } = system;
  const stream = random(seed);
  // Diagonal noises alone.
  const noise = (q: Float64Array, n: number) =>
    Float64Array.from({ length: n }, (_, i) => Math.sqrt(q[i * (n + 1)]!) * stream.normal());
  const rows: number[] = [];
  for (const length of lengths) {
    let x = noise(system.initialCovariance, k).map((value, a) => value + system.initialMean[a]!);
    for (let t = 0; t < length; t++) {
      const v = noise(observationNoise, inputDim);
      for (let j = 0; j < inputDim; j++)
        rows.push(x.reduce((sum, value, a) => sum + observation[j * k + a]! * value, v[j]!));
      const w = noise(processNoise, k);
      const from = x;
      x = w.map((value, a) => from.reduce((sum, other, b) => sum + transition[a * k + b]! * other, value));
    }
  }
  return matrix(rows.length / inputDim, inputDim, Float32Array.from(rows));
}

const turning: LinearSystem = {
  latentDim: 2,
  inputDim: 3,
  transition: Float64Array.of(
    0.95 * Math.cos(0.4),
    -0.95 * Math.sin(0.4),
    0.95 * Math.sin(0.4),
    0.95 * Math.cos(0.4),
  ),
  observation: Float64Array.of(1, 0, 0.5, -0.5, 0, 2),
  processNoise: Float64Array.of(0.1, 0, 0, 0.1),
  observationNoise: Float64Array.of(0.5, 0, 0, 0, 0.2, 0, 0, 0, 1),
  mean: new Float64Array(3),
  initialMean: new Float64Array(2),
  initialCovariance: Float64Array.of(1, 0, 0, 1),
};

const logLikelihoodOf = async (system: LinearSystem, x: Matrix, lengths: readonly number[]) =>
  (await filter(x, lengths, system, { keep: false })).logLikelihoods.reduce((sum, value) => sum + value, 0);

describe("expectation maximization", () => {
  test.each([
    ["one sequence", [1500], {}],
    ["many sequences", Array.from({ length: 30 }, () => 50), {}],
    ["full noise of rows", [1500], { observationNoise: "full" }],
  ] as const)(
    "reaches the likelihood of the system that made %s, on rows not seen too, and never falls",
    async (_, lengths, options) => {
      const [x, held] = [drawn(turning, lengths, 1), drawn(turning, lengths, 2)];
      const objectives: number[] = [];
      const model = await fit(kalmanFilter({ latentDim: 2, tolerance: 0, ...options }), x, {
        sequences: lengths,
        onIteration: ({ objective }) => objectives.push(objective!),
      });
      expect(objectives.length).toBe(100);
      for (let i = 1; i < objectives.length; i++)
        expect(objectives[i]! - objectives[i - 1]!).toBeLessThan(1e-9 * Math.abs(objectives[i]!));
      for (const rows of [x, held]) {
        const [true_, found] = [
          await logLikelihoodOf(turning, rows, lengths),
          await model.logLikelihood({ x: rows, sequences: lengths }),
        ];
        expect(found).toBeGreaterThan(true_ - 0.01 * Math.abs(true_));
      }
      expect(model.meanLogLikelihood * x.rows).toBeCloseTo(
        await model.logLikelihood({ x, sequences: lengths }),
        6,
      );
      // States of covariance 1 over the rows fitted to; columns of C orthogonal, of falling length.
      const c = rowsOf(model.observation.data, 2);
      const dot = (a: number, b: number) => c.reduce((sum, row) => sum + row[a]! * row[b]!, 0);
      expect(Math.abs(dot(0, 1))).toBeLessThan(1e-9 * dot(0, 0));
      expect(dot(0, 0)).toBeGreaterThan(dot(1, 1));
    },
  );

  test("with a third of the numbers missing it never falls, whatever is given, and what is given stays", async () => {
    const x = drawn(turning, [300, 200], 3);
    const stream = random(4);
    const holed = matrix(
      x.rows,
      3,
      x.data.map((value) => (stream.uniform() < 0.3 ? Number.NaN : value)),
    );
    const parts = {
      transition: rowsOf(turning.transition, 2),
      observation: rowsOf(turning.observation, 2),
      processNoise: rowsOf(turning.processNoise, 2),
      observationNoise: rowsOf(turning.observationNoise, 3),
      initialMean: [0, 0],
      initialCovariance: rowsOf(turning.initialCovariance, 2),
    };
    const truth = await logLikelihoodOf(turning, holed, [300, 200]);
    const choices: Partial<KalmanFilterOptions>[] = [
      ...Object.entries(parts).map(([name, value]) => ({ [name]: value })),
      { transition: parts.transition, observation: parts.observation },
      { observation: parts.observation, observationNoise: "full" },
      { observationNoise: "full" },
      { processNoise: "diagonal" },
    ];
    for (const given of choices) {
      const objectives: number[] = [];
      const model = await fit(kalmanFilter({ latentDim: 2, iterations: 50, tolerance: 0, ...given }), holed, {
        sequences: [300, 200],
        seed: 1,
        onIteration: ({ objective }) => objectives.push(objective!),
      });
      const label = JSON.stringify(given);
      for (let i = 1; i < objectives.length; i++)
        expect(objectives[i]! - objectives[i - 1]!, label).toBeLessThan(1e-9 * Math.abs(objectives[i]!));
      for (const [name, value] of Object.entries(given)) {
        if (typeof value === "string") continue;
        const kept = model[name as "transition"];
        expect([...("data" in kept ? kept.data : (kept as Float64Array))], label).toEqual(
          (value as number[][]).flat(),
        );
      }
      // After 50 rounds: EM is slow where the coordinates of the start are not those of the A given.
      const share = "transition" in given && !("observation" in given) ? 0.04 : 0.02;
      expect(-objectives.at(-1)!, label).toBeGreaterThan(truth - share * Math.abs(truth));
    }
  });

  test("columns without noise, constant columns and states that are too many do no harm", async () => {
    const t = Array.from({ length: 60 }, (_, i) => i);
    const x = t.map((i) => [Math.sin(i / 3), 5, 1e6 + 100 * Math.cos(i / 3)]);
    for (const latentDim of [1, 2, 4])
      for (const observationNoise of ["diagonal", "full"] as const) {
        const model = await fit(kalmanFilter({ latentDim, observationNoise }), x);
        expect(Number.isFinite(model.meanLogLikelihood)).toBe(true);
        expect((await model.reconstruct(x)).data.every(Number.isFinite)).toBe(true);
      }
    const same = await fit(kalmanFilter({ latentDim: 1 }), [[3], [3], [3]]);
    expect([...(await same.reconstruct([[3]])).data]).toEqual([3]);
  });

  test("two states tell a wave in a single column", async () => {
    const stream = random(5);
    const x = Array.from({ length: 400 }, (_, t) => [Math.sin(t / 4) + 0.05 * stream.normal()]);
    const model = await fit(kalmanFilter({ latentDim: 2 }), x.slice(0, 380));
    const { means, standardDeviations, covariances } = await model.forecast(x.slice(0, 380), 20);
    expect([means.rows, means.cols, covariances.length]).toEqual([20, 1, 20]);
    means.data.forEach((value, step) => {
      expect(Math.abs(value - x[380 + step]![0]!)).toBeLessThan(5 * standardDeviations.data[step]!);
      expect(covariances[step]).toBeCloseTo(standardDeviations.data[step]! ** 2, 12);
    });
    expect(standardDeviations.data[0]).toBeLessThan(0.12);
  });
});

test("a local level has its noises learned", async () => {
  const [level, n] = [{ q: 0.2, r: 1 }, 3000];
  const system: LinearSystem = {
    latentDim: 1,
    inputDim: 1,
    transition: Float64Array.of(1),
    observation: Float64Array.of(1),
    processNoise: Float64Array.of(level.q),
    observationNoise: Float64Array.of(level.r),
    mean: new Float64Array(1),
    initialMean: new Float64Array(1),
    initialCovariance: Float64Array.of(1),
  };
  const x = drawn(system, [n], 12);
  const given = { transition: [[1]], observation: [[1]], center: false };
  const model = await fit(kalmanFilter({ latentDim: 1, ...given }), x);
  // The standard error of a variance of 3,000 moments is some percent.
  expect(Math.abs(model.observationNoise.data[0]! - level.r)).toBeLessThan(0.15);
  expect(Math.abs(model.processNoise.data[0]! - level.q)).toBeLessThan(0.06);
});

describe("gains of the steady state", () => {
  const x = drawn(turning, [3000], 6);

  test("give what a filter without them gives, with gaps and after them", async () => {
    const holed = matrix(
      x.rows,
      3,
      x.data.map((value, at) => (at % 1000 < 5 && at > 1000 ? Number.NaN : value)),
    );
    const found = await filter(holed, [x.rows], turning);
    // The same system with a further state that is a random walk and that no row shows: it comes to no steady state.
    const wider: LinearSystem = {
      ...turning,
      latentDim: 3,
      transition: Float64Array.of(
        ...turning.transition.slice(0, 2),
        0,
        ...turning.transition.slice(2),
        0,
        0,
        0,
        1,
      ),
      observation: Float64Array.of(1, 0, 0, 0.5, -0.5, 0, 0, 2, 0),
      processNoise: Float64Array.of(0.1, 0, 0, 0, 0.1, 0, 0, 0, 1),
      initialMean: new Float64Array(3),
      initialCovariance: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    };
    const plain = await filter(holed, [x.rows], wider);
    expect([found.steadyPlace, plain.steadyPlace]).toEqual([0, -1]);
    expect(found.covariances.places.filter((place) => place === 0).length).toBeGreaterThan(2500);
    const kept = Float64Array.from({ length: 2 * x.rows }, (_, i) => plain.means[3 * (i >> 1) + (i & 1)]!);
    expectClose(found.means, [...kept], 1e-12, "means");
    expectClose(found.distances, [...plain.distances], 1e-12, "distances");
  });
});

test("one-step errors on rows not seen are those of the steady state", async () => {
  const [x, held] = [drawn(turning, [4000], 7), drawn(turning, [4000], 8)];
  const model = await fit(kalmanFilter({ latentDim: 2 }), x);
  const { predictedMeans } = await model.filter(held);
  const predicted = await model.decode({ data: predictedMeans.data, rows: held.rows, cols: 2 });
  let error = 0;
  held.data.forEach((value, at) => {
    error += (value - predicted.data[at]!) ** 2 / held.rows;
  });
  const { transition, observation, processNoise, observationNoise } = turning;
  const { oneStepError } = kalmanSteadyState({
    transition: rowsOf(transition, 2),
    observation: rowsOf(observation, 2),
    processNoise: rowsOf(processNoise, 2),
    observationNoise: rowsOf(observationNoise, 3),
  });
  // The mean of 4,000 such errors is good to 2 %.
  expect(error / oneStepError).toBeGreaterThan(0.96);
  expect(error / oneStepError).toBeLessThan(1.04);
  // Scores of such rows are chi-squared with 3 degrees of freedom, and a spike stands out.
  const scores = await model.score(held);
  expect(scores.reduce((sum, value) => sum + value, 0) / held.rows).toBeCloseTo(3, 0);
  const spiked = matrix(held.rows, 3, held.data.slice());
  spiked.data[3 * 2000] = spiked.data[3 * 2000]! + 10;
  const after = await model.score(spiked);
  expect(after.indexOf(Math.max(...after))).toBe(2000);
});

describe("what is missing", () => {
  const x = drawn(turning, [400], 9);
  const holed = matrix(400, 3, x.data.slice());
  for (let t = 50; t < 350; t += 25) holed.data[3 * t + (t % 3)] = Number.NaN;
  holed.data.fill(Number.NaN, 3 * 200, 3 * 202);

  test("is filled by what stands before and after it in its sequence, whole rows too", async () => {
    const model = await fit(kalmanFilter({ latentDim: 2 }), holed);
    const filled = await impute(model, holed);
    const reconstructed = await model.reconstructWide(holed);
    let [error, plain] = [0, 0];
    holed.data.forEach((value, at) => {
      if (!Number.isNaN(value)) expect(filled.data[at]).toBe(value);
      else {
        expect(filled.data[at]).toBe(reconstructed.data[at]);
        error += (filled.data[at]! - x.data[at]!) ** 2;
        plain += (model.columnMoments!.means[at % 3]! - x.data[at]!) ** 2;
      }
    });
    expect(error).toBeLessThan(0.6 * plain);
    // Sequences are filled each by itself.
    const two = { x: holed, sequences: [201, 199] };
    const apart = await impute(model, two);
    const second = await impute(
      model,
      takeRows(
        holed,
        Array.from({ length: 199 }, (_, i) => 201 + i),
      ),
    );
    expect([...apart.data.slice(3 * 201)]).toEqual([...second.data]);
    expect(apart.data.slice(3 * 201, 3 * 202)).not.toEqual(filled.data.slice(3 * 201, 3 * 202));
  });

  test("a series with no row that is complete is fitted", async () => {
    const third = matrix(
      400,
      3,
      x.data.map((value, at) => (Math.floor(at / 3) % 3 === at % 3 ? value : Number.NaN)),
    );
    const model = await fit(kalmanFilter({ latentDim: 2 }), third);
    expect(Number.isFinite(await model.logLikelihood(third))).toBe(true);
  });
});

test("a model in a file filters to the same bits, what was given with it", async () => {
  const x = drawn(turning, [80], 10);
  const given = { latentDim: 2, transition: rowsOf(turning.transition, 2), initialMean: [1 / 3, 2] };
  const model = await fit(kalmanFilter(given), x, { scale: "standard", seed: 1 });
  const loaded = (await load(model.save())) as unknown as KalmanFilter;
  expect(loaded.options).toEqual(model.options);
  expect(await loaded.filter(x)).toEqual(await model.filter(x));
  expect(await loaded.forecast(x, 3)).toEqual(await model.forecast(x, 3));
  expect(loaded.steadyState()).toEqual(model.steadyState());
});

test("forecasts are in the units of the data, of every sequence", async () => {
  const x = drawn(turning, [300, 300], 11);
  const scaled = matrix(
    600,
    3,
    x.data.map((value, at) => 100 * (at % 3) + 10 ** (at % 3) * value),
  );
  const options = { sequences: [300, 300], seed: 1 };
  const model = await fit(kalmanFilter({ latentDim: 2 }), scaled, { ...options, scale: "standard" });
  const whole = await model.forecast({ x: scaled, sequences: [300, 300] }, 5);
  expect(whole.means.rows).toBe(10);
  const second = await model.forecast(
    takeRows(
      scaled,
      Array.from({ length: 300 }, (_, i) => 300 + i),
    ),
    5,
  );
  expect([...whole.means.data.slice(15)]).toEqual([...second.means.data]);
  // Far ahead, a forecast is the mean of the columns with their deviations.
  const far = await model.forecast(scaled, 500);
  for (let j = 0; j < 3; j++) {
    expect(Math.abs(far.means.data[499 * 3 + j]! - model.columnMoments!.means[j]!)).toBeLessThan(
      0.2 * 10 ** j,
    );
    const ratio = far.standardDeviations.data[499 * 3 + j]! / model.columnMoments!.deviations[j]!;
    expect(Math.abs(ratio - 1)).toBeLessThan(0.15);
    expect(far.covariances[499 * 9 + 4 * j]).toBeCloseTo(far.standardDeviations.data[499 * 3 + j]! ** 2, 6);
  }
});

describe("what does not fit ends in a sentence", () => {
  const one = [[1]];
  test.each<[Partial<KalmanFilterOptions>, string]>([
    [{ transition: [[1, 0]] }, "transition must be 1 × 1, got 1 × 2"],
    [{ observation: [[1, 2]] }, "observation must be 1 × 1, got 1 × 2"],
    [
      {
        observation: one,
        observationNoise: [
          [1, 0],
          [0, 1],
        ],
      },
      "observationNoise must be 1 × 1, got 2 × 2",
    ],
    [{ processNoise: [[-1]] }, "processNoise must be positive semidefinite, a covariance, and is not"],
    [{ observationNoise: [[0]] }, "observationNoise must be positive definite, a covariance, and is not"],
    [
      {
        observationNoise: [
          [1, 2],
          [2, 1],
        ],
      },
      "observationNoise must be positive definite",
    ],
    [
      {
        observationNoise: [
          [1, 0.5],
          [0, 1],
        ],
      },
      "observationNoise must be symmetric, got 0 at row 1 column 0 and 0.5",
    ],
    [{ observationNoise: [[1, 0]] }, "observationNoise must be 1 × 1, got 1 × 2"],
    [{ initialCovariance: [[-1e-3]] }, "initialCovariance must be positive semidefinite"],
    [{ initialMean: [1, 2] }, "initialMean must have latentDim numbers, 1, got 2"],
    [{ initialMean: [Number.NaN] }, "initialMean must be a list of finite numbers"],
    [{ transition: [[Number.NaN]] }, "transition must be a matrix of finite numbers, as [[1,0],[0,1]], got"],
    [
      { processNoise: "none" as "full" },
      "processNoise must be a matrix of finite numbers, as [[1,0],[0,1]], or full, diagonal",
    ],
  ])("option %j", (options, message) => {
    expect(() => kalmanFilter({ latentDim: 1, ...options })).toThrow(`kalmanFilter: ${message}`);
    expect(() => kalmanFilter({ latentDim: 1, ...options })).toThrow(RangeError);
  });

  test("data", async () => {
    const said = (method: KalmanFilterOptions, x: number[][], lengths?: number[]) =>
      fit(kalmanFilter(method), x, { sequences: lengths }).then(
        () => "",
        (error: Error) => `${error.name}: ${error.message}`,
      );
    expect(await said({ latentDim: 1 }, [[1], [2]], [1, 1])).toBe(
      "RangeError: kalmanFilter: wants a sequence of 2 rows or more, every one of 2 has 1",
    );
    expect(await said({ latentDim: 3 }, [[1], [2], [3], [4], [5]])).toBe(
      "RangeError: kalmanFilter: latentDim 3 of 1 columns wants a sequence of 6 moments or more, the longest has 5",
    );
    expect(await said({ latentDim: 1, observation: [[1], [1]] }, [[1], [2]])).toBe(
      "RangeError: kalmanFilter: observation is for rows of 2 numbers, got 1",
    );
    expect(await said({ latentDim: 1 }, [[Number.NaN], [Number.NaN]])).toContain(
      "every number of column 0 is missing",
    );
    const model = await fit(kalmanFilter({ latentDim: 1 }), [[1], [2], [1], [3]]);
    await expect(model.forecast([[1]], 0)).rejects.toThrow("steps must be an integer ≥ 1, got 0");
    await expect(model.forecast([], 1)).rejects.toThrow(
      "kalmanFilter.forecast: rows must have 1 numbers, got 0",
    );
    await expect(model.filter([[1, 2]])).rejects.toThrow(
      "kalmanFilter.filter: rows must have 1 numbers, got 2",
    );
    await expect(model.smooth([[Number.POSITIVE_INFINITY]])).rejects.toThrow("row 0 column 0 is Infinity");
  });
});
