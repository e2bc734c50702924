/** @file What fits that ended in nothing say of it. */
import { describe, expect, test } from "vitest";
import { type Matrix, matrix } from "../../src/data/matrix.js";
import { type FitOptions, fit, load, methods } from "../../src/index.js";
import { random } from "../../src/random.js";

const [n, d] = [200, 8];
const stream = random(5);
/** Two directions and a little noise about numbers near .5, all in [0, 1]. */
const x: Matrix = matrix(n, d);
for (let i = 0; i < n; i++) {
  const [a, b] = [stream.uniform() - 0.5, stream.uniform() - 0.5];
  for (let j = 0; j < d; j++)
    x.data[i * d + j] = 0.5 + 0.4 * (a * Math.cos(j) + b * Math.sin(2 * j)) + 0.02 * (stream.uniform() - 0.5);
}
/** Three different rows, again and again. */
const few: Matrix = matrix(
  n,
  d,
  x.data.map((_, at) => x.data[(Math.floor(at / d) % 3) * d + (at % d)]!),
);

/** Three heaps of them, far from each other. */
const apart: Matrix = matrix(
  60,
  d,
  x.data.slice(0, 60 * d).map((value, at) => value + 100 * (Math.floor(at / d) % 3)),
);

async function fitted(name: string, options: object, training: FitOptions = {}, data = x) {
  const entry = await methods.find((listed) => listed.name === name)!.load();
  const sized = "latentDim" in entry.options ? { latentDim: 2, ...options } : options;
  return fit(entry.create(sized), data, { seed: 1, ...training });
}

const untrained = { epochs: 1, learningRate: 1e-12 };
const trained = { epochs: 60, batchSize: 20, learningRate: 0.01 };
const small = { hidden: [16] };
const image = { rowShape: [2, 4] };
const mean =
  /reconstructions are no nearer to the rows than their mean is \(explained variance -?\d+\.\d\d\); /;
const zero = /every code is 0; /;

/** Options and training that end in nothing, what is said of it, and such as do not. */
const CASES: [string, object, FitOptions, RegExp, object, FitOptions, Matrix?][] = [
  ["autoencoder", small, untrained, mean, small, trained],
  ["contractiveAutoencoder", { contraction: 1e6 }, trained, /a contraction below 1000000/, {}, trained],
  ["convolutionalAutoencoder", image, untrained, mean, image, trained],
  ["denoisingAutoencoder", small, untrained, /less noise than relativeGaussian:0.3/, small, trained],
  ["maskedAutoencoder", small, untrained, mean, small, trained],
  ["robustSubspaceRecovery", { hidden: [8] }, untrained, mean, { hidden: [8] }, trained],
  ["sparseAutoencoder", {}, untrained, mean, { latentDim: 8, sparsity: "topK:3" }, trained],
  [
    "sparseAutoencoder",
    { sparsity: "l1:1000000" },
    trained,
    zero,
    { latentDim: 8, sparsity: "topK:3" },
    trained,
  ],
  [
    "stackedAutoencoder",
    { ...small, pretrainingEpochs: 1, pretrainingLearningRate: 1e-12 },
    untrained,
    mean,
    small,
    trained,
  ],
  ["linearAutoencoder", { parameterization: "free" }, untrained, mean, {}, trained],
  ["autoDecoder", small, untrained, mean, small, { ...trained, epochs: 200 }],
  [
    "variationalAutoencoder",
    { ...small, variance: 100 },
    trained,
    /none of 2 codes is active, the KL of each is below 0.01 nats \(0\.00\d in all\).* a beta below 1, or a variance below 100$/,
    small,
    trained,
  ],
  [
    "variationalAutoencoder",
    { ...small, beta: 1e4 },
    trained,
    /none of 2 codes is active.* a beta below 10000$/,
    small,
    trained,
  ],
  [
    "sparseCoding",
    { sparsity: 1000 },
    {},
    /every code is 0; take a sparsity below 1000/,
    { sparsity: 0.01 },
    {},
  ],
  [
    "predictiveSparseDecomposition",
    { sparsity: 1e6 },
    trained,
    /take a sparsity below 1000000/,
    { sparsity: 0.01 },
    trained,
  ],
  ["deepSparseCoding", { ...small, sparsity: 1e6 }, trained, zero, { ...small, sparsity: 0.01 }, trained],
  [
    "deepSparseCoding",
    { ...small, sparsity: 1e6, inference: "amortized" },
    trained,
    zero,
    { ...small, sparsity: 1e-3, inference: "amortized" },
    trained,
  ],
  [
    "restrictedBoltzmannMachine",
    {},
    untrained,
    /2 of 2 hidden units are the same for every row/,
    { visible: "gaussian" },
    { epochs: 100 },
  ],
  [
    "kMeans",
    { clusters: 5 },
    {},
    /2 of 5 clusters have no rows.*; take clusters 3$/,
    { clusters: 3 },
    {},
    few,
  ],
  ["lowRankCompletion", { weight: 1e6 }, {}, /a weight of 1000000 leaves no component/, { weight: 0.01 }, {}],
  [
    "isomap",
    { nNeighbors: 8 },
    {},
    /fell into 3 components.*; take a larger nNeighbors/,
    { nNeighbors: 20 },
    {},
    apart,
  ],
  ["nonNegativeFactorization", { latentDim: 5 }, {}, /2 of 5 atoms are 0.*; take latentDim 3/, {}, {}, few],
];

describe.each(CASES)("%s %j", (name, options, training, said, better, more, data = x) => {
  test("says that it ended in nothing, in a line, and keeps that in its file", async () => {
    const model = await fitted(name, options, training, data);
    expect(model.notes).toHaveLength(1);
    const [note] = model.notes;
    expect(note).toMatch(new RegExp(`^${name}: [^\\n]+; (scale|take|train) [^\\n]+$`));
    expect(note).toMatch(said);
    expect((await load(model.save())).notes).toEqual(model.notes);
  });

  test("says nothing where it did not", async () => {
    expect((await fitted(name, better, more, data)).notes).toEqual([]);
  });
});

test("data of one row, and such as are all alike, are no fault of a fit", async () => {
  const alike = matrix(20, d, new Float32Array(20 * d).fill(0.5));
  for (const rows of [alike, matrix(1, d, x.data.slice(0, d))])
    expect((await fitted("autoencoder", small, untrained, rows)).notes).toEqual([]);
});
