/** @file Measures that studies are made of, against closed forms, and claims that have one, in 16 dimensions. */
import { describe, expect, test } from "vitest";
import { type Matrix, matrix } from "../../../src/data/matrix.js";
import { contractiveAutoencoder, fit, kMeans, pca } from "../../../src/index.js";
import { type Dense, dense, toDense } from "../../../src/linalg/dense.js";
import { eigh } from "../../../src/linalg/eigh.js";
import { gemm } from "../../../src/linalg/gemm.js";
import { linearMap, squaredErrorPerSample } from "../../../src/metrics/index.js";
import { random } from "../../../src/random.js";
import { entropyBytes } from "../../../studies/lectures/compression.js";
import { augmentationGraph, embeddedGraph } from "../../../studies/lectures/contrastive.js";
import { leafPatches } from "../../../studies/lectures/dead-leaves.js";
import { lectureSide } from "../../../studies/lectures/deep-versus-pca.js";
import { gaussianTwin } from "../../../studies/lectures/gaussian-twin.js";
import { toldApart } from "../../../studies/lectures/generate.js";
import { accuracyOn, predictedClasses } from "../../../studies/lectures/label-classifier.js";
import { diagonalData, follow, trainedMap } from "../../../studies/lectures/linear-training.js";
import { explained, rankCorrelation } from "../../../studies/lectures/manifolds.js";
import { autocovariances, bestPrediction, steadyState } from "../../../studies/lectures/next-step.js";
import {
  contractiveFactor,
  denoisingFactor,
  symmetricRows,
} from "../../../studies/lectures/scale-loophole.js";
import { showOneOfEach } from "../../../studies/lectures/shown-numbers.js";
import { agreementOf, spreadOf } from "../../../studies/lectures/sparse.js";
import { codesAfter, identityOf, normalMatrix, pseudoInverse } from "../../../studies/lectures/unrolling.js";

const d = 16;
const eigenvalues = Array.from({ length: d }, (_, i) => 0.8 ** i);
const data = diagonalData(eigenvalues);
const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));
const distance = (a: Dense, b: Dense) => norm(a.data.map((value, at) => value - b.data[at]!));

function normalRows(rows: number, cols: number, seed: number): Matrix {
  return matrix(rows, cols, random(seed).fillNormal(new Float32Array(rows * cols)));
}

describe("few labels", () => {
  const classes = Int32Array.from({ length: 60 }, (_, i) => i % 3);
  const z = toDense(normalRows(60, d, 1));
  classes.forEach((own, i) => {
    z.data[i * d + own]! += 6;
  });
  const labeled = { z, classes, classCount: 3 };
  const all = Array.from(classes.keys());

  test("classes that lie apart are told, by more rows than columns and by fewer", async () => {
    for (const count of [9, 30])
      expect(
        accuracyOn(all, await predictedClasses(labeled, all.slice(0, count), 1), labeled),
      ).toBeGreaterThan(0.9);
  });

  test("the penalized solution is that of the normal equations, whichever of its two forms is smaller", async () => {
    // Twelve rows are fewer than 17 unknowns, and doubled with the penalty they have the same solution.
    const wide = await predictedClasses(labeled, all.slice(0, 12), 1);
    const tall = await predictedClasses(labeled, [...all.slice(0, 12), ...all.slice(0, 12)], 2);
    expect([...tall]).toEqual([...wide]);
  });

  test("E2: the least norm meets every label that it is learned from, where there are no more than columns", async () => {
    const noise = { ...labeled, z: toDense(normalRows(60, d, 2)) };
    const learned = all.slice(0, d);
    expect(accuracyOn(learned, await predictedClasses(noise, learned, 0), noise)).toBe(1);
  });

  test("E5: no iteration of k-means raises its objective", async () => {
    const objectives: number[] = [];
    await fit(kMeans({ clusters: 5, starts: 1, swaps: 0 }), normalRows(200, 4, 3), {
      seed: 1,
      onIteration: ({ objective }) => void objectives.push(objective!),
    });
    expect(objectives.length).toBeGreaterThan(2);
    for (const [i, value] of objectives.slice(1).entries())
      expect(value).toBeLessThanOrEqual(objectives[i]! * (1 + 1e-12));
  });
});

describe("penalties on codes", () => {
  test("C13: to first order in the noise contraction is denoising", () => {
    for (const noise of [1e-2, 1e-3, 1e-4])
      expect(denoisingFactor(1, noise) - contractiveFactor(1, 2 * noise)).toBeCloseTo(
        noise ** 2 / (1 + noise),
        12,
      );
    expect(contractiveFactor(0.1, 0.2)).toBe(0);
  });

  test("C13: a tied linear contraction ends with s² = 1 − λ/2λᵢ along every direction, and 0 beyond", async () => {
    const contraction = 0.2;
    const method = contractiveAutoencoder({ latentDim: d, latentActivation: "linear", contraction });
    const model = await fit(method, symmetricRows(data), {
      epochs: 1500,
      batchSize: "all",
      learningRate: 1e-2,
      schedule: "cosine",
      scale: "none",
      seed: 1,
    });
    const { matrix: map } = await linearMap(model);
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++)
        expect(map.data[i * d + j]).toBeCloseTo(
          i === j ? contractiveFactor(eigenvalues[i]!, contraction) : 0,
          2,
        );
  });
});

describe("inverses by steps", () => {
  test.each([
    ["tall", d, 5],
    ["wide", 5, d],
  ])("B3, B5, B15: steps from 0 come to B⁺, B %s", async (_, rows, cols) => {
    const b = normalMatrix(rows, cols, random(4));
    const inverse = await pseudoInverse(b);
    // B B⁺ B = B
    expect(distance(await gemm(await gemm(b, inverse), b), b)).toBeLessThan(1e-12);
    const [near, far] = await codesAfter(b, [10, 1000], 1);
    expect(distance(far!, inverse)).toBeLessThan(1e-9);
    expect(distance(near!, inverse)).toBeGreaterThan(distance(far!, inverse));
    const [diverged] = await codesAfter(b, [300], 2.1);
    expect(distance(diverged!, inverse)).toBeGreaterThan(1e3);
  });

  test("B1: steps of P2 stand at right angles to B", async () => {
    const course = {
      parameterization: "projection",
      latentDim: 4,
      optimizer: "sgd",
      learningRate: 0.2,
      seed: 1,
    } as const;
    const seen: Float32Array[] = [];
    await follow(data, course, [5, 6], ({ parameters }) => {
      seen.push(parameters.decoder!.data as Float32Array);
      return false;
    });
    const step = seen[1]!.map((value, at) => value - seen[0]![at]!);
    const inner = step.reduce((sum, value, at) => sum + value * seen[0]![at]!, 0);
    expect(Math.abs(inner) / norm(step) / norm(seen[0]!)).toBeLessThan(1e-4);
  });

  test("B2: C of P3 is (BᵀB)⁻¹ at the optimum", async () => {
    const course = {
      parameterization: "shared",
      latentDim: 4,
      optimizer: "adam",
      learningRate: 1e-2,
      schedule: "cosine",
      seed: 1,
    } as const;
    const { parameters } = await trainedMap(data, course, 2000);
    const of = (name: string, rows: number) =>
      dense(rows, 4, Float64Array.from(parameters[name]!.data as Float32Array));
    const b = of("decoder", d);
    const product = await gemm(of("mixing", 4), await gemm(b, b, { transposeA: true }));
    expect(distance(product, identityOf(4))).toBeLessThan(1e-3);
  });
});

describe("rows, made and real", () => {
  test("D2: the decoder as printed gives 16 pixels a side, and 28 without padding in its first layer", () => {
    expect([lectureSide(1), lectureSide(0)]).toEqual([16, 28]);
  });

  test("D4: rows of one distribution are told apart half of the time, and others always", async () => {
    const [a, b] = [normalRows(300, 3, 5), normalRows(300, 3, 6)];
    const { onReal, onMade } = await toldApart(a, b);
    // The deviation of a share of 600 is .02.
    expect(Math.abs((onReal + onMade) / 2 - 0.5)).toBeLessThan(0.1);
    const far = matrix(
      300,
      3,
      b.data.map((value) => value + 100),
    );
    expect(await toldApart(a, far)).toEqual({ onReal: 1, onMade: 1 });
  });

  test("D11: a subspace leaves as much of −x as of x", async () => {
    const x = normalRows(100, d, 7);
    const negative = matrix(
      100,
      d,
      x.data.map((value) => -value),
    );
    const model = await fit(pca({ latentDim: 5, center: false }), x, { seed: 1 });
    const own = squaredErrorPerSample(x, await model.reconstruct(x));
    expect(squaredErrorPerSample(negative, await model.reconstruct(negative)) / own).toBeCloseTo(1, 6);
  });

  test("D16: a Gaussian twin has the covariance of the rows", async () => {
    const twin = await gaussianTwin(data, 20_000, 1);
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let i = 0; i < twin.rows; i++) sum += twin.data[i * d + j]! ** 2 / twin.rows;
      // The deviation of a variance of 20,000 is .01 of it.
      expect(sum / eigenvalues[j]!).toBeCloseTo(1, 1);
    }
  });

  test("D21: numbers of four levels, equally often, take two bits", () => {
    const x = matrix(4, 2, Float32Array.of(0, 0, 1, 1, 2, 0, 3, 1));
    expect(entropyBytes(x, 1)).toBeCloseTo((2 + 1) / 8, 12);
    expect(entropyBytes(x, 10)).toBe(0);
  });
});

describe("patches and maps", () => {
  test("D14: a pixel spreads over one, a plane over all, and slopes of an edge agree", () => {
    const pixel = new Float64Array(64);
    pixel[9] = 2;
    expect(spreadOf(pixel)).toBeCloseTo(1 / 64, 12);
    expect(spreadOf(new Float64Array(64).fill(-3))).toBeCloseTo(1, 12);
    const edge = Float64Array.from({ length: 64 }, (_, at) => Number(at % 8 > 3));
    expect(agreementOf(edge, 8)).toBeCloseTo(1, 12);
    expect(agreementOf(pixel, 8)).toBeLessThan(1);
  });

  test("dead leaves have no mean, and are the same for the same seed", () => {
    const patches = leafPatches(50, 8, 1);
    for (let i = 0; i < 50; i++)
      expect(patches.data.subarray(i * 64, (i + 1) * 64).reduce((sum, value) => sum + value, 0)).toBeCloseTo(
        0,
        4,
      );
    expect(leafPatches(50, 8, 1).data).toEqual(patches.data);
    expect(leafPatches(50, 8, 2).data).not.toEqual(patches.data);
    expect(norm(patches.data)).toBeGreaterThan(1);
  });

  test("D17: what is a linear map of codes is explained, and what has nothing to do with them is not", async () => {
    const z = normalRows(500, 2, 8);
    const y = matrix(
      500,
      1,
      Float32Array.from({ length: 500 }, (_, i) => 3 * z.data[2 * i]! - z.data[2 * i + 1]! + 5),
    );
    expect(await explained(z, y)).toBeCloseTo(1, 10);
    expect(await explained(z, normalRows(500, 1, 9))).toBeLessThan(0.05);
  });

  test("D18: ranks agree, are turned round, and half agree", () => {
    expect(rankCorrelation([1, 5, 9], [2, 3, 100])).toBe(1);
    expect(rankCorrelation([1, 5, 9], [7, 6, 5])).toBe(-1);
    expect(rankCorrelation([1, 2, 3], [1, 3, 2])).toBe(0.5);
  });
});

test("rows of which all is hidden show their first number, and others stay", () => {
  for (const hidden of [0, 1] as const) {
    const mask = Float32Array.of(hidden, hidden, hidden, 1 - hidden);
    showOneOfEach(mask, 2, hidden);
    expect([...mask]).toEqual([1 - hidden, hidden, hidden, 1 - hidden]);
  }
});

describe("moments", () => {
  test("E9: predictions of more moments are better, none is better than the filter, and 40 are as good", async () => {
    const { innovation } = steadyState();
    let last = autocovariances(1)[0]!;
    for (const lags of [1, 2, 3, 5, 10, 20]) {
      const { error } = await bestPrediction(lags);
      expect(error).toBeLessThan(last);
      expect(error).toBeGreaterThan(innovation);
      last = error;
    }
    expect((await bestPrediction(40)).error / innovation).toBeCloseTo(1, 6);
  });

  test("E9: the mean is off by the variance, which the state and the reading add up to", () => {
    // A a decayed rotation: its state varies by q / (1 − decay²) along both axes.
    expect(autocovariances(1)[0]).toBeCloseTo(1 + 0.1 / (1 - 0.95 ** 2), 10);
  });
});

describe("contrast", () => {
  test("E11: the graph of clusters has 1 as its largest eigenvalue, then one for each further cluster, then none", async () => {
    const { values } = await eigh(augmentationGraph(4, 8, 0.2));
    const within = 1 / (1 + 0.2);
    const wanted = [1, within, within, within, 0];
    for (const [i, value] of wanted.entries()) expect(values[i]).toBeCloseTo(value, 10);
  });

  test("E11: the loss ends in the leading eigenvectors, which tell as many clusters as they are", async () => {
    const settings = { each: 8, across: 0.2, steps: 800, seed: 1 };
    const { told, angle } = await embeddedGraph(4, 4, settings);
    expect(told).toBe(1);
    expect(angle).toBeLessThan(0.01);
    expect((await embeddedGraph(4, 1, settings)).told).toBeLessThan(0.6);
  });
});
