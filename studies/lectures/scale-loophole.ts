/**
 * @file Penalties on codes: what they do where the decoder may undo them by a factor, and where it may not.
 */
import { type Matrix, matrix } from "../../src/data/matrix.js";
import {
  autoencoder,
  type ContractiveAutoencoderOptions,
  contractiveAutoencoder,
  denoisingAutoencoder,
  fit,
  sparseAutoencoder,
  sparseCoding,
  startTraining,
} from "../../src/index.js";
import type { Dense } from "../../src/linalg/dense.js";
import { linearMap, noiseGain, squaredErrorPerSample } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { heldOutRows } from "./held-out-rows.js";
import { Progress } from "./progress.js";
import { atLeast, atMost, type Claim, type Measuring, type Results, type Study } from "./study.js";
import type { StudyData } from "./study-data.js";

const small = {
  /** Variances of noise as shares of the mean variance along an axis. */
  noise: [0.01, 0.13, 1.3, 5],
  /** λ of contraction as shares of twice the variance, for networks. */
  contractions: [0.3, 1, 3, 10],
  epochs: 60,
  steps: 2000,
  /** λ of contraction by its effect, as multiples of the mean variance along an axis. */
  weights: [0, 0.01, 0.1, 1, 10, 100],
  /** Weight of ‖z‖₁ as a multiple of the root of the mean variance along an axis. */
  sparsity: 1,
  long: 150,
  factor: 1000,
};
const settings = { small, full: { ...small, epochs: 100, long: 400, steps: 4000 } };

const WIDTH = 64;

type Room = Record<string, number | readonly number[]>;

async function measure(measuring: Measuring) {
  const { data, size } = measuring;
  const set = settings[size];
  const figures: Room = { steps: set.steps };
  const progress = new Progress(measuring, set.noise.length * 2 + set.weights.length + 8);
  const axis = meanVariance(data);
  closedForms(
    data,
    set.noise.map((share) => share * axis),
    set.noise,
    figures,
  );
  await networks(measuring, axis, figures, progress);
  await escapes(measuring, axis, figures, progress);
  await byWeight(measuring, axis, figures, progress);
  await sparsity(measuring, axis, figures, progress);
  return figures;
}

const meanVariance = ({ eigenvalues }: StudyData) =>
  eigenvalues.reduce((sum, value) => sum + value, 0) / eigenvalues.length;

/** Factor along a direction of variance v: of the tied linear map that denoises, and of the one that contracts with λ = 2σ². */
export const denoisingFactor = (v: number, noise: number) => v / (v + noise);
export const contractiveFactor = (v: number, weight: number) => Math.max(0, 1 - weight / (2 * v));

function closedForms(
  { eigenvalues }: StudyData,
  variances: readonly number[],
  shares: readonly number[],
  figures: Room,
): void {
  const values = Array.from(eigenvalues).filter((value) => value > 0);
  variances.forEach((noise, i) => {
    const denoising = values.map((value) => denoisingFactor(value, noise));
    const contractive = values.map((value) => contractiveFactor(value, 2 * noise));
    const loss = (factors: readonly number[]) =>
      factors.reduce((sum, f, j) => sum + values[j]! * (1 - f) ** 2 + noise * f ** 2, 0);
    figures[`loss ratio ${shares[i]}`] = loss(contractive) / loss(denoising);
    figures[`kept contractive ${shares[i]}`] = contractive.filter((factor) => factor > 0).length;
    figures[`kept denoising ${shares[i]}`] = denoising.reduce((sum, factor) => sum + factor, 0);
    figures[`factors contractive ${shares[i]}`] = contractive;
    figures[`factors denoising ${shares[i]}`] = denoising;
  });
}

/** Errors on noisy rows of networks that were trained on noisy rows, by contraction, and by neither. */
async function networks(
  { data, size, seed, signal }: Measuring,
  axis: number,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { noise, contractions, epochs } = settings[size];
  const { train, test } = heldOutRows(data.x, seed);
  const options = { latentDim: WIDTH, hidden: [], latentActivation: "sigmoid", tied: true } as const;
  const training = { epochs, learningRate: 3e-3, batchSize: 64, seed, signal };
  const plain = await fit(autoencoder(options), train, training);
  for (const share of noise) {
    const variance = share * axis;
    const noisy = withNoise(test, variance, seed);
    const error = async (model: { reconstruct(x: Matrix): Promise<Matrix> }) =>
      squaredErrorPerSample(test, await model.reconstruct(noisy));
    figures[`error plain ${share}`] = await error(plain);
    const method = denoisingAutoencoder({ ...options, noise: { gaussian: Math.sqrt(variance) } });
    figures[`error denoising ${share}`] = await error(await fit(method, train, training));
    let best = Number.POSITIVE_INFINITY;
    for (const times of contractions) {
      const contraction = 2 * times * variance;
      best = Math.min(
        best,
        await error(await fit(contractiveAutoencoder({ ...options, contraction }), train, training)),
      );
    }
    figures[`error contractive ${share}`] = best;
    progress.done();
  }
}

function withNoise(x: Matrix, variance: number, seed: number): Matrix {
  const noise = random(seed).fork("noise").fillNormal(new Float32Array(x.data.length));
  return matrix(
    x.rows,
    x.cols,
    x.data.map((value, at) => value + Math.sqrt(variance) * noise[at]!),
  );
}

/** Rows of the second moments of the data and mean 0. */
export function symmetricRows({
  eigenvalues,
  eigenvectors,
}: Pick<StudyData, "eigenvalues" | "eigenvectors">): Matrix {
  const d = eigenvalues.length;
  const rows = matrix(2 * d, d);
  for (let i = 0; i < d; i++) {
    const length = Math.sqrt(d * Math.max(0, eigenvalues[i]!));
    for (let j = 0; j < d; j++) {
      rows.data[i * d + j] = length * eigenvectors.data[j * d + i]!;
      rows.data[(d + i) * d + j] = -rows.data[i * d + j]!;
    }
  }
  return rows;
}

/** Linear contraction with tied and free decoders: penalty and what is left of noise, by step. */
async function escapes(
  { data, size, seed, signal }: Measuring,
  axis: number,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { steps, factor } = settings[size];
  const rows = symmetricRows(data);
  const d = rows.cols;
  const marks = [0, 0.05, 0.1, 0.2, 0.4, 0.7, 1].map((share) => Math.round(share * steps));
  figures.marks = marks;
  for (const tied of [true, false]) {
    for (const weight of [0, 2 * axis]) {
      const options: ContractiveAutoencoderOptions = {
        latentDim: d,
        latentActivation: "linear",
        tied,
        contraction: weight,
      };
      const session = await startTraining(contractiveAutoencoder(options), rows, {
        optimizer: "adam",
        learningRate: 1e-2,
        batchSize: "all",
        epochs: steps,
        scale: "none",
        seed,
        signal,
      });
      const gains: number[] = [];
      const penalties: number[] = [];
      let map: Dense | undefined;
      let encoder = new Float64Array(0);
      for (const mark of marks) {
        if (mark > session.stepsTaken) await session.step(mark - session.stepsTaken);
        map = (await linearMap({ inputDim: d, reconstruct: (asked) => session.reconstruct(asked) })).matrix;
        gains.push(noiseGain(map));
        const { parameters } = session.snapshot();
        encoder = Float64Array.from(parameters["encoder.0.weight"]!.data as Float32Array);
        penalties.push(squares(encoder));
      }
      const name = `${tied ? "tied" : "free"} ${weight === 0 ? "plain" : "contractive"}`;
      figures[`gain ${name}`] = gains.at(-1)!;
      figures[`penalty ${name}`] = penalties.at(-1)!;
      figures[`penalties ${name}`] = penalties.map((one) => one / penalties[0]!);
      figures[`gains ${name}`] = gains;
      // BA = (cB)(A/c), whatever c is.
      figures[`penalty of a smaller encoder ${name}`] =
        squares(encoder.map((value) => value / factor)) / squares(encoder);
      await session.release();
      progress.done();
    }
  }
}

const squares = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value * value, 0);

/** Errors and Jacobians of a contractive network by the weight of the contraction. */
async function byWeight(
  { data, size, seed, signal }: Measuring,
  axis: number,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { weights, epochs } = settings[size];
  const errors: number[] = [];
  const norms: number[] = [];
  for (const weight of weights) {
    const method = contractiveAutoencoder({ latentDim: WIDTH, contraction: weight * axis });
    const model = await fit(method, data.x, { epochs, learningRate: 3e-3, batchSize: 64, seed, signal });
    const total = axis * data.x.cols;
    errors.push(squaredErrorPerSample(data.x, await model.reconstruct(data.x)) / total);
    const jacobians = await model.jacobianNorms(data.x);
    norms.push(jacobians.reduce((sum, value) => sum + value, 0) / jacobians.length);
    progress.done();
  }
  figures["error by weight"] = errors;
  figures["jacobian by weight"] = norms;
  figures["error without"] = errors[0]!;
  figures["error with most"] = errors.at(-1)!;
  figures["least fall"] = Math.min(...norms.slice(1).map((norm, i) => norms[i]! / norm));
}

/** A penalty ‖z‖₁ with a free decoder, a tied one, free ones that decay, and a dictionary of bounded atoms. */
async function sparsity(
  { data, size, seed, signal }: Measuring,
  axis: number,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { long, factor } = settings[size];
  const { x } = data;
  const weight = settings[size].sparsity * Math.sqrt(axis);
  const training = { epochs: long, learningRate: 3e-3, batchSize: 64, seed, signal };
  const wide = { latentDim: 2 * x.cols, hidden: [], latentActivation: "relu" } as const;
  for (const [name, tied, decay] of [
    ["free", false, 0],
    ["tied", true, 0],
    ["decay", false, 0.1],
  ] as const) {
    const plain = await fit(autoencoder({ ...wide, tied }), x, { ...training, weightDecay: decay });
    const method = sparseAutoencoder({ ...wide, tied, sparsity: { l1: weight } });
    const model = await fit(method, x, { ...training, weightDecay: decay });
    const [before, after] = [await plain.encode(x), await model.encode(x)];
    figures[`density plain ${name}`] = density(before);
    figures[`density l1 ${name}`] = density(after);
    figures[`size plain ${name}`] = meanL1(before);
    figures[`size l1 ${name}`] = meanL1(after);
    figures[`error l1 ${name}`] = squaredErrorPerSample(x, await model.reconstruct(x)) / (axis * x.cols);
    figures[`error plain ${name}`] = squaredErrorPerSample(x, await plain.reconstruct(x)) / (axis * x.cols);
    if (name === "free") {
      const smaller = matrix(
        after.rows,
        after.cols,
        after.data.map((value) => value / factor),
      );
      figures["penalty of smaller codes"] = meanL1(smaller) / meanL1(after);
      figures["density of smaller codes"] = density(smaller) / density(after);
    }
    progress.done();
  }
  const coding = (sparse: number) =>
    fit(sparseCoding({ latentDim: 2 * x.cols, sparsity: sparse, maxIter: 15 }), x, { seed, signal });
  figures["density plain bounded"] = density(await (await coding(weight / 100)).encode(x));
  figures["density l1 bounded"] = density(await (await coding(weight)).encode(x));
  progress.done();
}

const meanL1 = ({ data, rows }: Matrix) => data.reduce((sum, value) => sum + Math.abs(value), 0) / rows;

/** Share of numbers of codes that are more than a hundredth of the largest of their column: it does not depend on units. */
function density({ data, rows, cols }: Matrix): number {
  const largest = new Float64Array(cols);
  data.forEach((value, at) => {
    largest[at % cols] = Math.max(largest[at % cols]!, Math.abs(value));
  });
  return (
    data.reduce((sum, value, at) => sum + Number(Math.abs(value) > 0.01 * largest[at % cols]!), 0) /
    (rows * cols)
  );
}

const ratio = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value / results.numbers(b)[seed]!);

const noiseText = (share: number) => `σ² = ${share} of the mean variance along an axis`;

const claims: readonly Claim[] = [
  {
    id: "C13",
    quote: "contraction gives denoising without corrupting inputs",
    source: "002",
    statement:
      "With noise of variance σ², the error of a contraction is at most 1.02 times that of the best denoising map, and that of a network at most 1.1 times that of one trained on noisy rows.",
    means:
      "For small noise they are the same. As noise grows, contraction cuts directions off where denoising only weighs them less: train on noisy rows instead.",
    picture: "factors",
    sides: (results, threshold) => [
      ...small.noise.map((share) =>
        atMost(
          `linear, tied, λ = 2σ², ${noiseText(share)}: error with noise as a multiple of the least`,
          results.numbers(`loss ratio ${share}`),
          threshold ?? 1.02,
        ),
      ),
      ...small.noise.map((share) =>
        atMost(
          `${WIDTH} sigmoid units, the best of λ = ${small.contractions.map((times) => `${2 * times}σ²`).join(", ")}, ${noiseText(share)}: error on noisy rows as a multiple of that of denoising`,
          ratio(results, `error contractive ${share}`, `error denoising ${share}`),
          threshold ?? 1.1,
        ),
      ),
    ],
  },
  {
    id: "C14",
    quote: "penalizing ‖∂h/∂x‖ makes h contractive",
    source: "002",
    statement:
      "With the penalty, at most .9 of the noise comes through that comes through without; and an encoder divided by 1000, with a decoder multiplied by it, costs at least half of the penalty.",
    means:
      "Tie the decoder to the encoder, or bound it. A free decoder takes back by a factor what the encoder shrinks: training first contracts, and then the penalty goes on falling while what comes through rises again.",
    picture: "escape",
    sides: (results, threshold) => [
      ...(["tied", "free"] as const).map((kind) =>
        atMost(
          `linear, ${kind === "tied" ? "tied" : "free"} decoder, ${results.mean("steps")} steps: ‖W‖² with the penalty as a share of that without`,
          ratio(results, `gain ${kind} contractive`, `gain ${kind} plain`),
          threshold ?? 0.9,
        ),
      ),
      atLeast(
        `free decoder, encoder divided by ${small.factor}: penalty as a share of what it was, at the same reconstruction`,
        results.numbers("penalty of a smaller encoder free contractive"),
        threshold ?? 0.5,
      ),
    ],
  },
  {
    id: "C15",
    quote: "λ: the encoder throws away all, or tries to preserve all",
    source: "002",
    statement:
      "Without contraction at most .1 of the variance is lost, with the largest at least .9 of it, and the Jacobian falls with every weight between.",
    means: "The weight goes from a copy to nothing, and what is wanted lies between.",
    sides: (results, threshold) => [
      atMost("λ = 0: share of the variance lost", results.numbers("error without"), threshold ?? 0.1),
      atLeast(
        `λ = ${small.weights.at(-1)} times the mean variance along an axis: share of the variance lost`,
        results.numbers("error with most"),
        threshold ?? 0.9,
      ),
      atLeast(
        "‖∂h/∂x‖² as a multiple of that at the next larger λ: the least",
        results.numbers("least fall"),
        threshold ?? 1,
      ),
    ],
  },
  {
    id: "C16",
    quote:
      "min over B and z of ‖x − Bz‖² + λ Ω(z) promotes sparsity (as printed, four times, without a bound on B)",
    source: "002, 003, 004",
    statement:
      "Codes divided by 1000, with a decoder multiplied by it, cost at least half of the penalty; and trained with the penalty, at most .8 as many numbers of a code are active as without.",
    means:
      "As printed the penalty can be had for nothing: smaller codes, a larger decoder, the same reconstruction. Training takes its time to find that, and codes become sparse on the way; but the weight λ says nothing then, and how sparse they are hangs on when training ends. Bound the atoms or tie the weights.",
    picture: "density",
    sides: (results, threshold) => [
      atLeast(
        `free decoder, codes divided by ${small.factor}: penalty as a share of what it was, at the same reconstruction`,
        results.numbers("penalty of smaller codes"),
        threshold ?? 0.5,
      ),
      ...(["free", "tied", "decay", "bounded"] as const).map((kind) =>
        atMost(
          `${KINDS[kind]}: active share of codes with the penalty as a share of that without${kind === "bounded" ? ", or hardly any" : ""}`,
          ratio(results, `density l1 ${kind}`, `density plain ${kind}`),
          threshold ?? 0.8,
        ),
      ),
    ],
  },
];

const KINDS = {
  free: "rectified units, free decoder",
  tied: "rectified units, tied decoder",
  decay: "rectified units, free decoder, weights that decay",
  bounded: "sparse coding, ‖bⱼ‖ ≤ 1",
} as const;

const pictures: Study["pictures"] = {
  factors: (results) => ({
    kind: "curves",
    title: "Share of each direction that is kept",
    see: "Contraction cuts off where denoising weighs less.",
    xName: "direction, by variance",
    yName: "factor",
    logY: false,
    x: results.list("factors denoising 0.13").map((_, i) => i + 1),
    series: [0.13, 1.3].flatMap((share) =>
      (["denoising", "contractive"] as const).map((kind) => ({
        name: `${kind === "denoising" ? "denoising" : "contraction"}, ${share}`,
        values: results.list(`factors ${kind} ${share}`),
      })),
    ),
    caption: "numbers: the variance of the noise as a share of the mean variance along an axis",
  }),
  escape: (results) => ({
    kind: "curves",
    title: "Penalty, and noise let through, while training",
    see: "With a free decoder the penalty goes on falling, and the noise that comes through does not.",
    xName: "step",
    yName: "share",
    logY: false,
    x: results.list("marks"),
    caption: "penalties are shares of their first value, noise let through is ‖W‖²/d",
    series: (["tied", "free"] as const).flatMap((kind) => [
      { name: `penalty, ${kind} decoder`, values: results.list(`penalties ${kind} contractive`) },
      { name: `noise let through, ${kind} decoder`, values: results.list(`gains ${kind} contractive`) },
    ]),
  }),
  density: (results) => ({
    kind: "bars",
    title: "Active share of codes",
    see: "The penalty makes codes sparse where the decoder is bounded.",
    valueName: "share of codes > .01 of the largest",
    names: ["free", "tied", "decaying", "bounded"],
    series: (["plain", "l1"] as const).map((name) => ({
      name: name === "plain" ? "without, or hardly any, penalty" : "with it",
      values: (["free", "tied", "decay", "bounded"] as const).map((kind) =>
        results.mean(`density ${name} ${kind}`),
      ),
    })),
  }),
};

export const scaleLoophole: Study = {
  id: "scale-loophole",
  title: "What do penalties on codes buy?",
  question:
    "Do penalties on codes, or on how fast these change, do what they are for, or does the decoder undo them by a factor?",
  claims,
  settings,
  measure,
  pictures,
};
