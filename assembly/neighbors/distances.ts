/**
 * @file Distances in float64 of a query to a few rows of float32.
 *
 * Four columns are summed side by side, two and two; fewer than sixteen one after the other, as a k-d tree does.
 */

/** Columns from which on vectors pay. */
const VECTOR_COLUMNS: i32 = 16;

/**
 * Squared distances. @param x rows `[n, d]`. @param rows uint32 numbers of the rows, or 0 for those from `first` on.
 * @param out float64 `[count]`, filled.
 */
export function squaredDistances(
  x: usize,
  d: i32,
  query: usize,
  rows: usize,
  first: i32,
  count: i32,
  out: usize,
): void {
  const bytes = <usize>d << 2;
  const whole: usize = d < VECTOR_COLUMNS ? 0 : bytes & ~15;
  for (let c = 0; c < count; c++) {
    const row = x + <usize>rowAt(rows, first, c) * bytes;
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let j: usize = 0; j < whole; j += 16) {
      const a = v128.load(query + j);
      const b = v128.load(row + j);
      const p = f64x2.sub(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
      const q = f64x2.sub(f64x2.promote_low_f32x4(upper(a)), f64x2.promote_low_f32x4(upper(b)));
      low = f64x2.add(low, f64x2.mul(p, p));
      high = f64x2.add(high, f64x2.mul(q, q));
    }
    let total = sumOf(f64x2.add(low, high));
    for (let j = whole; j < bytes; j += 4) {
      const difference = <f64>load<f32>(query + j) - <f64>load<f32>(row + j);
      total += difference * difference;
    }
    store<f64>(out + (<usize>c << 3), total);
  }
}

/** 1 − cos of the angle, 0 exactly for equal rows: then √(a a) is a. 1 for rows of zeros. Else as above. */
export function cosineDistances(
  x: usize,
  d: i32,
  query: usize,
  rows: usize,
  first: i32,
  count: i32,
  out: usize,
): void {
  const bytes = <usize>d << 2;
  const whole: usize = d < VECTOR_COLUMNS ? 0 : bytes & ~15;
  const norm = dot(query, query, bytes, whole);
  for (let c = 0; c < count; c++) {
    const row = x + <usize>rowAt(rows, first, c) * bytes;
    const other = dot(row, row, bytes, whole);
    const share = dot(query, row, bytes, whole) / Math.sqrt(norm * other);
    store<f64>(out + (<usize>c << 3), norm > 0 && other > 0 ? Math.max(0, 1 - share) : 1);
  }
}

/** @param whole bytes that are summed as vectors. */
function dot(a: usize, b: usize, bytes: usize, whole: usize): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let j: usize = 0; j < whole; j += 16) {
    const p = v128.load(a + j);
    const q = v128.load(b + j);
    low = f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(p), f64x2.promote_low_f32x4(q)));
    high = f64x2.add(
      high,
      f64x2.mul(f64x2.promote_low_f32x4(upper(p)), f64x2.promote_low_f32x4(upper(q))),
    );
  }
  let total = sumOf(f64x2.add(low, high));
  for (let j = whole; j < bytes; j += 4) total += <f64>load<f32>(a + j) * <f64>load<f32>(b + j);
  return total;
}

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, first: i32, c: i32): u32 {
  return rows === 0 ? <u32>(first + c) : load<u32>(rows + (<usize>c << 2));
}

// @ts-ignore: decorator
@inline
function upper(v: v128): v128 {
  return v128.shuffle<f32>(v, v, 2, 3, 2, 3);
}

// @ts-ignore: decorator
@inline
function sumOf(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}
