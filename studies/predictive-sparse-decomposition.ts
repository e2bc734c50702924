/**
 * @file Nearness of the predictor of predictive sparse decomposition to exact sparse codes, and how much faster it is, on
 * 8 × 8 patches of two photographs.
 *
 * Trained on 20,000 patches of the left four fifths of both, each minus its own mean, and measured on 2,000 of the right
 * fifth. The objective is the mean over patches of ‖x − D z‖² + λ ‖z‖₁; exact codes are those with a duality gap of at
 * most 1e-6 of each patch's objective, by FISTA with restarts in float64. Besides, on the stored patches of one
 * photograph after training on those of the other.
 */
import { readFileSync } from "node:fs";
import { median, seconds } from "../bench/harness.js";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { readFileData } from "../node/index.js";
import { type Matrix, matrix, toMatrix } from "../src/data/matrix.js";
import { readNetpbm } from "../src/data/netpbm.js";
import {
  configureRuntime,
  fit,
  type PredictiveSparseDecomposition,
  type PredictiveSparseDecompositionOptions,
  predictiveSparseDecomposition,
} from "../src/index.js";
import { random } from "../src/random.js";
import { keepFigures } from "./results.js";

const SIDE = 8;
const SPARSITY = 0.2;
const LATENT_DIM = 128;

/** Patches at random places whose left edge lies in a share [from, to] of the width, minus their means. */
function patches(count: number, from: number, to: number, seed: number): Matrix {
  const photos = ["china", "flower"].map((name) => {
    const file = sharedFile(`data/photos/${name}.pgm`);
    return readNetpbm(readFileSync(file), file);
  });
  const stream = random(seed);
  const x = matrix(count, SIDE * SIDE);
  for (let i = 0; i < count; i++) {
    const { width, height, pixels } = photos[i % 2]!;
    const [first, last] = [Math.ceil(from * width), Math.floor(to * width) - SIDE];
    const left = first + Math.floor(stream.uniform() * (last - first + 1));
    const top = Math.floor(stream.uniform() * (height - SIDE + 1));
    const patch = Float64Array.from(
      { length: SIDE * SIDE },
      (_, j) => pixels[(top + Math.floor(j / SIDE)) * width + left + (j % SIDE)]! / 255,
    );
    const mean = patch.reduce((s, v) => s + v) / patch.length;
    x.data.set(
      patch.map((value) => value - mean),
      i * SIDE * SIDE,
    );
  }
  return x;
}

async function figures(model: PredictiveSparseDecomposition, x: Matrix) {
  await model.inferCodes(x); // compiles
  const begun = performance.now();
  const exact = await model.inferCodes(x);
  const exactSeconds = (performance.now() - begun) / 1000;
  const predicted = await model.encode(x);
  const encoding: number[] = [];
  for (let i = 0; i < 9; i++) encoding.push(await seconds(() => model.encode(x)));
  const [optimum, reached] = [await model.objective(x, exact), await model.objective(x, predicted)];
  const active = (z: Matrix) => z.data.filter((value) => Math.abs(value) > 1e-6).length / z.rows;
  return {
    exactObjective: optimum,
    predictedObjective: reached,
    objectiveRatio: reached / optimum,
    nonzerosExact: active(exact),
    nonzerosPredicted: active(predicted),
    exactSeconds,
    predictorSeconds: median(encoding),
    timesFaster: exactSeconds / median(encoding),
  };
}

async function main(): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const [train, heldOut] = [patches(20_000, 0, 0.8, 1), patches(2000, 0.8, 1, 2)];
  const china = toMatrix((await readFileData(sharedFile("data/patches/china-8x8-2000.csv.gz"))).x);
  const flower = toMatrix((await readFileData(sharedFile("data/patches/flower-8x8-1000.csv.gz"))).x);
  const variants: PredictiveSparseDecompositionOptions[] = [
    { latentDim: LATENT_DIM, predictor: "shrink", predictionWeight: 1 },
    { latentDim: LATENT_DIM, predictor: "shrink", predictionWeight: 10 },
    { latentDim: 256, predictor: "shrink", predictionWeight: 10 },
    { latentDim: LATENT_DIM, predictor: "tanh", predictionWeight: 1 },
    { latentDim: LATENT_DIM, predictor: "tanh", predictionWeight: 10 },
  ];
  const training = { learningRate: 3e-3, schedule: "cosine", seed: 1 } as const;
  const rows: object[] = [];
  for (const variant of variants) {
    const method = predictiveSparseDecomposition({ ...variant, sparsity: SPARSITY });
    const model = await fit(method, train, { ...training, epochs: 15 });
    const other = await fit(method, china, { ...training, epochs: 100 });
    const row = {
      ...variant,
      heldOutPatches: await figures(model, heldOut),
      flowerAfterChina: await figures(other, flower),
    };
    rows.push(row);
    console.log(JSON.stringify(row));
  }
  keepFigures("predictive-sparse-decomposition", {
    objective: "mean over patches of ‖x − D z‖² + λ ‖z‖₁, λ = 0.2",
    exact: "FISTA with restarts in float64 until the duality gap is at most 1e-6 of each patch's objective",
    aim: { objectiveRatio: 1.2, timesFaster: 50 },
    rows,
    date: new Date().toISOString(),
    machine: machine(),
  });
}

await main();
