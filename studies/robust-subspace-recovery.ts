/**
 * @file Outliers in the training data: robust subspace recovery and the unsquared loss beside the squared one, with 5 to
 * 30 % of the rows outliers. The rows that are fitted are the rows that are scored, as where nothing is known of any.
 *
 * A set with too few outliers for a share gives all of them beside fewer others. Fashion-MNIST: one class of the test
 * images, another for every seed, and outliers of all other classes. Arguments: a data set and a share, if only one is
 * wanted.
 */

import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { readFileData } from "../node/read.js";
import { columnMeans, type Matrix, row, takeRows, toMatrix } from "../src/data/matrix.js";
import { applyScale, fitScale, type ScaleKind } from "../src/data/scale.js";
import {
  autoencoder,
  type Coder,
  configureRuntime,
  fit,
  linearAutoencoder,
  type Method,
  random,
  robustSubspaceRecovery,
} from "../src/index.js";
import { averagePrecision, rocAuc } from "../src/metrics/index.js";
import { keepFigures } from "./results.js";

const SHARES = [0.05, 0.1, 0.2, 0.3];
const SEEDS = [0, 1, 2, 3, 4];
const STEPS = 600;
const BATCH = 128;

interface Source {
  name: string;
  x: Matrix;
  isOutlier(row: number, seed: number): boolean;
  /** Rows at most. */
  most: number;
  scale: ScaleKind;
  latentDim: number;
}

async function anomalySet(name: string, latentDim: number): Promise<Source> {
  const { x, labels } = await readFileData(sharedFile(`data/anomaly/${name}.csv.gz`), { label: "label" });
  const isOutlier = (i: number) => Number(labels![i]) === 1;
  return { name, x: toMatrix(x), isOutlier, most: x.rows, scale: "standard", latentDim };
}

async function fashion(): Promise<Source> {
  const images = await readFileData(sharedFile("data/fashion-mnist/t10k-images-idx3-ubyte.gz"), {
    labelFile: sharedFile("data/fashion-mnist/t10k-labels-idx1-ubyte.gz"),
  });
  const raw = toMatrix(images.x);
  const x = { ...raw, data: raw.data.map((value) => value / 255) };
  const isOutlier = (i: number, seed: number) => Number(images.labels![i]) !== 2 * seed;
  return { name: "fashion-mnist", x, isOutlier, most: 1000, scale: "none", latentDim: 10 };
}

/** Rows with the share of outliers asked for, in an order of their own. */
function contaminated({ x, isOutlier, most }: Source, share: number, seed: number) {
  const stream = random(seed).fork("contamination");
  const order = [...stream.permutation(x.rows)];
  const [outliers, others] = [true, false].map((kind) => order.filter((i) => isOutlier(i, seed) === kind));
  const total = Math.min(
    most,
    Math.floor(outliers!.length / share),
    Math.floor(others!.length / (1 - share)),
  );
  const count = Math.round(total * share);
  const chosen = [...outliers!.slice(0, count), ...others!.slice(0, total - count)].sort((a, b) => a - b);
  return { rows: takeRows(x, chosen), flags: chosen.map((i) => isOutlier(i, seed)) };
}

const LAYERS = { hidden: [32, 64, 128], activation: "tanh" } as const;

const METHODS: Record<string, (latentDim: number) => Method<Coder>> = {
  "linear, squared": (latentDim) => linearAutoencoder({ latentDim }),
  "linear, unsquared": (latentDim) => linearAutoencoder({ latentDim, loss: "unsquared" }),
  "autoencoder, squared": (latentDim) => autoencoder({ latentDim, ...LAYERS }),
  "autoencoder, unsquared": (latentDim) => autoencoder({ latentDim, ...LAYERS, loss: "unsquared" }),
  "robust subspace recovery": (latentDim) => robustSubspaceRecovery({ latentDim }),
};

type Scores = Record<string, ArrayLike<number>>;

async function scoresOf({ scale, latentDim }: Source, x: Matrix, seed: number): Promise<Scores> {
  const scaled = applyScale(x, fitScale(x, scale));
  const means = columnMeans(scaled);
  const distances = Float64Array.from({ length: x.rows }, (_, i) =>
    row(scaled, i).reduce((t, v, j) => t + (v - means[j]!) ** 2, 0),
  );
  const scores: Scores = { "distance to the mean": distances };
  const epochs = Math.ceil(STEPS / Math.ceil(x.rows / BATCH));
  for (const [name, method] of Object.entries(METHODS)) {
    const model = await fit(method(latentDim), scaled, {
      seed,
      epochs,
      batchSize: BATCH,
      learningRate: 2e-3,
      schedule: "cosine",
    });
    scores[name] = await model.score(scaled);
    // The scores of `score: "cosine"`, from the same parameters.
    if (model.method === "robustSubspaceRecovery")
      scores[`${name}, cosine`] = cosineDistances(scaled, await model.reconstruct(scaled));
  }
  return scores;
}

function cosineDistances(x: Matrix, xHat: Matrix): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, i) => {
    const [a, b] = [row(x, i), row(xHat, i)];
    return 1 - a.reduce((t, v, j) => t + v * b[j]!, 0) / (Math.hypot(...a) * Math.hypot(...b) || 1);
  });
}

const rounded = (value: number) => Math.round(value * 1e4) / 1e4;
const mean = (values: readonly number[]) => values.reduce((t, v) => t + v, 0) / values.length;
const summary = (values: readonly number[]) => ({
  mean: rounded(mean(values)),
  deviation: rounded(Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)))),
});

// Products so small gain nothing from a second thread.
configureRuntime({ threads: 1 });
const [wanted, onlyShare] = process.argv.slice(2);
const loaders: Record<string, () => Promise<Source>> = {
  vowels: () => anomalySet("vowels", 4),
  cardio: () => anomalySet("cardio", 6),
  "fashion-mnist": fashion,
};
for (const [dataset, load] of Object.entries(loaders)) {
  if (wanted !== undefined && wanted !== dataset) continue;
  const source = await load();
  for (const share of SHARES) {
    if (onlyShare !== undefined && Number(onlyShare) !== share) continue;
    const figures: Record<string, { auc: number[]; ap: number[] }> = {};
    let n = 0;
    for (const seed of SEEDS) {
      const { rows, flags } = contaminated(source, share, seed);
      n = rows.rows;
      for (const [name, scores] of Object.entries(await scoresOf(source, rows, seed))) {
        figures[name] ??= { auc: [], ap: [] };
        figures[name].auc.push(rocAuc(scores, flags));
        figures[name].ap.push(averagePrecision(scores, flags));
      }
    }
    const methods = Object.entries(figures).map(([method, { auc, ap }]) => {
      console.log(`${dataset} ${share} ${method}: ${summary(auc).mean} ${summary(ap).mean}`);
      return { method, rocAuc: summary(auc), averagePrecision: summary(ap) };
    });
    const percent = Math.round(100 * share);
    keepFigures(`robust-subspace-recovery-${dataset}-${percent}`, {
      protocol:
        `Fitted and scored on the same rows; ${SEEDS.length} seeds, each with rows of its own (fashion-mnist: inliers of ` +
        `class 2 · seed); tables standardized, pixels in [0, 1]; latentDim ${source.latentDim}, hidden 32-64-128, tanh; ` +
        `${STEPS} steps of Adam, batches of ${BATCH}, learning rate 0.002 falling by a cosine; the deviation is over seeds.`,
      contamination: share,
      rows: n,
      methods,
      machine: machine(),
      date: new Date().toISOString().slice(0, 10),
    });
  }
}
