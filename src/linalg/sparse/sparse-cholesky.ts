/**
 * @file Cholesky factorization of a sparse symmetric positive definite matrix, P A Pᵀ = L Lᵀ, by the multifrontal
 * method, and the solution of A X = B with it.
 *
 * Every supernode has a dense front: its own columns [L₁₁; L₂₁], and what it leaves to its parent,
 *
 *   U = Σ over children U_child − L₂₁ L₂₁ᵀ,
 *
 * so that for large fronts nearly all work is matrix products on the engine.
 * Sources: Duff & Reid (1983), ACM Transactions on Mathematical Software 9(3); Liu (1992), "The multifrontal method
 * for sparse matrix solution: theory and practice", SIAM Review 34(1).
 */
import { NotPositiveDefinite } from "../cholesky.js";
import { columns, type Dense, dense, rowsView } from "../dense.js";
import { gemm } from "../gemm.js";
import { checkSquareSparse, type SparseMatrix } from "./csr.js";
import * as front from "./front-kernel.js";
import { type Supernode, type SymbolicFactor, symbolicFactor } from "./supernodes.js";

/** Multiplications from which on a product is done by the engine. */
const LARGE = 64 ** 3;
/** Rows of a product at a time, since only its lower triangle is wanted. */
const STRIPE = 512;
/** Columns of a front that are factored in loops. */
const NARROW = 32;

/** Options of `sparseCholesky`. */
export interface SparseCholeskyOptions {
  /** Added to the diagonal. Default 0. */
  readonly shift?: number | undefined;
  /** For long work: called between fronts. */
  readonly breathe?: (() => Promise<void>) | undefined;
}

/** A factor, ready to solve with. */
export interface SparseCholesky {
  /** Order and pattern of the factor. */
  readonly symbolic: SymbolicFactor;
  /** X of A X = B; B of shape `[n, m]` is not changed. */
  solve(b: Dense): Promise<Dense>;
}

/**
 * Cholesky factorization of a sparse symmetric positive definite matrix, P A Pᵀ = L Lᵀ.
 * Source: Duff & Reid (1983), ACM Transactions on Mathematical Software 9(3); Liu (1992), SIAM Review 34(1).
 * @param a `[n, n]`, symmetric, both triangles, finite.
 * @param symbolic from `symbolicFactor(a, most)`, where it is known already.
 * @throws NotPositiveDefinite naming the row of `a` whose pivot is not positive.
 */
export async function sparseCholesky(
  a: SparseMatrix,
  options: SparseCholeskyOptions = {},
  symbolic: SymbolicFactor = symbolicFactor(a, Number.POSITIVE_INFINITY)!,
): Promise<SparseCholesky> {
  checkSquareSparse(a, "sparseCholesky");
  const panels = await factorFronts(symbolic, options);
  return { symbolic, solve: (b) => solve(symbolic, panels, b) };
}

/** A square of which the lower triangle counts: row i at `offset + i * stride`. */
interface Update {
  data: Float64Array;
  offset: number;
  stride: number;
}

async function factorFronts(
  { order, lower, supernodes }: SymbolicFactor,
  { shift = 0, breathe }: SparseCholeskyOptions,
): Promise<Dense[]> {
  const { n } = lower;
  const upper = columnLists(lower);
  const place = new Int32Array(n);
  const panels: Dense[] = [];
  const updates: (Update | undefined)[] = [];
  const children: number[][] = supernodes.map(() => []);
  for (const [s, supernode] of supernodes.entries()) {
    const { first, width, rows, parent } = supernode;
    const size = rows.length;
    const left = size - width;
    for (let r = 0; r < size; r++) place[rows[r]!] = r;
    const panel = dense(size, width);
    for (let j = 0; j < width; j++) {
      for (let at = upper.starts[first + j]!; at < upper.starts[first + j + 1]!; at++) {
        panel.data[place[upper.rows[at]!]! * width + j] = upper.values[at]!;
      }
      panel.data[j * width + j]! += shift;
    }
    const update = takeUpdates(supernode, children[s]!, supernodes, updates, panel, place);
    const failed = await factorPanel(panel);
    if (failed >= 0) {
      throw new NotPositiveDefinite(
        `sparseCholesky: want a positive definite matrix, got a pivot that is not positive at row ${order[first + failed]}`,
      );
    }
    if (left > 0) {
      await subtractSquare(update, rowsView(panel, width, size));
      updates[s] = update;
      children[parent]!.push(s);
    }
    panels.push(panel);
    if (size * width > LARGE / 64 || s % 64 === 0) await breathe?.();
  }
  return panels;
}

/** Adds what the children leave to the panel, and to the update, which is made. */
function takeUpdates(
  { width, rows }: Supernode,
  children: readonly number[],
  supernodes: readonly Supernode[],
  updates: (Update | undefined)[],
  panel: Dense,
  place: Int32Array,
): Update {
  const left = rows.length - width;
  if (children.length === 1) {
    // The next link of a chain: the rows are the same, and the update stays where it is.
    const child = supernodes[children[0]!]!;
    if (child.rows.length - child.width === rows.length) {
      const from = updates[children[0]!]!;
      updates[children[0]!] = undefined;
      front.addTrapezoid(panel.data, from.data, from.offset, from.stride, rows.length, width);
      return { ...from, offset: from.offset + width * from.stride + width };
    }
  }
  const made: Update = { data: new Float64Array(left * left), offset: 0, stride: left };
  for (const c of children) {
    const child = supernodes[c]!;
    const from = updates[c]!;
    updates[c] = undefined;
    const to = child.rows.subarray(child.width).map((row) => place[row]!);
    front.extendAdd(panel.data, width, made.data, left, from.data, from.offset, from.stride, to);
  }
  return made;
}

/** L₁₁ and L₂₁ of a panel `[size, width]`, in place; the column whose pivot is not positive, or −1. */
async function factorPanel(panel: Dense): Promise<number> {
  const { rows: size, cols: width, data } = panel;
  if (size * width * width < 2 * LARGE) return front.factorColumns(data, size, width, 0, width);
  for (let start = 0; start < width; start += NARROW) {
    const end = Math.min(width, start + NARROW);
    if (start > 0) {
      const known = columns(rowsView(panel, start, size), 0, start);
      const product = await gemm(known, rowsView(known, 0, end - start), { transposeB: true });
      front.subtractColumns(data, width, start, end, size, product.data);
    }
    const failed = front.factorColumns(data, size, width, start, end);
    if (failed >= 0) return failed;
  }
  return -1;
}

/** U − L₂₁ L₂₁ᵀ, the lower triangle, in place. */
async function subtractSquare({ data, offset, stride }: Update, l: Dense): Promise<void> {
  const { rows: size, cols: width } = l;
  if (size * size * width < LARGE) {
    front.subtractSmallSquare(data, offset, stride, l.data, size, width);
    return;
  }
  for (let from = 0; from < size; from += STRIPE) {
    const to = Math.min(size, from + STRIPE);
    const product = await gemm(rowsView(l, from, to), rowsView(l, 0, to), { transposeB: true });
    front.subtractStripe(data, offset, stride, product.data, from, to);
  }
}

async function solve(
  { order, lower: { n }, supernodes }: SymbolicFactor,
  panels: readonly Dense[],
  b: Dense,
): Promise<Dense> {
  if (b.rows !== n) throw new RangeError(`sparseCholesky.solve: want ${n} rows, got ${b.rows}`);
  const m = b.cols;
  const x = dense(n, m);
  // Loops: views of a few numbers cost more than the numbers.
  for (let i = 0, to = 0; i < n; i++) {
    for (let from = order[i]! * m, end = from + m; from < end; from++, to++) x.data[to] = b.data[from]!;
  }

  for (const [s, { first, width, rows }] of supernodes.entries()) {
    const panel = panels[s]!;
    front.solveForward(panel.data, width, x.data, first, m);
    const below = rowsView(panel, width, rows.length);
    if (below.data.length * m < LARGE) {
      front.eliminateBelow(below.data, width, x.data, first, m, rows);
      continue;
    }
    const product = await gemm(below, rowsView(x, first, first + width));
    front.scatterSubtract(x.data, m, rows, width, product.data);
  }
  for (let s = supernodes.length - 1; s >= 0; s--) {
    const { first, width, rows } = supernodes[s]!;
    const panel = panels[s]!;
    const below = rowsView(panel, width, rows.length);
    if (below.data.length * m < LARGE) {
      front.eliminateAbove(below.data, width, x.data, first, m, rows);
    } else {
      const product = await gemm(below, front.gather(x.data, m, rows, width), { transposeA: true });
      front.subtractRows(x.data, first * m, product.data);
    }
    front.solveBackward(panel.data, width, x.data, first, m);
  }

  const out = dense(n, m);
  for (let i = 0, from = 0; i < n; i++) {
    for (let to = order[i]! * m, end = to + m; to < end; to++, from++) out.data[to] = x.data[from]!;
  }
  return out;
}

/** The lower triangle by columns. */
function columnLists({ n, rowStarts, columns: columnOf, values }: SymbolicFactor["lower"]) {
  const starts = new Int32Array(n + 1);
  for (const j of columnOf) starts[j + 1]! += 1;
  for (let j = 0; j < n; j++) starts[j + 1]! += starts[j]!;
  const fill = starts.slice(0, n);
  const rows = new Int32Array(columnOf.length);
  const sorted = new Float64Array(columnOf.length);
  for (let i = 0; i < n; i++) {
    for (let at = rowStarts[i]!; at < rowStarts[i + 1]!; at++) {
      const to = fill[columnOf[at]!]!++;
      rows[to] = i;
      sorted[to] = values[at]!;
    }
  }
  return { starts, rows, values: sorted };
}
