import fc from "fast-check";
import { expect, test } from "vitest";
import { type Matrix, matrix, toMatrix } from "../../src/data/matrix.js";
import { neighborIndex } from "../../src/linalg/neighbors/neighbor-index.js";
import { random } from "../../src/random.js";

type Metric = "euclidean" | "cosine";

const normal = (rows: number, cols: number, seed: number): Matrix =>
  matrix(rows, cols, random(seed).fillNormal(new Float32Array(rows * cols)));

/** All distances, sorted; of equally distant rows the earlier first. */
function bySorting(x: Matrix, queries: Matrix, k: number, metric: Metric) {
  const indices: number[] = [];
  const distances: number[] = [];
  for (let i = 0; i < queries.rows; i++) {
    const all = Array.from({ length: x.rows }, (_, t) => {
      let [sum, qq, tt, qt] = [0, 0, 0, 0];
      for (let j = 0; j < x.cols; j++) {
        const [q, r] = [queries.data[i * x.cols + j]!, x.data[t * x.cols + j]!];
        sum += (q - r) ** 2;
        qq += q * q;
        tt += r * r;
        qt += q * r;
      }
      return metric === "euclidean" ? Math.sqrt(sum) : qq * tt > 0 ? 1 - qt / Math.sqrt(qq * tt) : 1;
    });
    const order = all.map((_, t) => t).sort((a, b) => all[a]! - all[b]! || a - b);
    for (const t of order.slice(0, k)) {
      indices.push(t);
      distances.push(all[t]!);
    }
  }
  return { indices, distances };
}

async function agrees(x: Matrix, queries: Matrix, k: number, metric: Metric = "euclidean"): Promise<void> {
  const found = await neighborIndex(x, { metric }).query(queries, k);
  const wanted = bySorting(x, queries, k, metric);
  for (const [at, distance] of wanted.distances.entries())
    expect(Math.abs(found.distances[at]! - distance)).toBeLessThanOrEqual(1e-14 + 1e-13 * distance);
  expect([...found.indices]).toEqual(wanted.indices);
}

test.each([
  [500, 3, 1],
  [500, 9, 1],
  [501, 9, 5],
  [700, 64, 300],
  [700, 170, 70],
  [7, 20, 3],
  [1, 9, 2],
])("an index of %i × %i rows gives %i queries what a full sort gives", async (n, d, m) => {
  for (const k of [1, Math.min(5, n), n]) {
    await agrees(normal(n, d, 1), normal(m, d, 2), k);
    await agrees(normal(n, d, 3), normal(m, d, 4), k, "cosine");
  }
});

test("ties go to the earlier row, however many there are", async () => {
  const points = (least: number, most: number) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 9, maxLength: 9 }), {
      minLength: least,
      maxLength: most,
    });
  await fc.assert(
    fc.asyncProperty(points(60, 150), points(1, 6), (a, b) => agrees(toMatrix(a), toMatrix(b), 3)),
    { numRuns: 30 },
  );
  await agrees(matrix(300, 9), matrix(2, 9), 4);
});

test("rows of zeros are at distance 1 by cosine, as queries and as rows", async () => {
  const x = normal(200, 9, 5);
  x.data.fill(0, 0, 90);
  await agrees(x, matrix(1, 9), 4, "cosine");
  await agrees(x, normal(4, 9, 6), 200, "cosine");
});

test("rows and queries far from the origin and from each other are told apart", async () => {
  const shifted = (seed: number, rows: number) =>
    matrix(
      rows,
      9,
      normal(rows, 9, seed).data.map((entry) => 1000 + entry / 1000),
    );
  await agrees(shifted(1, 400), shifted(2, 9), 5);
  const far = normal(300, 9, 3);
  far.data[4] = 1e12;
  await agrees(far, normal(5, 9, 4), 5);
  // Beyond what float32 has of squares.
  await agrees(
    normal(300, 9, 3),
    matrix(
      2,
      9,
      normal(2, 9, 4).data.map((entry) => entry * 1e30),
    ),
    5,
  );
});

test("an index answers again and again, with lists of any length, also when asked at once", async () => {
  const x = normal(900, 12, 8);
  const index = neighborIndex(x);
  const queries = normal(300, 12, 9);
  const answers = await Promise.all(
    [2, 40, 1, 7].map((k) => index.query(queries, k, { breathe: async () => {} })),
  );
  for (const [i, k] of [2, 40, 1, 7].entries())
    expect([...answers[i]!.indices]).toEqual(bySorting(x, queries, k, "euclidean").indices);
});

test("what cannot be asked is told", async () => {
  const index = neighborIndex(matrix(3, 1, Float32Array.of(0, 1, 2)));
  await expect(index.query(toMatrix([[0]]), 4)).rejects.toThrow(
    "neighborIndex: query: k must be an integer in [1, 3] (of 3 rows), got 4",
  );
  await expect(index.query(toMatrix([[0, 1]]), 1)).rejects.toThrow("queries have 2 columns");
  await expect(index.query(toMatrix([[Number.NaN]]), 1)).rejects.toThrow("row 0 column 0 is NaN");
  expect(() => neighborIndex(matrix(0, 3))).toThrow("want at least 1 row");
  expect(() => neighborIndex(toMatrix([[Number.POSITIVE_INFINITY]]))).toThrow("is Infinity");
});
