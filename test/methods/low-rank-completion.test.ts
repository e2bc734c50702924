/** @file Low-rank completion: its closed form, its optimality conditions, and the figures of soft-impute and hard-impute. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { type Matrix, matrix, row, takeRows } from "../../src/data/matrix.js";
import { applyScale, fitScale } from "../../src/data/scale.js";
import { fit, impute, load, lowRankCompletion } from "../../src/index.js";
import { dense, leastSquares, svd } from "../../src/linalg/index.js";
import { softImpute, started } from "../../src/methods/linear/soft-impute.js";
import { observedMeans } from "../../src/methods/missing.js";
import { rmseHidden } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { sharedPath, testWith } from "../data/shared.js";

const stream = random(8);

/** Rank 3 and noise, by default with a fifth missing. */
function made(n: number, d: number, share = 0.2): { x: Matrix; holed: Matrix; hidden: Float32Array } {
  const [a, b] = [
    Float64Array.from({ length: n * 3 }, () => stream.normal()),
    Float64Array.from({ length: d * 3 }, () => stream.normal()),
  ];
  const x = matrix(n, d);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++) {
      const low = [0, 1, 2].reduce((sum, r) => sum + a[i * 3 + r]! * b[j * 3 + r]!, 0);
      x.data[i * d + j] = 2 + low + 0.1 * stream.normal();
    }
  const hidden = Float32Array.from(x.data, () => (stream.uniform() < share ? 1 : 0));
  return {
    x,
    hidden,
    holed: matrix(
      n,
      d,
      x.data.map((value, at) => (hidden[at] ? Number.NaN : value)),
    ),
  };
}

const widest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);

test.each(["soft-impute", "als"] as const)(
  "with nothing missing, singular values less λ (%s)",
  async (solver) => {
    const { x } = made(30, 8);
    const options = { latentDim: 8, weight: 1.5, solver, tol: 1e-20, maxIter: 3000 } as const;
    const model = await fit(lowRankCompletion(options), x, { seed: 0 });
    const centered = dense(
      30,
      8,
      Float64Array.from(x.data, (value, at) => value - model.mean[at % 8]!),
    );
    const { u, s, vt } = await svd(centered);
    const kept = s.map((sigma) => Math.max(0, sigma - 1.5)).filter((sigma) => sigma > 0);
    // als halves what is left in a round where a singular value is near λ.
    expect(widest(model.singularValues, kept)).toBeLessThan(1e-5 * s[0]!);
    const xHat = Float64Array.from(x.data, (_, at) => {
      const [i, j] = [Math.floor(at / 8), at % 8];
      return kept.reduce(
        (sum, sigma, a) => sum + u.data[i * 8 + a]! * sigma * vt.data[a * 8 + j]!,
        model.mean[j]!,
      );
    });
    expect(widest((await model.reconstruct(x)).data, xHat)).toBeLessThan(1e-4);
  },
);

// 0 ∈ ∂: the residual R of what is observed has UᵀRV = λI on the range of M, and no singular value above λ.
test.each([
  [40, 9],
  [9, 40],
])("at the minimum the residual is a subgradient (%i × %i)", async (n, d) => {
  const { holed } = made(n, d);
  const weight = 1;
  const method = lowRankCompletion({ latentDim: Math.min(n, d), weight, tol: 1e-24, maxIter: 5000 });
  const model = await fit(method, holed);
  const m = await model.reconstruct(holed);
  const residual = dense(
    n,
    d,
    Float64Array.from(m.data, (value, at) => (Number.isNaN(holed.data[at]!) ? 0 : holed.data[at]! - value)),
  );
  const { s } = await svd(residual);
  const r = model.components.rows;
  expect(r).toBeGreaterThan(2);
  // Rows and components are float32.
  for (const sigma of s.slice(0, r)) expect(sigma).toBeCloseTo(weight, 4);
  expect(s[0]).toBeLessThan(weight * (1 + 1e-4));
  expect((await model.encode(holed)).cols).toBe(Math.min(n, d));
});

test("alternating least squares of full rank ends in the same minimum, told as it falls", async () => {
  const { holed } = made(40, 9);
  const ends: number[] = [];
  for (const solver of ["soft-impute", "als"] as const) {
    const objectives: number[] = [];
    await fit(lowRankCompletion({ latentDim: 9, weight: 2, solver, tol: 1e-16, maxIter: 3000 }), holed, {
      seed: 0,
      onIteration: ({ objective }) => objectives.push(objective!),
    });
    for (let t = 1; t < objectives.length; t++) expect(objectives[t]).toBeLessThan(objectives[t - 1]! + 1e-9);
    ends.push(objectives.at(-1)!);
  }
  expect(ends[1]! / ends[0]!).toBeCloseTo(1, 6);
});

test("new rows have the code of ridge regression on what is there of them", async () => {
  const { holed } = made(60, 7);
  const { holed: rows } = made(20, 7, 0.4);
  const known = takeRows(
    rows,
    Array.from({ length: 20 }, (_, i) => i).filter((i) => !row(rows, i).every(Number.isNaN)),
  );
  const model = await fit(lowRankCompletion({ latentDim: 3, weight: 0.7 }), holed);
  const z = await model.encode(known);
  const { components, singularValues, mean } = model;
  for (let i = 0; i < known.rows; i++) {
    const there = [0, 1, 2, 3, 4, 5, 6].filter((j) => !Number.isNaN(row(known, i)[j]!));
    // Rows of B_Ω, and below them √λ I with zeros to their right.
    const a = dense(there.length + 3, 3);
    const b = dense(there.length + 3, 1);
    there.forEach((j, at) => {
      for (let c = 0; c < 3; c++) a.data[at * 3 + c] = row(components, c)[j]! * Math.sqrt(singularValues[c]!);
      b.data[at] = row(known, i)[j]! - mean[j]!;
    });
    for (let c = 0; c < 3; c++) a.data[(there.length + c) * 3 + c] = Math.sqrt(0.7);
    const code = (await leastSquares(a, b)).data.map((value, c) => value * Math.sqrt(singularValues[c]!));
    // The codes are rounded to float32, as are the components here.
    expect(widest(row(z, i), code)).toBeLessThan(1e-4);
  }
  expect((await load(model.save())).partNames).toEqual(["encode", "decode", "reconstruct", "score"]);
});

test("λ is chosen so that hidden numbers are filled well, and told", async () => {
  const { x, holed, hidden } = made(80, 12);
  const chosen = await fit(lowRankCompletion({ latentDim: 12 }), holed, { seed: 4 });
  const errorOf = async (weight: number) =>
    rmseHidden(
      x,
      await impute(await fit(lowRankCompletion({ latentDim: 12, weight }), holed), holed),
      hidden,
    );
  const errors = await Promise.all([0.1, 0.3, 1, 3, 10, 30].map(errorOf));
  const error = rmseHidden(x, await impute(chosen, holed), hidden);
  // Halvings of λ, and other numbers hidden than these.
  expect(error).toBeLessThan(1.1 * Math.min(...errors));
  expect(chosen.weight).toBeGreaterThan(0);
  const constant = matrix(5, 3, new Float32Array(15).fill(2));
  const flat = await fit(lowRankCompletion({ latentDim: 2 }), constant, { seed: 0 });
  expect([...(await flat.reconstruct(constant)).data]).toEqual([...constant.data]);
});

describe("the stored figures", () => {
  interface Figure {
    rmse: number;
    iterations: number;
    rank: number;
  }

  async function readSet(file: string, mask: string) {
    const { x: all } = await readFileData(
      sharedPath(file),
      file.endsWith(".gz") ? {} : { skipRows: 1, header: false },
    );
    const { x: hidden } = await readFileData(sharedPath(`../reference/masks/${mask}`), { header: false });
    const raw = matrix(all.rows, hidden.cols);
    for (let i = 0; i < raw.rows; i++) row(raw, i).set(row(all, i).subarray(0, raw.cols));
    const x = applyScale(raw, fitScale(raw, "standard"));
    const holed = matrix(
      x.rows,
      x.cols,
      x.data.map((value, at) => (hidden.data[at] ? Number.NaN : value)),
    );
    return { x, hidden: hidden.data, holed };
  }

  testWith(
    "../reference/09_imputation.json",
    "soft-impute takes the very steps, hard-impute is beaten",
    async (path) => {
      const { results } = JSON.parse(await readFile(path, "utf8")) as {
        results: Record<string, Record<string, Figure>>;
      };
      for (const [name, file] of [
        ["wine", "wine_data.csv"],
        ["iris", "iris.csv"],
        ["breast_cancer", "breast_cancer.csv"],
      ] as const) {
        const { x, hidden, holed } = await readSet(file, `${name}-mask30.csv.gz`);
        const figures = Object.entries(results[name]!);
        const rank = Math.min(x.rows, x.cols);
        const known = takeRows(
          holed,
          Array.from({ length: x.rows }, (_, i) => i).filter((i) => !row(holed, i).every(Number.isNaN)),
        );
        for (const [method, figure] of figures) {
          const [, lambda] = /^soft_impute_lambda(\d+)$/.exec(method) ?? [];
          if (lambda === undefined) continue;
          const weight = Number(lambda);
          const start = started(holed, observedMeans(holed).data as Float32Array, new Float32Array(x.cols));
          let rounds = 0;
          const breathe = async () => {};
          const onIteration = (iteration: number) => {
            rounds = iteration;
          };
          const found = await softImpute(start, {
            weight,
            rank,
            maxIter: 500,
            tol: 1e-7,
            breathe,
            onIteration,
          });
          const filled = matrix(x.rows, x.cols, Float32Array.from(start.filled.data));
          // Rounding to float32, of z-scores of a float32 matrix.
          expect(rmseHidden(x, filled, hidden), `${name} ${method}`).toBeCloseTo(figure.rmse, 5);
          expect([rounds, found.values.length]).toEqual([figure.iterations, figure.rank]);
          // Fitted, rows are filled by ridge regression, which is a step nearer the minimum.
          const model = await fit(lowRankCompletion({ latentDim: rank, weight, center: false }), known);
          expect(rmseHidden(x, await impute(model, holed), hidden) / figure.rmse).toBeCloseTo(1, 2);
        }
        const hard = figures.flatMap(([method, { rmse }]) =>
          method.startsWith("hard_impute") ? [rmse] : [],
        );
        const model = await fit(lowRankCompletion({ latentDim: rank }), known, { seed: 0 });
        expect(rmseHidden(x, await impute(model, holed), hidden)).toBeLessThan(Math.min(...hard));
      }
    },
  );
});
