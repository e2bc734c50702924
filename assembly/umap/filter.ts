/**
 * @file A step of Chebyshev's recurrence for a sparse symmetric matrix S and some columns at once.
 */

/**
 * Rows from `from` to `to` of α S x + β x + γ z; may be written over z.
 * @param rowStart int32 `[n + 1]`, multiples of 4. @param columns int32. @param values float32: entries of S.
 * @param x float32 `[n, width]`, as z and out. @param width a multiple of 4.
 */
export function filter(
  rowStart: usize,
  columns: usize,
  values: usize,
  x: usize,
  z: usize,
  out: usize,
  from: i32,
  to: i32,
  width: i32,
  alpha: f32,
  beta: f32,
  gamma: f32,
): void {
  const row = <usize>width << 2;
  const byProduct = f32x4.splat(alpha);
  const byItself = f32x4.splat(beta);
  const byOther = f32x4.splat(gamma);
  for (let i = from; i < to; i++) {
    const start = <usize>load<i32>(rowStart + (<usize>i << 2)) << 2;
    const end = <usize>load<i32>(rowStart + (<usize>i << 2), 4) << 2;
    for (let part: usize = 0; part < row; part += 16) {
      let sum = f32x4.splat(0);
      const column = x + part;
      for (let at = start; at < end; at += 4) {
        const entry = v128.load32_splat(values + at);
        const j = <usize>load<i32>(columns + at);
        sum = f32x4.add(sum, f32x4.mul(entry, v128.load(column + j * row)));
      }
      const here = <usize>i * row + part;
      const own = f32x4.mul(byItself, v128.load(x + here));
      const other = f32x4.mul(byOther, v128.load(z + here));
      v128.store(out + here, f32x4.add(f32x4.mul(byProduct, sum), f32x4.add(own, other)));
    }
  }
}
