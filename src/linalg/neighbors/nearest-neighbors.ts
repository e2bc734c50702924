/**
 * @file Exact k nearest neighbors, Euclidean or cosine, by tiles of queries and rows.
 *
 * For a query q, ‖q − t‖² = ‖q‖² + ‖t‖² − 2 q·t: one matrix product compares many queries with many rows; for
 * directions, rows of length 1, it is 2 − 2 q·t. Taken in float32 and made less by what its rounding error can be, it
 * is a lower bound; every row that the error could hide among the k nearest is then measured in float64.
 * With u = 2⁻²⁴ and d columns the error is at most (d + 14) u (‖q‖ + ‖t‖)² ≤ 2 (d + 14) u (‖q‖² + ‖t‖²): the usual
 * bound of a dot product (Higham 2002, "Accuracy and stability of numerical algorithms", section 3.1), and some
 * more for the rounding of centered rows and of the bounds. Within one set half of the products tell the other half.
 * Rows of few columns are searched by a k-d tree instead, with the same result.
 */
import { firstNonFinite, type Matrix, matrix } from "../../data/matrix.js";
import { sharedCopy, sharedFloat64, sharedInt32, sharedUint32 } from "../../parallel/shared.js";
import { gatherTeam, threads } from "../../parallel/team.js";
import { float32On, uint32On, wasmMemory } from "../../parallel/wasm.js";
import { midst } from "../column-medians.js";
import { gemm32 } from "../gemm.js";
import { Candidates, listSize, TOO_MANY } from "./candidates.js";
import { type KdTree, kdTree } from "./kd-tree.js";
import { searchTree } from "./kd-tree-kernel.js";
import { CHUNK_ROWS, measureCandidates } from "./measure-kernel.js";

/** Queries and rows of a tile, 4 MiB of float32: larger ones are slower, since each is written to fresh memory. */
const TILE = 1024;
/** Up to so many candidates are kept for all rows at a time, 8 bytes each; for more, blocks of queries one by one. */
const SYMMETRIC_ELEMENTS = 2 ** 25;
/** Up to so many numbers of candidates are measured on one thread. */
const ALONE = 1e7;
/** Up to so many columns a tree is faster than products, for so many rows to a neighbor. */
const TREE_COLUMNS = 8;
const TREE_SHARE = 16;
/** Up to so many queries, all distances in float64 take less time than what bounds are made of. */
const FEW_QUERIES = 16;
/** Up to so many queries ask a tree on one thread. */
const ALONE_QUERIES = 1000;
const BREATH_QUERIES = 4096;
export const UNIT_ROUNDOFF = 2 ** -24;
/** More than underflow can take from a product of float32 numbers. */
const UNDERFLOW = 2 ** -100;

/** ‖q − t‖, or 1 − cos ∠(q, t), which is 1 for a row of zeros. */
export type NeighborMetric = "euclidean" | "cosine";

/** Options of a search for neighbors. */
export interface NeighborOptions {
  /** Distance between rows. Default: `euclidean`. */
  readonly metric?: NeighborMetric | undefined;
  /** Called between tiles of some milliseconds, and waited for. */
  readonly breathe?: (() => Promise<void>) | undefined;
}

/** The k nearest rows of m queries. */
export interface Neighbors {
  /** Row-major `[m, k]`: rows of `x`, nearest first; of equally distant ones the earlier. */
  readonly indices: Uint32Array;
  /** Row-major `[m, k]`, in the metric, as float64 gives it. */
  readonly distances: Float64Array;
}

/**
 * The k rows of `x` nearest to each query. Memory beside the result: three copies of the rows, and at most 300 MB.
 * @param x `[n, d]`, finite, d ≥ 1.
 * @param queries `[m, d]`, finite.
 * @param k in [1, n].
 * @throws RangeError for sizes that do not fit, or numbers that are not finite.
 */
export async function nearestNeighbors(
  x: Matrix,
  queries: Matrix,
  k: number,
  options: NeighborOptions = {},
): Promise<Neighbors> {
  checkRows(x, k, x.rows, "nearestNeighbors");
  checkQueries(queries, x.cols, "nearestNeighbors");
  if (suitsTree(x, k, options)) return searchByTree(kdTree(x), x, queries, k, options);
  if (queries.rows <= FEW_QUERIES) return measureAll(x, queries, k, options);
  return searchTiles(x, queries, k, "others", options);
}

/**
 * The k rows nearest to each row, the row itself left out; rows equal to it count.
 * @param x `[n, d]`, finite, d ≥ 1.
 * @param k in [1, n − 1].
 * @throws RangeError for sizes that do not fit, or numbers that are not finite.
 */
export async function kNearestWithin(
  x: Matrix,
  k: number,
  options: NeighborOptions = {},
): Promise<Neighbors> {
  checkRows(x, k, x.rows - 1, "kNearestWithin");
  if (suitsTree(x, k, options)) return searchByTree(kdTree(x), x, undefined, k, options);
  const symmetric = x.rows * listSize(k) <= SYMMETRIC_ELEMENTS;
  return searchTiles(x, x, k, symmetric ? "symmetric" : "own", options);
}

export function suitsTree(x: Matrix, k: number, { metric }: NeighborOptions): boolean {
  return metric !== "cosine" && x.cols <= TREE_COLUMNS && k * TREE_SHARE <= x.rows;
}

/** Neighbors by a k-d tree; without queries, the rows of x ask. */
export async function searchByTree(
  tree: KdTree,
  x: Matrix,
  queries: Matrix | undefined,
  k: number,
  { breathe }: NeighborOptions,
): Promise<Neighbors> {
  const m = (queries ?? x).rows;
  const shares = threads() > 1 && m > ALONE_QUERIES;
  const indices = sharedUint32(m * k);
  const distances = sharedFloat64(m * k);
  const team = gatherTeam(searchTree, {
    ...tree,
    d: x.cols,
    k,
    queries: queries === undefined ? new Float32Array() : shares ? sharedCopy(queries.data) : queries.data,
    m: queries === undefined ? 0 : m,
    indices,
    distances,
  });
  try {
    for (let first = 0; first < m; first += BREATH_QUERIES) {
      const count = Math.min(BREATH_QUERIES, m - first);
      const chunkRows = shares ? CHUNK_ROWS : count;
      team.run(Math.ceil(count / chunkRows), first, count, chunkRows);
      await breathe?.();
    }
  } finally {
    team.release();
  }
  return { indices, distances };
}

/** Neighbors by all distances in float64. */
async function measureAll(
  x: Matrix,
  queries: Matrix,
  k: number,
  { metric, breathe }: NeighborOptions,
): Promise<Neighbors> {
  const memory = wasmMemory();
  const m = queries.rows;
  const indices = sharedUint32(m * k);
  const distances = sharedFloat64(m * k);
  const team = gatherTeam(measureCandidates, {
    ...{ memory, x: copyOn(memory, x.data), queries: copyOn(memory, queries.data), n: x.rows, d: x.cols, k },
    ...{ within: 0, cosine: Number(metric === "cosine"), candidates: uint32On(memory, 1), size: listSize(k) },
    ...{ counts: sharedInt32(m).fill(TOO_MANY), indices, distances },
  });
  try {
    for (let first = 0; first < m; first += threads()) {
      const count = Math.min(threads(), m - first);
      team.run(count, first, count, 1);
      await breathe?.();
    }
  } finally {
    team.release();
  }
  return { indices, distances };
}

export function checkRows(x: Matrix, k: number, most: number, where: string): void {
  if (x.cols === 0) throw new RangeError(`${where}: want at least 1 column, got 0`);
  checkCount(k, most, x.rows, where);
  checkFinite(x, where);
}

/** @throws RangeError for a k that there are not rows enough for. */
export function checkCount(k: number, most: number, rows: number, where: string): void {
  if (!(Number.isInteger(k) && k >= 1 && k <= most)) {
    throw new RangeError(`${where}: k must be an integer in [1, ${most}] (of ${rows} rows), got ${k}`);
  }
}

export function checkQueries(queries: Matrix, cols: number, where: string): void {
  if (queries.cols !== cols) {
    throw new RangeError(`${where}: queries have ${queries.cols} columns, the rows to search have ${cols}`);
  }
  checkFinite(queries, `${where}: queries`);
}

export function checkFinite(x: Matrix, where: string): void {
  const bad = firstNonFinite(x);
  if (bad)
    throw new RangeError(
      `${where}: row ${bad.row} column ${bad.column} is ${bad.value}, want finite numbers`,
    );
}

/**
 * @param whose queries are: others; the rows of `x`; or those with half of the products, and lists for all rows at a time.
 */
export async function searchTiles(
  x: Matrix,
  queries: Matrix,
  k: number,
  whose: "others" | "own" | "symmetric",
  { metric = "euclidean", breathe }: NeighborOptions = {},
): Promise<Neighbors> {
  const cosine = metric === "cosine";
  const prepared = cosine ? directions : centering(x, queries);
  const rows = boundFactor(prepared(x), x.cols, cosine);
  const symmetric = whose === "symmetric";
  const within = whose !== "others";
  const listed = symmetric ? x.rows : Math.min(TILE, queries.rows);
  const tileSize = Math.min(TILE, queries.rows) * Math.min(TILE, x.rows);
  const memory = wasmMemory();
  const candidates = new Candidates(memory, k, listed, x.rows, tileSize);
  const into = new Float32Array(tileSize);
  const nearest = gatherMeasuring(memory, x, queries, k, { within, cosine }, candidates);
  try {
    candidates.rowErrors.set(rows.errors);
    if (symmetric) candidates.queryErrors.set(rows.errors);
    for (let from = 0; from < queries.rows; from += TILE) {
      const to = Math.min(queries.rows, from + TILE);
      const block = within
        ? part(rows, from, to)
        : boundFactor(prepared(takeBlock(queries, from, to)), x.cols, cosine);
      if (!symmetric) {
        candidates.clear();
        candidates.queryErrors.set(block.errors);
      }
      const left = asQueries(block);
      for (let at = symmetric ? from : 0; at < x.rows; at += TILE) {
        const right = part(rows, at, Math.min(x.rows, at + TILE));
        const { data: tile } = await gemm32(left, right.factor, { transposeB: true, into });
        if (symmetric) candidates.addSymmetricTile(tile, left.rows, right.factor.rows, from, at);
        else candidates.addTile(tile, left.rows, right.factor.rows, at, within ? from : undefined);
        await breathe?.();
      }
      if (!symmetric) nearest.measure(from, to - from);
    }
    if (symmetric) nearest.measure(0, x.rows);
  } finally {
    nearest.release();
    candidates.release();
  }
  return { indices: nearest.indices, distances: nearest.distances };
}

/** Measures the candidates of `count` queries from `first` on, with the threads there are if that is much work. */
function gatherMeasuring(
  memory: WebAssembly.Memory,
  x: Matrix,
  queries: Matrix,
  k: number,
  { within, cosine }: { within: boolean; cosine: boolean },
  candidates: Candidates,
): Neighbors & { measure(first: number, count: number): void; release(): void } {
  const shares = threads() > 1 && queries.rows * k * x.cols > ALONE;
  const own = copyOn(memory, x.data);
  const theirs = x === queries ? own : copyOn(memory, queries.data);
  const indices = sharedUint32(queries.rows * k);
  const distances = sharedFloat64(queries.rows * k);
  const team = gatherTeam(measureCandidates, {
    memory,
    x: own,
    queries: theirs,
    n: x.rows,
    d: x.cols,
    k,
    within: Number(within),
    cosine: Number(cosine),
    candidates: candidates.rows,
    size: listSize(k),
    counts: candidates.counts,
    indices,
    distances,
  });
  return {
    indices,
    distances,
    measure(first, count) {
      candidates.finish();
      const chunkRows = shares ? CHUNK_ROWS : count;
      team.run(Math.ceil(count / chunkRows), first, count, chunkRows);
    },
    release: () => team.release(),
  };
}

function copyOn(memory: WebAssembly.Memory, data: Float32Array): Float32Array {
  const copy = float32On(memory, data.length);
  copy.set(data);
  return copy;
}

/** Rows as the right factor of lower bounds of squared distances, with their share of the error. */
interface BoundFactor {
  /** `[n, d + 2]`: t, a and 1, where a = (1 − c) ‖t‖², c = 2 (d + 14) u. */
  readonly factor: Matrix;
  /** `[n]`: 2 c ‖t‖². */
  readonly errors: Float64Array;
}

/** @param rows `[n, d]`. @param directed whether all count as of length 1, zeros too. */
function boundFactor(rows: Float32Array, d: number, directed: boolean): BoundFactor {
  const n = rows.length / d;
  const c = 2 * (d + 14) * UNIT_ROUNDOFF;
  const factor = matrix(n, d + 2);
  const errors = new Float64Array(n);
  for (let i = 0, at = 0; i < n; i++) {
    let norm = 0;
    const to = i * (d + 2);
    for (let j = 0; j < d; j++, at++) {
      norm += rows[at]! * rows[at]!;
      factor.data[to + j] = rows[at]!;
    }
    if (directed) norm = 1;
    factor.data[to + d] = norm - c * norm - UNDERFLOW;
    factor.data[to + d + 1] = 1;
    errors[i] = 2 * c * norm + 2 * UNDERFLOW;
  }
  return { factor, errors };
}

/** The left factor of the same rows: −2 q, 1 and a. */
function asQueries({ factor }: BoundFactor): Matrix {
  const { rows, cols } = factor;
  const d = cols - 2;
  const left = matrix(rows, cols);
  for (let i = 0, at = 0; i < rows; i++, at += cols) {
    for (let j = 0; j < d; j++) left.data[at + j] = -2 * factor.data[at + j]!;
    left.data[at + d] = 1;
    left.data[at + d + 1] = factor.data[at + d]!;
  }
  return left;
}

function part({ factor, errors }: BoundFactor, from: number, to: number): BoundFactor {
  return { factor: takeBlock(factor, from, to), errors: errors.subarray(from, to) };
}

/** Rows from … to − 1, not copied. */
function takeBlock({ data, cols }: Matrix, from: number, to: number): Matrix {
  return matrix(to - from, cols, data.subarray(from * cols, to * cols));
}

/** Centering keeps an offset common to all rows from swamping their differences; scaling keeps squares in range. */
function centering(x: Matrix, queries: Matrix): (part: Matrix) => Float32Array {
  const center = midst(x);
  const size = Math.max(largestDifference(x, center), largestDifference(queries, center));
  const scale = size > 0 ? 1 / size : 1;
  return ({ data, cols }) => data.map((entry, at) => (entry - center[at % cols]!) * scale);
}

function largestDifference({ data, cols }: Matrix, center: Float64Array): number {
  let largest = 0;
  for (let at = 0; at < data.length; at++)
    largest = Math.max(largest, Math.abs(data[at]! - center[at % cols]!));
  return largest;
}

/** Rows of length 1; zeros stay zeros. */
function directions({ data, rows, cols }: Matrix): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    let total = 0;
    for (let at = i * cols; at < (i + 1) * cols; at++) total += data[at]! ** 2;
    const scale = total > 0 ? 1 / Math.sqrt(total) : 0;
    for (let at = i * cols; at < (i + 1) * cols; at++) out[at] = data[at]! * scale;
  }
  return out;
}
