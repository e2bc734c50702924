/**
 * @file Masks: rows with hidden numbers, what may stand in their place, and how well each way tells them.
 */
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { type Coder, fit, linearAutoencoder, maskedAutoencoder } from "../../src/index.js";
import { columns, type Dense, dense } from "../../src/linalg/dense.js";
import { eigh } from "../../src/linalg/eigh.js";
import { gemm } from "../../src/linalg/gemm.js";
import { degrees, principalAngles } from "../../src/linalg/principal-angles.js";
import {
  conditionalMean,
  heldOut,
  identityDistance,
  maskedOptimum,
  wienerFilter,
} from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { Progress } from "./progress.js";
import { showOneOfEach } from "./shown-numbers.js";
import { atLeast, atMost, type Claim, type Figures, type Measuring, type Study } from "./study.js";
import { type StudyData, studyData } from "./study-data.js";

/** Shares of hidden numbers. */
const SHARES = [0.1, 0.3, 0.5, 0.7];
/** Share that models are trained with. */
const TRAINED = 0.3;

/** Variances of noise that are tried in place of zeros, as multiples of the one that has as much in all. */
const NOISES = Array.from({ length: 25 }, (_, i) => 2 ** ((i - 12) / 4));

const small = {
  heldOut: 0.25,
  /** Size of the subspaces that are compared, where rows have twice as many numbers. */
  rank: 16,
  /** Steps of the unrolled encoder. */
  depths: [10, 100],
  /** Passes over the rows. */
  epochs: 60,
  fewRows: 200,
  /** Part of the mean variance that is added to each, since some columns vary too little to be divided by. */
  ridge: 1e-3,
};
const settings = { small, full: { ...small, epochs: 200 } };

const WAYS = {
  mean: "mean of the column",
  "raw zero": "0 in rows as they are, no bias",
  "zero all": "0 about the mean, loss on all",
  "zero hidden": "0 about the mean, loss on hidden",
  "unrolled 10": "unrolled, T = 10",
  "unrolled 100": "unrolled, T = 100",
  best: "Gaussian conditional mean",
} as const;
type Way = keyof typeof WAYS;
const WAY_NAMES = Object.keys(WAYS) as Way[];
const TOKENS = ["zero", "mean", "learned", "channel"] as const;

async function measure(measuring: Measuring): Promise<Figures> {
  const { data, size, seed, signal } = measuring;
  const set = settings[size];
  const figures: Record<string, number | readonly number[]> = {};
  const progress = new Progress(measuring, SHARES.length + 2 + 2 * TOKENS.length + 4 + 3);
  const split = heldOut(data.x.rows, set.heldOut, seed);
  const [train, test] = [await studyData("train", takeRows(data.x, split.train)), split.test];
  const kept = keptColumns(data, split.train);
  const mean = meansOf(data.x, split.train, kept);
  const rows = chosen(data.x, test, kept, mean);
  const raw = chosen(
    data.raw,
    test,
    data.varying.filter((_, at) => kept.includes(at)),
    undefined,
  );
  const rawTrain = chosen(
    data.raw,
    split.train,
    data.varying.filter((_, at) => kept.includes(at)),
    undefined,
  );
  const d = rows.cols;
  const ridge = (set.ridge * train.eigenvalues.reduce((sum, value) => sum + value, 0)) / d;
  const rank = Math.min(set.rank, Math.ceil(d / 2));
  figures.rank = rank;
  const moments = ridged(train.moments, ridge);
  const rawMoments = ridged(await momentsOf(rawTrain), ridge);
  const stream = random(seed).fork("hidden");

  const masks = SHARES.map((share) => {
    const mask = rows.data.map(() => (stream.uniform() < share ? 0 : 1));
    showOneOfEach(mask, d, 0);
    return mask;
  });
  const errorOf = (xHat: ArrayLike<number>, at: number) => {
    let [sum, count] = [0, 0];
    masks[at]!.forEach((shown, i) => {
      if (shown) return;
      sum += (xHat[i]! - rows.data[i]!) ** 2;
      count++;
    });
    return Math.sqrt(sum / count);
  };
  const table = Object.fromEntries(WAY_NAMES.map((way) => [way, [] as number[]])) as Record<Way, number[]>;
  for (const [at, share] of SHARES.entries()) {
    const mask = masks[at]!;
    const shown = dense(
      rows.rows,
      d,
      Float64Array.from(rows.data, (value, i) => value * mask[i]!),
    );
    const shownRaw = dense(
      rows.rows,
      d,
      Float64Array.from(raw.data, (value, i) => value * mask[i]!),
    );
    const mapped = async (x: Dense, w: Dense) => (await gemm(x, w, { transposeB: true })).data;
    table.mean.push(errorOf(new Float64Array(rows.data.length), at));
    const rawHat = await mapped(shownRaw, await maskedOptimum(rawMoments, share));
    const rawMean = meansOf(rawTrain, allRows(rawTrain), allColumns(rawTrain));
    table["raw zero"].push(
      errorOf(
        rawHat.map((value, i) => value - rawMean[i % d]!),
        at,
      ),
    );
    table["zero all"].push(errorOf(await mapped(shown, await maskedOptimum(moments, share)), at));
    const hidden = await maskedOptimum(moments, share, { lossOn: "hidden" });
    table["zero hidden"].push(errorOf(await mapped(shown, hidden), at));
    for (const depth of set.depths)
      table[`unrolled ${depth}` as Way].push(errorOf(await unrolled(train, rows, mask, rank, depth), at));
    const gaps = {
      ...rows,
      data: Float64Array.from(rows.data, (value, i) => (mask[i] ? value : Number.NaN)),
    };
    table.best.push(errorOf(conditionalMean(gaps, new Float64Array(d), moments).data, at));
    progress.done();
  }
  for (const way of WAY_NAMES) {
    figures[`error ${way}`] = table[way];
    table[way].forEach((value, at) => {
      figures[`error ${way} ${SHARES[at]}`] = value;
    });
  }

  // Trained by the method, and given other shares of hidden numbers than in training.
  const learned = chosen(data.x, split.train, kept, mean);
  const asked = masks.map((mask) => ({
    ...rows,
    data: rows.data.map((value, i) => (mask[i] ? value : Number.NaN)),
  }));
  const training = { epochs: set.epochs, schedule: "cosine", scale: "none", seed, signal } as const;
  const masked = { latentDim: d, maskRatio: TRAINED, lossOn: "hidden", bias: false } as const;
  const tell = async (model: Coder, name: string) => {
    for (const [at, share] of SHARES.entries())
      figures[`trained ${name} ${share}`] = errorOf((await model.reconstruct(asked[at]!)).data, at);
    progress.done();
  };
  await tell(
    await fit(linearAutoencoder({ ...masked, parameterization: "free" }), learned, training),
    "free",
  );
  await tell(
    await fit(linearAutoencoder({ ...masked, parameterization: "unrolled" }), learned, training),
    "unrolled",
  );

  // Networks: what stands in place of what is hidden, in rows as they are and about their mean; and what the loss counts.
  const place = SHARES.indexOf(TRAINED);
  const rawMean = meansOf(rawTrain, allRows(rawTrain), allColumns(rawTrain));
  const rawAsked = {
    ...raw,
    data: raw.data.map((value, i) => (masks[place]![i] ? value : Number.NaN)),
  };
  const network = { latentDim: rank, hidden: [64], maskRatio: TRAINED } as const;
  const quick = { ...training, learningRate: 3e-3, batchSize: 64 };
  for (const maskToken of TOKENS) {
    const method = maskedAutoencoder({ ...network, maskToken });
    const centered = await fit(method, learned, quick);
    figures[`token centered ${maskToken}`] = errorOf((await centered.reconstruct(asked[place]!)).data, place);
    progress.done();
    const asIs = await fit(method, rawTrain, quick);
    const filled = (await asIs.reconstruct(rawAsked)).data.map((value, i) => value - rawMean[i % d]!);
    figures[`token raw ${maskToken}`] = errorOf(filled, place);
    progress.done();
  }
  const few = takeRows(
    learned,
    Array.from({ length: Math.min(set.fewRows, learned.rows) }, (_, i) => i),
  );
  for (const [name, x] of [
    ["few", few],
    ["all", learned],
  ] as const)
    for (const lossOn of ["all", "hidden"] as const) {
      const model = await fit(maskedAutoencoder({ ...network, maskToken: "channel", lossOn }), x, quick);
      figures[`network ${name} ${lossOn}`] = errorOf((await model.reconstruct(asked[place]!)).data, place);
      progress.done();
    }

  Object.assign(figures, await optima(moments));
  progress.done();
  Object.assign(figures, await likeNoise(moments));
  progress.done();
  Object.assign(figures, await subspaces(data.moments, rank));
  progress.done();
  return figures;
}

/** Distances of the best maps from a copy, and what a rank-1 structure tells of a hidden number. */
async function optima(moments: Dense): Promise<Figures> {
  const d = moments.rows;
  const uncorrelated = dense(
    d,
    d,
    moments.data.map((value, at) => (at % (d + 1) === 0 ? value : 0)),
  );
  // Five numbers that are always equal: three of them are seen, and all are 1.
  const ones = dense(5, 5, new Float64Array(25).fill(1));
  const map = await maskedOptimum(ones, 0.4);
  const gaps = { rows: 1, cols: 5, data: Float64Array.of(Number.NaN, Number.NaN, 1, 1, 1) };
  const almost = ridged(ones, 1e-9);
  return {
    "optimum correlated": identityDistance(await maskedOptimum(moments, TRAINED)),
    "optimum uncorrelated": identityDistance(await maskedOptimum(uncorrelated, TRAINED)),
    "one direction zeros": map.data[2]! + map.data[3]! + map.data[4]!,
    "one direction aware": conditionalMean(gaps, new Float64Array(5), almost).data[0]!,
  };
}

/**
 * Differences of the best map of zeroed numbers, given what is left over its share q, from those of dropout and of Gaussian noise.
 *
 *   q Σ (q Σ + (1 − q) diag Σ)⁻¹ = Σ (Σ + c diag Σ)⁻¹,   c = (1 − q)/q
 *
 * and noise has σ² I in place of c diag Σ.
 */
async function likeNoise(moments: Dense): Promise<Figures> {
  const d = moments.rows;
  const deviations = Array.from({ length: d }, (_, i) => Math.sqrt(moments.data[i * (d + 1)]!));
  const rescaled = (a: Dense, power: (i: number, j: number) => number) =>
    dense(
      d,
      d,
      a.data.map((value, at) => value * power(Math.floor(at / d), at % d)),
    );
  const correlations = rescaled(moments, (i, j) => 1 / deviations[i]! / deviations[j]!);
  const q = 1 - TRAINED;
  const zeros = async (of: Dense) => rescaled(await maskedOptimum(of, TRAINED), () => q);
  const dropout = rescaled(
    await wienerFilter(correlations, (1 - q) / q),
    (i, j) => deviations[i]! / deviations[j]!,
  );
  const nearestNoise = async (of: Dense) => {
    const [best, mean] = [
      await zeros(of),
      of.data.reduce((sum, v, at) => sum + (at % (d + 1) ? 0 : v), 0) / d,
    ];
    let least = Number.POSITIVE_INFINITY;
    for (const factor of NOISES)
      least = Math.min(least, apart(await wienerFilter(of, ((1 - q) / q) * mean * factor), best));
    return least;
  };
  return {
    "zeros from dropout": apart(dropout, await zeros(moments)),
    "zeros from noise": await nearestNoise(moments),
    "zeros from noise, equal variances": await nearestNoise(correlations),
  };
}

/** ‖a − b‖_F / ‖b‖_F. */
const apart = (a: Dense, b: Dense) =>
  Math.hypot(...a.data.map((value, at) => value - b.data[at]!)) / Math.hypot(...b.data);

/** Largest angles between the k dimensions that each task is best done in and those of PCA, and the share of PCA's that is kept. */
async function subspaces(moments: Dense, k: number): Promise<Figures> {
  const principal = await leading(moments, k);
  const compared = async (own: Dense) => {
    const angles = await principalAngles(own, principal);
    const kept = angles.reduce((sum, angle) => sum + Math.cos(angle) ** 2, 0) / k;
    return { angle: degrees(angles.at(-1)!), kept };
  };
  const d = moments.rows;
  const trace = Array.from({ length: d }, (_, i) => moments.data[i * (d + 1)]!).reduce((a, b) => a + b);
  const filter = await wienerFilter(moments, trace / d);
  const noise = await compared(await leading(await gemm(filter, moments), k));
  const figures: Record<string, number> = { "angle noise": noise.angle, "kept noise": noise.kept };
  for (const share of [0.3, 0.6]) {
    // Reduced-rank regression: of what the best map gives, the k directions with the most variance.
    const map = await maskedOptimum(ridged(moments, 1e-6 * (trace / d)), share);
    const { angle, kept } = await compared(await leading(symmetric(await gemm(map, moments)), k));
    figures[`angle masks ${share}`] = angle;
    figures[`kept masks ${share}`] = kept;
  }
  return figures;
}

async function leading(a: Dense, k: number): Promise<Dense> {
  return columns((await eigh(symmetric(a))).vectors, 0, k);
}

/** (A + Aᵀ)/2: rounding alone is in the difference. */
function symmetric(a: Dense): Dense {
  const n = a.rows;
  return dense(
    n,
    n,
    a.data.map((value, at) => (value + a.data[(at % n) * n + Math.floor(at / n)]!) / 2),
  );
}

/** T steps on the code of rows of which a mask shows a part, with the decoder of probabilistic PCA. */
async function unrolled(
  { eigenvalues, eigenvectors }: StudyData,
  rows: Matrix,
  mask: ArrayLike<number>,
  k: number,
  steps: number,
): Promise<Float64Array> {
  const d = rows.cols;
  const rest = eigenvalues.slice(k).reduce((sum, value) => sum + value, 0) / Math.max(1, d - k);
  const b = dense(d, k);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < k; j++)
      b.data[i * k + j] = eigenvectors.data[i * d + j]! * Math.sqrt(Math.max(0, eigenvalues[j]! - rest));
  const stepSize = 1 / (eigenvalues[0]! - rest);
  const codes = dense(rows.rows, k);
  for (let t = 0; t < steps; t++) {
    const told = await gemm(codes, b, { transposeB: true });
    told.data.forEach((value, i) => {
      told.data[i] = mask[i]! * (rows.data[i]! - value);
    });
    const step = await gemm(told, b);
    step.data.forEach((value, i) => {
      codes.data[i]! += stepSize * value;
    });
  }
  return (await gemm(codes, b, { transposeB: true })).data;
}

function ridged(a: Dense, ridge: number): Dense {
  return dense(
    a.rows,
    a.cols,
    a.data.map((value, at) => value + (at % (a.cols + 1) === 0 ? ridge : 0)),
  );
}

async function momentsOf(x: Matrix): Promise<Dense> {
  const wide = dense(x.rows, x.cols, Float64Array.from(x.data));
  const products = await gemm(wide, wide, { transposeA: true });
  return dense(
    x.cols,
    x.cols,
    products.data.map((value) => value / x.rows),
  );
}

const allRows = (x: Matrix) => Uint32Array.from({ length: x.rows }, (_, i) => i);
const allColumns = (x: Matrix) => Array.from({ length: x.cols }, (_, j) => j);

/** Columns that vary among some rows. */
function keptColumns({ x }: StudyData, among: Uint32Array): number[] {
  return allColumns(x).filter((j) =>
    among.some((i) => x.data[i * x.cols + j] !== x.data[among[0]! * x.cols + j]),
  );
}

function meansOf(x: Matrix, among: Uint32Array, kept: readonly number[]): Float64Array {
  return Float64Array.from(
    kept,
    (j) => among.reduce((sum, i) => sum + x.data[i * x.cols + j]!, 0) / among.length,
  );
}

/** Some rows and columns, less a mean. */
function chosen(
  x: Matrix,
  among: Uint32Array,
  kept: readonly number[],
  mean: Float64Array | undefined,
): Matrix {
  const out = matrix(among.length, kept.length);
  among.forEach((row, i) => {
    kept.forEach((j, at) => {
      out.data[i * kept.length + at] = x.data[row * x.cols + j]! - (mean?.[at] ?? 0);
    });
  });
  return out;
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

const claims: readonly Claim[] = [
  {
    id: "C7",
    quote: "with masking the identity is no longer the optimum",
    source: "000 §15.5.2",
    statement: `With ${percent(TRAINED)} of the numbers set to 0, the best linear map is .05 or more from the identity.`,
    means: "Masks teach what columns tell of each other. Where they tell nothing, the best is a copy.",
    sides: (results, threshold = 0.05) => [
      atLeast("columns as they are: ‖W* − I‖_F/√d", results.numbers("optimum correlated"), threshold),
      atLeast("the same without their correlations", results.numbers("optimum uncorrelated"), threshold),
    ],
  },
  {
    id: "C8",
    quote: "in data of one dimension x₂ and x₅ are predictable from the rest",
    source: "000 §15.5.2",
    statement: "Of five equal numbers, three of them seen, the hidden ones are told to a hundredth.",
    means:
      "A linear map that sees zeros cannot know which of them are hidden, and tells too little. Use a model that does.",
    sides: (results, threshold = 0.99) => [
      atLeast(
        "the best linear map of zeros, 40 % hidden: share told",
        results.numbers("one direction zeros"),
        threshold,
      ),
      atLeast(
        "the conditional mean, which knows what is hidden",
        results.numbers("one direction aware"),
        threshold,
      ),
    ],
  },
  {
    id: "C9",
    quote: "putting in 0's does not work, 0 will want to be reconstructed as 0",
    source: "000 §15.5.2",
    statement:
      "With zeros for a tenth of the numbers, hidden ones are told no better than by the mean of their column.",
    means:
      "It does not in rows as they are, whose zeros mean something. About the mean it does, above all with the loss on hidden entries.",
    picture: "ways",
    sides: (results, threshold = 1) =>
      (["raw zero", "zero all", "zero hidden"] as const).map((way) =>
        atLeast(
          `${WAYS[way]}: error as a multiple of the mean's`,
          results
            .numbers(`error ${way} 0.1`)
            .map((value, seed) => value / results.numbers("error mean 0.1")[seed]!),
          threshold,
        ),
      ),
  },
  {
    id: "C10",
    quote: "the unrolled encoder, with the mask in its residual, suits masking better than a matrix",
    source: "000 §15.5.2, figures 15.2 and 15.4",
    statement: "The unrolled encoder tells hidden numbers no worse than the best linear map of zeros.",
    means:
      "It does where much is hidden, and where another share is hidden than in training. Ten steps do better than a hundred: here early stopping helps.",
    picture: "mismatch",
    sides: (results, threshold = 1) => [
      ...SHARES.map((share) =>
        atMost(
          `${percent(share)} hidden, T = 10, PCA's B of ${results.mean("rank")}: error as a multiple`,
          results
            .numbers(`error unrolled 10 ${share}`)
            .map((value, seed) => value / results.numbers(`error zero hidden ${share}`)[seed]!),
          threshold,
        ),
      ),
      ...SHARES.map((share) =>
        atMost(
          `both trained with ${percent(TRAINED)} hidden, k = d, ${percent(share)} hidden: error as a multiple of the matrix's`,
          results
            .numbers(`trained unrolled ${share}`)
            .map((value, seed) => value / results.numbers(`trained free ${share}`)[seed]!),
          threshold,
        ),
      ),
      atMost(
        "50 % hidden: error of T = 10 as a multiple of that of T = 100",
        results
          .numbers("error unrolled 10 0.5")
          .map((value, seed) => value / results.numbers("error unrolled 100 0.5")[seed]!),
        threshold,
      ),
    ],
  },
  {
    id: "C11",
    quote: "one subspace serves denoising, plain autoencoding and filling",
    source: "000 §15.5.2",
    statement: "The few dimensions that are best for a task are those of PCA, to a degree.",
    means:
      "For noise they are. For masks they turn, in directions of little variance: most of the subspace is shared.",
    picture: "kept",
    sides: (results, threshold = 1) => [
      atMost("noise on every number: largest angle in degrees", results.numbers("angle noise"), threshold),
      ...[0.3, 0.6].map((share) =>
        atMost(
          `${percent(share)} hidden: largest angle in degrees`,
          results.numbers(`angle masks ${share}`),
          threshold,
        ),
      ),
    ],
  },
  {
    id: "C12",
    quote: "zeroing inputs is similar to dropout, and Gaussian noise is a similar idea",
    source: "002",
    statement: `With ${percent(TRAINED)} of the numbers set to 0 and the rest divided by their share, the best linear map is that of dropout, and that of Gaussian noise of some variance, to a hundredth.`,
    means:
      "Zeros and dropout are one. Gaussian noise is another where columns vary unequally: zeros disturb each as much as it varies, noise all alike.",
    sides: (results, threshold = 0.01) => [
      atMost(
        "dropout, which is noise in units of each column's deviation: difference of the maps as a share",
        results.numbers("zeros from dropout"),
        threshold,
      ),
      atMost(
        "Gaussian noise of the variance that comes nearest, columns as they are: the same",
        results.numbers("zeros from noise"),
        threshold,
      ),
      atMost(
        "the same, columns divided by their deviation",
        results.numbers("zeros from noise, equal variances"),
        threshold,
      ),
    ],
  },
  {
    id: "C19",
    quote: "masked: learned vectors in place of what is hidden",
    source: "003",
    statement:
      "A network tells hidden numbers better, by .02 of its error or more, with a learned token than with zeros.",
    means:
      "Learned tokens matter where 0 is a value that columns have; about their mean, which is then 0, zeros serve as well.",
    picture: "tokens",
    sides: (results, threshold = 0.02) =>
      (["raw", "centered"] as const).map((rows) =>
        atLeast(
          `rows ${rows === "raw" ? "as they are" : "about their mean"}: error of zeros over that of learned tokens, less 1`,
          results
            .numbers(`token ${rows} zero`)
            .map((value, seed) => value / results.numbers(`token ${rows} learned`)[seed]! - 1),
          threshold,
        ),
      ),
  },
  {
    id: "C20",
    quote: "loss on everything or only on masked places",
    source: "003",
    statement: "With the loss on hidden entries alone they are told better, by .02 of the error or more.",
    means:
      "For a linear map of zeros, yes: what is seen pulls it towards a copy. A network that is told what is hidden needs no such care, and with few rows it learns more from all.",
    sides: (results, threshold = 0.02) => [
      ...SHARES.slice(0, 2).map((share) =>
        atLeast(
          `best linear map of zeros, ${percent(share)} hidden: error with the loss on all over that with the loss on hidden, less 1`,
          results
            .numbers(`error zero all ${share}`)
            .map((value, seed) => value / results.numbers(`error zero hidden ${share}`)[seed]! - 1),
          threshold,
        ),
      ),
      ...(["all", "few"] as const).map((rows) =>
        atLeast(
          `network with the mask as input, ${rows === "all" ? "all rows" : `${small.fewRows} rows`}: the same`,
          results
            .numbers(`network ${rows} all`)
            .map((value, seed) => value / results.numbers(`network ${rows} hidden`)[seed]! - 1),
          threshold,
        ),
      ),
    ],
  },
];

const pictures: Study["pictures"] = {
  ways: (results) => ({
    kind: "curves",
    title: "Error on hidden numbers by how many are hidden",
    see: "Zeros in rows as they are do worse than the mean while little is hidden; about the mean, with the loss on what is hidden, they come near the best.",
    xName: "share hidden",
    yName: "root of the mean squared error",
    logY: false,
    x: SHARES,
    series: WAY_NAMES.map((way) => ({ name: WAYS[way], values: results.list(`error ${way}`) })),
  }),
  mismatch: (results) => ({
    kind: "curves",
    title: `Trained with ${percent(TRAINED)} hidden, given other shares`,
    see: "The unrolled encoder leaves out what is hidden and need not have seen so much of it.",
    xName: "share hidden",
    yName: "root of the mean squared error",
    logY: false,
    x: SHARES,
    series: [
      ...(["free", "unrolled"] as const).map((name) => ({
        name: name === "free" ? "P1, a matrix" : "P4, unrolled",
        values: SHARES.map((share) => results.mean(`trained ${name} ${share}`)),
      })),
      { name: WAYS.best, values: results.list("error best") },
    ],
  }),
  tokens: (results) => ({
    kind: "bars",
    title: "Error of a network by what stands for hidden numbers",
    see: "Zeros do worst in rows as they are, where 0 is a value.",
    valueName: "root of the mean squared error",
    names: [...TOKENS],
    series: [
      { name: "rows as they are", values: TOKENS.map((token) => results.mean(`token raw ${token}`)) },
      {
        name: "rows about their mean",
        values: TOKENS.map((token) => results.mean(`token centered ${token}`)),
      },
    ],
  }),
  kept: (results) => ({
    kind: "bars",
    title: `Share of PCA's ${results.mean("rank")} dimensions that is kept`,
    see: "Nearly all of the subspace serves every task.",
    valueName: "mean of cos² of the angles",
    names: ["noise", "30 % hidden", "60 % hidden"],
    series: [
      {
        name: "kept",
        values: ["kept noise", "kept masks 0.3", "kept masks 0.6"].map((name) => results.mean(name)),
      },
    ],
  }),
};

export const masking: Study = {
  id: "masking",
  title: "Do zeros serve as a mask?",
  question: "What should stand in place of hidden numbers, and how well does each way tell what they are?",
  claims,
  settings,
  measure,
  pictures,
};
