/**
 * @file Similar rows: those nearest to some rows, by their columns in comparable units or by the codes of a model.
 */
import { type Dataset, factsOf, isDataset, type RowsLike } from "../data/dataset.js";
import { type Matrix, type MatrixLike, type Numbers, takeRows, toNumbers } from "../data/matrix.js";
import { applyScale, type ScaleHints, type ScaleKind } from "../data/scale.js";
import type { NeighborMetric } from "../linalg/neighbors/nearest-neighbors.js";
import { neighborIndex } from "../linalg/neighbors/neighbor-index.js";
import { type NeighborSearch, neighborsWithin } from "../linalg/neighbors/neighbors-within.js";
import { defaultScaleOf, type TakesNumbers } from "../methods/default-scale.js";
import type { Coder } from "../methods/model.js";
import { breather } from "../training/breather.js";
import { refuseNonFinite } from "../training/finite.js";
import { unitsAmongFarRows } from "./robust-units.js";

/** Options of `similarRows`. */
export interface SimilarRowsOptions {
  /** Rows that are asked about, from 0; a row is no neighbor of its own. Default: all. */
  rows?: ArrayLike<number> | undefined;
  /** Rows that are asked about and are not among the data, of the same columns, in place of `rows`. */
  others?: RowsLike | undefined;
  /** Neighbors of each, ≥ 1. Default 5, or as many as there are. */
  k?: number | undefined;
  /** Model whose codes are compared. Default: the columns themselves are. */
  model?: Coder | undefined;
  /** Distance. Default: `euclidean`. */
  metric?: NeighborMetric | undefined;
  /**
   * Scaling of the columns, where there is no model. Default: `standard` for tables, about medians and in spreads between quartiles, so that far
   * rows do not change it, and all indicators of a category as much as one number; `none` else.
   */
  scale?: ScaleKind | undefined;
  /** For `scale`. */
  scaleHints?: ScaleHints | undefined;
  /**
   * `exact`, or `approximate`, which finds 98 % of the nearest. `auto` (default) is approximate where at least half of 20,000 rows or more are asked
   * about and it is faster.
   */
  search?: NeighborSearch | undefined;
  /** Seed of the approximate search, a whole number in [0, 2⁵³). Default 0. */
  seed?: number | undefined;
  /** Stops it with its reason. */
  signal?: AbortSignal | undefined;
}

/** Rows and those most similar to them. */
export interface SimilarRows {
  /** Rows that were asked about, from 0 `[m]`: of the data, or of the others. */
  readonly rows: Uint32Array;
  /** Neighbors of each. */
  readonly k: number;
  /** Row-major `[m, k]`: rows of the data, nearest first; of equally distant ones the earlier. */
  readonly indices: Uint32Array;
  /** Row-major `[m, k]`, in the metric. */
  readonly distances: Float64Array;
  /** Share of the true neighbors among them, as a sample tells it; 1 where the search was exact. */
  readonly recall: number;
  /** Numbers that were compared `[n, c]`: scaled columns, or codes. */
  readonly compared: Matrix;
  /** Those of the rows that were asked about `[m, c]`. */
  readonly asked: Matrix;
}

/** A distance as methods are described where a scale is chosen: it takes every number, and no gap. */
export const DISTANCE: TakesNumbers = { name: "a distance", fitting: { kind: "solved" } };

const USUAL = 5;

/**
 * The rows of data that are most similar to some of them, or to others.
 * @param data rows `[n, d]` without missing numbers, or a data set. With a model: rows as `encode` takes them.
 * @throws RangeError for rows that are not there, a k that there are not rows enough for, or numbers that are not finite.
 */
export async function similarRows(
  data: RowsLike | Dataset,
  options: SimilarRowsOptions = {},
): Promise<SimilarRows> {
  const { rows: wanted, others, metric, search = "auto", seed = 0, signal } = options;
  if (wanted && others) throw new RangeError("similarRows: want rows or others, got both");
  const { compared, other } = options.model
    ? await codesOf(options.model, data, others)
    : scaledColumns(data as MatrixLike | Dataset, others as MatrixLike | Dataset | undefined, options);
  const n = compared.rows;
  const most = other ? n : n - 1;
  const k = options.k ?? Math.max(1, Math.min(USUAL, most));
  if (!(Number.isSafeInteger(k) && k >= 1 && k <= most))
    throw new RangeError(`similarRows: k must be an integer in [1, ${most}] (of ${n} rows), got ${k}`);
  const breathe = breather(signal);
  if (other) {
    const rows = Uint32Array.from({ length: other.rows }, (_, i) => i);
    const found = await neighborIndex(compared, { metric }).query(other, k, { breathe });
    return { rows, k, ...found, recall: 1, compared, asked: other };
  }
  const rows = checkedRows(wanted, n);
  const asked = takeRows(compared, rows);
  if (search === "approximate" || (search === "auto" && 2 * rows.length >= n)) {
    const all = await neighborsWithin(compared, k, { metric, search, seed, breathe });
    return { rows, k, ...taken(all, rows, k), recall: all.recall, compared, asked };
  }
  // One more, since the row itself may be among them.
  const found = await neighborIndex(compared, { metric }).query(asked, k + 1, { breathe });
  return { rows, k, ...withoutOwn(found, rows, k), recall: 1, compared, asked };
}

interface Compared {
  readonly compared: Matrix;
  readonly other: Matrix | undefined;
}

async function codesOf(model: Coder, data: RowsLike, others: RowsLike | undefined): Promise<Compared> {
  return { compared: await model.encode(data), other: others && (await model.encode(others)) };
}

function scaledColumns(
  data: MatrixLike | Dataset,
  others: MatrixLike | Dataset | undefined,
  options: SimilarRowsOptions,
): Compared {
  const set = isDataset(data) ? data : undefined;
  const x = numbersOf(data, "similarRows");
  const hints: ScaleHints = { range: set?.range, groups: set?.groups, ...options.scaleHints };
  const kind = options.scale ?? (set ? defaultScaleOf(DISTANCE, factsOf(set)).scale : "none");
  const units = unitsAmongFarRows(x, kind, hints);
  const other = others && numbersOf(others, "similarRows: others");
  if (other && other.cols !== x.cols)
    throw new RangeError(`similarRows: others must have ${x.cols} numbers a row, got ${other.cols}`);
  return {
    compared: applyScale(x, units, "similarRows"),
    other: other && applyScale(other, units, "similarRows: others"),
  };
}

function numbersOf(data: MatrixLike | Dataset, where: string): Numbers {
  const x = toNumbers(isDataset(data) ? data.x : data, where);
  if (x.rows === 0) throw new RangeError(`${where}: there are no rows`);
  refuseNonFinite(x, where, { missing: false });
  return x;
}

function checkedRows(rows: ArrayLike<number> | undefined, n: number): Uint32Array {
  if (!rows) return Uint32Array.from({ length: n }, (_, i) => i);
  const bad = Array.from(rows).find((row) => !(Number.isSafeInteger(row) && row >= 0 && row < n));
  if (bad !== undefined)
    throw new RangeError(`similarRows: rows must be integers in [0, ${n - 1}], got ${bad}`);
  return Uint32Array.from(rows);
}

type Found = Pick<SimilarRows, "indices" | "distances">;

function taken({ indices, distances }: Found, rows: Uint32Array, k: number): Found {
  const at = (i: number) => rows[Math.floor(i / k)]! * k + (i % k);
  return {
    indices: Uint32Array.from({ length: rows.length * k }, (_, i) => indices[at(i)]!),
    distances: Float64Array.from({ length: rows.length * k }, (_, i) => distances[at(i)]!),
  };
}

/** The first k of k + 1 neighbors that are another row. */
function withoutOwn({ indices, distances }: Found, rows: Uint32Array, k: number): Found {
  const kept = rows.reduce<number[]>((places, own, i) => {
    const all = Array.from({ length: k + 1 }, (_, rank) => i * (k + 1) + rank);
    places.push(...all.filter((place) => indices[place] !== own).slice(0, k));
    return places;
  }, []);
  return {
    indices: Uint32Array.from(kept, (place) => indices[place]!),
    distances: Float64Array.from(kept, (place) => distances[place]!),
  };
}
