/**
 * @file An epoch of an embedding: what it is told from outside, word by word in the order below, by `tellOfEpoch` in
 * src/methods/manifold/umap/epoch.ts.
 */

@unmanaged
export class Epoch {
  /** Coordinates of a place. */
  dims: i32;
  /** Numbers that a place takes: 2 for up to two coordinates, else a multiple of 4; those it has not are 0. */
  stride: i32;
  /** Places that others are drawn from to be kept off. */
  others: i32;
  /** Draws a row, a multiple of 4. */
  draws: i32;
  /** 1 where every row draws its own, 0 where all draw the same. */
  own: i32;
  /** Keys of this epoch's draws. */
  key0: i32;
  key1: i32;
  /** 1 where densities count, else 0. */
  dense: i32;
  /** φ = 1/(1 + a s^b), s a squared distance. */
  a: f32;
  b: f32;
  /** Pushes a row for each unit of its degree. */
  repulsion: f32;
  /** Adam's α, β₁, β₂, c₁ and c₂. */
  step: f32;
  decay1: f32;
  decay2: f32;
  correction1: f32;
  correction2: f32;
  /** Factor of what an edge does for densities. */
  densityWeight: f32;

  /** int32 `[n + 1]`, multiples of 4: where the edges of each row begin. */
  rowStart: usize;
  /** int32: which of the others an edge goes to. */
  columns: usize;
  /** float32: its weight. Where a row has no more edges, 0. */
  weights: usize;
  /** float32 `[n]`: sums of weights of each row. */
  degrees: usize;
  /** float32 `[n, stride]`, before the epoch. */
  places: usize;
  /** After it. */
  next: usize;
  /** float32 `[others, stride]`: the same as places, or places that stay. */
  fixed: usize;
  /** float32 `[n, stride]`: Adam's mean gradient, and its mean square. */
  mean: usize;
  square: usize;
  /** float32 `[n, 2]`: u and v of `densityPull`. */
  densities: usize;
  /** float32 `[n, 2]`: Σⱼ φ s and Σⱼ φ of each row's edges, written by `spread`. */
  sums: usize;
}

/** Weight of each push on a row. */
// @ts-ignore: decorator
@inline
export function shareOfDraw(epoch: Epoch, i: i32): f32 {
  return (epoch.repulsion * load<f32>(epoch.degrees + (<usize>i << 2))) / <f32>epoch.draws;
}

/** The pull for densities, of edges that will be multiplied by their weights. */
// @ts-ignore: decorator
@inline
export function perWeight(epoch: Epoch, pull: v128, weight: v128): v128 {
  const most = f32x4.div(f32x4.splat(epoch.densityWeight), f32x4.max(weight, f32x4.splat(LEAST_WEIGHT)));
  return f32x4.mul(most, pull);
}

/** Edges of less count for nothing, but are not to be divided by. */
const LEAST_WEIGHT: f32 = 1e-6;
