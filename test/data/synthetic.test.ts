import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { EMBEDDED_NAMES, embedded } from "../../src/data/embedded.js";
import { readData } from "../../src/data/format.js";
import { blobs, lowRank, sCurve, swissRoll } from "../../src/data/synthetic.js";
import { testWith } from "./shared.js";

test("low rank is exactly the product of its factors where there is no noise", () => {
  const { x, latent, basis } = lowRank({ rows: 7, cols: 5, rank: 2, noise: 0, seed: 4 });
  for (let i = 0; i < 7; i++) {
    for (let j = 0; j < 5; j++) {
      const product = latent.data[2 * i]! * basis.data[j]! + latent.data[2 * i + 1]! * basis.data[5 + j]!;
      expect(x.data[5 * i + j]).toBe(Math.fround(product));
    }
  }
  expect(() => lowRank({ rows: 3, rank: 4 })).toThrow("lowRank: rank 4 exceeds 3 × 20");
  expect(() => lowRank({ rows: 0 })).toThrow("lowRank: rows must be a whole number ≥ 1, got 0");
});

// The generators of the files are NumPy's; the formulas must be ours. Points are made again from their latents.
testWith("swiss_roll.csv.gz", "the swiss roll follows the formula of the reference data", async (path) => {
  const { x } = await readData(readFileSync(path), "swiss_roll.csv.gz");
  const ours = swissRoll({ rows: 1500 });
  for (const { data, latent } of [
    { data: x.data, latent: (i: number) => x.data[5 * i + 3]! },
    { data: widen(ours.x.data, ours.latent.data), latent: (i: number) => ours.latent.data[2 * i]! },
  ]) {
    for (let i = 0; i < 1500; i++) {
      const t = Math.hypot(data[5 * i]!, data[5 * i + 2]!);
      // Float32 rounding of lengths up to 106.
      expect(Math.abs((t * Math.sqrt(1 + t * t) + Math.asinh(t)) / 2 - latent(i))).toBeLessThan(1e-4);
      expect(Math.abs(t * Math.cos(t) - data[5 * i]!)).toBeLessThan(1e-4);
      expect(data[5 * i + 4]).toBe(data[5 * i + 1]);
    }
  }
});

testWith("s_curve.csv.gz", "the S-curve follows the formula of the reference data", async (path) => {
  const { x } = await readData(readFileSync(path), "s_curve.csv.gz");
  const ours = sCurve({ rows: 1500 });
  for (const data of [x.data, widen(ours.x.data, ours.latent.data)]) {
    for (let i = 0; i < 1500; i++) {
      const t = data[5 * i + 3]!;
      expect(data[5 * i]).toBeCloseTo(Math.sin(t), 5);
      expect(data[5 * i + 2]).toBeCloseTo(Math.sign(t) * (Math.cos(t) - 1), 5);
      expect(data[5 * i + 4]).toBe(data[5 * i + 1]);
      expect(Math.abs(t)).toBeLessThanOrEqual(1.5 * Math.PI);
    }
  }
});

/** Rows of x, y, z, latent 1, latent 2, as in the files. */
function widen(x: Float32Array, latent: Float32Array): Float32Array {
  return Float32Array.from({ length: (x.length / 3) * 5 }, (_, k) => {
    const row = Math.floor(k / 5);
    return k % 5 < 3 ? x[3 * row + (k % 5)]! : latent[2 * row + (k % 5) - 3]!;
  });
}

test("blobs lie around their centers", () => {
  const { x, latent, centers, labels } = blobs({ rows: 30, cols: 3, centers: 4, spread: 0, seed: 9 });
  expect(x.data).toEqual(latent.data);
  expect(centers.rows).toBe(4);
  expect([...x.data.subarray(0, 3)]).toEqual([...centers.data.subarray(0, 3)]);
  expect([...labels.subarray(0, 6)]).toEqual([0, 1, 2, 3, 0, 1]);
});

test("noise is added to the same points", () => {
  const clean = swissRoll({ rows: 50, seed: 2 });
  const noisy = swissRoll({ rows: 50, seed: 2, noise: 0.1 });
  expect(noisy.latent).toEqual(clean.latent);
  expect(noisy.x).not.toEqual(clean.x);
});

test("embedded data by name: same seed, same numbers", () => {
  for (const name of EMBEDDED_NAMES) {
    const { x, latent, labels } = embedded(name, { seed: 1 });
    expect(embedded(name, { seed: 1 }).x).toEqual(x);
    if (latent) expect(latent.rows).toBe(x.rows);
    if (labels) expect(labels.length).toBe(x.rows);
  }
  expect(() => embedded("mnist")).toThrow('embedded: no data set is called "mnist" (have digits, ');
});
