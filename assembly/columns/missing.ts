/**
 * @file Numbers that are not finite: telling that there are some, and any NaN as the same.
 */

/** 1 if all of float32 numbers are finite: 0 · v is 0 for them and NaN for others. */
export function allFinite32(x: usize, count: i32): i32 {
  let sums = f32x4.splat(0);
  const end = x + (<usize>count << 2);
  const whole = x + ((<usize>count << 2) & ~15);
  let at = x;
  for (; at < whole; at += 16) sums = f32x4.add(sums, f32x4.mul(v128.load(at), f32x4.splat(0)));
  let sum =
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    f32x4.extract_lane(sums, 2) +
    f32x4.extract_lane(sums, 3);
  for (; at < end; at += 4) sum += load<f32>(at) * 0;
  return sum == 0 ? 1 : 0;
}

/** The same of float64 numbers. */
export function allFinite64(x: usize, count: i32): i32 {
  let sums = f64x2.splat(0);
  const end = x + (<usize>count << 3);
  const whole = x + ((<usize>count << 3) & ~15);
  let at = x;
  for (; at < whole; at += 16) sums = f64x2.add(sums, f64x2.mul(v128.load(at), f64x2.splat(0)));
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; at < end; at += 8) sum += load<f64>(at) * 0;
  return sum == 0 ? 1 : 0;
}

/** Writes the same word for any NaN of float32 numbers: the 2²⁴ − 2 bit patterns differ from machine to machine. */
export function sameMissing32(x: usize, count: i32): void {
  const end = x + (<usize>count << 2);
  for (let at = x; at < end; at += 4) {
    if ((load<u32>(at) & 0x7fffffff) > 0x7f800000) store<u32>(at, 0x7fc00000);
  }
}

/** The same of float64 numbers: two words, 0 and that of float32, which are a number then. */
export function sameMissing64(x: usize, count: i32): void {
  const end = x + (<usize>count << 3);
  for (let at = x; at < end; at += 8) {
    if ((load<u64>(at) & 0x7fffffffffffffff) > 0x7ff0000000000000) store<u64>(at, 0x7fc0000000000000);
  }
}
