/**
 * @file Supernodes: runs of columns of the Cholesky factor with one pattern of rows, which are factored as one dense
 * block. Source: Duff & Reid (1983), "The multifrontal solution of indefinite sparse symmetric linear equations", ACM
 * Transactions on Mathematical Software 9(3); Ashcraft & Grimes (1989), "The influence of relaxed supernode
 * partitions on the multifrontal method", ibid. 15(4).
 */

import type { SparseMatrix } from "./csr.js";
import {
  columnCounts,
  eliminationTree,
  type LowerTriangle,
  permutedLower,
  postorder,
} from "./elimination-tree.js";
import { minimumDegreeOrder } from "./minimum-degree.js";

const NONE = -1;
/** Columns of one supernode at most: wider ones are cut, so that what is no matrix product stays little. */
const WIDEST = 128;
/** Share of zeros up to which a supernode is joined to its parent, by the width they have together. */
const ALLOWED_ZEROS: readonly (readonly [width: number, share: number])[] = [
  [4, 1],
  [16, 0.5],
  [48, 0.2],
  [Number.POSITIVE_INFINITY, 0.05],
];

/** Columns `first` to `first + width` of the factor. */
export interface Supernode {
  /** Its first column. */
  readonly first: number;
  /** Columns, ≥ 1. */
  readonly width: number;
  /** Rows with entries, ascending; the first `width` of them are the columns themselves. */
  readonly rows: Int32Array;
  /** The supernode that row `rows[width]` is a column of, −1 if there is none. */
  readonly parent: number;
}

/** Order and pattern of a factor, known before it is computed. */
export interface SymbolicFactor {
  /** Variable `order[i]` of the matrix is the i-th of the factor. */
  readonly order: Int32Array;
  /** The matrix in that order, its lower triangle alone. */
  readonly lower: LowerTriangle;
  /** Children before parents. */
  readonly supernodes: readonly Supernode[];
  /** Numbers that the factor keeps. */
  readonly entries: number;
  /** Multiplications and additions to compute it. */
  readonly operations: number;
}

/**
 * Order and pattern of the factor.
 * @param a symmetric pattern, both triangles.
 * @param most entries of the factor at most: `undefined` if it would have more.
 */
export function symbolicFactor(a: SparseMatrix, most: number): SymbolicFactor | undefined {
  const reduced = minimumDegreeOrder(a);
  const after = postorder(eliminationTree(permutedLower(a, reduced)));
  const order = after.map((i) => reduced[i]!);
  const lower = permutedLower(a, order);
  const parent = eliminationTree(lower);
  const counts = columnCounts(lower, parent, most);
  if (!counts) return undefined;
  const supernodes = cutWide(withRows(lower, partition(parent, counts)));
  let [entries, operations] = [0, 0];
  for (const { width, rows } of supernodes) {
    entries += width * rows.length;
    for (let j = 0; j < width; j++) operations += (rows.length - j) ** 2;
  }
  return { order, lower, supernodes, entries, operations };
}

interface Block {
  first: number;
  width: number;
  /** Rows with entries. */
  size: number;
  zeros: number;
}

/** Fundamental supernodes, joined to their parents where that brings few zeros. */
function partition(parent: Int32Array, counts: Int32Array): Block[] {
  const n = parent.length;
  const blocks: Block[] = [];
  for (let j = 0; j < n; ) {
    const first = j++;
    while (j < n && parent[j - 1] === j && counts[j] === counts[j - 1]! - 1) j++;
    let block: Block = { first, width: j - first, size: counts[first]!, zeros: 0 };
    for (let child = blocks.at(-1); child; child = blocks.at(-1)) {
      const up = parent[child.first + child.width - 1]!;
      if (up < block.first || up >= j) break;
      const joined = join(child, block);
      if (!joined) break;
      blocks.pop();
      block = joined;
    }
    blocks.push(block);
  }
  return blocks;
}

function join(child: Block, block: Block): Block | undefined {
  const width = child.width + block.width;
  const size = child.width + block.size;
  const zeros = child.zeros + block.zeros + child.width * (size - child.size);
  const [, share] = ALLOWED_ZEROS.find(([most]) => width <= most)!;
  const entries = width * size - (width * (width - 1)) / 2;
  return zeros <= share * entries ? { first: child.first, width, size, zeros } : undefined;
}

/** Rows of every supernode: its columns, those of the matrix below them, and those its children leave. */
function withRows({ n, rowStarts, columns }: LowerTriangle, blocks: readonly Block[]): Supernode[] {
  const blockOf = new Int32Array(n);
  for (const [s, { first, width }] of blocks.entries()) blockOf.fill(s, first, first + width);
  // Rows below of the matrix, by supernode.
  const starts = new Int32Array(blocks.length + 1);
  for (const j of columns) starts[blockOf[j]! + 1]! += 1;
  for (let s = 0; s < blocks.length; s++) starts[s + 1]! += starts[s]!;
  const fill = starts.slice(0, blocks.length);
  const below = new Int32Array(columns.length);
  for (let i = 0; i < n; i++) {
    for (let at = rowStarts[i]!; at < rowStarts[i + 1]!; at++) below[fill[blockOf[columns[at]!]!]!++] = i;
  }

  const children: number[][] = blocks.map(() => []);
  const supernodes: Supernode[] = [];
  const seen = new Int32Array(n).fill(NONE);
  for (const [s, { first, width, size }] of blocks.entries()) {
    const rows = new Int32Array(size);
    let count = 0;
    for (; count < width; count++) rows[count] = first + count;
    const put = (i: number) => {
      if (i < first + width || seen[i] === s) return;
      seen[i] = s;
      rows[count++] = i;
    };
    for (let p = starts[s]!; p < starts[s + 1]!; p++) put(below[p]!);
    for (const c of children[s]!) {
      const child = supernodes[c]!;
      for (let r = child.width; r < child.rows.length; r++) put(child.rows[r]!);
    }
    const used = rows.subarray(0, count);
    used.subarray(width).sort();
    const parent = count > width ? blockOf[used[width]!]! : NONE;
    if (parent !== NONE) children[parent]!.push(s);
    supernodes.push({ first, width, rows: used, parent });
  }
  return supernodes;
}

/** Wide supernodes as chains of narrow ones. */
function cutWide(supernodes: readonly Supernode[]): Supernode[] {
  const firstPart = new Int32Array(supernodes.length);
  let total = 0;
  for (const [s, { width }] of supernodes.entries()) {
    firstPart[s] = total;
    total += Math.ceil(width / WIDEST);
  }
  const parts: Supernode[] = [];
  for (const { first, width, rows, parent } of supernodes) {
    for (let done = 0; done < width; done += WIDEST) {
      const last = done + WIDEST >= width;
      const above = parent === NONE ? NONE : firstPart[parent]!;
      parts.push({
        first: first + done,
        width: Math.min(WIDEST, width - done),
        rows: rows.subarray(done),
        parent: last ? above : parts.length + 1,
      });
    }
  }
  return parts;
}
