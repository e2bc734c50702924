/**
 * @file Errors of hidden entries that low-rank completion fills, by the protocol of the reference figures (30 % of the entries
 * hidden by stored masks, root mean square error over them), beside their soft-impute and hard-impute.
 *
 *   node dist/studies/completion.js
 */
import { readFileSync } from "node:fs";
import { readSet, withHoles } from "../bench/hidden-entries.js";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { type Matrix, row, takeRows } from "../src/data/matrix.js";
import {
  configureRuntime,
  fit,
  impute,
  type LowRankCompletionOptions,
  lowRankCompletion,
} from "../src/index.js";
import { rmseHidden } from "../src/metrics/index.js";
import { keepFigures } from "./results.js";

const SEEDS = [0, 1, 2];
const CENTERED =
  "optdigits centred only (raw pixel units 0..16, column mean of the complete matrix removed, same mask file)";
const SETS = [
  { name: "wine", file: "wine_data.csv", mask: "wine-mask30.csv.gz", units: "z-scores" },
  { name: "iris", file: "iris.csv", mask: "iris-mask30.csv.gz", units: "z-scores" },
  {
    name: "breast_cancer",
    file: "breast_cancer.csv",
    mask: "breast_cancer-mask30.csv.gz",
    units: "z-scores",
  },
  { name: "optdigits", file: "optdigits.csv.gz", mask: "optdigits-mask30.csv.gz", units: "z-scores" },
  { name: CENTERED, file: "optdigits.csv.gz", mask: "optdigits-mask30.csv.gz", units: "centered" },
] as const;

interface Figure {
  readonly rmse: number;
}
type Reference = Record<string, Record<string, Figure | number>>;

const rounded = (value: number) => Number(value.toPrecision(6));

configureRuntime({ backend: "native", threads: 2 });
const file = sharedFile("reference/09_imputation.json");
const reference = (JSON.parse(readFileSync(file, "utf8")) as { results: Reference }).results;
const dataSets: Record<string, object> = {};
for (const set of SETS) {
  const { x, hidden } = await readSet(set);
  const holed = withHoles(x, hidden);
  const numbers = Array.from({ length: x.rows }, (_, i) => i);
  const known: Matrix = takeRows(
    holed,
    numbers.filter((i) => !row(holed, i).every(Number.isNaN)),
  );
  const rank = Math.min(x.rows, x.cols);
  const filled = async (options: LowRankCompletionOptions, seed = 0) => {
    const begun = performance.now();
    const model = await fit(lowRankCompletion(options), known, { seed });
    const seconds = (performance.now() - begun) / 1000;
    const rmse = rmseHidden(x, await impute(model, holed), hidden);
    return { rmse: rounded(rmse), weight: rounded(model.weight), rank: model.components.rows, seconds };
  };
  const figures = Object.entries(reference[set.name]!).flatMap(([method, figure]) =>
    typeof figure === "object" ? [{ method, rmse: figure.rmse }] : [],
  );
  const atWeights = [];
  for (const { method, rmse } of figures.filter((figure) => figure.method.startsWith("soft_impute"))) {
    const weight = Number(method.split("lambda")[1]);
    const { rmse: ours } = await filled({ latentDim: rank, weight, center: false });
    atWeights.push({ weight, rmse: ours, reference: rmse });
  }
  const ranks = [];
  for (const { method, rmse } of figures.filter((figure) => figure.method.startsWith("hard_impute"))) {
    const latentDim = Number(method.split("rank")[1]);
    const als = await filled({ latentDim, solver: "als" });
    ranks.push({ latentDim, rmse: als.rmse, weight: als.weight, referenceHardImpute: rmse });
  }
  const validated = [];
  for (const seed of SEEDS) validated.push({ seed, ...(await filled({ latentDim: rank }, seed)) });
  dataSets[set.name] = {
    units: set.units,
    leastOfHardImpute: Math.min(...ranks.map(({ referenceHardImpute }) => referenceHardImpute)),
    leastOfSoftImpute: Math.min(...atWeights.map((entry) => entry.reference)),
    "validated weight, full rank": validated,
    "given weight, full rank": atWeights,
    "validated weight, als of given rank": ranks,
  };
  console.error(set.name, JSON.stringify(dataSets[set.name], null, 1));
}
keepFigures("completion", {
  protocol:
    "z-score (or center) the complete matrix, hide the entries of the stored mask (30 %), fit to the rest; root mean square error over the hidden entries",
  references:
    "hard-impute and soft-impute as their authors' algorithms in NumPy, stopped at the same tolerance",
  rowsWithoutAnyNumber: "are left out of fitting and filled with the columns' means (iris has two)",
  dataSets,
  machine: machine(),
  date: new Date().toISOString(),
});
