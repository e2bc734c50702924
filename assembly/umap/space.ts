/**
 * @file An epoch of places of three coordinates or more, in vectors of four: four pairs at a time.
 */
import { sumsOfLanes } from "../tsne/vectors";
import { mean, square, step } from "./adam";
import { drawn, POOL } from "./draws";
import { Epoch, perWeight, shareOfDraw } from "./epoch";
import { cut, densityPull, powered, pull, push } from "./forces";

/** Moves the rows from `from` to `to`, pushed by places of the pool. */
export function moveSpace(epoch: Epoch, from: i32, to: i32, pool: usize): void {
  const a = f32x4.splat(epoch.a);
  const b = f32x4.splat(epoch.b);
  const key0 = i32x4.splat(epoch.key0);
  const key1 = i32x4.splat(epoch.key1);
  const below = i32x4.splat(POOL);
  const row = <usize>epoch.stride << 2;
  const fixed = epoch.fixed;
  const draws = epoch.draws;
  const densities = epoch.densities;
  const two = f32x4.splat(2);
  for (let i = from; i < to; i++) {
    const here = epoch.places + <usize>i * row;
    // The sum of forces, until it makes way for the next place.
    const force = epoch.next + <usize>i * row;
    memory.fill(force, 0, row);
    const start = <usize>load<i32>(epoch.rowStart + (<usize>i << 2)) << 2;
    const end = <usize>load<i32>(epoch.rowStart + (<usize>i << 2), 4) << 2;
    for (let edge = start; edge < end; edge += 16) {
      const others = v128.load(epoch.columns + edge);
      const s = squares(fixed, row, here, others);
      const power = powered(s, b);
      let strength = pull(s, power, a, b);
      const weight = v128.load(epoch.weights + edge);
      if (epoch.dense) {
        const own = densities + (<usize>i << 3);
        const more = densityPull(
          s,
          power,
          a,
          b,
          v128.load32_splat(own),
          v128.load32_splat(own, 4),
          gathered(densities, others),
          gathered(densities + 4, others),
        );
        strength = f32x4.add(strength, perWeight(epoch, more, weight));
      }
      add(force, fixed, row, here, others, strength, f32x4.mul(two, weight));
    }
    const share = f32x4.splat(-shareOfDraw(epoch, i));
    let counters = i32x4.add(i32x4.splat(epoch.own * i * draws), i32x4(0, 1, 2, 3));
    for (let draw = 0; draw < draws; draw += 4) {
      const others = drawn(counters, key0, key1, below);
      counters = i32x4.add(counters, i32x4.splat(4));
      const s = squares(pool, row, here, others);
      add(force, pool, row, here, others, push(s, powered(s, b), a, b), share);
    }
    for (let part: usize = 0, at = <usize>i * row; part < row; part += 16, at += 16) {
      const f = v128.load(force + part);
      const nextMean = mean(epoch, v128.load(epoch.mean + at), f);
      const nextSquare = square(epoch, v128.load(epoch.square + at), f);
      v128.store(epoch.mean + at, nextMean);
      v128.store(epoch.square + at, nextSquare);
      v128.store(force + part, f32x4.add(v128.load(here + part), step(epoch, nextMean, nextSquare)));
    }
  }
}

/** Σⱼ φ s and Σⱼ φ over the edges of the rows from `from` to `to`. */
export function spreadSpace(epoch: Epoch, from: i32, to: i32): void {
  const a = f32x4.splat(epoch.a);
  const b = f32x4.splat(epoch.b);
  const one = f32x4.splat(1);
  const none = f32x4.splat(0);
  const row = <usize>epoch.stride << 2;
  for (let i = from; i < to; i++) {
    const here = epoch.places + <usize>i * row;
    let total = none;
    let reach = none;
    const start = <usize>load<i32>(epoch.rowStart + (<usize>i << 2)) << 2;
    const end = <usize>load<i32>(epoch.rowStart + (<usize>i << 2), 4) << 2;
    for (let edge = start; edge < end; edge += 16) {
      const s = squares(epoch.fixed, row, here, v128.load(epoch.columns + edge));
      const isEdge = f32x4.gt(v128.load(epoch.weights + edge), none);
      const phi = v128.and(isEdge, f32x4.div(one, f32x4.add(one, f32x4.mul(a, powered(s, b)))));
      total = f32x4.add(total, f32x4.mul(phi, s));
      reach = f32x4.add(reach, phi);
    }
    v128.store64_lane(epoch.sums + (<usize>i << 3), sumsOfLanes(total, reach, none, none), 0);
  }
}

/** Squared distances of a place to four others. */
// @ts-ignore: decorator
@inline
function squares(fixed: usize, row: usize, here: usize, others: v128): v128 {
  const first = fixed + <usize>i32x4.extract_lane(others, 0) * row;
  const second = fixed + <usize>i32x4.extract_lane(others, 1) * row;
  const third = fixed + <usize>i32x4.extract_lane(others, 2) * row;
  const fourth = fixed + <usize>i32x4.extract_lane(others, 3) * row;
  let p = f32x4.splat(0);
  let q = p;
  let r = p;
  let t = p;
  for (let part: usize = 0; part < row; part += 16) {
    const own = v128.load(here + part);
    const dp = f32x4.sub(v128.load(first + part), own);
    const dq = f32x4.sub(v128.load(second + part), own);
    const dr = f32x4.sub(v128.load(third + part), own);
    const dt = f32x4.sub(v128.load(fourth + part), own);
    p = f32x4.add(p, f32x4.mul(dp, dp));
    q = f32x4.add(q, f32x4.mul(dq, dq));
    r = f32x4.add(r, f32x4.mul(dr, dr));
    t = f32x4.add(t, f32x4.mul(dt, dt));
  }
  return sumsOfLanes(p, q, r, t);
}

/** Adds the forces of four others, each towards it: strength cut, and then times its weight. */
// @ts-ignore: decorator
@inline
function add(
  force: usize,
  fixed: usize,
  row: usize,
  here: usize,
  others: v128,
  strength: v128,
  weight: v128,
): void {
  const first = fixed + <usize>i32x4.extract_lane(others, 0) * row;
  const second = fixed + <usize>i32x4.extract_lane(others, 1) * row;
  const third = fixed + <usize>i32x4.extract_lane(others, 2) * row;
  const fourth = fixed + <usize>i32x4.extract_lane(others, 3) * row;
  const s0 = v128.shuffle<f32>(strength, strength, 0, 0, 0, 0);
  const s1 = v128.shuffle<f32>(strength, strength, 1, 1, 1, 1);
  const s2 = v128.shuffle<f32>(strength, strength, 2, 2, 2, 2);
  const s3 = v128.shuffle<f32>(strength, strength, 3, 3, 3, 3);
  const w0 = v128.shuffle<f32>(weight, weight, 0, 0, 0, 0);
  const w1 = v128.shuffle<f32>(weight, weight, 1, 1, 1, 1);
  const w2 = v128.shuffle<f32>(weight, weight, 2, 2, 2, 2);
  const w3 = v128.shuffle<f32>(weight, weight, 3, 3, 3, 3);
  for (let part: usize = 0; part < row; part += 16) {
    const own = v128.load(here + part);
    const p = f32x4.mul(w0, cut(f32x4.mul(s0, f32x4.sub(v128.load(first + part), own))));
    const q = f32x4.mul(w1, cut(f32x4.mul(s1, f32x4.sub(v128.load(second + part), own))));
    const r = f32x4.mul(w2, cut(f32x4.mul(s2, f32x4.sub(v128.load(third + part), own))));
    const t = f32x4.mul(w3, cut(f32x4.mul(s3, f32x4.sub(v128.load(fourth + part), own))));
    const sum = f32x4.add(f32x4.add(p, q), f32x4.add(r, t));
    v128.store(force + part, f32x4.add(v128.load(force + part), sum));
  }
}

/** The first of two numbers of each of four others. */
// @ts-ignore: decorator
@inline
function gathered(pairs: usize, others: v128): v128 {
  let out = v128.load32_zero(pairs + (<usize>i32x4.extract_lane(others, 0) << 3));
  out = v128.load32_lane(pairs + (<usize>i32x4.extract_lane(others, 1) << 3), out, 1);
  out = v128.load32_lane(pairs + (<usize>i32x4.extract_lane(others, 2) << 3), out, 2);
  return v128.load32_lane(pairs + (<usize>i32x4.extract_lane(others, 3) << 3), out, 3);
}
