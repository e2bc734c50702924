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
  for (let j = whole; j < bytes; j += 4) {
    let least = load<f32>(low + j);
    let most = load<f32>(high + j);
    let sum = load<f64>(sums + (j << 1));
    let count = load<f64>(counts + (j << 1));
    for (let at = x + j; at < end; at += bytes) {
      const v = load<f32>(at);
      if (v != v) continue;
      if (v < least) least = v;
      if (v > most) most = v;
      sum += v;
      count += 1;
    }
    store<f32>(low + j, least);
    store<f32>(high + j, most);
    store<f64>(sums + (j << 1), sum);
    store<f64>(counts + (j << 1), count);
  }
  for (let j: usize = 0; j < whole; j += 4) {
    store<f64>(counts + (j << 1), load<f64>(counts + (j << 1)) + <f64>rows);
  }
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
  for (let j = whole; j < bytes; j += 8) {
    let least = load<f64>(low + j);
    let most = load<f64>(high + j);
    let sum = load<f64>(sums + j);
    let count = load<f64>(counts + j);
    for (let at = x + j; at < end; at += bytes) {
      const v = load<f64>(at);
      if (v != v) continue;
      if (v < least) least = v;
      if (v > most) most = v;
      sum += v;
      count += 1;
    }
    store<f64>(low + j, least);
    store<f64>(high + j, most);
    store<f64>(sums + j, sum);
    store<f64>(counts + j, count);
  }
  for (let j: usize = 0; j < whole; j += 8) {
    store<f64>(counts + j, load<f64>(counts + j) + <f64>rows);
  }
}
