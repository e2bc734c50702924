/**
 * @file Restricted Boltzmann machines on digits moved by a pixel: pseudo-likelihood, and logistic regression on the hidden
 * probabilities, in the protocol of scikit-learn's example and beside the figures of its BernoulliRBM.
 *
 * `node dist/studies/rbm-digits.js`: a minute on two cores.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { digits } from "../src/data/digits.js";
import { type Matrix, matrix, takeRows } from "../src/data/matrix.js";
import { applyScale, fitScale } from "../src/data/scale.js";
import {
  configureRuntime,
  type FitOptions,
  fit,
  type RestrictedBoltzmannMachineOptions,
  restrictedBoltzmannMachine,
} from "../src/index.js";
import { linearProbe } from "../src/metrics/probe.js";
import { keepFigures } from "./results.js";

const SIDE = 8;
/** Objective and end of scikit-learn's LogisticRegression(C=6000, solver="newton-cg", tol=1). */
const C = 6000;
const GRADIENT = 1;

interface Reference {
  results: Record<string, Record<string, number>>;
}

interface Case {
  what: string;
  options: RestrictedBoltzmannMachineOptions;
  training: FitOptions;
}

const protocol = { epochs: 10, batchSize: 10, learningRate: 0.06 } as const;
const cases: Case[] = [
  {
    what: "persistent, as BernoulliRBM: 10 chains, learning rate .06, 10 epochs of batches of 10",
    options: { latentDim: 100, persistent: true, chains: 10 },
    training: { ...protocol, optimizer: "sgd" },
  },
  {
    what: "the same with 100 chains",
    options: { latentDim: 100, persistent: true },
    training: { ...protocol, optimizer: "sgd" },
  },
  {
    what: "contrastive divergence of one step, else as the first",
    options: { latentDim: 100 },
    training: { ...protocol, optimizer: "sgd" },
  },
  {
    what: "contrastive divergence of one step, our defaults: learning rate .05, momentum .5, 20 epochs",
    options: { latentDim: 100 },
    training: {},
  },
];

/** The rows, then the same moved by a pixel up, left, right and down; zeros come in. */
function nudged(x: Matrix): Matrix {
  const moves = [
    [0, 0],
    [1, 0],
    [0, 1],
    [0, -1],
    [-1, 0],
  ] as const;
  const out = matrix(moves.length * x.rows, x.cols);
  moves.forEach(([down, right], m) => {
    for (let r = 0; r < x.rows; r++) {
      for (let i = 0; i < x.cols; i++) {
        const [row, column] = [Math.floor(i / SIDE) + down, (i % SIDE) + right];
        const inside = row >= 0 && row < SIDE && column >= 0 && column < SIDE;
        out.data[(m * x.rows + r) * x.cols + i] = inside ? x.data[r * x.cols + row * SIDE + column]! : 0;
      }
    }
  });
  return out;
}

const mean = (values: Float32Array | number[]): number =>
  Array.from(values).reduce((total, value) => total + value, 0) / values.length;

async function rbmDigits(): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const { x, labels } = digits();
  const moved = nudged(x);
  const all = applyScale(moved, fitScale(moved, "unit"));
  const split = gunzipSync(readFileSync(sharedFile("reference/splits/rbm-nudged-digits-test.csv.gz")));
  const flags = split.toString("utf8").trim().split(/\s+/).slice(1);
  const rows = Array.from({ length: all.rows }, (_, i) => i);
  const [trainRows, testRows] = ["0", "1"].map((flag) => rows.filter((i) => flags[i] === flag)) as [
    number[],
    number[],
  ];
  const [train, test] = [takeRows(all, trainRows), takeRows(all, testRows)];
  const labelsOf = (at: readonly number[]) => at.map((i) => String(labels[i % x.rows]));
  const probe = (a: Matrix, b: Matrix, l2: number) =>
    linearProbe(a, labelsOf(trainRows), b, labelsOf(testRows), { l2, tol: GRADIENT / train.rows });

  const raw = await probe(train, test, 1 / 100);
  const table = [];
  for (const { what, options, training } of cases) {
    const seeds = [];
    for (const seed of [0, 1, 2]) {
      const started = performance.now();
      const model = await fit(restrictedBoltzmannMachine(options), train, { ...training, seed });
      const seconds = (performance.now() - started) / 1000;
      const { accuracy } = await probe(await model.encode(train), await model.encode(test), 1 / C);
      const pseudoLikelihood = {
        train: mean(await model.pseudoLikelihood(train)),
        test: mean(await model.pseudoLikelihood(test)),
      };
      console.error(what, seed, { ...pseudoLikelihood, accuracy, seconds });
      seeds.push({ seed, pseudoLikelihood, accuracy, seconds });
    }
    table.push({
      what,
      meanPseudoLikelihoodTest: mean(seeds.map((one) => one.pseudoLikelihood.test)),
      meanAccuracy: mean(seeds.map(({ accuracy }) => accuracy)),
      seeds,
    });
  }
  const { results } = JSON.parse(
    readFileSync(sharedFile("reference/05_rbm_optdigits.json"), "utf8"),
  ) as Reference;
  const theirs = [0, 1, 2].map((seed) => results[`RBM seed ${seed}`]!);
  keepFigures("rbm-digits", {
    name: "rbm-digits",
    protocol: {
      data: `8 × 8 digits and the same moved by a pixel in four directions, columns scaled to [0, 1]: ${train.rows} rows to learn from, ${test.rows} to test on`,
      pseudoLikelihood: "mean over rows of the sum over all pixels, in nats",
      probe: `multinomial logistic regression, penalty 1/${C} on the weights of standardized features, until no entry of the gradient is over ${GRADIENT}`,
    },
    aim: { meanAccuracy: 0.94 },
    pixels: { accuracy: raw.accuracy },
    table,
    scikitLearn: {
      meanPseudoLikelihoodTest: mean(theirs.map((one) => one.pseudo_likelihood_all_flips_test!)),
      meanAccuracy: mean(theirs.map((one) => one["logistic_on_features(C=6000) accuracy"]!)),
      seeds: theirs.map((one, seed) => ({
        seed,
        pseudoLikelihood: {
          train: one.pseudo_likelihood_all_flips_train!,
          test: one.pseudo_likelihood_all_flips_test!,
        },
        accuracy: one["logistic_on_features(C=6000) accuracy"]!,
        seconds: one.wall_s_rbm_fit!,
      })),
      pixels: { accuracy: results["raw pixels logistic (newton-cg,tol=1,C=100)"]!.accuracy! },
    },
    machine: machine(),
    date: new Date().toISOString().slice(0, 10),
  });
}

if (process.argv[1]?.endsWith("rbm-digits.js")) await rbmDigits();
