/**
 * @file Next-step prediction of electricity transformers (ETTh1): mean squared error of unseen rows beside ridge regression on the last 4,
 * 24 and 96 rows.
 *
 * Columns are standardized by the first 8640 rows, which are trained on. Of the settings of each network those are taken by which rows
 * 8640 to 11519 are predicted best with the first seed; figures are of rows 11520 to 14399, means of three seeds. Each row is predicted
 * from all before it: the state runs through from the first row.
 *
 * `node dist/studies/next-step-ett.js [NETWORK]`: a quarter of an hour on two cores.
 */
import { readFileSync } from "node:fs";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { readFileData } from "../node/read.js";
import { type Matrix, matrix, toMatrix } from "../src/data/matrix.js";
import { applyScale, fitScale } from "../src/data/scale.js";
import { configureRuntime, type FitOptions, fit, type NextStepOptions, nextStep } from "../src/index.js";
import { keepFigures } from "./results.js";

const [TRAIN, VALIDATION, TEST] = [8640, 11520, 14400];
const SEEDS = [1, 2, 3];

interface Case {
  readonly options: NextStepOptions;
  readonly training: FitOptions;
}

/** Settings with longer and longer memories; windows twice as long take about twice the time. */
const slow = { batchSize: 16, learningRate: 1e-2, schedule: "cosine" } as const;
const fast = { batchSize: 16, learningRate: 3e-3, schedule: "cosine" } as const;
const candidates: Readonly<Record<string, readonly Case[]>> = {
  diagonal: [
    [64, 96, 24, 60],
    [128, 192, 24, 120],
    [128, 336, 24, 120],
    [192, 336, 24, 120],
    [128, 336, 12, 120],
    [128, 504, 24, 120],
  ].map(([latentDim, window, stride, epochs]) => ({
    options: { network: "diagonal", latentDim: latentDim!, window: window!, stride: stride! },
    training: { ...slow, epochs: epochs! },
  })),
  linear: [
    [32, 96, 60],
    [64, 96, 60],
    [64, 192, 120],
  ].map(([latentDim, window, epochs]) => ({
    options: { network: "linear", latentDim: latentDim!, window: window!, stride: 24 },
    training: { ...fast, epochs: epochs! },
  })),
  ...Object.fromEntries(
    (["gru", "convolution"] as const).map((network) => [
      network,
      [10, 20, 40].map((epochs) => ({
        options: { network, latentDim: 32, window: 96, stride: 24 },
        training: { ...fast, epochs },
      })),
    ]),
  ),
};

interface Reference {
  results: { ETTh1: Record<string, number | Record<string, number>> };
}

async function series(): Promise<Matrix> {
  const file = sharedFile("data/ett/ETTh1.csv");
  const { x } = await readFileData(file, { columns: ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"] });
  const all = rowsOf(toMatrix(x), 0, TEST);
  return applyScale(all, fitScale(rowsOf(all, 0, TRAIN), "standard"));
}

const rowsOf = ({ data, cols }: Matrix, from: number, to: number): Matrix =>
  matrix(to - from, cols, data.slice(from * cols, to * cols));

/** Mean of the scores of rows from `from` on, over all columns. */
function meanSquared(scores: Float32Array, cols: number, from: number, to: number): number {
  return scores.subarray(from, to).reduce((sum, score) => sum + score, 0) / (to - from) / cols;
}

interface Errors {
  readonly training: number;
  readonly validation: number;
  readonly test: number;
}

async function errorsOf({ options, training }: Case, seed: number): Promise<Errors> {
  const model = await fit(nextStep(options), rowsOf(x, 0, TRAIN), { ...training, seed });
  const scores = await model.score(x);
  return {
    // Nothing is before the first row.
    training: meanSquared(scores, x.cols, 1, TRAIN),
    validation: meanSquared(scores, x.cols, TRAIN, VALIDATION),
    test: meanSquared(scores, x.cols, VALIDATION, TEST),
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

configureRuntime({ threads: 2 });
const x = await series();
const [, , only] = process.argv;
const figures: Record<string, unknown> = {};
for (const [name, settings] of Object.entries(candidates)) {
  if (only && only !== name) continue;
  const tried: { setting: Case; errors: Errors }[] = [];
  for (const setting of settings) {
    const errors = await errorsOf(setting, SEEDS[0]!);
    tried.push({ setting, errors });
    console.log(name, JSON.stringify(setting), `validation ${errors.validation.toFixed(4)}`);
  }
  const taken = tried.reduce((best, one) => (one.errors.validation < best.errors.validation ? one : best));
  const runs = [taken.errors];
  for (const seed of SEEDS.slice(1)) runs.push(await errorsOf(taken.setting, seed));
  const means = {
    training: mean(runs.map(({ training }) => training)),
    validation: mean(runs.map(({ validation }) => validation)),
    test: mean(runs.map(({ test }) => test)),
  };
  figures[name] = {
    ...taken.setting,
    means,
    runs,
    tried: tried.map(({ setting, errors: { validation } }) => ({ ...setting, validation })),
  };
  console.log(name, "taken:", JSON.stringify(taken.setting), means);
}
const reference = JSON.parse(
  readFileSync(sharedFile("reference/10_next_step_ett.json"), "utf8"),
) as Reference;
keepFigures(only ? `next-step-ett-${only}` : "next-step-ett", {
  seeds: SEEDS,
  figures,
  reference: reference.results.ETTh1,
  machine: machine(),
});
