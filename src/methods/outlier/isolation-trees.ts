/**
 * @file Isolation trees: random cuts of a sample until its rows are alone, kept as flat arrays.
 *
 * A node divides its rows at a threshold drawn uniformly between least and greatest of a column, which is drawn uniformly
 * among those that vary in the node. Growing ends at a height of ⌈log₂ ψ⌉, where the average path would end; rows that are
 * together there, or equal, would need c(n) cuts more on average, as in an unsuccessful search of a binary search tree:
 *
 *   c(n) = 2 H(n − 1) − 2 (n − 1) / n,   H(m) = 1 + ½ + … + 1/m
 *
 * Source: Liu, Ting & Zhou (2008), "Isolation forest", ICDM, algorithms 1 and 2, and equation 1.
 */
import type { Matrix } from "../../data/matrix.js";
import { log } from "../../elementary.js";
import { checkedElements } from "../../parallel/memory.js";
import type { Random } from "../../random.js";

/** Nodes of all trees, each in preorder: the first child of node i is i + 1. */
export interface IsolationTrees {
  /** `[trees]`: the root of each, ascending. */
  readonly roots: Int32Array;
  /** `[nodes]`: the column that is compared, −1 for a leaf. */
  readonly columns: Int32Array;
  /** `[nodes]`: rows with less go to the first child, others to the second. */
  readonly thresholds: Float32Array;
  /** `[nodes]`: the second child, 0 for a leaf. */
  readonly seconds: Int32Array;
  /** `[nodes]`: rows of the sample that came here. */
  readonly sizes: Int32Array;
}

/** Up to so many terms H(m) is summed; beyond, the terms left out of its expansion are below 10⁻¹⁶. */
const SUMMED = 64;
const EULER = 0.5772156649015329;

/** H(m) = 1 + ½ + … + 1/m. */
function harmonic(m: number): number {
  if (m > SUMMED) {
    const square = 1 / (m * m);
    return log(m) + EULER + 1 / (2 * m) - square * (1 / 12 - square * (1 / 120 - square / 252));
  }
  let sum = 0;
  for (let i = m; i >= 1; i--) sum += 1 / i;
  return sum;
}

/** c(n), the average path of an unsuccessful search among n rows, 0 for one. @param n a whole number ≥ 1. */
export function averagePathLength(n: number): number {
  return 2 * harmonic(n - 1) - (2 * (n - 1)) / n;
}

/** The least float32 number ≥ value: rows of float32 compare with it as with the value itself. */
function roundedUp(value: number): number {
  const rounded = Math.fround(value);
  if (rounded >= value) return rounded;
  return nextUp(rounded);
}

const FLOAT = new Float32Array(1);
const BITS = new Int32Array(FLOAT.buffer);

/** The next larger float32 number. */
function nextUp(value: number): number {
  // −0 is as 0.
  FLOAT[0] = value + 0;
  BITS[0]! += value < 0 ? -1 : 1;
  return FLOAT[0]!;
}

/** Rows of m drawn from n, all different, in no order: Floyd's algorithm (Bentley & Floyd 1987). */
function sampled(n: number, m: number, random: Random): Int32Array {
  const chosen = new Set<number>();
  for (let last = n - m; last < n; last++) {
    const row = random.integer(last + 1);
    chosen.add(chosen.has(row) ? last : row);
  }
  return Int32Array.from(chosen);
}

/** Grows trees on rows `[n, d]`, each on `sampleSize` ≤ n of them. */
export async function isolationTrees(
  x: Matrix,
  trees: number,
  sampleSize: number,
  random: Random,
  breathe: () => Promise<void>,
): Promise<IsolationTrees> {
  // ⌈log₂ ψ⌉
  const height = 32 - Math.clz32(sampleSize - 1);
  const roots = new Int32Array(checkedElements([trees], 4, "isolationForest: trees"));
  const nodes: GrowingNodes = { columns: [], thresholds: [], seconds: [], sizes: [] };
  const tried = Int32Array.from({ length: x.cols }, (_, j) => j);
  for (let tree = 0; tree < trees; tree++) {
    const stream = random.fork("tree", tree);
    roots[tree] = nodes.sizes.length;
    const rows = sampled(x.rows, sampleSize, stream);
    grow(nodes, x, { rows, from: 0, to: sampleSize }, height, tried, stream);
    await breathe();
  }
  return {
    roots,
    columns: Int32Array.from(nodes.columns),
    thresholds: Float32Array.from(nodes.thresholds),
    seconds: Int32Array.from(nodes.seconds),
    sizes: Int32Array.from(nodes.sizes),
  };
}

interface GrowingNodes {
  readonly columns: number[];
  readonly thresholds: number[];
  readonly seconds: number[];
  readonly sizes: number[];
}

interface Part {
  readonly rows: Int32Array;
  readonly from: number;
  readonly to: number;
}

/** @param tried all columns, in any order; reordered. */
function grow(
  nodes: GrowingNodes,
  x: Matrix,
  part: Part,
  height: number,
  tried: Int32Array,
  random: Random,
): void {
  const { rows, from, to } = part;
  const node = nodes.sizes.push(to - from) - 1;
  const cut = to - from > 1 && height > 0 ? drawCut(x, part, tried, random) : undefined;
  nodes.columns.push(cut?.column ?? -1);
  nodes.thresholds.push(cut?.threshold ?? 0);
  nodes.seconds.push(0);
  if (!cut) return;
  let middle = from;
  for (let at = from; at < to; at++) {
    const row = rows[at]!;
    if (x.data[row * x.cols + cut.column]! >= cut.threshold) continue;
    rows[at] = rows[middle]!;
    rows[middle++] = row;
  }
  grow(nodes, x, { rows, from, to: middle }, height - 1, tried, random);
  nodes.seconds[node] = nodes.sizes.length;
  grow(nodes, x, { rows, from: middle, to }, height - 1, tried, random);
}

/** A column that varies among the rows, each as likely, and a threshold that divides them; none where all are equal. */
function drawCut(
  { data, cols }: Matrix,
  { rows, from, to }: Part,
  tried: Int32Array,
  random: Random,
): { column: number; threshold: number } | undefined {
  for (let left = cols; left > 0; left--) {
    const drawn = random.integer(left);
    const column = tried[drawn]!;
    tried[drawn] = tried[left - 1]!;
    tried[left - 1] = column;
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = from; at < to; at++) {
      const value = data[rows[at]! * cols + column]!;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (!(most > least)) continue;
    // In (least, most]: neither side is empty.
    const value = least + (1 - random.uniform()) * (most - least);
    return { column, threshold: value > least ? roundedUp(Math.min(value, most)) : nextUp(least) };
  }
  return undefined;
}

/**
 * Average length of the paths of a node's sample rows `[nodes]`, from the root on: of a leaf its depth and c of its size.
 */
export function pathLengths({ columns, seconds, sizes }: IsolationTrees): Float64Array {
  const nodes = columns.length;
  const lengths = new Float64Array(nodes);
  for (let node = 0; node < nodes; node++) {
    if (columns[node]! < 0) continue;
    lengths[node + 1] = lengths[node]! + 1;
    lengths[seconds[node]!] = lengths[node]! + 1;
  }
  for (let node = nodes - 1; node >= 0; node--) {
    const [first, second] = [node + 1, seconds[node]!];
    if (columns[node]! < 0) lengths[node]! += averagePathLength(sizes[node]!);
    else
      lengths[node] =
        (sizes[first]! * lengths[first]! + sizes[second]! * lengths[second]!) /
        (sizes[first]! + sizes[second]!);
  }
  return lengths;
}

/** @throws RangeError for arrays, as of a damaged file, in which a path would not end. */
export function checkTrees({ roots, columns, seconds, sizes }: IsolationTrees, d: number): void {
  const fail = (what: string) => {
    throw new RangeError(`isolationForest: ${what}`);
  };
  roots.forEach((root, tree) => {
    const end = roots[tree + 1] ?? columns.length;
    if (!(root >= 0 && root < end && end <= columns.length) || (tree === 0 && root !== 0))
      fail(`tree ${tree} stands at nodes ${root} to ${end} of ${columns.length}`);
    for (let node = root; node < end; node++) {
      if (!(sizes[node]! >= 1)) fail(`node ${node} has ${sizes[node]} rows`);
      if (columns[node]! < 0) continue;
      if (columns[node]! >= d) fail(`node ${node} compares column ${columns[node]} of ${d}`);
      const second = seconds[node]!;
      if (!(second > node + 1 && second < end)) fail(`node ${node} leads to node ${second}`);
    }
  });
}
