/**
 * @file The k nearest rows so far of each of many rows, and a search that offers them others.
 */
import { float32On, uint32On } from "../../parallel/wasm.js";
import type { Points } from "./points.js";

/** In a list: nobody. */
export const NOBODY = 0xffffffff;

export interface NearestLists {
  readonly count: number;
  readonly k: number;
  /** `[count, k]`: each list a heap, the farthest first, of equally distant ones the latest; where there are less, `NOBODY` at ∞. */
  readonly rows: Uint32Array<ArrayBuffer>;
  /** `[count, k]`: squared distances as float32 gives them. */
  readonly squares: Float32Array<ArrayBuffer>;
}

/** Some of some points. */
export interface Some {
  readonly points: Points;
  readonly rows: Uint32Array;
}

/**
 * Offers lists of queries some members. All stand on one memory.
 *
 * Both are taken less a center that is near the members: then rounding is small beside their distances, however far from all
 * others they lie.
 */
export interface ListSearch {
  /**
   * @param of the list of each query. @param center `[width]`. @param within whether queries and members are rows of one set: then
   *   no row is its own neighbor.
   */
  offer(
    into: NearestLists,
    queries: Some,
    of: Uint32Array,
    members: Some,
    center: Float32Array,
    within: boolean,
  ): Promise<void>;
  release(): void;
}

/** Lists of nobody. */
export function nearestLists(memory: WebAssembly.Memory, count: number, k: number): NearestLists {
  const lists = { count, k, rows: uint32On(memory, count * k), squares: float32On(memory, count * k) };
  clearLists(lists);
  return lists;
}

export function clearLists({ rows, squares }: NearestLists): void {
  rows.fill(NOBODY);
  squares.fill(Number.POSITIVE_INFINITY);
}
