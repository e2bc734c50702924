/**
 * @file An epoch of places of one or two coordinates: four pairs at a time.
 */
import { mean, square, step } from "./adam";
import { drawn, POOL } from "./draws";
import { Epoch, perWeight, shareOfDraw } from "./epoch";
import { cut, densityPull, powered, pull, push } from "./forces";

/** Moves the rows from `from` to `to`, pushed by places of the pool. */
export function movePlane(epoch: Epoch, from: i32, to: i32, pool: usize): void {
  if (epoch.dense) move(epoch, from, to, pool, true);
  else move(epoch, from, to, pool, false);
}

// @ts-ignore: decorator
@inline
function move(epoch: Epoch, from: i32, to: i32, pool: usize, dense: bool): void {
  const a = f32x4.splat(epoch.a);
  const b = f32x4.splat(epoch.b);
  const key0 = i32x4.splat(epoch.key0);
  const key1 = i32x4.splat(epoch.key1);
  const below = i32x4.splat(POOL);
  const fixed = epoch.fixed;
  const draws = epoch.draws;
  const densities = epoch.densities;
  for (let i = from; i < to; i++) {
    const at = <usize>i << 3;
    const here = v128.load64_zero(epoch.places + at);
    const x = v128.shuffle<f32>(here, here, 0, 0, 0, 0);
    const y = v128.shuffle<f32>(here, here, 1, 1, 1, 1);
    let fx = f32x4.splat(0);
    let fy = f32x4.splat(0);
    let ui = fx;
    let vi = fx;
    if (dense) {
      const own = v128.load64_zero(densities + at);
      ui = v128.shuffle<f32>(own, own, 0, 0, 0, 0);
      vi = v128.shuffle<f32>(own, own, 1, 1, 1, 1);
    }
    const start = <usize>load<i32>(epoch.rowStart + (<usize>i << 2)) << 2;
    const end = <usize>load<i32>(epoch.rowStart + (<usize>i << 2), 4) << 2;
    for (let edge = start; edge < end; edge += 16) {
      const others = v128.load(epoch.columns + edge);
      const one = firstTwo(fixed, others);
      const two = lastTwo(fixed, others);
      const dx = f32x4.sub(v128.shuffle<f32>(one, two, 0, 2, 4, 6), x);
      const dy = f32x4.sub(v128.shuffle<f32>(one, two, 1, 3, 5, 7), y);
      const s = f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy));
      const power = powered(s, b);
      let strength = pull(s, power, a, b);
      const weight = v128.load(epoch.weights + edge);
      if (dense) {
        const first = firstTwo(densities, others);
        const last = lastTwo(densities, others);
        const uj = v128.shuffle<f32>(first, last, 0, 2, 4, 6);
        const vj = v128.shuffle<f32>(first, last, 1, 3, 5, 7);
        const more = densityPull(s, power, a, b, ui, vi, uj, vj);
        strength = f32x4.add(strength, perWeight(epoch, more, weight));
      }
      fx = f32x4.add(fx, f32x4.mul(weight, cut(f32x4.mul(strength, dx))));
      fy = f32x4.add(fy, f32x4.mul(weight, cut(f32x4.mul(strength, dy))));
    }
    // An edge counts from both of its ends.
    fx = f32x4.add(fx, fx);
    fy = f32x4.add(fy, fy);
    let px = f32x4.splat(0);
    let py = f32x4.splat(0);
    let counters = i32x4.add(i32x4.splat(epoch.own * i * draws), i32x4(0, 1, 2, 3));
    for (let draw = 0; draw < draws; draw += 4) {
      const others = drawn(counters, key0, key1, below);
      counters = i32x4.add(counters, i32x4.splat(4));
      const one = firstTwo(pool, others);
      const two = lastTwo(pool, others);
      const dx = f32x4.sub(x, v128.shuffle<f32>(one, two, 0, 2, 4, 6));
      const dy = f32x4.sub(y, v128.shuffle<f32>(one, two, 1, 3, 5, 7));
      const s = f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy));
      const strength = push(s, powered(s, b), a, b);
      px = f32x4.add(px, cut(f32x4.mul(strength, dx)));
      py = f32x4.add(py, cut(f32x4.mul(strength, dy)));
    }
    const share = f32x4.splat(shareOfDraw(epoch, i));
    fx = f32x4.add(fx, f32x4.mul(share, px));
    fy = f32x4.add(fy, f32x4.mul(share, py));
    const low = f32x4.add(v128.shuffle<f32>(fx, fy, 0, 4, 1, 5), v128.shuffle<f32>(fx, fy, 2, 6, 3, 7));
    const force = f32x4.add(low, v128.shuffle<f32>(low, low, 2, 3, 2, 3));
    const nextMean = mean(epoch, v128.load64_zero(epoch.mean + at), force);
    const nextSquare = square(epoch, v128.load64_zero(epoch.square + at), force);
    v128.store64_lane(epoch.mean + at, nextMean, 0);
    v128.store64_lane(epoch.square + at, nextSquare, 0);
    v128.store64_lane(epoch.next + at, f32x4.add(here, step(epoch, nextMean, nextSquare)), 0);
  }
}

/** Σⱼ φ s and Σⱼ φ over the edges of the rows from `from` to `to`. */
export function spreadPlane(epoch: Epoch, from: i32, to: i32): void {
  const a = f32x4.splat(epoch.a);
  const b = f32x4.splat(epoch.b);
  const one = f32x4.splat(1);
  for (let i = from; i < to; i++) {
    const here = v128.load64_zero(epoch.places + (<usize>i << 3));
    const x = v128.shuffle<f32>(here, here, 0, 0, 0, 0);
    const y = v128.shuffle<f32>(here, here, 1, 1, 1, 1);
    let total = f32x4.splat(0);
    let reach = f32x4.splat(0);
    const start = <usize>load<i32>(epoch.rowStart + (<usize>i << 2)) << 2;
    const end = <usize>load<i32>(epoch.rowStart + (<usize>i << 2), 4) << 2;
    for (let edge = start; edge < end; edge += 16) {
      const others = v128.load(epoch.columns + edge);
      const first = firstTwo(epoch.fixed, others);
      const last = lastTwo(epoch.fixed, others);
      const dx = f32x4.sub(v128.shuffle<f32>(first, last, 0, 2, 4, 6), x);
      const dy = f32x4.sub(v128.shuffle<f32>(first, last, 1, 3, 5, 7), y);
      const s = f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy));
      const isEdge = f32x4.gt(v128.load(epoch.weights + edge), f32x4.splat(0));
      const phi = v128.and(isEdge, f32x4.div(one, f32x4.add(one, f32x4.mul(a, powered(s, b)))));
      total = f32x4.add(total, f32x4.mul(phi, s));
      reach = f32x4.add(reach, phi);
    }
    const low = f32x4.add(
      v128.shuffle<f32>(total, reach, 0, 4, 1, 5),
      v128.shuffle<f32>(total, reach, 2, 6, 3, 7),
    );
    v128.store64_lane(epoch.sums + (<usize>i << 3), f32x4.add(low, v128.shuffle<f32>(low, low, 2, 3, 2, 3)), 0);
  }
}

// @ts-ignore: decorator
@inline
function firstTwo(pairs: usize, others: v128): v128 {
  return pairAt(pairs, i32x4.extract_lane(others, 0), i32x4.extract_lane(others, 1));
}

// @ts-ignore: decorator
@inline
function lastTwo(pairs: usize, others: v128): v128 {
  return pairAt(pairs, i32x4.extract_lane(others, 2), i32x4.extract_lane(others, 3));
}

// @ts-ignore: decorator
@inline
function pairAt(pairs: usize, i: i32, j: i32): v128 {
  return v128.load64_lane(pairs + (<usize>j << 3), v128.load64_zero(pairs + (<usize>i << 3)), 1);
}
