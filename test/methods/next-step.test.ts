/** @file Next-step prediction against the Kalman filter's steady state, and what it does with sequences. */
import { describe, expect, test } from "vitest";
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { spansOf } from "../../src/data/sequences.js";
import { fit, load, type NextStep, nextStep } from "../../src/index.js";
import { random } from "../../src/random.js";

/** A turning state seen through noise: z ← A z + w, x = C z + v. */
const A = [
  [0.95 * Math.cos(0.5), -0.95 * Math.sin(0.5)],
  [0.95 * Math.sin(0.5), 0.95 * Math.cos(0.5)],
];
const C = [
  [1, 0],
  [0.5, 1],
];
const [STATE_NOISE, ROW_NOISE] = [1, 0.7];

function simulated(lengths: readonly number[], seed: number): Matrix {
  const stream = random(seed);
  const rows: number[] = [];
  for (const length of lengths) {
    let z = [0, 0];
    for (let t = -50; t < length; t++) {
      z = A.map((a) => a[0]! * z[0]! + a[1]! * z[1]! + STATE_NOISE * stream.normal());
      if (t >= 0) rows.push(...C.map((c) => c[0]! * z[0]! + c[1]! * z[1]! + ROW_NOISE * stream.normal()));
    }
  }
  return matrix(rows.length / 2, 2, Float32Array.from(rows));
}

type Square = number[][];
const times = (a: Square, b: Square): Square =>
  a.map((row) => [0, 1].map((j) => row[0]! * b[0]![j]! + row[1]! * b[1]![j]!));
const turned = (a: Square): Square => [0, 1].map((j) => a.map((row) => row[j]!));
const plus = (a: Square, b: Square, by = 1): Square =>
  a.map((row, i) => row.map((v, j) => v + by * b[i]![j]!));
const inverse = ([[a, b], [c, d]]: Square): Square => {
  const det = a! * d! - b! * c!;
  return [
    [d! / det, -b! / det],
    [-c! / det, a! / det],
  ];
};
const noise = (size: number): Square => [
  [size ** 2, 0],
  [0, size ** 2],
];

/** Covariance of the error of the best prediction of a row from all before it, by iterating the Riccati equation. */
function steadyState(): { innovation: Square; gain: Square } {
  let p = noise(1);
  for (let i = 0; ; i++) {
    const innovation = plus(times(times(C, p), turned(C)), noise(ROW_NOISE));
    const gain = times(times(p, turned(C)), inverse(innovation));
    if (i === 1000) return { innovation, gain };
    const filtered = plus(p, times(times(gain, C), p), -1);
    p = plus(times(times(A, filtered), turned(A)), noise(STATE_NOISE));
  }
}

/** Squared errors of the steady filter's predictions of rows `from` on of one sequence, on average. */
function filterError(x: Matrix, from: number): number {
  const { gain } = steadyState();
  let z = [0, 0];
  let sum = 0;
  for (let t = 0; t < x.rows; t++) {
    const e = C.map((c, j) => x.data[2 * t + j]! - (c[0]! * z[0]! + c[1]! * z[1]!));
    if (t >= from) sum += e[0]! ** 2 + e[1]! ** 2;
    const filtered = gain.map((g, j) => z[j]! + g[0]! * e[0]! + g[1]! * e[1]!);
    z = A.map((a) => a[0]! * filtered[0]! + a[1]! * filtered[1]!);
  }
  return sum / (x.rows - from);
}

const lengths = Array.from({ length: 20 }, () => 400);
const x = simulated(lengths, 3);
const unseen = simulated([6000], 4);
const training = { sequences: lengths, seed: 1, schedule: "cosine" } as const;

test("the test's own filter has the error that the Riccati equation tells", () => {
  const { innovation } = steadyState();
  const wanted = innovation[0]![0]! + innovation[1]![1]!;
  // 6000 errors, whose mean is known to 1.5 % or so.
  expect(Math.abs(filterError(unseen, 100) / wanted - 1)).toBeLessThan(0.05);
});

test.each([
  ["linear", { latentDim: 4, window: 48 }, { epochs: 8, learningRate: 1e-2 }],
  ["diagonal", { latentDim: 6, window: 48 }, { epochs: 8, learningRate: 1e-2 }],
] as const)(
  "%s predicts unseen rows of a linear system within 2 %% of its Kalman filter",
  async (network, options, more) => {
    const model = await fit(nextStep({ network, ...options }), x, { ...training, ...more });
    const scores = (await model.score(unseen)).subarray(100);
    const error = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    // On the same rows, so that the luck of their noise is in both.
    expect(error / filterError(unseen, 100)).toBeLessThan(1.02);
    expect(error / filterError(unseen, 100)).toBeGreaterThan(0.98);
  },
);

describe.each(["linear", "gru", "diagonal", "convolution"] as const)("%s", (network) => {
  const several = [70, 3, 41, 33, 200];
  const rows = simulated(several, 5);
  let made: Promise<NextStep> | undefined;
  const model = () =>
    (made ??= fit(nextStep({ network, latentDim: 5, window: 16 }), rows, {
      sequences: several,
      seed: 2,
      epochs: 2,
    }));

  test("blocks carry on what a sequence has been: the same as its windows by hand", async () => {
    const { parameters } = await model();
    const fitted = await model();
    const xHat = await fitted.reconstruct({ x: rows, sequences: several });
    const spans = [...spansOf(several)];
    for (const { from } of spans)
      expect([...xHat.data.subarray(2 * from, 2 * from + 2)]).toEqual([...parameters.mean!.data]);
    // A forecast of one row is the prediction that the next row would have had.
    for (const length of [1, 31, 32, 33, 64, 100, 199]) {
      const { from } = spans[4]!;
      const begun = takeRows(
        rows,
        [...Array(length).keys()].map((i) => from + i),
      );
      const next = await fitted.forecast(begun, 1);
      expect([...next.data]).toEqual([...xHat.data.subarray(2 * (from + length), 2 * (from + length + 1))]);
    }
  });

  test("a forecast is made of its own predictions, each sequence by itself", async () => {
    const fitted = await model();
    const all = await fitted.forecast({ x: rows, sequences: several }, 3);
    expect([all.rows, all.cols]).toEqual([15, 2]);
    const [{ from, to }] = [...spansOf(several)].slice(2) as [{ from: number; to: number }];
    let history = takeRows(
      rows,
      [...Array(to - from).keys()].map((i) => from + i),
    );
    for (let step = 0; step < 3; step++) {
      const next = await fitted.forecast(history, 1);
      // Rows that are added go through float32 units of the data once more.
      for (const [j, v] of next.data.entries()) expect(v).toBeCloseTo(all.data[2 * (3 * 2 + step) + j]!, 4);
      history = matrix(history.rows + 1, 2, Float32Array.of(...history.data, ...next.data));
    }
  });

  test("it is the same after a file, and tells of sequences left out", async () => {
    const fitted = await model();
    const loaded = (await load(fitted.save())) as NextStep;
    const given = { x: rows, sequences: several };
    expect(await loaded.forecast(given, 4)).toEqual(await fitted.forecast(given, 4));
    expect(fitted.notes).toEqual([
      "nextStep: 1 of 5 sequences were not trained on, since they are shorter than a window of 16; take a smaller window",
    ]);
  });
});

test("a horizon beyond 1 is trained on the errors of its own predictions", async () => {
  // The loss before any step, of a model that predicts each row to come again, is that of persistence j steps on.
  const options = { latentDim: 2, window: 10, residual: true, stride: 1 } as const;
  const some = takeRows(unseen, [...Array(500).keys()]);
  const begun = async (horizon: number, teacherForcing: boolean | number) =>
    (
      await fit(nextStep({ ...options, horizon, teacherForcing }), some, {
        seed: 1,
        epochs: 1,
        learningRate: 1e-30,
        validation: some,
      })
    ).history[0]!.validationLoss!;
  const [one, three, forced] = [await begun(1, false), await begun(3, false), await begun(3, true)];
  // True rows given, the errors are those of one step, of a moment less at each end.
  expect(Math.abs(forced / one - 1)).toBeLessThan(0.02);
  expect(three).toBeGreaterThan(1.2 * one);
});

test("100,000 rows run in blocks", async () => {
  const fitted = await fit(nextStep({ latentDim: 4, network: "diagonal", window: 16 }), unseen, {
    epochs: 1,
    seed: 1,
  });
  const long = matrix(
    100_000,
    2,
    Float32Array.from({ length: 200_000 }, (_, i) => unseen.data[i % unseen.data.length]!),
  );
  const z = await fitted.encode(long);
  const before = await fitted.encode(takeRows(long, [...Array(6000).keys()]));
  expect(z.data.subarray(0, before.data.length)).toEqual(before.data);
  expect(z.data.every(Number.isFinite)).toBe(true);
});

test("options and rows that do not fit end in a sentence", async () => {
  expect(() => nextStep({ latentDim: 2, teacherForcing: 2 })).toThrow(
    "nextStep: teacherForcing must be true, false or a number in [0, 1], got 2",
  );
  await expect(
    fit(nextStep({ latentDim: 2 }), x, { sequences: lengths.flatMap(() => Array(10).fill(40)) }),
  ).rejects.toThrow("fit nextStep: a window has 48 rows, the longest sequence 40");
  const fitted = await fit(nextStep({ latentDim: 2, window: 8 }), unseen, { epochs: 1 });
  await expect(fitted.forecast(unseen, 0)).rejects.toThrow(
    "nextStep.forecast: steps must be an integer ≥ 1, got 0",
  );
  await expect(fitted.forecast([[1, 2, 3]], 1)).rejects.toThrow(
    "nextStep.forecast: rows must have 2 numbers, got 3",
  );
  await expect(fitted.forecast([[1, Number.NaN]], 1)).rejects.toThrow(
    "nextStep.forecast: row 0 column 1 is NaN; want finite numbers",
  );
});
