/**
 * @file Forces that draw points together: Σⱼ p_ij w_ij (yᵢ − yⱼ), w_ij = 1/(1 + ‖yᵢ − yⱼ‖²), of four pairs at a time.
 */
import { sumsOfLanes } from "./vectors";

/**
 * Forces on the points from `from` to `to`.
 * @param rowStart int32 `[n + 1]`, multiples of 4. @param columns int32: j. @param values p_ij. Where a row has no more
 * pairs, p_ij is 0. @param places x, y, z and 0 of every point. @param forces as places, filled.
 */
export function attract(
  rowStart: usize,
  columns: usize,
  values: usize,
  places: usize,
  forces: usize,
  from: i32,
  to: i32,
  dims: i32,
): void {
  if (dims === 3) attractIn(true, rowStart, columns, values, places, forces, from, to);
  else attractIn(false, rowStart, columns, values, places, forces, from, to);
}

// @ts-ignore: decorator
@inline
function attractIn(
  solid: bool,
  rowStart: usize,
  columns: usize,
  values: usize,
  places: usize,
  forces: usize,
  from: i32,
  to: i32,
): void {
  const one = f32x4.splat(1);
  for (let i = from; i < to; i++) {
    const here = v128.load(places + (<usize>i << 4));
    const x = v128.shuffle<f32>(here, here, 0, 0, 0, 0);
    const y = v128.shuffle<f32>(here, here, 1, 1, 1, 1);
    const z = v128.shuffle<f32>(here, here, 2, 2, 2, 2);
    let fx = f32x4.splat(0);
    let fy = f32x4.splat(0);
    let fz = f32x4.splat(0);
    const start = load<i32>(rowStart + (<usize>i << 2));
    const end = load<i32>(rowStart + (<usize>i << 2), 4);
    for (let at: usize = <usize>start << 2, last: usize = <usize>end << 2; at < last; at += 16) {
      const pair = columns + at;
      const a = v128.load(places + (<usize>load<i32>(pair) << 4));
      const b = v128.load(places + (<usize>load<i32>(pair, 4) << 4));
      const c = v128.load(places + (<usize>load<i32>(pair, 8) << 4));
      const d = v128.load(places + (<usize>load<i32>(pair, 12) << 4));
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const dx = f32x4.sub(x, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
      const dy = f32x4.sub(y, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
      let s = f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy));
      let dz = f32x4.splat(0);
      if (solid) {
        const pq = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
        const rs = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
        dz = f32x4.sub(z, v128.shuffle<f32>(pq, rs, 0, 1, 4, 5));
        s = f32x4.add(s, f32x4.mul(dz, dz));
      }
      const pull = f32x4.div(v128.load(values + at), f32x4.add(one, s));
      fx = f32x4.add(fx, f32x4.mul(pull, dx));
      fy = f32x4.add(fy, f32x4.mul(pull, dy));
      if (solid) fz = f32x4.add(fz, f32x4.mul(pull, dz));
    }
    v128.store(forces + (<usize>i << 4), sumsOfLanes(fx, fy, fz, f32x4.splat(0)));
  }
}
