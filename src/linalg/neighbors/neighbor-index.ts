/**
 * @file Rows kept ready for questions of which are nearest: what a search makes of them is made once.
 *
 * For a few queries all squared distances are taken as lower bounds in float32, and the rows of the least of them measured in
 * float64. If the k-th of these is nearer than the least bound of all others, nobody else can be among them; if it is not, as where
 * many rows are equally near, all rows are measured.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { sharedFloat64, sharedInt32, sharedUint32 } from "../../parallel/shared.js";
import { gatherTeam, runOnce, type Team } from "../../parallel/team.js";
import { float32On, uint32On, wasmMemory } from "../../parallel/wasm.js";
import type { Breathing } from "../breathing.js";
import { listSize, TOO_MANY } from "./candidates.js";
import { upTo } from "./groups.js";
import { type KdTree, kdTree } from "./kd-tree.js";
import { CHUNK_ROWS, measureCandidates } from "./measure-kernel.js";
import { type NearestLists, NOBODY, nearestLists } from "./nearest-lists.js";
import {
  checkCount,
  checkFinite,
  checkQueries,
  type NeighborMetric,
  type Neighbors,
  nearestNeighbors,
  searchByTree,
  suitsTree,
  UNIT_ROUNDOFF,
} from "./nearest-neighbors.js";
import { type Placement, placementOf } from "./points.js";
import { type Bounds, PACK_CHUNK, packMembers, SCAN_CHUNK, scanMembers } from "./scan-kernel.js";

/** Queries at a time. */
const BLOCK = 256;
/** Up to so many queries, and for rows of up to so many columns, all distances are taken here; else products are faster. */
const MOST_QUERIES = 64;
const MOST_COLUMNS = 160;
/** Numbers of all lists of a block, but that one list may be longer. */
const LIST_NUMBERS = 2 ** 20;
/** Far below the squares of points, far above what underflow takes from them. */
const UNDERFLOW = 1e-30;

/** Options of `neighborIndex`. */
export interface NeighborIndexOptions {
  /** Distance: `euclidean` (default) or `cosine`, 1 − cos of the angle. */
  readonly metric?: NeighborMetric | undefined;
}

/** Rows ready to be asked. */
export interface NeighborIndex {
  /** Rows that are searched. */
  readonly rows: number;
  /** Numbers of a row, and of a query. */
  readonly cols: number;
  /** Distance between a row and a query. */
  readonly metric: NeighborMetric;
  /**
   * The k rows nearest to each query, as `nearestNeighbors` gives them: exactly, of equally distant ones the earlier first.
   * @param queries `[m, d]`, finite. @param k in [1, n].
   * @throws RangeError for sizes that do not fit, or numbers that are not finite.
   */
  query(queries: Matrix, k: number, pauses?: Breathing): Promise<Neighbors>;
}

/**
 * Rows `[n, d]` ready to be asked for neighbors again and again. Memory: two copies of the rows, or in up to 8 columns a tree of
 * three times their size as float32, from the first query on.
 * @param x `[n, d]`, finite, n ≥ 1, d ≥ 1. It is copied as far as it is needed, but for long lists of queries, which are searched as
 *   `nearestNeighbors` does: it must not change.
 * @throws RangeError for a set of no rows or columns, or numbers that are not finite.
 */
export function neighborIndex(x: Matrix, { metric = "euclidean" }: NeighborIndexOptions = {}): NeighborIndex {
  const { rows, cols } = x;
  if (rows === 0 || cols === 0) {
    throw new RangeError(`neighborIndex: want at least 1 row and 1 column, got ${rows} × ${cols}`);
  }
  checkFinite(x, "neighborIndex");
  let tree: KdTree | undefined;
  let panels: Panels | undefined;
  return {
    rows,
    cols,
    metric,
    async query(queries, k, { breathe } = {}) {
      checkCount(k, rows, rows, "neighborIndex: query");
      checkQueries(queries, cols, "neighborIndex: query");
      if (suitsTree(x, k, { metric })) {
        tree ??= kdTree(x);
        return searchByTree(tree, x, queries, k, { breathe });
      }
      if (queries.rows > MOST_QUERIES && cols > MOST_COLUMNS) {
        return nearestNeighbors(x, queries, k, { metric, breathe });
      }
      panels ??= panelsOf(x, metric);
      return askPanels(panels, queries, k, breathe);
    },
  };
}

/** All on one memory. */
interface Panels {
  readonly memory: WebAssembly.Memory;
  readonly n: number;
  readonly cols: number;
  readonly metric: NeighborMetric;
  /** `[n, cols]`, as given. */
  readonly x: Float32Array;
  readonly placement: Placement;
  readonly bounds: Bounds;
  readonly panels: Float32Array;
  /** `[n]`: 0 … n − 1. */
  readonly numbers: Uint32Array;
  /** `[width]`: points are about their midst already. */
  readonly origin: Float32Array;
  /** Room for queries: as given, and as points. */
  readonly queries: Float32Array;
  readonly points: Float32Array;
  /** Room for lists, as long as one was wanted so far. */
  lists: NearestLists;
}

function panelsOf(x: Matrix, metric: NeighborMetric): Panels {
  const { rows: n, cols } = x;
  const memory = wasmMemory();
  const placement = placementOf(x, metric);
  const { d, width } = placement;
  // Twice what nearest-neighbors.ts has: norms are summed in float32, too.
  const bounds: Bounds = [1 - 4 * (d + 14) * UNIT_ROUNDOFF, UNDERFLOW];
  const panels = float32On(memory, Math.ceil(n / 8) * 8 * (d + 1));
  const numbers = uint32On(memory, n);
  numbers.set(upTo(n));
  const origin = float32On(memory, width);
  const own = float32On(memory, n * cols);
  // Points are packed some at a time, so that they are never there all at once.
  const some = float32On(memory, PART * width);
  for (let from = 0; from < n; from += PART) {
    const count = Math.min(PART, n - from);
    placement.put(matrix(count, cols, x.data.subarray(from * cols, (from + count) * cols)), some);
    runOnce(
      packMembers,
      { memory },
      Math.ceil(count / (8 * PACK_CHUNK)),
      ...[some, numbers, origin].map(({ byteOffset }) => byteOffset),
      ...[panels.byteOffset + 4 * from * (d + 1), d, width, count, ...bounds],
    );
  }
  own.set(x.data);
  const [queries, points] = [float32On(memory, BLOCK * cols), float32On(memory, BLOCK * width)];
  return {
    ...{ memory, n, cols, metric, x: own, placement, bounds, panels, numbers, origin, queries, points },
    lists: nearestLists(memory, 1, 1),
  };
}

/** Rows packed at a time, a multiple of eight. */
const PART = 8192;

async function askPanels(
  panels: Panels,
  queries: Matrix,
  k: number,
  breathe: Breathing["breathe"],
): Promise<Neighbors> {
  const { memory, n, cols, placement } = panels;
  const size = Math.min(n, listSize(k));
  const most = Math.max(1, Math.min(BLOCK, Math.floor(LIST_NUMBERS / size)));
  if (panels.lists.rows.length < most * size) panels.lists = nearestLists(memory, most, size);
  const lists = { ...panels.lists, k: size };
  const indices = sharedUint32(queries.rows * k);
  const distances = sharedFloat64(queries.rows * k);
  const scanning = gatherTeam(scanMembers, { memory });
  try {
    for (let from = 0; from < queries.rows; from += most) {
      const count = Math.min(most, queries.rows - from);
      const block = matrix(count, cols, queries.data.subarray(from * cols, (from + count) * cols));
      // Without a pause up to the results: others may ask meanwhile.
      panels.queries.set(block.data);
      placement.put(block, panels.points);
      scan(panels, scanning, { ...lists, count });
      const found = measured(panels, { ...lists, count }, k);
      indices.set(found.indices, from * k);
      distances.set(found.distances, from * k);
      await breathe?.();
    }
  } finally {
    scanning.release();
  }
  return { indices, distances };
}

/** Offers all rows to the lists of the queries at hand. */
function scan(panels: Panels, team: Team, { rows, squares, count, k }: NearestLists): void {
  const { n, placement, bounds, numbers, origin, points } = panels;
  rows.fill(NOBODY, 0, count * k);
  squares.fill(Number.POSITIVE_INFINITY, 0, count * k);
  team.run(
    Math.ceil(count / SCAN_CHUNK),
    ...[points, origin, panels.panels, squares].map(({ byteOffset }) => byteOffset),
    ...[numbers, numbers, numbers, rows].map(({ byteOffset }) => byteOffset),
    ...[placement.d, placement.width, n, k, 0, count, ...bounds],
  );
}

/** The k nearest of the lists, or of all rows where that is not sure. */
function measured(panels: Panels, { rows, squares, count, k: size }: NearestLists, k: number): Neighbors {
  const { memory, n, cols, metric, placement, x, queries } = panels;
  const indices = sharedUint32(count * k);
  const distances = sharedFloat64(count * k);
  const counts = sharedInt32(count).fill(size);
  const limit = (i: number) => squares[i * size]!;
  for (let i = 0; i < count; i++) if (size === n || !Number.isFinite(limit(i))) counts[i] = TOO_MANY;
  const cosine = Number(metric === "cosine");
  const args = {
    memory,
    x,
    queries,
    n,
    d: cols,
    k,
    within: 0,
    cosine,
    candidates: rows,
    size,
    indices,
    distances,
  };
  runOnce(measureCandidates, { ...args, counts }, Math.ceil(count / CHUNK_ROWS), 0, count, CHUNK_ROWS);
  for (let i = 0; i < count; i++) {
    const farthest = distances[(i + 1) * k - 1]!;
    const square = placement.squareUnit * (cosine === 1 ? 2 * farthest : farthest * farthest);
    if (counts[i] === TOO_MANY || square < limit(i)) continue;
    runOnce(measureCandidates, { ...args, counts: Int32Array.of(TOO_MANY) }, 1, i, 1, 1);
  }
  return { indices, distances };
}
