/**
 * @file Detectors of `findOutliers` and their combination on five real sets with labels that none of them sees. The rows that are fitted are the rows that are scored.
 */
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { readFileData } from "../node/read.js";
import { configureRuntime, findOutliers, judgedOutliers, type OutlierMethod } from "../src/index.js";
import { keepFigures } from "./results.js";

const SETS = ["vowels", "cardio", "thyroid", "pendigits", "optdigits-odds"];
const SEEDS = [0, 1, 2];
/** Detectors that are told of whether they are combined or not. */
const BESIDE: readonly OutlierMethod[] = ["localOutlierFactor", "autoencoder"];

const rounded = (value: number) => Math.round(value * 1e4) / 1e4;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

configureRuntime({ backend: "native" });
const sets: Record<string, object> = {};
for (const name of SETS) {
  const data = await readFileData(sharedFile(`data/anomaly/${name}.csv.gz`), { label: "label" });
  const areas: Record<string, number[]> = {};
  const precisions: Record<string, number[]> = {};
  const counts: number[] = [];
  for (const seed of SEEDS) {
    const found = await findOutliers(data, { seed, beside: BESIDE });
    counts.push(found.count);
    for (const one of judgedOutliers(found, data.labels!).figures) {
      (areas[one.name] ??= []).push(one.rocAuc);
      (precisions[one.name] ??= []).push(one.averagePrecision);
    }
  }
  const figures = Object.fromEntries(
    Object.keys(areas).map((method) => [
      method,
      {
        rocAuc: rounded(mean(areas[method]!)),
        perSeed: areas[method]!.map(rounded),
        averagePrecision: rounded(mean(precisions[method]!)),
      },
    ]),
  );
  sets[name] = { rows: data.x.rows, columns: data.x.cols, beyondTheFence: counts, figures };
  console.log(
    name,
    Object.entries(figures)
      .map(([method, { rocAuc }]) => `${method} ${rocAuc.toFixed(3)}`)
      .join(", "),
  );
}
keepFigures("outliers", { seeds: SEEDS, sets, date: new Date().toISOString(), machine: machine() });
