import { expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, row, takeColumns } from "../../src/data/matrix.js";
import { fit, logisticPca, pca } from "../../src/index.js";
import { random } from "../../src/random.js";
import { expectClose, readGolden } from "../golden/golden.js";

/** 400 digits in black and white, at half the greatest ink. */
const x: Matrix = matrix(
  400,
  64,
  digits()
    .x.data.slice(0, 400 * 64)
    .map((ink) => (ink > 8 ? 1 : 0)),
);

/** Their middle 16 pixels. */
const middle = takeColumns(x, [18, 19, 20, 21, 26, 27, 28, 29, 34, 35, 36, 37, 42, 43, 44, 45]);

/** 2 Σ −x log p − (1 − x) log(1 − p) */
function deviance(rows: Matrix, p: ArrayLike<number>): number {
  return rows.data.reduce((total, value, i) => total - 2 * Math.log(value === 1 ? p[i]! : 1 - p[i]!), 0);
}

test("reaches the deviance of NumPy's majorization without lengthened steps", async () => {
  const golden = readGolden<{ deviance: number; nullDeviance: number; scores: number[] }>(
    "logistic-pca.json",
  );
  const model = await fit(logisticPca({ latentDim: 3, tol: 1e-8 }), middle);
  // Both stop a little above the same minimum.
  expect(Math.abs(model.deviance / golden.deviance - 1)).toBeLessThan(1e-4);
  expect(Math.abs(model.devianceExplained - (1 - model.deviance / golden.nullDeviance))).toBeLessThan(1e-9);
  expectClose((await model.score(middle)).subarray(0, 5), golden.scores, 5e-3, "scores");
});

test("deviance is that of the reconstruction, falls with every step, and is the sum of the scores", async () => {
  let before = Number.POSITIVE_INFINITY;
  for (const maxIter of [1, 3, 10, 40]) {
    const model = await fit(logisticPca({ latentDim: 3, maxIter }), x);
    expect(model.deviance).toBeLessThan(before);
    before = model.deviance;
    const scores = await model.score(x);
    const total = scores.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(total / model.deviance - 1)).toBeLessThan(1e-6);
    // Float32 probabilities near 0 and 1 keep 6e-8 of themselves: 1e-5 of 1 − p at p = .995.
    const reconstructed = deviance(x, (await model.reconstruct(x)).data);
    expect(Math.abs(reconstructed / model.deviance - 1)).toBeLessThan(1e-4);
  }
});

test("explains more deviance than PCA cut to probabilities, whatever the cut", async () => {
  for (const latentDim of [2, 5]) {
    const linear = (await (await fit(pca({ latentDim }), x)).reconstruct(x)).data;
    const cuts = [1e-3, 0.01, 0.03, 0.1].map((cut) =>
      deviance(
        x,
        linear.map((value) => Math.min(1 - cut, Math.max(cut, value))),
      ),
    );
    const model = await fit(logisticPca({ latentDim }), x);
    expect(model.deviance).toBeLessThan(0.98 * Math.min(...cuts));
  }
});

test("no small turn of the components lowers the deviance", async () => {
  const latentDim = 2;
  const x = middle;
  const model = await fit(logisticPca({ latentDim, tol: 1e-9, maxIter: 3000 }), x);
  const m = 4;
  const at = (components: Float64Array[]) => {
    let total = 0;
    for (let r = 0; r < x.rows; r++) {
      const tilde = Float64Array.from(row(x, r), (value, j) => m * (2 * value - 1) - model.mean[j]!);
      const theta = model.mean.slice();
      for (const v of components) {
        const z = v.reduce((sum, value, j) => sum + value * tilde[j]!, 0);
        v.forEach((value, j) => {
          theta[j]! += z * value;
        });
      }
      theta.forEach((t, j) => {
        total += 2 * (Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t))) - row(x, r)[j]! * t);
      });
    }
    return total;
  };
  const components = Array.from({ length: latentDim }, (_, c) => Float64Array.from(row(model.components, c)));
  const least = at(components);
  expect(Math.abs(least / model.deviance - 1)).toBeLessThan(1e-6);
  const stream = random(1);
  for (let turn = 0; turn < 10; turn++) {
    const direction = Float64Array.from({ length: x.cols }, () => stream.normal());
    for (const v of components) {
      const along = v.reduce((sum, value, j) => sum + value * direction[j]!, 0);
      v.forEach((value, j) => {
        direction[j]! -= along * value;
      });
    }
    const norm = Math.hypot(...direction);
    for (const angle of [0.02, -0.02]) {
      const turned = components.map((v, c) =>
        c > 0 ? v : v.map((value, j) => Math.cos(angle) * value + (Math.sin(angle) * direction[j]!) / norm),
      );
      expect(at(turned)).toBeGreaterThan(least);
    }
  }
});

test("components are orthonormal, largest entry positive; with all of them θ is θ̃", async () => {
  const few = matrix(30, 5, random(3).fillBernoulli(new Float32Array(150), 0.4));
  const saturation = 3;
  const model = await fit(logisticPca({ latentDim: 5, saturation }), few);
  for (let a = 0; a < 5; a++) {
    const va = row(model.components, a);
    const largest = va.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    expect(largest).toBeGreaterThan(0);
    for (let b = 0; b < 5; b++) {
      const dot = va.reduce((sum, value, j) => sum + value * row(model.components, b)[j]!, 0);
      expect(Math.abs(dot - (a === b ? 1 : 0))).toBeLessThan(1e-6);
    }
  }
  expect(model.deviance).toBeCloseTo(2 * 150 * Math.log1p(Math.exp(-saturation)), 4);
  const high = 1 / (1 + Math.exp(-saturation));
  const wanted = Array.from(few.data, (value) => (value === 1 ? high : 1 - high));
  expectClose((await model.reconstruct(few)).data, wanted, 1e-5, "x̂");
});

test("more components than columns are refused", async () => {
  await expect(fit(logisticPca({ latentDim: 65 }), x)).rejects.toThrow(
    "logisticPca: latentDim 65 exceeds the 64 columns of the data",
  );
});
