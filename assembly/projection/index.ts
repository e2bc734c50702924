/**
 * @file Rows less their mean, times a few directions, sixteen directions at a time: sums in the order of the columns, the same bits
 * everywhere and in any company.
 */

const MOST: f32 = f32.MAX_VALUE;

/**
 * Scores of the rows from `from` to `to`. What is beyond float32 is its largest number.
 * @param x float32 `[n, d]`. @param mean float32 `[d]`.
 * @param directions float32 `[d, width]`, its rows at multiples of 16 bytes. @param width a multiple of 16.
 * @param scores float32 `[n, width]`.
 */
export function project(
  x: usize,
  mean: usize,
  directions: usize,
  scores: usize,
  d: i32,
  width: i32,
  from: i32,
  to: i32,
): void {
  const row = <usize>width << 2;
  const length = <usize>d << 2;
  for (let i = from; i < to; i++) {
    const here = x + <usize>i * length;
    const out = scores + <usize>i * row;
    for (let part: usize = 0; part < row; part += 64) {
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let e = a;
      let at = directions + part;
      for (let j: usize = 0; j < length; j += 4, at += row) {
        const value = f32x4.splat(load<f32>(here + j) - load<f32>(mean + j));
        a = f32x4.add(a, f32x4.mul(value, v128.load(at)));
        b = f32x4.add(b, f32x4.mul(value, v128.load(at, 16)));
        c = f32x4.add(c, f32x4.mul(value, v128.load(at, 32)));
        e = f32x4.add(e, f32x4.mul(value, v128.load(at, 48)));
      }
      v128.store(out + part, within(a));
      v128.store(out + part, within(b), 16);
      v128.store(out + part, within(c), 32);
      v128.store(out + part, within(e), 48);
    }
  }
}

// @ts-ignore: decorator
@inline
function within(value: v128): v128 {
  return f32x4.pmax(f32x4.splat(-MOST), f32x4.pmin(f32x4.splat(MOST), value));
}
