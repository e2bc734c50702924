/** @file The scale that a method wants where nobody said one. */
import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { columnMeans, matrix } from "../../src/data/matrix.js";
import { applyScale, fitScale } from "../../src/data/scale.js";
import { defaultScaleOf, fit, methods } from "../../src/index.js";
import { random } from "../../src/random.js";
import { contracts } from "./contracts.js";

const BYTES = { kind: "image", min: 0, max: 255 } as const;
const method = async (name: string, options: object = {}) =>
  (await methods.find((listed) => listed.name === name)!.load()).create({ latentDim: 2, ...options });

describe("by what the method declares", () => {
  test("numbers in [0, 1]: none where they are, else unit, of any kind of data", async () => {
    for (const name of ["logisticPca", "restrictedBoltzmannMachine"]) {
      for (const kind of ["table", "image", "array"] as const) {
        expect(defaultScaleOf(await method(name), { kind, min: 0, max: 1 }).scale).toBe("none");
        const { scale, reason } = defaultScaleOf(await method(name), { kind, min: -3, max: 7.5 });
        expect([scale, reason]).toEqual([
          "unit",
          `${name} takes numbers in [0, 1], and these go from -3 to 7.5`,
        ]);
      }
    }
    const cross = await method("autoencoder", { loss: "binaryCrossEntropy" });
    expect(defaultScaleOf(cross, { kind: "table", min: 0, max: 2 }).scale).toBe("unit");
  });

  test("numbers ≥ 0: as they are, or refused in a line", async () => {
    const nmf = await method("nonNegativeFactorization");
    expect(defaultScaleOf(nmf, { kind: "table", min: 0, max: 1e6 }).scale).toBe("none");
    expect(() => defaultScaleOf(nmf, { kind: "table", min: -0.5, max: 3 })).toThrow(
      /^nonNegativeFactorization takes numbers ≥ 0, and these go down to -0.5 \(.*\)$/,
    );
    // Distances are what they are.
    const distances = await method("classicalMds", { metric: "precomputed" });
    expect(defaultScaleOf(distances, { kind: "table", min: 0, max: 900 }).scale).toBe("none");
  });
});

test("images are scaled for methods that are trained, tables for all others, arrays for none", async () => {
  for (const [name, image] of [
    ["robustSubspaceRecovery", "unit"],
    ["contractiveAutoencoder", "unit"],
    ["variationalAutoencoder", "unit"],
    ["pca", "none"],
    ["isomap", "none"],
    ["tsne", "none"],
    ["umap", "none"],
  ]) {
    const made = await method(name!);
    expect(defaultScaleOf(made, BYTES).scale).toBe(image);
    expect(defaultScaleOf(made, { kind: "image", min: 0, max: 1 }).scale).toBe("none");
    expect(defaultScaleOf(made, { kind: "table", min: 0, max: 255 })).toEqual({
      scale: "standard",
      reason: "the default for tables",
    });
    expect(defaultScaleOf(made, { kind: "array", min: 0, max: 255 }).scale).toBe("none");
  }
});

test("every method takes the data as they are scaled for it", async () => {
  const x = matrix(
    40,
    5,
    random(4)
      .fillUniform(new Float32Array(200))
      .map((v, i) => 10 * v + (i % 5)),
  );
  for (const listed of methods) {
    const entry = await listed.load();
    for (const { options } of contracts[entry.name]!) {
      const made = entry.create(options);
      for (const kind of ["table", "image", "array"] as const) {
        const { scale } = defaultScaleOf(made, { kind, min: 0, max: 14 });
        expect(() => made.checkValues?.(applyScale(x, fitScale(x, scale)))).not.toThrow();
      }
    }
  }
});

// As they are, bytes leave the first two worse than the mean of the images.
test.each(["contractiveAutoencoder", "robustSubspaceRecovery", "variationalAutoencoder"])(
  "%s learns images of bytes with its defaults",
  async (name) => {
    const { x } = digits();
    const bytes = matrix(
      800,
      x.cols,
      x.data.slice(0, 800 * x.cols).map((v) => Math.round((v / 16) * 255)),
    );
    const made = await method(name, { latentDim: 24 });
    const model = await fit(made, bytes, { scale: defaultScaleOf(made, BYTES).scale, epochs: 40, seed: 1 });
    const means = columnMeans(bytes);
    const total = bytes.data.reduce((t, v, at) => t + (v - means[at % x.cols]!) ** 2, 0);
    const left = (await model.squaredErrors(bytes)).reduce((t, v) => t + v, 0);
    expect(1 - left / total).toBeGreaterThan(0.25);
  },
);
