/** @file The graph that UMAP embeds and the curve it embeds by, beside uwot and beside what defines them. */
import { expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import { kNearestWithin } from "../../src/linalg/neighbors/nearest-neighbors.js";
import { fitCurve } from "../../src/methods/manifold/umap/curve.js";
import { fuzzyUnion, memberships } from "../../src/methods/manifold/umap/graph.js";
import { smoothWidth } from "../../src/methods/manifold/umap/memberships-kernel.js";
import { smoothColumns } from "../../src/methods/manifold/umap/smooth-columns.js";
import { random } from "../../src/random.js";
import { expectClose, generated, readGolden } from "../golden/golden.js";

interface Golden {
  seed: number;
  inputs: { name: string; shape: number[]; low: number; high: number }[];
  graphs: { nNeighbors: number; first: number[]; second: number[]; weights: number[] }[];
  curves: { minDist: number; spread: number; a: number; b: number }[];
}
const golden = readGolden<Golden>("umap.json");
const x = matrix(60, 5, generated(golden.seed, golden.inputs).x!.data as Float32Array);

async function graphOf(rows = x, each = 4) {
  const neighbors = await kNearestWithin(rows, each);
  return fuzzyUnion(neighbors, await memberships(neighbors, each), rows.rows);
}

/** Weights of a graph as a matrix `[n, n]`. */
function filled({ rowStart, columns, weights }: Awaited<ReturnType<typeof graphOf>>): Float64Array {
  const n = rowStart.length - 1;
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let at = rowStart[i]!; at < rowStart[i + 1]!; at++) out[i * n + columns[at]!]! += weights[at]!;
  return out;
}

test.each(golden.graphs)("the graph of $nNeighbors neighbors is uwot's", async (wanted) => {
  const graph = await graphOf(x, wanted.nNeighbors - 1);
  for (const start of graph.rowStart) expect(start % 4).toBe(0);
  const dense = new Float64Array(60 * 60);
  wanted.first.forEach((i, at) => {
    const j = wanted.second[at]!;
    dense[i * 60 + j] = dense[j * 60 + i] = wanted.weights[at]!;
  });
  // uwot's widths stop at an error of 10⁻⁵ of a sum.
  expectClose(filled(graph), [...dense], 1e-4, "weights");
});

test.each(golden.curves)(
  "the curve of minDist $minDist and spread $spread is R's least squares",
  (wanted) => {
    const { a, b } = fitCurve(wanted.minDist, wanted.spread);
    // nls() of R stops at 10⁻⁵ of the rest.
    expect(Math.abs(a / wanted.a - 1)).toBeLessThan(1e-4);
    expect(Math.abs(b / wanted.b - 1)).toBeLessThan(1e-4);
  },
);

test("memberships of a row sum to log₂ of its neighbors, the nearest counting whole", () => {
  const stream = random(3);
  for (let round = 0; round < 200; round++) {
    const each = 2 + stream.integer(40);
    const distances = Float64Array.from({ length: each }, () => Math.exp(4 * stream.normal())).sort();
    const beyond = new Float64Array(each);
    const width = smoothWidth(distances, 0, each, beyond);
    const sum = beyond.reduce((total, more) => total + Math.exp(-more / width), 0);
    const mean = distances.reduce((total, d) => total + d, 0) / each;
    const target = Math.log2(each + 1);
    if (width > 1.001e-3 * mean) expect(Math.abs(sum - target)).toBeLessThan(1e-8 * target);
    // The least width there is: too many rows are near.
    else expect(sum).toBeGreaterThanOrEqual(target - 1e-8);
    expect(beyond[0]).toBe(0);
  }
});

test("equal rows, equally far ones and one that is out of all proportion have memberships", async () => {
  const rows = [
    [0, 0, 0, 0],
    [0, 0, 0, 5],
    [3, 3, 3, 3],
    [1, 2, 3, 1e300],
    [0, 1e-300, 2e-300, 1e-299],
  ];
  for (const distances of rows) {
    const given = { indices: Uint32Array.of(1, 2, 3, 4), distances: Float64Array.from(distances) };
    const values = await memberships(given, 4);
    expect(values[0]).toBe(1);
    for (const value of values) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
  }
});

// Eigenvectors of a ring are known: cosines, whose eigenvalue is that of the weights, cos(2π k / n) on average.
test("the smoothest columns of a ring go once around it", async () => {
  const n = 1200;
  const rowStart = Int32Array.from({ length: n + 1 }, (_, i) => 4 * i);
  const columns = Int32Array.from({ length: 4 * n }, (_, at) => {
    const i = at >> 2;
    return [(i + 1) % n, (i + n - 1) % n, i, i][at % 4]!;
  });
  const weights = Float32Array.from({ length: 4 * n }, (_, at) => +(at % 4 < 2));
  const y = await smoothColumns({ rowStart, columns, weights }, 2, { random: random(1) });
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < n; i++) {
    const radius = Math.hypot(y[2 * i]!, y[2 * i + 1]!);
    least = Math.min(least, radius);
    most = Math.max(most, radius);
  }
  expect(most / least).toBeLessThan(1.2);
});
