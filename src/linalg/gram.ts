/**
 * @file Gram matrices of data about its mean, Xc = X − 1μᵀ, in float64 from float32, a block of rows or columns at a time:
 *
 *   XcXcᵀ of wide data,   UᵀXc,   and (Xc W)ᵀ(Xc W) or (XcᵀU)ᵀ(XcᵀU) for some vectors W or U
 *
 * so that nothing of the size of the data is made. XcᵀXc of long data is the scatter matrix, see covariance.ts.
 *
 * Our own code, since loops in JavaScript are 30 to 100 times slower than the engine's products.
 */
import { columnMeans, type Matrix } from "../data/matrix.js";
import { float32, float64 } from "../engine/arrays.js";
import {
  cast,
  compileOnce,
  input,
  matmul,
  type NdArray,
  slice,
  square,
  sub,
  sum as sumOver,
  type Tensor,
} from "../engine/index.js";
import type { Breathing } from "./breathing.js";
import { refuseUnsquarable } from "./covariance.js";
import { type Dense, dense } from "./dense.js";

/** Numbers in a block: enough for full speed, few enough for what is made of them to stay small. */
const BLOCK = 2 ** 20;
/** Strips of rows, whose products with the strips above them are left out. */
const STRIPS = 4;
/** From so many rows on. */
const STRIPED_ROWS = 256;

/** Options of `rowGram`. */
export interface RowGramOptions extends Breathing {
  /** Subtract the column means. */
  readonly center: boolean;
  /** `mixed` multiplies in float32 and sums blocks in float64. */
  readonly precision: "float64" | "mixed";
}

/**
 * XcXcᵀ.
 * @param x shape `[n, d]`.
 * @returns `matrix` exactly symmetric, shape `[n, n]`; the mean and Σᵢ (xᵢⱼ − μⱼ)², both `[d]`.
 * @throws RangeError naming the first number that is missing or infinite.
 */
export async function rowGram(
  x: Matrix,
  { center, precision, breathe }: RowGramOptions,
): Promise<{ matrix: Dense; mean: Float64Array; squares: Float64Array }> {
  const { rows: n, cols: d } = x;
  const mean = center ? columnMeans(x) : new Float64Array(d);
  const gram = dense(n, n);
  const squares = new Float64Array(d);
  const bounds = stripBounds(n);
  const dtype = precision === "mixed" ? "float32" : "float64";
  const graph = () => {
    const centered = cast(sub(cast(input("x", [n, "b"]), "float64"), input("c", ["b"], "float64")), dtype);
    const strips = bounds.slice(0, -1).map((from, i): [string, Tensor] => {
      const strip = slice(centered, 0, from, bounds[i + 1]!);
      return [`s${i}`, matmul(strip, slice(centered, 0, from, n), { transposeB: true })];
    });
    return { ...Object.fromEntries(strips), squares: sumOver(square(cast(centered, "float64")), 0) };
  };
  await overColumns(x, mean, breathe, async (feeds, from, to) => {
    const program = await compileOnce(`rowGram ${dtype} ${n}`, graph, { b: to - from });
    const out = await program.run(feeds);
    squares.set(out.squares!.data as Float64Array, from);
    bounds.slice(0, -1).forEach((start, i) => {
      addUpper(gram, out[`s${i}`]!.data as Float64Array, start, bounds[i + 1]!);
    });
  });
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) gram.data[i * n + j] = gram.data[j * n + i]!;
  squares.forEach((value, j) => {
    refuseUnsquarable(x, value, j, "rowGram");
  });
  return { matrix: gram, mean, squares };
}

function stripBounds(n: number): number[] {
  const count = n < STRIPED_ROWS ? 1 : STRIPS;
  return Array.from({ length: count + 1 }, (_, i) => Math.floor((i * n) / count));
}

/** Adds products of rows `start` to `end` with all from `start` on to the upper triangle. */
function addUpper({ data, rows: n }: Dense, products: ArrayLike<number>, start: number, end: number): void {
  const width = n - start;
  for (let i = start; i < end; i++) {
    const row = (i - start) * width - start;
    for (let j = i, at = i * n + i; j < n; j++, at++) data[at]! += products[row + j]!;
  }
}

/**
 * UᵀXc.
 * @param x shape `[n, d]`. @param u shape `[n, k]`.
 * @returns shape `[k, d]`.
 */
export async function timesBasis(
  x: Matrix,
  mean: Float64Array,
  u: Dense,
  breathe: Breathing["breathe"],
): Promise<Dense> {
  const { rows: n, cols: k } = u;
  const out = dense(k, x.cols);
  const graph = () => ({
    y: matmul(input("u", [n, "k"], "float64"), centeredBlock([n, "b"], ["b"]), { transposeA: true }),
  });
  await overColumns(x, mean, breathe, async (feeds, from, to) => {
    const program = await compileOnce(`timesBasis ${n}`, graph, { k, b: to - from });
    const { y } = await program.run({ ...feeds, u: float64([n, k], u.data) });
    const [data, width] = [y!.data as Float64Array, to - from];
    for (let i = 0; i < k; i++) out.data.set(data.subarray(i * width, (i + 1) * width), i * out.cols + from);
  });
  return out;
}

/**
 * The products of the data times vectors, with each other.
 * @param x shape `[n, d]`. @param basis vectors as columns, of the length of the smaller side: shape `[min(n, d), k]`.
 * @returns exactly symmetric, shape `[k, k]`.
 */
export async function gramOfBasis(
  x: Matrix,
  mean: Float64Array,
  basis: Dense,
  breathe: Breathing["breathe"],
): Promise<Dense> {
  const k = basis.cols;
  const gram = dense(k, k);
  const vectors = float64([basis.rows, k], basis.data);
  const tall = x.rows >= x.cols;
  const shape = tall ? ["b", x.cols] : [x.rows, "b"];
  const graph = () => {
    const w = input("w", [basis.rows, "k"], "float64");
    const y = matmul(centeredBlock(shape, [tall ? x.cols : "b"]), w, { transposeA: !tall });
    return { g: matmul(y, y, { transposeA: true }) };
  };
  const over = tall ? overRows : overColumns;
  await over(x, mean, breathe, async (feeds, from, to) => {
    const program = await compileOnce(`gramOfBasis ${shape}`, graph, { k, b: to - from });
    const { g } = await program.run({ ...feeds, w: vectors });
    for (let at = 0; at < gram.data.length; at++) gram.data[at]! += g!.data[at] as number;
  });
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < i; j++) {
      const both = (gram.data[i * k + j]! + gram.data[j * k + i]!) / 2;
      gram.data[i * k + j] = gram.data[j * k + i] = both;
    }
  }
  return gram;
}

function centeredBlock(shape: readonly (number | string)[], mean: readonly (number | string)[]): Tensor {
  return sub(cast(input("x", shape), "float64"), input("c", mean, "float64"));
}

type Take = (feeds: Record<"x" | "c", NdArray>, from: number, to: number) => Promise<void>;

/** Blocks of columns, copied, with their means. */
async function overColumns(
  x: Matrix,
  mean: Float64Array,
  breathe: Breathing["breathe"],
  take: Take,
): Promise<void> {
  const { data, rows: n, cols: d } = x;
  const most = Math.max(1, Math.min(d, Math.floor(BLOCK / n)));
  const room = new Float32Array(n * most);
  for (let from = 0; from < d; from += most) {
    if (breathe) await breathe();
    const to = Math.min(d, from + most);
    const width = to - from;
    for (let i = 0; i < n; i++) room.set(data.subarray(i * d + from, i * d + to), i * width);
    const block = float32([n, width], room.subarray(0, n * width));
    await take({ x: block, c: float64([width], mean.subarray(from, to)) }, from, to);
  }
}

/** Blocks of rows. */
async function overRows(
  x: Matrix,
  mean: Float64Array,
  breathe: Breathing["breathe"],
  take: Take,
): Promise<void> {
  const { data, rows: n, cols: d } = x;
  const most = Math.max(1, Math.floor(BLOCK / d));
  const c = float64([d], mean);
  for (let from = 0; from < n; from += most) {
    if (breathe) await breathe();
    const to = Math.min(n, from + most);
    await take({ x: float32([to - from, d], data.subarray(from * d, to * d)), c }, from, to);
  }
}
