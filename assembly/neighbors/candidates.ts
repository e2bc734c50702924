/**
 * @file Lists of rows that may be among the k nearest of a query, as lower bounds of squared distances come in.
 *
 * With ℓ ≤ true squared distance ≤ ℓ + eᵢ + eⱼ, row j can be left out for query i once ℓᵢⱼ exceeds the k-th smallest of
 * ℓᵢ. + eᵢ + e. seen so far. When a list is full, those that can be left out are. All sums are in float32, whose rounding
 * is part of e.
 */

/** Halvings of an interval of float32: what is left is less than its rounding. */
const MOST_HALVINGS = 30;

/** Written from outside, word by word in this order: `Candidates` in src/linalg/neighbors/candidates.ts. */
@unmanaged
export class Lists {
  k: i32;
  /** The most rows of a list. */
  size: i32;
  /** Room that must be left after leaving out, so that it is not done for every row that comes. */
  leastRoom: i32;
  /** In `counts`: more rows than there is room for are equally near, within the error. */
  tooMany: i32;
  /** uint32 `[queries, size]`, in no order. */
  rows: usize;
  /** float32, as rows. */
  lower: usize;
  /** int32 `[queries]`: how many of the list are used, or `tooMany`. */
  counts: usize;
  /** float32 `[queries]`: what a lower bound must not exceed to get into the list. */
  limits: usize;
  /** float32 `[queries]`: eᵢ. */
  queryErrors: usize;
  /** float32 `[n]`: eⱼ. */
  rowErrors: usize;
  /** float32: lower bounds of some queries and rows. */
  tile: usize;
}

/**
 * Takes rows of a tile, each of one query.
 * @param cols of the tile. @param firstList where the list of the tile's first query is. @param firstRow the row of
 * the tile's first column. @param firstSelf the row that its first query is, or less than −2³⁰. @param from rows of the
 * tile, `to` left out. @param room for `size` numbers and four more.
 */
export function addRows(
  lists: Lists,
  cols: i32,
  firstList: i32,
  firstRow: i32,
  firstSelf: i32,
  from: i32,
  to: i32,
  room: usize,
): void {
  for (let i = from; i < to; i++) {
    const bounds = lists.tile + (<usize>(i * cols) << 2);
    const list = firstList + i;
    const self = firstSelf + i - firstRow;
    const limit = lists.limits + (<usize>list << 2);
    const whole = cols & ~7;
    for (let j = 0; j < whole; j += 8) {
      const at = bounds + (<usize>j << 2);
      const limits = v128.load32_splat(limit);
      const some = v128.or(
        f32x4.le(v128.load(at), limits),
        f32x4.le(v128.load(at, 16), limits),
      );
      if (!v128.any_true(some)) continue;
      for (let c = j; c < j + 8; c++) offer(lists, list, firstRow + c, bounds, c, self, limit, room);
    }
    for (let c = whole; c < cols; c++) offer(lists, list, firstRow + c, bounds, c, self, limit, room);
  }
}

// @ts-ignore: decorator
@inline
function offer(
  lists: Lists,
  list: i32,
  row: i32,
  bounds: usize,
  c: i32,
  self: i32,
  limit: usize,
  room: usize,
): void {
  const lower = load<f32>(bounds + (<usize>c << 2));
  if (lower <= load<f32>(limit) && c !== self) add(lists, list, row, lower, room);
}

/**
 * Takes columns of a tile, each of one query, from a multiple of eight on.
 * @param rows of the tile, and its columns. @param firstList where the list of the tile's first column is.
 * @param firstRow the row of the tile's first row. @param room for `size` numbers and four more.
 */
export function addColumns(
  lists: Lists,
  rows: i32,
  cols: i32,
  firstList: i32,
  firstRow: i32,
  from: i32,
  to: i32,
  room: usize,
): void {
  const limits = lists.limits + (<usize>firstList << 2);
  const whole = from + ((to - from) & ~7);
  for (let i = 0; i < rows; i++) {
    const bounds = lists.tile + (<usize>(i * cols) << 2);
    for (let j = from; j < whole; j += 8) {
      const at = <usize>j << 2;
      const some = v128.or(
        f32x4.le(v128.load(bounds + at), v128.load(limits + at)),
        f32x4.le(v128.load(bounds + at, 16), v128.load(limits + at, 16)),
      );
      if (!v128.any_true(some)) continue;
      for (let c = j; c < j + 8; c++) {
        offer(lists, firstList + c, firstRow + i, bounds, c, -1, limits + (<usize>c << 2), room);
      }
    }
    for (let c = whole; c < to; c++) {
      offer(lists, firstList + c, firstRow + i, bounds, c, -1, limits + (<usize>c << 2), room);
    }
  }
}

/** Leaves out what can be left out. @param room for `size` numbers and four more. */
export function finish(lists: Lists, from: i32, to: i32, room: usize): void {
  for (let list = from; list < to; list++) {
    if (load<i32>(lists.counts + (<usize>list << 2)) > lists.k) tidy(lists, list, room);
  }
}

function add(lists: Lists, list: i32, row: i32, lower: f32, room: usize): void {
  const counts = lists.counts + (<usize>list << 2);
  const count = load<i32>(counts);
  const at = <usize>(list * lists.size + count) << 2;
  store<i32>(lists.rows + at, row);
  store<f32>(lists.lower + at, lower);
  store<i32>(counts, count + 1);
  if (count + 1 < lists.size) return;
  tidy(lists, list, room);
  if (load<i32>(counts) + lists.leastRoom <= lists.size) return;
  store<i32>(counts, lists.tooMany);
  store<f32>(lists.limits + (<usize>list << 2), -Infinity);
}

function tidy(lists: Lists, list: i32, room: usize): void {
  const counts = lists.counts + (<usize>list << 2);
  const first = <usize>(list * lists.size) << 2;
  const rows = lists.rows + first;
  const lower = lists.lower + first;
  const bytes = <usize>load<i32>(counts) << 2;
  for (let c: usize = 0; c < bytes; c += 4) {
    const error = load<f32>(lists.rowErrors + (<usize>load<u32>(rows + c) << 2));
    store<f32>(room + c, load<f32>(lower + c) + error);
  }
  v128.store(room + bytes, f32x4.splat(Infinity));
  const limit = aboveSmallest(room, bytes, lists.k) + load<f32>(lists.queryErrors + (<usize>list << 2));
  // Stored first and counted or not: a branch would be guessed wrong every other time.
  let end: usize = 0;
  for (let c: usize = 0; c < bytes; c += 4) {
    const value = load<f32>(lower + c);
    store<f32>(lower + end, value);
    store<u32>(rows + end, load<u32>(rows + c));
    end += <usize>(value <= limit) << 2;
  }
  store<i32>(counts, <i32>(end >> 2));
  store<f32>(lists.limits + (<usize>list << 2), limit);
}

/**
 * A number that at least k of some do not exceed, and not many more than k: by halving, since counting takes no
 * branches. @param bytes of the numbers, after which there are four that count for nothing.
 */
function aboveSmallest(values: usize, bytes: usize, k: i32): f32 {
  const end = values + bytes;
  let least = f32x4.splat(Infinity);
  let most = f32x4.splat(-Infinity);
  let at = values;
  for (; at + 16 <= end; at += 16) {
    const four = v128.load(at);
    least = f32x4.pmin(least, four);
    most = f32x4.pmax(most, four);
  }
  for (; at < end; at += 4) {
    const one = v128.load32_splat(at);
    least = f32x4.pmin(least, one);
    most = f32x4.pmax(most, one);
  }
  let low = min(
    min(f32x4.extract_lane(least, 0), f32x4.extract_lane(least, 1)),
    min(f32x4.extract_lane(least, 2), f32x4.extract_lane(least, 3)),
  );
  let high = max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
  const enough = k + (k >> 4);
  for (let halving = 0; halving < MOST_HALVINGS; halving++) {
    const middle = low + 0.5 * (high - low);
    if (!(middle < high)) break;
    const pivot = f32x4.splat(middle);
    let counts = i32x4.splat(0);
    for (let at = values; at < end; at += 16) {
      counts = i32x4.sub(counts, f32x4.le(v128.load(at), pivot));
    }
    const count =
      i32x4.extract_lane(counts, 0) +
      i32x4.extract_lane(counts, 1) +
      i32x4.extract_lane(counts, 2) +
      i32x4.extract_lane(counts, 3);
    if (count < k) {
      if (middle === low) break;
      low = middle;
    } else {
      high = middle;
      if (count <= enough) break;
    }
  }
  return high;
}
