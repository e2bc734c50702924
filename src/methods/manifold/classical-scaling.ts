/**
 * @file Classical scaling: points whose inner products come nearest to those that squared distances imply.
 *
 *   B = −½ J S J,   J = I − 11ᵀ/n,   B ≈ V Λ Vᵀ,   embedding = V √Λ
 *
 * S holds squared distances. A point with squared distances s to the n is placed at z = −½ Λ^{−½} Vᵀ (s − s̄), where s̄ are
 * the column means of S; for the n points themselves this is their place.
 * Sources: Torgerson (1952), "Multidimensional scaling: I", Psychometrika 17; Gower (1968), "Adding a point to vector
 * diagrams in multivariate analysis", Biometrika 55; de Silva & Tenenbaum (2004), "Sparse multidimensional scaling
 * using landmark points".
 */
import { type Dense, dense, transpose } from "../../linalg/dense.js";
import { eigh } from "../../linalg/eigh.js";
import { gemm } from "../../linalg/gemm.js";
import { FLOAT32_EPSILON } from "../../linalg/rounding.js";
import { columnSigns, flipColumns } from "../../linalg/signs.js";
import { blockLanczos } from "../../linalg/sparse/block-lanczos.js";
import type { Random } from "../../random.js";

export interface ClassicalScaling {
  /** The k largest of B, descending `[k]`. */
  readonly eigenvalues: Float64Array;
  /** V √Λ `[n, k]`, largest absolute entry of a column positive; zeros where an eigenvalue is rounding or not positive. */
  readonly embedding: Dense;
  /** s̄ `[n]` */
  readonly means: Float64Array;
  /** −½ V Λ^{−½} `[n, k]`, columns of sum 0; zeros where an eigenvalue is rounding or not positive. */
  readonly projection: Dense;
  /** √(‖B‖² − Σ λᵢ²) / n, over the k eigenvalues: what is left of the inner products. */
  readonly reconstructionError: number;
}

/** Rows up to which a full decomposition is as fast. */
const SMALLEST = 256;
/** Vectors a step: copies of one eigenvalue beyond them could be missed. */
const WIDTH = 16;
const TOLERANCE = 1e-9;
const MOST_STEPS = 500;
/**
 * Share of the largest eigenvalue that is rounding: squared distances of float32 numbers are off by about 2⁻²³ of
 * themselves, and n × n such errors have a norm of some √n of them.
 */
const negligible = (n: number): number => 4 * Math.sqrt(n) * FLOAT32_EPSILON;

/** @param squares S `[n, n]`, symmetric; not changed. @param k 1 … n. */
export async function classicalScaling(
  squares: Dense,
  k: number,
  random: Random,
  breathe: () => Promise<void>,
): Promise<ClassicalScaling> {
  const n = squares.rows;
  const { means, norm } = centering(squares);
  const { values, vectors } = await leadingPairs(squares, means, k, random, breathe);
  flipColumns(vectors, columnSigns(vectors));
  const embedding = dense(n, k);
  const projection = dense(n, k);
  const least = negligible(n) * Math.max(0, values[0]!);
  for (let j = 0; j < k; j++) {
    const value = values[j]!;
    if (!(value > least)) continue;
    const root = Math.sqrt(value);
    // Vᵀ1 = 0 but for rounding, which an eigenvalue far below the largest makes large, and what s has in common larger still.
    let mean = 0;
    for (let at = j; at < n * k; at += k) mean += vectors.data[at]! / n;
    for (let at = j; at < n * k; at += k) {
      embedding.data[at] = vectors.data[at]! * root;
      projection.data[at] = (-0.5 * (vectors.data[at]! - mean)) / root;
    }
  }
  const left = values.reduce((rest, value) => rest - value ** 2, norm);
  return {
    eigenvalues: values,
    embedding,
    means,
    projection,
    reconstructionError: Math.sqrt(Math.max(0, left)) / n,
  };
}

/** Places `[m, k]` of points with squared distances `[m, n]` to those that were scaled. */
export async function placed(squares: Dense, means: Float64Array, projection: Dense): Promise<Dense> {
  const { rows, cols } = squares;
  const centered = dense(rows, cols);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) centered.data[at] = squares.data[at]! - means[j]!;
  }
  return gemm(centered, projection);
}

/** Means of the columns, and ‖B‖² = ¼ (ΣS² − 2n Σ s̄ᵢ² + n² s̿²). */
function centering({ data, rows: n }: Dense): { means: Float64Array; norm: number } {
  const means = new Float64Array(n);
  let whole = 0;
  for (let i = 0, at = 0; i < n; i++) {
    let sum = 0;
    let ofSquares = 0;
    for (const end = at + n; at < end; at++) {
      const value = data[at]!;
      sum += value;
      ofSquares += value * value;
    }
    means[i] = sum / n;
    whole += ofSquares;
  }
  const mean = means.reduce((total, value) => total + value, 0) / n;
  const ofMeans = means.reduce((total, value) => total + value ** 2, 0);
  return { means, norm: (whole - 2 * n * ofMeans + (n * mean) ** 2) / 4 };
}

/** The k largest eigenvalues of B, and their eigenvectors `[n, k]`. */
async function leadingPairs(
  squares: Dense,
  means: Float64Array,
  k: number,
  random: Random,
  breathe: () => Promise<void>,
): Promise<{ values: Float64Array; vectors: Dense }> {
  const n = squares.rows;
  if (n <= SMALLEST || k > n / 8) {
    const { values, vectors } = await eigh(doubleCentered(squares, means), { breathe });
    const leading = dense(n, k);
    for (let at = 0; at < n * k; at++) {
      leading.data[at] = vectors.data[Math.floor(at / k) * n + (at % k)]!;
    }
    return { values: values.slice(0, k), vectors: leading };
  }
  const product = async (x: Dense): Promise<Dense> => {
    await breathe();
    const image = await gemm(squares, centeredColumns(x, 1));
    return centeredColumns(image, -0.5);
  };
  const most = Math.min(n, Math.max(4 * WIDTH + 2 * k, 12 * WIDTH));
  const { values, vectors } = await blockLanczos(product, n, {
    k,
    width: WIDTH,
    most,
    tol: TOLERANCE,
    maxIter: MOST_STEPS,
    random,
    breathe,
  });
  return { values, vectors: transpose(vectors) };
}

function doubleCentered({ data, rows: n }: Dense, means: Float64Array): Dense {
  const mean = means.reduce((total, value) => total + value, 0) / n;
  const b = dense(n, n);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < n; j++, at++) b.data[at] = -0.5 * (data[at]! - means[i]! - means[j]! + mean);
  }
  return b;
}

/** c · J X */
function centeredColumns({ data, rows, cols }: Dense, c: number): Dense {
  const means = new Float64Array(cols);
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < cols; j++, at++) means[j]! += data[at]!;
  const out = dense(rows, cols);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) out.data[at] = c * (data[at]! - means[j]! / rows);
  }
  return out;
}
