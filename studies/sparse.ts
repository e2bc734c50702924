/**
 * @file Sparse autoencoders four times wider than their input, on 8 × 8 patches of photographs: dead codes, active ones, the
 * error, and whether the filters are localized, beside principal components and random filters. Writes the filters of the
 * last case to studies/results/sparse-filters.png as well.
 */
import { writeFileSync } from "node:fs";
import { machine } from "../bench/results.js";
import { tileImages, writePng } from "../src/files/png.js";
import {
  configureRuntime,
  fit,
  type Matrix,
  pca,
  random,
  type Sparsity,
  sparseAutoencoder,
} from "../src/index.js";
import { fitWhitening, photoPatches, SIDE, whiten } from "./photo-patches.js";
import { keepFigures, resultFile } from "./results.js";

configureRuntime({ backend: "native", threads: 2 });
const [TRAIN, TEST, WIDTH, WINDOW] = [40_000, 10_000, 4 * SIDE * SIDE, 4];
const TRAINING = { epochs: 40, learningRate: 3e-3, schedule: "cosine" } as const;
const SPARSITIES: Sparsity[] = [
  { l1: 0.3 },
  { l1: 1 },
  { kl: [2, 0.03] },
  { topK: 5 },
  { topK: 26 },
  { topK: 10 },
];
const SEEDS = [0, 1, 2];

const patches = photoPatches(TRAIN, 1);
const whitening = await fitWhitening(patches);
const train = await whiten(patches, whitening);
const test = await whiten(photoPatches(TEST, 2), whitening);
const power = sum(test.data.map((v) => v * v)) / TEST;

const cases = [];
let filters: Matrix | undefined;
for (const sparsity of SPARSITIES) {
  const runs = [];
  for (const seed of SEEDS) {
    const method = sparseAutoencoder({ latentDim: WIDTH, sparsity });
    const model = await fit(method, train, { ...TRAINING, seed });
    const dead = new Set(await model.deadUnits(test));
    const z = await model.encode(test);
    const { data, shape } = model.parameters["encoder.0.weight"]!;
    filters = transposed(data as Float32Array, shape as [number, number]);
    runs.push({
      seed,
      deadShare: dead.size / WIDTH,
      activePerPatch: sum(z.data.map((v) => (v === 0 ? 0 : 1))) / TEST,
      shareOfPowerLost: sum(await model.squaredErrors(test)) / TEST / power,
      localization: median(localization(filters).filter((_, j) => !dead.has(j))),
    });
  }
  cases.push({ sparsity, runs });
  console.log(JSON.stringify(sparsity), runs);
}
const components = await fit(pca({ latentDim: SIDE * SIDE }), patches);
const noise: Matrix = {
  rows: WIDTH,
  cols: SIDE * SIDE,
  data: random(5).fillNormal(new Float32Array(WIDTH * SIDE * SIDE)),
};
const beside = {
  principalComponents: median(localization(components.components)),
  randomFilters: median(localization(noise)),
};
console.log(beside);
writeFileSync(resultFile("sparse-filters.png"), await sheet(filters!));
keepFigures("sparse-patches", {
  what: "localization: the share of a filter's energy in its best 4 × 4 window, median over the living filters",
  data: { photographs: ["china", "flower"], patch: [SIDE, SIDE], train: TRAIN, test: TEST },
  latentDim: WIDTH,
  training: TRAINING,
  cases,
  localizationBeside: beside,
  machine: machine(),
  date: new Date().toISOString(),
});

/** For every filter, the share of its energy in the 4 × 4 window that holds most of it. */
function localization({ data, rows, cols }: Matrix): number[] {
  return Array.from({ length: rows }, (_, i) => {
    const energy = data.subarray(i * cols, (i + 1) * cols).map((v) => v * v);
    let most = 0;
    for (let top = 0; top <= SIDE - WINDOW; top++) {
      for (let left = 0; left <= SIDE - WINDOW; left++) {
        let inside = 0;
        for (let y = 0; y < WINDOW; y++)
          for (let x = 0; x < WINDOW; x++) inside += energy[(top + y) * SIDE + left + x]!;
        most = Math.max(most, inside);
      }
    }
    return most / sum(energy);
  });
}

/** Filters side by side, each between black and white by its own largest weight, every weight 4 × 4 pixels. */
async function sheet({ data, rows, cols }: Matrix): Promise<Uint8Array> {
  const zoom = 4;
  const side = SIDE * zoom;
  const images: Matrix = { rows, cols: side * side, data: new Float32Array(rows * side * side) };
  for (let i = 0; i < rows; i++) {
    const filter = data.subarray(i * cols, (i + 1) * cols);
    const largest = filter.reduce((m, v) => Math.max(m, Math.abs(v)), 0) || 1;
    for (let j = 0; j < side * side; j++) {
      const [y, x] = [Math.floor(j / side / zoom), Math.floor((j % side) / zoom)];
      images.data[i * images.cols + j] = filter[y * SIDE + x]! / largest;
    }
  }
  return writePng(tileImages(images, [side, side], 16, [-1, 1]));
}

function transposed(data: Float32Array, [m, n]: readonly [number, number]): Matrix {
  return {
    rows: n,
    cols: m,
    data: Float32Array.from(data, (_, i) => data[(i % m) * n + Math.floor(i / m)]!),
  };
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
