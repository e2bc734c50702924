/**
 * @file Steps of optimizers: all that happens to a number happens while it is at hand, so that memory is passed over once.
 *
 * Arrays are float32, of n numbers, a multiple of 4. The order of operations is that of the graphs in src/engine/optimizers.ts.
 */

/** g + decay · w: the gradient with an L2 penalty. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function penalized(g: v128, w: v128, decay: v128, hasDecay: bool): v128 {
  return hasDecay ? f32x4.add(g, f32x4.mul(w, decay)) : g;
}

/** w ← w − rate · g */
export function descend(w: usize, g: usize, n: i32, rate: f32, decay: f32): void {
  const eta = f32x4.splat(rate);
  const lambda = f32x4.splat(decay);
  for (let at: usize = 0, end = (<usize>n) << 2; at < end; at += 16) {
    const weight = v128.load(w + at);
    const slope = penalized(v128.load(g + at), weight, lambda, decay > 0);
    v128.store(w + at, f32x4.sub(weight, f32x4.mul(slope, eta)));
  }
}

/** v ← μ v + g,  w ← w − rate · v */
export function descendWithMomentum(
  w: usize,
  v: usize,
  g: usize,
  n: i32,
  rate: f32,
  momentum: f32,
  decay: f32,
): void {
  const eta = f32x4.splat(rate);
  const mu = f32x4.splat(momentum);
  const lambda = f32x4.splat(decay);
  for (let at: usize = 0, end = (<usize>n) << 2; at < end; at += 16) {
    const weight = v128.load(w + at);
    const slope = penalized(v128.load(g + at), weight, lambda, decay > 0);
    const velocity = f32x4.add(f32x4.mul(v128.load(v + at), mu), slope);
    v128.store(v + at, velocity);
    v128.store(w + at, f32x4.sub(weight, f32x4.mul(velocity, eta)));
  }
}

/** m ← β₁ m + g,  v ← β₂ v + g²,  w ← keep · w − rate · m / (√v + floor) */
export function adam(
  w: usize,
  m: usize,
  v: usize,
  g: usize,
  n: i32,
  beta1: f32,
  beta2: f32,
  rate: f32,
  floor: f32,
  keep: f32,
): void {
  const decay1 = f32x4.splat(beta1);
  const decay2 = f32x4.splat(beta2);
  const eta = f32x4.splat(rate);
  const least = f32x4.splat(floor);
  const kept = f32x4.splat(keep);
  for (let at: usize = 0, end = (<usize>n) << 2; at < end; at += 16) {
    const slope = v128.load(g + at);
    const first = f32x4.add(f32x4.mul(v128.load(m + at), decay1), slope);
    const second = f32x4.add(f32x4.mul(v128.load(v + at), decay2), f32x4.mul(slope, slope));
    v128.store(m + at, first);
    v128.store(v + at, second);
    const step = f32x4.mul(f32x4.div(first, f32x4.add(f32x4.sqrt(second), least)), eta);
    v128.store(w + at, f32x4.sub(f32x4.mul(v128.load(w + at), kept), step));
  }
}
