/**
 * @file Checks of what rests on distances: neighbors, silhouettes, clusters, the widths of t-SNE, and maps that reproduce distances.
 */
import type { Matrix } from "../../src/data/matrix.js";
import { classicalMds, fit, isomap, kMeans, locallyLinearEmbedding } from "../../src/index.js";
import { kNearestWithin, nearestNeighbors } from "../../src/linalg/neighbors/nearest-neighbors.js";
import { allSquaredDistances, squares } from "../../src/methods/manifold/tsne/distances.js";
import { conditionals } from "../../src/methods/manifold/tsne/joint-probabilities.js";
import { silhouetteSamples } from "../../src/metrics/silhouette.js";
import { type Check, largest, orthonormality, range, square } from "./promise.js";

const neighbors: Check = {
  name: "nearest neighbors are those of all distances",
  leastRows: 3,
  async run(x, promise, random) {
    const k = 1 + random.integer(Math.min(8, x.rows - 1));
    const wanted = range(x.rows).map((i) =>
      range(x.rows)
        .filter((j) => j !== i)
        .map((j) => Math.sqrt(square(x, i, x, j)))
        .sort((a, b) => a - b)
        .slice(0, k),
    );
    const within = await kNearestWithin(x, k);
    const of = (list: number[], distances: Float64Array, i: number) =>
      largest(list.map((distance, r) => relative(distances[i * k + r]!, distance)));
    promise("distances", largest(wanted.map((list, i) => of(list, within.distances, i))), 1e-12);
    const own = within.indices.map((j, at) =>
      Math.abs(Math.sqrt(square(x, Math.floor(at / k), x, j)) - within.distances[at]!),
    );
    promise("rows named are so far", largest(own), 1e-12 * largest(within.distances));
    const { distances, indices } = await nearestNeighbors(x, x, 1);
    promise("a row is nearest to itself or its equal", largest(distances), 0);
    promise("of equal rows the first", largest(indices.map((j, i) => Number(j > i))), 0);
  },
};

const relative = (a: number, b: number) =>
  a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));

const silhouettes: Check = {
  name: "silhouettes are their definition",
  leastRows: 6,
  async run(x, promise) {
    const labels = range(x.rows).map((i) => String(i % 2));
    const samples = await silhouetteSamples(x, labels);
    const wanted = range(x.rows).map((i) => {
      const mean = (other: number) => {
        const rows = range(x.rows).filter((j) => j % 2 === other && j !== i);
        return rows.reduce((sum, j) => sum + Math.sqrt(square(x, i, x, j)) / rows.length, 0);
      };
      const [a, b] = [mean(i % 2), mean(1 - (i % 2))];
      return Math.max(a, b) > 0 ? (b - a) / Math.max(a, b) : 0;
    });
    promise("every row", largest(wanted.map((value, i) => Math.abs(value - samples[i]!))), 1e-9);
  },
};

const widths: Check = {
  name: "t-SNE: the entropy of every row is ln perplexity, or ln ties",
  leastRows: 8,
  async run(x, promise, random) {
    const perplexity = 1.2 + random.uniform() * (x.rows / 3 - 1.5);
    const k = Math.min(x.rows - 1, Math.floor(3 * perplexity) + 1);
    const nearest = await kNearestWithin(x, k);
    for (const [what, d, each] of [
      ["all pairs", await allSquaredDistances(x, "euclidean"), x.rows - 1],
      ["neighbors", squares(nearest.distances), k],
    ] as const) {
      const p = await conditionals(d, each, [perplexity]);
      const errors = range(x.rows).map((i) => {
        const [own, far] = [p.subarray(i * each, (i + 1) * each), d.subarray(i * each, (i + 1) * each)];
        const least = Math.min(...far);
        const ties = far.reduce((count, value) => count + Number(value === least), 0);
        const entropy = own.reduce((sum, value) => (value > 0 ? sum - value * Math.log(value) : sum), 0);
        return Math.abs(entropy - Math.log(Math.min(each, Math.max(ties, perplexity))));
      });
      promise(what, largest(errors), 1e-6);
    }
  },
};

const clusters: Check = {
  name: "k-means: rows are with the nearest center, centers are means",
  leastRows: 5,
  async run(x, promise, random) {
    const k = 1 + random.integer(4);
    const options = { clusters: k, tol: 0, maxIter: 1000, starts: 2, swaps: 2 };
    const model = await fit(kMeans(options), x, { seed: random.integer(1000) });
    const { parameters, scaling } = model;
    const places = (parameters.centers!.data as Float64Array).map(
      (value, at) => value + (scaling.offset[at % x.cols] ?? 0),
    );
    const centers = { data: places, rows: k, cols: x.cols };
    const size = largest(x.data.map(Math.abs));
    const own = range(x.rows).map((i) => square(x, i, centers, model.labels[i]!));
    const least = range(x.rows).map((i) => Math.min(...range(k).map((c) => square(x, i, centers, c))));
    // Rows are float32: of centers about as near, rounding of the row decides.
    const slack = (i: number) => 1e-6 * Math.sqrt(own[i]!) * Math.sqrt(least[i]!) + (1e-7 * size) ** 2;
    promise("nearest", largest(own.map((value, i) => Math.max(0, value - least[i]! - slack(i)))), 0);
    const away = range(k * x.cols).map((at) => {
      const rows = range(x.rows).filter((i) => model.labels[i] === Math.floor(at / x.cols));
      const sum = rows.reduce((total, i) => total + x.data[i * x.cols + (at % x.cols)]! / rows.length, 0);
      return rows.length > 0 ? Math.abs(centers.data[at]! - sum) : 0;
    });
    promise("means", largest(away), 1e-7 * size);
    const total = own.reduce((sum, value) => sum + value, 0);
    promise("inertia", Math.abs(model.inertia - total), 1e-9 * total + (1e-7 * size) ** 2);
    const scores = await model.score(x);
    promise("score", largest(scores.map((score, i) => Math.abs(score - Math.sqrt(least[i]!)))), 1e-6 * size);
  },
};

/** Distances of an embedding against those of the rows, as a share of the largest. */
function missed(x: Matrix, z: Matrix): number {
  const pairs = range(x.rows).flatMap((i) =>
    range(i).map((j) => [square(x, i, x, j), square(z, i, z, j)] as const),
  );
  const size = Math.sqrt(largest(pairs.map(([wanted]) => wanted)));
  return size > 0
    ? largest(pairs.map(([a, b]) => Math.abs(Math.sqrt(a) - Math.sqrt(b)))) / size
    : largest(pairs.map(([, b]) => Math.sqrt(b)));
}

const scaling: Check = {
  name: "all coordinates of classical scaling reproduce distances",
  leastRows: 4,
  async run(x, promise) {
    const model = await fit(classicalMds({ latentDim: Math.min(x.rows - 1, x.cols) }), x);
    promise("distances", missed(x, model.embedding), 1e-5);
    promise("stress", model.stress, 1e-5);
  },
};

const paths: Check = {
  name: "Isomap with all rows as neighbors reproduces distances",
  leastRows: 4,
  async run(x, promise) {
    const model = await fit(isomap({ latentDim: Math.min(x.rows - 1, x.cols), nNeighbors: x.rows - 1 }), x);
    promise("distances", missed(x, model.embedding), 1e-5);
    const again = await model.encode(x);
    const size = largest(model.embedding.data.map(Math.abs));
    promise(
      "rows are placed where they are",
      largest(again.data.map((value, at) => Math.abs(value - model.embedding.data[at]!))),
      1e-3 * size + 1e-30,
    );
  },
};

const linear: Check = {
  name: "locally linear embedding: codes are orthonormal about 0",
  leastRows: 8,
  async run(x, promise) {
    const model = await fit(locallyLinearEmbedding({ latentDim: 2, nNeighbors: 6 }), x);
    const { data, rows, cols } = model.embedding;
    promise("orthonormal", orthonormality({ data, rows, cols }, false), 1e-4);
    promise("eigenvalues ≥ 0", largest(model.eigenvalues.map((value) => -value)), 1e-9);
    promise(
      "codes of rows",
      largest((await model.encode(x)).data.map((value) => Number(!Number.isFinite(value)))),
      0,
    );
  },
};

export const distanceChecks: readonly Check[] = [
  neighbors,
  silhouettes,
  widths,
  clusters,
  scaling,
  paths,
  linear,
];
