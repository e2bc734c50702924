/**
 * @file The coordinates that vary least along a connected graph: leading eigenvectors of S = D^−½ W D^−½ but the first, which
 * is D^½ 1, divided by D^½.
 *
 * A start of an embedding needs no more digits than one sees. So a few columns are filtered by Chebyshev polynomials of S, which
 * raise what is above a cut and hold down all from −1 to there, and turned to eigenvectors within what they span; the
 * cut is the least of their eigenvalues. Source: Zhou, Saad, Tiago & Chelikowsky (2006), "Self-consistent-field calculations using
 * Chebyshev-filtered subspace iteration", Journal of Computational Physics 219.
 */
import { log } from "../../../elementary.js";
import type { Breathing } from "../../../linalg/breathing.js";
import { type Dense, dense } from "../../../linalg/dense.js";
import { eigh } from "../../../linalg/eigh.js";
import { gatherTeam } from "../../../parallel/team.js";
import { float32On, int32On, wasmMemory } from "../../../parallel/wasm.js";
import type { Random } from "../../../random.js";
import { FILTER_CHUNK, filterColumns } from "./filter-kernel.js";
import { degrees, type FuzzyGraph } from "./graph.js";

/** Columns more than are wanted, at least: the last of a space converge slowly. */
const SPARE = 2;
/** Filters at most. */
const MOST_FILTERS = 10;
/** Factor by which a filter raises the first column over the cut: more, and rounding would leave little of the others. */
const RAISED = 1000;
/** Degrees of a filter, even. */
const LEAST_DEGREE = 10;
const MOST_DEGREE = 100;
/** The cut before any eigenvalue is known. */
const FIRST_CUT = 0.5;
/** Highest cut: the polynomial between it and 1 would have no room. */
const LAST_CUT = 1 - 1e-5;
/** A column is good when it is off by this share of how much it varies. */
const TOLERANCE = 0.05;

/** The k smoothest columns `[n, k]`, of mean square 1. @param graph connected, of more than k + 8 rows. */
export async function smoothColumns(
  graph: FuzzyGraph,
  k: number,
  { random, breathe }: { random: Random } & Breathing,
): Promise<Float64Array> {
  const n = graph.rowStart.length - 1;
  const width = 4 * Math.ceil((k + SPARE) / 4);
  const roots = degrees(graph).map(Math.sqrt);
  const memory = wasmMemory();
  const args = {
    memory,
    rowStart: int32On(memory, n + 1),
    columns: int32On(memory, graph.columns.length),
    values: float32On(memory, graph.columns.length),
    buffers: float32On(memory, 2 * n * width),
    width,
  };
  args.rowStart.set(graph.rowStart);
  args.columns.set(graph.columns);
  for (let i = 0; i < n; i++) {
    for (let at = graph.rowStart[i]!; at < graph.rowStart[i + 1]!; at++)
      args.values[at] = graph.weights[at]! / (roots[i]! * roots[graph.columns[at]!]!);
  }
  const x = args.buffers.subarray(0, n * width);
  const product = args.buffers.subarray(n * width);
  random.fillNormal(x);
  const team = gatherTeam(filterColumns, args);
  const chunks = Math.ceil(n / FILTER_CHUNK);
  try {
    let cut = FIRST_CUT;
    for (let round = 1; ; round++) {
      // The polynomial of [−1, 1] on [−1, cut], by its recurrence; of even degree it ends in the first buffer.
      const half = (cut + 1) / 2;
      const middle = (cut - 1) / 2;
      const degree = degreeFor((1 - middle) / half);
      team.run(chunks, 0, 1 / half, -middle / half, 0);
      for (let d = 2; d <= degree; d++) {
        team.run(chunks, (d - 1) % 2, 2 / half, (-2 * middle) / half, -1);
        await breathe?.();
      }
      takeAway(x, roots, width);
      await orthonormalize(x, width, breathe);
      team.run(chunks, 0, 1, 0, 0);
      const { values, rests } = await turnToEigenvectors(x, product, width, breathe);
      await breathe?.();
      cut = Math.min(LAST_CUT, Math.max(FIRST_CUT, values[width - 1]!));
      const isGood = rests.subarray(0, k).every((rest, c) => rest <= TOLERANCE * (1 - values[c]!));
      if (isGood || round === MOST_FILTERS) break;
    }
  } finally {
    team.release();
  }
  const out = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < k; c++) out[i * k + c] = x[i * width + c]! / roots[i]!;
  }
  return out;
}

/** The degree at which the polynomial is `RAISED` at u > 1, T_m(u) ≥ (u + √(u² − 1))ᵐ / 2, if that is in bounds. */
function degreeFor(u: number): number {
  const wanted = log(2 * RAISED) / log(u + Math.sqrt(u * u - 1));
  return Math.min(MOST_DEGREE, Math.max(LEAST_DEGREE, 2 * Math.ceil(wanted / 2)));
}

/** Makes columns orthogonal to a vector. */
function takeAway(x: Float32Array, vector: Float64Array, width: number): void {
  const products = new Float64Array(width);
  let square = 0;
  for (let i = 0, at = 0; i < vector.length; i++) {
    square += vector[i]! * vector[i]!;
    for (let c = 0; c < width; c++, at++) products[c]! += vector[i]! * x[at]!;
  }
  for (let i = 0, at = 0; i < vector.length; i++) {
    for (let c = 0; c < width; c++, at++) x[at]! -= (vector[i]! * products[c]!) / square;
  }
}

/** Columns of mean square 1 that span the same. */
async function orthonormalize(x: Float32Array, width: number, breathe: Breathing["breathe"]): Promise<void> {
  const { values, vectors } = await eigh(inner(x, x, width), { breathe });
  const n = x.length / width;
  const largest = values[0]!;
  for (let c = 0; c < width; c++) {
    // A direction of rounding is left as small as it is.
    const scale = Math.sqrt(n / Math.max(values[c]!, 1e-12 * largest));
    for (let r = 0; r < width; r++) vectors.data[r * width + c]! *= scale;
  }
  turn(x, vectors.data, width);
}

/** @param product S x; turned along. @returns eigenvalues, descending, and root mean squares of S x − λ x. */
async function turnToEigenvectors(
  x: Float32Array,
  product: Float32Array,
  width: number,
  breathe: Breathing["breathe"],
): Promise<{ values: Float64Array; rests: Float64Array }> {
  const n = x.length / width;
  const among = inner(x, product, width);
  for (let at = 0; at < among.data.length; at++) among.data[at]! /= n;
  for (let r = 0; r < width; r++) {
    for (let c = 0; c < r; c++) {
      const both = (among.data[r * width + c]! + among.data[c * width + r]!) / 2;
      among.data[r * width + c] = among.data[c * width + r] = both;
    }
  }
  const { values, vectors } = await eigh(among, { breathe });
  turn(x, vectors.data, width);
  turn(product, vectors.data, width);
  const rests = new Float64Array(width);
  for (let i = 0, at = 0; i < n; i++) {
    for (let c = 0; c < width; c++, at++) rests[c]! += (product[at]! - values[c]! * x[at]!) ** 2 / n;
  }
  return { values, rests: rests.map(Math.sqrt) };
}

/** xᵀ y */
function inner(x: Float32Array, y: Float32Array, width: number): Dense {
  const out = dense(width, width);
  for (let at = 0; at < x.length; at += width) {
    for (let r = 0; r < width; r++) {
      const entry = x[at + r]!;
      for (let c = 0; c < width; c++) out.data[r * width + c]! += entry * y[at + c]!;
    }
  }
  return out;
}

/** x ← x M. @param m `[width, width]`. */
function turn(x: Float32Array, m: Float64Array, width: number): void {
  const row = new Float64Array(width);
  for (let at = 0; at < x.length; at += width) {
    row.fill(0);
    for (let r = 0; r < width; r++) {
      const entry = x[at + r]!;
      for (let c = 0; c < width; c++) row[c]! += entry * m[r * width + c]!;
    }
    x.set(row, at);
  }
}
