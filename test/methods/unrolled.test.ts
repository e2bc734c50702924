import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix } from "../../src/data/matrix.js";
import { lowRank } from "../../src/data/synthetic.js";
import {
  fit,
  type LinearAutoencoder,
  type LinearAutoencoderOptions,
  linearAutoencoder,
  pca,
} from "../../src/index.js";
import { random } from "../../src/random.js";

// Small products gain nothing from a second thread, and test files run side by side; the bits are the same.

const { x } = digits();
const d = 64;

const meanError = async (model: { squaredErrors(x: Matrix): Promise<Float64Array> }, data: Matrix) =>
  (await model.squaredErrors(data)).reduce((t, e) => t + e) / data.rows;

/** M `[d, d]`, row-major, with x̂ − c = M (x − c): told by the rows c + eᵢ and c. */
async function linearPart(model: LinearAutoencoder): Promise<Float64Array> {
  const probes = matrix(d + 1, d);
  for (let i = 0; i <= d; i++) {
    for (let j = 0; j < d; j++) probes.data[i * d + j] = model.center[j]! + (i === j ? 1 : 0);
  }
  const { data } = await model.reconstruct(probes);
  return Float64Array.from({ length: d * d }, (_, at) => {
    const [j, i] = [Math.floor(at / d), at % d];
    return data[i * d + j]! - data[d * d + j]!;
  });
}

/** ‖M − I‖_F / √d. */
function distanceToIdentity(m: Float64Array): number {
  return Math.hypot(...m.map((value, at) => value - (at % (d + 1) === 0 ? 1 : 0))) / Math.sqrt(d);
}

/** I − (I − η B Bᵀ)^T: T gradient steps from 0, then the decoder. */
function closedForm({ data, cols: k }: Matrix, stepSize: number, steps: number): Float64Array {
  const shrink = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      let dot = 0;
      for (let p = 0; p < k; p++) dot += data[i * k + p]! * data[j * k + p]!;
      shrink[i * d + j] = (i === j ? 1 : 0) - stepSize * dot;
    }
  }
  let power: Float64Array = shrink;
  for (let t = 1; t < steps; t++) power = multiply(power, shrink);
  return power.map((value, at) => (at % (d + 1) === 0 ? 1 : 0) - value);
}

function multiply(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let p = 0; p < d; p++) for (let j = 0; j < d; j++) out[i * d + j]! += a[i * d + p]! * b[p * d + j]!;
  }
  return out;
}

const options = { latentDim: 8, parameterization: "unrolled" } as const;

describe("k ≥ d", () => {
  // Where `projection` is the identity whatever B is, T steps make M = I − (I − η BBᵀ)^T of it: the identity only for
  // BBᵀ = I/η. Training with 1/σ_max² draws B there (the digits' loss has no other minimum), but slowly.
  test.each([64, 80])("k = %i is I − (I − η BBᵀ)^T, and not the identity", async (latentDim) => {
    const stepSize = 0.05;
    const model = await fit(linearAutoencoder({ ...options, latentDim, stepSize }), x, {
      epochs: 30,
      seed: 0,
    });
    const m = await linearPart(model);
    const wanted = closedForm(model.decoder, stepSize, 10);
    // Ten float32 products of numbers up to 16 apart from their center, on entries near 1.
    expect(Math.max(...m.map((value, at) => Math.abs(value - wanted[at]!)))).toBeLessThan(1e-4);
    expect(distanceToIdentity(m)).toBeGreaterThan(0.1);
    // It has learned to reconstruct all the same: the mean alone leaves 1201 a row.
    expect(await meanError(model, x)).toBeLessThan(12);
  });

  test.each([64, 80])("k = %i stays off the identity with the Lipschitz step too", async (latentDim) => {
    const model = await fit(linearAutoencoder({ ...options, latentDim }), x, { epochs: 10, seed: 0 });
    // Five times what `projection` may differ by, and it differs by 1e-6.
    expect(distanceToIdentity(await linearPart(model))).toBeGreaterThan(5e-4);
  });
});

describe("every kind of step trains", () => {
  const variants: Partial<LinearAutoencoderOptions>[] = (["decoder", "shared", "separate"] as const).flatMap(
    (stepWeights) => (["lipschitz", "learned", 0.05] as const).map((stepSize) => ({ stepWeights, stepSize })),
  );
  for (const variant of variants) {
    test(JSON.stringify(variant), async () => {
      const bound = await meanError(await fit(pca({ latentDim: 8 }), x), x);
      const model = await fit(linearAutoencoder({ ...options, ...variant }), x, {
        epochs: 12,
        schedule: "cosine",
        seed: 0,
      });
      const ratio = (await meanError(model, x)) / bound;
      expect(ratio).toBeGreaterThan(1 - 1e-6);
      // Twelve epochs bring all nine to within .014.
      expect(ratio).toBeLessThan(1.03);
      const names = Object.keys(model.parameters);
      expect(names.includes("stepSize")).toBe(variant.stepSize === "learned");
      const matrices = { decoder: 0, shared: 1, separate: 10 }[variant.stepWeights!];
      expect(names.filter((name) => name.startsWith("stepUp"))).toHaveLength(matrices);
    });
  }
});

describe("missing entries", () => {
  const { x: data } = lowRank({ rows: 500, cols: 20, rank: 3, noise: 0.05, seed: 3 });
  const stream = random(6);
  const hidden = data.data.map(() => (stream.uniform() < 0.3 ? 1 : 0));
  const withNaN = { ...data, data: data.data.map((value, i) => (hidden[i] ? Number.NaN : value)) };
  const method = linearAutoencoder({ latentDim: 3, parameterization: "unrolled", steps: 30 });
  const training = { epochs: 60, schedule: "cosine", seed: 0 } as const;

  test("are encoded without filling, and far better so than filled", async () => {
    const model = await fit(method, data, training);
    const hiddenError = async (rows: Matrix) => {
      const xHat = await model.reconstruct(rows);
      return hidden.reduce((t, h, i) => t + h * (xHat.data[i]! - data.data[i]!) ** 2, 0);
    };
    const masked = await hiddenError(withNaN);
    const fill = (value: (column: number) => number) =>
      hiddenError({ ...data, data: data.data.map((v, i) => (hidden[i] ? value(i % 20) : v)) });
    expect(masked).toBeLessThan(0.25 * (await fill(() => 0)));
    expect(masked).toBeLessThan(0.25 * (await fill((j) => model.center[j]!)));
  });

  test("are left out of the errors told", async () => {
    const model = await fit(method, data, training);
    const [errors, xHat] = [await model.squaredErrors(withNaN), await model.reconstruct(withNaN)];
    errors.forEach((error, row) => {
      let sum = 0;
      for (let j = row * 20; j < (row + 1) * 20; j++) {
        if (!hidden[j]) sum += (xHat.data[j]! - data.data[j]!) ** 2;
      }
      expect(Math.abs(error - sum)).toBeLessThan(1e-6 * (1 + sum));
    });
  });

  test("may be missing while training", async () => {
    const model = await fit(method, withNaN, training);
    const complete = await fit(method, data, training);
    expect(await meanError(model, data)).toBeLessThan(2 * (await meanError(complete, data)));
  });

  test("a row of nothing else is refused, and so is infinity", async () => {
    const refused = (rows: number[][], message: string) =>
      expect(fit(linearAutoencoder({ ...options, latentDim: 1 }), rows)).rejects.toThrow(message);
    await refused(
      [
        [1, 2],
        [Number.NaN, Number.NaN],
      ],
      "every number of row 1 is missing",
    );
    await refused(
      [
        [1, 2],
        [Number.NaN, Number.NEGATIVE_INFINITY],
      ],
      "row 1 column 1 is -Infinity",
    );
  });

  test("are refused by all other parameterizations, by place", async () => {
    const rows = [
      [1, 2],
      [3, Number.NaN],
    ];
    await expect(fit(linearAutoencoder({ latentDim: 1 }), rows)).rejects.toThrow("row 1 column 1 is NaN");
  });
});
