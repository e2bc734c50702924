/**
 * @file Errors of hidden entries that are filled: every variant of the masked autoencoder and the unrolled linear autoencoder,
 * by the protocol of the reference figures (30 % of the entries hidden by stored masks, root mean square error over them).
 *
 *   node dist/studies/imputation.js [DATA SET [VARIANT …]]
 *
 * Options are chosen for every data set and variant without a look at the hidden entries: a tenth of the observed ones is
 * hidden in addition, and of a few candidates the one that fills these best is fitted anew to all that is observed.
 */
import { existsSync, readFileSync } from "node:fs";
import { type HiddenSet, readSet, withHoles } from "../bench/hidden-entries.js";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { hideEntries } from "../src/data/corrupt.js";
import { type Matrix, type Numbers, row, takeRows } from "../src/data/matrix.js";
import type { ScaleKind } from "../src/data/scale.js";
import {
  type Coder,
  configureRuntime,
  type FitOptions,
  fit,
  impute,
  linearAutoencoder,
  type MaskedAutoencoderOptions,
  type Method,
  maskedAutoencoder,
} from "../src/index.js";
import { rmseHidden } from "../src/metrics/index.js";
import { keepFigures, resultFile } from "./results.js";

const VALIDATION_SEED = 11;
const VALIDATION_SHARE = 0.1;
const MASK_RATIOS = [0.2, 0.4];

interface DataSet extends HiddenSet {
  /** Scaling of the columns by `fit`, over what it sees. */
  readonly scale: ScaleKind;
  readonly reference: string;
  readonly seeds: number;
  /** Times that a tenth is hidden to choose by: once says little of a few hundred entries. */
  readonly validations: number;
  readonly network: Pick<MaskedAutoencoderOptions, "latentDim" | "hidden">;
  readonly weightDecays: readonly number[];
  readonly training: FitOptions;
}

const table = {
  units: "z-scores",
  scale: "none",
  seeds: 5,
  validations: 2,
  network: { latentDim: 16, hidden: [256] },
  weightDecays: [0.1, 1],
  training: { epochs: 300, batchSize: 32, learningRate: 1e-3 },
} as const;
const images = {
  ...table,
  file: "optdigits.csv.gz",
  mask: "optdigits-mask30.csv.gz",
  seeds: 3,
  validations: 1,
  network: { latentDim: 32, hidden: [512] },
  weightDecays: [0.1],
  training: { epochs: 100, batchSize: 64, learningRate: 3e-3 },
} as const;
const CENTERED =
  "optdigits centred only (raw pixel units 0..16, column mean of the complete matrix removed, same mask file)";

const dataSets: Readonly<Record<string, DataSet>> = {
  wine: { ...table, file: "wine_data.csv", mask: "wine-mask30.csv.gz", reference: "wine" },
  iris: { ...table, file: "iris.csv", mask: "iris-mask30.csv.gz", reference: "iris" },
  breast_cancer: {
    ...table,
    file: "breast_cancer.csv",
    mask: "breast_cancer-mask30.csv.gz",
    reference: "breast_cancer",
    seeds: 3,
    validations: 1,
    training: { epochs: 300, batchSize: 64, learningRate: 3e-3 },
  },
  optdigits: { ...images, reference: "optdigits" },
  "optdigits-centered": { ...images, units: "centered", reference: CENTERED },
  // 0 is a column's mean in the sets above, so that `zero` and `mean` are one there. Here it is a column's least number.
  "wine-unit-range": {
    ...table,
    scale: "unit",
    file: "wine_data.csv",
    mask: "wine-mask30.csv.gz",
    reference: "wine",
  },
  "optdigits-unit-range": { ...images, units: "centered", scale: "unit", reference: CENTERED },
};

interface Variant {
  readonly name: string;
  readonly candidates: readonly Candidate[];
}

interface Candidate {
  readonly options: object;
  readonly method: Method<Coder>;
  readonly training: FitOptions;
}

function variantsOf({ network, weightDecays, training }: DataSet, d: number): Variant[] {
  const candidates = (
    maskRatios: readonly number[],
    further: FitOptions,
    method: (maskRatio: number) => Method<Coder>,
  ): Candidate[] =>
    maskRatios.flatMap((maskRatio) =>
      weightDecays.map((weightDecay) => ({
        options: { maskRatio, weightDecay },
        method: method(maskRatio),
        training: { ...training, ...further, schedule: "cosine", optimizer: { name: "adam", weightDecay } },
      })),
    );
  const masked = (["zero", "mean", "learned", "channel"] as const).flatMap((maskToken) =>
    (["all", "hidden"] as const).map((lossOn) => ({
      name: `${maskToken}, loss on ${lossOn}`,
      candidates: candidates(MASK_RATIOS, {}, (maskRatio) =>
        maskedAutoencoder({ ...network, maskToken, lossOn, maskRatio }),
      ),
    })),
  );
  const faster = { learningRate: 3e-3 };
  const unrolled = (maskRatio: number) =>
    linearAutoencoder({ latentDim: d, parameterization: "unrolled", stepWeights: "shared", maskRatio });
  return [
    ...masked,
    { name: "unrolled", candidates: candidates(MASK_RATIOS, faster, unrolled) },
    { name: "unrolled, trained without masks", candidates: candidates([0], faster, unrolled) },
  ];
}

/** x̂ of all rows by a model of those of which something is known. */
async function filledBy(candidate: Candidate, x: Matrix, scale: ScaleKind, seed: number): Promise<Numbers> {
  const known = Array.from({ length: x.rows }, (_, i) => i).filter((i) => !row(x, i).every(Number.isNaN));
  const model = await fit(candidate.method, takeRows(x, known), { ...candidate.training, scale, seed });
  return impute(model, x);
}

async function measure(set: DataSet, { candidates }: Variant): Promise<object> {
  const { x, hidden } = await readSet(set);
  const observed = withHoles(x, hidden);
  const errors: number[] = [];
  for (const candidate of candidates) {
    let sum = 0;
    for (let i = 0; i < set.validations; i++) {
      const part = hideEntries(observed, { probability: VALIDATION_SHARE, seed: VALIDATION_SEED + i });
      sum += rmseHidden(observed, await filledBy(candidate, part.x, set.scale, 0), part.mask);
    }
    errors.push(sum / set.validations);
  }
  const best = candidates[errors.indexOf(Math.min(...errors))]!;
  const seeds: number[] = [];
  for (let seed = 0; seed < set.seeds; seed++) {
    seeds.push(rmseHidden(x, await filledBy(best, observed, set.scale, seed), hidden));
  }
  return {
    rmseHidden: rounded(seeds.reduce((sum, error) => sum + error) / seeds.length),
    seeds: seeds.map(rounded),
    chosen: best.options,
    candidates: candidates.map(({ options }, i) => ({ ...options, validationRmse: rounded(errors[i]!) })),
  };
}

const rounded = (value: number) => Math.round(value * 1e4) / 1e4;

interface ReferenceFile {
  results: Record<string, Record<string, { rmse: number } | number>>;
}

/** Methods run with their defaults; of all others there is a whole series, the best of which the hidden entries choose. */
const UNTUNED = ["mean", "KNNImputer(5)", "IterativeImputer(BayesianRidge,max_iter=10)"];

/** Lowest errors of the stored figures: of the methods as they are by default, and of all. */
function reference(name: string): object {
  const file = sharedFile("reference/09_imputation.json");
  const { results } = JSON.parse(readFileSync(file, "utf8")) as ReferenceFile;
  const figures = Object.entries(results[name]!).flatMap(([method, figure]) =>
    typeof figure === "object" ? [{ method, rmse: rounded(figure.rmse) }] : [],
  );
  const lowest = (some: typeof figures) => some.reduce((a, b) => (b.rmse < a.rmse ? b : a));
  return {
    mean: figures.find(({ method }) => method === "mean")!.rmse,
    untuned: lowest(figures.filter(({ method }) => UNTUNED.includes(method))),
    tunedOnTheHidden: lowest(figures.filter(({ method }) => !UNTUNED.includes(method))),
  };
}

/** As in studies/results/imputation.json; every variant is kept as soon as it is measured. */
interface Kept {
  readonly dataSets: Readonly<Record<string, { readonly variants: Readonly<Record<string, object>> }>>;
}

function keep(name: string, set: DataSet, variant: string, found: object): void {
  const file = resultFile("imputation.json");
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Kept).dataSets : {};
  const variants = { ...before[name]?.variants, [variant]: found };
  const { units, scale, network, training } = set;
  const dataSet = { units, scale, network, training, reference: reference(set.reference), variants };
  const results: Kept["dataSets"] = { ...before, [name]: dataSet };
  keepFigures("imputation", {
    protocol:
      "z-score (or center) the complete matrix, hide the entries of the stored mask (30 %), fit to the rest; root mean square error over the hidden entries",
    choice: `mask ratio and weight decay by the error on ${VALIDATION_SHARE * 100} % of the observed entries, hidden in addition`,
    untuned: `${UNTUNED.join(", ")}: as they are by default; of KNNImputer's neighbors, hard_impute's rank and soft_impute's lambda the best is chosen by the hidden entries`,
    rowsWithoutAnyNumber: "are left out of fitting and filled with the columns' means (iris has two)",
    dataSets: Object.fromEntries(
      Object.keys(dataSets).flatMap((key) => (results[key] ? [[key, results[key]]] : [])),
    ),
    machine: machine(),
    date: new Date().toISOString(),
  });
}

configureRuntime({ backend: "native", threads: 1 });
const [only, ...wanted] = process.argv.slice(2);
for (const [name, set] of Object.entries(dataSets)) {
  if (only !== undefined && name !== only) continue;
  const { x } = await readSet(set);
  for (const variant of variantsOf(set, x.cols)) {
    if (wanted.length > 0 && !wanted.includes(variant.name)) continue;
    const found = await measure(set, variant);
    console.error(name, variant.name, JSON.stringify(found));
    keep(name, set, variant.name, found);
  }
}
