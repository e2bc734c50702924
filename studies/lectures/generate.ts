/**
 * @file New rows: what decoders make of codes that are drawn, and rows found from a few measurements of them.
 */
import { columnMeans, type Matrix, matrix, takeColumns, takeRows } from "../../src/data/matrix.js";
import {
  autoDecoder,
  autoencoder,
  fit,
  invert,
  measurements,
  sparseCodes,
  startTraining,
  variationalAutoencoder,
} from "../../src/index.js";
import { type Dense, dense, toDense, toFloat32, transpose } from "../../src/linalg/dense.js";
import { gemm } from "../../src/linalg/gemm.js";
import { cholesky, choleskySolve, kNearestWithin } from "../../src/linalg/index.js";
import { qr } from "../../src/linalg/qr.js";
import { dctDictionary } from "../../src/methods/sparse/dct-dictionary.js";
import { squaredErrorPerSample } from "../../src/metrics/index.js";
import { type Random, random } from "../../src/random.js";
import { heldOutRows } from "./held-out-rows.js";
import { Progress } from "./progress.js";
import { atMost, type Claim, type Measuring, type Results, type Study } from "./study.js";
import type { StudyData } from "./study-data.js";

const small = {
  hidden: [256, 128],
  latentDim: 8,
  epochs: 100,
  /** Rows of each kind that are told apart. */
  rows: 400,
  /** Numbers of measurements as shares of d. */
  shares: [0.125, 0.25, 0.5, 0.75, 0.95],
  measured: 40,
  priorDim: 16,
  starts: 3,
  steps: 250,
  penalties: [1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1],
  /** Weights of the prior on codes. */
  weights: [0, 0.003, 0.03, 0.3],
  /** Sizes of codes of untrained decoders. */
  sizes: [8, 16, 32],
  searched: 100,
  search: 1000,
  /** Rows that codes are searched for, of a decoder that has no encoder. */
  newRows: 200,
};
const settings = { small, full: { ...small, rows: 1000, measured: 100 } };

type Room = Record<string, number | readonly number[]>;

async function measure(measuring: Measuring) {
  const figures: Room = {};
  const { shares, sizes } = settings[measuring.size];
  const progress = new Progress(measuring, 3 + shares.length + sizes.length);
  await samples(measuring, figures);
  progress.done();
  await fromMeasurements(measuring, figures, progress);
  await untrained(measuring, figures, progress);
  await withoutEncoder(measuring, figures);
  progress.done();
  return figures;
}

/** Shares of rows, real ones and made ones, that are told by their nearest: 1 where each has its nearest row among its own kind, .5 where they are alike. */
async function samples({ data, size, seed, signal }: Measuring, figures: Room): Promise<void> {
  const { hidden, epochs, latentDim, rows } = settings[size];
  const count = Math.min(rows, Math.floor(data.x.rows / 4));
  const order = random(seed).fork("samples").permutation(data.x.rows);
  const part = (from: number) => takeRows(data.x, order.subarray(from * count, (from + 1) * count));
  const [real, others] = [part(0), part(1)];
  const train = takeRows(data.x, order.subarray(count));
  const training = { epochs, seed, signal };
  const model = await fit(autoencoder({ latentDim, hidden }), train, training);
  const codes = await model.encode(train);
  const stream = random(seed).fork("codes");
  const standard = matrix(count, latentDim, stream.fillNormal(new Float32Array(count * latentDim)));
  const variational = await fit(variationalAutoencoder({ latentDim, hidden }), train, training);
  const made = {
    "standard normal codes": await model.decode(standard),
    "fitted normal codes": await model.decode(await normalLike(codes, count, stream)),
    variational: await variational.sample(count, { seed }),
    reconstructions: await model.reconstruct(others),
    "real rows": others,
  };
  for (const [name, own] of Object.entries(made)) {
    const { onReal, onMade } = await toldApart(real, own);
    figures[`told ${name}`] = (onReal + onMade) / 2;
    figures[`told real ${name}`] = onReal;
    figures[`told made ${name}`] = onMade;
  }
}

/** Normal numbers of the mean and the covariance of rows. */
async function normalLike(x: Matrix, count: number, stream: Random): Promise<Matrix> {
  const means = columnMeans(x);
  const centered = dense(
    x.rows,
    x.cols,
    Float64Array.from(x.data, (value, at) => value - means[at % x.cols]!),
  );
  const products = await gemm(centered, centered, { transposeA: true });
  const factor = await cholesky({ ...products, data: products.data.map((value) => value / x.rows) });
  const source = dense(
    count,
    x.cols,
    Float64Array.from({ length: count * x.cols }, () => stream.normal()),
  );
  const { data } = await gemm(source, factor, { transposeB: true });
  return matrix(
    count,
    x.cols,
    Float32Array.from(data, (value, at) => value + means[at % x.cols]!),
  );
}

/** Shares of real and of made rows whose nearest row is of their kind (Lopez-Paz & Oquab, 2017). */
export async function toldApart(real: Matrix, made: Matrix): Promise<{ onReal: number; onMade: number }> {
  const all = matrix(real.rows + made.rows, real.cols);
  all.data.set(real.data);
  all.data.set(made.data, real.data.length);
  const { indices } = await kNearestWithin(all, 1);
  let [onReal, onMade] = [0, 0];
  for (let i = 0; i < all.rows; i++) {
    const own = i < real.rows;
    if (own === indices[i]! < real.rows) own ? onReal++ : onMade++;
  }
  return { onReal: onReal / real.rows, onMade: onMade / made.rows };
}

/** Rows from m random sums of their numbers: by a trained decoder, by sparsity, and by the Gaussian of the data. */
async function fromMeasurements(
  { data, size, seed, signal }: Measuring,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { shares, hidden, epochs, priorDim, measured, starts, steps, penalties, weights } = settings[size];
  const d = data.x.cols;
  const split = heldOutRows(data.x, seed);
  const x = takeRows(
    split.test,
    Array.from({ length: Math.min(measured, split.test.rows) }, (_, i) => i),
  );
  const latentDim = Math.min(priorDim, d - 1);
  const model = await fit(autoencoder({ latentDim, hidden }), split.train, { epochs, seed, signal });
  const codes = await model.encode(split.train);
  const search = { codes, starts, steps, seed, signal };
  const energy = squaredErrorPerSample(x, matrix(x.rows, d));
  figures.floor = squaredErrorPerSample(x, (await invert(model, x, search)).x) / energy;
  const bases = [identityBasis(d), ...cosines(data)];
  for (const share of shares) {
    const m = Math.max(1, Math.round(share * d));
    const a = sensing(m, d, seed);
    const y = toFloat32(await gemm(toDense(x), toDense(a), { transposeB: true }));
    let best = Number.POSITIVE_INFINITY;
    for (const weight of weights) {
      const penalized = weight > 0 ? { penalties: [`l2:${weight}`] } : {};
      const found = await invert(model, y, { ...search, ...penalized, measurement: measurements.linear(a) });
      best = Math.min(best, squaredErrorPerSample(x, found.x) / energy);
    }
    figures[`decoder ${share}`] = best;
    best = Number.POSITIVE_INFINITY;
    for (const basis of bases) {
      const dictionary = await gemm(toDense(a), basis);
      for (const penalty of penalties) {
        const z = await sparseCodes(y, dictionary, { kind: "l1", alpha: penalty });
        const xHat = toFloat32(await gemm(toDense(z), basis, { transposeB: true }));
        best = Math.min(best, squaredErrorPerSample(x, xHat) / energy);
      }
    }
    figures[`lasso ${share}`] = best;
    figures[`gaussian ${share}`] =
      squaredErrorPerSample(x, await gaussianEstimate(data.moments, a, y)) / energy;
    progress.done();
  }
}

function sensing(m: number, d: number, seed: number): Matrix {
  const a = matrix(
    m,
    d,
    random(seed)
      .fork("sensing", m)
      .fillNormal(new Float32Array(m * d)),
  );
  return matrix(
    m,
    d,
    a.data.map((value) => value / Math.sqrt(m)),
  );
}

function identityBasis(d: number): Dense {
  const basis = dense(d, d);
  for (let i = 0; i < d; i++) basis.data[i * (d + 1)] = 1;
  return basis;
}

/** Cosines of square images, at the pixels that vary. */
function cosines({ raw, x }: StudyData): Dense[] {
  const side = Math.sqrt(raw.cols);
  if (!Number.isInteger(side) || side < 4) return [];
  const varying = Array.from({ length: raw.cols }, (_, j) => j).filter((j) => {
    for (let i = 1; i < raw.rows; i++) if (raw.data[i * raw.cols + j] !== raw.data[j]) return true;
    return false;
  });
  if (varying.length !== x.cols) return [];
  const whole = dctDictionary(raw.cols, raw.cols);
  return [toDense(takeRows(whole, varying))];
}

/** E[x | A x = y] = ΣAᵀ(AΣAᵀ)⁻¹ y for x ~ N(0, Σ). */
async function gaussianEstimate(moments: Dense, a: Matrix, y: Matrix): Promise<Matrix> {
  const spread = await gemm(toDense(a), moments);
  const gram = await gemm(spread, toDense(a), { transposeB: true });
  const small = 1e-9 * gram.data.reduce((most, value) => Math.max(most, value), 0);
  for (let i = 0; i < gram.rows; i++) gram.data[i * (gram.rows + 1)]! += small;
  const weights = await choleskySolve(await cholesky(gram), transpose(toDense(y)));
  return toFloat32(await gemm(weights, spread, { transposeA: true }));
}

/** Decoders as they are before training, with the best code for every row. */
async function untrained(
  { data, size, seed, signal }: Measuring,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { sizes, searched, search } = settings[size];
  const d = data.x.cols;
  const order = random(seed).fork("searched").permutation(data.x.rows);
  const x = takeRows(data.x, order.subarray(0, Math.min(searched, data.x.rows)));
  const energy = squaredErrorPerSample(x, matrix(x.rows, d));
  for (const latentDim of sizes.filter((k) => k < d)) {
    const session = await startTraining(autoencoder({ latentDim, hidden: [256] }), data.x, {
      seed,
      scale: "none",
    });
    const model = await session.model();
    await session.release();
    const { x: xHat } = await invert(model, x, { starts: 2, steps: search, seed, signal });
    figures[`random decoder ${latentDim}`] = squaredErrorPerSample(x, xHat) / energy;
    let left = 0;
    for (let draw = 0; draw < SUBSPACES; draw++) {
      const stream = random(seed).fork("subspace", latentDim, draw);
      const columns = Float64Array.from({ length: d * latentDim }, () => stream.normal());
      left += (await outside(x, (await qr(dense(d, latentDim, columns))).q)) / energy / SUBSPACES;
    }
    figures[`random subspace ${latentDim}`] = left;
    const leading = toDense(
      takeColumns(
        toFloat32(data.eigenvectors),
        Array.from({ length: latentDim }, (_, j) => j),
      ),
    );
    figures[`pca ${latentDim}`] = (await outside(x, leading)) / energy;
    progress.done();
  }
}

/** A decoder whose codes are trained with it, and searched for new rows, beside an autoencoder with the same decoder. */
async function withoutEncoder({ data, size, seed, signal }: Measuring, figures: Room): Promise<void> {
  const { latentDim, hidden, epochs, newRows } = settings[size];
  const { train, test } = heldOutRows(data.x, seed);
  const x = takeRows(
    test,
    Array.from({ length: Math.min(newRows, test.rows) }, (_, i) => i),
  );
  const seen = takeRows(
    train,
    Array.from({ length: Math.min(newRows, train.rows) }, (_, i) => i),
  );
  const training = { epochs, seed, signal };
  const coder = await fit(autoencoder({ latentDim, hidden }), train, training);
  const decoder = await fit(autoDecoder({ latentDim, hidden }), train, training);
  figures["encoder seen"] = squaredErrorPerSample(seen, await coder.reconstruct(seen));
  figures["encoder new"] = squaredErrorPerSample(x, await coder.reconstruct(x));
  const codes = matrix(seen.rows, latentDim, decoder.codes.data.slice(0, seen.rows * latentDim));
  figures["codes seen"] = squaredErrorPerSample(seen, await decoder.decode(codes));
  figures["codes new"] = squaredErrorPerSample(x, await decoder.reconstruct(x));
}

/** Subspaces that are drawn for a mean. */
const SUBSPACES = 20;

/** Error of the projection of rows onto the span of orthonormal columns. */
async function outside(x: Matrix, q: Dense): Promise<number> {
  const codes = await gemm(toDense(x), q);
  return squaredErrorPerSample(x, toFloat32(await gemm(codes, q, { transposeB: true })));
}

const ratio = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value / results.numbers(b)[seed]!);

const MADE = {
  "standard normal codes": "codes drawn from N(0, I)",
  "fitted normal codes": "codes drawn from a normal distribution fitted to those of the rows",
  variational: "a variational autoencoder",
  reconstructions: "reconstructions of real rows",
} as const;

const sharesOf = (results: Results) => small.shares.filter((share) => results.has(`decoder ${share}`));
const sizesOf = (results: Results) => small.sizes.filter((k) => results.has(`random decoder ${k}`));

const claims: readonly Claim[] = [
  {
    id: "D4",
    quote: "100 generated samples using an autoencoder; one can build generative models",
    source: "002",
    statement:
      "At most .6 of made and real rows have their nearest row among their own kind (.5 where they are alike).",
    means:
      "An autoencoder draws no samples: pictures of its reconstructions are pictures of rows that were there. A variational one draws rows that look better, and are still told from real ones.",
    picture: "samples",
    sides: (results, threshold = 0.6) =>
      (Object.keys(MADE) as (keyof typeof MADE)[]).map((name) =>
        atMost(`${MADE[name]}: share told apart`, results.numbers(`told ${name}`), threshold),
      ),
  },
  {
    id: "D19",
    quote: "inverse problems: a trained decoder as a prior",
    source: "004",
    statement:
      "From m random sums of its numbers a trained decoder finds a row with at most the error of the best lasso.",
    means:
      "With few measurements a trained decoder finds far more than sparsity does. With many it stays at what it cannot represent, however many there are. The Gaussian of the same rows is a prior too, and costs one system of equations.",
    picture: "measurements",
    sides: (results, threshold = 1) =>
      sharesOf(results).map((share) =>
        atMost(
          `m = ${share} d: error as a multiple of that of the lasso, weights and basis of both chosen by these rows`,
          ratio(results, `decoder ${share}`, `lasso ${share}`),
          threshold,
        ),
      ),
  },
  {
    id: "D20",
    quote: "some recent work even uses random V, i.e. without training (with min over z)",
    source: "004",
    statement:
      "A decoder with random weights leaves at most as much of a row as a random subspace of as many numbers, with the best code of each.",
    means:
      "Without training there is nothing in V that knows the data: the best z finds about what lies in a random subspace, and a small share of what lies in that of PCA. The work that is meant keeps z and trains V for every single image. How much is left depends on how long one searches; here from two starts of 1000 steps.",
    sides: (results, threshold = 1) =>
      sizesOf(results).map((k) =>
        atMost(
          `k = ${k}, a layer of 256 rectified units: share of the energy left as a multiple of that of a random subspace`,
          ratio(results, `random decoder ${k}`, `random subspace ${k}`),
          threshold,
        ),
      ),
    picture: "untrained",
  },
  {
    id: "D10",
    quote: "deep factorization: B and Z are all we care about",
    source: "004",
    statement:
      "A decoder whose codes are trained with it, and searched for afterward, has at most the error of an autoencoder with the same decoder.",
    means:
      "An encoder is more than scaffolding: what one row teaches it serves all others, where codes of their own are met once an epoch, and are searched for from one place. Each new row costs hundreds of steps besides, where an encoder takes one.",
    sides: (results, threshold = 1) =>
      (["seen", "new"] as const).map((rows) =>
        atMost(
          `${rows === "seen" ? "rows trained on" : "other rows"}, k = ${small.latentDim}, layers of ${small.hidden.join(" and ")}: error as a multiple`,
          ratio(results, `codes ${rows}`, `encoder ${rows}`),
          threshold,
        ),
      ),
  },
];

const pictures: Study["pictures"] = {
  samples: (results) => ({
    kind: "bars",
    title: "Share of rows whose nearest row is of their kind",
    see: "Real rows beside other real ones show what is to be had: a half.",
    valueName: "share",
    names: ["N(0, I)", "fitted normal", "variational", "reconstructions", "real rows"],
    series: (["real", "made"] as const).map((kind) => ({
      name: `of ${kind} rows`,
      values: [...Object.keys(MADE), "real rows"].map((name) => results.mean(`told ${kind} ${name}`)),
    })),
  }),
  measurements: (results) => ({
    kind: "curves",
    title: "Error by number of measurements",
    see: "A trained decoder is ahead where measurements are few, and stops at what it cannot represent.",
    xName: "measurements as a share of d",
    yName: "share of the energy",
    logY: true,
    x: sharesOf(results),
    series: [
      ...(["decoder", "lasso", "gaussian"] as const).map((name) => ({
        name: { decoder: "trained decoder", lasso: "best lasso", gaussian: "Gaussian of the rows" }[name],
        values: sharesOf(results).map((share) => results.mean(`${name} ${share}`)),
      })),
      { name: "floor of the decoder", values: sharesOf(results).map(() => results.mean("floor")) },
    ],
  }),
  untrained: (results) => ({
    kind: "curves",
    title: "Share of rows that is left, by the size of the code",
    see: "An untrained decoder with the best codes leaves about what a random subspace leaves, and far more than PCA.",
    xName: "k",
    yName: "share of the energy",
    logY: false,
    x: sizesOf(results),
    series: (["random decoder", "random subspace", "pca"] as const).map((name) => ({
      name: name === "pca" ? "PCA" : name,
      values: sizesOf(results).map((k) => results.mean(`${name} ${k}`)),
    })),
  }),
};

export const generate: Study = {
  id: "generate",
  title: "What do decoders know?",
  question:
    "Do decoders make new rows of drawn codes, find rows from a few measurements, and need to be trained for it?",
  claims,
  settings,
  measure,
  pictures,
};
