/** @file t-SNE's probabilities and forces: against scikit-learn, central differences, and sums over all pairs. */
import { expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { matrix } from "../../src/data/matrix.js";
import { kNearestWithin } from "../../src/linalg/neighbors/nearest-neighbors.js";
import { allSquaredDistances, squares } from "../../src/methods/manifold/tsne/distances.js";
import { exactForces, type Forces, meshForces } from "../../src/methods/manifold/tsne/forces.js";
import {
  conditionals,
  denseJoint,
  sparseJoint,
} from "../../src/methods/manifold/tsne/joint-probabilities.js";
import { MeshField } from "../../src/methods/manifold/tsne/mesh-field.js";
import { fromPlaces, setPlaces } from "../../src/methods/manifold/tsne/places.js";
import { wasmMemory } from "../../src/parallel/wasm.js";
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
const y = given.y!.data as Float32Array;
const dense = async () => {
  const squared = await allSquaredDistances(x, "euclidean");
  return denseJoint(await conditionals(squared, n - 1, [golden.perplexity]), n);
};

async function sparse(perplexities: readonly number[]) {
  const k = 3 * perplexities.at(-1)! + 1;
  const { indices, distances } = await kNearestWithin(x, k);
  return sparseJoint(indices, await conditionals(squares(distances), k, perplexities), n);
}

function gradientOf(forces: Forces, normalization: number, dims: number): Float32Array {
  return fromPlaces(
    forces.attraction.map((pull, i) => 4 * (pull - forces.repulsion[i]! / normalization)),
    dims,
  );
}

// scikit-learn's own search ends at 1e-5 of the entropy, and sums in float32.
const SEARCHED = 5e-5;

test("joint probabilities of nearest neighbors are scikit-learn's", async () => {
  const { rowStart, columns, values } = await sparse([golden.perplexity]);
  const rows = new Float64Array(6 * n);
  for (let i = 0; i < 6; i++) {
    for (let at = rowStart[i]!; at < rowStart[i + 1]!; at++) rows[i * n + columns[at]!] = values[at]!;
  }
  expectClose(rows, golden.sparse, SEARCHED, "sparse P");
  expect(values.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
});

test("joint probabilities of all rows, divergence and gradient are scikit-learn's", async () => {
  const joint = await dense();
  expectClose(joint.subarray(0, 6 * n), golden.dense, SEARCHED, "dense P");
  const forces = exactForces(joint, n);
  setPlaces(forces.places, y, 2);
  const normalization = forces.update();
  expect(Math.abs(forces.divergence(normalization) / golden.klDivergence - 1)).toBeLessThan(SEARCHED);
  expectClose(gradientOf(forces, normalization, 2), golden.gradient, SEARCHED, "gradient");
  forces.release();
});

test.each([2, 5, 10, 17.5])("the perplexity of every row is %d", async (perplexity) => {
  const p = await conditionals(await allSquaredDistances(x, "euclidean"), n - 1, [perplexity]);
  for (let i = 0; i < n; i++) {
    const row = p.subarray(i * (n - 1), (i + 1) * (n - 1));
    const entropy = -row.reduce((sum, value) => sum + (value > 0 ? value * Math.log(value) : 0), 0);
    expect(Math.exp(entropy) / perplexity).toBeCloseTo(1, 8);
    expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
  }
});

test("of several perplexities the probabilities are the mean", async () => {
  const distances = await allSquaredDistances(x, "euclidean");
  const [both, near, far] = await Promise.all(
    [[4, 15], [4], [15]].map((list) => conditionals(distances, n - 1, list)),
  );
  expectClose(
    both!,
    [...near!].map((p, i) => (p + far![i]!) / 2),
    1e-14,
    "mean",
  );
});

test("rows that are all as far share the probability", async () => {
  const p = await conditionals(new Float64Array(12).fill(3), 6, [2]);
  expect([...p]).toEqual(new Array(12).fill(1 / 6));
  const tied = await conditionals(Float64Array.of(0, 0, 0, 0, 5, 9), 6, [2]);
  for (let j = 0; j < 4; j++) expect(tied[j]).toBeCloseTo(0.25, 12);
});

test("angles are measured as 1 − cos", async () => {
  const rows = matrix(3, 2, Float32Array.of(1, 0, 0, 2, 0, 0));
  expect([...(await allSquaredDistances(rows, "cosine"))]).toEqual([1, 1, 1, 1, 1, 1]);
});

test.each([1, 2, 3])("the gradient is that of the divergence in %d dimensions", async (dims) => {
  const noise = random(3);
  const forces = exactForces(await dense(), n);
  setPlaces(
    forces.places,
    Float64Array.from({ length: n * dims }, () => 3 * noise.normal()),
    dims,
  );
  const normalization = forces.update();
  const gradient = gradientOf(forces, normalization, dims);
  const size = Math.max(...gradient.map(Math.abs));
  // Places are float32: steps that they can be told apart by.
  const h = 2 ** -10;
  const divergenceAt = (at: number, value: number) => {
    const had = forces.places[at]!;
    forces.places[at] = value;
    const divergence = forces.divergence(forces.update());
    forces.places[at] = had;
    return divergence;
  };
  for (let i = 0; i < gradient.length; i += 7) {
    const at = 4 * Math.floor(i / dims) + (i % dims);
    const [high, low] = [forces.places[at]! + h, forces.places[at]! - h].map(Math.fround);
    const slope = (divergenceAt(at, high!) - divergenceAt(at, low!)) / (high! - low!);
    // h² of the third derivative.
    expect(Math.abs(gradient[i]! - slope) / size).toBeLessThan(1e-6);
  }
  forces.release();
});

test("with all rows as neighbors, sparse forces are those of all pairs", async () => {
  const [k, perplexity] = [n - 1, 10];
  const { indices, distances } = await kNearestWithin(x, k);
  const sparseP = sparseJoint(indices, await conditionals(squares(distances), k, [perplexity]), n);
  const [all, some] = [exactForces(await dense(), n), meshForces(sparseP, 2)];
  for (const { places } of [all, some]) setPlaces(places, y, 2);
  const [z, zMesh] = [all.update(), some.update()];
  // p_ij are kept in float32.
  expectClose(fromPlaces(some.attraction, 2), [...fromPlaces(all.attraction, 2)], 1e-6, "attraction");
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

// From the start, through early exaggeration, to widths at which the kernel is split. At the start, places are so near
// each other that the rounding of float32 counts.
test.each([
  [1e-4, 0.03],
  [0.1, 0.002],
  [2, 0.001],
  [30, 0.02],
  [120, 0.02],
])("over a width of %d, repulsion by a mesh is right to a share of %d", (width, share) => {
  const pixels = digits().x.data;
  for (const dims of [1, 2, 3]) {
    // Clusters, and points between: pixels that are rarely empty, with noise.
    const noise = random(dims);
    const field = new MeshField(wasmMemory(), 700, dims);
    const wide = Float64Array.from({ length: 700 * dims }, (_, i) => {
      const pixel = pixels[64 * Math.floor(i / dims) + 20 + 8 * (i % dims)]!;
      return (width * (pixel + 2 * noise.normal())) / 24;
    });
    setPlaces(field.places, wide, dims);
    const normalization = field.update();
    field.release();
    const wanted = pairSums(Float64Array.from(fromPlaces(field.places, dims)), dims);
    const forces = fromPlaces(field.forces, dims);
    let [error, size] = [0, 0];
    for (let i = 0; i < forces.length; i++) {
      error += (forces[i]! - wanted.forces[i]!) ** 2;
      size += wanted.forces[i]! ** 2;
    }
    expect(Math.sqrt(error / size)).toBeLessThan(share);
    expect(Math.abs(normalization / wanted.normalization - 1)).toBeLessThan(2e-3);
  }
});
