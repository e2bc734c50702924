/**
 * @file Groups of rows that lie near each other: those nearest to each of some centers, which k-means finds on a sample.
 */
import { float32On } from "../../parallel/wasm.js";
import type { Random } from "../../random.js";
import { clearLists, type ListSearch, type NearestLists, nearestLists } from "./nearest-lists.js";
import type { Points } from "./points.js";

/** Rows of the sample to a center. */
const SAMPLE_TO_CENTER = 32;
const ROUNDS = 5;

/** Numbers below n. */
export const upTo = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i);

/** @returns up to `count` centers as points. */
export async function groupCenters(
  points: Points,
  count: number,
  search: ListSearch,
  random: Random,
): Promise<Points> {
  const { memory, n, d, width, data } = points;
  const sample = random.permutation(n).subarray(0, count * SAMPLE_TO_CENTER);
  const { length: size } = sample;
  const centers = float32On(memory, count * width);
  for (let c = 0; c < count; c++) centers.set(rowOf(points, sample[c]!), c * width);
  const nearest = nearestLists(memory, size, 1);
  const origin = float32On(memory, width);
  const numbers = upTo(size);
  let left = count;
  for (let round = 0; round < ROUNDS; round++) {
    clearLists(nearest);
    const members = { points: { memory, data: centers, n: left, d, width }, rows: numbers.subarray(0, left) };
    await search.offer(nearest, { points, rows: sample }, numbers, members, origin, false);
    const sums = new Float64Array(left * d);
    const sizes = new Uint32Array(left);
    for (let i = 0; i < size; i++) {
      const c = nearest.rows[i]!;
      sizes[c]!++;
      for (let j = 0, at = sample[i]! * width, to = c * d; j < d; j++, at++, to++) sums[to]! += data[at]!;
    }
    // Centers that nobody is nearest to are dropped.
    let kept = 0;
    for (let c = 0; c < left; c++) {
      if (sizes[c] === 0) continue;
      for (let j = 0; j < d; j++) centers[kept * width + j] = sums[c * d + j]! / sizes[c]!;
      kept++;
    }
    left = kept;
  }
  return { memory, data: centers.subarray(0, left * width), n: left, d, width };
}

/** A row, `[width]`. */
export function rowOf({ data, width }: Points, i: number): Float32Array<ArrayBuffer> {
  return data.subarray(i * width, (i + 1) * width);
}

/** Places of lists that name each group: those of group g stand from `starts[g]` to `starts[g + 1]`, ascending. */
export interface ByGroup {
  /** `[groups + 1]` */
  readonly starts: Uint32Array;
  /** `[count · k]` */
  readonly places: Uint32Array;
}

/** The lists of groups, turned about. */
export function byGroup({ rows, count, k }: NearestLists, groups: number): ByGroup {
  const starts = new Uint32Array(groups + 1);
  for (let at = 0; at < count * k; at++) starts[rows[at]! + 1]!++;
  for (let g = 0; g < groups; g++) starts[g + 1]! += starts[g]!;
  const next = starts.slice();
  const places = new Uint32Array(count * k);
  for (let i = 0, at = 0; i < count; i++) for (let r = 0; r < k; r++, at++) places[next[rows[at]!]!++] = i;
  return { starts, places };
}

/** The places of group g. */
export const ofGroup = ({ starts, places }: ByGroup, g: number): Uint32Array =>
  places.subarray(starts[g], starts[g + 1]);
