/** @file Filling missing numbers with a model, and the measure of it. */
import { describe, expect, test } from "vitest";
import { readData } from "../../src/data/format.js";
import { columnMeans, type Matrix, matrix, row, takeRows } from "../../src/data/matrix.js";
import {
  type Coder,
  fit,
  impute,
  linearAutoencoder,
  load,
  lowRankCompletion,
  maskedAutoencoder,
  pca,
} from "../../src/index.js";
import { leastSquares } from "../../src/linalg/index.js";
import { rmseHidden } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { asEarlierFormat } from "../files/first-format.js";

const [n, d] = [60, 6];
const stream = random(3);
/** Two directions and a little noise, in units that differ from column to column. */
const factors = Float32Array.from({ length: 2 * d }, () => stream.normal());
const x: Matrix = matrix(n, d);
for (let i = 0; i < n; i++) {
  const [a, b] = [stream.normal(), stream.normal()];
  for (let j = 0; j < d; j++) {
    x.data[i * d + j] = 10 * j + (1 + j) * (a * factors[j]! + b * factors[d + j]! + 0.01 * stream.normal());
  }
}
const hidden = Uint8Array.from(x.data, () => (stream.uniform() < 0.2 ? 1 : 0));
const holed = matrix(
  n,
  d,
  x.data.map((value, at) => (hidden[at] ? Number.NaN : value)),
);
const mean = columnMeans(x);

test("a model that takes missing values fills them at once; what is there stays to the bit", async () => {
  const training = { epochs: 3, seed: 1, scale: "standard" } as const;
  for (const model of [
    await fit(maskedAutoencoder({ latentDim: 2, hidden: [8] }), holed, training),
    await fit(linearAutoencoder({ latentDim: 2, parameterization: "unrolled" }), holed, training),
  ]) {
    expect(model.acceptsMissing).toBe(true);
    const before = holed.data.slice();
    const filled = await impute(model, holed);
    const [xHat, wide] = [await model.reconstruct(holed), await model.reconstructWide(holed)];
    expect(holed.data).toEqual(before);
    expect(filled.data).toEqual(
      Float64Array.from(holed.data, (v, at) => (Number.isNaN(v) ? wide.data[at]! : v)),
    );
    expect(Float32Array.from(wide.data)).toEqual(xHat.data);
  }
});

// At the fixed point x̂ = P(x − μ) + μ where x is missing: the missing numbers are those of least ‖x − x̂‖², which a least-squares
// problem gives at once: min over z of ‖xₒ − μₒ − Vₒ z‖² over what is observed, then V z + μ.
test("PCA: repeated reconstruction ends in the filling of least error", async () => {
  const model = await fit(pca({ latentDim: 2 }), x);
  expect(model.acceptsMissing).toBe(false);
  const filled = await impute(model, holed, { maxIter: 5000, tol: 1e-7 });
  const { data: v } = model.components;
  for (let i = 0; i < n; i++) {
    const seen = Array.from({ length: d }, (_, j) => j).filter((j) => !hidden[i * d + j]);
    if (seen.length < 3) continue;
    const a = {
      rows: seen.length,
      cols: 2,
      data: Float64Array.from(seen.flatMap((j) => [v[j]!, v[d + j]!])),
    };
    const b = {
      rows: seen.length,
      cols: 1,
      data: Float64Array.from(seen, (j) => x.data[i * d + j]! - model.mean[j]!),
    };
    const { data: z } = await leastSquares(a, b);
    for (let j = 0; j < d; j++) {
      const wanted = hidden[i * d + j]
        ? model.mean[j]! + v[j]! * z[0]! + v[d + j]! * z[1]!
        : x.data[i * d + j]!;
      // The iteration converges linearly and stops at float32's last digits of numbers near 60.
      expect(Math.abs(filled.data[i * d + j]! - wanted)).toBeLessThan(2e-2);
    }
  }
});

test("it fills far better than the means, and fewer steps less so", async () => {
  const model = await fit(pca({ latentDim: 2 }), x, { scale: "standard" });
  const means = matrix(
    n,
    d,
    x.data.map((_, at) => mean[at % d]!),
  );
  const error = async (options?: object) => rmseHidden(x, await impute(model, holed, options), hidden);
  expect(await error()).toBeLessThan(0.2 * rmseHidden(x, means, hidden));
  expect(await error({ maxIter: 1 })).toBeGreaterThan(2 * (await error()));
});

/** Means over what is there of the rows that are fitted to. */
const observedMeans = Array.from({ length: d }, (_, j) => {
  const known = Array.from({ length: n }, (_, i) => holed.data[i * d + j]!).filter((v) => !Number.isNaN(v));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
});

test.each(["none", "standard", "unit"] as const)(
  "scale %s: a row of which nothing is known gets the means of the columns that were fitted to",
  async (scale) => {
    const masked = maskedAutoencoder({ latentDim: 2, hidden: [8] });
    const completion = lowRankCompletion({ latentDim: 2, weight: 1 });
    for (const fitted of [
      await fit(masked, holed, { epochs: 1, seed: 1, scale }),
      await fit(completion, holed, { scale }),
    ]) {
      const model = await load(fitted.save());
      const rows = matrix(3, d, takeRows(x, [0, 1, 2]).data.slice());
      row(rows, 1).fill(Number.NaN);
      const filled = await impute(model, rows);
      for (let j = 0; j < d; j++) expect(row(filled, 1)[j]).toBeCloseTo(observedMeans[j]!, 10);
      expect(row(filled, 2)).toEqual(Float64Array.from(row(rows, 2)));
    }
  },
);

test.each(["none", "standard", "unit"] as const)(
  "scale %s: a row is filled as it is alone",
  async (scale) => {
    for (const model of [
      await fit(pca({ latentDim: 2 }), x, { scale }),
      await fit(pca({ latentDim: 2, center: false }), x, { scale }),
      await fit(lowRankCompletion({ latentDim: 2, weight: 1 }), holed, { scale }),
    ]) {
      const filled = await impute(await load(model.save()), holed);
      for (let i = 0; i < n; i++) {
        const alone = await impute(model, takeRows(holed, [i]));
        // Products of one row may be summed in another order: float32 rounding of numbers near 60 apart.
        for (let j = 0; j < d; j++) expect(Math.abs(alone.data[j]! - row(filled, i)[j]!)).toBeLessThan(1e-4);
      }
    }
  },
);

// x₂ is twice x₁ in every row that was fitted to: of (7, ?, 21) it is 14.
test("one row is filled by a model of others", async () => {
  const rows = [1, 2, 3, 4, 5].map((t) => [t, 2 * t, 3 * t]);
  const model = await load((await fit(pca({ latentDim: 1 }), rows)).save());
  const { data } = await impute(model, [[7, Number.NaN, 21]], { tol: 1e-9, maxIter: 1000 });
  expect(data[1]).toBeCloseTo(14, 4);
});

test("numbers that are there come back as they were, in float64", async () => {
  const rows = [
    [900000001, 20240101, 4234567.91],
    [900000002, 20240102, Number.NaN],
    [900000003, 20240103, 4234567.93],
    [900000004, Number.NaN, 4234567.94],
  ];
  for (const scale of ["none", "standard", "unit"] as const) {
    const model = await fit(lowRankCompletion({ latentDim: 1, weight: 1e-3 }), rows, { scale });
    const { data } = await impute(model, rows);
    expect(data).toBeInstanceOf(Float64Array);
    rows.flat().forEach((value, at) => {
      if (!Number.isNaN(value)) expect(data[at]).toBe(value);
    });
    // Near the others, which float32 would space by 32 and by .5.
    expect(Math.abs(data[10]! - 20240104)).toBeLessThan(2);
    expect(Math.abs(data[5]! - 4234567.92)).toBeLessThan(0.02);
  }
});

test("nothing missing: the same numbers in another matrix; no rows: none", async () => {
  const model = await fit(pca({ latentDim: 2 }), x);
  const filled = await impute(model, x);
  expect(filled).toEqual({ ...x, data: Float64Array.from(x.data) });
  expect(filled.data).not.toBe(x.data);
  expect((await impute(model, matrix(0, d))).rows).toBe(0);
});

// Files of format 3 do not tell means where the scaling does not.
test("a model of an earlier version starts from the means of the rows at hand, or says that it cannot", async () => {
  const model = await load(asEarlierFormat((await fit(pca({ latentDim: 2 }), x)).save(), 3));
  expect(model.columnMoments).toBeUndefined();
  const filled = await impute(model, holed, { maxIter: 5000, tol: 1e-7 });
  const wanted = await impute(await fit(pca({ latentDim: 2 }), x), holed, { maxIter: 5000, tol: 1e-7 });
  for (let at = 0; at < n * d; at++) expect(Math.abs(filled.data[at]! - wanted.data[at]!)).toBeLessThan(2e-2);
  const empty = matrix(
    n,
    d,
    x.data.map((value, at) => (at % d === 4 ? Number.NaN : value)),
  );
  await expect(impute(model, empty)).rejects.toThrow(
    "impute: column 4 has no number at all to start from, and the model, of an earlier version, does not tell its mean: fit it again",
  );
});

test("what cannot be filled is refused", async () => {
  const model = await fit(pca({ latentDim: 2 }), x);
  await expect(impute(model, holed, { maxIter: 0 })).rejects.toThrow("maxIter must be an integer ≥ 1, got 0");
  await expect(impute(model, holed, { tol: -1 })).rejects.toThrow("tol must be a number ≥ 0, got -1");
  await expect(impute(model, [[1, Number.NaN]])).rejects.toThrow("rows must have 6 numbers, got 2");
});

describe("rmseHidden", () => {
  const truth = matrix(2, 2, Float32Array.of(1, 2, Number.NaN, 4));

  test("is the root of the mean square over what was hidden and is known", () => {
    const filled = matrix(2, 2, Float32Array.of(9, 5, 7, 8));
    expect(rmseHidden(truth, filled, [0, 1, 1, 1])).toBeCloseTo(Math.sqrt((9 + 16) / 2), 12);
  });

  test("refuses other shapes, unfilled entries and an empty mask", () => {
    expect(() => rmseHidden(truth, matrix(2, 3), [1, 1, 1, 1])).toThrow("x is 2 × 2, filled 2 × 3");
    expect(() => rmseHidden(truth, truth, [1, 1])).toThrow("the mask 2 long");
    expect(() => rmseHidden(truth, truth, [0, 0, 1, 0])).toThrow("nothing is hidden");
    const filled = matrix(2, 2, Float32Array.of(1, Number.NaN, 1, 1));
    expect(() => rmseHidden(truth, filled, [0, 1, 0, 0])).toThrow("row 0 column 1 is not filled, it is NaN");
  });
});

test("a signal stops it between two reconstructions", async () => {
  const model = await fit(pca({ latentDim: 2 }), x, { seed: 0 });
  const controller = new AbortController();
  const reason = new Error("enough");
  let calls = 0;
  const counting = {
    inputDim: d,
    acceptsMissing: false,
    columnMoments: model.columnMoments,
    reconstructWide: (rows: Matrix) => {
      if (++calls === 3) controller.abort(reason);
      return model.reconstructWide(rows);
    },
  } as unknown as Coder;
  await expect(impute(counting, holed, { tol: 0, signal: controller.signal })).rejects.toBe(reason);
  expect(calls).toBe(3);
});

test("a data set and its table are filled as their numbers are", async () => {
  const lines = Array.from(
    { length: 40 },
    (_, i) => `${i % 9 ? i * 1.5 : ""},${["Oslo", "Rome"][i % 2]},${i % 7 ? 3 * i + (i % 2) : "NA"}`,
  );
  const text = `a,city,b\n${lines.join("\n")}\n`;
  const data = await readData(new TextEncoder().encode(text), "cities.csv");
  const model = await fit(lowRankCompletion({ latentDim: 2 }), data, { seed: 1 });
  const filled = await impute(model, data.x);
  expect([filled.rows, filled.cols]).toEqual([40, 4]);
  expect(filled.data.some(Number.isNaN)).toBe(false);
  expect(await impute(model, data)).toEqual(filled);
  expect(await impute(model, data.table!)).toEqual(filled);
});
