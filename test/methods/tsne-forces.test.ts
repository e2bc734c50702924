/** @file t-SNE's probabilities and forces: against scikit-learn, central differences, and sums over all pairs. */
import { expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { matrix } from "../../src/data/matrix.js";
import { kNearestWithin } from "../../src/linalg/neighbours/nearest-neighbours.js";
import { allSquaredDistances, squares } from "../../src/methods/manifold/tsne/distances.js";
import { fft, fftPlan, fftSize } from "../../src/methods/manifold/tsne/fft.js";
import { exactForces, meshForces } from "../../src/methods/manifold/tsne/forces.js";
import {
  conditionals,
  denseJoint,
  sparseJoint,
} from "../../src/methods/manifold/tsne/joint-probabilities.js";
import { MeshField } from "../../src/methods/manifold/tsne/mesh-field.js";
import { random } from "../../src/random.js";
import { expectClose, generated, readGolden } from "../golden/golden.js";

interface Golden {
  generator: { seed: number; tensors: Parameters<typeof generated>[1] };
  perplexity: number;
  sparse: number[];
  dense: number[];
  klDivergence: number;
  gradient: number[];
}
const golden = readGolden<Golden>("tsne.json");
const given = generated(golden.generator.seed, golden.generator.tensors);
const n = 60;
const x = matrix(n, 5, given.x!.data as Float32Array);
const places = Float64Array.from(given.y!.data as Float32Array);
const dense = () =>
  denseJoint(conditionals(allSquaredDistances(x, "euclidean"), n - 1, [golden.perplexity]), n);

async function sparse(perplexities: readonly number[]) {
  const k = 3 * perplexities.at(-1)! + 1;
  const { indices, distances } = await kNearestWithin(x, k);
  return sparseJoint(indices, conditionals(squares(distances), k, perplexities), n);
}

// scikit-learn's own search ends at 1e-5 of the entropy, and sums in float32.
const SEARCHED = 5e-5;

test("joint probabilities of nearest neighbours are scikit-learn's", async () => {
  const { rowStart, columns, values } = await sparse([golden.perplexity]);
  const rows = new Float64Array(6 * n);
  for (let i = 0; i < 6; i++) {
    for (let at = rowStart[i]!; at < rowStart[i + 1]!; at++) rows[i * n + columns[at]!] = values[at]!;
  }
  expectClose(rows, golden.sparse, SEARCHED, "sparse P");
  expect(values.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
});

test("joint probabilities of all rows, divergence and gradient are scikit-learn's", () => {
  const joint = dense();
  expectClose(joint.subarray(0, 6 * n), golden.dense, SEARCHED, "dense P");
  const forces = exactForces(joint, n, 2);
  forces.y.set(places);
  const normalization = forces.update();
  expect(Math.abs(forces.divergence(normalization) / golden.klDivergence - 1)).toBeLessThan(SEARCHED);
  const gradient = forces.attraction.map((pull, i) => 4 * (pull - forces.repulsion[i]! / normalization));
  expectClose(gradient, golden.gradient, SEARCHED, "gradient");
  forces.release();
});

test.each([2, 5, 10, 17.5])("the perplexity of every row is %d", (perplexity) => {
  const p = conditionals(allSquaredDistances(x, "euclidean"), n - 1, [perplexity]);
  for (let i = 0; i < n; i++) {
    const row = p.subarray(i * (n - 1), (i + 1) * (n - 1));
    const entropy = -row.reduce((sum, value) => sum + (value > 0 ? value * Math.log(value) : 0), 0);
    expect(Math.exp(entropy) / perplexity).toBeCloseTo(1, 8);
    expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
  }
});

test("of several perplexities the probabilities are the mean", () => {
  const distances = allSquaredDistances(x, "euclidean");
  const [both, near, far] = [[4, 15], [4], [15]].map((list) => conditionals(distances, n - 1, list));
  expectClose(
    both!,
    [...near!].map((p, i) => (p + far![i]!) / 2),
    1e-14,
    "mean",
  );
});

test("rows that are all as far share the probability", () => {
  const p = conditionals(new Float64Array(12).fill(3), 6, [2]);
  expect([...p]).toEqual(new Array(12).fill(1 / 6));
  const tied = conditionals(Float64Array.of(0, 0, 0, 0, 5, 9), 6, [2]);
  for (let j = 0; j < 4; j++) expect(tied[j]).toBeCloseTo(0.25, 12);
});

test("angles are measured as 1 − cos", () => {
  const rows = matrix(3, 2, Float32Array.of(1, 0, 0, 2, 0, 0));
  expect([...allSquaredDistances(rows, "cosine")]).toEqual([1, 1, 1, 1, 1, 1]);
});

test.each([1, 2, 3])("the gradient is that of the divergence in %d dimensions", (dims) => {
  const noise = random(3);
  const joint = dense();
  const forces = exactForces(joint, n, dims);
  for (let i = 0; i < forces.y.length; i++) forces.y[i] = 3 * noise.normal();
  const normalization = forces.update();
  const gradient = forces.attraction.map((pull, i) => 4 * (pull - forces.repulsion[i]! / normalization));
  const size = Math.max(...gradient.map(Math.abs));
  const h = 1e-5;
  const divergenceAt = (i: number, value: number) => {
    const had = forces.y[i]!;
    forces.y[i] = value;
    const divergence = forces.divergence(forces.update());
    forces.y[i] = had;
    return divergence;
  };
  for (let i = 0; i < forces.y.length; i += 7) {
    const y = forces.y[i]!;
    const slope = (divergenceAt(i, y + h) - divergenceAt(i, y - h)) / (2 * h);
    // Rounding of C, 1e-16 · ln, over 2h.
    expect(Math.abs(gradient[i]! - slope) / size).toBeLessThan(1e-6);
  }
  forces.release();
});

test("with all rows as neighbours, sparse forces are those of all pairs", async () => {
  const [k, perplexity] = [n - 1, 10];
  const { indices, distances } = await kNearestWithin(x, k);
  const sparseP = sparseJoint(indices, conditionals(squares(distances), k, [perplexity]), n);
  const [all, some] = [exactForces(dense(), n, 2), meshForces(sparseP, 2)];
  all.y.set(places);
  some.y.set(places);
  const [z, zMesh] = [all.update(), some.update()];
  // p_ij are kept in float32.
  expectClose(some.attraction, [...all.attraction], 1e-6, "attraction");
  expect(Math.abs(some.divergence(zMesh) - all.divergence(z))).toBeLessThan(2e-3);
  all.release();
  some.release();
});

/** Σⱼ (yᵢ − yⱼ) w², and Σ w. */
function pairSums(y: Float64Array, dims: number): { forces: Float64Array; normalization: number } {
  const forces = new Float64Array(y.length);
  let normalization = 0;
  for (let i = 0; i < y.length; i += dims) {
    for (let j = 0; j < y.length; j += dims) {
      if (i === j) continue;
      let s = 0;
      for (let axis = 0; axis < dims; axis++) s += (y[i + axis]! - y[j + axis]!) ** 2;
      normalization += 1 / (1 + s);
      for (let axis = 0; axis < dims; axis++)
        forces[i + axis]! += (y[i + axis]! - y[j + axis]!) / (1 + s) ** 2;
    }
  }
  return { forces, normalization };
}

// From the start, through early exaggeration, to widths at which the kernel is split.
test.each([1e-4, 0.1, 2, 30, 120])("repulsion by a mesh is right to 2 % over a width of %d", (width) => {
  const pixels = digits().x.data;
  for (const dims of [1, 2, 3]) {
    // Clusters, and points between: pixels that are rarely empty, with noise.
    const noise = random(dims);
    const y = Float64Array.from({ length: 700 * dims }, (_, i) => {
      const pixel = pixels[64 * Math.floor(i / dims) + 20 + 8 * (i % dims)]!;
      return (width * (pixel + 2 * noise.normal())) / 24;
    });
    const field = new MeshField(700, dims);
    const forces = new Float64Array(y.length);
    const normalization = field.repulsion(y, forces);
    field.release();
    const wanted = pairSums(y, dims);
    let [error, size] = [0, 0];
    for (let i = 0; i < forces.length; i++) {
      error += (forces[i]! - wanted.forces[i]!) ** 2;
      size += wanted.forces[i]! ** 2;
    }
    expect(Math.sqrt(error / size)).toBeLessThan(0.02);
    expect(Math.abs(normalization / wanted.normalization - 1)).toBeLessThan(2e-3);
  }
});

test("Fourier transforms are the sums that define them, and go back", () => {
  const noise = random(8);
  const lanes = 3;
  for (const size of [1, 2, 3, 4, 5, 6, 16, 30, 60, 90, 100]) {
    const [re, im, re2, im2] = [0, 1, 2, 3].map(() => new Float64Array(size * lanes));
    const [a, b] = [re!.map(() => noise.normal()), im!.map(() => noise.normal())];
    re!.set(a);
    im!.set(b);
    const moved = fft(fftPlan(size), re!, im!, re2!, im2!, lanes);
    const [zr, zi, wr, wi] = moved ? [re2!, im2!, re!, im!] : [re!, im!, re2!, im2!];
    for (let k = 0; k < size; k++) {
      let [sumRe, sumIm] = [0, 0];
      for (let t = 0; t < size; t++) {
        const angle = (-2 * Math.PI * ((k * t) % size)) / size;
        sumRe += a[t * lanes]! * Math.cos(angle) - b[t * lanes]! * Math.sin(angle);
        sumIm += a[t * lanes]! * Math.sin(angle) + b[t * lanes]! * Math.cos(angle);
      }
      expect(Math.abs(zr[k * lanes]! - sumRe)).toBeLessThan(1e-12);
      expect(Math.abs(zi[k * lanes]! - sumIm)).toBeLessThan(1e-12);
    }
    const back = fft(fftPlan(size), zi, zr, wi, wr, lanes) ? wr : zr;
    expectClose(
      back.map((value) => value / size),
      [...a],
      1e-14,
      `back from ${size}`,
    );
  }
  expect([1, 2, 7, 13, 61, 121].map(fftSize)).toEqual([1, 2, 8, 16, 64, 128]);
  expect(() => fftPlan(14)).toThrow("want a length 2ᵃ 3ᵇ 5ᶜ, got 14");
});
