/**
 * @file Directions that are only rounding of the data are none: what divides by a deviation or a root of an eigenvalue gives
 * 0 there, and not a number in the millions.
 */
import { describe, expect, test } from "vitest";
import { type Matrix, matrix, toMatrix } from "../../src/data/matrix.js";
import {
  classicalMds,
  eigenfaces,
  factorization,
  fit,
  isomap,
  type MatrixLike,
  pca,
} from "../../src/index.js";
import { randomizedSvd } from "../../src/linalg/index.js";
import { random } from "../../src/random.js";

/** On the plane x₁ + x₂ + x₃ = 100, but for rounding. */
const shares = [
  [10.1, 20.2, 69.7],
  [30.3, 10.1, 59.6],
  [5.7, 44.4, 49.9],
  [22.2, 33.3, 44.5],
  [61.1, 8.8, 30.1],
];
const off = [[10.1, 20.2, 69.8]];
const floats: MatrixLike = toMatrix(shares);

describe("whitening", () => {
  test.each([
    ["float64 rows", shares, {}],
    ["float32 rows", floats, {}],
    ["without centering off", shares, { scale: "standard" }],
    ["in [0, 1]", shares, { scale: "unit" }],
    ["of rows far away", shares.map((row) => row.map((value) => value + 1e6)), {}],
  ] as const)("%s: there is no third direction", async (name, rows, options) => {
    for (const solver of ["exact", "randomized"] as const) {
      const model = await fit(pca({ latentDim: 3, whiten: true, solver }), rows, options);
      const moved = name === "of rows far away" ? off.map((row) => row.map((value) => value + 1e6)) : off;
      const z = await model.encode(moved);
      expect(z.data[2], solver).toBe(0);
      expect(Math.abs(z.data[0]!)).toBeGreaterThan(0.5);
      expect(Math.abs(z.data[1]!)).toBeGreaterThan(0.5);
    }
  });

  test("recognition of rows uses no such direction", async () => {
    const labels = ["a", "b", "c", "d", "e"];
    const { recognize } = await eigenfaces(shares, labels, { latentDim: 3, whiten: true });
    const { distances } = await recognize(off);
    expect(distances[0]).toBeLessThan(0.1);
  });

  // A fifth of a percent of the first's deviation is far above rounding, whatever the number of rows.
  test("of many rows keeps directions of little variance", async () => {
    const n = 100_000;
    const stream = random(1);
    const x = matrix(n, 3);
    for (let i = 0; i < n; i++)
      x.data.set([stream.normal(), stream.normal() / 50, stream.normal() / 500], 3 * i);
    const { data } = await (await fit(pca({ latentDim: 3, whiten: true }), x)).encode(x);
    const squares = data.reduce((sum, value, at) => sum + (at % 3 === 2 ? value ** 2 : 0), 0);
    expect(squares / n).toBeCloseTo(1, 2);
  });
});

/** Five rows of nine columns, in a plane of them. */
function flat(): Matrix {
  const stream = random(3);
  const [codes, axes] = [
    Array.from({ length: 10 }, () => stream.normal()),
    Array.from({ length: 18 }, () => stream.normal()),
  ];
  return matrix(
    5,
    9,
    Float32Array.from({ length: 45 }, (_, at) => {
      const [i, j] = [Math.floor(at / 9), at % 9];
      return 7 + codes[2 * i]! * axes[j]! + codes[2 * i + 1]! * axes[9 + j]!;
    }),
  );
}

test("classical scaling of rows, of distances and along a graph: points of a plane have two coordinates", async () => {
  const x = flat();
  const other = matrix(
    1,
    9,
    x.data.slice(0, 9).map((value, j) => value + (j % 2)),
  );
  const distances = matrix(5, 5);
  for (let i = 0; i < 5; i++)
    for (let j = 0; j < 5; j++) {
      let sum = 0;
      for (let p = 0; p < 9; p++) sum += (x.data[9 * i + p]! - x.data[9 * j + p]!) ** 2;
      distances.data[5 * i + j] = Math.sqrt(sum);
    }
  const euclidean = await fit(classicalMds({ latentDim: 4 }), x);
  const given = await fit(classicalMds({ latentDim: 4, metric: "precomputed" }), distances);
  const along = await fit(isomap({ latentDim: 4, nNeighbors: 4 }), x);
  const away = matrix(
    1,
    5,
    distances.data.slice(0, 5).map((value) => value + 1),
  );
  for (const [model, rows] of [
    [euclidean, other],
    [given, away],
    [along, other],
  ] as const) {
    const { data } = await model.encode(rows);
    expect([...data.subarray(2)], model.method).toEqual([0, 0]);
    expect(Math.hypot(data[0]!, data[1]!)).toBeGreaterThan(0.1);
  }
});

test("left singular vectors of rounding are zeros", async () => {
  const { u, s } = await randomizedSvd(flat(), 4, { center: true, oversampling: 1 });
  expect(s[2]! / s[0]!).toBeLessThan(1e-6);
  for (let i = 0; i < 5; i++) expect([u.data[4 * i + 2], u.data[4 * i + 3]]).toEqual([0, 0]);
});

test("codes of a factorization with more atoms than directions stay of the size of the rows", async () => {
  for (const seed of [1, 2, 3]) {
    const model = await fit(factorization({ latentDim: 3 }), shares, { seed });
    const size = Math.max(...(await model.encode(shares)).data.map(Math.abs));
    const { data } = await model.encode(off);
    expect(Math.max(...data.map(Math.abs))).toBeLessThan(2 * size);
  }
});
