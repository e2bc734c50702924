/**
 * @file The lasso of a row on its Gram matrix G `[k, k]`, in float64, two atoms at a time: what src/linalg/l1-quadratic calls.
 *
 *   min over z of  ½ zᵀ G z − cᵀ z + α ‖z‖₁,   and z ≥ 0 if asked;   g = c − G z
 */

/** Descent ends when no correlation is further from its condition than this share of α, */
const NEAR: f64 = 0.2;
/** or after so many steps, */
const MOST_STEPS: i32 = 70;
/** and has lost its way if one is further off than this share then. */
const FAR: f64 = 2;

/**
 * Some steps of coordinate descent from z = 0, each of the atom that is furthest from its condition: they tell most of
 * the atoms in use and their signs where these are few.
 *
 * g is in [−α, α] at the optimum, and α sign(zⱼ) where zⱼ ≠ 0. A step sets zⱼ ← soft(gⱼ + Gⱼⱼ zⱼ, α) / Gⱼⱼ.
 * Source: Wu & Lange (2008), "Coordinate descent algorithms for lasso penalized regression", Annals of Applied
 * Statistics 2(1).
 * @param z `[k]`, filled. @param room for 3 k numbers.
 * @returns false if it has lost its way.
 */
export function approach(
  gram: usize,
  k: i32,
  alpha: f64,
  nonNegative: bool,
  c: usize,
  z: usize,
  room: usize,
): bool {
  const bytes = <usize>k << 3;
  const g = room;
  // Bounds that g may move in.
  const lowest = g + bytes;
  const highest = lowest + bytes;
  const least = nonNegative ? -Infinity : -alpha;
  let most: f64 = 0;
  let j: usize = 0;
  for (let at: usize = 0; at < bytes; at += 8) {
    const value = load<f64>(c + at);
    store<f64>(g + at, value);
    store<f64>(z + at, 0);
    store<f64>(lowest + at, least);
    store<f64>(highest + at, alpha);
    const size = nonNegative ? value : abs(value);
    if (size > most) {
      most = size;
      j = at;
    }
  }
  most -= alpha;
  const whole = bytes & ~15;
  for (let step = 0; step < MOST_STEPS && most > NEAR * alpha; step++) {
    const row = gram + <usize>k * j;
    const curvature = load<f64>(row + j);
    const old = load<f64>(z + j);
    const pull = load<f64>(g + j) + curvature * old;
    const value = pull > alpha ? (pull - alpha) / curvature : pull < least ? (pull + alpha) / curvature : 0;
    store<f64>(z + j, value);
    store<f64>(lowest + j, value > 0 ? alpha : value < 0 ? -alpha : least);
    store<f64>(highest + j, value < 0 ? -alpha : alpha);
    const change = f64x2.splat(value - old);
    let wrongs = f64x2.splat(0);
    let places = i64x2.splat(0);
    let here = i64x2(0, 8);
    for (let at: usize = 0; at < whole; at += 16) {
      const rest = f64x2.sub(v128.load(g + at), f64x2.mul(change, v128.load(row + at)));
      v128.store(g + at, rest);
      const above = f64x2.sub(rest, v128.load(highest + at));
      const wrong = f64x2.pmax(above, f64x2.sub(v128.load(lowest + at), rest));
      const more = f64x2.gt(wrong, wrongs);
      wrongs = v128.bitselect(wrong, wrongs, more);
      places = v128.bitselect(here, places, more);
      here = i64x2.add(here, i64x2.splat(16));
    }
    const second = f64x2.extract_lane(wrongs, 1) > f64x2.extract_lane(wrongs, 0);
    most = second ? f64x2.extract_lane(wrongs, 1) : f64x2.extract_lane(wrongs, 0);
    j = <usize>(second ? i64x2.extract_lane(places, 1) : i64x2.extract_lane(places, 0));
    if (whole < bytes) {
      const rest = load<f64>(g + whole) - (value - old) * load<f64>(row + whole);
      store<f64>(g + whole, rest);
      const wrong = max(rest - load<f64>(highest + whole), load<f64>(lowest + whole) - rest);
      if (wrong > most) {
        most = wrong;
        j = whole;
      }
    }
  }
  return most <= FAR * alpha;
}

/**
 * g ← c − G_A z. @param atoms int32 A, and after `count` of them room for three more, which is written to, as with z.
 * @param g `[k]`, filled.
 */
export function residual(
  gram: usize,
  k: i32,
  atoms: usize,
  z: usize,
  count: i32,
  c: usize,
  g: usize,
): void {
  const bytes = <usize>k << 3;
  for (let t = count; t < count + 3; t++) {
    store<i32>(atoms + (<usize>t << 2), 0);
    store<f64>(z + (<usize>t << 3), 0);
  }
  memory.copy(g, c, bytes);
  const whole = bytes & ~15;
  for (let t = 0; t < count; t += 4) {
    const four = atoms + (<usize>t << 2);
    const row0 = gram + <usize>load<i32>(four) * bytes;
    const row1 = gram + <usize>load<i32>(four, 4) * bytes;
    const row2 = gram + <usize>load<i32>(four, 8) * bytes;
    const row3 = gram + <usize>load<i32>(four, 12) * bytes;
    const at = z + (<usize>t << 3);
    const z0 = v128.load64_splat(at);
    const z1 = v128.load64_splat(at, 8);
    const z2 = v128.load64_splat(at, 16);
    const z3 = v128.load64_splat(at, 24);
    for (let j: usize = 0; j < whole; j += 16) {
      const ab = f64x2.add(f64x2.mul(z0, v128.load(row0 + j)), f64x2.mul(z1, v128.load(row1 + j)));
      const cd = f64x2.add(f64x2.mul(z2, v128.load(row2 + j)), f64x2.mul(z3, v128.load(row3 + j)));
      v128.store(g + j, f64x2.sub(v128.load(g + j), f64x2.add(ab, cd)));
    }
    if (whole < bytes) {
      const ab = load<f64>(at) * load<f64>(row0 + whole) + load<f64>(at, 8) * load<f64>(row1 + whole);
      const cd = load<f64>(at, 16) * load<f64>(row2 + whole) + load<f64>(at, 24) * load<f64>(row3 + whole);
      store<f64>(g + whole, load<f64>(g + whole) - (ab + cd));
    }
  }
}
