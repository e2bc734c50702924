/** @file Distances between rows, however far some are from the others: against differences squared and summed in float64. */
import { expect, test } from "vitest";
import { type Matrix, matrix } from "../../src/data/matrix.js";
import { PairwiseDistances } from "../../src/linalg/pairwise-distances.js";
import { classicalMds } from "../../src/methods/manifold/classical-mds.js";
import { neighborhood } from "../../src/methods/manifold/neighborhood-graph.js";
import { silhouetteSamples } from "../../src/metrics/silhouette.js";
import { trustworthiness } from "../../src/metrics/trustworthiness.js";
import { random } from "../../src/random.js";
import { fit } from "../../src/training/fit.js";

const COLS = 4;

function rowsWith(change: (value: number, row: number, column: number) => number): Matrix {
  const data = random(3).fillNormal(new Float32Array(120 * COLS));
  return matrix(
    120,
    COLS,
    data.map((value, at) => change(value, Math.floor(at / COLS), at % COLS)),
  );
}

const outlier = (row: number, far: number) => rowsWith((value, i, j) => (i === row && j === 1 ? far : value));

const DATA: Readonly<Record<string, Matrix>> = {
  "no outlier": rowsWith((value) => value),
  "an outlier in row 0": outlier(0, 1e4),
  "an outlier in row 0, far out": outlier(0, 1e8),
  "an outlier in row 0, as far as numbers go": outlier(0, 1e38),
  "an outlier among the rows": outlier(77, -1e8),
  "an offset": rowsWith((value) => 1e6 + value),
  "an offset and an outlier": rowsWith((value, i) => (i === 0 ? -3e7 : 1e6 + value)),
  "far clusters": rowsWith((value, i) => value + 1e6 * (i % 3)),
  "far clusters of equal rows": rowsWith((_, i, j) => 1e7 * (i % 3) + j),
  "units of 1e-30": rowsWith((value) => 1e-30 * value),
  "units of 1e30": rowsWith((value) => 1e30 * value),
};

function directly({ data, rows, cols }: Matrix): Float64Array {
  return Float64Array.from({ length: rows * rows }, (_, at) => {
    const [i, j] = [Math.floor(at / rows), at % rows];
    let sum = 0;
    for (let c = 0; c < cols; c++) sum += (data[i * cols + c]! - data[j * cols + c]!) ** 2;
    return sum;
  });
}

const off = (got: number, wanted: number) => (got === wanted ? 0 : Math.abs(got - wanted) / Math.abs(wanted));

test.each(Object.keys(DATA))("%s: every distance has its digits", async (name) => {
  const x = DATA[name]!;
  const squares = await new PairwiseDistances(x).between(0, x.rows, 0, x.rows);
  const wanted = directly(x);
  expect(Math.max(...squares.map((square, at) => off(square, wanted[at]!)))).toBeLessThan(1e-12);
});

test.each(Object.keys(DATA))("%s: silhouettes are their definition", async (name) => {
  const x = DATA[name]!;
  const n = x.rows;
  const labels = Array.from({ length: n }, (_, i) => String(i % 3));
  const squares = directly(x);
  const wanted = labels.map((own, i) => {
    const mean = (label: string) => {
      const others = labels.flatMap((other, j) =>
        other === label && j !== i ? [Math.sqrt(squares[i * n + j]!)] : [],
      );
      return others.reduce((sum, distance) => sum + distance, 0) / others.length;
    };
    const a = mean(own);
    const b = Math.min(...["0", "1", "2"].filter((label) => label !== own).map(mean));
    return a === b ? 0 : (b - a) / Math.max(a, b);
  });
  const samples = await silhouetteSamples(x, labels);
  expect(Math.max(...samples.map((value, i) => Math.abs(value - wanted[i]!)))).toBeLessThan(1e-9);
});

test.each(Object.keys(DATA))("%s: ranks of trustworthiness are those of all distances", async (name) => {
  const x = DATA[name]!;
  const n = x.rows;
  const k = 5;
  const z = matrix(n, 1, random(4).fillNormal(new Float32Array(n)));
  const order = (squares: Float64Array, i: number) =>
    Array.from({ length: n }, (_, j) => j)
      .filter((j) => j !== i)
      .sort((a, b) => squares[i * n + a]! - squares[i * n + b]! || a - b);
  const [inData, onMap] = [directly(x), directly(z)];
  let excess = 0;
  for (let i = 0; i < n; i++) {
    const ranks = order(inData, i);
    for (const j of order(onMap, i).slice(0, k)) excess += Math.max(0, ranks.indexOf(j) + 1 - k);
  }
  const wanted = 1 - (2 / (n * k * (2 * n - 3 * k - 1))) * excess;
  // Some rows are as far from an outlier as float64 can tell: one rank up or down is 1.5e-5 here.
  expect(Math.abs((await trustworthiness(x, z)) - wanted)).toBeLessThan(1e-4);
});

test("components of a graph are joined by their shortest links", async () => {
  const x = DATA["far clusters"]!;
  const n = x.rows;
  const squares = directly(x);
  const { edges, components } = await neighborhood(x, 4, async () => {});
  expect(components).toBe(3);
  for (const [a, b] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const) {
    const shortest = Math.min(
      ...squares.filter((_, at) => Math.floor(at / n) % 3 === a && (at % n) % 3 === b),
    );
    const links = [...edges.lengths.keys()].filter((e) => {
      const [p, q] = [edges.ends[2 * e]! % 3, edges.ends[2 * e + 1]! % 3];
      return (p === a && q === b) || (p === b && q === a);
    });
    expect(links.map((e) => edges.lengths[e])).toEqual([Math.sqrt(shortest)]);
  }
});

test.each(Object.keys(DATA))("%s: the stress of all coordinates is rounding", async (name) => {
  const { stress } = await fit(classicalMds({ latentDim: COLS }), DATA[name]!);
  expect(stress).toBeLessThan(1e-6);
});
