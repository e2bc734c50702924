/**
 * @file Sums of the deviations of columns from numbers near their means, and of their squares, in float64.
 */

/**
 * @param x float32 `[rows, cols]`. @param offset float64 `[cols]`. @param squares float64 `[cols]`, Σ(x − offset)² is added; NaN is
 * passed over. @param rests float64 `[cols]`, Σ(x − offset) is added. @param finite whether no number is NaN.
 */
export function deviations32(
  x: usize,
  rows: i32,
  cols: i32,
  offset: usize,
  squares: usize,
  rests: usize,
  finite: bool,
): void {
  const bytes = <usize>cols << 2;
  const end = x + <usize>rows * bytes;
  const whole: usize = finite ? bytes & ~7 : 0;
  for (let j: usize = 0; j < whole; j += 8) {
    const from = v128.load(offset + (j << 1));
    let square = v128.load(squares + (j << 1));
    let rest = v128.load(rests + (j << 1));
    for (let at = x + j; at < end; at += bytes) {
      const v = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at)), from);
      square = f64x2.add(square, f64x2.mul(v, v));
      rest = f64x2.add(rest, v);
    }
    v128.store(squares + (j << 1), square);
    v128.store(rests + (j << 1), rest);
  }
  deviationsOfRest<f32>(x, rows, bytes, whole, offset, squares, rests);
}

/** The same of float64 `[rows, cols]`. */
export function deviations64(
  x: usize,
  rows: i32,
  cols: i32,
  offset: usize,
  squares: usize,
  rests: usize,
  finite: bool,
): void {
  const bytes = <usize>cols << 3;
  const end = x + <usize>rows * bytes;
  const whole: usize = finite ? bytes & ~15 : 0;
  for (let j: usize = 0; j < whole; j += 16) {
    const from = v128.load(offset + j);
    let square = v128.load(squares + j);
    let rest = v128.load(rests + j);
    for (let at = x + j; at < end; at += bytes) {
      const v = f64x2.sub(v128.load(at), from);
      square = f64x2.add(square, f64x2.mul(v, v));
      rest = f64x2.add(rest, v);
    }
    v128.store(squares + j, square);
    v128.store(rests + j, rest);
  }
  deviationsOfRest<f64>(x, rows, bytes, whole, offset, squares, rests);
}

/** Columns from byte `whole` of a row on, one by one, NaN passed over. */
function deviationsOfRest<T>(
  x: usize,
  rows: i32,
  bytes: usize,
  whole: usize,
  offset: usize,
  squares: usize,
  rests: usize,
): void {
  const end = x + <usize>rows * bytes;
  const wide = 8 / sizeof<T>();
  for (let j = whole; j < bytes; j += sizeof<T>()) {
    const from = load<f64>(offset + j * wide);
    let square = load<f64>(squares + j * wide);
    let rest = load<f64>(rests + j * wide);
    for (let at = x + j; at < end; at += bytes) {
      const v = <f64>load<T>(at) - from;
      if (v != v) continue;
      square += v * v;
      rest += v;
    }
    store<f64>(squares + j * wide, square);
    store<f64>(rests + j * wide, rest);
  }
}
