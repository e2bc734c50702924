/**
 * @file Sweeps of coordinate descent for non-negative least squares of many rows with one Gram matrix: what
 * src/methods/linear calls.
 *
 *   zⱼ ← max(0, zⱼ − gⱼ / Gⱼⱼ),   g = G z − a,   G = BᵀB,   a = Bᵀx
 *
 * which for all rows together is HALS: one column of Z after another. Zeros that stay cost nothing, since g is kept up.
 */

/** Sweeps end for a row once one moves it by less than this share of the first. */
const LEAST_MOVE: f64 = 0.1;

/**
 * Sweeps over the rows from `from` to `to`.
 * @param gram float64 `[k, pitch]`, where pitch is k or, if that is odd, one more. @param right float32 `[n, k]`.
 * @param z float64 `[n, k]`, ≥ 0: changed in place. @param rounded float32 `[k, n]`: Z once more, transposed.
 * @param room for pitch float64.
 * @returns Σ |projected gradient| before.
 */
export function descend(
  gram: usize,
  right: usize,
  z: usize,
  rounded: usize,
  n: i32,
  k: i32,
  from: i32,
  to: i32,
  sweeps: i32,
  room: usize,
): f64 {
  const pitch = <usize>((k + 1) & ~1) << 3;
  const diagonal = pitch + 8;
  const columns = <usize>k;
  let violation: f64 = 0;
  for (let i: usize = from; i < <usize>to; i++) {
    const row = z + i * (columns << 3);
    const a = right + i * (columns << 2);
    for (let j: usize = 0; j < columns; j++) store<f64>(room + (j << 3), -(<f64>load<f32>(a + (j << 2))));
    for (let j: usize = 0; j < columns; j++) {
      const value = load<f64>(row + (j << 3));
      if (value !== 0) add(room, gram + j * pitch, value, pitch);
    }
    for (let j: usize = 0; j < columns; j++) {
      const g = load<f64>(room + (j << 3));
      if (load<f64>(row + (j << 3)) > 0 || g < 0) violation += abs(g);
    }
    let first: f64 = 0;
    for (let sweep = 0; sweep < sweeps; sweep++) {
      let moved: f64 = 0;
      for (let j: usize = 0; j < columns; j++) {
        const curvature = load<f64>(gram + j * diagonal);
        const before = load<f64>(row + (j << 3));
        const g = load<f64>(room + (j << 3));
        if (curvature <= 0 || (before === 0 && g >= 0)) continue;
        const after = max(0, before - g / curvature);
        const step = after - before;
        store<f64>(row + (j << 3), after);
        moved += step * step * curvature;
        add(room, gram + j * pitch, step, pitch);
      }
      if (sweep === 0) first = moved;
      if (moved <= LEAST_MOVE * LEAST_MOVE * first) break;
    }
    for (let j: usize = 0; j < columns; j++) {
      store<f32>(rounded + ((j * <usize>n + i) << 2), <f32>load<f64>(row + (j << 3)));
    }
  }
  return violation;
}

/** y ← y + α x, of whole vectors. */
// @ts-ignore: decorator
@inline
function add(y: usize, x: usize, alpha: f64, bytes: usize): void {
  const share = f64x2.splat(alpha);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(y + at, f64x2.add(v128.load(y + at), f64x2.mul(share, v128.load(x + at))));
  }
}
