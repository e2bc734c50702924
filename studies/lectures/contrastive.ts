/**
 * @file Contrast: what the spectral loss does with clusters, and what losses without negatives do without their tricks.
 *
 * Examples are nodes of a graph, with the probability that two are views of one as weight of their edge: blocks for clusters, and a
 * share of edges across. With the normalized weights M the loss ‖M − U Uᵀ‖², U `[n, k]`, is least at the k leading eigenvectors.
 * Source: HaoChen, Wei, Gaidon & Ma (2021), "Provable guarantees for self-supervised deep learning with spectral contrastive loss", NeurIPS.
 */
import { byol, type Encoder, fit, type Method, simSiam, vicReg } from "../../src/index.js";
import { type Dense, dense } from "../../src/linalg/dense.js";
import { eigh } from "../../src/linalg/eigh.js";
import { gemm } from "../../src/linalg/gemm.js";
import { degrees, principalAngles } from "../../src/linalg/principal-angles.js";
import { leaveOneOutAccuracy } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { accuracyOn, leadingColumns, predictedClasses } from "./label-classifier.js";
import { Progress } from "./progress.js";
import { atLeast, atMost, type Claim, type Measuring, type Results, type Study } from "./study.js";

const small = {
  /** Clusters, and numbers of the embedding. */
  graphs: [
    [4, 4],
    [4, 3],
    [4, 2],
    [8, 8],
    [8, 6],
    [8, 4],
  ] as readonly (readonly [number, number])[],
  /** Nodes of a cluster. */
  each: 20,
  /** Weight of edges across, beside 1 within. */
  across: 0.2,
  steps: 3000,
  latentDim: 16,
  hidden: [128],
  projection: [64, 64],
  epochs: 40,
};
const settings = { small, full: { ...small, each: 40, epochs: 100 } };

type Room = Record<string, number | readonly number[]>;

const TRICKS = {
  simSiam: "SimSiam",
  "simSiam no stop": "SimSiam without the stop of gradients",
  "simSiam no predictor": "SimSiam without the predictor",
  byol: "BYOL",
  "byol no stop": "BYOL without the stop of gradients",
  "byol no predictor": "BYOL without the predictor",
  "byol no average": "BYOL without the moving average",
  vicReg: "VICReg",
  "vicReg no variance": "VICReg without the term of variances",
  "vicReg no covariance": "VICReg without the term of covariances",
} as const;
type Trick = keyof typeof TRICKS;
const tricks = Object.keys(TRICKS) as Trick[];

async function measure(measuring: Measuring) {
  const { size, seed } = measuring;
  const { graphs } = settings[size];
  const figures: Room = {};
  const progress = new Progress(measuring, graphs.length + tricks.length);
  for (const [clusters, k] of graphs) {
    const { told, angle } = await embeddedGraph(clusters, k, { ...settings[size], seed });
    figures[`graph ${clusters} ${k}`] = told;
    figures[`angle ${clusters} ${k}`] = angle;
    progress.done();
  }
  await withoutNegatives(measuring, figures, progress);
  return figures;
}

/** Normalized weights of a graph of clusters. */
export function augmentationGraph(clusters: number, each: number, across: number): Dense {
  const n = clusters * each;
  const weights = dense(n, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      weights.data[i * n + j] = across / n + (Math.floor(i / each) === Math.floor(j / each) ? 1 / each : 0);
  // All nodes have the same degree.
  const degree = weights.data.subarray(0, n).reduce((sum, value) => sum + value, 0);
  return { ...weights, data: weights.data.map((value) => value / degree) };
}

/** The loss descended from small random numbers: how linearly its embedding tells clusters, and how far it is from eigenvectors. */
export async function embeddedGraph(
  clusters: number,
  k: number,
  { each, across, steps, seed }: { each: number; across: number; steps: number; seed: number },
): Promise<{ told: number; angle: number }> {
  const graph = augmentationGraph(clusters, each, across);
  const n = graph.rows;
  const stream = random(seed).fork("graph", clusters, k);
  let u = dense(
    n,
    k,
    Float64Array.from({ length: n * k }, () => 0.01 * stream.normal()),
  );
  for (let step = 0; step < steps; step++) {
    const pulled = await gemm(graph, u);
    const pushed = await gemm(u, await gemm(u, u, { transposeA: true }));
    u = dense(
      n,
      k,
      u.data.map((value, at) => value - RATE * (pushed.data[at]! - pulled.data[at]!)),
    );
  }
  const { vectors } = await eigh(graph);
  const leading = leadingColumns(vectors, k);
  const angles = await principalAngles(u, leading);
  const classes = Int32Array.from({ length: n }, (_, i) => Math.floor(i / each));
  const all = Array.from(classes.keys());
  const labeled = { z: u, classes, classCount: clusters };
  return {
    told: accuracyOn(all, await predictedClasses(labeled, all, 0), labeled),
    angle: degrees(angles.at(-1)!),
  };
}

const RATE = 0.2;

async function withoutNegatives(
  { data: { x, labels }, size, seed, signal }: Measuring,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { latentDim, hidden, projection, epochs } = settings[size];
  const unit = Math.sqrt(x.data.reduce((sum, value) => sum + value * value, 0) / x.data.length);
  const common = { latentDim, hidden, projection, augment: [`gaussian:${unit}`], encoder: "dense" } as const;
  const methods: Readonly<Record<Trick, Method<Encoder>>> = {
    simSiam: simSiam(common),
    "simSiam no stop": simSiam({ ...common, stopGradient: false }),
    "simSiam no predictor": simSiam({ ...common, predictor: false }),
    byol: byol(common),
    "byol no stop": byol({ ...common, stopGradient: false }),
    "byol no predictor": byol({ ...common, predictor: false }),
    "byol no average": byol({ ...common, momentum: 0 }),
    vicReg: vicReg(common),
    "vicReg no variance": vicReg({ ...common, variance: 0 }),
    "vicReg no covariance": vicReg({ ...common, covariance: 0 }),
  };
  for (const trick of tricks) {
    const model = await fit(methods[trick], x, { epochs, batchSize: 128, seed, signal });
    const { spread, dimensions } = model.history.at(-1)!.figures!;
    figures[`spread ${trick}`] = spread!;
    figures[`dimensions ${trick}`] = dimensions!;
    if (labels) figures[`told ${trick}`] = await leaveOneOutAccuracy(await model.encode(x), labels);
    progress.done();
  }
  if (labels) figures["told raw"] = await leaveOneOutAccuracy(x, labels);
}

const claims: readonly Claim[] = [
  {
    id: "E11",
    quote: "contrastive: augmentations of one example fall in one cluster (spectral loss)",
    source: "003",
    statement: "A linear classifier on the embedding tells at least .95 of the nodes' clusters.",
    means:
      "It does as long as the embedding has as many numbers as there are clusters. With one fewer it may; with fewer still clusters fall between others, and no line tells them.",
    picture: "clusters",
    sides: (results, threshold = 0.95) =>
      small.graphs.map(([clusters, k]) =>
        atLeast(
          `${clusters} clusters, k = ${k}: accuracy`,
          results.numbers(`graph ${clusters} ${k}`),
          threshold,
        ),
      ),
  },
  {
    id: "E12",
    quote: "without negatives: possible, and needs tricks",
    source: "003",
    statement:
      "What the loss compares keeps a spread of .3 or more, 1 being even and 0 all in one; and without one of its tricks it has less than .3 (without the covariances of VICReg, less than .3 of the dimensions).",
    means:
      "Methods without negatives keep rows apart, and each hangs on some of its tricks; others can be left out without a collapse.",
    picture: "spread",
    sides: (results, threshold = 0.3) =>
      tricks.map((trick) =>
        trick === "vicReg no covariance"
          ? atMost(
              `${TRICKS[trick]}: dimensions as a share of those with it`,
              results
                .numbers(`dimensions ${trick}`)
                .map((value, seed) => value / results.numbers("dimensions vicReg")[seed]!),
              threshold,
            )
          : trick.includes(" no ")
            ? atMost(`${TRICKS[trick]}: spread`, results.numbers(`spread ${trick}`), threshold)
            : atLeast(`${TRICKS[trick]}: spread`, results.numbers(`spread ${trick}`), threshold),
      ),
  },
];

const graphName = ([clusters, k]: readonly [number, number]) => `${clusters} clusters, k = ${k}`;
const listOf = (results: Results, name: string) =>
  tricks.map((trick) => (results.has(`${name} ${trick}`) ? results.mean(`${name} ${trick}`) : Number.NaN));

const pictures: Study["pictures"] = {
  spread: (results) => ({
    kind: "bars",
    title: "Spread of what is compared, and what codes tell",
    see: "Where a trick that matters is missing, all rows end in one place.",
    valueName: "spread, accuracy of neighbors",
    names: tricks.map((trick) => trick),
    series: [
      { name: "spread", values: listOf(results, "spread") },
      { name: "accuracy of neighbors", values: listOf(results, "told") },
    ],
  }),
  clusters: (results) => ({
    kind: "bars",
    title: "Clusters told by an embedding of k numbers",
    see: "With fewer numbers than clusters some are lost.",
    valueName: "accuracy",
    names: small.graphs.map(graphName),
    series: [
      {
        name: "accuracy",
        values: small.graphs.map(([clusters, k]) => results.mean(`graph ${clusters} ${k}`)),
      },
    ],
    caption: `angle to the leading eigenvectors where k is the number of clusters: ${results.mean("angle 4 4").toPrecision(1)}° and ${results.mean("angle 8 8").toPrecision(1)}°`,
  }),
};

export const contrastive: Study = {
  id: "contrastive",
  title: "Contrast with negatives and without",
  question:
    "Does the spectral loss find clusters, and which tricks keep losses without negatives from a collapse?",
  claims,
  settings,
  measure,
  pictures,
};
