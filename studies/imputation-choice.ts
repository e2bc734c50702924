/**
 * @file Gaps filled by the way that fills best: its error beside the reference figures, and the error that it foretells beside the true one.
 *
 *   node dist/studies/imputation-choice.js [reference|foretold [DATA SET]]
 *
 * The true error is that of values that were taken out of complete data, and that nothing of the choice has seen.
 */
import { existsSync, readFileSync } from "node:fs";
import { type HiddenSet, readSet, withHoles } from "../bench/hidden-entries.js";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { readFileData } from "../node/read.js";
import { hideEntries } from "../src/data/corrupt.js";
import { type Matrix, matrix, takeColumns, toMatrix } from "../src/data/matrix.js";
import { fitScale } from "../src/data/scale.js";
import { configureRuntime, imputeByBest } from "../src/index.js";
import { rmseHidden } from "../src/metrics/index.js";
import { keepFigures, resultFile } from "./results.js";

const CENTERED =
  "optdigits centred only (raw pixel units 0..16, column mean of the complete matrix removed, same mask file)";
/** Methods of the reference that are run with their defaults: of all others the hidden entries choose the best. */
const UNTUNED = ["mean", "KNNImputer(5)", "IterativeImputer(BayesianRidge,max_iter=10)"];
const REFERENCE: Readonly<Record<string, HiddenSet>> = {
  wine: { file: "wine_data.csv", mask: "wine-mask30.csv.gz", units: "z-scores" },
  iris: { file: "iris.csv", mask: "iris-mask30.csv.gz", units: "z-scores" },
  breast_cancer: { file: "breast_cancer.csv", mask: "breast_cancer-mask30.csv.gz", units: "z-scores" },
  optdigits: { file: "optdigits.csv.gz", mask: "optdigits-mask30.csv.gz", units: "z-scores" },
  [CENTERED]: { file: "optdigits.csv.gz", mask: "optdigits-mask30.csv.gz", units: "centered" },
};

const SHARES = [0.1, 0.3, 0.5];
/** Times that a share is taken out: once is one draw of the true error itself. */
const DRAWS = 3;
const COMPLETE: Readonly<Record<string, () => Promise<Matrix>>> = {
  wine: () => complete("wine_data.csv", 13),
  iris: () => complete("iris.csv", 4),
  breast_cancer: () => complete("breast_cancer.csv", 30),
  vowels: async () =>
    toMatrix((await readFileData(sharedFile("data/anomaly/vowels.csv.gz"), { label: "label" })).x),
  optdigits: () => complete("optdigits.csv.gz", 64),
};

async function complete(file: string, columns: number): Promise<Matrix> {
  const options = file.endsWith(".gz") ? {} : { skipRows: 1, header: false };
  const { x } = await readFileData(sharedFile(`data/${file}`), options);
  return toMatrix(
    takeColumns(
      x,
      Array.from({ length: columns }, (_, j) => j),
    ),
  );
}

const rounded = (value: number) => Number(value.toPrecision(4));

interface ReferenceFile {
  readonly results: Record<string, Record<string, { readonly rmse: number } | number>>;
}

/** Error on the reference's own hidden entries, in its units. */
async function besideReference(name: string): Promise<object> {
  const { x, hidden } = await readSet(REFERENCE[name]!);
  const begun = performance.now();
  const found = await imputeByBest(withHoles(x, hidden));
  const seconds = (performance.now() - begun) / 1000;
  const file = JSON.parse(readFileSync(sharedFile("reference/09_imputation.json"), "utf8")) as ReferenceFile;
  const stored = Object.entries(file.results[name]!).flatMap(([method, figure]) =>
    typeof figure === "object" && UNTUNED.includes(method) ? [{ method, rmse: rounded(figure.rmse) }] : [],
  );
  return {
    method: found.method,
    rmse: rounded(rmseHidden(x, found.filled, hidden)),
    bestOfReference: stored.reduce((a, b) => (b.rmse < a.rmse ? b : a)),
    trials: found.trials.map(({ method, error, spread, repeats }) => ({
      method,
      ...(error !== undefined && { error: rounded(error) }),
      ...(spread !== undefined && { spread: rounded(spread) }),
      repeats,
    })),
    seconds: rounded(seconds),
  };
}

/** Errors foretold and true, of values that are taken out. */
async function foretold(name: string): Promise<object> {
  const x = await COMPLETE[name]!();
  const shares: Record<string, object> = {};
  for (const share of SHARES) {
    const draws: { method: string; foretold: number; spread: number; actual: number }[] = [];
    for (let seed = 0; seed < DRAWS; seed++) {
      const holed = hideEntries(x, { probability: share, seed });
      const found = await imputeByBest(holed.x, { seed });
      draws.push({
        method: found.method,
        foretold: found.error!,
        spread: found.spread!,
        actual: inDeviations(x, found.filled.data, holed.mask),
      });
    }
    const median = (of: (draw: (typeof draws)[number]) => number) =>
      draws.map(of).sort((a, b) => a - b)[(DRAWS - 1) / 2]!;
    shares[share] = {
      foretold: rounded(median((draw) => draw.foretold)),
      actual: rounded(median((draw) => draw.actual)),
      ratio: rounded(median((draw) => draw.foretold / draw.actual)),
      draws: draws.map((draw) => ({
        method: draw.method,
        foretold: rounded(draw.foretold),
        spread: rounded(draw.spread),
        actual: rounded(draw.actual),
      })),
    };
    console.error(name, share, JSON.stringify(shares[share]));
  }
  return shares;
}

/** Root mean square error of what was taken out, in the deviations of the complete columns. */
function inDeviations(x: Matrix, filled: ArrayLike<number>, mask: Uint8Array): number {
  const { factor } = fitScale(x, "standard");
  const [truth, found] = [x.data, filled].map((data) =>
    matrix(
      x.rows,
      x.cols,
      Float32Array.from(data, (value, at) => value / factor[at % x.cols]!),
    ),
  );
  return rmseHidden(truth!, found!, mask);
}

interface Kept {
  readonly reference?: Readonly<Record<string, object>>;
  readonly foretold?: Readonly<Record<string, object>>;
}

function keep(part: keyof Kept, name: string, figures: object): void {
  const file = resultFile("imputation-choice.json");
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Kept) : {};
  const after: Kept = { ...before, [part]: { ...before[part], [name]: figures } };
  keepFigures("imputation-choice", {
    about:
      "imputeByBest without any option. reference: root mean square error on the entries that the reference figures hide (30 %), in their units, beside the least of their methods as they are by default. foretold: error that it tells beside the true one of values taken out of complete data at random, in standard deviations of the columns; medians over the draws, since one value that is far from all others of its column is a large part of a true error",
    reference: after.reference,
    foretold: after.foretold,
    machine: machine(),
    date: new Date().toISOString(),
  });
}

configureRuntime({ backend: "native", threads: 2 });
const [part, only] = process.argv.slice(2);
const wanted = (name: string) => only === undefined || name === only;
if (part !== "foretold")
  for (const name of Object.keys(REFERENCE).filter(wanted)) {
    const figures = await besideReference(name);
    console.error(name, JSON.stringify(figures));
    keep("reference", name, figures);
  }
if (part !== "reference")
  for (const name of Object.keys(COMPLETE).filter(wanted)) keep("foretold", name, await foretold(name));
