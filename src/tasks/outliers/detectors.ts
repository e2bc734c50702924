/**
 * @file Detectors of unusual rows: each is fitted to rows and gives others a score, larger is more unusual. They are of four kinds, since no one
 * of them sees every kind of outlier.
 */
import { type Matrix, matrix, type Numbers, takeRows } from "../../data/matrix.js";
import { log } from "../../elementary.js";
import { toDense } from "../../linalg/dense.js";
import { gemm } from "../../linalg/gemm.js";
import { autoencoder } from "../../methods/autoencoder/autoencoder.js";
import { robustSubspaceRecovery } from "../../methods/autoencoder/robust-subspace-recovery.js";
import { kMeans } from "../../methods/cluster/k-means.js";
import { pca } from "../../methods/linear/pca.js";
import type { Method } from "../../methods/method.js";
import type { Coder } from "../../methods/model.js";
import { isolationForest } from "../../methods/outlier/isolation-forest.js";
import { localOutlierFactor } from "../../methods/outlier/local-outlier-factor.js";
import { random } from "../../random.js";
import { fit } from "../../training/fit.js";
import { countBelow, quantileOf } from "../robust-units.js";
import { type ColumnModel, deviations, type ModelRows } from "./column-model.js";
import { type ColumnUnits, levelOf } from "./column-units.js";

/** Name of a detector. */
export type OutlierMethod =
  | "distanceToMean"
  | "tailShares"
  | "isolationForest"
  | "kMeans"
  | "neighbors"
  | "localOutlierFactor"
  | "pca"
  | "robustSubspaceRecovery"
  | "autoencoder"
  | "regression";

/**
 * Kinds of outliers: far from what few numbers tell of all rows (`global`), unlike rows near by or off what a flexible model makes of it
 * (`local`), off what the other columns of the row tell (`columns`).
 */
export type OutlierKind = "global" | "local" | "columns";

/** Rows as detectors take them. */
export interface DetectorRows {
  /** In the units of the data, gaps filled `[n, d]`. */
  readonly x: Numbers;
  /** In standard units `[n, d]`. */
  readonly scaled: Matrix;
  /** As the model of columns has them; none of very wide rows. */
  readonly model?: ModelRows;
}

/** Ingredients of a fit. */
export interface Fitted {
  readonly rows: DetectorRows;
  readonly units: ColumnUnits;
  readonly model?: ColumnModel;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Scores of rows `[n]`. @param own place of each row among those fitted to, −1 for others. */
export type Scorer = (rows: DetectorRows, own: Int32Array) => Promise<ArrayLike<number>>;

export interface Detector {
  readonly name: OutlierMethod;
  readonly kind: OutlierKind;
  /** Words for tables and help. */
  readonly title: string;
  /** Exponent that makes scores of normal rows nearly normal: ⅓ of sums of squares (Wilson & Hilferty 1931), ½ of sums of distances. */
  readonly power: number;
  /** True if it is combined with the others, where there are rows enough. */
  joins(rows: number, cols: number): boolean;
  /** Least rows that it is fitted to. @param cols numbers in a row. */
  least(cols: number): number;
  fit(fitted: Fitted): Promise<Scorer>;
}

/** Fits see numbers that are farther out, in standard units, as so far: no row bends a fit to itself. */
const REACH = 4;

function cut({ data, rows, cols }: Matrix): Matrix {
  return matrix(
    rows,
    cols,
    data.map((value) => Math.max(-REACH, Math.min(REACH, value))),
  );
}

const distanceToMean: Detector = {
  name: "distanceToMean",
  kind: "global",
  title: "distance to the mean",
  power: 1 / 3,
  joins: () => true,
  least: () => 2,
  fit: async () => async (rows) => squaredNorms(rows.scaled),
};

function squaredNorms({ data, rows, cols }: Numbers): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < cols; j++, at++) out[i]! += data[at]! ** 2;
  return out;
}

/**
 * Σⱼ −log of the share of rows that lie as far out in column j or farther, on their side; of levels of those that have the same.
 * Source: Li et al. (2022), "ECOD: unsupervised outlier detection using empirical cumulative distribution functions", IEEE
 * Transactions on Knowledge and Data Engineering.
 */
const tailShares: Detector = {
  name: "tailShares",
  kind: "global",
  title: "shares of the tails, column by column",
  power: 1 / 3,
  joins: () => true,
  least: () => 2,
  async fit({ rows: { x: fitted }, units }) {
    const n = fitted.rows;
    const tellers = units.columns.map((column) => {
      if (column.levelled) {
        const counts = new Map<number, number>();
        for (let i = 0; i < n; i++) {
          const level = levelOf(fitted, i, column);
          counts.set(level, (counts.get(level) ?? 0) + 1);
        }
        return (x: Numbers, i: number) => -log(((counts.get(levelOf(x, i, column)) ?? 0) + 0.5) / (n + 1));
      }
      const { from } = column;
      const sorted = Float64Array.from({ length: n }, (_, i) => fitted.data[i * fitted.cols + from]!).sort();
      return (x: Numbers, i: number) => {
        const value = x.data[i * x.cols + from]!;
        const [below, above] = [countBelow(sorted, value, true), n - countBelow(sorted, value)];
        return -log(Math.min(1, (2 * (Math.min(below, above) + 0.5)) / (n + 1)));
      };
    });
    return async ({ x }) =>
      Float64Array.from({ length: x.rows }, (_, i) => tellers.reduce((sum, tell) => sum + tell(x, i), 0));
  },
};

const isolation: Detector = {
  name: "isolationForest",
  kind: "global",
  title: "isolation forest",
  power: 1,
  joins: () => true,
  least: () => 8,
  async fit({ rows, seed, signal }) {
    const model = await fit(isolationForest({ trees: 300 }), rows.scaled, { seed, signal });
    return ({ scaled }) => model.score(scaled);
  },
};

const CLUSTERS = 8;
/** The largest clusters that hold this share of the rows count: a smaller one may be outliers that found a center. */
const IN_LARGE = 0.9;

/**
 * Distance to the nearest center of a large cluster.
 * Source: He, Xu & Deng (2003), "Discovering cluster-based local outliers", Pattern Recognition Letters 24, for what is large.
 */
const centers: Detector = {
  name: "kMeans",
  kind: "local",
  title: "distance to the nearest of 8 centers",
  power: 0.5,
  joins: () => true,
  least: () => 10 * CLUSTERS,
  async fit({ rows, seed, signal }) {
    const model = await fit(kMeans({ clusters: CLUSTERS }), cut(rows.scaled), { seed, signal });
    const sizes = new Float64Array(CLUSTERS);
    for (const label of model.labels) sizes[label]!++;
    const kept: number[] = [];
    let held = 0;
    for (const k of Array.from(sizes.keys()).sort((a, b) => sizes[b]! - sizes[a]!)) {
      if (held < IN_LARGE * rows.scaled.rows) kept.push(k);
      held += sizes[k]!;
    }
    const places = takeRows(model.centers, kept);
    return async ({ scaled }) => {
      const { data, rows: n, cols } = scaled;
      return Float64Array.from({ length: n }, (_, i) => {
        let least = Number.POSITIVE_INFINITY;
        for (let k = 0; k < places.rows; k++) {
          let sum = 0;
          for (let j = 0; j < cols; j++) sum += (data[i * cols + j]! - places.data[k * cols + j]!) ** 2;
          least = Math.min(least, sum);
        }
        return Math.sqrt(least);
      });
    };
  },
};

const DRAWS = 10;
const DRAWN_ROWS = 256;
const NEIGHBOR = 5;
/** Products of rows with all that are drawn that stand in memory at a time. */
const BLOCK_NUMBERS = 2 ** 20;

/**
 * Distance to the 5th nearest of 256 rows drawn at random, on average over 10 draws: among few rows outliers that lie together are
 * alone, too.
 * Source: Ting, Washio, Wells & Aryal (2017), "Defying the gravity of learning curve: a characteristic of nearest
 * neighbor anomaly detectors", Machine Learning 106.
 */
const neighbors: Detector = {
  name: "neighbors",
  kind: "local",
  title: "distance to the 5th nearest of 256 rows, over 10 draws",
  power: 0.5,
  joins: () => true,
  least: () => 2 * NEIGHBOR,
  async fit({ rows: { scaled }, seed }) {
    const n = scaled.rows;
    const size = Math.min(DRAWN_ROWS, n);
    const k = Math.min(NEIGHBOR, size - 1);
    const draws = Array.from({ length: size < n ? DRAWS : 1 }, (_, draw) =>
      random(seed).fork("neighbors", draw).permutation(n).subarray(0, size),
    );
    const drawn = draws.flatMap((rows) => Array.from(rows));
    const points = toDense(takeRows(scaled, drawn));
    const norms = squaredNorms(points);
    return async ({ scaled: asked }, own) => {
      const sums = new Float64Array(asked.rows);
      const block = Math.max(1, Math.floor(BLOCK_NUMBERS / drawn.length));
      const nearest = new Float64Array(k);
      for (let from = 0; from < asked.rows; from += block) {
        const count = Math.min(block, asked.rows - from);
        const part = matrix(
          count,
          asked.cols,
          asked.data.subarray(from * asked.cols, (from + count) * asked.cols),
        );
        const ownNorms = squaredNorms(part);
        const { data: products } = await gemm(toDense(part), points, { transposeB: true });
        for (let i = 0, at = 0; i < count; i++) {
          for (let draw = 0; draw < draws.length; draw++) {
            nearest.fill(Number.POSITIVE_INFINITY);
            let most = Number.POSITIVE_INFINITY;
            for (let r = 0; r < size; r++, at++) {
              const square = ownNorms[i]! + norms[draw * size + r]! - 2 * products[at]!;
              if (square >= most || drawn[draw * size + r] === own[from + i]) continue;
              most = inserted(nearest, square);
            }
            sums[from + i]! += Math.sqrt(Math.max(0, most)) / draws.length;
          }
        }
      }
      return sums;
    };
  },
};

/** Puts a number among those in ascending order in place of the last, and gives the last. */
function inserted(sorted: Float64Array, value: number): number {
  let at = sorted.length - 1;
  for (; at > 0 && sorted[at - 1]! > value; at--) sorted[at] = sorted[at - 1]!;
  sorted[at] = value;
  return sorted[sorted.length - 1]!;
}

const localFactor: Detector = {
  name: "localOutlierFactor",
  kind: "local",
  title: "local outlier factor",
  power: 0,
  joins: () => false,
  least: () => 22,
  async fit({ rows, seed, signal }) {
    const model = await fit(localOutlierFactor(), rows.scaled, { seed, signal });
    return async ({ scaled }, own) => {
      const out = Float64Array.from(own, (place) => (place < 0 ? 0 : model.fittedScores[place]!));
      const others = Array.from(own.keys()).filter((i) => own[i]! < 0);
      if (others.length > 0) {
        const scores = await model.score(takeRows(scaled, others));
        for (const [at, i] of others.entries()) out[i] = scores[at]!;
      }
      return out;
    };
  },
};

/** Share of the variance that is left below which errors are rounding. */
const LEAST_LEFT = 0.01;

/**
 * Squared error of reconstruction, Σ over k of ‖x − x̂ₖ‖² / mean ‖x − x̂ₖ‖², for every number of components k from 1 on: no number of them is
 * right for all data.
 */
const components: Detector = {
  name: "pca",
  kind: "local",
  title: "reconstruction error of PCA, over all numbers of components",
  power: 1 / 3,
  joins: () => true,
  least: () => 8,
  async fit({ rows: { scaled }, seed, signal }) {
    const { rows: n, cols } = scaled;
    const model = await fit(pca({ latentDim: Math.min(cols, n - 1) }), cut(scaled), { seed, signal });
    const variances = model.explainedVariance;
    const total = variances.reduce((sum, value) => sum + value, 0);
    // Weight of the square along component j: Σ over k ≤ j of 1 / (variance behind the first k).
    const weights = new Float64Array(variances.length);
    let left = total;
    let weight = 0;
    for (let j = 0; j < variances.length; j++) {
      weights[j] = weight;
      left -= variances[j]!;
      if (left >= LEAST_LEFT * total) weight += 1 / left;
    }
    // One column has nothing off the first component.
    if (weight === 0) weights.fill(1);
    return async ({ scaled: asked }) => {
      const codes = await model.encode(asked);
      const k = codes.cols;
      return Float64Array.from({ length: asked.rows }, (_, i) => {
        let sum = 0;
        for (let j = 0; j < k; j++) sum += weights[j]! * codes.data[i * k + j]! ** 2;
        return sum;
      });
    };
  },
};

/** Training as the study of robust subspace recovery has it. */
const STEPS = 600;
const BATCH = 128;
const training = (rows: number) => ({
  epochs: Math.ceil(STEPS / Math.ceil(rows / BATCH)),
  batchSize: BATCH,
  learningRate: 2e-3,
  schedule: "cosine" as const,
});

/** Fits of a method that ends elsewhere from every start. */
const FITS = 3;

/** The mean of the scores of several fits, each from a start of its own. */
async function meanScore(
  method: Method<Coder>,
  scaled: Matrix,
  seed: number,
  signal: AbortSignal | undefined,
): Promise<Scorer> {
  const models: Coder[] = [];
  const near = cut(scaled);
  for (let start = 0; start < FITS; start++)
    models.push(
      await fit(method, near, {
        seed: random(seed)
          .fork("start", start)
          .integer(2 ** 32),
        signal,
        ...training(scaled.rows),
      }),
    );
  return async ({ scaled: asked }) => {
    const sums = new Float64Array(asked.rows);
    for (const model of models)
      (await model.score(asked)).forEach((score, i) => {
        sums[i]! += score / FITS;
      });
    return sums;
  };
}

const subspace: Detector = {
  name: "robustSubspaceRecovery",
  kind: "global",
  title: "distance from a robust subspace",
  power: 1 / 3,
  joins: () => true,
  least: (cols) => Math.max(50, 2 * cols),
  async fit({ rows: { scaled }, seed, signal }) {
    const latentDim = Math.min(3, Math.max(1, scaled.cols - 1));
    const method = robustSubspaceRecovery({ latentDim, hidden: [] });
    return meanScore(method, scaled, seed, signal);
  },
};

/** Widths of the autoencoder. */
const HIDDEN = [32, 16] as const;
const CODE = 2;

const network: Detector = {
  name: "autoencoder",
  kind: "global",
  title: "reconstruction error of an autoencoder, loss unsquared",
  power: 1 / 3,
  // As many rows as weights.
  joins: (rows, cols) => rows >= 2 * (cols * HIDDEN[0] + HIDDEN[0] * HIDDEN[1] + HIDDEN[1] * CODE),
  least: () => 200,
  async fit({ rows: { scaled }, seed, signal }) {
    const method = autoencoder({
      latentDim: CODE,
      hidden: HIDDEN,
      activation: "tanh",
      loss: "unsquared",
    });
    return meanScore(method, scaled, seed, signal);
  },
};

const regression: Detector = {
  name: "regression",
  kind: "columns",
  title: "farthest column from what the others tell of it",
  power: 1,
  joins: () => true,
  least: () => 20,
  async fit({ model }) {
    if (!model) throw new RangeError("regression: rows are too wide for it");
    return async ({ model: rows }) => {
      const off = deviations(rows!, model);
      return Float64Array.from({ length: rows!.rows }, (_, i) =>
        off.reduce((most, one) => Math.max(most, Math.abs(one[i]!)), 0),
      );
    };
  },
};

/** All detectors. */
export const DETECTORS: readonly Detector[] = [
  distanceToMean,
  tailShares,
  isolation,
  centers,
  neighbors,
  localFactor,
  components,
  subspace,
  network,
  regression,
];

/** Margin from the third quartile of the scores, in distances from the median to it: above 6 a normal row lies once in half a million. */
export function margins(scores: ArrayLike<number>, usual: ArrayLike<number>, power: number): Float64Array {
  const bent = (score: number) => (power === 0 ? log(Math.max(score, 1e-300)) : score ** power);
  const sorted = Float64Array.from(usual, bent).sort();
  const [middle, upper] = [quantileOf(sorted, 0.5), quantileOf(sorted, 0.75)];
  const unit = upper - middle;
  return Float64Array.from(scores, (score) => (unit > 0 ? (bent(score) - upper) / unit : 0));
}
