/**
 * @file Gradient descent on a linear autoencoder: where it ends, what it passes on the way, and what makes it quick.
 */
import { matrix, takeRows } from "../../src/data/matrix.js";
import type { NdArray } from "../../src/engine/tensor.js";
import { autoencoder, type Coder, fit, linearAutoencoder } from "../../src/index.js";
import { columns, type Dense, dense, toDense } from "../../src/linalg/dense.js";
import { gemm } from "../../src/linalg/gemm.js";
import { leastSquares } from "../../src/linalg/least-squares.js";
import { degrees, principalAngles } from "../../src/linalg/principal-angles.js";
import { qr } from "../../src/linalg/qr.js";
import { svd } from "../../src/linalg/svd.js";
import type { Parameters } from "../../src/methods/parameters.js";
import { linearMap, mapError } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { follow, spacedSteps, trainedMap } from "./linear-training.js";
import { Progress } from "./progress.js";
import {
  atLeast,
  atMost,
  type Claim,
  type Figures,
  type Measuring,
  type Results,
  type Study,
} from "./study.js";
import { type StudyData, tailOf } from "./study-data.js";

const small = {
  latentDim: 8,
  steps: 2000,
  /** Steps of gradient descent from a saddle, and distances from it. */
  leaving: 800,
  saddles: [1e-3, 1e-6, 0],
  /** Steps after which starts are compared, and at which all are to be at the end. */
  enough: 400,
  end: 4000,
  /** Steps of gradient descent from small first weights. */
  staged: 900,
  stride: 5,
  /** Sizes of codes with which as good an error as that of 8 numbers is looked for. */
  codes: [8, 9, 12, 16, 32, 61, 122],
  most: 12_000,
  /** Passes over the rows in batches. */
  batchEpochs: 30,
  batchSize: 32,
  epochs: 100,
};
const settings = { small, full: { ...small, epochs: 400 } };

/** Singular value from which on a direction counts as learned: the map gives back nine tenths of it. */
const LEARNED = 0.9;
const KINDS = ["free", "projection", "shared", "tied"] as const;
const ACTIVATIONS = ["sigmoid", "tanh", "relu"] as const;
/** Encoders of ten kinds: layers before the code, and what bends them. */
export const ENCODERS = [
  { hidden: [], latentActivation: "sigmoid" },
  { hidden: [], latentActivation: "tanh" },
  { hidden: [], latentActivation: "relu" },
  { hidden: [32], latentActivation: "linear" },
  { hidden: [64], latentActivation: "linear" },
  { hidden: [64], latentActivation: "tanh" },
  { hidden: [128], latentActivation: "linear" },
  { hidden: [128, 32], latentActivation: "linear" },
  { hidden: [64], latentActivation: "linear", activation: "tanh" },
  { hidden: [64], latentActivation: "linear", activation: "sigmoid" },
] as const;

async function measure(measuring: Measuring): Promise<Figures> {
  const { data, size, seed, signal } = measuring;
  const set = settings[size];
  const k = set.latentDim;
  const bound = tailOf(data, k);
  const figures: Record<string, number | readonly number[]> = { bound };
  const progress = new Progress(measuring, KINDS.length + 5 + 3 + set.codes.length + ENCODERS.length);
  const adam = { optimizer: "adam", learningRate: 1e-2, schedule: "cosine", seed } as const;

  for (const parameterization of KINDS) {
    const { map, parameters } = await trainedMap(
      data,
      { parameterization, latentDim: k, ...adam },
      set.steps,
      signal,
    );
    figures[`excess ${parameterization}`] = (await mapError(map, data.moments)) / bound - 1;
    const angles = await principalAngles(decoderOf(parameters), columns(data.eigenvectors, 0, k));
    figures[`angle ${parameterization}`] = degrees(angles.at(-1)!);
    progress.done();
  }
  const descent = { parameterization: "free", optimizer: "sgd", seed } as const;
  const { map } = await trainedMap(data, { ...descent, latentDim: k, learningRate: 0.05 }, 8000, signal);
  figures["excess descent"] = (await mapError(map, data.moments)) / bound - 1;
  progress.done();

  // Beside the principal components 2 … k + 1, where the gradient is 0.
  const marks = Array.from({ length: set.leaving / 10 + 1 }, (_, i) => 10 * i);
  figures["saddle steps"] = marks;
  for (const distance of [undefined, ...set.saddles]) {
    const errors: number[] = [];
    const begin = distance === undefined ? undefined : besideSaddle(data, k, distance, seed);
    await follow(
      data,
      { ...descent, latentDim: k, learningRate: 0.05, begin },
      [...marks, set.end],
      async ({ map }) => {
        errors.push((await mapError(map, data.moments)) - bound);
        return false;
      },
      signal,
    );
    const name = distance === undefined ? "random" : String(distance);
    figures[`saddle ${name} end`] = errors.pop()!;
    figures[`saddle ${name}`] = errors;
    figures[`saddle ${name} enough`] = errors[marks.indexOf(set.enough)]!;
    progress.done();
  }

  Object.assign(figures, await stages(measuring));
  progress.done();

  Object.assign(figures, await batchwise(measuring));
  progress.done();
  figures["tied step"] = await tiedStep(data, k, seed);
  progress.done();

  const target = bound * 1.01;
  for (const latentDim of set.codes) {
    let reached = set.most;
    await follow(
      data,
      { ...descent, latentDim, learningRate: 0.02 },
      spacedSteps(set.most, 1.02),
      async ({ step, map }) => {
        if ((await mapError(map, data.moments)) > target) return false;
        reached = step;
        return true;
      },
      signal,
    );
    figures[`steps ${latentDim}`] = reached;
    progress.done();
  }

  for (const [at, encoder] of ENCODERS.entries()) {
    const method = autoencoder({ latentDim: k, ...encoder });
    const model = await fit(method, data.x, {
      epochs: set.epochs,
      batchSize: 64,
      learningRate: 3e-3,
      schedule: "cosine",
      scale: "none",
      seed,
      signal,
    });
    figures[`linear decoder ${at}`] = (await bestLinearError(data, model)) / bound;
    figures[`own decoder ${at}`] =
      (await model.squaredErrors(data.x)).reduce((sum, value) => sum + value, 0) / data.x.rows / bound;
    progress.done();
  }
  return figures;
}

/** Singular values of the map from small first weights on: where each is learned, and how far the next one is by then. */
async function stages({ data, size, seed, signal }: Measuring): Promise<Figures> {
  const set = settings[size];
  const k = set.latentDim;
  const marks = Array.from({ length: set.staged / set.stride + 1 }, (_, i) => set.stride * i);
  const errors: number[] = [];
  const learnedAt: number[] = [];
  const next: number[] = [];
  await follow(
    data,
    {
      parameterization: "free",
      latentDim: k,
      initialScale: 0.01,
      optimizer: "sgd",
      learningRate: 0.05,
      seed,
    },
    marks,
    async ({ step, map }) => {
      errors.push(await mapError(map, data.moments));
      const { s } = await svd(map);
      while (learnedAt.length < k && s[learnedAt.length]! > LEARNED) {
        learnedAt.push(step);
        next.push(s[learnedAt.length]!);
      }
      return false;
    },
    signal,
  );
  return {
    "stage errors": errors,
    "stage steps": marks,
    tails: Array.from({ length: k + 1 }, (_, j) => tailOf(data, j)),
    "learned at": learnedAt,
    gaps: Array.from({ length: k - 1 }, (_, j) => data.eigenvalues[j]! / data.eigenvalues[j + 1]!),
    "next ones": next.slice(0, k - 1),
  };
}

/** Errors of PCA by batches of rows: Oja's rule, and training the projection, as excess over the least. */
async function batchwise({ data, size, seed, signal }: Measuring): Promise<Figures> {
  const set = settings[size];
  const k = set.latentDim;
  const { x, moments } = data;
  const bound = tailOf(data, k);
  const stream = random(seed).fork("batches");
  const start = Float64Array.from({ length: x.cols * k }, () => stream.normal());
  let basis = (await qr(dense(x.cols, k, start))).q;
  for (let epoch = 0; epoch < set.batchEpochs; epoch++) {
    signal?.throwIfAborted();
    const order = stream.permutation(x.rows);
    for (let from = 0; from < x.rows; from += set.batchSize) {
      const batch = toDense(takeRows(x, order.subarray(from, from + set.batchSize)));
      // W ← orth(W + η/m XᵀXW), Oja & Karhunen (1985), with steps that shrink with the epochs.
      const seen = await gemm(batch, await gemm(batch, basis), { transposeA: true });
      const rate = 1 / (1 + epoch) / batch.rows / data.eigenvalues[0]!;
      basis = (
        await qr(
          dense(
            x.cols,
            k,
            basis.data.map((value, at) => value + rate * seen.data[at]!),
          ),
        )
      ).q;
    }
  }
  const model = await fit(
    linearAutoencoder({ latentDim: k, parameterization: "projection", bias: false }),
    x,
    {
      epochs: set.batchEpochs,
      batchSize: set.batchSize,
      learningRate: 1e-2,
      schedule: "cosine",
      scale: "none",
      seed,
      signal,
    },
  );
  const { matrix: map } = await linearMap(model);
  return {
    "excess Oja": (await mapError(await gemm(basis, basis, { transposeB: true }), moments)) / bound - 1,
    "excess batches": (await mapError(map, moments)) / bound - 1,
  };
}

/** Difference of a step of tied weights from the sum of the steps of both matrices of an untied map that is the same, as a share. */
async function tiedStep(data: StudyData, k: number, seed: number): Promise<number> {
  const d = data.moments.rows;
  const stream = random(seed).fork("tied");
  const b = Float32Array.from({ length: d * k }, () => stream.normal() / Math.sqrt(d));
  const decoder: NdArray = { dtype: "float32", shape: [d, k], data: b };
  const encoder: NdArray = {
    dtype: "float32",
    shape: [k, d],
    data: b.map((_, at) => b[(at % d) * k + Math.floor(at / d)]!),
  };
  const stepped = async (parameterization: "tied" | "free", begin: Parameters) =>
    (
      await trainedMap(
        data,
        { parameterization, latentDim: k, optimizer: "sgd", learningRate: 0.05, seed, begin },
        1,
      )
    ).parameters;
  const tied = decoderOf(await stepped("tied", { decoder }));
  const free = await stepped("free", { encoder, decoder });
  const [a, own] = [free.encoder!.data as Float32Array, decoderOf(free)];
  const sum = b.map((value, at) => own.data[at]! - value + a[(at % k) * d + Math.floor(at / k)]! - value);
  const step = tied.data.map((value, at) => value - b[at]!);
  return Math.hypot(...step.map((value, at) => value - sum[at]!)) / Math.hypot(...step);
}

function besideSaddle({ eigenvectors }: StudyData, k: number, distance: number, seed: number): Parameters {
  const d = eigenvectors.rows;
  const stream = random(seed).fork("saddle");
  const [encoder, decoder] = [new Float32Array(k * d), new Float32Array(d * k)];
  for (let i = 0; i < d; i++)
    for (let j = 0; j < k; j++) {
      const value = eigenvectors.data[i * d + j + 1]!;
      encoder[j * d + i] = value + distance * stream.normal();
      decoder[i * k + j] = value + distance * stream.normal();
    }
  return {
    encoder: { dtype: "float32", shape: [k, d], data: encoder },
    decoder: { dtype: "float32", shape: [d, k], data: decoder },
  };
}

const decoderOf = ({ decoder: b }: Parameters): Dense =>
  dense(b!.shape[0]!, b!.shape[1]!, Float64Array.from(b!.data as Float32Array));

/** Squared error of a row with the best linear decoder that codes have. */
export async function bestLinearError({ x }: StudyData, model: Coder): Promise<number> {
  const codes = await model.encode(x);
  const k = codes.cols;
  const features = matrix(x.rows, k + 1);
  for (let i = 0; i < x.rows; i++) {
    features.data.set(codes.data.subarray(i * k, (i + 1) * k), i * (k + 1));
    features.data[i * (k + 1) + k] = 1;
  }
  const wide = (from: typeof x) => dense(from.rows, from.cols, Float64Array.from(from.data));
  const weights = await leastSquares(wide(features), wide(x));
  let sum = 0;
  for (let i = 0; i < x.rows; i++)
    for (let j = 0; j < x.cols; j++) {
      let told = 0;
      for (let p = 0; p <= k; p++) told += features.data[i * (k + 1) + p]! * weights.data[p * x.cols + j]!;
      sum += (x.data[i * x.cols + j]! - told) ** 2;
    }
  return sum / x.rows;
}

const leastOf = (results: Results, names: readonly string[]) =>
  results.bySeed.map((_, seed) => Math.min(...names.map((name) => results.numbers(name)[seed]!)));

/** Encoders with a hidden layer, whose decoders have one too. */
const DEEP = ENCODERS.flatMap(({ hidden }, at) => (hidden.length > 0 ? [at] : []));

const claims: readonly Claim[] = [
  {
    id: "A7",
    quote: "a linear autoencoder with squared error, trained by gradients, finds the subspace of PCA",
    source: "000 §15.3.1; 002; 003; 004",
    statement:
      "The error ends within a hundredth of the least there is for 8 numbers, whatever the parameterization.",
    means: "Training a linear autoencoder is a slow way to PCA: the same error and the same subspace.",
    sides: (results, threshold = 0.01) => [
      ...KINDS.map((kind) =>
        atMost(
          `${kind}, ${small.steps} steps of Adam: excess of the error over the bound`,
          results.numbers(`excess ${kind}`),
          threshold,
        ),
      ),
      atMost("free, 8000 steps of gradient descent: the same", results.numbers("excess descent"), threshold),
    ],
  },
  {
    id: "A8",
    quote: "…which needs no care about starts: there are no bad local minima",
    source: "004 (Baldi & Hornik, Kawaguchi)",
    statement:
      "From no start is the error of gradient descent larger, by .05 or more, than from random first weights.",
    means:
      "There are no bad minima, and there are saddles: near one nothing happens for hundreds of steps, and exactly at one nothing ever does. A plateau is not an end: a little noise on the weights tells.",
    picture: "saddles",
    sides: (results, threshold = 0.05) =>
      ([small.enough, small.end] as const).flatMap((steps) =>
        small.saddles.map((distance) => {
          const when = steps === small.enough ? "enough" : "end";
          const random = results.numbers(`saddle random ${when}`);
          return atMost(
            `after ${steps} steps, begun ${distance === 0 ? "at" : `${distance} beside`} the components 2 to 9: error less that from random first weights`,
            results.numbers(`saddle ${distance} ${when}`).map((value, seed) => value - random[seed]!),
            threshold,
          );
        }),
      ),
  },
  {
    id: "A9",
    quote: "implicit regularization (what gradient descent does on the way)",
    source: "000 §15.4.3",
    statement:
      "From small first weights the components are learned one at a time: when nine tenths of one are, less than half of the next is.",
    means:
      "Stopping early is choosing a number of components, if the first weights are small, and where one eigenvalue is well above the next; those that are nearly alike come together.",
    picture: "stages",
    sides: (results, threshold = 0.5) =>
      results.list("gaps").map((gap, j) =>
        atMost(
          `component ${j + 1} learned, λ${subscript(j + 1)} / λ${subscript(j + 2)} = ${gap.toFixed(2)}: singular value of the next`,
          results.bySeed.map((figures) => (figures["next ones"] as readonly number[])[j]!),
          threshold,
        ),
      ),
  },
  {
    id: "A14",
    quote: "bigger (wider) networks train more easily than a bottleneck",
    source: "000 §15.3.2",
    statement: "A wider code needs at most half of the steps to the error that 8 numbers allow.",
    means: "If training is slow, train a wider code and cut it afterwards: one spare unit helps most.",
    picture: "steps",
    sides: (results, threshold = 0.5) =>
      small.codes.slice(1).map((latentDim) =>
        atMost(
          `k = ${latentDim}: steps as a share of those of k = 8`,
          results
            .numbers(`steps ${latentDim}`)
            .map((steps, seed) => steps / results.numbers("steps 8")[seed]!),
          threshold,
        ),
      ),
  },
  {
    id: "A22",
    quote: "with nonlinear hidden units we have a nonlinear generalization of PCA",
    source: "002",
    statement: "Nonlinear units bring the error below that of PCA, by a hundredth or more.",
    means:
      "A linear decoder cannot beat PCA, whatever encoder is before it. The decoder needs a hidden layer.",
    picture: "decoders",
    sides: (results, threshold = 0.99) => [
      atMost(
        `the best of ${ENCODERS.length} encoders, with the best linear decoder: error as a multiple of PCA's`,
        leastOf(
          results,
          ENCODERS.map((_, at) => `linear decoder ${at}`),
        ),
        threshold,
      ),
      ...ACTIVATIONS.map((activation, at) =>
        atMost(
          `one layer, ${activation}, linear output, trained: the same`,
          results.numbers(`own decoder ${at}`),
          threshold,
        ),
      ),
      atMost(
        "a decoder with a hidden layer: the same",
        leastOf(
          results,
          DEEP.map((at) => `own decoder ${at}`),
        ),
        threshold,
      ),
    ],
  },
  {
    id: "A22b",
    quote: "the optimal pair for an autoencoder with a linear decoder is PCA",
    source: "002",
    statement: "No encoder leaves less error under its best linear decoder than PCA does.",
    means:
      "The tail of the spectrum is a bound for every encoder: with a linear decoder there is nothing to win by bending it.",
    sides: (results, threshold = 1 - 1e-5) =>
      ENCODERS.map((encoder, at) =>
        atLeast(
          `${encoderName(encoder)}: error as a multiple of PCA's`,
          results.numbers(`linear decoder ${at}`),
          threshold,
        ),
      ),
  },
  {
    id: "A28",
    quote: "PCA has no loss, no gradients and no mini-batches",
    source: "003",
    statement: `No way of ${small.batchEpochs} passes over the rows in batches of ${small.batchSize} ends within a hundredth of PCA's error.`,
    means:
      "That is the classic view of it, by an eigendecomposition. Rows that come in batches, or do not fit into memory, are no reason to do without PCA.",
    sides: (results, threshold = 0.01) => [
      atLeast("Oja's rule: excess of the error over the least", results.numbers("excess Oja"), threshold),
      atLeast("P2 trained by Adam: the same", results.numbers("excess batches"), threshold),
    ],
  },
  {
    id: "A29",
    quote: "the gradient of tied weights is the sum of two",
    source: "002",
    statement:
      "A step of tied weights is the sum of the steps of encoder and decoder, untied and beginning alike, to rounding.",
    means: "Tying needs no formula of its own: automatic differentiation adds what comes from both places.",
    sides: (results, threshold = 1e-4) => [
      atMost("k = 8: difference of the steps as a share", results.numbers("tied step"), threshold),
    ],
  },
];

const subscript = (n: number) => String.fromCharCode(0x2080 + n);

function encoderName(encoder: (typeof ENCODERS)[number]): string {
  const { hidden, latentActivation } = encoder;
  const bent = "activation" in encoder ? `, ${encoder.activation}` : hidden.length > 0 ? ", relu" : "";
  return hidden.length === 0 ? latentActivation : `${hidden.join(" and ")}${bent}, code ${latentActivation}`;
}

const pictures: Study["pictures"] = {
  stages: (results) => {
    const steps = results.list("stage steps");
    return {
      kind: "curves",
      title: "Error while gradient descent learns, from small first weights",
      see: "The error rests where one eigenvalue is well above the next; components that are nearly alike are learned together, in one slope.",
      xName: "step",
      yName: "squared error of a row",
      logY: false,
      x: steps,
      series: [
        { name: "error", values: results.list("stage errors") },
        // The first seed's: of several, stages differ by some steps.
        {
          name: "tail of the components learned",
          values: steps.map((step) => tailAt(results, step)),
        },
      ],
    };
  },
  saddles: (results) => ({
    kind: "curves",
    title: "Excess error of gradient descent from near a saddle",
    see: "A plateau, the longer the nearer the start; exactly at the saddle it has no end.",
    xName: "step",
    yName: "excess over the least error",
    x: results.list("saddle steps"),
    series: ["random", ...small.saddles.map(String)].map((name) => ({
      name: name === "random" ? "random first weights" : name === "0" ? "at the saddle" : `${name} beside it`,
      values: results.list(`saddle ${name}`).map((value) => (value > 0 ? value : Number.NaN)),
    })),
  }),
  steps: (results) => ({
    kind: "curves",
    title: "Steps to the error that 8 numbers allow",
    see: "A spare unit or two make gradient descent several times as quick.",
    xName: "k",
    yName: "steps",
    logX: true,
    logY: true,
    x: small.codes,
    series: [{ name: "steps", values: small.codes.map((latentDim) => results.mean(`steps ${latentDim}`)) }],
  }),
  decoders: (results) => ({
    kind: "bars",
    title: "Error of encoders with their best linear decoder, and with their own",
    see: "No linear decoder comes below PCA, 1; decoders with a hidden layer do.",
    valueName: "error as a multiple of PCA's",
    names: ENCODERS.map(encoderName),
    series: [
      { name: "best linear decoder", values: ENCODERS.map((_, at) => results.mean(`linear decoder ${at}`)) },
      { name: "its own", values: ENCODERS.map((_, at) => results.mean(`own decoder ${at}`)) },
    ],
  }),
};

function tailAt(results: Results, step: number): number {
  const [figures] = results.bySeed;
  const learned = (figures!["learned at"] as readonly number[]).filter((at) => at <= step).length;
  return (figures!.tails as readonly number[])[learned]!;
}

export const howGradientDescentLearns: Study = {
  id: "how-gradient-descent-learns",
  title: "How does gradient descent learn a linear code?",
  question:
    "Where does gradient descent on a linear autoencoder end, what does it learn first, and what makes it quick?",
  claims,
  settings,
  leastColumns: small.latentDim + 1,
  measure,
  pictures,
};
