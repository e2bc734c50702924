/**
 * @file Squared distances of queries to members, taken into lists as they are found: for rows of few columns, where writing
 * a product down and reading it again is more work than the product.
 *
 * Both are taken less a center that is near the members, as in nearest.ts. Members stand in panels of eight: for each column
 * eight numbers t, then eight ‖t‖². Where squared distances are to be lower bounds, ‖t‖² and ‖q‖² are told smaller: (1 − c) ‖t‖² − ε,
 * c as in src/linalg/neighbors/nearest-neighbors.ts.
 */
import { insert } from "./nearest";

/** Queries that pass over a panel while it is at hand, a multiple of four. */
const BLOCK: i32 = 32;

/**
 * Packs panels from `from` on, `to` left out. Beyond the members ‖t‖² is no number, which is near to nothing.
 * @param points float32 `[*, width]`. @param members uint32 `[count]`. @param center float32 `[width]`. @param share 1 − c, or 1. @param lost ε, or 0.
 */
export function packMembers(
  points: usize,
  d: i32,
  width: i32,
  members: usize,
  count: i32,
  center: usize,
  panels: usize,
  share: f32,
  lost: f32,
  from: i32,
  to: i32,
): void {
  const bytes = <usize>width << 2;
  for (let p = from; p < to; p++) {
    const panel = panels + ((<usize>p * <usize>(d + 1)) << 5);
    for (let lane = 0; lane < 8; lane++) {
      const m = 8 * p + lane;
      const at = panel + (<usize>lane << 2);
      if (m >= count) {
        for (let j: usize = 0; j < <usize>d; j++) store<f32>(at + (j << 5), 0);
        store<f32>(at + (<usize>d << 5), f32.NaN);
        continue;
      }
      const row = points + <usize>load<u32>(members + (<usize>m << 2)) * bytes;
      let square: f32 = 0;
      for (let j: usize = 0; j < <usize>d; j++) {
        const difference = load<f32>(row + (j << 2)) - load<f32>(center + (j << 2));
        square += difference * difference;
        store<f32>(at + (j << 5), difference);
      }
      store<f32>(at + (<usize>d << 5), square * share - lost);
    }
  }
}

/**
 * Offers all members to the lists of queries from `from` on, `to` left out.
 * @param queries uint32 `[*]`, their rows. @param lists uint32 `[*]`, the list of each. @param within 1 if members and queries are
 * of one set: then no row is its own neighbor.
 * @param room for 32 (d + 5) numbers.
 */
export function scanMembers(
  points: usize,
  d: i32,
  width: i32,
  center: usize,
  queries: usize,
  lists: usize,
  members: usize,
  count: i32,
  panels: usize,
  k: i32,
  rows: usize,
  squares: usize,
  within: i32,
  share: f32,
  lost: f32,
  from: i32,
  to: i32,
  room: usize,
): void {
  const columns = (d + 3) & ~3;
  const four = <usize>(columns + 2) << 4;
  for (let first = from; first < to; first += BLOCK) {
    const end = min(to, first + BLOCK);
    const fours = (end - first + 3) >> 2;
    for (let f = 0; f < fours; f++)
      packFour(points, width, center, queries, first + 4 * f, end, room + <usize>f * four, columns, share, lost);
    const panelCount = (count + 7) >> 3;
    for (let p = 0; p < panelCount; p++) {
      const panel = panels + ((<usize>p * <usize>(d + 1)) << 5);
      for (let f = 0; f < fours; f++) {
        const at = first + 4 * f;
        const asking = min(4, end - at);
        passPanel(room + <usize>f * four, columns, d, panel, asking, at, queries, lists, members, 8 * p, k, rows, squares, within);
      }
    }
  }
}

/** Four queries side by side: for each column −2 q of each, made up to a multiple of four, then ‖q‖² of each, and room. */
function packFour(
  points: usize,
  width: i32,
  center: usize,
  queries: usize,
  first: i32,
  end: i32,
  four: usize,
  columns: i32,
  share: f32,
  lost: f32,
): void {
  // The last one stands in for those that are not there.
  const row0 = rowOf(points, width, queries, first);
  const row1 = rowOf(points, width, queries, min(first + 1, end - 1));
  const row2 = rowOf(points, width, queries, min(first + 2, end - 1));
  const row3 = rowOf(points, width, queries, min(first + 3, end - 1));
  const factor = f32x4.splat(-2);
  let squares = f32x4.splat(0);
  let out = four;
  for (let j: usize = 0; j < <usize>columns << 2; j += 16) {
    const middle = v128.load(center + j);
    const a = f32x4.sub(v128.load(row0 + j), middle);
    const b = f32x4.sub(v128.load(row1 + j), middle);
    const c = f32x4.sub(v128.load(row2 + j), middle);
    const d = f32x4.sub(v128.load(row3 + j), middle);
    const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    const p = v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5);
    const q = v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7);
    const r = v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5);
    const s = v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7);
    squares = f32x4.add(squares, f32x4.add(f32x4.mul(p, p), f32x4.mul(q, q)));
    squares = f32x4.add(squares, f32x4.add(f32x4.mul(r, r), f32x4.mul(s, s)));
    v128.store(out, f32x4.mul(p, factor));
    v128.store(out, f32x4.mul(q, factor), 16);
    v128.store(out, f32x4.mul(r, factor), 32);
    v128.store(out, f32x4.mul(s, factor), 48);
    out += 64;
  }
  v128.store(out, f32x4.sub(f32x4.mul(squares, f32x4.splat(share)), f32x4.splat(lost)));
}

// @ts-ignore: decorator
@inline
function rowOf(points: usize, width: i32, queries: usize, at: i32): usize {
  return points + (<usize>load<u32>(queries + (<usize>at << 2)) * <usize>width << 2);
}

function passPanel(
  four: usize,
  columns: i32,
  d: i32,
  panel: usize,
  asking: i32,
  first: i32,
  queries: usize,
  lists: usize,
  members: usize,
  firstMember: i32,
  k: i32,
  rows: usize,
  squares: usize,
  within: i32,
): void {
  const bytes = <usize>d << 5;
  const low = v128.load(panel + bytes);
  const high = v128.load(panel + bytes, 16);
  let low0 = low;
  let low1 = low;
  let low2 = low;
  let low3 = low;
  let high0 = high;
  let high1 = high;
  let high2 = high;
  let high3 = high;
  let q = four;
  const end = panel + bytes;
  for (let t = panel; t < end; t += 32) {
    const a = v128.load(t);
    const b = v128.load(t, 16);
    let entry = v128.load32_splat(q);
    low0 = f32x4.add(low0, f32x4.mul(a, entry));
    high0 = f32x4.add(high0, f32x4.mul(b, entry));
    entry = v128.load32_splat(q, 4);
    low1 = f32x4.add(low1, f32x4.mul(a, entry));
    high1 = f32x4.add(high1, f32x4.mul(b, entry));
    entry = v128.load32_splat(q, 8);
    low2 = f32x4.add(low2, f32x4.mul(a, entry));
    high2 = f32x4.add(high2, f32x4.mul(b, entry));
    entry = v128.load32_splat(q, 12);
    low3 = f32x4.add(low3, f32x4.mul(a, entry));
    high3 = f32x4.add(high3, f32x4.mul(b, entry));
    q += 16;
  }
  const norms = four + (<usize>columns << 4);
  for (let lane = 0; lane < asking; lane++) {
    const which = <usize>(first + lane) << 2;
    const list = <usize>load<u32>(lists + which) * <usize>k;
    const square = v128.load32_splat(norms + (<usize>lane << 2));
    const limit = v128.load32_splat(squares + (list << 2));
    const near = f32x4.add(lane < 2 ? (lane === 0 ? low0 : low1) : lane === 2 ? low2 : low3, square);
    const far = f32x4.add(lane < 2 ? (lane === 0 ? high0 : high1) : lane === 2 ? high2 : high3, square);
    let some = i32x4.bitmask(f32x4.le(near, limit)) | (i32x4.bitmask(f32x4.le(far, limit)) << 4);
    if (some === 0) continue;
    const self = load<u32>(queries + which);
    const found = norms + 16;
    for (; some !== 0; some &= some - 1) {
      const c = ctz(some);
      const member = load<u32>(members + (<usize>(firstMember + c) << 2));
      if (within === 1 && member === self) continue;
      v128.store(found, c < 4 ? near : far);
      insert(rows + (list << 2), squares + (list << 2), k, load<f32>(found + (<usize>(c & 3) << 2)), member);
    }
  }
}
