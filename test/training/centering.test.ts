/** @file Large offsets cost no digits under the scaling `none`, for methods that do not look at offsets. */
import { describe, expect, test } from "vitest";
import { type Matrix, matrix, toNumbers } from "../../src/data/matrix.js";
import {
  type Coder,
  factorization,
  fit,
  kMeans,
  linearAutoencoder,
  load,
  lowRankCompletion,
  type Method,
  maskedAutoencoder,
  type Pca,
  pca,
  sparseCoding,
} from "../../src/index.js";
import { random } from "../../src/random.js";
import { fitCentering } from "../../src/training/centering.js";
import { asEarlierFormat } from "../files/first-format.js";

const four = [[16777211], [16777212], [16777212], [16777214]];

test("numbers of 24 bits: codes of PCA, factorization and completion keep the 25th", async () => {
  for (const model of [
    await fit(pca({ latentDim: 1 }), four),
    await fit(lowRankCompletion({ latentDim: 1, weight: 1e-6 }), four),
  ]) {
    const { data } = await model.encode(four);
    [-1.25, -0.25, -0.25, 1.75].forEach((code, i) => {
      expect(data[i]).toBeCloseTo(code, 5);
    });
  }
  const model = await fit(factorization({ latentDim: 1 }), four, { seed: 1 });
  const { data } = await model.encode(four);
  [-1.25, -0.25, -0.25, 1.75].forEach((code, i) => {
    expect(data[i]! * model.dictionary.data[0]!).toBeCloseTo(code, 5);
  });
});

describe("results that are places are in the user's units", () => {
  const stream = random(2);
  const rows = Array.from({ length: 60 }, (_, i) => {
    const cluster = i % 3;
    return [1e9 + 10 * cluster + stream.normal(), -4e6 + 7 * cluster + stream.normal() / 10];
  });
  const means = [0, 1].map((j) => rows.reduce((sum, row) => sum + row[j]! / rows.length, 0));
  const expectMeans = (given: ArrayLike<number>, digits: number) => {
    for (const j of [0, 1])
      expect(Math.abs(given[j]! - means[j]!) / Math.abs(means[j]!)).toBeLessThan(digits);
  };

  test.each([
    ["as fitted", async (model: Pca) => model],
    ["as loaded", async (model: Pca) => (await load(model.save())) as Pca],
  ])("of PCA, in float64, %s", async (_, through) => {
    const model = await through(await fit(pca({ latentDim: 1 }), rows));
    expectMeans(model.mean, 1e-14);
    expectMeans(model.columnMoments!.means, 1e-14);
    const z = await model.encode(rows);
    const back = await model.reconstructWide(rows);
    const alone = await model.decode(z);
    for (let at = 0; at < back.data.length; at++)
      expect(Math.abs(alone.data[at]! - back.data[at]!)).toBeLessThan(64);
    const errors = await model.squaredErrors(rows);
    const wanted = rows.map((row, i) => row.reduce((sum, v, j) => sum + (v - back.data[2 * i + j]!) ** 2, 0));
    errors.forEach((error, i) => {
      expect(error).toBeCloseTo(wanted[i]!, 4);
    });
  });

  test("of factorization, completion, sparse coding, the linear autoencoder and k-means, to float32", async () => {
    expectMeans((await fit(factorization({ latentDim: 1 }), rows)).mean, 1e-7);
    expectMeans((await fit(lowRankCompletion({ latentDim: 1 }), rows)).mean, 1e-7);
    expectMeans((await fit(sparseCoding({ latentDim: 2, center: true, maxIter: 2 }), rows)).mean, 1e-7);
    expectMeans((await fit(linearAutoencoder({ latentDim: 1 }), rows, { epochs: 1 })).center, 1e-6);
    const clusters = await fit(kMeans({ clusters: 3 }), rows, { seed: 1 });
    expect(new Set(clusters.labels.subarray(0, 3)).size).toBe(3);
    rows.forEach((_, i) => {
      expect(clusters.labels[i]).toBe(clusters.labels[i % 3]);
    });
    expect(await clusters.predict(rows)).toEqual(clusters.labels);
    expectMeans(
      [0, 1].map((j) => [0, 1, 2].reduce((sum, c) => sum + clusters.centers.data[2 * c + j]! / 3, 0)),
      1e-7,
    );
  });

  test("first centers of k-means are in them too", async () => {
    const init = rows.slice(0, 3);
    const { labels } = await fit(kMeans({ clusters: 3, init, maxIter: 1 }), rows);
    rows.forEach((_, i) => {
      expect(labels[i]).toBe(i % 3);
    });
  });
});

describe("the offset", () => {
  const wave = (n: number, mean: number, deviation: number): Matrix =>
    matrix(
      n,
      1,
      Float32Array.from({ length: n }, (_, i) => mean + deviation * (i % 2 ? 1 : -1)),
    );

  test("of float32 rows is that of columns whose mean is more than 16 deviations alone", () => {
    expect(fitCentering(wave(10, 15, 1))).toEqual({ kind: "none", offset: [], factor: [] });
    expect(fitCentering(wave(10, -17, 1))).toEqual({ kind: "none", offset: [-18], factor: [1] });
    const both = matrix(2, 2, Float32Array.of(0, 100, 1, 101));
    expect(fitCentering(both)).toEqual({ kind: "none", offset: [0, 100], factor: [1, 1] });
    // What does not vary loses nothing.
    expect(fitCentering(matrix(5, 1, new Float32Array(5).fill(7)))).toMatchObject({ offset: [] });
  });

  test("of float64 rows is always there, over what is observed", () => {
    const x = toNumbers([
      [0.1, Number.NaN],
      [0.2, Number.NaN],
      [0.3, 5],
    ]);
    expect(fitCentering(x)).toEqual({ kind: "none", offset: [0.2, 5], factor: [1, 1] });
  });

  // A mean would lie 3·10⁶ from all other rows, which float32 would space by .25.
  test("is not drawn away by one row", () => {
    const data = Float64Array.from({ length: 301 }, (_, i) => (i === 7 ? 1e9 : 1e5 + i / 1000));
    const [offset] = fitCentering({ data, rows: 301, cols: 1 }).offset;
    expect(Math.abs(offset! - 1e5)).toBeLessThan(1);
  });

  test("is not there where center is off, where a method looks at offsets, or under another scaling", async () => {
    const methods: Method<Coder>[] = [
      pca({ latentDim: 1, center: false }),
      maskedAutoencoder({ latentDim: 1, hidden: [] }),
    ];
    for (const method of methods)
      expect(
        (await fit(method, four, { ...(method.name !== "pca" && { epochs: 1 }) })).scaling.offset,
      ).toEqual([]);
    expect((await fit(pca({ latentDim: 1 }), four, { scale: "unit" })).scaling.kind).toBe("unit");
  });

  test("is in the model's file, of a format that earlier versions refuse; files without it are read", async () => {
    const model = await fit(pca({ latentDim: 1 }), four);
    expect(model.scaling).toEqual({ kind: "none", offset: [16777212], factor: [1] });
    const again = await load(model.save());
    expect(again.scaling).toEqual(model.scaling);
    expect(await again.encode(four)).toEqual(await model.encode(four));
    const plain = await fit(pca({ latentDim: 1 }), [[1], [2], [4]]);
    const earlier = await load(asEarlierFormat(plain.save(), 3));
    expect(await earlier.encode([[3]])).toEqual(await plain.encode([[3]]));
  });
});

test("float64 rows are refused by place where float32 does not hold them", async () => {
  const model = await fit(pca({ latentDim: 1 }), [
    [0.1, 0.2],
    [0.3, 0.1],
    [0.5, 0.7],
  ]);
  for (const call of [
    () => model.encode([[0, 1e300]]),
    () => model.reconstruct([[0, 1e300]]),
    () => model.score([[0, 1e300]]),
  ])
    await expect(call()).rejects.toThrow("row 0 column 1 is 1e+300, which is too large for float32");
  await expect(model.encode([[0.1, Number.NaN]])).rejects.toThrow("pca.encode: row 0 column 1 is NaN");
  await expect(model.encode([[0.1, Number.NEGATIVE_INFINITY]])).rejects.toThrow(
    "pca.encode: row 0 column 1 is -Infinity; want finite numbers",
  );
});

// The checkpoint of rows as they were: float64 is not the same data rounded.
test("training on float64 rows is gone on from, in the same bits", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => [1e9 + (i % 7) / 10, (i * i) % 11]);
  const method = linearAutoencoder({ latentDim: 1 });
  const options = { epochs: 4, batchSize: 5, seed: 3 };
  let resume: Uint8Array | undefined;
  const whole = await fit(method, rows, {
    ...options,
    onCheckpoint: (make) => {
      resume ??= make();
    },
  });
  expect((await fit(method, rows, { ...options, resume: resume! })).save()).toEqual(whole.save());
  const rounded = rows.map((row) => row.map(Math.fround));
  await expect(fit(method, rounded, { ...options, resume: resume! })).rejects.toThrow(
    "fit: the checkpoint is of another data set (fingerprint)",
  );
});
