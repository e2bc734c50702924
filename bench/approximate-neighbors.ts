/**
 * @file Approximate nearest neighbors within large sets, the map of 70,000 images that is made of them, and queries of an index,
 * each in a fresh process: seconds, processor seconds, memory, and recall by rows whose neighbors are looked for among all.
 *
 *   node dist/bench/approximate-neighbors.js [fashion | mixture-100 | mixture-10 | map | index]
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readFileData } from "../node/read.js";
import { takeRows } from "../src/data/matrix.js";
import { configureRuntime, fit, type Matrix, random, tsne } from "../src/index.js";
import { nearestNeighbors, neighborIndex, neighborsWithin } from "../src/linalg/index.js";
import { benchmarks } from "./harness.js";
import { keepResult, machine } from "./results.js";
import { sharedFile } from "./shared-data.js";

const NEIGHBORS = 15;
/** Rows whose neighbors are looked for among all. */
const CHECKED = 500;
/** Queries, of which the median is told. */
const QUERIES = 50;

type Figures = Record<string, number>;

/** Each with the most seconds it may take on two threads. */
const CASES: Record<string, { aim: number; measure(): Promise<Figures> }> = {
  fashion: { aim: 12, measure: async () => within(await fashion()) },
  "mixture-100": { aim: 150, measure: async () => within(mixture(1e6, 50, 100)) },
  "mixture-10": { aim: 240, measure: async () => within(mixture(1e6, 50, 10)) },
  map: { aim: 25, measure: async () => map(await fashion()) },
  index: { aim: 0.005, measure: async () => index(mixture(100_000, 64, 20)) },
};

export async function approximateNeighborsBenchmarks(): Promise<void> {
  for (const [name, { aim }] of Object.entries(CASES)) {
    const { stdout, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    if (status !== 0) throw new Error(`approximate-neighbors: the process of ${name} ended with ${status}`);
    const figures = JSON.parse(stdout) as Figures;
    const met = figures.seconds! <= aim;
    console.log(`neighbors-${name}  ${stdout.trim()} (aim ${aim} s), ${met ? "met" : "MISSED"}`);
    const date = new Date().toISOString();
    keepResult(`approximate-neighbors-${name}`, { ...figures, aim, met, date, machine: machine() });
  }
}

async function within(x: Matrix): Promise<Figures> {
  const { value: found, ...cost } = await costOf(() => neighborsWithin(x, NEIGHBORS));
  const checked = random(1).permutation(x.rows).subarray(0, CHECKED);
  // The row itself is one more, unless so many rows equal it that any of them will do.
  const { distances } = await nearestNeighbors(x, takeRows(x, checked), NEIGHBORS + 1);
  let hits = 0;
  for (const [i, row] of checked.entries()) {
    const limit = distances[(i + 1) * (NEIGHBORS + 1) - 1]! * (1 + 1e-12);
    const theirs = found.distances.subarray(row * NEIGHBORS, (row + 1) * NEIGHBORS);
    hits += theirs.filter((distance) => distance <= limit).length;
  }
  return { ...cost, toldRecall: found.recall, recall: hits / (CHECKED * NEIGHBORS) };
}

async function map(x: Matrix): Promise<Figures> {
  const { value: model, ...cost } = await costOf(() => fit(tsne(), x, { seed: 0, scale: "none" }));
  const { klDivergence, neighborRecall, keptVariance } = model;
  return { ...cost, klDivergence, neighborRecall, keptVariance };
}

async function index(x: Matrix): Promise<Figures> {
  const queries = mixture(QUERIES, x.cols, 20);
  const { value: made, ...cost } = await costOf(async () => {
    const made = neighborIndex(x);
    await made.query(takeRows(queries, [0]), NEIGHBORS);
    return made;
  });
  const taken: number[] = [];
  for (let i = 0; i < QUERIES; i++) {
    const begun = performance.now();
    await made.query(takeRows(queries, [i]), NEIGHBORS);
    taken.push((performance.now() - begun) / 1000);
  }
  return { ...cost, secondsToMake: cost.seconds, seconds: taken.sort((a, b) => a - b)[QUERIES >> 1]! };
}

async function costOf<T>(
  work: () => Promise<T>,
): Promise<{ value: T; seconds: number; processorSeconds: number; peak: number }> {
  const before = process.cpuUsage();
  const begun = performance.now();
  const value = await work();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(before);
  return {
    ...{ value, seconds, processorSeconds: (user + system) / 1e6 },
    peak: process.resourceUsage().maxRSS * 1024,
  };
}

/** Normal clusters of variance 1 in every direction, their centers three times as far spread. */
function mixture(rows: number, cols: number, clusters: number): Matrix {
  const data = random(rows).fillNormal(new Float32Array(rows * cols));
  const centers = random(clusters).fillNormal(new Float32Array(clusters * cols));
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < cols; j++, at++) data[at]! += 3 * centers[(i % clusters) * cols + j]!;
  return { data, rows, cols };
}

/** All 70,000 images of Fashion-MNIST, in [0, 1]. */
async function fashion(): Promise<Matrix> {
  const data = new Float32Array(70_000 * 784);
  let at = 0;
  for (const part of ["train", "t10k"]) {
    const { x } = await readFileData(sharedFile(`data/fashion-mnist/${part}-images-idx3-ubyte.gz`));
    for (let i = 0; i < x.data.length; i++) data[at++] = x.data[i]! / 255;
  }
  return { data, rows: 70_000, cols: 784 };
}

if (process.argv[1]?.endsWith("approximate-neighbors.js")) {
  const wanted = process.argv[2];
  if (wanted === undefined) benchmarks(approximateNeighborsBenchmarks);
  else {
    configureRuntime({ backend: "native", threads: 2 });
    const found = CASES[wanted];
    if (!found)
      throw new RangeError(`approximate-neighbors: ${wanted}, want one of ${Object.keys(CASES).join(", ")}`);
    console.log(JSON.stringify(await found.measure()));
  }
}
