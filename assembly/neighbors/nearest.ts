/**
 * @file Lists of the k nearest rows so far of each of many rows by float32 squared distance, of equally distant ones the earlier:
 * heaps, of which the first is the farthest; and rows brought together for the products that give such distances.
 *
 * Rows stand `width` numbers apart, a multiple of four, at least two more than they have columns; these are 0.
 */

/**
 * Brings rows together, less a center: t, ‖t‖² and 1 to the right of a product, −2 q, 1 and ‖q‖² to the left, so that it is
 * ‖q − t‖².
 * @param numbers uint32 `[*]`, of the rows. @param center float32 `[width]`. @param out float32 `[*, width]`.
 * @param from in `numbers`, and in `out`; `to` left out.
 */
export function gatherRows(
  points: usize,
  d: i32,
  width: i32,
  numbers: usize,
  center: usize,
  left: i32,
  out: usize,
  from: i32,
  to: i32,
): void {
  const bytes = <usize>width << 2;
  const factor = f32x4.splat(left ? -2 : 1);
  const beyond = <usize>d << 2;
  for (let i = from; i < to; i++) {
    const row = points + <usize>load<u32>(numbers + (<usize>i << 2)) * bytes;
    const at = out + <usize>i * bytes;
    let low = f32x4.splat(0);
    for (let j: usize = 0; j < bytes; j += 16) {
      const difference = f32x4.sub(v128.load(row + j), v128.load(center + j));
      low = f32x4.add(low, f32x4.mul(difference, difference));
      v128.store(at + j, f32x4.mul(difference, factor));
    }
    const square = sumOf(low);
    store<f32>(at + beyond, left ? 1 : square);
    store<f32>(at + beyond, left ? square : 1, 4);
  }
}

/**
 * Takes squared distances of some queries to some rows into the lists.
 * @param tile float32 `[*, cols]`. @param lists uint32 `[*]`, the list of each query. @param queries uint32 `[*]`, the row that
 * each query is: no row is its own neighbor. @param members uint32 `[cols]`, the rows of the tile's columns.
 * @param rows uint32 `[*, k]`. @param squares float32 `[*, k]`. @param from row of the tile, `to` left out.
 */
export function addNearest(
  tile: usize,
  cols: i32,
  lists: usize,
  queries: usize,
  members: usize,
  k: i32,
  rows: usize,
  squares: usize,
  from: i32,
  to: i32,
): void {
  const whole = cols & ~7;
  for (let i = from; i < to; i++) {
    const list = <usize>load<u32>(lists + (<usize>i << 2)) * <usize>k;
    const self = load<u32>(queries + (<usize>i << 2));
    const nearest = squares + (list << 2);
    const who = rows + (list << 2);
      const row = tile + (<usize>(i * cols) << 2);
    for (let j = 0; j < whole; j += 8) {
      const at = row + (<usize>j << 2);
      const limits = v128.load32_splat(nearest);
      const low = f32x4.le(v128.load(at), limits);
      const high = f32x4.le(v128.load(at, 16), limits);
      if (!v128.any_true(v128.or(low, high))) continue;
      let some = i32x4.bitmask(low) | (i32x4.bitmask(high) << 4);
      for (; some !== 0; some &= some - 1) {
        const c = <usize>(j + ctz(some)) << 2;
        const member = load<u32>(members + c);
        if (member !== self) insert(who, nearest, k, load<f32>(row + c), member);
      }
    }
    for (let j = whole; j < cols; j++) {
      const c = <usize>j << 2;
      const member = load<u32>(members + c);
      if (member !== self) insert(who, nearest, k, load<f32>(row + c), member);
    }
  }
}

/** Puts a row in the place of the farthest of a list, a heap of which that is the first, if it is nearer. */
export function insert(rows: usize, squares: usize, k: i32, square: f32, row: u32): void {
  if (!isFarther(load<f32>(squares), load<u32>(rows), square, row)) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= k) break;
    let to = <usize>child << 2;
    let far = load<f32>(squares + to);
    let who = load<u32>(rows + to);
    if (child + 1 < k) {
      const other = load<f32>(squares + to, 4);
      const otherRow = load<u32>(rows + to, 4);
      if (isFarther(other, otherRow, far, who)) {
        child++;
        to += 4;
        far = other;
        who = otherRow;
      }
    }
    if (!isFarther(far, who, square, row)) break;
    store<f32>(squares + (<usize>at << 2), far);
    store<u32>(rows + (<usize>at << 2), who);
    at = child;
  }
  store<f32>(squares + (<usize>at << 2), square);
  store<u32>(rows + (<usize>at << 2), row);
}

/** True if a is farther than b: of equally distant rows the later one is. */
// @ts-ignore: decorator
@inline
function isFarther(a: f32, rowA: u32, b: f32, rowB: u32): bool {
  return a > b || (a === b && rowA > rowB);
}

// @ts-ignore: decorator
@inline
function sumOf(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}
