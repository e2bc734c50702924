/**
 * @file Least and greatest number, count and sum of every column, in float64, row after row as a loop would add.
 */

/**
 * @param x float32 `[rows, cols]`. @param cols of the whole row. @param low float32 `[cols]` and @param high as well, NaN passed
 * over. @param counts float64 `[cols]` of numbers that are not NaN. @param sums float64 `[cols]` of them.
 * @param finite whether all numbers are.
 */
export function measure32(
  x: usize,
  rows: i32,
  cols: i32,
  low: usize,
  high: usize,
  counts: usize,
  sums: usize,
  finite: bool,
): void {
  const bytes = <usize>cols << 2;
  const end = x + <usize>rows * bytes;
  const whole: usize = finite ? bytes & ~15 : 0;
  for (let j: usize = 0; j < whole; j += 16) {
    let least = v128.load(low + j);
    let most = v128.load(high + j);
    let left = v128.load(sums + (j << 1));
    let right = v128.load(sums + (j << 1), 16);
    for (let at = x + j; at < end; at += bytes) {
      const v = v128.load(at);
      least = f32x4.pmin(least, v);
      most = f32x4.pmax(most, v);
      left = f64x2.add(left, f64x2.promote_low_f32x4(v));
      right = f64x2.add(right, f64x2.promote_low_f32x4(i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)));
    }
    v128.store(low + j, least);
    v128.store(high + j, most);
    v128.store(sums + (j << 1), left);
    v128.store(sums + (j << 1), right, 16);
  }
  measureRest<f32>(x, rows, bytes, whole, low, high, counts, sums);
}

/** The same of float64 `[rows, cols]`, with float64 for the least and the greatest. */
export function measure64(
  x: usize,
  rows: i32,
  cols: i32,
  low: usize,
  high: usize,
  counts: usize,
  sums: usize,
  finite: bool,
): void {
  const bytes = <usize>cols << 3;
  const end = x + <usize>rows * bytes;
  const whole: usize = finite ? bytes & ~15 : 0;
  for (let j: usize = 0; j < whole; j += 16) {
    let least = v128.load(low + j);
    let most = v128.load(high + j);
    let sum = v128.load(sums + j);
    for (let at = x + j; at < end; at += bytes) {
      const v = v128.load(at);
      least = f64x2.pmin(least, v);
      most = f64x2.pmax(most, v);
      sum = f64x2.add(sum, v);
    }
    v128.store(low + j, least);
    v128.store(high + j, most);
    v128.store(sums + j, sum);
  }
  measureRest<f64>(x, rows, bytes, whole, low, high, counts, sums);
}

/** Columns from byte `whole` of a row on, one by one, NaN passed over; those before it have all their numbers. */
function measureRest<T>(
  x: usize,
  rows: i32,
  bytes: usize,
  whole: usize,
  low: usize,
  high: usize,
  counts: usize,
  sums: usize,
): void {
  const end = x + <usize>rows * bytes;
  // Counts and sums are float64 whatever the numbers are.
  const wide = 8 / sizeof<T>();
  for (let j = whole; j < bytes; j += sizeof<T>()) {
    let least = load<T>(low + j);
    let most = load<T>(high + j);
    let sum = load<f64>(sums + j * wide);
    let count = load<f64>(counts + j * wide);
    for (let at = x + j; at < end; at += bytes) {
      const v = load<T>(at);
      if (v != v) continue;
      if (v < least) least = v;
      if (v > most) most = v;
      sum += <f64>v;
      count += 1;
    }
    store<T>(low + j, least);
    store<T>(high + j, most);
    store<f64>(sums + j * wide, sum);
    store<f64>(counts + j * wide, count);
  }
  for (let j: usize = 0; j < whole; j += sizeof<T>()) {
    store<f64>(counts + j * wide, load<f64>(counts + j * wide) + <f64>rows);
  }
}
