/** @file Iterative ridge regression against scikit-learn, expectation maximization in NumPy, and closed forms. */
import { expect, test } from "vitest";
import { hideEntries } from "../../src/data/corrupt.js";
import { type Matrix, matrix, row, takeRows } from "../../src/data/matrix.js";
import { fit, impute, iterativeRidge } from "../../src/index.js";
import { inverseSpd } from "../../src/linalg/cholesky.js";
import { dense } from "../../src/linalg/dense.js";
import { random } from "../../src/random.js";
import { expectClose, readGolden } from "../golden/golden.js";

interface Golden {
  readonly cols: number;
  readonly complete: number[];
  readonly gaps: number[];
  readonly regression: { readonly column: number; readonly filled: number[] };
  readonly expectationMaximization: {
    readonly ridge: number;
    readonly rounds: number;
    readonly filled: number[];
    readonly mean: number[];
    readonly covariance: number[];
  };
}

const golden = readGolden<Golden>("imputation.json");
const { cols: d } = golden;
const holed = (lacks: (at: number) => boolean): Matrix =>
  matrix(
    golden.complete.length / d,
    d,
    Float32Array.from(golden.complete, (value, at) => (lacks(at) ? Number.NaN : value)),
  );

test("rounds are those of expectation maximization with a ridge", async () => {
  const { ridge, rounds, filled, mean, covariance } = golden.expectationMaximization;
  const x = holed((at) => golden.gaps[at] === 1);
  const model = await fit(iterativeRidge({ ridge, maxIter: rounds, tol: 0 }), x, { seed: 0 });
  expectClose(model.mean, mean, 1e-6, "mean");
  expectClose(model.covariance, covariance, 1e-6, "covariance");
  expect(model.ridge).toBe(ridge);
  // Reconstructions are float32.
  expectClose((await impute(model, x)).data, filled, 1e-6, "filled");
});

// Where one column alone lacks numbers, the likelihood is greatest where it is that of its regression on the others by the rows that have it.
test("a column beside complete ones is filled by its regression on them, as IterativeImputer does", async () => {
  const { column, filled } = golden.regression;
  const x = holed((at) => at % d === column && golden.gaps[at] === 1);
  const model = await fit(iterativeRidge({ ridge: 1e-9, maxIter: 500, tol: 1e-9 }), x, { seed: 0 });
  expectClose((await impute(model, x)).data, filled, 1e-5, "filled");
});

const stream = random(4);
const correlated = (n: number): Matrix => {
  const x = matrix(n, 4);
  for (let i = 0; i < n; i++) {
    const [a, b] = [stream.normal(), stream.normal()];
    row(x, i).set([a, 5 + 2 * b, a + b + 0.3 * stream.normal(), 100 - 20 * a + stream.normal()]);
  }
  return x;
};

test("of complete rows the covariance is that of the rows, with the ridge", async () => {
  const x = correlated(200);
  const ridge = 0.25;
  const model = await fit(iterativeRidge({ ridge }), x, { seed: 0 });
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      const column = (k: number) => Array.from({ length: x.rows }, (_, r) => x.data[r * 4 + k]!);
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / x.rows;
      const [a, b] = [column(i), column(j)];
      const [ma, mb] = [mean(a), mean(b)];
      const both = mean(a.map((value, r) => (value - ma) * (b[r]! - mb)));
      expect(model.covariance[i * 4 + j]! / both).toBeCloseTo(i === j ? 1 : 1 / (1 + ridge), 5);
      if (i === j) expect(model.mean[i]).toBeCloseTo(ma, 5);
    }
  }
});

// Of a normal distribution with precision Λ the mean of xⱼ given all others is xⱼ − (Λ (x − μ))ⱼ / Λⱼⱼ.
test("reconstruct gives of every number what the others of its row say, whatever it is itself", async () => {
  const x = correlated(100);
  const model = await fit(iterativeRidge({ ridge: 0.1 }), x, { seed: 0 });
  const { data: precision } = await inverseSpd(dense(4, 4, model.covariance));
  const given = matrix(2, 4, Float32Array.of(1, 4, 2, 90, 1, 4, 2, 9000));
  const { data } = await model.reconstruct(given);
  for (let j = 0; j < 4; j++) {
    let sum = 0;
    for (let l = 0; l < 4; l++) sum += precision[j * 4 + l]! * (given.data[l]! - model.mean[l]!);
    expect(data[j]).toBeCloseTo(given.data[j]! - sum / precision[j * 4 + j]!, 3);
  }
  expect(data[7]).toBeCloseTo(data[3]!, 3);
  const lacking = matrix(1, 4, Float32Array.of(1, 4, 2, Number.NaN));
  const filled = await model.reconstruct(lacking);
  expect(filled.data[3]).toBeCloseTo(data[3]!, 3);
  // Without the fourth, the first is told by the second and third alone.
  expect(Math.abs(filled.data[0]! - data[0]!)).toBeGreaterThan(1e-3);
  const scores = await model.score(given);
  expect(scores[1]).toBeGreaterThan(1e3 * scores[0]!);
});

test("a row is filled as it is alone, and rows of which nothing is known get the means", async () => {
  const { x } = hideEntries(correlated(60), { probability: 0.3, seed: 2 });
  row(x, 5).fill(Number.NaN);
  const model = await fit(iterativeRidge({ ridge: 0.01 }), x, { seed: 0 });
  const filled = await impute(model, x);
  for (const i of [0, 7, 31]) {
    const alone = await impute(model, takeRows(x, [i]));
    expect([...alone.data]).toEqual([...row(filled, i)]);
  }
  expectClose(row(filled, 5), model.columnMoments!.means as number[], 1e-6, "means");
});

test("validated: little is pulled where columns say each other, all of it where they do not", async () => {
  const plane = correlated(300);
  const noise = matrix(300, 4, stream.fillNormal(new Float32Array(1200)));
  const ridgeOf = async (x: Matrix) =>
    (await fit(iterativeRidge(), hideEntries(x, { probability: 0.1, seed: 1 }).x, { seed: 0 })).ridge;
  expect(await ridgeOf(plane)).toBeLessThan(0.1);
  expect(await ridgeOf(noise)).toBeGreaterThan(0.5);
});

test("constant columns and columns that are each other's sum are filled too", async () => {
  const x = matrix(50, 4);
  for (let i = 0; i < 50; i++) {
    const [a, b] = [stream.normal(), stream.normal()];
    row(x, i).set([a, b, a + b, 7]);
  }
  const { x: gaps } = hideEntries(x, { probability: 0.15, seed: 3 });
  const model = await fit(iterativeRidge({ ridge: 1e-6, tol: 1e-6, maxIter: 1000 }), gaps, { seed: 0 });
  const { data } = await impute(model, gaps);
  for (let i = 0; i < 50; i++) {
    expect(data[i * 4 + 3]).toBeCloseTo(7, 5);
    const lacks = [0, 1, 2].filter((j) => Number.isNaN(gaps.data[i * 4 + j]!));
    if (lacks.length === 1) expect(data[i * 4 + lacks[0]!]).toBeCloseTo(x.data[i * 4 + lacks[0]!]!, 2);
  }
});
