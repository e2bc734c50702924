import { describe, expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import { autoencoder, fit, linearAutoencoder, pca } from "../../src/index.js";
import { dense, identity } from "../../src/linalg/dense.js";
import { identityDistance, linearMap, noiseGain, spectralNorm } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";

const [n, d, k] = [200, 6, 2];
const x = matrix(n, d);
random(1).fillNormal(x.data);
x.data.forEach((value, i) => {
  x.data[i] = value * [5, 4, 1, 0.5, 0.2, 0.1][i % d]! + (i % d);
});

describe("the linear map of a model", () => {
  test("PCA has V Vᵀ and what it leaves of the mean, scaled or not", async () => {
    for (const scale of ["none", "standard"] as const) {
      const model = await fit(pca({ latentDim: k }), x, { scale });
      const { factor } = model.scaling;
      const { matrix: w, offset } = await linearMap(model);
      const v = model.components;
      const mean = Array.from({ length: d }, (_, j) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += x.data[i * d + j]!;
        return sum / n;
      });
      for (let i = 0; i < d; i++) {
        let left = mean[i]!;
        for (let j = 0; j < d; j++) {
          let wanted = 0;
          for (let p = 0; p < k; p++) wanted += v.data[p * d + i]! * v.data[p * d + j]!;
          wanted *= factor[i]! / factor[j]!;
          left -= wanted * mean[j]!;
          // Float32 numbers up to 10.
          expect(Math.abs(w.data[i * d + j]! - wanted)).toBeLessThan(1e-4);
        }
        expect(Math.abs(offset[i]! - left)).toBeLessThan(1e-4);
      }
    }
  });

  test("a linear autoencoder has B A", async () => {
    const model = await fit(linearAutoencoder({ latentDim: k }), x, { epochs: 2, seed: 1 });
    const { matrix: w } = await linearMap(model);
    const [b, a] = [model.decoder, model.encoder!];
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        let wanted = 0;
        for (let p = 0; p < k; p++) wanted += b.data[i * k + p]! * a.data[p * d + j]!;
        expect(Math.abs(w.data[i * d + j]! - wanted)).toBeLessThan(1e-5);
      }
    }
  });

  test("a network is none", async () => {
    const model = await fit(autoencoder({ latentDim: k, hidden: [16] }), x, { epochs: 3, seed: 1 });
    await expect(linearMap(model)).rejects.toThrow("linearMap: the model is not linear");
  });
});

describe("figures of a map", () => {
  // An orthogonal projection onto k of d dimensions: distance √((d − k)/d), gain k/d, norm 1.
  const projection = dense(4, 4, Float64Array.of(0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0));
  // e₁ (e₁ + 2 e₂)ᵀ: of rank 1 and a projection, but oblique.
  const oblique = dense(2, 2, Float64Array.of(1, 2, 0, 0));

  test("identityDistance is 0 for a copy, 1 for nothing, √((d − k)/d) for a projection", () => {
    expect(identityDistance(identity(5))).toBe(0);
    expect(identityDistance(dense(5, 5))).toBe(1);
    expect(identityDistance(projection)).toBeCloseTo(Math.sqrt(2 / 4), 15);
  });

  test("noiseGain is 1 for a copy, k/d for an orthogonal projection, more for an oblique one", () => {
    expect(noiseGain(identity(5))).toBe(1);
    expect(noiseGain(projection)).toBeCloseTo(2 / 4, 15);
    expect(noiseGain(oblique)).toBe(5 / 2);
  });

  test("spectralNorm is the largest singular value", async () => {
    expect(await spectralNorm(projection)).toBeCloseTo(1, 14);
    expect(await spectralNorm(oblique)).toBeCloseTo(Math.sqrt(5), 14);
  });

  test("maps that are not square are refused", () => {
    expect(() => identityDistance(dense(2, 3))).toThrow("identityDistance: want a square matrix, got 2 × 3");
    expect(() => noiseGain(dense(2, 3))).toThrow("noiseGain: want a square matrix, got 2 × 3");
  });
});
