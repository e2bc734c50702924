/**
 * @file Subspaces and matrices: what is the one best answer of linear reduction, and what is one of many.
 */
import { takeColumns } from "../../src/data/matrix.js";
import { factorization, fit } from "../../src/index.js";
import { columns, type Dense, dense, toDense, transpose } from "../../src/linalg/dense.js";
import { eigh } from "../../src/linalg/eigh.js";
import { gemm } from "../../src/linalg/gemm.js";
import { degrees, principalAngles } from "../../src/linalg/principal-angles.js";
import { qr } from "../../src/linalg/qr.js";
import { numericalRank, svd } from "../../src/linalg/svd.js";
import type { Parameters } from "../../src/methods/parameters.js";
import { mapError } from "../../src/metrics/index.js";
import { type Random, random } from "../../src/random.js";
import { diagonalData, trainedMap } from "./linear-training.js";
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
  /** Sizes of subspaces. */
  ranks: [1, 2, 4, 8, 16, 32],
  subspaces: 1000,
  /** Changes of matrices that are tried. */
  tried: 50,
  steps: 2000,
  /** Rounds of alternating least squares at most. */
  rounds: 5000,
};
const settings = { small, full: { ...small, steps: 6000 } };

async function measure(measuring: Measuring): Promise<Figures> {
  const { data, size, seed, signal } = measuring;
  const set = settings[size];
  const k = set.latentDim;
  const d = data.x.cols;
  const stream = random(seed).fork("uniqueness");
  const figures: Record<string, number | readonly number[]> = { d };
  const progress = new Progress(measuring, 8);
  const { moments, eigenvectors } = data;
  const bound = tailOf(data, k);
  const errorOf = async (b: Dense) => mapError(await gemm(b, b, { transposeB: true }), moments);

  // Subspaces drawn at random, and trained.
  const drawn: number[] = [];
  const trained: number[] = [];
  const ranks = set.ranks.filter((rank) => rank < d);
  figures.ranks = ranks;
  for (const rank of ranks) {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < set.subspaces; i++) {
      const basis = (await qr(drawnMatrix(d, rank, stream))).q;
      least = Math.min(least, keptBy(basis, data));
    }
    drawn.push(least);
    const course = { parameterization: "projection", latentDim: rank, optimizer: "adam" } as const;
    const { map } = await trainedMap(
      data,
      { ...course, learningRate: 1e-2, schedule: "cosine", seed },
      set.steps / 4,
      signal,
    );
    trained.push(await mapError(map, moments));
  }
  figures.drawn = drawn;
  figures.trained = trained;
  figures.bound = ranks.map((rank) => tailOf(data, rank));
  progress.done();

  Object.assign(figures, await meansKept(data, ranks));
  progress.done();
  Object.assign(figures, await slips(data, k));
  progress.done();

  // Any basis of the span: with the right encoder, and with its own transpose.
  const best = columns(eigenvectors, 0, k);
  const mixed = await gemm(best, drawnMatrix(k, k, stream));
  const turned = await gemm(best, (await qr(drawnMatrix(k, k, stream))).q);
  figures["basis with encoder"] = (await mapError(await projectionOnto(mixed), moments)) / bound;
  figures["basis turned"] = (await errorOf(turned)) / bound;
  figures["basis mixed"] = (await errorOf(mixed)) / bound;
  figures["another subspace"] = (await exchanged(data, k)) / bound - 1;
  // Of the second and the third component either may be the second.
  const alike = diagonalData([3, 2, 2, 1]);
  figures["another of alike"] = (await exchanged(alike, 2)) / tailOf(alike, 2) - 1;
  progress.done();

  Object.assign(figures, await optimaOfEach(data, k, set.tried, stream));
  progress.done();

  // Three formulations.
  const adam = { optimizer: "adam", learningRate: 1e-2, schedule: "cosine", seed } as const;
  const tied = decoderOf(
    (await trainedMap(data, { parameterization: "tied", latentDim: k, ...adam }, set.steps, signal))
      .parameters,
  );
  const free = decoderOf(
    (await trainedMap(data, { parameterization: "free", latentDim: k, ...adam }, set.steps, signal))
      .parameters,
  );
  progress.done();
  const alternating = factorization({ latentDim: k, center: false, tol: 1e-12, maxIter: set.rounds });
  const model = await fit(alternating, data.x, { seed, signal, scale: "none" });
  const { dictionary } = model;
  const searched = dense(dictionary.rows, dictionary.cols, Float64Array.from(dictionary.data));
  const bases = { tied, free, factorization: searched };
  for (const [name, b] of Object.entries(bases)) {
    figures[`angle ${name}`] = degrees((await principalAngles(b, best)).at(-1)!);
    figures[`gram ${name}`] = fromIdentity(await gemm(b, b, { transposeA: true }));
    figures[`singular values ${name}`] = [...(await svd(b)).s];
  }
  figures["outer tied"] = fromIdentity(await gemm(tied, tied, { transposeB: true }));
  const cosines = await gemm(tied, best, { transposeA: true });
  figures["components tied"] = Math.min(
    ...Array.from({ length: k }, (_, i) => Math.max(...cosines.data.slice(i * k, (i + 1) * k).map(Math.abs))),
  );
  const gramOf = async (b: Dense) => (await gemm(b, b, { transposeA: true })).data;
  const [a, b, c] = [await gramOf(tied), await gramOf(free), await gramOf(searched)];
  figures["least difference"] = Math.min(difference(a, b), difference(a, c), difference(b, c));
  progress.done();

  for (const wide of [d, d + 1, 2 * d]) {
    const rank = numericalRank(await svd(drawnMatrix(d, wide, stream)));
    figures[`null space ${wide === d ? "d" : wide === d + 1 ? "d + 1" : "2 d"}`] = wide - rank;
  }
  progress.done();
  return figures;
}

function drawnMatrix(rows: number, cols: number, stream: Random): Dense {
  return dense(
    rows,
    cols,
    Float64Array.from({ length: rows * cols }, () => stream.normal()),
  );
}

/** Error of the projection onto orthonormal columns: tr Σ less what they keep. */
function keptBy(basis: Dense, { moments, eigenvalues }: StudyData): number {
  const { rows: d, cols: k } = basis;
  let error = eigenvalues.reduce((sum, value) => sum + value, 0);
  for (let p = 0; p < k; p++)
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += moments.data[i * d + j]! * basis.data[j * k + p]!;
      error -= basis.data[i * k + p]! * sum;
    }
  return error;
}

async function projectionOnto(b: Dense): Promise<Dense> {
  const decomposed = await svd(b);
  const basis = columns(decomposed.u, 0, numericalRank(decomposed));
  return gemm(basis, basis, { transposeB: true });
}

/** Error of the subspace of the components 1 … k − 1 and k + 1. */
async function exchanged({ moments, eigenvectors }: Pick<StudyData, "moments" | "eigenvectors">, k: number) {
  const d = moments.rows;
  const basis = dense(d, k);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < k; j++) basis.data[i * k + j] = eigenvectors.data[i * d + (j < k - 1 ? j : k)]!;
  return mapError(await gemm(basis, basis, { transposeB: true }), moments);
}

/** Errors with and without the means taken off, of rows as they are. */
async function meansKept({ raw, x }: StudyData, ranks: readonly number[]): Promise<Figures> {
  const wide = dense(raw.rows, raw.cols, Float64Array.from(raw.data));
  const products = await gemm(wide, wide, { transposeA: true });
  const uncentered = (await eigh(scaled(products, 1 / raw.rows))).values;
  const centeredRows = dense(x.rows, x.cols, Float64Array.from(x.data));
  const centered = (
    await eigh(scaled(await gemm(centeredRows, centeredRows, { transposeA: true }), 1 / x.rows))
  ).values;
  const tail = (values: Float64Array, k: number) =>
    values.slice(k).reduce((sum, value) => sum + Math.max(0, value), 0);
  let violated = 0;
  for (let k = 1; k <= x.cols; k++) {
    violated = Math.max(
      violated,
      tail(centered, k) - tail(uncentered, k),
      tail(uncentered, k) - tail(centered, k - 1),
    );
  }
  return {
    "sandwich violated": violated / tail(centered, 0),
    centered: ranks.map((k) => tail(centered, k)),
    uncentered: ranks.map((k) => tail(uncentered, k)),
  };
}

/** Rows in place of columns, singular values in place of their squares, and sizes that do not fit. */
async function slips(
  { raw, x, varying, moments, eigenvalues, eigenvectors }: StudyData,
  k: number,
): Promise<Figures> {
  // Columns that are 0 throughout leave U any basis, and its rows would be a matter of rounding.
  const samples = transpose(toDense(takeColumns(raw, varying)));
  const { u, s } = await svd(samples);
  const errorOn = async (basis: Dense) => {
    const inside = await gemm(await projectionOnto(basis), samples);
    return inside.data.reduce((sum, value, i) => sum + (samples.data[i]! - value) ** 2, 0) / raw.rows;
  };
  const rows = transpose(dense(k, u.cols, u.data.slice(0, k * u.cols)));
  const other = await svd(transpose(samples));
  const scaledRows = scaled(
    transpose(dense(x.rows, x.cols, Float64Array.from(x.data))),
    1 / Math.sqrt(x.rows),
  );
  const centered = await svd(scaledRows);
  const vectors = await principalAngles(columns(centered.u, 0, k), columns(eigenvectors, 0, k));
  return {
    "rows of U": (await errorOn(rows)) / (await errorOn(columns(u, 0, k))),
    "swapped differ": difference(s, other.s),
    "swapped vectors differ": degrees(
      (await principalAngles(columns(u, 0, k), columns(transpose(other.vt), 0, k))).at(-1)!,
    ),
    "values differ": Math.abs(centered.s[0]! / eigenvalues[0]! - 1),
    "vectors differ": degrees(vectors.at(-1)!),
    // B [D, d] and Aᵀ [D, d], with A of d rows and D columns: columns of the one, rows of the other.
    "columns of B less rows of Aᵀ": Math.abs(k - moments.rows),
  };
}

/** Losses about the best encoder of a decoder, the best decoder of an encoder, and between two optima. */
async function optimaOfEach(data: StudyData, k: number, tried: number, stream: Random): Promise<Figures> {
  const { moments, eigenvectors } = data;
  const d = moments.rows;
  const loss = async (b: Dense, a: Dense) => mapError(await gemm(b, a), moments);
  const b = drawnMatrix(d, k, stream);
  const a = await pseudoinverse(b);
  const own = drawnMatrix(k, d, stream);
  const spread = await gemm(own, moments);
  const inner = await gemm(spread, own, { transposeB: true });
  // B = ΣAᵀ(AΣAᵀ)⁻¹
  const decoder = await gemm(transpose(spread), await pseudoinverse(inner));
  const [atEncoder, atDecoder] = [await loss(b, a), await loss(decoder, own)];
  let [encoderGain, decoderGain, convexity] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (let i = 0; i < tried; i++) {
    const moved = (from: Dense) =>
      dense(
        from.rows,
        from.cols,
        from.data.map((value) => value + 1e-2 * stream.normal()),
      );
    encoderGain = Math.min(encoderGain, (await loss(b, moved(a))) / atEncoder - 1);
    decoderGain = Math.min(decoderGain, (await loss(moved(decoder), own)) / atDecoder - 1);
    const [first, second] = [drawnMatrix(k, d, stream), drawnMatrix(k, d, stream)];
    const middle = dense(
      k,
      d,
      first.data.map((value, at) => (value + second.data[at]!) / 2),
    );
    const ends = ((await loss(b, first)) + (await loss(b, second))) / 2;
    convexity = Math.max(convexity, (await loss(b, middle)) / ends - 1);
  }
  const first = columns(eigenvectors, 0, 1);
  const optimum = await loss(first, transpose(first));
  const middle = await loss(dense(d, 1), dense(1, d));
  return {
    "encoder gain": encoderGain,
    "decoder gain": decoderGain,
    "middle in one": convexity,
    "middle in both": middle / optimum - 1,
  };
}

async function pseudoinverse(a: Dense): Promise<Dense> {
  const { u, s, vt } = await svd(a);
  const inverted = dense(
    vt.rows,
    vt.cols,
    vt.data.map((value, at) => value / s[Math.floor(at / vt.cols)]!),
  );
  return gemm(inverted, u, { transposeA: true, transposeB: true });
}

const scaled = (a: Dense, factor: number): Dense =>
  dense(
    a.rows,
    a.cols,
    a.data.map((value) => value * factor),
  );

/** ‖G − I‖_F / √n. */
function fromIdentity(g: Dense): number {
  const n = g.rows;
  return Math.hypot(...g.data.map((value, at) => value - (at % (n + 1) === 0 ? 1 : 0))) / Math.sqrt(n);
}

/** ‖a − b‖ as a share of the larger norm. */
function difference(a: Float64Array, b: Float64Array): number {
  return Math.hypot(...a.map((value, i) => value - b[i]!)) / Math.max(Math.hypot(...a), Math.hypot(...b));
}

const decoderOf = ({ decoder }: Parameters): Dense =>
  dense(decoder!.shape[0]!, decoder!.shape[1]!, Float64Array.from(decoder!.data as Float32Array));

const one = (condition: string, name: string) => (results: Results) =>
  [condition, results.numbers(name)] as const;
const ratios = (results: Results, over: string, under: string) =>
  results
    .list("ranks")
    .map((_, at) =>
      results.bySeed.map(
        (figures) => (figures[over] as readonly number[])[at]! / (figures[under] as readonly number[])[at]!,
      ),
    );

const claims: readonly Claim[] = [
  {
    id: "A1",
    quote: "the best k-dimensional subspace is the span of the top k left singular vectors",
    source: "000 §15.2; 003; 004",
    statement: "No subspace of k dimensions, drawn or trained, has a smaller error than that of the top k.",
    means:
      "PCA is not one way among others to reduce linearly: nothing linear beats it on the rows it is fitted to.",
    picture: "subspaces",
    sides: (results, threshold = 1 - 1e-5) =>
      (["drawn", "trained"] as const).flatMap((name) =>
        ratios(results, name, "bound").map((values, at) =>
          atLeast(
            `k = ${results.list("ranks")[at]}, ${name === "drawn" ? `the best of ${small.subspaces} drawn` : "P2 trained"}: error as a multiple`,
            values,
            threshold,
          ),
        ),
      ),
  },
  {
    id: "A2",
    quote: "uᵢ and vᵢ are the rows of U and V",
    source: "000 eq. 15.5",
    statement:
      "Projecting onto the first eight rows of U leaves as little as the best subspace, to a hundredth.",
    means: "A slip: they are the columns. Rows of U span a subspace like any drawn at random.",
    sides: (results, threshold = 1.01) => [
      atMost(...one("rows of U: error as a multiple of that of columns", "rows of U")(results), threshold),
    ],
  },
  {
    id: "A3",
    quote: "PCA without removal of means is the same job",
    source: "000 §15.2; 003",
    statement: "Without the mean taken off the error is that of PCA, to a hundredth.",
    means:
      "The mean takes the place of one component: err(k) ≤ err without mean(k) ≤ err(k − 1), always. Take it off where k is small.",
    picture: "means",
    sides: (results, threshold = 1.01) => [
      atMost(
        "largest violation of err(k) ≤ err without(k) ≤ err(k − 1), over the variance, plus 1",
        results.numbers("sandwich violated").map((value) => value + 1),
        threshold,
      ),
      ...ratios(results, "uncentered", "centered").map((values, at) =>
        atMost(`k = ${results.list("ranks")[at]}: error as a multiple of PCA's`, values, threshold),
      ),
    ],
  },
  {
    id: "A4",
    quote: "Eckart–Young always has a unique solution",
    source: "000 note in §15.3.1",
    statement: "Another subspace, with component k + 1 in place of k, has a larger error.",
    means:
      "Where two eigenvalues are equal, and k is between them, components and subspace are a matter of chance. Do not read meaning into them.",
    sides: (results, threshold = 1e-9) => [
      atLeast(
        ...one("the data, k = 8: its error over the least, less 1", "another subspace")(results),
        threshold,
      ),
      atLeast(...one("Σ = diag(3, 2, 2, 1), k = 2: the same", "another of alike")(results), threshold),
    ],
  },
  {
    id: "A5",
    quote: "for X with samples as rows, U and V swap",
    source: "000 note",
    statement:
      "The singular values of X and Xᵀ are the same, and U of the one spans what V of the other does.",
    means: "It does not matter which way the rows lie, as long as one knows.",
    sides: (results, threshold = 1e-6) => [
      atMost(...one("singular values: difference as a share", "swapped differ")(results), threshold),
      atMost(...one("subspaces of eight: angle in degrees", "swapped vectors differ")(results), threshold),
    ],
  },
  {
    id: "A6",
    quote: "matching U_k is not critical; any basis of the span serves",
    source: "000 §15.3",
    statement: "A map by any basis of the span has the least error, to a hundredth.",
    means:
      "With the encoder that belongs to B every basis serves; B with its own transpose, only an orthonormal one.",
    sides: (results, threshold = 1.01) => [
      atMost(...one("B = U₈R, A = (BᵀB)⁻¹Bᵀ: error as a multiple", "basis with encoder")(results), threshold),
      atMost(
        ...one("B = U₈R, R orthonormal, A = Bᵀ: error as a multiple", "basis turned")(results),
        threshold,
      ),
      atMost(...one("B = U₈R, R drawn, A = Bᵀ: error as a multiple", "basis mixed")(results), threshold),
    ],
  },
  {
    id: "A16",
    quote: "A = (BᵀB)⁻¹Bᵀ is the optimum given B; only B need be learned, or only A",
    source: "000 §15.4, §15.4.1",
    statement:
      "No small change of the best A for a given B, nor of the best B for a given A, lowers the error.",
    means: "Half of a linear autoencoder is a formula of the other half.",
    sides: (results, threshold = 0) => [
      atLeast(
        ...one("A = (BᵀB)⁻¹Bᵀ: least change of the error, as a share", "encoder gain")(results),
        threshold,
      ),
      atLeast(
        ...one("B = ΣAᵀ(AΣAᵀ)⁻¹: least change of the error, as a share", "decoder gain")(results),
        threshold,
      ),
    ],
  },
  {
    id: "A17",
    quote: "f(U, V) is not jointly convex, and is convex in each",
    source: "002",
    statement:
      "Between two optima the error is larger than at both; with U fixed it is never so between two V.",
    means: "Alternating between the halves descends; one training of both has hills, and no bad valleys.",
    sides: (results, threshold = 0) => [
      atLeast(
        "midway from (u, uᵀ) to (−u, −uᵀ): error over that of both, less 1",
        results.numbers("middle in both"),
        threshold,
      ),
      atLeast(
        "midway between two V: error short of the mean of both, as a share, the least of all tried",
        results.numbers("middle in one").map((value) => -value),
        threshold,
      ),
    ],
  },
  {
    id: "A18",
    quote: "the optimum is at U = Vᵀ, UᵀU = I",
    source: "002",
    statement: "Trained matrices have UᵀU = I, to a hundredth.",
    means:
      "That is one optimum of many. Only tied weights have to end in it; free ones end elsewhere, with the same error.",
    picture: "bases",
    sides: (results, threshold = 0.01) =>
      (["tied", "free", "factorization"] as const).map((name) =>
        atMost(`${name}: ‖BᵀB − I‖_F/√k`, results.numbers(`gram ${name}`), threshold),
      ),
  },
  {
    id: "A19",
    quote: "tied weights learn the exact same subspace as PCA",
    source: "002; 004",
    statement: "The subspace of trained tied weights is within a tenth of a degree of that of PCA.",
    means: "Weight tying and PCA are one model. Their components are not the same ones: see A20.",
    sides: (results, threshold = 0.1) => [
      atMost(...one("k = 8: largest angle in degrees", "angle tied")(results), threshold),
    ],
  },
  {
    id: "A20",
    quote: "if W has orthogonal rows, then we have PCA",
    source: "002",
    statement: "Trained orthonormal weights are the principal components, to a cosine of .99.",
    means:
      "The subspace is that of PCA, and its axes are turned in it as chance had it. Take PCA where single components are to mean something.",
    sides: (results, threshold = 0.99) => [
      atLeast(
        "subspaces: cosine of the largest angle",
        results.numbers("angle tied").map((angle) => Math.cos((angle * Math.PI) / 180)),
        threshold,
      ),
      atLeast(
        ...one("single directions: the least cosine with the nearest component", "components tied")(results),
        threshold,
      ),
    ],
  },
  {
    id: "A21",
    quote:
      "of inputs / √T, centered, singular values and left vectors are eigenvalues and eigenvectors of the covariance",
    source: "002",
    statement:
      "The largest singular value is the largest eigenvalue, to a hundredth, and the vectors span the same, to a hundredth of a degree.",
    means: "A slip in half of it: the eigenvalues are the squares of the singular values.",
    sides: (results, threshold = 0.01) => [
      atMost(...one("values: |σ₁ / λ₁ − 1|", "values differ")(results), threshold),
      atMost(...one("vectors: angle of the top eight in degrees", "vectors differ")(results), threshold),
    ],
  },
  {
    id: "A23",
    quote: "three formulations, BBᵀ, BA and BZ, give three different B and one subspace",
    source: "004",
    statement:
      "All three are within a degree of the subspace of PCA, and no two have the same BᵀB, to a twentieth.",
    means: "Compare models by what they span, not by their matrices.",
    picture: "bases",
    sides: (results, threshold = 1) => [
      ...(["tied", "free", "factorization"] as const).map((name) =>
        atMost(
          `${name}: largest angle to PCA's subspace, in degrees`,
          results.numbers(`angle ${name}`),
          threshold,
        ),
      ),
      atLeast(
        "least difference of two BᵀB, as a share of a twentieth",
        results.numbers("least difference").map((value) => 20 * value),
        threshold,
      ),
    ],
  },
  {
    id: "A24",
    quote: "BᵀB = I, and BBᵀ ≠ I for d < D",
    source: "004",
    statement: "Of tied weights BᵀB is the identity, and BBᵀ is .5 or more from it.",
    means: "Columns of B are orthonormal, and are no basis of the whole space.",
    sides: (results, threshold = 0.5) => [
      atLeast(
        "BᵀB: 1 − ‖BᵀB − I‖_F/√k",
        results.numbers("gram tied").map((value) => 1 - value),
        threshold,
      ),
      atLeast(...one("BBᵀ: ‖BBᵀ − I‖_F/√d", "outer tied")(results), threshold),
    ],
  },
  {
    id: "A25",
    quote: "Σ‖xᵢ − BAᵀxᵢ‖² with A ∈ ℝ^{d×D}",
    source: "004, twice",
    statement: "B has as many columns as Aᵀ has rows.",
    means: "A slip: it is BA, or A is D × d.",
    sides: (results, threshold = 0) => [
      atMost(
        ...one("d = 8: columns of B less rows of Aᵀ", "columns of B less rows of Aᵀ")(results),
        threshold,
      ),
    ],
  },
  {
    id: "A26",
    quote: "for k ≥ d a solution B, Z is underdetermined even if B is known",
    source: "004",
    statement: "B has a null space for k ≥ d, along which Z may be changed.",
    means:
      "From k = d + 1 on. At k = d a B of full rank has one Z for each x; beyond, a penalty has to choose one.",
    sides: (results, threshold = 1) =>
      (["d", "d + 1", "2 d"] as const).map((k) =>
        atLeast(`k = ${k}: dimensions of the null space`, results.numbers(`null space ${k}`), threshold),
      ),
  },
];

const pictures: Study["pictures"] = {
  subspaces: (results) => ({
    kind: "curves",
    title: "Error by the size of the subspace",
    see: "Trained subspaces lie on the bound; of a thousand drawn at random the best is far above it.",
    xName: "k",
    yName: "squared error of a row",
    logX: true,
    logY: false,
    x: results.list("ranks"),
    series: [
      { name: "bound", values: results.list("bound") },
      { name: "P2, trained", values: results.list("trained") },
      { name: `best of ${small.subspaces} drawn`, values: results.list("drawn") },
    ],
  }),
  means: (results) => ({
    kind: "curves",
    title: "Error with and without the mean taken off",
    see: "Without, one component is spent on the mean; with many components it is not missed.",
    xName: "k",
    yName: "squared error of a row",
    logX: true,
    x: results.list("ranks"),
    series: [
      { name: "mean taken off", values: results.list("centered") },
      { name: "as it is", values: results.list("uncentered") },
    ],
  }),
  bases: (results) => {
    const names = ["tied", "free", "factorization"] as const;
    const lists = names.map((name) => results.list(`singular values ${name}`));
    return {
      kind: "curves",
      title: "Singular values of B in three formulations",
      see: "One subspace, three matrices: tied weights alone end in an orthonormal one.",
      xName: "number of the singular value",
      yName: "σ(B)",
      x: lists[0]!.map((_, i) => i + 1),
      series: names.map((name, i) => ({ name, values: lists[i]! })),
    };
  },
};

export const uniqueness: Study = {
  id: "uniqueness",
  title: "What is unique in linear reduction?",
  question:
    "Which of the subspace, its basis, the matrices and the components is the one answer, and which is one of many?",
  claims,
  settings,
  leastColumns: small.latentDim + 1,
  measure,
  pictures,
};
