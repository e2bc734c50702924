import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, takeColumns, takeRows, toMatrix } from "../../src/data/matrix.js";
import { swissRoll } from "../../src/data/synthetic.js";

import { dense } from "../../src/linalg/dense.js";
import { leastSquares } from "../../src/linalg/least-squares.js";
import { type Isomap, isomap } from "../../src/methods/manifold/isomap.js";
import { adjacency } from "../../src/methods/manifold/neighborhood-graph.js";
import { fit } from "../../src/training/fit.js";
import { load } from "../../src/training/load.js";
import { testWith } from "../data/shared.js";
import { generated, readGolden } from "../golden/golden.js";

interface Case {
  nNeighbors: number;
  latentDim: number;
  embedding: number[];
  eigenvalues: number[];
  reconstructionError: number;
  transformed: number[];
}
const golden = readGolden<{ digits: Case; pieces: Case }>("isomap.json");

function uniform(seed: number, rows: number, cols: number, low: number, high: number): Float32Array {
  return generated(seed, [{ name: "x", shape: [rows, cols], low, high }]).x!.data as Float32Array;
}

/** Pixels and numbers in [0, 1), so that no two distances are equal. */
function jitteredDigits(rows: number): Matrix {
  const pixels = digits().x.data;
  const jitter = uniform(7, rows, 64, 0, 1);
  return matrix(
    rows,
    64,
    jitter.map((value, at) => value + pixels[at]!),
  );
}

/** Correlation of column j, up to sign. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>, cols: number, j: number): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = j; at < a.length; at += cols) {
    ab += a[at]! * b[at]!;
    aa += a[at]! ** 2;
    bb += b[at]! ** 2;
  }
  return Math.abs(ab) / Math.sqrt(aa * bb);
}

async function expectGolden(model: Isomap, wanted: Case, newRows: Matrix): Promise<void> {
  const { latentDim: k } = wanted;
  // Figures have 9 digits, and both sides compute in float64.
  expect(model.reconstructionError / wanted.reconstructionError).toBeCloseTo(1, 7);
  const scale = Math.sqrt(wanted.eigenvalues[0]!);
  const z = await model.encode(newRows);
  for (let j = 0; j < k; j++) {
    expect(model.eigenvalues[j]! / wanted.eigenvalues[j]!).toBeCloseTo(1, 7);
    const at = wanted.embedding.findIndex((value, i) => i % k === j && Math.abs(value) > scale / 100);
    const sign = Math.sign(wanted.embedding[at]! * model.embedding.data[at]!);
    // Codes are float32.
    for (let i = j; i < wanted.embedding.length; i += k)
      expect(Math.abs(sign * model.embedding.data[i]! - wanted.embedding[i]!)).toBeLessThan(1e-6 * scale);
    for (let i = j; i < wanted.transformed.length; i += k)
      expect(Math.abs(sign * z.data[i]! - wanted.transformed[i]!)).toBeLessThan(1e-6 * scale);
  }
}

describe("the same as scikit-learn", () => {
  test("on digits, and for new ones", async () => {
    const x = jitteredDigits(210);
    const rows = (from: number, to: number) => matrix(to - from, 64, x.data.slice(from * 64, to * 64));
    const model = await fit(isomap({ latentDim: 3, nNeighbors: 10 }), rows(0, 200));
    expect(model.connectedComponents).toBe(1);
    await expectGolden(model, golden.digits, rows(200, 210));
  });

  test("where the graph falls into pieces, which are joined by their shortest links", async () => {
    const x = matrix(75, 3, uniform(3, 75, 3, -1, 1));
    for (let i = 25; i < 75; i++) x.data[3 * i + (i < 50 ? 0 : 1)]! += i < 50 ? 8 : 16;
    const model = await fit(isomap({ latentDim: 2, nNeighbors: 4 }), x);
    expect(model.connectedComponents).toBe(3);
    const moved = matrix(
      5,
      3,
      x.data.slice(0, 15).map((value) => value + 0.25),
    );
    await expectGolden(model, golden.pieces, moved);
  });
});

interface Reference {
  results: Record<string, { reconstruction_error: number; affine_R2_to_true_latent: number }> &
    Record<string, Record<string, { reconstruction_error: number; affine_R2_to_true_latent: number }>>;
}
const referencePath = (name: string) =>
  fileURLToPath(new URL(`../../../shared/reference/${name}`, import.meta.url));
const reference = (name: string): Reference => JSON.parse(readFileSync(referencePath(name), "utf8"));

/** 1 less the share of the squared deviations of the latent that no affine map of z explains, its columns standardized. */
async function affineR2(z: Matrix, latent: Matrix): Promise<number> {
  const n = z.rows;
  const standard = dense(n, latent.cols);
  for (let j = 0; j < latent.cols; j++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < n; i++) sum += latent.data[i * latent.cols + j]!;
    for (let i = 0; i < n; i++) squares += (latent.data[i * latent.cols + j]! - sum / n) ** 2;
    for (let i = 0; i < n; i++)
      standard.data[i * latent.cols + j] =
        (latent.data[i * latent.cols + j]! - sum / n) / Math.sqrt(squares / n);
  }
  const design = dense(n, z.cols + 1);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < z.cols; j++) design.data[i * (z.cols + 1) + j] = z.data[i * z.cols + j]!;
    design.data[i * (z.cols + 1) + z.cols] = 1;
  }
  const map = await leastSquares(design, standard);
  let left = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < latent.cols; j++) {
      let value = 0;
      for (let c = 0; c <= z.cols; c++)
        value += design.data[i * (z.cols + 1) + c]! * map.data[c * latent.cols + j]!;
      left += (value - standard.data[i * latent.cols + j]!) ** 2;
    }
  }
  return 1 - left / (n * latent.cols);
}

for (const name of ["swiss_roll", "s_curve"]) {
  testWith(`${name}.csv.gz`, `${name} is unrolled as the reference says`, async (path) => {
    if (!existsSync(referencePath("03_manifold_rolls.json"))) return;
    const { x } = await readFileData(path);
    const wanted = reference("03_manifold_rolls.json").results[name]!["Isomap(n_neighbors=12)"]!;
    const model = await fit(isomap({ latentDim: 2, nNeighbors: 12 }), takeColumns(x, [0, 1, 2]));
    // Rows are rounded to float32.
    expect(Math.abs(model.reconstructionError / wanted.reconstruction_error - 1)).toBeLessThan(1e-6);
    const r2 = await affineR2(model.embedding, takeColumns(toMatrix(x), [3, 4]));
    expect(Math.abs(r2 - wanted.affine_R2_to_true_latent)).toBeLessThan(1e-6);
  });
}

testWith("optdigits.csv.gz", "optdigits are left as much unexplained as the reference says", async (path) => {
  if (!existsSync(referencePath("03_manifold_optdigits.json"))) return;
  const { x } = await readFileData(path);
  for (const k of [5, 10, 20]) {
    const wanted = reference("03_manifold_optdigits.json").results[`Isomap(n_neighbors=${k})`]!;
    const model = await fit(
      isomap({ latentDim: 2, nNeighbors: k }),
      takeColumns(
        x,
        Array.from({ length: 64 }, (_, j) => j),
      ),
    );
    // Pixels are whole numbers, and many distances equal: scikit-learn's own figures move by 7e-3, 4e-3 and 2e-4 when
    // the number of its threads or the order of rows changes which of them count as nearest.
    expect(Math.abs(model.reconstructionError / wanted.reconstruction_error - 1)).toBeLessThan(
      k < 20 ? 1e-2 : 1e-3,
    );
  }
});

test("distances along a line are those of the line, however it is bent", async () => {
  // A right angle, a point every unit: shortest paths along it are whole numbers up to where they cut the corner.
  const corner = 20;
  const x = matrix(
    41,
    2,
    Float32Array.from({ length: 82 }, (_, at) => {
      const i = at >> 1;
      return at % 2 === 0 ? Math.min(i, corner) : Math.max(0, i - corner);
    }),
  );
  const model = await fit(isomap({ latentDim: 1, nNeighbors: 1 }), x);
  const places = [...model.embedding.data];
  expect(model.connectedComponents).toBe(1);
  const length = Math.abs(places[40]! - places[0]!);
  expect(length).toBeGreaterThan(39);
  for (let i = 1; i < 41; i++) expect(Math.abs(places[i]! - places[i - 1]!)).toBeGreaterThan(0.9);
});

describe("landmarks", () => {
  const { x, latent } = swissRoll({ rows: 1000, seed: 3 });

  test("all rows as landmarks are Isomap without", async () => {
    const whole = await fit(isomap({ latentDim: 2, nNeighbors: 10 }), x, { seed: 1 });
    const marked = await fit(isomap({ latentDim: 2, nNeighbors: 10, landmarks: 1000 }), x, { seed: 1 });
    // The same to rounding: rows are placed by their distances and not taken from the eigenvectors.
    for (let at = 0; at < 2000; at++)
      expect(Math.abs(whole.embedding.data[at]! - marked.embedding.data[at]!)).toBeLessThan(1e-4);
  });

  test("100 of 1000 rows unroll the roll nearly as well as all", async () => {
    const model = await fit(isomap({ latentDim: 2, nNeighbors: 10, landmarks: 100 }), x, { seed: 1 });
    expect(model.landmarks).toHaveLength(100);
    expect(await affineR2(model.embedding, latent)).toBeGreaterThan(0.99);
    for (let j = 0; j < 2; j++) {
      const whole = await fit(isomap({ latentDim: 2, nNeighbors: 10 }), x);
      expect(correlation(model.embedding.data, whole.embedding.data, 2, j)).toBeGreaterThan(0.99);
    }
  });

  test("their rows keep their places when they come again", async () => {
    const model = await fit(isomap({ latentDim: 2, nNeighbors: 10, landmarks: 100 }), x, { seed: 1 });
    const again = await model.encode(x);
    // Float32, of places up to 50 from the center.
    for (let at = 0; at < 2000; at++)
      expect(Math.abs(again.data[at]! - model.embedding.data[at]!)).toBeLessThan(1e-4);
  });
});

test("duplicates share a place, and cut the graph no worse than others", async () => {
  const { x } = swissRoll({ rows: 60, seed: 1 });
  const twice = takeRows(
    x,
    Array.from({ length: 240 }, (_, i) => i % 60),
  );
  const model = await fit(isomap({ latentDim: 2, nNeighbors: 3 }), twice);
  expect(model.connectedComponents).toBe(60);
  for (let at = 0; at < 480; at++)
    expect(Math.abs(model.embedding.data[at]! - model.embedding.data[at % 120]!)).toBeLessThan(1e-4);
});

test("sizes that do not fit are refused in a sentence", async () => {
  const { x } = swissRoll({ rows: 11 });
  const cases: [object, string][] = [
    [{ latentDim: 2, nNeighbors: 11 }, "isomap: nNeighbors 11 wants at least 12 rows, got 11"],
    [{ latentDim: 11 }, "isomap: latentDim 11 wants at least 12 rows, got 11"],
    [{ latentDim: 3, landmarks: 3 }, "isomap: latentDim 3 wants at least 4 landmarks, got 3"],
    [{ latentDim: 2, landmarks: 12 }, "isomap: landmarks 12 exceed the rows, 11"],
  ];
  for (const [options, message] of cases)
    await expect(fit(isomap(options as { latentDim: number }), x)).rejects.toThrow(message);
  await expect(fit(isomap({ latentDim: 2 }), matrix(20_001, 1))).rejects.toThrow(
    "set landmarks, such as 1000",
  );
});

test("a damaged graph is refused when it is used", async () => {
  const { x } = swissRoll({ rows: 40 });
  const model = await fit(isomap({ latentDim: 2 }), x);
  const damaged = await load<Isomap>(model.save());
  (damaged.parameters.edges!.data as Int32Array)[0] = 40;
  await expect(damaged.encode(x)).rejects.toThrow("graph: an edge ends at node 40 of 40");
  expect(() => adjacency(2, { ends: Int32Array.of(0, 1), lengths: Float64Array.of(-1) })).toThrow(
    "is -1 long",
  );
});

test("the iterations are told, and stop when asked to", async () => {
  const told: number[] = [];
  const { x } = swissRoll({ rows: 200 });
  const stop = new AbortController();
  await fit(isomap({ latentDim: 2 }), x, { onIteration: ({ iteration }) => told.push(iteration) });
  expect(told.at(-1)).toBe(200);
  const stopped = fit(isomap({ latentDim: 2 }), x, {
    signal: stop.signal,
    onIteration: () => stop.abort(new Error("enough")),
  });
  await expect(stopped).rejects.toThrow("enough");
});

// Eigenvectors of small eigenvalues are orthogonal to the rest, and to 1, but for rounding of the largest.
test("one far row does not move the places of the others when they are encoded", async () => {
  const x = matrix(40, 6, uniform(3, 40, 6, -1, 1));
  x.data[0] = 1e4;
  const model = await fit(isomap({ latentDim: 6, nNeighbors: 39 }), x);
  const again = await model.encode(x);
  const away = again.data.map((value, at) => Math.abs(value - model.embedding.data[at]!));
  expect(Math.max(...away.subarray(6))).toBeLessThan(1e-6);
});
