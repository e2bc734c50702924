/** @file Matrices the tests of linear algebra share, and how far a decomposition is off. */
import { readFileSync } from "node:fs";
import { type Dense, dense, identity, maxAbs } from "../../src/linalg/dense.js";
import { gemm } from "../../src/linalg/gemm.js";
import { random } from "../../src/random.js";

/** A matrix by formula. */
export function from(rows: number, cols: number, entry: (i: number, j: number) => number): Dense {
  const a = dense(rows, cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) a.data[i * cols + j] = entry(i, j);
  return a;
}

/** A symmetric matrix by a formula for its lower triangle. */
export function symmetric(n: number, entry: (i: number, j: number) => number): Dense {
  const a = from(n, n, (i, j) => (i >= j ? entry(i, j) : 0));
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a.data[j * n + i] = a.data[i * n + j]!;
  return a;
}

export function normal(rows: number, cols: number, seed = 0): Dense {
  const stream = random(seed);
  return from(rows, cols, () => stream.normal());
}

export function diagonal(values: ArrayLike<number>): Dense {
  return from(values.length, values.length, (i, j) => (i === j ? values[i]! : 0));
}

/** `copies` of Wilkinson's matrix W21+, whose large eigenvalues come in pairs, coupled by `glue`. */
export function wilkinson(copies = 1, glue = 0): Dense {
  return symmetric(21 * copies, (i, j) => {
    if (i === j) return Math.abs(10 - (i % 21));
    if (i !== j + 1) return 0;
    return i % 21 === 0 ? glue : 1;
  });
}

export function hilbert(n: number): Dense {
  return symmetric(n, (i, j) => 1 / (i + j + 1));
}

/** Matrices that break careless solvers: clusters, ties, zeros, ranks and scales. */
export const adversarialSymmetric: Record<string, Dense> = {
  "one by one": dense(1, 1, Float64Array.of(-3)),
  "two by two": symmetric(2, (i, j) => [2, -5, 7][i + j]!),
  zero: dense(40, 40),
  identity: identity(50),
  "diagonal with repeats": diagonal(Array.from({ length: 80 }, (_, i) => i % 7)),
  "rank one": symmetric(100, (i, j) => (i + 1) * (j + 1)),
  "all ones": symmetric(65, () => 1),
  Wilkinson: wilkinson(),
  "glued Wilkinson": wilkinson(10, 1e-8),
  Hilbert: hilbert(60),
  "second difference": symmetric(130, (i, j) => (i === j ? 2 : i === j + 1 ? -1 : 0)),
  "graded from 1 to 1e-12": symmetric(72, (i, j) => 10 ** (-(i + j) / 12) * (1 + Math.sin(i * j))),
  "graded the other way": symmetric(72, (i, j) => 10 ** ((i + j) / 12 - 12) * (1 + Math.sin(i * j))),
  "block diagonal": symmetric(90, (i, j) => (Math.floor(i / 9) === Math.floor(j / 9) ? Math.cos(i * j) : 0)),
  "near the largest numbers": symmetric(40, (i, j) => 1e300 * Math.cos(i + j)),
  "near the smallest numbers": symmetric(40, (i, j) => 1e-300 * Math.cos(i * j)),
  "clustered about one": symmetric(64, (i, j) => (i === j ? 1 : 0) + 1e-13 * Math.sin(i * 3 + j * j)),
};

/** Rectangular ones. */
export const adversarialRectangular: Record<string, Dense> = {
  row: normal(1, 9),
  column: normal(9, 1),
  "wide zero": dense(20, 45),
  "tall zero": dense(60, 30),
  "tall rank two": from(200, 150, (i, j) => Math.sin(i + j) + Math.cos(i * 0.3 - j)),
  "wide rank one": from(30, 120, (i, j) => (i - 7) * (j + 1)),
  "columns of zeros": from(80, 60, (i, j) => (j % 3 === 0 ? 0 : Math.sin(i * i + j))),
  "equal columns": from(50, 33, (i) => Math.sin(i)),
  "Kahan, ill-conditioned": from(90, 90, (i, j) => (i === j ? 1 : j > i ? -0.43 : 0) * 0.9 ** i),
  "upper bidiagonal": from(100, 100, (i, j) => (i === j || j === i + 1 ? 1 : 0)),
  "graded columns": from(70, 50, (i, j) => Math.cos(i * j + i) * 10 ** (-j / 4)),
};

/** Largest absolute entry of A − B, relative to `scale`; NaN if one is. */
export function difference(a: Dense, b: Dense, scale = 1): number {
  if (a.rows !== b.rows || a.cols !== b.cols) return Number.POSITIVE_INFINITY;
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value / scale - b.data[i]! / scale)), 0);
}

/** Largest absolute entry of VᵀV − I. */
export async function orthogonalityError(v: Dense): Promise<number> {
  return difference(await gemm(v, v, { transposeA: true }), identity(v.cols));
}

/** V with column j multiplied by `factors[j]`. */
export function scaleColumns(v: Dense, factors: ArrayLike<number>): Dense {
  return from(v.rows, v.cols, (i, j) => v.data[i * v.cols + j]! * factors[j]!);
}

/** The Frobenius norm, which residuals are measured against; 1 for the zero matrix. */
export function scaleOf(a: Dense): number {
  const largest = maxAbs(a.data);
  if (largest === 0) return 1;
  // Divided first: squares of 1e300 overflow.
  return largest * Math.sqrt(a.data.reduce((sum, value) => sum + (value / largest) ** 2, 0));
}

/** The generator that the golden scripts describe. */
export class GoldenGenerator {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** Entries in [−1, 1). */
  fill(rows: number, cols: number): Dense {
    return from(rows, cols, () => {
      this.state = (Math.imul(1664525, this.state) + 1013904223) >>> 0;
      return -1 + 2 * ((this.state >>> 8) / 2 ** 24);
    });
  }
}

export const golden = JSON.parse(readFileSync(new URL("../golden/linalg.json", import.meta.url), "utf8")) as {
  readonly symmetricEigenvalues: number[];
  readonly symmetricTopEigenvectorAbsolute: number[];
  readonly wilkinsonEigenvalues: number[];
  readonly gluedWilkinsonEigenvalues: number[];
  readonly hilbertSingularValues: number[];
  readonly tallSingularValues: number[];
  readonly tallTriangleAbsolute: number[];
  readonly positiveFactor: number[];
  readonly positiveInverseTrace: number;
  readonly deficientLeastSquares: number[];
  readonly angles: number[];
};

/** The golden matrices, drawn in the order of the script. */
export async function goldenMatrices() {
  const generator = new GoldenGenerator(11);
  const square = generator.fill(70, 70);
  const tall = generator.fill(90, 40);
  const deficient = await gemm(generator.fill(20, 3), generator.fill(3, 8));
  const right = generator.fill(20, 2);
  const basisA = generator.fill(30, 4);
  const turned = await gemm(basisA, generator.fill(4, 3));
  const noise = generator.fill(30, 3);
  const gram = await gemm(tall, tall, { transposeA: true });
  return {
    symmetric: from(70, 70, (i, j) => square.data[i * 70 + j]! + square.data[j * 70 + i]!),
    tall,
    positive: from(40, 40, (i, j) => gram.data[i * 40 + j]! + (i === j ? 1 : 0)),
    deficient,
    right,
    basisA,
    basisB: from(30, 3, (i, j) => turned.data[i * 3 + j]! + [0.01, 0.1, 1][j]! * noise.data[i * 3 + j]!),
  };
}

/** Largest absolute difference of two lists, relative to `scale`. */
export function spread(a: ArrayLike<number>, b: ArrayLike<number>, scale = 1): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!) / scale), 0);
}
