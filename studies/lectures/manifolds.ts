/**
 * @file Manifolds: whether rows lie near surfaces of few dimensions, which methods unroll them, and what maps of them keep.
 */
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { swissRoll } from "../../src/data/synthetic.js";
import {
  fit,
  isomap,
  laplacianEigenmaps,
  locallyLinearEmbedding,
  type Method,
  pca,
  tsne,
} from "../../src/index.js";
import { dense } from "../../src/linalg/dense.js";
import { gemm } from "../../src/linalg/gemm.js";
import { leastSquares } from "../../src/linalg/least-squares.js";
import { intrinsicDimension, leaveOneOutAccuracy } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { gaussianTwin } from "./gaussian-twin.js";
import { Progress } from "./progress.js";
import { atLeast, atMost, type Claim, type Measuring, type Results, type Study } from "./study.js";

const small = {
  roll: 1200,
  neighbors: [6, 12, 60],
  /** Rows that are embedded, and numbers of their codes. */
  rows: 900,
  sizes: [2, 10],
  iterations: 500,
  perplexities: [5, 30, 100],
  blobs: 8,
  blobRows: 50,
};
const settings = { small, full: { ...small, roll: 1500, rows: 1800 } };

type Room = Record<string, number | readonly number[]>;

type Unroller = "isomap" | "lle" | "ltsa" | "eigenmaps";

/** A method whose result is an embedding `[n, k]`. */
type Embeds = Method<{ readonly embedding: Matrix }>;

const UNROLLERS: Readonly<Record<Unroller, (latentDim: number, nNeighbors: number) => Embeds>> = {
  isomap: (latentDim: number, nNeighbors: number) => isomap({ latentDim, nNeighbors }),
  lle: (latentDim: number, nNeighbors: number) => locallyLinearEmbedding({ latentDim, nNeighbors }),
  ltsa: (latentDim: number, nNeighbors: number) =>
    locallyLinearEmbedding({ latentDim, nNeighbors, variant: "ltsa" }),
  eigenmaps: (latentDim: number, nNeighbors: number) => laplacianEigenmaps({ latentDim, nNeighbors }),
};
const NAMES: Readonly<Record<Unroller, string>> = {
  isomap: "Isomap",
  lle: "locally linear embedding",
  ltsa: "local tangent space alignment",
  eigenmaps: "Laplacian eigenmaps",
};
const unrollers = Object.keys(UNROLLERS) as Unroller[];

async function measure(measuring: Measuring) {
  const { data, size, seed } = measuring;
  const set = settings[size];
  const figures: Room = {};
  const progress = new Progress(
    measuring,
    1 + unrollers.length * (set.neighbors.length + 1) + 2 + set.perplexities.length,
  );
  figures["dimension rows"] = await intrinsicDimension(data.x);
  figures["dimension gaussian"] = await intrinsicDimension(await gaussianTwin(data, data.x.rows, seed));
  figures["dimension shuffled"] = await intrinsicDimension(shuffledColumns(data.x, seed));
  progress.done();
  await unrolled(measuring, figures, progress);
  await embedded(measuring, figures, progress);
  await mapped(measuring, figures, progress);
  return figures;
}

/** The same numbers in every column, in another order each: as they are spread, without what ties columns together. */
function shuffledColumns(x: Matrix, seed: number): Matrix {
  const out = matrix(x.rows, x.cols);
  for (let j = 0; j < x.cols; j++) {
    const order = random(seed).fork("column", j).permutation(x.rows);
    for (let i = 0; i < x.rows; i++) out.data[i * x.cols + j] = x.data[order[i]! * x.cols + j]!;
  }
  return out;
}

/** R² of the coordinates that a roll was made of, told linearly from two numbers a row. */
async function unrolled({ size, seed, signal }: Measuring, figures: Room, progress: Progress): Promise<void> {
  const { roll, neighbors, iterations } = settings[size];
  const { x, latent } = swissRoll({ rows: roll, seed });
  const components = await fit(pca({ latentDim: 2 }), x, { seed, signal });
  figures["roll pca"] = await explained(await components.encode(x), latent);
  for (const name of unrollers)
    for (const count of neighbors) {
      const model = await fit(UNROLLERS[name](2, count), x, { seed, signal });
      figures[`roll ${name} ${count}`] = await explained(model.embedding, latent);
      progress.done();
    }
  const map = await fit(tsne({ latentDim: 2, maxIter: iterations }), x, { seed, signal });
  figures["roll tsne"] = await explained(map.embedding, latent);
  progress.done();
}

/** 1 − ‖Y − [Z 1] W‖² / ‖Y − mean‖² for the best W, a mean over the columns of Y. */
export async function explained(z: Matrix, y: Matrix): Promise<number> {
  const a = dense(z.rows, z.cols + 1);
  for (let i = 0; i < z.rows; i++) {
    for (let j = 0; j < z.cols; j++) a.data[i * a.cols + j] = z.data[i * z.cols + j]!;
    a.data[i * a.cols + z.cols] = 1;
  }
  const target = dense(y.rows, y.cols, Float64Array.from(y.data));
  const { data } = await gemm(a, await leastSquares(a, target));
  let sum = 0;
  for (let j = 0; j < y.cols; j++) {
    let [mean, left, all] = [0, 0, 0];
    for (let i = 0; i < y.rows; i++) mean += target.data[i * y.cols + j]! / y.rows;
    for (let i = 0; i < y.rows; i++) {
      left += (target.data[i * y.cols + j]! - data[i * y.cols + j]!) ** 2;
      all += (target.data[i * y.cols + j]! - mean) ** 2;
    }
    sum += (1 - left / all) / y.cols;
  }
  return sum;
}

/** Labels told by the neighbors in an embedding. */
async function embedded(
  { data, size, seed, signal }: Measuring,
  figures: Room,
  progress: Progress,
): Promise<void> {
  if (!data.labels) return;
  const { rows, sizes, iterations } = settings[size];
  const order = random(seed).fork("embedded").permutation(data.x.rows).subarray(0, rows);
  const x = takeRows(data.x, order);
  const labels = Array.from(order, (row) => data.labels![row]!);
  const told = (codes: Matrix) => leaveOneOutAccuracy(codes, labels);
  figures["told raw"] = await told(x);
  for (const latentDim of sizes.filter((k) => k < x.cols)) {
    const components = await fit(pca({ latentDim }), x, { seed, signal });
    figures[`told pca ${latentDim}`] = await told(await components.encode(x));
    for (const name of unrollers) {
      const model = await fit(UNROLLERS[name](latentDim, 12), x, { seed, signal }).catch(inParts);
      if (model) figures[`told ${name} ${latentDim}`] = await told(model.embedding);
    }
    progress.done();
  }
  const map = await fit(tsne({ latentDim: 2, maxIter: iterations }), x, { seed, signal });
  figures["told tsne 2"] = await told(map.embedding);
}

/** Nothing where a graph of neighbors falls into parts, which have no map in common. @throws other errors. */
function inParts(error: unknown): undefined {
  if (!(error instanceof RangeError && error.message.includes("falls into"))) throw error;
}

/** Clusters of many sizes at many distances, by t-SNE: ranks of sizes and distances in the map beside those in space. */
async function mapped({ size, seed, signal }: Measuring, figures: Room, progress: Progress): Promise<void> {
  const { blobs, blobRows, perplexities, iterations } = settings[size];
  const stream = random(seed).fork("blobs");
  const cols = 10;
  const centers = Array.from({ length: blobs }, (_, c) =>
    Array.from({ length: cols }, () => (4 + 2 * c) * stream.normal()),
  );
  const x = matrix(blobs * blobRows, cols);
  for (let i = 0; i < x.rows; i++) {
    const c = Math.floor(i / blobRows);
    const deviation = 0.3 + 0.3 * ((c * 3) % blobs);
    for (let j = 0; j < cols; j++) x.data[i * cols + j] = centers[c]![j]! + deviation * stream.normal();
  }
  const real = measuresOf(x, blobRows);
  for (const perplexity of perplexities) {
    const map = await fit(tsne({ latentDim: 2, perplexity, maxIter: iterations }), x, { seed, signal });
    const drawn = measuresOf(map.embedding, blobRows);
    figures[`sizes ${perplexity}`] = rankCorrelation(real.sizes, drawn.sizes);
    figures[`distances ${perplexity}`] = rankCorrelation(real.distances, drawn.distances);
    progress.done();
  }
}

/** Root mean square distances of rows to the center of their cluster, and distances between centers. */
function measuresOf({ data, rows, cols }: Matrix, each: number): { sizes: number[]; distances: number[] } {
  const count = rows / each;
  const centers = Array.from({ length: count }, (_, c) =>
    Array.from({ length: cols }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < each; i++) sum += data[(c * each + i) * cols + j]! / each;
      return sum;
    }),
  );
  const sizes = centers.map((center, c) => {
    let sum = 0;
    for (let i = 0; i < each; i++)
      for (let j = 0; j < cols; j++) sum += (data[(c * each + i) * cols + j]! - center[j]!) ** 2;
    return Math.sqrt(sum / each);
  });
  const distances = centers.flatMap((a, i) =>
    centers.slice(0, i).map((b) => Math.sqrt(a.reduce((sum, value, j) => sum + (value - b[j]!) ** 2, 0))),
  );
  return { sizes, distances };
}

/** Correlation of ranks (Spearman, 1904), of numbers that all differ. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]) =>
    values.map((value) => values.filter((one) => one < value).length);
  const [ra, rb] = [ranks(a), ranks(b)];
  const n = a.length;
  return 1 - (6 * ra.reduce((sum, rank, i) => sum + (rank - rb[i]!) ** 2, 0)) / (n * (n * n - 1));
}

const ratio = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value / results.numbers(b)[seed]!);
const less = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value - results.numbers(b)[seed]!);
const sizesOf = (results: Results) => small.sizes.filter((k) => results.has(`told pca ${k}`));

const claims: readonly Claim[] = [
  {
    id: "D16",
    quote: "data lie on a union of low-dimensional manifolds",
    source: "004",
    statement:
      "By their neighbors the rows have at most .7 of the dimensions of Gaussian rows of the same covariance, and of rows with shuffled columns.",
    means: "Rows of real data have fewer dimensions than their columns, and than their covariance says.",
    picture: "dimensions",
    sides: (results, threshold = 0.7) =>
      (["gaussian", "shuffled"] as const).map((name) =>
        atMost(
          `dimension by two nearest neighbors as a share of that of ${name === "gaussian" ? "Gaussian rows of the same covariance" : "shuffled columns"}`,
          ratio(results, "dimension rows", `dimension ${name}`),
          threshold,
        ),
      ),
  },
  {
    id: "D17",
    quote: "Isomap, LLE, eigenmaps, t-SNE unroll; mostly for visualization",
    source: "004",
    statement:
      "Two numbers tell the coordinates of a rolled sheet linearly with an R² of at least .9; and as codes of rows they tell labels worse than as many principal components.",
    means:
      "Unrolling hangs on the method and on its number of neighbors: too many bridge the gap between the layers. As codes these methods are not for pictures alone: with ten numbers too, neighbors in them tell labels.",
    picture: "roll",
    sides: (results, threshold) => [
      ...unrollers.flatMap((name) =>
        small.neighbors.map((count) =>
          atLeast(
            `${NAMES[name]}, ${count} neighbors: R²`,
            results.numbers(`roll ${name} ${count}`),
            threshold ?? 0.9,
          ),
        ),
      ),
      atLeast("t-SNE: R²", results.numbers("roll tsne"), threshold ?? 0.9),
      ...sizesOf(results).flatMap((k) =>
        unrollers
          .filter((name) => results.has(`told ${name} ${k}`))
          .map((name) =>
            atMost(
              `${NAMES[name]}, ${k} numbers: accuracy of neighbors less that in principal components`,
              less(results, `told ${name} ${k}`, `told pca ${k}`),
              threshold ?? 0,
            ),
          ),
      ),
    ],
  },
  {
    id: "D18",
    quote: "the picture of t-SNE (of sizes and distances)",
    source: "004",
    statement:
      "Sizes of clusters, and distances between them, have ranks in the map that agree with those in space by .8 or more.",
    means: "Read neighborhoods from a map by t-SNE, and neither sizes nor distances.",
    picture: "map",
    sides: (results, threshold = 0.8) =>
      (["sizes", "distances"] as const).flatMap((what) =>
        small.perplexities.map((perplexity) =>
          atLeast(
            `${what}, perplexity ${perplexity}: correlation of ranks`,
            results.numbers(`${what} ${perplexity}`),
            threshold,
          ),
        ),
      ),
  },
];

const pictures: Study["pictures"] = {
  roll: (results) => ({
    kind: "heatMap",
    title: "R² of the coordinates of a roll, by two numbers a row",
    see: "Methods and numbers of neighbors decide whether a roll is unrolled.",
    rowNames: unrollers.map((name) => name),
    columnNames: small.neighbors.map((count) => `${count}`),
    values: unrollers.flatMap((name) =>
      small.neighbors.map((count) => results.mean(`roll ${name} ${count}`)),
    ),
    caption: `columns: neighbors; t-SNE ${results.mean("roll tsne").toFixed(2)}, PCA ${results.mean("roll pca").toFixed(2)}`,
  }),
  dimensions: (results) => ({
    kind: "bars",
    title: "Dimensions by two nearest neighbors",
    see: "Rows have fewer dimensions than their covariance says.",
    valueName: "dimensions",
    names: ["the rows", "Gaussian twin", "shuffled columns"],
    series: [
      {
        name: "dimensions",
        values: ["rows", "gaussian", "shuffled"].map((name) => results.mean(`dimension ${name}`)),
      },
    ],
  }),
  map: (results) => ({
    kind: "bars",
    title: "What a map by t-SNE keeps of clusters",
    see: "Ranks of sizes and of distances are not those in space.",
    valueName: "correlation of ranks",
    names: small.perplexities.map((perplexity) => `perplexity ${perplexity}`),
    series: (["sizes", "distances"] as const).map((what) => ({
      name: what,
      values: small.perplexities.map((perplexity) => results.mean(`${what} ${perplexity}`)),
    })),
  }),
};

export const manifolds: Study = {
  id: "manifolds",
  title: "Surfaces of few dimensions",
  question:
    "Do rows lie near surfaces of few dimensions, which methods unroll such a surface, and what may be read from the maps?",
  claims,
  settings,
  measure,
  pictures,
};
