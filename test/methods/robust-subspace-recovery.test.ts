/** @file Robust subspace recovery beside PyTorch, and what outliers do to it and to the squared error. */
import { describe, expect, test } from "vitest";
import { type Matrix, matrix, row } from "../../src/data/matrix.js";
import {
  fit,
  linearAutoencoder,
  type RobustSubspaceRecoveryOptions,
  robustSubspaceRecovery,
} from "../../src/index.js";
import { degrees, principalAngles, toDense } from "../../src/linalg/index.js";
import { random } from "../../src/random.js";
import { expectClose, generated, readGolden } from "../golden/golden.js";
import { digitRows as digits } from "./digit-rows.js";
import { checkTrainingGradients, trainingLoss } from "./training-loss.js";

interface Golden {
  seed: number;
  tensors: { name: string; shape: number[]; low: number; high: number }[];
  cases: {
    options: Partial<RobustSubspaceRecoveryOptions>;
    loss: number;
    gradients: Record<string, number[]>;
  }[];
}
const golden = readGolden<Golden>("robust-subspace-recovery.json");

describe.each(golden.cases)("the loss with $options", ({ options, loss: wanted, gradients: slopes }) => {
  const { x, ...parameters } = generated(golden.seed, golden.tensors);
  const method = robustSubspaceRecovery({ latentDim: 2, hidden: [4], ...options });

  test("and its gradients are PyTorch's", async () => {
    const { loss, gradients } = await trainingLoss(method, parameters, x!);
    expectClose([loss], [wanted], 1e-6, "loss");
    expect(Object.keys(slopes).sort()).toEqual(Object.keys(parameters).sort());
    for (const [name, slope] of Object.entries(slopes)) expectClose(gradients[name]!.data, slope, 5e-6, name);
  });

  test("has the gradient that central differences have", () =>
    checkTrainingGradients(method, parameters, x!));
});

describe("rows near a plane in ten dimensions, and one of seven far off", () => {
  const [n, d] = [400, 10];
  const stream = random(5);
  const plane = [0, 1].map(() => Float64Array.from({ length: d }, () => stream.normal()));
  const x: Matrix = matrix(n, d);
  for (let i = 0; i < n; i++) {
    const [a, b] = [stream.normal(), stream.normal()];
    for (let j = 0; j < d; j++) {
      const near = a * plane[0]![j]! + b * plane[1]![j]! + 0.05 * stream.normal();
      // All along one direction: to the squared error, the first of the principal ones.
      row(x, i)[j] = i % 7 > 0 ? near : (j === 3 ? 9 : 0) + stream.normal();
    }
  }
  const truth = toDense(
    matrix(
      d,
      2,
      Float32Array.from({ length: 2 * d }, (_, at) => plane[at % 2]![at >> 1]!),
    ),
  );
  const training = { epochs: 300, batchSize: 100, learningRate: 0.01, schedule: "cosine", seed: 1 } as const;
  const largestAngle = async (basis: Matrix) =>
    degrees((await principalAngles(toDense(basis), truth)).at(-1)!);

  test("unsquared, a linear autoencoder finds the plane; squared, the outliers have turned it", async () => {
    const angle = async (loss: string) =>
      largestAngle((await fit(linearAutoencoder({ latentDim: 2, loss }), x, training)).decoder);
    expect(await angle("squaredError")).toBeGreaterThan(30);
    expect(await angle("unsquared")).toBeLessThan(3);
  });

  test("its layer alone finds it too, by near-orthonormal directions", async () => {
    const method = robustSubspaceRecovery({
      latentDim: 2,
      hidden: [],
      distanceWeight: 1,
      projectionWeight: 1,
    });
    const model = await fit(method, x, training);
    expect(await largestAngle(model.subspace)).toBeLessThan(3);
    const [a, b] = [0, 1].map((j) => Float64Array.from({ length: d }, (_, i) => row(model.subspace, i)[j]!));
    const dot = (u: Float64Array, v: Float64Array) => u.reduce((t, value, i) => t + value * v[i]!, 0);
    for (const [value, wanted] of [
      [dot(a!, a!), 1],
      [dot(b!, b!), 1],
      [dot(a!, b!), 0],
    ])
      expect(Math.abs(value! - wanted!)).toBeLessThan(0.2);
    const scores = await model.score(x);
    const outliers = scores.filter((_, i) => i % 7 === 0);
    expect(Math.min(...outliers)).toBeGreaterThan(Math.max(...scores.filter((_, i) => i % 7 > 0)));
  });
});

describe("fitted", () => {
  test("its cosine score is 1 − cos(x, x̂)", async () => {
    const fitted = await fit(
      robustSubspaceRecovery({ latentDim: 3, hidden: [16, 8], score: "cosine" }),
      digits,
      { epochs: 20, seed: 1 },
    );
    const [scores, xHat] = [await fitted.score(digits), await fitted.reconstruct(digits)];
    for (let i = 0; i < 20; i++) {
      const [a, b] = [row(digits, i), row(xHat, i)];
      const norm = Math.hypot(...a) * Math.hypot(...b);
      // 1 − cos loses what float32 rounds of 1.
      expect(scores[i]!).toBeCloseTo(1 - a.reduce((t, v, j) => t + v * b[j]!, 0) / norm, 5);
    }
    expect([fitted.subspace.rows, fitted.subspace.cols]).toEqual([8, 3]);
  });

  test("a subspace larger than what it lies in is refused", async () => {
    expect(() => robustSubspaceRecovery({ latentDim: 9, hidden: [16, 8] })).toThrow(
      "robustSubspaceRecovery: latentDim must be at most the 8 of the last hidden layer, got 9",
    );
    const wide = robustSubspaceRecovery({ latentDim: 3, hidden: [] });
    await expect(
      fit(wide, [
        [1, 2],
        [3, 4],
      ]),
    ).rejects.toThrow("latentDim must be at most the 2 columns, got 3");
  });
});
