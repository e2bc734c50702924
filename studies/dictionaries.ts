/**
 * @file Errors of learned dictionaries beside those of the reference figures: 100 atoms from 2000 patches of one photograph
 * and from 1500 digits, three seeds each, and how they code what they were not learned from. Objectives are those of the
 * reference, Σ ½‖x − Bz‖² + α‖z‖₁ over all rows with exact codes. Writes the atoms of patches to
 * studies/results/dictionary-patches.png as well.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { readFileData } from "../node/index.js";
import { type Matrix, matrix } from "../src/data/matrix.js";
import { tileImages, writePng } from "../src/files/png.js";
import { configureRuntime, fit, type SparseCodingOptions, sparseCoding } from "../src/index.js";
import { keepFigures, resultFile } from "./results.js";

const [ATOMS, SIDE, ZOOM] = [100, 8, 4];
const SEEDS = [0, 1, 2];

interface Figures {
  objective_total: number;
  mean_nonzeros: number;
}
type Reference = Record<string, Record<string, { train: Figures; test: Figures; wall_s: number }>>;

interface Task {
  name: string;
  train: Matrix;
  test: Matrix;
  alpha: number;
}

async function main(): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const reference = JSON.parse(readFileSync(sharedFile("reference/04_dictionary_learning.json"), "utf8"))
    .results as Reference;
  const digits = await rowsOf("optdigits.csv.gz", 16);
  const tasks: Task[] = [
    {
      name: "learn: china 2000 patches, 100 atoms, alpha 0.1 (test = 1000 flower patches)",
      train: await rowsOf("patches/china-8x8-2000.csv.gz"),
      test: await rowsOf("patches/flower-8x8-1000.csv.gz"),
      alpha: 0.1,
    },
    {
      name: "learn: optdigits/16 first 1500 rows, 100 atoms, alpha 0.2 (test = last 297 rows)",
      train: matrix(1500, 64, digits.data.slice(0, 1500 * 64)),
      test: matrix(297, 64, digits.data.slice(1500 * 64)),
      alpha: 0.2,
    },
  ];
  const results: Record<string, object> = {};
  for (const task of tasks) {
    const rows: object[] = [];
    for (const [learner, { train, test, wall_s }] of Object.entries(reference[task.name]!)) {
      rows.push({
        learner,
        train: train.objective_total,
        test: test.objective_total,
        nonZeros: train.mean_nonzeros,
        seconds: wall_s,
      });
    }
    for (const options of [{}, { update: "batch" }, { maxIter: 20 }] as Partial<SparseCodingOptions>[])
      for (const seed of SEEDS) rows.push(await learned(task, options, seed));
    console.log(task.name);
    console.table(rows);
    results[task.name] = rows;
  }
  await drawAtoms(tasks[0]!);
  keepFigures("dictionaries", {
    objective:
      "Σ over rows of ½‖x − Bz‖² + α‖z‖₁ with exact codes; seconds of scikit-learn are the reference's own",
    results,
    date: new Date().toISOString(),
    machine: machine(),
  });
}

async function learned(
  { train, test, alpha }: Task,
  options: Partial<SparseCodingOptions>,
  seed: number,
): Promise<object> {
  const begun = performance.now();
  const method = { latentDim: ATOMS, sparsity: 2 * alpha };
  const model = await fit(sparseCoding({ ...method, ...options }), train, { seed });
  const seconds = (performance.now() - begun) / 1000;
  const other = await fit(sparseCoding({ ...method, dictionary: model.dictionary }), test, { seed });
  return {
    learner: `ours ${JSON.stringify(options)}, seed ${seed}`,
    train: (model.objective * train.rows) / 2,
    test: (other.objective * test.rows) / 2,
    nonZeros: model.meanNonZeros,
    seconds,
  };
}

/** Atoms side by side, each between black and white by its own largest number. */
async function drawAtoms({ train, alpha }: Task): Promise<void> {
  const { dictionary } = await fit(sparseCoding({ latentDim: ATOMS, sparsity: 2 * alpha }), train, {
    seed: 0,
  });
  const side = SIDE * ZOOM;
  const images = matrix(ATOMS, side * side);
  for (let j = 0; j < ATOMS; j++) {
    const atom = Float32Array.from({ length: SIDE * SIDE }, (_, p) => dictionary.data[p * ATOMS + j]!);
    const largest = atom.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    for (let p = 0; p < side * side; p++) {
      const [y, x] = [Math.floor(p / side / ZOOM), Math.floor((p % side) / ZOOM)];
      images.data[j * images.cols + p] = atom[y * SIDE + x]! / largest;
    }
  }
  const picture = await writePng(tileImages(images, [side, side], 10, [-1, 1]));
  writeFileSync(resultFile("dictionary-patches.png"), picture);
}

/** The first 64 numbers of every row of a shared file, over a unit. */
async function rowsOf(file: string, unit = 1): Promise<Matrix> {
  const { x } = await readFileData(sharedFile(`data/${file}`));
  const kept = matrix(x.rows, SIDE * SIDE);
  for (let i = 0; i < x.rows; i++)
    for (let p = 0; p < kept.cols; p++) kept.data[i * kept.cols + p] = x.data[i * x.cols + p]! / unit;
  return kept;
}

await main();
