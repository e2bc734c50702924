/** @file UMAP as a method: what it reaches on digits, new rows, bits, data of every kind, frames, and what it refuses. */
import { expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, row, takeRows } from "../../src/data/matrix.js";
import { configureRuntime } from "../../src/engine/session.js";
import { kNearestWithin, nearestNeighbors } from "../../src/linalg/neighbors/nearest-neighbors.js";
import { type UmapOptions, umap } from "../../src/methods/manifold/umap.js";
import type { FitContext, Iteration } from "../../src/methods/method.js";
import { trustworthiness } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";

import { fit } from "../../src/training/fit.js";

const { x, labels } = digits();
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const few = takeRows(x, range(0, 240));
const noise = (rows: number, cols: number, place: (i: number, j: number) => number = () => 0): Matrix => {
  const stream = random(rows + cols);
  const at = (_: unknown, index: number) => stream.normal() + place(Math.floor(index / cols), index % cols);
  return matrix(rows, cols, Float32Array.from({ length: rows * cols }, at));
};
const allFinite = ({ data }: Matrix) => data.every(Number.isFinite);

/** Share of rows of whose 15 nearest places most have their label. */
async function leaveOneOut(embedding: Matrix, rows: readonly number[]): Promise<number> {
  const { indices } = await kNearestWithin(embedding, 15);
  const hits = rows.filter((own, i) => {
    const votes = new Map<unknown, number>();
    for (const j of indices.subarray(15 * i, 15 * i + 15)) {
      const label = labels[rows[j]!];
      votes.set(label, (votes.get(label) ?? 0) + 1);
    }
    return [...votes].sort((a, b) => b[1] - a[1])[0]![0] === labels[own];
  });
  return hits.length / rows.length;
}

// uwot 0.1.14 with its defaults: trustworthiness@15 0.9881, 15 nearest places 0.9855.
test("all digits come together as they do with uwot", { timeout: 60_000 }, async () => {
  const { embedding } = await fit(umap(), x, { seed: 1 });
  expect(await leaveOneOut(embedding, range(0, x.rows))).toBeGreaterThan(0.9755);
  expect(await trustworthiness(x, embedding, { nNeighbors: 15 })).toBeGreaterThan(0.9781);
});

test("new digits are placed among their like", { timeout: 60_000 }, async () => {
  // Every fourth row, so that all writers are on both sides.
  const rows = range(0, 1300);
  const [fitted, others] = [rows.filter((i) => i % 4 > 0), rows.filter((i) => i % 4 === 0)];
  const model = await fit(umap({ maxIter: 200 }), takeRows(x, fitted), { seed: 1 });
  const placed = await model.encode(takeRows(x, others));
  const { indices } = await nearestNeighbors(model.embedding, placed, 1);
  const hits = others.filter((own, i) => labels[own] === labels[fitted[indices[i]!]!]).length;
  // 325 rows: a standard error of 0.01.
  expect(hits / others.length).toBeGreaterThan(0.94);
  // The map stays, and no place depends on the company.
  for (const i of [0, 1, 200]) {
    const alone = await model.encode(takeRows(x, [others[i]!]));
    expect(alone.data).toEqual(row(placed, i));
  }
  const together = await model.encode(takeRows(x, [fitted[5]!, others[3]!, fitted[7]!]));
  expect(row(together, 0)).toEqual(row(model.embedding, 5));
  expect(row(together, 2)).toEqual(row(model.embedding, 7));
});

test.each<UmapOptions>([
  { maxIter: 30 },
  { maxIter: 30, latentDim: 3, densMap: true, initialDims: "all" },
  { maxIter: 30, latentDim: 1, metric: "cosine", init: "pca" },
  { maxIter: 30, init: "random" },
])("the same bits at any number of threads: %j", async (options) => {
  const some = takeRows(x, range(0, 1500));
  const others = takeRows(x, range(1500, 1797));
  const seen: Float32Array[][] = [];
  for (const threads of [1, 2, 3, 5]) {
    configureRuntime({ threads });
    const model = await fit(umap(options), some, { seed: 3 });
    seen.push([model.embedding.data, (await model.encode(others)).data]);
  }
  configureRuntime({ threads: 1 });
  for (const bits of seen.slice(1)) expect(bits).toEqual(seen[0]);
});

test.each([1, 2, 3, 8])("%d coordinates: about the origin, signs fixed", async (latentDim) => {
  const { embedding } = await fit(umap({ latentDim }), few, { seed: 2 });
  for (let axis = 0; axis < latentDim; axis++) {
    const column = embedding.data.filter((_, at) => at % latentDim === axis);
    expect(Math.abs(column.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-2);
    expect(Math.max(...column)).toBe(Math.max(...column.map(Math.abs)));
  }
  expect(await leaveOneOut(embedding, range(0, 240))).toBeGreaterThan(latentDim === 1 ? 0.75 : 0.9);
});

test("the same bits natively and in WebAssembly, but for the principal components", async () => {
  const seen: Float32Array[] = [];
  for (const backend of ["native", "wasm"] as const) {
    configureRuntime({ backend, threads: 1 });
    const model = await fit(umap({ maxIter: 30, initialDims: "all" }), few, { seed: 3 });
    seen.push(model.embedding.data);
  }
  configureRuntime({ backend: "native", threads: 1 });
  expect(seen[1]).toEqual(seen[0]);
});

/** Logarithm of the mean distance to the 10 nearest. */
async function logRadii(rows: Matrix): Promise<number[]> {
  const { distances } = await kNearestWithin(rows, 10);
  return range(0, rows.rows).map((i) =>
    Math.log(distances.subarray(10 * i, 10 * i + 10).reduce((sum, d) => sum + d, 0)),
  );
}

function correlationOf(a: number[], b: number[]): number {
  const centered = (values: number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [p, q] = [centered(a), centered(b)];
  const dot = (u: number[], v: number[]) => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  return dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q));
}

test("densMap keeps what is wide wide, minDist packs", async () => {
  // Three clouds, of 1, 5 and 25 times the width.
  const clouds = noise(600, 5);
  for (let i = 0; i < 600; i++)
    for (let j = 0; j < 5; j++)
      clouds.data[5 * i + j] = clouds.data[5 * i + j]! * 5 ** (i % 3) + 400 * (i % 3) * +(j === 0);
  const wanted = await logRadii(clouds);
  const kept: number[] = [];
  for (const densMap of [false, true]) {
    const { embedding } = await fit(umap({ densMap, nNeighbors: 20 }), clouds, { seed: 0 });
    kept.push(correlationOf(wanted, await logRadii(embedding)));
  }
  expect(kept[0]).toBeLessThan(0.5);
  expect(kept[1]).toBeGreaterThan(0.85);
  const widths: number[] = [];
  for (const minDist of [0, 0.1, 0.8]) {
    const { embedding } = await fit(umap({ minDist }), few, { seed: 0 });
    widths.push((await logRadii(embedding)).reduce((sum, r) => sum + r, 0) / 240);
  }
  expect(widths).toEqual([...widths].sort((a, b) => a - b));
});

test("components stay apart, each in one piece, and it is told", async () => {
  const clouds = noise(900, 4, (i) => 1000 * (i % 3));
  const model = await fit(umap({ maxIter: 200 }), clouds, { seed: 1 });
  expect(model.connectedComponents).toBe(3);
  expect(model.notes).toEqual([expect.stringContaining("the graph of neighbors fell into 3 components")]);
  const { indices } = await kNearestWithin(model.embedding, 15);
  expect(indices.every((j, at) => j % 3 === Math.floor(at / 15) % 3)).toBe(true);
  // Far apart, a cloud is not drawn out between the others.
  const { embedding } = await fit(
    umap({ maxIter: 200 }),
    noise(400, 2, (i) => 1e6 * (i % 40)),
    { seed: 1 },
  );
  expect(allFinite(embedding)).toBe(true);
});

const constant = matrix(50, 3, new Float32Array(150).fill(2));
const cell = (value: number, cols: number) => {
  const rows = noise(300, cols);
  rows.data[7 * cols + 2] = value;
  return rows;
};
test.each<[string, Matrix]>([
  ["constant data", constant],
  ["constant data of many columns", matrix(300, 60, new Float32Array(300 * 60).fill(2))],
  ["two rows", noise(2, 3)],
  ["two equal rows", matrix(2, 3, new Float32Array(6))],
  ["five rows of many columns", noise(5, 200)],
  ["every row twice", takeRows(few, [...range(0, 100), ...range(0, 100)])],
  [
    "twenty rows fifty times",
    takeRows(
      few,
      Array.from({ length: 1000 }, (_, i) => i % 20),
    ),
  ],
  ["one column", noise(200, 1)],
  [
    "one column of two values",
    matrix(
      200,
      1,
      Float32Array.from(range(0, 200), (i) => i % 2),
    ),
  ],
  ["one cell of 10⁸", cell(1e8, 5)],
  ["one cell of 10⁸ among many columns", cell(1e8, 60)],
  ["one cell of 10³⁰", cell(1e30, 5)],
  ["one cell of 10³⁰ among many columns", cell(1e30, 60)],
  [
    "numbers of 10⁻⁴⁰",
    matrix(
      100,
      3,
      noise(100, 3).data.map((value) => value * 1e-40),
    ),
  ],
  [
    "numbers of 10³⁷",
    matrix(
      300,
      60,
      noise(300, 60).data.map((value) => value * 1e37),
    ),
  ],
])("%s: finite places of moderate size, for new rows too", async (_, rows) => {
  for (const densMap of [false, true]) {
    const model = await fit(umap({ maxIter: 50, densMap }), rows, { seed: 1, scale: "none" });
    expect(allFinite(model.embedding)).toBe(true);
    expect(Math.max(...model.embedding.data)).toBeLessThan(30);
    const far = matrix(2, rows.cols, new Float32Array(2 * rows.cols).fill(3e38, rows.cols));
    expect(allFinite(await model.encode(far))).toBe(true);
    // The first of equal rows has its place.
    expect(row(await model.encode(takeRows(rows, [0])), 0)).toEqual(row(model.embedding, 0));
  }
});

test("one cell that is far from all leaves the others on their map", async () => {
  const damaged = takeRows(few, range(0, 240));
  damaged.data[64 * 100 + 20] = 1e12;
  const rows = range(0, 240).filter((i) => i !== 100);
  const { embedding } = await fit(umap(), damaged, { seed: 1, scale: "none" });
  expect(await leaveOneOut(takeRows(embedding, rows), rows)).toBeGreaterThan(0.9);
});

test("many columns are searched by their principal components, which is told", async () => {
  // Ten dimensions in sixty columns, and noise.
  const plane = noise(400, 10);
  const turn = noise(10, 60);
  const wide = noise(400, 60);
  for (let i = 0; i < 400; i++)
    for (let j = 0; j < 60; j++) {
      let sum = 0.01 * wide.data[60 * i + j]!;
      for (let k = 0; k < 10; k++) sum += plane.data[10 * i + k]! * turn.data[60 * k + j]!;
      wide.data[60 * i + j] = sum;
    }
  const model = await fit(umap({ maxIter: 50 }), wide, { seed: 1 });
  expect(model.notes).toEqual([
    "umap: 60 columns were reduced to 50 principal components, with 99.9 % of the variance; initialDims all takes them as they are",
  ]);
  expect(model.keptVariance).toBeGreaterThan(0.999);
  expect(model.parameters.rows!.shape).toEqual([400, 50]);
  const ten = await fit(umap({ maxIter: 50, initialDims: 10 }), wide, { seed: 1 });
  expect(ten.parameters.rows!.shape).toEqual([400, 10]);
  for (const options of [
    { initialDims: "all" },
    { metric: "cosine" },
    { initialDims: 100 },
  ] as UmapOptions[]) {
    const all = await fit(umap({ maxIter: 50, ...options }), wide, { seed: 1 });
    expect(all.notes).toEqual([]);
    expect(all.parameters.rows!.data).toEqual(wide.data);
    expect(all.keptVariance).toBe(1);
  }
});

async function solved(options: UmapOptions, more: Partial<FitContext>): Promise<void> {
  const { fitting } = umap(options);
  if (fitting.kind !== "solved") throw new TypeError("umap is solved");
  const context = { random: random(0), breathe: async () => {}, signal: undefined, ...more };
  await fitting.solve(few, context as FitContext);
}

test("frames tell the epoch and the embedding", async () => {
  const told: Iteration[] = [];
  const frames: Matrix[] = [];
  const onIteration = (progress: Iteration) => {
    told.push(progress);
    if (progress.iteration % 20 === 0) frames.push(progress.embedding!());
  };
  await solved({ maxIter: 60 }, { onIteration });
  expect(told.map(({ iteration }) => iteration)).toEqual(range(1, 61));
  expect(told.at(-1)).toMatchObject({ iterations: 60, fraction: 1 });
  expect(frames.map(({ rows, cols }) => [rows, cols])).toEqual([
    [240, 2],
    [240, 2],
    [240, 2],
  ]);
  expect(frames[2]).not.toEqual(frames[1]);
});

test("a signal stops it between two epochs", async () => {
  let last = 0;
  const breathe = async () => {
    if (last >= 5) throw new Error("enough");
  };
  const onIteration = ({ iteration }: Iteration) => {
    last = iteration;
  };
  await expect(solved({}, { breathe, onIteration })).rejects.toThrow("enough");
  expect(last).toBe(5);
});

test("what cannot be is refused in a sentence", async () => {
  await expect(fit(umap({ nNeighbors: 300 }), few)).rejects.toThrow(
    "umap: nNeighbors 300 wants at least 300 rows, got 240",
  );
  expect(() => umap({ minDist: 1.5 })).toThrow("umap: minDist must be at most spread, 1, got 1.5");
  expect(() => umap({ minDist: -1 })).toThrow("minDist must be a number ≥ 0, got -1");
  expect(() => umap({ spread: 0 })).toThrow("spread must be a number > 0, got 0");
  expect(() => umap({ negativeSamples: 0 })).toThrow("negativeSamples must be an integer ≥ 1, got 0");
  expect(() => umap({ initialDims: -1 })).toThrow("initialDims must be an integer ≥ 1, or all, got -1");
  for (const learningRate of [1e38, 1e300])
    await expect(fit(umap({ learningRate, maxIter: 20 }), few)).rejects.toThrow("choose a smaller one");
});
