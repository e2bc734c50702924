/**
 * @file Exact k nearest neighbours, Euclidean or cosine, by blocks of queries.
 *
 * For a query q, ‖q − t‖² − ‖q‖² = ‖t‖² − 2 q·t: one matrix product ranks a block of queries against all rows; for
 * directions, rows of length 1, it is − 2 q·t. It is taken in float32; every row that its rounding error could hide
 * among the k nearest is then measured in float64.
 * With u = 2⁻²⁴ and d columns the error is at most (d + 8) u (‖q‖ + ‖t‖)² ≤ 2 (d + 8) u (‖q‖² + ‖t‖²): the usual
 * bound of a dot product (Higham 2002, "Accuracy and stability of numerical algorithms", section 3.1), and some
 * more for the rounding of centred rows.
 */
import { columnMeans, firstNonFinite, type Matrix } from "../../data/matrix.js";
import { affine, compileOnce, emit, input } from "../../engine/index.js";

/** Ranks held at a time, 16 MiB of float32: what bounds the memory. */
const BLOCK_ELEMENTS = 2 ** 22;
const UNIT_ROUNDOFF = 2 ** -24;
/** More than underflow can take from a product of float32 numbers. */
const UNDERFLOW = 2 ** -100;

/** ‖q − t‖, or 1 − cos ∠(q, t), which is 1 for a row of zeros. */
export type NeighbourMetric = "euclidean" | "cosine";

export interface NeighbourOptions {
  /** What is near. Default: `euclidean`. */
  readonly metric?: NeighbourMetric;
  /** Called between blocks of some tenths of a second, and waited for. */
  readonly breathe?: () => Promise<void>;
}

export interface Neighbours {
  /** Row-major `[m, k]`: rows of `x`, nearest first; of equally distant ones the earlier. */
  readonly indices: Uint32Array;
  /** Row-major `[m, k]`, in the metric, as float64 gives it. */
  readonly distances: Float64Array;
}

/**
 * The k rows of `x` nearest to each query. Memory beside the result: two copies of the rows, and 16 MiB.
 * @param x `[n, d]`, finite, d ≥ 1.
 * @param queries `[m, d]`, finite.
 * @param k in [1, n].
 * @throws RangeError for sizes that do not fit, or numbers that are not finite.
 */
export async function nearestNeighbours(
  x: Matrix,
  queries: Matrix,
  k: number,
  options: NeighbourOptions = {},
): Promise<Neighbours> {
  checkRows(x, k, x.rows, "nearestNeighbours");
  if (queries.cols !== x.cols) {
    throw new RangeError(
      `nearestNeighbours: queries have ${queries.cols} columns, the rows to search have ${x.cols}`,
    );
  }
  checkFinite(queries, "nearestNeighbours: queries");
  return search(x, queries, k, false, options);
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
  options: NeighbourOptions = {},
): Promise<Neighbours> {
  checkRows(x, k, x.rows - 1, "kNearestWithin");
  return search(x, x, k, true, options);
}

function checkRows(x: Matrix, k: number, most: number, where: string): void {
  if (x.cols === 0) throw new RangeError(`${where}: want at least 1 column, got 0`);
  if (!(Number.isInteger(k) && k >= 1 && k <= most)) {
    throw new RangeError(`${where}: k must be an integer in [1, ${most}] (of ${x.rows} rows), got ${k}`);
  }
  checkFinite(x, where);
}

function checkFinite(x: Matrix, where: string): void {
  const bad = firstNonFinite(x);
  if (bad)
    throw new RangeError(
      `${where}: row ${bad.row} column ${bad.column} is ${bad.value}, want finite numbers`,
    );
}

async function search(
  x: Matrix,
  queries: Matrix,
  k: number,
  within: boolean,
  { metric = "euclidean", breathe }: NeighbourOptions,
): Promise<Neighbours> {
  const { rows: n, cols: d } = x;
  const cosine = metric === "cosine";
  const prepared = cosine ? directions : centring(x, queries);
  const rows = prepared(x);
  const norms = squaredNorms(rows, d);
  const errors = norms.map((norm) => errorBound(norm, d));
  const offsets = cosine ? new Float32Array(n) : norms;
  const measure = cosine ? cosineDistance : squaredDistance;

  const indices = new Uint32Array(queries.rows * k);
  const distances = new Float64Array(queries.rows * k).fill(Number.POSITIVE_INFINITY);
  const blockRows = Math.max(1, Math.min(1024, Math.floor(BLOCK_ELEMENTS / n)));
  const candidates = new Uint32Array(n);
  const program = await compileOnce("neighbour ranks", ranksModel);
  for (let from = 0; from < queries.rows; from += blockRows) {
    const to = Math.min(queries.rows, from + blockRows);
    const block = prepared({ data: queries.data.subarray(from * d, to * d), rows: to - from, cols: d });
    const queryNorms = squaredNorms(block, d);
    const { ranks } = await program.run({
      q: { dtype: "float32", shape: [to - from, d], data: block.map((entry) => -2 * entry) },
      t: { dtype: "float32", shape: [n, d], data: rows },
      offsets: { dtype: "float32", shape: [n], data: offsets },
    });
    for (let i = from; i < to; i++) {
      const own = (ranks!.data as Float32Array).subarray((i - from) * n, (i - from + 1) * n);
      if (within) own[i] = Number.POSITIVE_INFINITY;
      const slack = 2 * errorBound(queryNorms[i - from]!, d);
      const query = queries.data.subarray(i * d, (i + 1) * d);
      const nearest = indices.subarray(i * k, (i + 1) * k);
      const measured = distances.subarray(i * k, (i + 1) * k);
      for (const t of selectCandidates(own, errors, slack, k, candidates)) {
        if (!within || t !== i) insert(measured, measure(query, x, t), nearest, t);
      }
    }
    await breathe?.();
  }
  if (!cosine) for (let at = 0; at < distances.length; at++) distances[at] = Math.sqrt(distances[at]!);
  return { indices, distances };
}

/** ‖t‖² − 2 q·t for every query and row; `q` takes −2 q, `offsets` ‖t‖². */
function ranksModel(): Uint8Array {
  const q = input("q", ["queries", "d"]);
  const t = input("t", ["n", "d"]);
  const offsets = input("offsets", ["n"]);
  return emit({ ranks: affine(q, t, offsets, { transposeB: true }) });
}

/** The share of the error bound that a row of this squared norm brings. */
function errorBound(squaredNorm: number, d: number): number {
  return 2 * (d + 8) * UNIT_ROUNDOFF * squaredNorm + UNDERFLOW;
}

/**
 * Rows that may be among the k nearest, ascending: those whose rank less its error is no higher than the k-th smallest
 * rank plus its error.
 * @param slack twice the share of the error that the query brings.
 * @param candidates `[n]`, overwritten: room for them.
 */
function selectCandidates(
  ranks: Float32Array,
  errors: Float32Array,
  slack: number,
  k: number,
  candidates: Uint32Array,
): Uint32Array {
  const smallest = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
  const which = new Uint32Array(k);
  let bound = Number.POSITIVE_INFINITY;
  let count = 0;
  for (let t = 0; t < ranks.length; t++) {
    if (ranks[t]! - errors[t]! > bound) continue;
    candidates[count++] = t;
    insert(smallest, ranks[t]! + errors[t]!, which, t);
    bound = smallest[k - 1]! + slack;
  }
  return candidates.subarray(0, count).filter((t) => ranks[t]! - errors[t]! <= bound);
}

/** Puts a value into an ascending list, behind equal ones, and drops the last; `which` moves along. */
function insert(sorted: Float64Array, value: number, which: Uint32Array, index: number): void {
  let at = sorted.length;
  while (at > 0 && value < sorted[at - 1]!) at--;
  if (at === sorted.length) return;
  sorted.copyWithin(at + 1, at, sorted.length - 1);
  which.copyWithin(at + 1, at, which.length - 1);
  sorted[at] = value;
  which[at] = index;
}

function squaredDistance(query: Float32Array, { data, cols }: Matrix, row: number): number {
  let total = 0;
  for (let j = 0, at = row * cols; j < cols; j++, at++) total += (query[j]! - data[at]!) ** 2;
  return total;
}

/** 0 exactly for equal rows: then √(a a) is a. */
function cosineDistance(query: Float32Array, { data, cols }: Matrix, row: number): number {
  let [dot, a, b] = [0, 0, 0];
  for (let j = 0, at = row * cols; j < cols; j++, at++) {
    const [p, q] = [query[j]!, data[at]!];
    dot += p * q;
    a += p * p;
    b += q * q;
  }
  return a > 0 && b > 0 ? Math.max(0, 1 - dot / Math.sqrt(a * b)) : 1;
}

/** Centring keeps an offset common to all rows from swamping their differences; scaling keeps squares in range. */
function centring(x: Matrix, queries: Matrix): (part: Matrix) => Float32Array {
  const mean = columnMeans(x);
  const size = Math.max(largestDifference(x, mean), largestDifference(queries, mean));
  const scale = size > 0 ? 1 / size : 1;
  return ({ data, cols }) => data.map((entry, at) => (entry - mean[at % cols]!) * scale);
}

function largestDifference({ data, cols }: Matrix, mean: Float64Array): number {
  let largest = 0;
  for (let at = 0; at < data.length; at++)
    largest = Math.max(largest, Math.abs(data[at]! - mean[at % cols]!));
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

function squaredNorms(data: Float32Array, d: number): Float32Array {
  return Float32Array.from({ length: data.length / d }, (_, i) => {
    let total = 0;
    for (let at = i * d; at < (i + 1) * d; at++) total += data[at]! ** 2;
    return total;
  });
}
