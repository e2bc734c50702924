/** @file How well a map keeps what is in the data, against scikit-learn and SciPy, and against what must be. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { type Matrix, matrix, takeColumns, toMatrix } from "../../src/data/matrix.js";
import { fit, pca } from "../../src/index.js";
import {
  adjustedRandIndex,
  continuity,
  leaveOneOutAccuracy,
  neighborPreservation,
  normalizedMutualInformation,
  procrustesDisparity,
  silhouette,
  silhouetteSamples,
  trustworthiness,
} from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { sharedPath } from "../data/shared.js";
import { expectClose, readGolden } from "../golden/golden.js";

interface Golden {
  x: number[];
  z: number[];
  labels: number[];
  trustworthiness: Record<string, number>;
  continuity: Record<string, number>;
  neighborPreservation: Record<string, number>;
  silhouette: { labels: number[]; mean: number; samples: number[] }[];
  agreement: {
    name: string;
    a: number[];
    b: number[];
    adjustedRandIndex: number;
    normalizedMutualInformation: number;
  }[];
  procrustesDisparity: number;
  leaveOneOutAccuracy: number;
}

const golden = readGolden<Golden>("embedding-metrics.json");
const x = matrix(60, 5, Float32Array.from(golden.x));
const z = matrix(60, 2, Float32Array.from(golden.z));

// Float64 on both sides: what is left is the order of sums.
const close = (actual: number, expected: number) => expect(Math.abs(actual - expected)).toBeLessThan(1e-9);

describe("against scikit-learn and SciPy", () => {
  for (const [name, metric] of Object.entries({ trustworthiness, continuity, neighborPreservation })) {
    const figures = golden[name as "continuity"];
    test.each(Object.keys(figures))(`${name} of %s neighbors`, async (k) =>
      close(await metric(x, z, { nNeighbors: Number(k) }), figures[k]!),
    );
  }
  test("silhouette of every row, also of one that is alone", async () => {
    for (const { labels, mean, samples } of golden.silhouette) {
      close(await silhouette(x, labels), mean);
      expectClose(await silhouetteSamples(x, labels), samples, 1e-9, "samples");
    }
  });
  test.each(golden.agreement)("agreement of $name", ({ a, b, ...figures }) => {
    close(adjustedRandIndex(a, b), figures.adjustedRandIndex);
    close(normalizedMutualInformation(a, b), figures.normalizedMutualInformation);
  });
  test("Procrustes disparity", async () =>
    close(await procrustesDisparity(takeColumns(x, [0, 1]), z), golden.procrustesDisparity));
  test("leave-one-out accuracy of the nearest", async () =>
    close(
      await leaveOneOutAccuracy(x, golden.labels.map(String), { nNeighbors: 1 }),
      golden.leaveOneOutAccuracy,
    ));
});

const reference = sharedPath("../reference/03_manifold_rolls.json");
describe.skipIf(!existsSync(reference))("trustworthiness and continuity of PCA on the stored rolls", () => {
  test.each(["swiss_roll", "s_curve"])("%s", async (name) => {
    const figures = JSON.parse(readFileSync(reference, "utf8")).results[name]["PCA(2)"];
    const data = takeColumns(toMatrix((await readFileData(sharedPath(`${name}.csv.gz`))).x), [0, 1, 2]);
    const model = await fit(pca({ latentDim: 2 }), data, { scale: "none" });
    const map = await model.encode(data);
    for (const k of [5, 10, 15]) {
      // A float32 map may swap two all but equally distant rows: of 1500 · k ranks each counts for about 1 / (n² k).
      const kept = await trustworthiness(data, map, { nNeighbors: k });
      expect(Math.abs(kept - figures.trustworthiness[k])).toBeLessThan(1e-6);
      const back = await continuity(data, map, { nNeighbors: k });
      expect(Math.abs(back - figures.continuity[k])).toBeLessThan(1e-6);
    }
  });
});

describe("what must be", () => {
  const cloud = (rows: number, cols: number, seed: number): Matrix =>
    matrix(rows, cols, random(seed).fillNormal(new Float32Array(rows * cols)));

  test("a map that is the data keeps everything, shifted, turned and scaled too", async () => {
    const data = cloud(2500, 2, 1);
    const turned = matrix(2500, 2, new Float32Array(5000));
    for (let i = 0; i < 2500; i++) {
      turned.data[2 * i] = 3 * data.data[2 * i + 1]! + 8;
      turned.data[2 * i + 1] = 3 * data.data[2 * i]! - 8;
    }
    // Rounding to float32 may swap neighbors that are all but equally far.
    expect(await trustworthiness(data, turned)).toBeGreaterThan(1 - 1e-6);
    expect(await continuity(data, turned)).toBeGreaterThan(1 - 1e-6);
    expect(await neighborPreservation(data, turned)).toBeGreaterThan(0.999);
    expect(await procrustesDisparity(data, turned)).toBeLessThan(1e-9);
  });

  test("a map without relation to the data keeps next to nothing", async () => {
    const [data, map] = [cloud(2500, 3, 2), cloud(2500, 2, 3)];
    expect(Math.abs((await trustworthiness(data, map)) - 0.5)).toBeLessThan(0.02);
    expect(await neighborPreservation(data, map)).toBeLessThan(0.01);
    expect(await procrustesDisparity(takeColumns(data, [0, 1]), map)).toBeGreaterThan(0.95);
  });

  test("names of groups may be words", () => {
    expect(adjustedRandIndex(["a", "a", "b"], [7, 7, 2])).toBe(1);
    expect(normalizedMutualInformation(["a", "a", "b", "b"], ["p", "q", "p", "q"])).toBe(0);
  });
});

describe("what cannot be answered is refused in a sentence", () => {
  const few = toMatrix([[0], [1], [2], [4]]);
  test("too many neighbors, and rows that do not match", async () => {
    await expect(trustworthiness(few, few, { nNeighbors: 2 })).rejects.toThrow(
      "trustworthiness: nNeighbors must be an integer ≥ 1 and below half of the 4 rows, got 2",
    );
    await expect(continuity(few, toMatrix([[1]]))).rejects.toThrow("continuity: data and map have");
    await expect(neighborPreservation(few, toMatrix([[1]]))).rejects.toThrow("4 and 1 rows");
    await expect(leaveOneOutAccuracy(few, ["a", "b", "a", "b"], { nNeighbors: 4 })).rejects.toThrow(
      "leaveOneOutAccuracy: nNeighbors must be an integer in [1, 3] (the other rows), got 4",
    );
  });
  test("labels that make no clusters", async () => {
    await expect(silhouette(few, ["a", "a", "a", "a"])).rejects.toThrow(
      "silhouette: want 2 to 3 different labels, got 1",
    );
    await expect(silhouette(few, ["a", "b"])).rejects.toThrow("silhouette: 4 rows but 2 labels");
    expect(() => adjustedRandIndex([1, 2], [1])).toThrow("adjustedRandIndex: 2 and 1 labels");
    expect(() => adjustedRandIndex(["a", ""], [1, 2])).toThrow("adjustedRandIndex: row 1 has no label");
  });
  test("points that are all equal, or of another shape", async () => {
    const equal = matrix(4, 1, new Float32Array(4).fill(0.1));
    await expect(procrustesDisparity(few, equal)).rejects.toThrow("all points are equal");
    await expect(procrustesDisparity(few, toMatrix([[1]]))).rejects.toThrow("got 4 × 1 and 1 × 1");
  });
});
