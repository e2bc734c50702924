/**
 * @file Randomized SVD of a large matrix by block power iteration.
 *
 *   Q ← orth((X − 1μᵀ)ᵀ (X − 1μᵀ) Q)  several times from random Q,   B = (X − 1μᵀ) Q = U Σ Wᵀ,   V = Q W
 *
 * Rows are taken in blocks, so that one pass over X serves both products of a power iteration and nothing of X's
 * size is made; the mean is taken off inside the block. Products are float32, sums of blocks and orthonormalization
 * float64. Source: Halko, Martinsson & Tropp (2011), "Finding structure with randomness", SIAM Rev. 53(2), alg. 4.4.
 *
 * Our own code: what costs time are the products, and the engine's are 30 to 100 times faster than loops.
 */
import { columnMeans, firstNonFinite, type Matrix, matrix } from "../data/matrix.js";
import { float32 } from "../engine/arrays.js";
import {
  cast,
  compileOnce,
  input,
  matmul,
  type NdArray,
  type Program,
  sub,
  type Tensor,
} from "../engine/index.js";
import { random } from "../random.js";
import type { Breathing } from "./breathing.js";
import { columns, type Dense, dense, toDense, toFloat32, transpose } from "./dense.js";
import { eigh } from "./eigh.js";
import { gemm, gemm32 } from "./gemm.js";
import { qr } from "./qr.js";
import { roundingOf } from "./rounding.js";
import { flipColumns, flipRows, rowSigns } from "./signs.js";

/** Options of `randomizedSvd`. */
export interface RandomizedSvdOptions extends Breathing {
  /** Subtract the column means first, without a centered copy. Default: false. */
  readonly center?: boolean | undefined;
  /** Directions beyond k that are iterated and dropped, ≥ 0. Default: 10. */
  readonly oversampling?: number | undefined;
  /** Power iterations, ≥ 0: each sharpens the spectrum by a square. Default: 7. */
  readonly powerIterations?: number | undefined;
  /** Seed of the random start, a whole number in [0, 2⁵³). Default: 0. */
  readonly seed?: number | undefined;
}

/** The k largest singular triplets. */
export interface RandomizedSvd {
  /** Left singular vectors as columns, shape `[n, k]`; zero where σ is zero to float32 rounding. */
  readonly u: Matrix;
  /** Singular values, descending, shape `[k]`. */
  readonly s: Float64Array;
  /** Right singular vectors as rows, signs as in `svd`; shape `[k, d]`. */
  readonly vt: Dense;
  /** The mean that was taken off, zero if not centered; shape `[d]`. */
  readonly mean: Float64Array;
}

/** Rows to a product: enough for full speed, few enough for the block to stay in cache between the two. */
const BLOCK_ROWS = 2048;

/**
 * The k largest singular triplets of `x`, or of `x` less its column means.
 * @param x shape `[n, d]`, finite.
 * @param k 1 … min(n, d).
 * @throws RangeError for an impossible option, or naming the first number of `x` that is not finite.
 */
export async function randomizedSvd(
  x: Matrix,
  k: number,
  { center = false, oversampling = 10, powerIterations = 7, seed = 0, breathe }: RandomizedSvdOptions = {},
): Promise<RandomizedSvd> {
  const most = Math.min(x.rows, x.cols);
  checkWhole("k", k, 1, most);
  checkWhole("oversampling", oversampling, 0, Number.MAX_SAFE_INTEGER);
  checkWhole("powerIterations", powerIterations, 0, Number.MAX_SAFE_INTEGER);
  const d = x.cols;
  const width = Math.min(most, k + oversampling);
  const mean = center ? columnMeans(x) : new Float64Array(d);

  const start = matrix(d, width);
  random(seed).fork("randomizedSvd").fillNormal(start.data);
  let q: Dense = toDense(start);
  // One more than asked for: the first only brings the random start into the row space of X.
  for (let iteration = 0; iteration <= powerIterations; iteration++) {
    q = (await qr(await powerStep(x, mean, toFloat32(q), breathe), { breathe })).q;
  }

  const { b, gram } = await project(x, mean, toFloat32(q), breathe);
  const { values, vectors } = await eigh(gram, { breathe });
  const s = values.slice(0, k).map((value) => Math.sqrt(Math.max(0, value)));
  const w = columns(vectors, 0, k);
  const vt = transpose(await gemm(q, w));
  const signs = rowSigns(vt);
  flipRows(vt, signs);
  flipColumns(w, signs);
  const negligible = roundingOf(s[0]!, x.rows, d);
  for (let at = 0; at < w.data.length; at++) {
    const sigma = s[at % k]!;
    w.data[at] = sigma > negligible ? w.data[at]! / sigma : 0;
  }
  return { u: await gemm32(b, toFloat32(w)), s, vt, mean };
}

/** (X − 1μᵀ)ᵀ (X − 1μᵀ) Q in one pass, shape `[d, width]`. */
async function powerStep(
  x: Matrix,
  mean: Float64Array,
  q: Matrix,
  breathe: Breathing["breathe"],
): Promise<Dense> {
  const image = dense(q.rows, q.cols);
  await overBlocks("power", x, mean, q, breathe, (out) => addTo(image.data, out.z!.data));
  for (const value of image.data) if (!Number.isFinite(value)) refuse(x, value);
  return image;
}

/** B = (X − 1μᵀ) Q, shape `[n, width]`, and BᵀB. */
async function project(
  x: Matrix,
  mean: Float64Array,
  q: Matrix,
  breathe: Breathing["breathe"],
): Promise<{ b: Matrix; gram: Dense }> {
  const b = matrix(x.rows, q.cols);
  const gram = dense(q.cols, q.cols);
  await overBlocks("project", x, mean, q, breathe, (out, from) => {
    b.data.set(out.b!.data as Float32Array, from * q.cols);
    addTo(gram.data, out.gram!.data);
  });
  return { b, gram };
}

async function overBlocks(
  kind: "power" | "project",
  x: Matrix,
  mean: Float64Array,
  q: Matrix,
  breathe: Breathing["breathe"],
  take: (out: Record<string, NdArray>, from: number) => void,
): Promise<void> {
  const shift: NdArray = float32([x.cols], Float32Array.from(mean));
  const directions: NdArray = float32([q.rows, q.cols], q.data);
  for (let from = 0; from < x.rows; from += BLOCK_ROWS) {
    if (breathe) await breathe();
    const to = Math.min(x.rows, from + BLOCK_ROWS);
    const rows: NdArray = float32([to - from, x.cols], x.data.subarray(from * x.cols, to * x.cols));
    const program = await blockProgram(kind, { n: to - from, d: x.cols, width: q.cols });
    take(await program.run({ x: rows, mean: shift, q: directions }), from);
  }
}

function blockProgram(kind: "power" | "project", sizes: Readonly<Record<string, number>>): Promise<Program> {
  const graph = (): Record<string, Tensor> => {
    const x = sub(input("x", ["n", "d"]), input("mean", ["d"]));
    const b = matmul(x, input("q", ["d", "width"]));
    const wide = cast(b, "float64");
    return kind === "power"
      ? { z: matmul(x, b, { transposeA: true }) }
      : { b, gram: matmul(wide, wide, { transposeA: true }) };
  };
  return compileOnce(`randomizedSvd ${kind}`, graph, sizes);
}

function addTo(sum: Float64Array, terms: NdArray["data"]): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += terms[i] as number;
}

function refuse(x: Matrix, value: number): never {
  const at = firstNonFinite(x);
  const got = at ? `row ${at.row} column ${at.column} is ${at.value}` : `a sum of products is ${value}`;
  throw new RangeError(`randomizedSvd: want finite numbers of moderate size, but ${got}`);
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new RangeError(`randomizedSvd: ${name} must be a whole number in ${least} … ${most}, got ${value}`);
  }
}
