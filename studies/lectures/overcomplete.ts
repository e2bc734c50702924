/**
 * @file Codes wider than rows, and codes that are not: what keeps them from copying, and what they are worth.
 */
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import {
  autoencoder,
  contractiveAutoencoder,
  denoisingAutoencoder,
  fit,
  type Method,
  pca,
  sparseAutoencoder,
  startTraining,
} from "../../src/index.js";
import type { Coder } from "../../src/methods/model.js";
import { leaveOneOutAccuracy, linearProbe, rocAuc, squaredErrorPerSample } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { heldOutRows } from "./held-out-rows.js";
import { Progress } from "./progress.js";
import { atLeast, atMost, type Claim, type Measuring, type Results, type Study } from "./study.js";

const small = {
  width: 128,
  bottleneck: 8,
  epochs: 80,
  /** Variance of noise, of training and to judge by, as a share of the mean variance along an axis. */
  noise: 1,
  contraction: 2,
  /** Weight of ‖z‖₁ as a multiple of the root of the mean variance along an axis. */
  sparsity: 0.3,
  sizes: [4, 8, 16, 32],
  deep: [128, 64],
  deepEpochs: 100,
};
const settings = { small, full: { ...small, width: 400 } };

type Room = Record<string, number | readonly number[]>;

const WAYS = {
  plain: "nothing against it",
  denoising: "noise in training",
  contractive: "contraction, tied decoder",
  "contractive free": "contraction, free decoder",
  l1: "‖z‖₁, tied decoder",
  "l1 free": "‖z‖₁, free decoder",
  bottleneck: "fewer units than columns",
} as const;
type Way = keyof typeof WAYS;

async function measure(measuring: Measuring) {
  const { data, size } = measuring;
  const figures: Room = { width: settings[size].width };
  const progress = new Progress(measuring, Object.keys(WAYS).length + 3 + settings[size].sizes.length);
  const axis = data.eigenvalues.reduce((sum, value) => sum + value, 0) / data.x.cols;
  await wide(measuring, axis, figures, progress);
  await copies(measuring, figures, progress);
  await otherClasses(measuring, figures, progress);
  return figures;
}

/** Codes of one layer by what is done against copying. */
async function wide(
  { data, size, seed, signal }: Measuring,
  axis: number,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const set = settings[size];
  const { x, labels } = data;
  const layer = { latentDim: set.width, hidden: [], latentActivation: "relu" } as const;
  const l1 = { l1: set.sparsity * Math.sqrt(axis) };
  const contraction = set.contraction * set.noise * axis;
  const methods: Readonly<Record<Way, Method<Coder>>> = {
    plain: autoencoder({ ...layer, tied: true }),
    denoising: denoisingAutoencoder({
      ...layer,
      tied: true,
      noise: { gaussian: Math.sqrt(set.noise * axis) },
    }),
    contractive: contractiveAutoencoder({ ...layer, contraction }),
    "contractive free": contractiveAutoencoder({ ...layer, contraction, tied: false }),
    l1: sparseAutoencoder({ ...layer, sparsity: l1 }),
    "l1 free": sparseAutoencoder({ ...layer, sparsity: l1, tied: false }),
    bottleneck: autoencoder({ ...layer, latentDim: Math.min(set.bottleneck, x.cols), tied: true }),
  };
  const { trainRows, testRows } = heldOutRows(x, seed);
  const noise = random(seed).fork("noise").fillNormal(new Float32Array(x.data.length));
  const noisy = matrix(
    x.rows,
    x.cols,
    x.data.map((value, at) => value + Math.sqrt(set.noise * axis) * noise[at]!),
  );
  const told = async (name: string, codes: Matrix) => {
    if (!labels) return;
    const of = (rows: Uint32Array) => Array.from(rows, (row) => labels[row]!);
    figures[`neighbors ${name}`] = await leaveOneOutAccuracy(codes, labels);
    figures[`probe ${name}`] = (
      await linearProbe(takeRows(codes, trainRows), of(trainRows), takeRows(codes, testRows), of(testRows))
    ).accuracy;
  };
  await told("raw", x);
  for (const way of Object.keys(WAYS) as Way[]) {
    const training = { epochs: set.epochs, learningRate: 3e-3, batchSize: 64, seed, signal };
    const model = await fit(methods[way], x, training);
    const xHat = await model.reconstruct(x);
    const total = axis * x.cols;
    figures[`lost ${way}`] = squaredErrorPerSample(x, xHat) / total;
    figures[`noise ${way}`] =
      squaredErrorPerSample(xHat, await model.reconstruct(noisy)) / (set.noise * total);
    await told(way, await model.encode(x));
    progress.done();
  }
}

/** Units of an encoder that take most of their weight from one column. */
async function copies(
  { data, size, seed, signal }: Measuring,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { width, epochs } = settings[size];
  const { x } = data;
  for (const latentActivation of ["linear", "sigmoid", "relu"] as const) {
    const method = autoencoder({ latentDim: width, hidden: [], latentActivation });
    const session = await startTraining(method, x, {
      epochs,
      learningRate: 3e-3,
      batchSize: 64,
      seed,
      signal,
    });
    await session.run();
    const weights = session.snapshot().parameters["encoder.0.weight"]!.data as Float32Array;
    await session.release();
    let [copying, spread] = [0, 0];
    for (let unit = 0; unit < width; unit++) {
      const shares = Array.from({ length: x.cols }, (_, j) => weights[j * width + unit]! ** 2);
      const sum = shares.reduce((a, b) => a + b, 0);
      copying += Number(Math.max(...shares) > sum / 2);
      spread += sum ** 2 / shares.reduce((a, b) => a + b * b, 0);
    }
    figures[`copying ${latentActivation}`] = copying / width;
    figures[`spread ${latentActivation}`] = spread / width;
    progress.done();
  }
  figures.columns = x.cols;
}

/** Errors on classes that were trained on and on others. */
async function otherClasses(
  { data, size, seed, signal }: Measuring,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { x, labels } = data;
  const names = [...new Set(labels)].sort();
  if (!labels || names.length < 4) return;
  const known = new Set(names.slice(0, Math.floor(names.length / 2)));
  const rowsOf = (inside: boolean) =>
    Array.from({ length: x.rows }, (_, i) => i).filter((i) => known.has(labels[i]!) === inside);
  const { train, test } = heldOutRows(takeRows(x, rowsOf(true)), seed);
  const others = takeRows(x, rowsOf(false));
  const { sizes, deep, deepEpochs } = settings[size];
  for (const latentDim of sizes.filter((k) => k < x.cols)) {
    for (const [name, method] of [
      ["pca", pca({ latentDim })],
      ["deep", autoencoder({ latentDim, hidden: deep })],
    ] as const) {
      const training = name === "deep" ? { epochs: deepEpochs } : {};
      const model = await fit(method as Method<Coder>, train, { ...training, seed, signal });
      const [inside, outside] = [await model.score(test), await model.score(others)];
      const mean = (of: Float32Array) => of.reduce((sum, value) => sum + value, 0) / of.length;
      figures[`inside ${name} ${latentDim}`] = mean(inside);
      figures[`outside ${name} ${latentDim}`] = mean(outside);
      figures[`auc ${name} ${latentDim}`] = rocAuc(
        [...inside, ...outside],
        [...Array.from(inside, () => false), ...Array.from(outside, () => true)],
      );
    }
    progress.done();
  }
}

const less = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value - results.numbers(b)[seed]!);
const ratio = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value / results.numbers(b)[seed]!);

const ways = Object.keys(WAYS) as Way[];
const sizesOf = (results: Results) => small.sizes.filter((k) => results.has(`auc pca ${k}`));

const claims: readonly Claim[] = [
  {
    id: "C17",
    quote: "a hidden layer wider than the input, with sparsity, noise or contraction, does not learn to copy",
    source: "002, 003",
    statement:
      "With twice as many rectified units as columns at most .6 of the noise that comes through without protection comes through with it.",
    means:
      "Noise in training and contraction keep a wide layer from copying noise. A penalty ‖z‖₁ does it less, and with a free decoder the opposite.",
    picture: "noise",
    sides: (results, threshold = 0.6) =>
      (["denoising", "contractive", "contractive free", "l1", "l1 free"] as const).map((way) =>
        atMost(
          `${results.mean("width")} units, ${WAYS[way]}: noise that comes through as a share of that with ${WAYS.plain}`,
          ratio(results, `noise ${way}`, "noise plain"),
          threshold,
        ),
      ),
  },
  {
    id: "C18",
    quote: "overcomplete: each hidden unit may copy a different input component",
    source: "002",
    statement:
      "After training at least a tenth of the units have more than half of their squared weights on one column.",
    means:
      "It may, and does not happen: training spreads every unit over many columns. A wide layer copies all the same, by all of its units together.",
    sides: (results, threshold = 0.1) =>
      (["linear", "sigmoid", "relu"] as const).map((kind) =>
        atLeast(
          `${results.mean("width")} ${kind} units: share of them that copy a column`,
          results.numbers(`copying ${kind}`),
          threshold,
        ),
      ),
  },
  {
    id: "C21",
    quote: "undercomplete codes compress only the training distribution",
    source: "002",
    statement:
      "Classes that were not trained on have at least one and a half times the error of those that were, on rows that were not.",
    means:
      "A small code is made for the rows it was trained on, which is what makes its error tell rows of another kind. Of a large code of PCA that is less so.",
    picture: "classes",
    sides: (results, threshold = 1.5) =>
      sizesOf(results).flatMap((k) =>
        (["pca", "deep"] as const).map((name) =>
          atLeast(
            `${name === "pca" ? "PCA" : `layers of ${small.deep.join(" and ")}`}, k = ${k}: error on other classes as a multiple`,
            ratio(results, `outside ${name} ${k}`, `inside ${name} ${k}`),
            threshold,
          ),
        ),
      ),
  },
  {
    id: "D22",
    quote: "a bottleneck, noise, or a penalty: each gives meaningful features",
    source: "002",
    statement:
      "The five nearest neighbors, by the codes, tell labels better by .005 or more than by the rows as they are.",
    means:
      "On rows as simple as these no code is better than the numbers themselves. Codes are worth it where rows are many numbers of little meaning each, and that has to be looked at.",
    picture: "features",
    sides: (results, threshold = 0.005) =>
      results.has("neighbors raw")
        ? (["bottleneck", "denoising", "contractive", "l1"] as const).map((way) =>
            atLeast(
              `${WAYS[way]}: accuracy less that of the rows`,
              less(results, `neighbors ${way}`, "neighbors raw"),
              threshold,
            ),
          )
        : [],
  },
];

const pictures: Study["pictures"] = {
  noise: (results) => ({
    kind: "bars",
    title: "Noise that comes through, and what is lost",
    see: "Noise in training and contraction hold noise back, and lose some of the rows with it.",
    valueName: "share",
    names: [...ways],
    series: [
      { name: "of noise that comes through", values: ways.map((way) => results.mean(`noise ${way}`)) },
      { name: "of the rows that is lost", values: ways.map((way) => results.mean(`lost ${way}`)) },
    ],
  }),
  features: (results) => ({
    kind: "bars",
    title: "Accuracy of labels by codes",
    see: "No code tells more than the rows as they are.",
    valueName: "accuracy",
    names: ["raw", ...ways],
    series: (["neighbors", "probe"] as const).map((kind) => ({
      name: kind === "neighbors" ? "five nearest neighbors" : "linear probe",
      values: ["raw", ...ways].map((way) =>
        results.has(`${kind} ${way}`) ? results.mean(`${kind} ${way}`) : Number.NaN,
      ),
    })),
  }),
  classes: (results) => ({
    kind: "curves",
    title: "Area under the curve of errors: other classes against those trained on",
    see: "Errors tell other classes, of small codes best.",
    xName: "k",
    yName: "area under the curve",
    logX: true,
    logY: false,
    x: sizesOf(results),
    series: (["pca", "deep"] as const).map((name) => ({
      name: name === "pca" ? "PCA" : "deep",
      values: sizesOf(results).map((k) => results.mean(`auc ${name} ${k}`)),
    })),
  }),
};

export const overcomplete: Study = {
  id: "overcomplete",
  title: "Do wide codes copy, and are any codes better than the rows?",
  question:
    "Does a code wider than the row copy it, what keeps it from that, and do the codes tell more than the rows themselves?",
  claims,
  settings,
  measure,
  pictures,
};
