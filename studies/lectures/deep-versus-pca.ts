/**
 * @file Deep autoencoders beside principal components: where they are better, and after how much training.
 */
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { cos } from "../../src/elementary.js";
import {
  autoencoder,
  convolutionalAutoencoder,
  fit,
  logisticPca,
  pca,
  startTraining,
  type TrainingSession,
} from "../../src/index.js";
import { dense } from "../../src/linalg/dense.js";
import { svd } from "../../src/linalg/svd.js";
import { intrinsicDimension, leaveOneOutAccuracy, squaredErrorPerSample } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { gaussianTwin } from "./gaussian-twin.js";
import { heldOutRows } from "./held-out-rows.js";
import { Progress } from "./progress.js";
import { atLeast, atMost, type Claim, type Measuring, type Results, type Study } from "./study.js";
import type { StudyData } from "./study-data.js";

const small = {
  hidden: [128, 64],
  /** Sizes of codes. */
  sizes: [2, 4, 8, 16, 32],
  epochs: [5, 10, 20, 50, 100, 200],
  /** Rows of a small training set. */
  fewRows: 200,
  plane: [5, 20, 100, 400],
  /** Passes of the network of the lecture. */
  lecture: [10, 20, 60],
  images: 100,
  /** Rows that one number is to stand for, and steps on them. */
  memorized: [10, 30],
  memorizing: 2000,
  /** Passes after which losses are compared. */
  losses: [10, 100],
};
const settings = { small, full: { ...small, lecture: [10, 20, 100], images: 100 } };

type Room = Record<string, number | readonly number[]>;

async function measure(measuring: Measuring) {
  const { data, size } = measuring;
  const set = settings[size];
  const figures: Room = {};
  const progress = new Progress(measuring, set.sizes.length + set.memorized.length + 13);
  await bySize(measuring, figures, progress);
  await fewRows(measuring, figures);
  progress.done();
  await onPlane(measuring, figures, progress);
  await memorized(measuring, figures, progress);
  await affineLine(figures);
  await circle(measuring, figures, progress);
  await dimensions(data, measuring.seed, figures);
  progress.done();
  figures["side as printed"] = lectureSide(1);
  figures["side without padding"] = lectureSide(0);
  await images(measuring, figures, progress);
  await losses(measuring, figures);
  progress.done();
  return figures;
}

/** Error on other rows of the k leading components of some. */
async function pcaError(train: Matrix, test: Matrix, k: number): Promise<number> {
  const model = await fit(pca({ latentDim: Math.min(k, train.rows - 1, train.cols) }), train, { seed: 0 });
  return squaredErrorPerSample(test, await model.reconstruct(test));
}

async function bySize(
  { data, size, seed, signal }: Measuring,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { sizes, epochs, hidden } = settings[size];
  const { train, test } = heldOutRows(data.x, seed);
  figures.total = data.eigenvalues.reduce((sum, value) => sum + value, 0);
  for (const latentDim of sizes.filter((k) => k < data.x.cols)) {
    figures[`pca ${latentDim}`] = await pcaError(train, test, latentDim);
    const session = await startTraining(autoencoder({ latentDim, hidden }), train, {
      epochs: epochs.at(-1)!,
      seed,
      signal,
      scale: "none",
    });
    const errors: number[] = [];
    for (const epoch of epochs) {
      await toEpoch(session, train.rows, epoch);
      errors.push(squaredErrorPerSample(test, await session.reconstruct(test)));
      figures[`deep ${latentDim} ${epoch}`] = errors.at(-1)!;
    }
    figures[`deep ${latentDim}`] = errors;
    await session.release();
    progress.done();
  }
}

const BATCH = 128;

async function toEpoch<Model>(session: TrainingSession<Model>, rows: number, epoch: number): Promise<void> {
  const wanted = epoch * Math.ceil(rows / BATCH);
  if (wanted > session.stepsTaken) await session.step(wanted - session.stepsTaken);
}

/** The same with few rows and as many steps. */
async function fewRows({ data, size, seed, signal }: Measuring, figures: Room): Promise<void> {
  const { fewRows: count, hidden, epochs } = settings[size];
  const { train, test } = heldOutRows(data.x, seed);
  const latentDim = 8;
  if (train.rows <= count || data.x.cols <= latentDim) return;
  const few = takeRows(
    train,
    Array.from({ length: count }, (_, i) => i),
  );
  const steps = epochs.at(-1)! * Math.ceil(train.rows / BATCH);
  const model = await fit(autoencoder({ latentDim, hidden }), few, {
    epochs: Math.round(steps / Math.ceil(count / BATCH)),
    seed,
    signal,
  });
  figures["few deep"] = squaredErrorPerSample(test, await model.reconstruct(test));
  figures["few pca"] = await pcaError(few, test, latentDim);
}

/** Codes of two numbers: how well their neighbors tell labels. */
async function onPlane(
  { data, size, seed, signal }: Measuring,
  figures: Room,
  progress: Progress,
): Promise<void> {
  if (!data.labels) return;
  const { plane, hidden } = settings[size];
  const { x, raw, labels } = data;
  const told = (codes: Matrix) => leaveOneOutAccuracy(codes, labels);
  const components = await fit(pca({ latentDim: 2 }), x, { seed, signal });
  figures["plane pca"] = await told(await components.encode(x));
  if (raw.data.every((value) => value >= 0 && value <= 1)) {
    const logistic = await fit(logisticPca({ latentDim: 2 }), raw, { seed, signal });
    figures["plane logistic"] = await told(await logistic.encode(raw));
  }
  progress.done();
  const session = await startTraining(autoencoder({ latentDim: 2, hidden }), x, {
    epochs: plane.at(-1)!,
    seed,
    signal,
    scale: "none",
  });
  for (const epoch of plane) {
    await toEpoch(session, x.rows, epoch);
    figures[`plane deep ${epoch}`] = await told(await session.encode(x));
  }
  await session.release();
  progress.done();
}

/** One number for each of a few rows, by a wide network. */
async function memorized(
  { data, size, seed, signal }: Measuring,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { memorized: counts, memorizing } = settings[size];
  const order = random(seed).fork("memorized").permutation(data.x.rows);
  for (const count of counts) {
    const rows = takeRows(data.x, order.subarray(0, count));
    const others = takeRows(data.x, order.subarray(count));
    const model = await fit(autoencoder({ latentDim: 1, hidden: [256, 256] }), rows, {
      epochs: memorizing,
      batchSize: "all",
      schedule: "cosine",
      seed,
      signal,
    });
    const error = async (of: Matrix) => squaredErrorPerSample(of, await model.reconstruct(of));
    figures[`memorized own ${count}`] = await error(rows);
    figures[`memorized new ${count}`] = await error(others);
    figures[`memorized own linear ${count}`] = await pcaError(rows, rows, 1);
    figures[`memorized new linear ${count}`] = await pcaError(rows, others, 1);
    progress.done();
  }
}

/** A line that does not go through 0: error of one number with a center and without. */
async function affineLine(figures: Room): Promise<void> {
  const n = 100;
  const rows = dense(n, 3);
  for (let i = 0; i < n; i++) {
    const t = i / (n - 1);
    rows.data.set([1 + t, 2, 3 - t], 3 * i);
  }
  const mean = [1.5, 2, 2.5];
  const centered = dense(
    n,
    3,
    rows.data.map((value, at) => value - mean[at % 3]!),
  );
  figures["line without bias"] = (await svd(rows)).s[1]! ** 2 / n;
  figures["line with bias"] = (await svd(centered)).s[1]! ** 2 / n;
}

/** A circle by one number and by two. */
async function circle({ seed, signal }: Measuring, figures: Room, progress: Progress): Promise<void> {
  const quarter = 64;
  const rows = matrix(4 * quarter, 2);
  for (let i = 0; i < quarter; i++) {
    const angle = (Math.PI / 2) * (i / quarter);
    let [x, y] = [cos(angle), cos(Math.PI / 2 - angle)];
    for (let turn = 0; turn < 4; turn++) {
      rows.data.set([x, y], 2 * (turn * quarter + i));
      [x, y] = [-y, x];
    }
  }
  for (const latentDim of [1, 2]) {
    const model = await fit(autoencoder({ latentDim, hidden: [64, 64] }), rows, {
      epochs: 600,
      schedule: "cosine",
      learningRate: 3e-3,
      seed,
      signal,
    });
    figures[`circle ${latentDim}`] = squaredErrorPerSample(rows, await model.reconstruct(rows));
  }
  progress.done();
}

const KEPT = 0.9;

/** Dimensions by neighbors, of the rows and of Gaussian rows of the same covariance, and components for .9 of the variance. */
async function dimensions(data: StudyData, seed: number, figures: Room): Promise<void> {
  const { x, eigenvalues } = data;
  const total = eigenvalues.reduce((sum, value) => sum + value, 0);
  let [components, sum] = [0, 0];
  while (sum < KEPT * total) sum += eigenvalues[components++]!;
  figures["components for .9"] = components;
  figures["dimension rows"] = await intrinsicDimension(x);
  figures["dimension gaussian"] = await intrinsicDimension(await gaussianTwin(data, x.rows, seed));
}

/** Side of the images that the decoder of the lecture gives: (side − 1) · stride − 2 · padding + kernel, layer by layer from 2 on. */
export function lectureSide(firstPadding: number): number {
  return [
    { kernel: 3, stride: 2, padding: firstPadding },
    { kernel: 5, stride: 3, padding: 1 },
    { kernel: 2, stride: 2, padding: 1 },
  ].reduce((side, { kernel, stride, padding }) => (side - 1) * stride - 2 * padding + kernel, 2);
}

/** Convolutional networks: that of the lecture, and one on images as they are and with pixels in disorder. */
async function images(measuring: Measuring, figures: Room, progress: Progress): Promise<void> {
  const { data, size, seed, signal } = measuring;
  const { raw } = data;
  const side = Math.sqrt(raw.cols);
  if (!Number.isInteger(side) || side < 6) return;
  const { images: epochs, hidden } = settings[size];
  if (side >= LEAST_SIDE) await lectureNetwork(measuring, side, figures);
  progress.done();
  figures["images epochs"] = epochs;
  const latentDim = Math.floor(raw.cols / 4);
  const order = random(seed).fork("pixels").permutation(raw.cols);
  for (const [name, rows] of [
    ["as they are", raw],
    ["permuted", permuted(raw, order)],
  ] as const) {
    const { train, test } = heldOutRows(rows, seed);
    const training = { epochs, seed, signal };
    const conv = await fit(convolutionalAutoencoder({ latentDim }), train, training);
    const dense = await fit(autoencoder({ latentDim, hidden }), train, training);
    figures[`images conv ${name}`] = squaredErrorPerSample(test, await conv.reconstruct(test));
    figures[`images dense ${name}`] = squaredErrorPerSample(test, await dense.reconstruct(test));
    figures[`images pca ${name}`] = await pcaError(train, test, latentDim);
    progress.done();
  }
}

/** Images made larger from less than half the size of the lecture's are not like those. */
const LEAST_SIDE = 14;

/** The network of the lecture on images of its size. */
async function lectureNetwork(
  { data: { raw }, size, seed, signal }: Measuring,
  side: number,
  figures: Room,
): Promise<void> {
  const { lecture } = settings[size];
  const large = heldOutRows(resized(raw, side, 28), seed);
  const session = await startTraining(
    convolutionalAutoencoder({ layers: "lecture", normalize: true, outputActivation: "tanh" }),
    large.train,
    { epochs: lecture.at(-1)!, batchSize: BATCH, learningRate: 1e-3, seed, signal },
  );
  const errors: number[] = [];
  for (const epoch of lecture) {
    await toEpoch(session, large.train.rows, epoch);
    errors.push(squaredErrorPerSample(large.test, await session.reconstruct(large.test)));
    figures[`lecture ${epoch}`] = errors.at(-1)!;
  }
  figures["lecture epochs"] = lecture;
  figures.lecture = errors;
  await session.release();
  figures["lecture pca"] = await pcaError(large.train, large.test, 32);
}

/** The cross-entropy and the squared error, on numbers in [0, 1] and on ones and zeros, judged by the squared error. */
async function losses({ data, size, seed, signal }: Measuring, figures: Room): Promise<void> {
  const { raw } = data;
  if (raw.data.some((value) => value < 0 || value > 1)) return;
  const { losses: epochs, hidden } = settings[size];
  const binary = { ...raw, data: raw.data.map((value) => Number(value > 0.5)) };
  for (const [name, rows] of [
    ["gray", raw],
    ["binary", binary],
  ] as const) {
    const { train, test } = heldOutRows(rows, seed);
    for (const loss of ["squaredError", "binaryCrossEntropy"] as const) {
      const session = await startTraining(autoencoder({ latentDim: 8, hidden, loss }), train, {
        epochs: epochs.at(-1)!,
        seed,
        signal,
        scale: "none",
      });
      for (const epoch of epochs) {
        await toEpoch(session, train.rows, epoch);
        figures[`${loss} ${name} ${epoch}`] = squaredErrorPerSample(test, await session.reconstruct(test));
      }
      await session.release();
    }
  }
}

/** Square images at another size, between pixels in a straight line. */
function resized({ data, rows }: Matrix, from: number, to: number): Matrix {
  const out = matrix(rows, to * to);
  const places = Array.from({ length: to }, (_, i) => {
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    const low = Math.min(from - 2, Math.floor(at));
    return { low, share: at - low };
  });
  for (let i = 0; i < rows; i++)
    places.forEach(({ low: top, share: down }, y) => {
      places.forEach(({ low: left, share: across }, x) => {
        const pixel = (row: number, column: number) => data[(i * from + row) * from + column]!;
        const above = (1 - across) * pixel(top, left) + across * pixel(top, left + 1);
        const below = (1 - across) * pixel(top + 1, left) + across * pixel(top + 1, left + 1);
        out.data[(i * to + y) * to + x] = (1 - down) * above + down * below;
      });
    });
  return out;
}

function permuted({ data, rows, cols }: Matrix, order: Uint32Array): Matrix {
  const out = matrix(rows, cols);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++) out.data[i * cols + j] = data[i * cols + order[j]!]!;
  return out;
}

const ratio = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value / results.numbers(b)[seed]!);

const sizesOf = (results: Results) => small.sizes.filter((k) => results.has(`pca ${k}`));

/** Least of the sizes whose codes keep .9 of the variance; twice the largest where none does. */
const deepFor = (results: Results) =>
  results.bySeed.map((figures) => {
    const last = small.epochs.at(-1)!;
    const enough = sizesOf(results).find(
      (k) => (figures[`deep ${k} ${last}`] as number) <= (1 - KEPT) * (figures.total as number),
    );
    return enough ?? 2 * small.sizes.at(-1)!;
  });

const network = `layers of ${small.hidden.join(" and ")}`;

const claims: readonly Claim[] = [
  {
    id: "D1",
    quote: "deep autoencoders generalize PCA (so: do better at equal k)",
    source: "002, 004",
    statement:
      "On rows that it was not trained on, the error of a deep autoencoder is at most that of PCA with the same k.",
    means:
      "Deep codes are worth it when they are small and training is long: hundreds of passes over some thousand rows. After few passes, with few rows, or with codes of half as many numbers as the row, PCA is better, at once, and has one answer.",
    picture: "training",
    sides: (results, threshold = 1) => [
      ...[8, 16, 32]
        .filter((k) => results.has(`pca ${k}`))
        .flatMap((k) =>
          [10, 20, 200].map((epoch) =>
            atMost(
              `${network}, k = ${k}, ${epoch} epochs: error as a multiple of that of PCA`,
              ratio(results, `deep ${k} ${epoch}`, `pca ${k}`),
              threshold,
            ),
          ),
        ),
      ...(results.has("few deep")
        ? [
            atMost(
              `${network}, k = 8, ${small.fewRows} rows, as many steps as 200 epochs of all: error as a multiple of that of PCA`,
              ratio(results, "few deep", "few pca"),
              threshold,
            ),
          ]
        : []),
    ],
  },
  {
    id: "D2",
    quote: "the lecture's convolutional network: shapes (padding 1 in each transposed convolution)",
    source: "002",
    statement: "The decoder as printed gives images of 28 × 28 pixels.",
    means: "A slip: with no padding in the first transposed convolution the images have the right size.",
    sides: (results, threshold = 28) => [
      atLeast("as printed: pixels on a side", results.numbers("side as printed"), threshold),
    ],
  },
  {
    id: "D3",
    quote: "…and its training: 20 epochs, batches of 128, Adam with .001",
    source: "002",
    statement: "Its error on other rows is at most that of PCA with as many numbers, 32.",
    means:
      "With 5,729 parameters it does not reach what PCA reaches with 32 numbers at once; it shows how such a network is built, not what one can do. It wants images of 14 × 14 pixels or more, such as those of `--data FOLDER` of MNIST or Fashion-MNIST, which are studied at that size.",
    sides: (results, threshold = 1) =>
      results.has("lecture pca")
        ? results
            .list("lecture epochs")
            .map((epoch) =>
              atMost(
                `${epoch} epochs: error as a multiple of that of PCA with k = 32`,
                ratio(results, `lecture ${epoch}`, "lecture pca"),
                threshold,
              ),
            )
        : [],
  },
  {
    id: "D5",
    quote: "binary numbers: cross-entropy; real ones: squared error with a linear output",
    source: "002",
    statement:
      "The loss that is said for the kind of numbers leaves at most the squared error that the other one leaves, on other rows.",
    means:
      "Both losses are least at the mean of what may be there, for numbers in [0, 1] of either kind: which of them is ahead is a matter of how long one trains.",
    sides: (results, threshold = 1) =>
      results.has("squaredError gray 10")
        ? (["binary", "gray"] as const).flatMap((kind) =>
            small.losses.map((epoch) =>
              atMost(
                `${kind === "binary" ? "ones and zeros, cross-entropy" : "numbers in [0, 1], squared error"}, ${epoch} epochs: error as a multiple of that of the other loss`,
                kind === "binary"
                  ? ratio(results, `binaryCrossEntropy ${kind} ${epoch}`, `squaredError ${kind} ${epoch}`)
                  : ratio(results, `squaredError ${kind} ${epoch}`, `binaryCrossEntropy ${kind} ${epoch}`),
                threshold,
              ),
            ),
          )
        : [],
  },
  {
    id: "D6",
    quote:
      "autoencoder beside PCA and logistic PCA in two dimensions: the autoencoder separates, and logistic PCA is ahead of PCA",
    source: "004",
    statement:
      "Labels are told by the nearest codes of two numbers at least as well as from two principal components: those of an autoencoder, and those of logistic PCA.",
    means:
      "The autoencoder is behind at first, and far ahead after long training. Logistic PCA is not ahead of PCA on gray pixels.",
    picture: "plane",
    sides: (results, threshold = 1) =>
      results.has("plane pca")
        ? [
            ...small.plane.map((epoch) =>
              atLeast(
                `autoencoder, ${network}, ${epoch} epochs: accuracy as a multiple of that on principal components`,
                ratio(results, `plane deep ${epoch}`, "plane pca"),
                threshold,
              ),
            ),
            ...(results.has("plane logistic")
              ? [
                  atLeast(
                    "logistic PCA: accuracy as a multiple of that on principal components",
                    ratio(results, "plane logistic", "plane pca"),
                    threshold,
                  ),
                ]
              : []),
          ]
        : [],
  },
  {
    id: "D9",
    quote: "use an architecture of the domain (convolutions for images)",
    source: "003",
    statement:
      "With equal codes the error of a convolutional network is at most that of fully connected layers, and of PCA.",
    means:
      "Convolutions know that pixels have neighbors. On images of a few pixels that is worth nothing. On larger ones it may be worth much, and less of it where pixels are in disorder: try both.",
    picture: "images",
    sides: (results, threshold = 1) =>
      results.has("images conv permuted")
        ? [
            ...(["as they are", "permuted"] as const).map((name) =>
              atMost(
                `pixels ${name}, ${results.mean("images epochs")} epochs: error as a multiple of that of fully connected layers`,
                ratio(results, `images conv ${name}`, `images dense ${name}`),
                threshold,
              ),
            ),
            atMost(
              `pixels as they are, ${results.mean("images epochs")} epochs: error as a multiple of that of PCA`,
              ratio(results, "images conv as they are", "images pca as they are"),
              threshold,
            ),
          ]
        : [],
  },
  {
    id: "A11",
    quote: "an autoencoder cannot be the identity for k < d",
    source: "000 §15.6.1 (a wish: to state it for general maps)",
    statement:
      "With one number a row the error of a wide network is at least that of the best linear map of rank 1: on the rows trained on, and on others.",
    means:
      "For linear maps it is a theorem. A network may lay a curve through the rows it is trained on, as many as they are, so that a small error on these says nothing; on other rows it is the worse for it.",
    sides: (results, threshold = 1) =>
      small.memorized.flatMap((count) =>
        (["own", "new"] as const).map((rows) =>
          atLeast(
            `layers of 256 and 256, ${small.memorizing} steps on ${count} rows, ${rows === "own" ? "on these" : "on others"}: error as a multiple of the linear one`,
            ratio(results, `memorized ${rows} ${count}`, `memorized ${rows} linear ${count}`),
            threshold,
          ),
        ),
      ),
  },
  {
    id: "A12",
    quote:
      "if x has an intrinsic dimension d′ < k it can be recovered in full, especially with bias or nonlinear layers",
    source: "000 §15.4, comments",
    statement:
      "At most .001 of the variance is lost with a code of as many numbers as the data have dimensions.",
    means:
      "A line needs a center, unless it goes through 0. A curve needs as many numbers as the space it can be laid in without meeting itself: a circle has one dimension and needs two numbers.",
    sides: (results, threshold = 1e-3) => [
      atMost("a line in space, k = 1, no bias: error", results.numbers("line without bias"), threshold),
      atMost("a line in space, k = 1, with bias: error", results.numbers("line with bias"), threshold),
      atMost(
        "a circle, k = 1, layers of 64 and 64: share of the variance",
        results.numbers("circle 1"),
        threshold,
      ),
      atMost(
        "a circle, k = 2, layers of 64 and 64: share of the variance",
        results.numbers("circle 2"),
        threshold,
      ),
    ],
  },
  {
    id: "A13",
    quote: "y learns to capture the intrinsic dimension",
    source: "000 §15.4",
    statement:
      "Codes that keep .9 of the variance have at most one and a half times as many numbers as the rows have dimensions by their neighbors.",
    means:
      "A linear code needs as many numbers as the subspace has dimensions, which is more than the surface in it has. Deep codes need fewer, on new rows not as few as there are dimensions.",
    picture: "dimension",
    sides: (results, threshold = 1.5) => [
      atMost(
        "linear, rows as they are: components for .9 as a multiple of the dimension by neighbors",
        ratio(results, "components for .9", "dimension rows"),
        threshold,
      ),
      atMost(
        "linear, Gaussian rows of the same covariance",
        ratio(results, "components for .9", "dimension gaussian"),
        threshold,
      ),
      ...(sizesOf(results).length > 0
        ? [
            atMost(
              `${network}, rows not trained on, the least of k = ${sizesOf(results).join(", ")}`,
              deepFor(results).map((k, seed) => k / results.numbers("dimension rows")[seed]!),
              threshold,
            ),
          ]
        : []),
    ],
  },
];

const pictures: Study["pictures"] = {
  training: (results) => ({
    kind: "curves",
    title: "Error of a deep autoencoder as a multiple of that of PCA",
    see: "Small codes are better than PCA after dozens of epochs, large ones never.",
    xName: "epoch",
    yName: "multiple",
    logX: true,
    logY: true,
    x: small.epochs,
    series: [
      ...sizesOf(results).map((k) => ({
        name: `k = ${k}`,
        values: results.list(`deep ${k}`).map((error) => error / results.mean(`pca ${k}`)),
      })),
      { name: "PCA", values: small.epochs.map(() => 1) },
    ],
  }),
  plane: (results) => ({
    kind: "bars",
    title: "Accuracy of the nearest neighbors on codes of two numbers",
    see: "An autoencoder is ahead of PCA after hundreds of epochs, not before.",
    valueName: "accuracy",
    names: ["PCA", "logistic PCA", ...small.plane.map((epoch) => `deep, ${epoch} epochs`)],
    series: [
      {
        name: "accuracy",
        values: ["pca", "logistic", ...small.plane.map((epoch) => `deep ${epoch}`)].map((name) =>
          results.has(`plane ${name}`) ? results.mean(`plane ${name}`) : Number.NaN,
        ),
      },
    ],
  }),
  images: (results) => ({
    kind: "bars",
    title: "Error on other images",
    see: "Convolutions lose most where pixels are in disorder; the others know nothing of their order.",
    valueName: "squared error",
    names: ["convolutional", "fully connected", "PCA"],
    series: (["as they are", "permuted"] as const).map((name) => ({
      name: `pixels ${name}`,
      values: ["conv", "dense", "pca"].map((kind) =>
        results.has(`images ${kind} ${name}`) ? results.mean(`images ${kind} ${name}`) : Number.NaN,
      ),
    })),
  }),
  dimension: (results) => ({
    kind: "curves",
    title: "Error by the size of the code",
    see: "The error falls on behind the dimension that neighbors tell, for deep codes as for linear ones.",
    xName: "k",
    yName: "squared error",
    logX: true,
    logY: true,
    x: sizesOf(results),
    series: [
      { name: "PCA", values: sizesOf(results).map((k) => results.mean(`pca ${k}`)) },
      {
        name: `deep, ${small.epochs.at(-1)} epochs`,
        values: sizesOf(results).map((k) => results.mean(`deep ${k} ${small.epochs.at(-1)}`)),
      },
    ],
    caption: `dimension by neighbors ${results.mean("dimension rows").toFixed(1)}, components for .9 of the variance ${results.mean("components for .9").toFixed(0)}`,
  }),
};

export const deepVersusPca: Study = {
  id: "deep-versus-pca",
  title: "When is a deep autoencoder better than PCA?",
  question:
    "When is a deep autoencoder better than principal components, what can a single number stand for, and what does a network know of images?",
  claims,
  settings,
  measure,
  pictures,
};
