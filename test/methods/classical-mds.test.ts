import { describe, expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import { pca } from "../../src/methods/linear/pca.js";
import { classicalMds } from "../../src/methods/manifold/classical-mds.js";
import { random } from "../../src/random.js";
import { fit } from "../../src/training/fit.js";
import { generated, readGolden } from "../golden/golden.js";

const { cityBlock } = readGolden<{
  cityBlock: { eigenvalues: number[]; embedding: number[]; placed: number[] };
}>("isomap.json");

function normalRows(rows: number, cols: number, seed = 0) {
  const x = matrix(rows, cols);
  random(seed).fillNormal(x.data);
  for (let at = 0; at < x.data.length; at++) x.data[at]! *= 1 + (at % cols);
  return x;
}

const distance = (a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, d: number) => {
  let square = 0;
  for (let c = 0; c < d; c++) square += (a[i * d + c]! - b[j * d + c]!) ** 2;
  return Math.sqrt(square);
};

describe("of Euclidean distances", () => {
  // Gower (1966): the principal coordinates are the principal components. More rows than columns, and fewer.
  test.each([
    [300, 6],
    [40, 90],
  ])("%d rows of %d numbers have the codes of PCA", async (rows, cols) => {
    const x = normalRows(rows, cols);
    const model = await fit(classicalMds({ latentDim: 3 }), x);
    const components = await fit(pca({ latentDim: 3 }), x);
    const scores = await components.encode(x);
    for (let j = 0; j < 3; j++) {
      expect(model.eigenvalues[j]! / components.singularValues[j]! ** 2).toBeCloseTo(1, 9);
      const sign = Math.sign(scores.data[j]! * model.embedding.data[j]!);
      for (let at = j; at < 3 * rows; at += 3)
        expect(Math.abs(sign * scores.data[at]! - model.embedding.data[at]!)).toBeLessThan(2e-4); // float32
    }
    const again = await model.encode(x);
    for (let at = 0; at < 3 * rows; at++)
      expect(Math.abs(again.data[at]! - model.embedding.data[at]!)).toBeLessThan(2e-4);
  });

  test("as many numbers as the rows have keep all distances, and fewer do not", async () => {
    const x = normalRows(50, 4);
    const whole = await fit(classicalMds({ latentDim: 4 }), x);
    expect(whole.stress).toBeLessThan(1e-6);
    for (let i = 1; i < 50; i++) {
      const wanted = distance(x.data, i, x.data, 0, 4);
      expect(distance(whole.embedding.data, i, whole.embedding.data, 0, 4) / wanted).toBeCloseTo(1, 5);
    }
    const part = await fit(classicalMds({ latentDim: 1 }), x);
    let [missed, total] = [0, 0];
    for (let i = 0; i < 50; i++) {
      for (let j = 0; j < i; j++) {
        const wanted = distance(x.data, i, x.data, j, 4);
        missed += (wanted - Math.abs(part.embedding.data[i]! - part.embedding.data[j]!)) ** 2;
        total += wanted ** 2;
      }
    }
    expect(part.stress).toBeCloseTo(Math.sqrt(missed / total), 6);
  });
});

describe("of given distances", () => {
  const points = generated(5, [{ name: "x", shape: [44, 3], low: 0, high: 1 }]).x!.data;
  const cityBlocks = (from: number, to: number) =>
    matrix(
      to - from,
      40,
      Float32Array.from({ length: (to - from) * 40 }, (_, at) => {
        const [i, j] = [from + Math.floor(at / 40), at % 40];
        let sum = 0;
        for (let c = 0; c < 3; c++) sum += Math.abs(Number(points[i * 3 + c]) - Number(points[j * 3 + c]));
        return sum;
      }),
    );
  const method = classicalMds({ latentDim: 3, metric: "precomputed" });

  test("that are not Euclidean: eigenvalues, places and those of new rows are NumPy's", async () => {
    const model = await fit(method, cityBlocks(0, 40));
    const placed = await model.encode(cityBlocks(40, 44));
    for (let j = 0; j < 3; j++) {
      expect(model.eigenvalues[j]! / cityBlock.eigenvalues[j]!).toBeCloseTo(1, 8);
      const sign = Math.sign(cityBlock.embedding[j]! * model.embedding.data[j]!);
      for (let at = j; at < 120; at += 3)
        expect(Math.abs(sign * model.embedding.data[at]! - cityBlock.embedding[at]!)).toBeLessThan(1e-6); // float32
      for (let at = j; at < 12; at += 3)
        expect(Math.abs(sign * placed.data[at]! - cityBlock.placed[at]!)).toBeLessThan(1e-6);
    }
  });

  test("many: by iteration what a full decomposition gives of few columns", async () => {
    const x = normalRows(400, 3, 2);
    const between = matrix(
      400,
      400,
      Float32Array.from({ length: 160_000 }, (_, at) =>
        distance(x.data, Math.floor(at / 400), x.data, at % 400, 3),
      ),
    );
    const given = await fit(method, between);
    const known = await fit(classicalMds({ latentDim: 3 }), x);
    // Distances are rounded to float32.
    for (let j = 0; j < 3; j++) expect(given.eigenvalues[j]! / known.eigenvalues[j]!).toBeCloseTo(1, 6);
    expect(given.stress).toBeLessThan(1e-5);
  });

  test("what are no distances among the rows is refused by place", async () => {
    const fitted = (data: number[][]) => fit(classicalMds({ latentDim: 1, metric: "precomputed" }), data);
    await expect(
      fitted([
        [0, 1, 2],
        [1, 0, 1],
      ]),
    ).rejects.toThrow("wants n rows of n distances, got 2 × 3");
    await expect(
      fitted([
        [0, 1],
        [2, 0],
      ]),
    ).rejects.toThrow("symmetric distances, row 1 column 0 is 2 but row 0 column 1 is 1");
    await expect(
      fitted([
        [0, -1],
        [-1, 0],
      ]),
    ).rejects.toThrow("distances ≥ 0, row 1 column 0 is -1");
    await expect(
      fitted([
        [1, 1],
        [1, 1],
      ]),
    ).rejects.toThrow("zeros on the diagonal, row 0 column 0 is 1");
    await expect(fit(classicalMds({ latentDim: 5 }), normalRows(9, 4))).rejects.toThrow(
      "classicalMds: latentDim 5 exceeds min(rows, columns) of the data, 4",
    );
  });
});
