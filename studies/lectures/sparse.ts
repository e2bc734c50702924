/**
 * @file Sparse codes: their prediction by an encoder, their atoms, and what they are good for.
 */
import { type Matrix, matrix, takeColumns, takeRows } from "../../src/data/matrix.js";
import { fit, predictiveSparseDecomposition, sparseCodes, sparseCoding } from "../../src/index.js";
import { type Dense, dense, toDense, toFloat32, transpose } from "../../src/linalg/dense.js";
import { eigh } from "../../src/linalg/eigh.js";
import { gemm } from "../../src/linalg/gemm.js";
import { cholesky, choleskySolve } from "../../src/linalg/index.js";
import {
  linearProbe,
  neighborsAccuracy,
  squaredErrorPerSample,
  wienerFilter,
} from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { leafPatches } from "./dead-leaves.js";
import { gaussianTwin } from "./gaussian-twin.js";
import { heldOutRows } from "./held-out-rows.js";
import { Progress } from "./progress.js";
import { atLeast, atMost, type Claim, type Measuring, type Results, type Study } from "./study.js";

const small = {
  side: 8,
  train: 2000,
  test: 400,
  atoms: 100,
  passes: 12,
  /** λ of ‖z‖₁ as multiples of the root of the mean variance along an axis. */
  sparsity: 0.5,
  epochs: 60,
  /** Steps of proximal descent that prediction is held against. */
  descents: [1, 2, 5, 10, 20, 50, 100],
  /** Variance of noise as a share of the mean variance along an axis. */
  noise: 0.3,
  /** α of the lasso that are tried, in the same units. */
  penalties: [0.02, 0.05, 0.1, 0.2, 0.4, 0.8],
};
const settings = { small, full: { ...small, train: 4000, passes: 30, epochs: 100 } };

type Room = Record<string, number | readonly number[]>;

/** Rows about 0, split. */
interface Rows {
  readonly train: Matrix;
  readonly test: Matrix;
  /** Root of the mean variance along an axis. */
  readonly unit: number;
}

async function measure(measuring: Measuring) {
  const { data, size, seed } = measuring;
  const { side, train, test } = settings[size];
  const figures: Room = {};
  const progress = new Progress(measuring, 8);
  const leaves = rowsOf(leafPatches(train, side, seed), leafPatches(test, side, seed + LATER));
  const own = heldOutRows(data.x, seed);
  const sets = { leaves, rows: rowsOf(own.train, own.test) };
  const dictionaries: Record<string, Dense> = {};
  for (const [name, rows] of Object.entries(sets)) {
    dictionaries[name] = await dictionaryOf(measuring, rows);
    progress.done();
    await denoised(measuring, rows, dictionaries[name], name, figures);
    progress.done();
  }
  await prediction(measuring, leaves, figures);
  progress.done();
  await shapes(measuring, leaves, dictionaries.leaves!, figures);
  await enlarged(measuring, leaves, dictionaries.leaves!, figures);
  progress.done();
  if (data.labels) {
    const told = async (codes: Matrix, name: string) => {
      const of = (kept: Uint32Array) => Array.from(kept, (row) => data.labels![row]!);
      const [a, b] = [takeRows(codes, own.trainRows), takeRows(codes, own.testRows)];
      figures[`probe ${name}`] = (await linearProbe(a, of(own.trainRows), b, of(own.testRows))).accuracy;
      figures[`neighbors ${name}`] = await neighborsAccuracy(a, of(own.trainRows), b, of(own.testRows));
    };
    const alpha = (settings[size].sparsity * sets.rows.unit) / 2;
    await told(data.x, "raw");
    await told(await sparseCodes(data.x, dictionaries.rows!, { kind: "l1", alpha }), "sparse");
    progress.done();
  }
  return figures;
}

/** Seeds of later patches, which are of other images. */
const LATER = 1_000_000;

function rowsOf(train: Matrix, test: Matrix): Rows {
  const energy = squaredErrorPerSample(train, matrix(train.rows, train.cols));
  return { train, test, unit: Math.sqrt(energy / train.cols) };
}

async function dictionaryOf({ size, seed, signal }: Measuring, { train, unit }: Rows): Promise<Dense> {
  const { atoms, passes, sparsity } = settings[size];
  const model = await fit(
    sparseCoding({ latentDim: atoms, sparsity: sparsity * unit, maxIter: passes }),
    train,
    { seed, signal },
  );
  return toDense(model.dictionary);
}

/** Second moments of rows. */
async function momentsOf(x: Matrix): Promise<Dense> {
  const products = await gemm(toDense(x), toDense(x), { transposeA: true });
  return { ...products, data: products.data.map((value) => value / x.rows) };
}

async function decoded(codes: Matrix, dictionary: Dense): Promise<Matrix> {
  return toFloat32(await gemm(toDense(codes), dictionary, { transposeB: true }));
}

const head = (x: Matrix, from: number, to: number) =>
  takeRows(
    x,
    Array.from({ length: to - from }, (_, i) => from + i),
  );

/** The α of the lasso that does best on the first half of some rows, and the error that it leaves on the second half. */
async function bestLasso(
  penalties: readonly number[],
  seen: Matrix,
  dictionary: Dense,
  x: Matrix,
  whole: Dense,
): Promise<number> {
  const middle = Math.floor(x.rows / 2);
  const error = async (alpha: number, from: number, to: number) => {
    const codes = await sparseCodes(head(seen, from, to), dictionary, { kind: "l1", alpha });
    return squaredErrorPerSample(head(x, from, to), await decoded(codes, whole));
  };
  let [best, least] = [penalties[0]!, Number.POSITIVE_INFINITY];
  for (const alpha of penalties) {
    const found = await error(alpha, 0, middle);
    if (found < least) [best, least] = [alpha, found];
  }
  return error(best, middle, x.rows);
}

/** Errors on noisy rows of sparse codes and of the best linear filter. */
async function denoised(
  { size, seed }: Measuring,
  { train, test, unit }: Rows,
  dictionary: Dense,
  name: string,
  figures: Room,
): Promise<void> {
  const { noise, penalties } = settings[size];
  const deviation = Math.sqrt(noise) * unit;
  const drawn = random(seed).fork("noise", name).fillNormal(new Float32Array(test.data.length));
  const noisy = matrix(
    test.rows,
    test.cols,
    test.data.map((value, at) => value + deviation * drawn[at]!),
  );
  const alphas = penalties.map((share) => share * unit);
  figures[`denoised sparse ${name}`] = await bestLasso(alphas, noisy, dictionary, test, dictionary);
  const filter = await wienerFilter(await momentsOf(train), deviation ** 2);
  const middle = Math.floor(test.rows / 2);
  const filtered = await gemm(toDense(head(noisy, middle, test.rows)), filter, { transposeB: true });
  figures[`denoised linear ${name}`] = squaredErrorPerSample(
    head(test, middle, test.rows),
    toFloat32(filtered),
  );
  figures[`noise ${name}`] = deviation ** 2 * test.cols;
}

/** Objectives of predicted codes, of the best ones, and of proximal descents that begin at 0. */
async function prediction(
  { size, seed, signal }: Measuring,
  { train, test, unit }: Rows,
  figures: Room,
): Promise<void> {
  const { atoms, epochs, sparsity, descents } = settings[size];
  const lambda = sparsity * unit;
  const method = predictiveSparseDecomposition({ latentDim: atoms, sparsity: lambda });
  const model = await fit(method, train, { epochs, seed, signal });
  const ratioOn = async (x: Matrix) =>
    (await model.objective(x)) / (await model.objective(x, await model.inferCodes(x)));
  figures["predicted own"] = await ratioOn(test);
  figures["predicted turned"] = await ratioOn(shuffledPixels(test, seed));
  figures["predicted contrast"] = await ratioOn(times(test, 3));
  const best = await model.objective(test, await model.inferCodes(test));
  const ratios: number[] = [];
  for (const steps of descents)
    ratios.push(
      (await model.objective(test, await descended(test, toDense(model.dictionary), lambda, steps))) / best,
    );
  figures.descended = ratios;
  const beaten = descents.findIndex((_, i) => ratios[i]! <= (figures["predicted own"] as number));
  figures["steps of descent"] = descents[beaten === -1 ? descents.length - 1 : beaten]!;
}

const times = (x: Matrix, factor: number) =>
  matrix(
    x.rows,
    x.cols,
    x.data.map((value) => value * factor),
  );

/** The same pixels in another order: rows of the same energy and none of the edges. */
function shuffledPixels(x: Matrix, seed: number): Matrix {
  return takeColumns(x, random(seed).fork("pixels").permutation(x.cols));
}

/** z ← soft(z + Dᵀ(x − D z)/σ², λ/2σ²), σ the largest singular value of D. */
async function descended(x: Matrix, dictionary: Dense, lambda: number, steps: number): Promise<Matrix> {
  const gram = await gemm(dictionary, dictionary, { transposeA: true });
  const { values } = await eigh(gram);
  const largest = Math.max(...values);
  const pulled = await gemm(toDense(x), dictionary);
  const codes = dense(x.rows, dictionary.cols);
  for (let t = 0; t < steps; t++) {
    const spread = await gemm(codes, gram);
    codes.data.forEach((value, at) => {
      const moved = value + (pulled.data[at]! - spread.data[at]!) / largest;
      codes.data[at] = Math.sign(moved) * Math.max(0, Math.abs(moved) - lambda / (2 * largest));
    });
  }
  return toFloat32(codes);
}

/** Share of pixels that filters spread over, and how much their slopes agree in direction. */
async function shapes(
  { size, seed, signal }: Measuring,
  leaves: Rows,
  dictionary: Dense,
  figures: Room,
): Promise<void> {
  const { side, atoms } = settings[size];
  const { values, vectors } = await eigh(await momentsOf(leaves.train));
  const twin = await gaussianTwin({ eigenvalues: values, eigenvectors: vectors }, leaves.train.rows, seed);
  const gaussian = await dictionaryOf({ size, seed, signal } as Measuring, rowsOf(twin, leaves.test));
  for (const [name, filters] of [
    ["sparse", transpose(dictionary)],
    ["pca", transpose(vectors)],
    ["gaussian", transpose(gaussian)],
  ] as const) {
    const spreads: number[] = [];
    const agreements: number[] = [];
    for (let i = 0; i < Math.min(atoms, filters.rows); i++) {
      const filter = filters.data.subarray(i * filters.cols, (i + 1) * filters.cols);
      if (filter.every((value) => Math.abs(value) < 1e-6)) continue;
      spreads.push(spreadOf(filter));
      agreements.push(agreementOf(filter, side));
    }
    figures[`spread ${name}`] = medianOf(spreads);
    figures[`agreement ${name}`] = medianOf(agreements);
  }
}

/** (Σ w²)² / (Σ w⁴ d): 1 of a filter that is as strong at every pixel, 1/d of one at a single pixel. */
export function spreadOf(filter: Float64Array): number {
  const squares = filter.reduce((sum, value) => sum + value ** 2, 0);
  return squares ** 2 / (filter.reduce((sum, value) => sum + value ** 4, 0) * filter.length);
}

/** Coherence of the structure tensor: 1 where all slopes lie along one axis, 0 where none is preferred. */
export function agreementOf(filter: Float64Array, side: number): number {
  let [xx, yy, xy] = [0, 0, 0];
  for (let y = 0; y + 1 < side; y++)
    for (let x = 0; x + 1 < side; x++) {
      const across = filter[y * side + x + 1]! - filter[y * side + x]!;
      const down = filter[(y + 1) * side + x]! - filter[y * side + x]!;
      xx += across ** 2;
      yy += down ** 2;
      xy += across * down;
    }
  return Math.sqrt((xx - yy) ** 2 + 4 * xy ** 2) / (xx + yy);
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

/** Patches from means of 2 × 2 pixels: by sparse codes of these, and by the best linear map. */
async function enlarged(
  { size }: Measuring,
  { train, test, unit }: Rows,
  dictionary: Dense,
  figures: Room,
): Promise<void> {
  const { side, penalties } = settings[size];
  const means = dense((side * side) / 4, side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      means.data[((y >> 1) * (side / 2) + (x >> 1)) * side * side + y * side + x] = 1 / 4;
  const shrunk = toFloat32(await gemm(toDense(test), means, { transposeB: true }));
  const alphas = penalties.map((share) => (share * unit) / 10);
  figures["enlarged sparse"] = await bestLasso(
    alphas,
    shrunk,
    await gemm(means, dictionary),
    test,
    dictionary,
  );
  const moments = await momentsOf(train);
  const spread = await gemm(means, moments);
  const gram = await gemm(spread, means, { transposeB: true });
  for (let i = 0; i < gram.rows; i++) gram.data[i * (gram.rows + 1)]! += 1e-6 * unit ** 2;
  const middle = Math.floor(test.rows / 2);
  const weights = await choleskySolve(
    await cholesky(gram),
    transpose(toDense(head(shrunk, middle, test.rows))),
  );
  const found = toFloat32(await gemm(weights, spread, { transposeA: true }));
  figures["enlarged linear"] = squaredErrorPerSample(head(test, middle, test.rows), found);
}

const ratio = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value / results.numbers(b)[seed]!);
const less = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value - results.numbers(b)[seed]!);

const LEAVES = "patches of dead leaves";

const claims: readonly Claim[] = [
  {
    id: "D13",
    quote: "PSD: an encoder predicts sparse codes",
    source: "002",
    statement:
      "The objective of predicted codes is at most 1.2 times that of the best codes, on patches that were not trained on, and on others.",
    means:
      "One product foretells codes that some dozens of steps of descent would find, also where rows are of another kind, as long as they are of the same size.",
    picture: "descent",
    sides: (results, threshold) => [
      atMost(`${LEAVES}: as a multiple`, results.numbers("predicted own"), threshold ?? 1.2),
      atMost(
        "the same patches with their pixels in disorder",
        results.numbers("predicted turned"),
        threshold ?? 1.2,
      ),
      atMost(
        "the same patches with three times their contrast",
        results.numbers("predicted contrast"),
        threshold ?? 1.2,
      ),
      atLeast(
        "steps of proximal descent that come as near as the prediction",
        results.numbers("steps of descent"),
        threshold ?? 5,
      ),
    ],
  },
  {
    id: "D14",
    quote: "sparse codes of natural images look like V1",
    source: "004",
    statement:
      "Atoms of sparse codes are local, spreading over at most .6 of what principal components spread over, and oriented, with a coherence of at least .5.",
    means:
      "Atoms are small edges where the images have edges. Of a Gaussian with the same covariance they are not: it is what occlusion leaves in images that makes them, and not sparsity alone.",
    picture: "shapes",
    sides: (results, threshold) =>
      (["sparse", "gaussian"] as const).flatMap((name) => {
        const what = name === "sparse" ? LEAVES : "normal rows of their covariance";
        return [
          atMost(
            `${what}: median spread of atoms as a share of that of principal components`,
            ratio(results, `spread ${name}`, "spread pca"),
            threshold ?? 0.6,
          ),
          atLeast(
            `${what}: median coherence of slopes`,
            results.numbers(`agreement ${name}`),
            threshold ?? 0.5,
          ),
        ];
      }),
  },
  {
    id: "D15",
    quote: "sparse codes denoise, super-resolve, recognize",
    source: "004",
    statement:
      "Sparse codes leave at most the error that the best linear map leaves, of noise and of a half of the size, and tell labels no worse than the rows.",
    means:
      "They take noise off better than the best linear filter, most of all where images have edges. They enlarge worse than the best linear map, and tell labels about as well as the rows do.",
    picture: "uses",
    sides: (results, threshold) => [
      atMost(
        `noise on ${LEAVES}: error as a multiple of that of the Wiener filter`,
        ratio(results, "denoised sparse leaves", "denoised linear leaves"),
        threshold ?? 1,
      ),
      atMost(
        "noise on the rows: the same",
        ratio(results, "denoised sparse rows", "denoised linear rows"),
        threshold ?? 1,
      ),
      atMost(
        `${LEAVES} from means of 2 × 2 pixels: error as a multiple of that of the best linear map`,
        ratio(results, "enlarged sparse", "enlarged linear"),
        threshold ?? 1,
      ),
      ...(results.has("probe raw")
        ? (["probe", "neighbors"] as const).map((way) =>
            atLeast(
              `${way === "probe" ? "linear probe" : "five nearest neighbors"}: accuracy on sparse codes less that on the rows`,
              less(results, `${way} sparse`, `${way} raw`),
              threshold ?? 0,
            ),
          )
        : []),
    ],
  },
];

const pictures: Study["pictures"] = {
  descent: (results) => ({
    kind: "curves",
    title: "Objective of codes as a multiple of the least",
    see: "The prediction is as good as some steps of descent that begin at 0.",
    xName: "steps of descent",
    yName: "multiple",
    logX: true,
    x: small.descents,
    series: [
      { name: "proximal descent", values: results.list("descended") },
      { name: "prediction", values: small.descents.map(() => results.mean("predicted own")) },
    ],
  }),
  shapes: (results) => ({
    kind: "bars",
    title: "Filters of patches",
    see: "Atoms of leaves are local and oriented; principal components are spread out.",
    valueName: "median",
    names: ["atoms, leaves", "atoms, Gaussian", "PCA, leaves"],
    series: (["spread", "agreement"] as const).map((kind) => ({
      name: kind === "spread" ? "share of the pixels" : "coherence of slopes",
      values: ["sparse", "gaussian", "pca"].map((name) => results.mean(`${kind} ${name}`)),
    })),
  }),
  uses: (results) => ({
    kind: "bars",
    title: "Error of sparse codes as a multiple of that of the best linear map",
    see: "Below 1 sparse codes are ahead.",
    valueName: "multiple",
    names: ["noise, leaves", "noise, the rows", "enlarging, leaves"],
    series: [
      {
        name: "multiple",
        values: [
          results.mean("denoised sparse leaves") / results.mean("denoised linear leaves"),
          results.mean("denoised sparse rows") / results.mean("denoised linear rows"),
          results.mean("enlarged sparse") / results.mean("enlarged linear"),
        ],
      },
    ],
  }),
};

export const sparse: Study = {
  id: "sparse",
  title: "What are sparse codes good for?",
  question:
    "Can an encoder foretell sparse codes, what do their atoms look like, and do they denoise, enlarge and tell labels better than linear codes?",
  claims,
  settings,
  measure,
  pictures,
};
