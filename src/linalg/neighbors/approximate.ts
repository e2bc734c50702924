/**
 * @file Approximate k nearest neighbors within a set: every row is compared with the rows of a few groups near it.
 *
 * Groups are those of an inverted file (Jégou, Douze & Schmid 2011, "Product quantization for nearest neighbor search", IEEE
 * Transactions on Pattern Analysis and Machine Intelligence 33(1), section IV). Their number to a row is chosen by a sample of
 * rows whose neighbors are looked for in all groups: the least that finds as large a share of them as is wanted. So effort follows
 * the data, recall is known, and where most groups would be needed the search is not worth it.
 */
import type { Matrix } from "../../data/matrix.js";
import { sharedFloat64, sharedUint32 } from "../../parallel/shared.js";
import { gatherTeam } from "../../parallel/team.js";
import { float32On, int32On, wasmMemory } from "../../parallel/wasm.js";
import type { Random } from "../../random.js";
import { type ByGroup, byGroup, groupCenters, ofGroup, rowOf, upTo } from "./groups.js";
import { CHUNK_ROWS, measureCandidates } from "./measure-kernel.js";
import { clearLists, type ListSearch, type NearestLists, NOBODY, nearestLists } from "./nearest-lists.js";
import type { NeighborOptions, Neighbors } from "./nearest-neighbors.js";
import { panelSearch } from "./panel-search.js";
import { type Points, pointsOn } from "./points.js";
import { tileSearch } from "./tile-search.js";

/** Share of the true neighbors that is aimed at. */
const RECALL = 0.98;
/** Rows of the sample that tells of recall. */
const SAMPLE_ROWS = 512;
/** Groups: so many times √n. */
const GROUPS = 2;
/** Up to so many columns, numbers of a product take longer to write down than to be made. */
const PANEL_COLUMNS = 160;
/** Rows that look for their groups at a time. */
const BLOCK_ROWS = 2 ** 17;
/** Share of all rows that a row may be compared with: beyond it an exact search is as fast. */
const MOST_COMPARED = 0.25;

/** Neighbors of which some may not be the nearest. */
export interface ApproximateNeighbors extends Neighbors {
  /** Share of the true neighbors among them, in (0, 1], as a sample tells it. */
  readonly recall: number;
}

interface Search {
  readonly points: Points;
  readonly k: number;
  readonly by: ListSearch;
  readonly centers: Points;
  /** The rows of each group. */
  readonly members: ByGroup;
  /** Room for one center. */
  readonly center: Float32Array;
}

/**
 * The k rows near each row, the row itself left out, nearest first by float64 distances.
 * @param x `[n, d]`, finite, d ≥ 1. @param k in [1, n − 1].
 * @returns undefined where an exact search is as fast.
 */
export async function approximateNeighbors(
  x: Matrix,
  k: number,
  random: Random,
  { metric = "euclidean", breathe }: NeighborOptions = {},
): Promise<ApproximateNeighbors | undefined> {
  const memory = wasmMemory();
  const points = pointsOn(memory, x, metric);
  const { n, d, width } = points;
  const by = (d <= PANEL_COLUMNS ? panelSearch : tileSearch)(memory, width, breathe);
  try {
    const groups = Math.min(n, Math.round(GROUPS * Math.sqrt(n)));
    const centers = await groupCenters(points, groups, by, random.fork("groups"));
    const own = await nearestCenters(points, upTo(n), centers, nearestLists(memory, n, 1), by);
    const members = byGroup(own, centers.n);
    const search = { points, k, by, centers, members, center: float32On(memory, width) };
    const sample = random.fork("sample").permutation(n).subarray(0, SAMPLE_ROWS);
    const plan = await planned(search, own.rows, sample);
    if (plan.compared > MOST_COMPARED * n) return undefined;
    const lists = nearestLists(memory, n, k);
    // Rows of a group come soon after each other: their groups are much the same.
    const { places: order } = search.members;
    const room = nearestLists(memory, Math.min(n, BLOCK_ROWS), plan.groups);
    for (let at = 0; at < n; at += BLOCK_ROWS) {
      const some = order.subarray(at, at + BLOCK_ROWS);
      clearLists(room);
      const near = await nearestCenters(points, some, centers, { ...room, count: some.length }, by);
      await compare(search, lists, some, some, byGroup(near, centers.n));
    }
    if (!(await fill(search, lists))) return undefined;
    return { ...(await measured(x, points, lists, { metric, breathe })), recall: plan.recall };
  } finally {
    by.release();
  }
}

/** The nearest centers of some rows, put into a list for each of them. */
async function nearestCenters(
  points: Points,
  rows: Uint32Array,
  centers: Points,
  lists: NearestLists,
  by: ListSearch,
): Promise<NearestLists> {
  const origin = float32On(points.memory, points.width);
  const members = { points: centers, rows: upTo(centers.n) };
  await by.offer(lists, { points, rows }, upTo(rows.length), members, origin, false);
  return lists;
}

/** Compares rows with members of groups. @param of list of each row. @param asking places of rows, by groups that they look into. */
async function compare(
  search: Search,
  lists: NearestLists,
  rows: Uint32Array,
  of: Uint32Array,
  asking: ByGroup,
): Promise<void> {
  for (let g = 0; g < search.centers.n; g++) {
    const places = ofGroup(asking, g);
    if (places.length === 0) continue;
    const [some, theirs] = [rows, of].map((numbers) => places.map((place) => numbers[place]!));
    await offerGroup(search, lists, some!, theirs!, g);
  }
}

/** Compares rows with the members of a group. */
async function offerGroup(
  { points, by, centers, members, center }: Search,
  lists: NearestLists,
  rows: Uint32Array,
  of: Uint32Array,
  g: number,
): Promise<void> {
  center.set(rowOf(centers, g));
  await by.offer(lists, { points, rows }, of, { points, rows: ofGroup(members, g) }, center, true);
}

interface Plan {
  /** Groups to look into for each row. */
  readonly groups: number;
  readonly recall: number;
  /** Rows that a row is compared with, on average. */
  readonly compared: number;
}

/** The least groups with which as many of the sample's neighbors are found as is wanted. @param own the group of every row. */
async function planned(search: Search, own: Uint32Array, sample: Uint32Array): Promise<Plan> {
  const { points, k, by, centers, members } = search;
  const { n: groups } = centers;
  const room = nearestLists(points.memory, sample.length, groups);
  const all = await nearestCenters(points, sample, centers, room, by);
  const lists = nearestLists(points.memory, sample.length, k);
  await compare(search, lists, sample, upTo(sample.length), byGroup(all, groups));
  const found = new Float64Array(groups);
  const compared = new Float64Array(groups);
  const rankOf = new Uint32Array(groups);
  for (let s = 0; s < sample.length; s++) {
    const squares = all.squares.subarray(s * groups, (s + 1) * groups);
    const nearest = upTo(groups).sort((a, b) => squares[a]! - squares[b]! || a - b);
    for (let r = 0; r < groups; r++) {
      const g = all.rows[s * groups + nearest[r]!]!;
      rankOf[g] = r;
      compared[r]! += (members.starts[g + 1]! - members.starts[g]!) / sample.length;
    }
    for (let r = 0; r < k; r++) found[rankOf[own[lists.rows[s * k + r]!]!]!]! += 1 / (sample.length * k);
  }
  let [recall, rows] = [0, 0];
  for (let r = 0; r < groups; r++) {
    recall += found[r]!;
    rows += compared[r]!;
    if (recall >= RECALL) return { groups: r + 1, recall: Math.min(1, recall), compared: rows };
  }
  return { groups, recall: 1, compared: rows };
}

/** Lets rows that have met fewer than k others look into all groups. @returns false if they are too many. */
async function fill(search: Search, lists: NearestLists): Promise<boolean> {
  const { points, k, centers } = search;
  const short = upTo(points.n).filter((i) => lists.rows[i * k] === NOBODY);
  if (short.length > MOST_COMPARED * points.n) return false;
  for (const i of short) {
    lists.rows.fill(NOBODY, i * k, (i + 1) * k);
    lists.squares.fill(Number.POSITIVE_INFINITY, i * k, (i + 1) * k);
  }
  for (let g = 0; g < centers.n && short.length > 0; g++) await offerGroup(search, lists, short, short, g);
  return true;
}

/** Lists as distances of the rows themselves in float64. */
async function measured(
  x: Matrix,
  points: Points,
  { rows: candidates, k }: NearestLists,
  { metric, breathe }: NeighborOptions,
): Promise<Neighbors> {
  const { memory, n } = points;
  // In the place of the points, which have done their duty.
  const own = points.data.subarray(0, x.data.length);
  own.set(x.data);
  const indices = sharedUint32(n * k);
  const distances = sharedFloat64(n * k);
  const counts = int32On(memory, n).fill(k);
  const team = gatherTeam(measureCandidates, {
    ...{ memory, x: own, queries: own, n, d: x.cols, k, within: 1, cosine: Number(metric === "cosine") },
    ...{ candidates, size: k, counts, indices, distances },
  });
  try {
    await team.runInPieces(breathe, Math.ceil(n / CHUNK_ROWS), 0, n, CHUNK_ROWS);
  } finally {
    team.release();
  }
  return { indices, distances };
}
