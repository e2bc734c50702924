/**
 * @file Few labels: what can be learned from them with and without a code that was learned from all rows.
 */
import { autoencoder, fit, kMeans, labelsOfClusters } from "../../src/index.js";
import { type Dense, toDense } from "../../src/linalg/dense.js";
import { gemm } from "../../src/linalg/gemm.js";
import { random } from "../../src/random.js";
import { accuracyOn, classesOf, type Labeled, leadingColumns, predictedClasses } from "./label-classifier.js";
import { Progress } from "./progress.js";
import { atLeast, atMost, type Claim, type Measuring, type Results, type Study } from "./study.js";
import type { StudyData } from "./study-data.js";

const small = {
  /** Draws of labels for each seed. */
  draws: 10,
  /** Numbers of labels. */
  counts: [10, 20, 30, 40, 60, 80, 120, 250, 500],
  /** Numbers of components as shares of the number of labels. */
  shares: [0.25, 0.5, 1, 1.5],
  /** Other numbers of components that are tried for the best. */
  sizes: [2, 4, 6, 8, 10, 12, 16, 20, 30, 40],
  clusters: [10, 20, 50, 100],
  clusterCounts: [20, 50, 100, 200],
  starts: 50,
  /** Numbers of components that features are made of. */
  features: [2, 4, 8, 16, 32],
  epochs: 60,
};
const settings = { small, full: { ...small, draws: 20, epochs: 100 } };

const PENALTY = 1;

async function measure(measuring: Measuring) {
  const { data, size, seed, signal } = measuring;
  const set = settings[size];
  const figures: Record<string, number | readonly number[]> = {};
  const progress = new Progress(measuring, set.counts.length + set.clusters.length + 4);
  for (const [name, value] of Object.entries(await lloyd(data, seed, set.starts, signal)))
    figures[name] = value;
  progress.done();
  if (!data.labels) return figures;
  const raw: Labeled = { z: toDense(data.x), ...classesOf(data.labels) };
  const z = await gemm(raw.z, data.eigenvectors);
  await byCount(measuring, raw, z, figures, progress);
  await byClusters(measuring, raw, figures, progress);
  await otherProblem(measuring, raw, z, figures);
  progress.done();
  await overfitting(measuring, raw, z, figures);
  progress.done();
  return figures;
}

/** Rows in a random order: the first n of it have labels. */
const orderOf = (seed: number, draw: number, rows: number) =>
  random(seed).fork("labels", draw).permutation(rows);

const fitting = (counts: readonly number[], rows: number) => counts.filter((count) => 2 * count <= rows);

async function byCount(
  { data, size, seed }: Measuring,
  raw: Labeled,
  z: Dense,
  figures: Record<string, number | readonly number[]>,
  progress: Progress,
): Promise<void> {
  const { draws, counts, shares, sizes } = settings[size];
  const [rows, d] = [data.x.rows, data.x.cols];
  figures["most frequent"] = mostFrequent(raw);
  figures.d = d;
  for (const count of fitting(counts, rows)) {
    const told = async (labeled: Labeled, penalty: number) => {
      let sum = 0;
      for (let draw = 0; draw < draws; draw++) {
        const order = orderOf(seed, draw, rows);
        const predicted = await predictedClasses(labeled, order.subarray(0, count), penalty);
        sum += accuracyOn(order.subarray(count), predicted, labeled);
      }
      return sum / draws;
    };
    const reduced = (components: number) => ({ ...raw, z: leadingColumns(z, components) });
    figures[`ridge ${count}`] = await told(raw, PENALTY);
    figures[`least norm ${count}`] = await told(raw, 0);
    const found = new Map<number, number>();
    for (const components of new Set([...sizes, ...shares.map((share) => Math.round(share * count))])) {
      if (components >= 1 && components <= d) found.set(components, await told(reduced(components), 0));
    }
    for (const share of shares) {
      const own = found.get(Math.round(share * count));
      if (own !== undefined) figures[`reduced ${count} ${share}`] = own;
    }
    figures[`reduced ${count} best`] = Math.max(...found.values());
    progress.done();
  }
  // As many labels as columns, whatever their number is.
  if (2 * d <= rows) {
    let sum = 0;
    for (let draw = 0; draw < draws; draw++) {
      const order = orderOf(seed, draw, rows);
      sum += accuracyOn(order.subarray(d), await predictedClasses(raw, order.subarray(0, d), 0), raw);
    }
    figures["least norm d"] = sum / draws;
  }
}

function mostFrequent({ classes, classCount }: Labeled): number {
  const counts = new Array<number>(classCount).fill(0);
  for (const one of classes) counts[one]!++;
  return Math.max(...counts) / classes.length;
}

async function byClusters(
  { data, size, seed, signal }: Measuring,
  raw: Labeled,
  figures: Record<string, number | readonly number[]>,
  progress: Progress,
): Promise<void> {
  const { draws, clusters, clusterCounts } = settings[size];
  const labels = data.labels!;
  const rows = data.x.rows;
  for (const k of clusters.filter((count) => count <= rows)) {
    const { labels: found } = await fit(kMeans({ clusters: k }), data.x, { seed, signal });
    const whole = labelsOfClusters(found, labels);
    figures[`purity ${k}`] = labels.filter((label, i) => label === whole[i]).length / rows;
    for (const count of fitting(clusterCounts, rows)) {
      const sums = { inferred: 0, alone: 0, number: 0 };
      for (let draw = 0; draw < draws; draw++) {
        const order = orderOf(seed, draw, rows);
        const [told, rest] = [order.subarray(0, count), order.subarray(count)];
        const given = new Array<string>(rows).fill("");
        for (const row of told) given[row] = labels[row]!;
        const carried = labelsOfClusters(found, given);
        const reached = Array.from(carried.keys()).filter((row) => carried[row] !== "");
        const own = carried.map((label, row) => (label === "" ? labels[row]! : label));
        const inferred = { ...raw, classes: classesAs(own, labels) };
        sums.number += reached.length;
        sums.inferred += accuracyOn(rest, await predictedClasses(inferred, reached, PENALTY), raw);
        sums.alone += accuracyOn(rest, await predictedClasses(raw, told, PENALTY), raw);
      }
      figures[`inferred ${k} ${count}`] = sums.inferred / draws;
      figures[`alone ${k} ${count}`] = sums.alone / draws;
      figures[`inferred labels ${k} ${count}`] = sums.number / draws;
    }
    progress.done();
  }
}

/** Classes of labels, by the numbers that those of all rows have. */
function classesAs(labels: readonly string[], all: readonly string[]): Int32Array {
  const names = [...new Set(all)].sort();
  return Int32Array.from(labels, (label) => names.indexOf(label));
}

/** Descents of k-means from many starts: the largest rise of its objective, and where they end. */
async function lloyd({ x }: StudyData, seed: number, starts: number, signal: AbortSignal | undefined) {
  let rise = 0;
  const ends: number[] = [];
  const method = kMeans({ clusters: Math.min(10, x.rows), starts: 1, swaps: 0 });
  for (let start = 0; start < starts; start++) {
    let last = Number.POSITIVE_INFINITY;
    const { inertia } = await fit(method, x, {
      seed: random(seed)
        .fork("starts", start)
        .integer(2 ** 31),
      signal,
      onIteration: ({ objective }) => {
        if (objective === undefined) return;
        if (Number.isFinite(last)) rise = Math.max(rise, objective / last - 1);
        last = objective;
      },
    });
    ends.push(inertia);
  }
  ends.sort((a, b) => a - b);
  return { "largest rise": rise, ends, "worst end": ends.at(-1)! / ends[0]! - 1 };
}

/** Accuracy by number of components, of the labels there are and of one that lives in a component of small variance. */
async function otherProblem(
  { data, size, seed }: Measuring,
  raw: Labeled,
  z: Dense,
  figures: Record<string, number | readonly number[]>,
): Promise<void> {
  const [rows, d] = [data.x.rows, data.x.cols];
  const order = random(seed).fork("other problem").permutation(rows);
  const cut = Math.round(0.55 * rows);
  const [train, test] = [order.subarray(0, cut), order.subarray(cut)];
  const told = async (labeled: Labeled) =>
    accuracyOn(test, await predictedClasses(labeled, train, 1e-2), labeled);
  const hidden = Math.ceil(d / 2);
  const signs = {
    classes: Int32Array.from({ length: rows }, (_, i) => Number(z.data[i * d + hidden - 1]! > 0)),
    classCount: 2,
  };
  const sizes = [...settings[size].features.filter((k) => k < d), d];
  figures["feature sizes"] = sizes;
  for (const [name, target] of [
    ["real", raw],
    ["hidden", signs],
  ] as const) {
    const at = async (k: number) => told({ ...target, z: leadingColumns(z, k) });
    const accuracies: number[] = [];
    for (const k of sizes) accuracies.push(await at(k));
    figures[`${name} by size`] = accuracies;
    for (const [i, k] of sizes.entries()) figures[`${name} ${k}`] = accuracies[i]!;
    figures[`${name} all`] = accuracies.at(-1)!;
    if (name === "hidden") {
      figures["hidden before"] = await at(hidden - 1);
      figures["hidden with"] = await at(hidden);
    }
  }
  figures["hidden component"] = hidden;
}

const CODE = 8;

/** Accuracy on the rows learned from and on others, from the raw numbers and from codes. */
async function overfitting(
  { data, size, seed, signal }: Measuring,
  raw: Labeled,
  z: Dense,
  figures: Record<string, number | readonly number[]>,
): Promise<void> {
  const { draws, counts, epochs } = settings[size];
  const rows = data.x.rows;
  const latentDim = Math.min(CODE, data.x.cols);
  const model = await fit(autoencoder({ latentDim, hidden: [64] }), data.x, { epochs, seed, signal });
  const codes = toDense(await model.encode(data.x));
  const ways = { raw: raw.z, pca: leadingColumns(z, latentDim), deep: inUnits(codes, raw.z) };
  for (const count of fitting(counts, rows)) {
    for (const [name, own] of Object.entries(ways)) {
      const sums = { train: 0, test: 0 };
      for (let draw = 0; draw < draws; draw++) {
        const order = orderOf(seed, draw, rows);
        const predicted = await predictedClasses({ ...raw, z: own }, order.subarray(0, count), PENALTY);
        sums.train += accuracyOn(order.subarray(0, count), predicted, raw);
        sums.test += accuracyOn(order.subarray(count), predicted, raw);
      }
      figures[`gap ${name} ${count}`] = (sums.train - sums.test) / draws;
      figures[`told ${name} ${count}`] = sums.test / draws;
    }
  }
}

/** Codes times one factor, so that they vary as much in all as the rows do, and a penalty means the same. */
function inUnits(codes: Dense, rows: Dense): Dense {
  const norm = ({ data }: Dense) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
  const factor = norm(rows) / norm(codes);
  return { ...codes, data: codes.data.map((value) => value * factor) };
}

const less = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value - results.numbers(b)[seed]!);

/** Numbers of labels that were measured. */
const countsOf = (results: Results) => small.counts.filter((count) => results.has(`ridge ${count}`));

const claims: readonly Claim[] = [
  {
    id: "E1",
    quote: "with n ≪ d labels supervised learning could not be applied",
    source: "000 §15.1.1",
    statement:
      "Linear classifiers learned from n ≤ d labels on all d numbers are no more than .1 better than the most frequent class.",
    means:
      "Fewer labels than columns are no obstacle: a ridge, or the least norm, tells most of what there is to tell. What fails is least squares with about as many labels as columns, n ≈ d, and a penalty mends it.",
    picture: "labels",
    sides: (results, threshold = 0.1) =>
      results.has("most frequent")
        ? [
            ...[10, 20, 40]
              .filter((count) => results.has(`ridge ${count}`) && count < results.mean("d"))
              .flatMap((count) =>
                (["ridge", "least norm"] as const).map((way) => [`${count}`, way] as const),
              ),
            ...(results.has("least norm d") ? [["d", "least norm"] as const] : []),
          ].map(([count, way]) =>
            atMost(
              `n = ${count}, ${way}: accuracy less the share of the most frequent class`,
              less(results, `${way} ${count}`, "most frequent"),
              threshold,
            ),
          )
        : [],
  },
  {
    id: "E2",
    quote: "reduce to d′ ≤ n, then learn",
    source: "000 §15.1.1",
    statement:
      "Least squares on d′ ≤ n components tells as much as least squares of least norm, and as ridge, on all numbers.",
    means:
      "Take far fewer components than labels, a half or a quarter: d′ = n is the worst choice there is. Ridge on the raw numbers does as well from some dozens of labels on, without a choice of d′.",
    picture: "reduced",
    sides: (results, threshold = 0) =>
      [20, 40, 60].flatMap((count) => [
        ...([1, 0.5, 0.25] as const)
          // Nearly all components are the same as all numbers.
          .filter(
            (share) => results.has(`reduced ${count} ${share}`) && share * count < 0.9 * results.mean("d"),
          )
          .map((share) =>
            atLeast(
              `n = ${count}, d′ = ${share === 1 ? "n" : share === 0.5 ? "n/2" : "n/4"}: accuracy less that of the least norm on all numbers`,
              less(results, `reduced ${count} ${share}`, `least norm ${count}`),
              threshold,
            ),
          ),
        ...(results.has(`reduced ${count} best`)
          ? [
              atLeast(
                `n = ${count}, the best d′ of those tried: accuracy less that of ridge on all numbers`,
                less(results, `reduced ${count} best`, `ridge ${count}`),
                threshold,
              ),
            ]
          : []),
      ]),
  },
  {
    id: "E3",
    quote: "clusters predict labels",
    source: "000 §15.1.1",
    statement: "At least .85 of the rows have the most frequent label of their cluster.",
    means: "Take several times as many clusters as there are classes; as many as classes mix some of them.",
    sides: (results, threshold = 0.85) =>
      small.clusters
        .filter((k) => results.has(`purity ${k}`))
        .map((k) => atLeast(`${k} clusters: purity`, results.numbers(`purity ${k}`), threshold)),
  },
  {
    id: "E4",
    quote: "n′ ≥ d inferred labels suffice",
    source: "000 §15.1.1",
    statement:
      "With n labels carried to all rows of their clusters, n′ ≥ d in all, ridge tells at least as much as from the n labels alone.",
    means:
      "Carry labels along clusters where there are one or two a class and more clusters than classes. With more labels the wrong ones among the carried cost more than their number gains.",
    sides: (results, threshold = 0) =>
      [10, 20, 50]
        .flatMap((k) => [20, 50, 100].map((count) => [k, count] as const))
        .filter(
          ([k, count]) =>
            results.has(`inferred ${k} ${count}`) &&
            results.mean(`inferred labels ${k} ${count}`) >= results.mean("d"),
        )
        .map(([k, count]) =>
          atLeast(
            `n = ${count}, ${k} clusters: accuracy from all that is inferred less that from the n alone`,
            less(results, `inferred ${k} ${count}`, `alone ${k} ${count}`),
            threshold,
          ),
        ),
  },
  {
    id: "E5",
    quote: "Lloyd alternates and descends",
    source: "000 §15.1",
    statement: "No iteration of k-means raises its objective, by more than 1e-6 of it.",
    means:
      "It descends, and ends in another place from almost every start: take the best of many. (Starts here are drawn far from each other, by greedy k-means++, which ends less far apart than plainer draws do.)",
    picture: "ends",
    sides: (results, threshold = 1e-6) => [
      atMost(
        `${small.starts} starts: largest rise in an iteration, as a share`,
        results.numbers("largest rise"),
        threshold,
      ),
    ],
  },
  {
    id: "E6",
    quote: "codes: task-agnostic, less overfitting, semi-supervised",
    source: "002, 004",
    statement: `A ridge on ${CODE} numbers learned from all rows has a smaller gap between rows learned from and others than one on the raw numbers, and tells labels no worse.`,
    means:
      "A small code makes the gap smaller, since it can be fitted less. What counts, the accuracy on other rows, it lowers where the penalty on the raw numbers keeps these from being fitted too.",
    sides: (results, threshold = 0) =>
      [20, 60, 250]
        .filter((count) => results.has(`gap raw ${count}`))
        .flatMap((count) =>
          (["pca", "deep"] as const).flatMap((way) => {
            const named = way === "pca" ? "principal components" : "codes of an autoencoder";
            return [
              atLeast(
                `n = ${count}, ${named}: gap on raw numbers less that on codes`,
                less(results, `gap raw ${count}`, `gap ${way} ${count}`),
                threshold,
              ),
              atLeast(
                `n = ${count}, ${named}: accuracy less that on raw numbers`,
                less(results, `told ${way} ${count}`, `told raw ${count}`),
                threshold,
              ),
            ];
          }),
        ),
  },
  {
    id: "A27",
    quote: "the top k components are good features for some other problem",
    source: "003",
    statement: "From the top components labels are told with .9 of the accuracy that all components give.",
    means:
      "Variance is no promise. Labels that one can see in the rows live in the large components; one that lives in a small component is lost until that one is taken.",
    picture: "features",
    sides: (results, threshold = 0.9) => {
      if (!results.has("real all")) return [];
      const share = (a: string, b: string) =>
        results.numbers(a).map((value, seed) => value / results.numbers(b)[seed]!);
      const hidden = results.mean("hidden component");
      return [
        ...[8, 16, 32]
          .filter((k) => results.has(`real ${k}`))
          .map((k) =>
            atLeast(
              `labels of the rows, k = ${k}: share of the accuracy`,
              share(`real ${k}`, "real all"),
              threshold,
            ),
          ),
        atLeast(
          `a label that is the sign of component ${hidden}, k = ${hidden - 1}: share of the accuracy`,
          share("hidden before", "hidden with"),
          threshold,
        ),
      ];
    },
  },
];

const byCounts = (results: Results, name: (count: number) => string) =>
  countsOf(results).map((count) => (results.has(name(count)) ? results.mean(name(count)) : Number.NaN));

const pictures: Study["pictures"] = {
  labels: (results) => ({
    kind: "curves",
    title: "Accuracy by number of labels",
    see: "Least squares of least norm falls where there are as many labels as columns, and ridge does not.",
    xName: "labels n",
    yName: "accuracy",
    logX: true,
    logY: false,
    x: countsOf(results),
    series: [
      { name: "ridge, all numbers", values: byCounts(results, (n) => `ridge ${n}`) },
      { name: "least norm, all numbers", values: byCounts(results, (n) => `least norm ${n}`) },
      { name: "d′ = n components", values: byCounts(results, (n) => `reduced ${n} 1`) },
      { name: "d′ = n/4 components", values: byCounts(results, (n) => `reduced ${n} 0.25`) },
    ],
  }),
  reduced: (results) => ({
    kind: "heatMap",
    title: "Accuracy by labels n and components d′",
    see: "In every line where it can be, d′ = n is the worst.",
    rowNames: countsOf(results).map((count) => `n = ${count}`),
    columnNames: ["n/4", "n/2", "n", "3n/2", "best"],
    values: countsOf(results).flatMap((count) =>
      [...small.shares, "best"].map((share) =>
        results.has(`reduced ${count} ${share}`) ? results.mean(`reduced ${count} ${share}`) : Number.NaN,
      ),
    ),
  }),
  ends: (results) => ({
    kind: "curves",
    title: "Where k-means ends, by start",
    see: "Hardly two of the starts end in the same place.",
    xName: "starts, in order",
    yName: "objective",
    logY: false,
    x: results.list("ends").map((_, i) => i + 1),
    series: [{ name: "objective", values: results.list("ends") }],
  }),
  features: (results) => ({
    kind: "curves",
    title: "Accuracy from the top k components",
    see: "Labels of the rows are told from few components, and one that lives in a small component is not.",
    xName: "k",
    yName: "accuracy",
    logX: true,
    logY: false,
    x: results.has("feature sizes") ? results.list("feature sizes") : [1],
    series: (["real", "hidden"] as const).map((name) => ({
      name: name === "real" ? "labels of the rows" : "the sign of a middle component",
      values: results.has(`${name} by size`) ? results.list(`${name} by size`) : [Number.NaN],
    })),
  }),
};

export const fewLabels: Study = {
  id: "few-labels",
  title: "What helps where labels are few?",
  question:
    "Can one learn from fewer labels than there are columns, and does it help to reduce first, or to carry labels along clusters?",
  claims,
  settings,
  measure,
  pictures,
};
