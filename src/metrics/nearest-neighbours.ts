/**
 * @file Exact k nearest neighbours in Euclidean distance, by blocks of queries.
 *
 * For a query q, ‖q − t‖² − ‖q‖² = ‖t‖² − 2 q·t: one matrix product ranks a block of queries against all rows. It is
 * taken in float32; every row that its rounding error could hide among the k nearest is then measured in float64.
 * With u = 2⁻²⁴ and d columns the error is at most (d + 8) u (‖q‖ + ‖t‖)² ≤ 2 (d + 8) u (‖q‖² + ‖t‖²): the usual
 * bound of a dot product (Higham 2002, "Accuracy and stability of numerical algorithms", section 3.1), and some
 * more for the rounding of centred rows.
 */
import { columnMeans, type Matrix } from "../data/matrix.js";
import { affine, emit, input, type Program, runtime } from "../engine/index.js";

/** Ranks held at a time, 16 MiB of float32: what bounds the memory. */
const BLOCK_ELEMENTS = 2 ** 22;
const UNIT_ROUNDOFF = 2 ** -24;
/** More than underflow can take from a product of float32 numbers. */
const UNDERFLOW = 2 ** -100;

export interface Neighbours {
  /** Row-major `[m, k]`: rows of `x`, nearest first; of equally distant ones the earlier. */
  readonly indices: Uint32Array;
  /** Row-major `[m, k]`. */
  readonly squaredDistances: Float64Array;
}

/**
 * The k rows of `x` nearest to each query.
 * @param x `[n, d]`, finite, n ≥ k ≥ 1, d ≥ 1.
 * @param queries `[m, d]`, finite.
 */
export async function nearestNeighbours(x: Matrix, queries: Matrix, k: number): Promise<Neighbours> {
  const { rows: n, cols: d } = x;
  // Centring keeps an offset common to all rows from swamping their differences; scaling keeps squares in range.
  const mean = columnMeans(x);
  const size = Math.max(largestDifference(x, mean), largestDifference(queries, mean));
  const centred = (part: Matrix) => centredRows(part, mean, size > 0 ? 1 / size : 1);
  const rows = centred(x);
  const norms = squaredNorms(rows, d);
  const errors = norms.map((norm) => errorBound(norm, d));

  const indices = new Uint32Array(queries.rows * k);
  const squaredDistances = new Float64Array(queries.rows * k).fill(Number.POSITIVE_INFINITY);
  const blockRows = Math.max(1, Math.min(1024, Math.floor(BLOCK_ELEMENTS / n)));
  const candidates = new Uint32Array(n);
  const program = await compileRanks(n, d);
  try {
    for (let from = 0; from < queries.rows; from += blockRows) {
      const to = Math.min(queries.rows, from + blockRows);
      const block = centred({ data: queries.data.subarray(from * d, to * d), rows: to - from, cols: d });
      const queryNorms = squaredNorms(block, d);
      const { ranks } = await program.run({
        q: { dtype: "float32", shape: [to - from, d], data: block.map((entry) => -2 * entry) },
        t: { dtype: "float32", shape: [n, d], data: rows },
        norms: { dtype: "float32", shape: [n], data: norms },
      });
      for (let i = from; i < to; i++) {
        const own = (ranks!.data as Float32Array).subarray((i - from) * n, (i - from + 1) * n);
        const slack = 2 * errorBound(queryNorms[i - from]!, d);
        const query = queries.data.subarray(i * d, (i + 1) * d);
        const nearest = indices.subarray(i * k, (i + 1) * k);
        const distances = squaredDistances.subarray(i * k, (i + 1) * k);
        for (const t of selectCandidates(own, errors, slack, k, candidates)) {
          insert(distances, squaredDistance(query, x, t), nearest, t);
        }
      }
    }
  } finally {
    await program.release();
  }
  return { indices, squaredDistances };
}

/** ‖t‖² − 2 q·t for every query and row; `q` takes −2 q. */
async function compileRanks(n: number, d: number): Promise<Program> {
  const q = input("q", ["queries", d]);
  const t = input("t", [n, d]);
  const norms = input("norms", [n]);
  const rt = await runtime();
  return rt.compile(emit({ ranks: affine(q, t, norms, { transposeB: true }) }));
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

function largestDifference({ data, cols }: Matrix, mean: Float64Array): number {
  let largest = 0;
  for (let at = 0; at < data.length; at++)
    largest = Math.max(largest, Math.abs(data[at]! - mean[at % cols]!));
  return largest;
}

function centredRows({ data, cols }: Matrix, mean: Float64Array, scale: number): Float32Array {
  return data.map((entry, at) => (entry - mean[at % cols]!) * scale);
}

function squaredNorms(data: Float32Array, d: number): Float32Array {
  return Float32Array.from({ length: data.length / d }, (_, i) => {
    let total = 0;
    for (let at = i * d; at < (i + 1) * d; at++) total += data[at]! ** 2;
    return total;
  });
}
