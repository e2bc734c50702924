import { describe, expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, takeColumns, takeRows } from "../../src/data/matrix.js";
import { swissRoll } from "../../src/data/synthetic.js";
import { laplacianEigenmaps } from "../../src/methods/manifold/laplacian-eigenmaps.js";
import { random } from "../../src/random.js";
import { fit } from "../../src/training/fit.js";
import { testWith } from "../data/shared.js";
import { readGolden } from "../golden/golden.js";

interface Case {
  nNeighbors: number;
  latentDim: number;
  eigenvalues: number[];
  /** Every fourth row, one after another. */
  embedding: number[];
}
const golden = readGolden<{
  every: number;
  digits: Case;
  swiss_roll: Case;
  s_curve: Case;
  heat: Case & { rows: number; gamma: number };
}>("laplacian-eigenmaps.json");

function correlation(a: readonly number[], b: readonly number[]): number {
  const centered = (v: readonly number[]) => v.map((x) => x - v.reduce((s, y) => s + y, 0) / v.length);
  const [p, q] = [centered(a), centered(b)];
  const dot = (u: number[], v: number[]) => u.reduce((sum, x, i) => sum + x * v[i]!, 0);
  return dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q));
}

function expectSameMap(embedding: Matrix, { latentDim: k, embedding: wanted }: Case): void {
  for (let j = 0; j < k; j++) {
    const theirs = wanted.filter((_, at) => at % k === j);
    const ours = theirs.map((_, i) => embedding.data[i * golden.every * k + j]!);
    // Pixels are whole numbers: of equally distant neighbors others may be taken. Elsewhere it is 1 to ten digits.
    expect(Math.abs(correlation(ours, theirs))).toBeGreaterThan(0.999);
    // Of one length, too: yᵀ D y = 1.
    const length = (v: number[]) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    expect(length(ours) / length(theirs)).toBeCloseTo(1, 2);
  }
}

describe("as scikit-learn", () => {
  test("digits", async () => {
    const { nNeighbors, latentDim, eigenvalues } = golden.digits;
    const model = await fit(laplacianEigenmaps({ latentDim, nNeighbors }), digits().x);
    expectSameMap(model.embedding, golden.digits);
    eigenvalues.forEach((want, j) => {
      expect(Math.abs(model.eigenvalues[j]! / want - 1)).toBeLessThan(1e-2);
    });
  });

  for (const name of ["swiss_roll", "s_curve"] as const) {
    testWith(`${name}.csv.gz`, name, async (path) => {
      const { nNeighbors, latentDim, eigenvalues } = golden[name];
      const x = takeColumns((await readFileData(path)).x, [0, 1, 2]);
      const model = await fit(laplacianEigenmaps({ latentDim, nNeighbors }), x);
      expectSameMap(model.embedding, golden[name]);
      // No two distances are equal here: what is left is how golden figures are rounded.
      eigenvalues.forEach((want, j) => {
        expect(Math.abs(model.eigenvalues[j]! / want - 1)).toBeLessThan(1e-8);
      });
    });
  }

  test("heat weights between all rows", async () => {
    const { rows, gamma, latentDim, eigenvalues } = golden.heat;
    const x = takeRows(
      digits().x,
      Array.from({ length: rows }, (_, i) => i),
    );
    const options = { latentDim, nNeighbors: rows, affinity: "heat", gamma } as const;
    const model = await fit(laplacianEigenmaps(options), x);
    expectSameMap(model.embedding, golden.heat);
    expect(model.gamma).toBe(gamma);
    eigenvalues.forEach((want, j) => {
      expect(Math.abs(model.eigenvalues[j]! / want - 1)).toBeLessThan(1e-8);
    });
  });
});

/** Points evenly around a circle, with some noise off it. */
function circle(n: number): Matrix {
  const stream = random(3);
  const x = matrix(n, 2);
  for (let i = 0; i < n; i++) {
    const [angle, radius] = [(2 * Math.PI * i) / n, 1 + 1e-4 * stream.normal()];
    x.data.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * i);
  }
  return x;
}

// The graph is a ring in which everyone knows m on either side: λ = 1 − Σ cos(2π s / n) / m over s = 1 … m, twice.
test("a ring's eigenvalues, and a circle for its map", async () => {
  const n = 400;
  const m = 3;
  const model = await fit(laplacianEigenmaps({ latentDim: 2, nNeighbors: 2 * m + 1 }), circle(n));
  const want = 1 - [1, 2, 3].reduce((sum, s) => sum + Math.cos((2 * Math.PI * s) / n), 0) / m;
  for (const value of model.eigenvalues) expect(value / want).toBeCloseTo(1, 9);
  const radii = Array.from({ length: n }, (_, i) =>
    Math.hypot(model.embedding.data[2 * i]!, model.embedding.data[2 * i + 1]!),
  );
  for (const radius of radii) expect(radius / radii[0]!).toBeCloseTo(1, 5);
});

test("the mean of a row's neighbors is 1 − λ times its code, and new rows are placed by it", async () => {
  const { x } = swissRoll({ rows: 900, seed: 2 });
  const model = await fit(laplacianEigenmaps({ latentDim: 2, affinity: "heat" }), x);
  const others = swissRoll({ rows: 900, seed: 5 }).x;
  const z = await model.encode(x);
  for (let j = 0; j < 2; j++) {
    const column = (y: Matrix) => Array.from({ length: y.rows }, (_, i) => y.data[2 * i + j]!);
    // A row's own neighbors stand for those of the graph, which are mutual.
    expect(correlation(column(z), column(model.embedding))).toBeGreaterThan(0.995);
  }
  // Rows nobody has seen land where the nearest fitted one is, to a share of the map's width.
  const placed = await model.encode(others);
  let apart = 0;
  for (let i = 0; i < others.rows; i++) {
    let [nearest, at] = [Number.POSITIVE_INFINITY, 0];
    for (let r = 0; r < x.rows; r++) {
      const d = [0, 1, 2].reduce((s, c) => s + (x.data[3 * r + c]! - others.data[3 * i + c]!) ** 2, 0);
      if (d < nearest) [nearest, at] = [d, r];
    }
    apart += Math.abs(placed.data[2 * i]! - model.embedding.data[2 * at]!) / others.rows;
  }
  const first = model.embedding.data.filter((_, at) => at % 2 === 0);
  expect(apart / (Math.max(...first) - Math.min(...first))).toBeLessThan(0.02);
});

describe("refusals", () => {
  test("a graph in parts", async () => {
    const rows = Float32Array.from({ length: 80 }, (_, i) => (i < 40 ? 0 : 1000) + random(i).normal());
    await expect(fit(laplacianEigenmaps({ latentDim: 2 }), matrix(40, 2, rows))).rejects.toThrow(
      "laplacianEigenmaps: the graph of nNeighbors 10 falls into 2 parts, want one; take more neighbors, or fit the parts one by one",
    );
  });

  test("heat that reaches nobody", async () => {
    const { x } = swissRoll({ rows: 50 });
    const method = laplacianEigenmaps({ latentDim: 1, affinity: "heat", gamma: 1e6 });
    await expect(fit(method, x)).rejects.toThrow("falls into 50 parts");
  });

  test("too few rows", async () => {
    const { x } = swissRoll({ rows: 8 });
    await expect(fit(laplacianEigenmaps({ latentDim: 2 }), x)).rejects.toThrow(
      "laplacianEigenmaps: nNeighbors 10 wants at least 10 rows, got 8",
    );
    await expect(fit(laplacianEigenmaps({ latentDim: 8, nNeighbors: 3 }), x)).rejects.toThrow(
      "laplacianEigenmaps: latentDim 8 wants at least 9 rows, got 8",
    );
  });
});
