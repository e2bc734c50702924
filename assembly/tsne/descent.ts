/**
 * @file A step down the gradient, with momentum and a gain for every coordinate.
 */

/**
 * Moves the points from `from` to `to`:
 *
 *   g = α · attraction − share · repulsion,   v ← μ v − η γ g,   y ← y + v
 *   γ ← γ + 0.2 where g and v point apart,  0.8 γ where they do not,  never below 0.01
 *
 * Everything is `[n, 4]`; of forces the fourth number does not count.
 */
export function move(
  places: usize,
  velocity: usize,
  gains: usize,
  attraction: usize,
  repulsion: usize,
  from: i32,
  to: i32,
  learningRate: f32,
  momentum: f32,
  exaggeration: f32,
  share: f32,
): void {
  const coordinates = i32x4(-1, -1, -1, 0);
  const zero = f32x4.splat(0);
  const eta = f32x4.splat(learningRate);
  const mu = f32x4.splat(momentum);
  const alpha = f32x4.splat(exaggeration);
  const beta = f32x4.splat(share);
  for (let at: usize = (<usize>from) << 4, end: usize = (<usize>to) << 4; at < end; at += 16) {
    const pull = f32x4.mul(alpha, v128.load(attraction + at));
    const push = f32x4.mul(beta, v128.load(repulsion + at));
    const gradient = v128.and(coordinates, f32x4.sub(pull, push));
    const v = v128.load(velocity + at);
    const had = v128.load(gains + at);
    const apart = v128.xor(f32x4.gt(gradient, zero), f32x4.gt(v, zero));
    const more = f32x4.add(had, f32x4.splat(0.2));
    const less = f32x4.max(f32x4.splat(0.01), f32x4.mul(had, f32x4.splat(0.8)));
    const gain = v128.bitselect(more, less, apart);
    v128.store(gains + at, gain);
    const next = f32x4.sub(f32x4.mul(mu, v), f32x4.mul(f32x4.mul(eta, gain), gradient));
    v128.store(velocity + at, next);
    v128.store(places + at, f32x4.add(v128.load(places + at), next));
  }
}

/** The least and the largest of every coordinate: two times four numbers at `out`. */
export function bounds(places: usize, points: i32, out: usize): void {
  let low = f32x4.splat(Infinity);
  let high = f32x4.splat(-Infinity);
  for (let at = places, end = places + ((<usize>points) << 4); at < end; at += 16) {
    const place = v128.load(at);
    low = f32x4.pmin(low, place);
    high = f32x4.pmax(high, place);
  }
  v128.store(out, low);
  v128.store(out, high, 16);
}
