/**
 * @file Many random numbers at once: the words of one generator, xoshiro128++, drawn four at a time, and what is made of them.
 *
 * A generator's next state is linear in the bits of the last one, and so is that after any number of steps. A block of words is
 * drawn by four generators side by side, a quarter each, which start where the one would be after none, one, two and three
 * quarters: the same words in the same order. Each number of a function is a table's address in bytes:
 *
 * - state: four words of 32 bits, aligned to 16 bytes.
 * - jumps: `[32, 16]` states, that of every value of every four bits of a state after `QUARTER` steps.
 *
 * Source: Blackman & Vigna (2021), "Scrambled linear pseudorandom number generators", ACM TOMS.
 */

/** Words that each of the four draws of a block. */
const QUARTER: i32 = 512;
const BLOCK: i32 = 4 * QUARTER;

// @ts-ignore: a decorator of AssemblyScript
@inline
function rotated(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

/** Draws words one by one, and leaves the state after them. */
export function drawWords(state: usize, out: usize, count: i32): void {
  let s0 = load<u32>(state);
  let s1 = load<u32>(state, 4);
  let s2 = load<u32>(state, 8);
  let s3 = load<u32>(state, 12);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 4) {
    store<u32>(out + at, rotl<u32>(s0 + s3, 7) + s0);
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotl<u32>(s3, 11);
  }
  store<u32>(state, s0);
  store<u32>(state, s1, 4);
  store<u32>(state, s2, 8);
  store<u32>(state, s3, 12);
}

/** Fills the table of jumps. @param room for `QUARTER` words. */
export function prepareJumps(jumps: usize, room: usize): void {
  for (let digit = 0; digit < 32; digit++) {
    const row = jumps + ((<usize>digit) << 8);
    v128.store(row, i32x4.splat(0));
    for (let bit = 0; bit < 4; bit++) {
      const state = row + ((<usize>1 << bit) << 4);
      v128.store(state, i32x4.splat(0));
      store<u32>(state + ((<usize>digit >> 3) << 2), (<u32>1) << (((digit & 7) << 2) + bit));
      drawWords(state, room, QUARTER);
    }
    for (let value = 3; value < 16; value++) {
      const rest = value & (value - 1);
      if (rest === 0) continue;
      const sum = v128.xor(
        v128.load(row + ((<usize>rest) << 4)),
        v128.load(row + ((<usize>(value ^ rest)) << 4)),
      );
      v128.store(row + ((<usize>value) << 4), sum);
    }
  }
}

/** The state after a quarter of a block. */
function jumped(state: v128, jumps: usize): v128 {
  let low = i64x2.extract_lane(state, 0);
  let high = i64x2.extract_lane(state, 1);
  let after = i32x4.splat(0);
  let other = i32x4.splat(0);
  for (let digit = 0; digit < 16; digit++) {
    const row = jumps + ((<usize>digit) << 8);
    after = v128.xor(after, v128.load(row + ((<usize>(low & 15)) << 4)));
    other = v128.xor(other, v128.load(row + 4096 + ((<usize>(high & 15)) << 4)));
    low >>= 4;
    high >>= 4;
  }
  return v128.xor(after, other);
}

/** Writes `[4, 4]` numbers, of which a, b, c and d are columns: a row to each quarter. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function storeColumns(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(out, v128.shuffle<i64>(ab, cd, 1, 3), 4 * QUARTER);
  v128.store(out, v128.shuffle<i64>(ab2, cd2, 0, 2), 8 * QUARTER);
  v128.store(out, v128.shuffle<i64>(ab2, cd2, 1, 3), 12 * QUARTER);
}

/** Draws the words of a whole block, and leaves the state after them. */
export function drawBlock(state: usize, jumps: usize, out: usize): void {
  const first = v128.load(state);
  const second = jumped(first, jumps);
  const third = jumped(second, jumps);
  const fourth = jumped(third, jumps);
  const s01 = v128.shuffle<i32>(first, second, 0, 4, 1, 5);
  const s01b = v128.shuffle<i32>(third, fourth, 0, 4, 1, 5);
  const s23 = v128.shuffle<i32>(first, second, 2, 6, 3, 7);
  const s23b = v128.shuffle<i32>(third, fourth, 2, 6, 3, 7);
  let s0 = v128.shuffle<i64>(s01, s01b, 0, 2);
  let s1 = v128.shuffle<i64>(s01, s01b, 1, 3);
  let s2 = v128.shuffle<i64>(s23, s23b, 0, 2);
  let s3 = v128.shuffle<i64>(s23, s23b, 1, 3);
  let a = i32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let at: usize = 0; at < 4 * QUARTER; at += 16) {
    for (let i = 0; i < 4; i++) {
      const word = i32x4.add(rotated(i32x4.add(s0, s3), 7), s0);
      const t = i32x4.shl(s1, 9);
      s2 = v128.xor(s2, s0);
      s3 = v128.xor(s3, s1);
      s1 = v128.xor(s1, s2);
      s0 = v128.xor(s0, s3);
      s2 = v128.xor(s2, t);
      s3 = rotated(s3, 11);
      a = b;
      b = c;
      c = d;
      d = word;
    }
    storeColumns(out + at, a, b, c, d);
  }
  store<u32>(state, i32x4.extract_lane(s0, 3));
  store<u32>(state, i32x4.extract_lane(s1, 3), 4);
  store<u32>(state, i32x4.extract_lane(s2, 3), 8);
  store<u32>(state, i32x4.extract_lane(s3, 3), 12);
}

/** Numbers on [0, 1) in place of a block's words: their upper 24 bits. */
export function toUniform(words: usize): void {
  const unit = f32x4.splat(5.9604644775390625e-8);
  for (let at = words, end = words + 4 * BLOCK; at < end; at += 16) {
    const upper = i32x4.shr_u(v128.load(at), 8);
    v128.store(at, f32x4.mul(f32x4.convert_i32x4_s(upper), unit));
  }
}

/** 1 or 0 of either half of each word of a block: where the half is below a limit. */
export function toBernoulli(words: usize, out: usize, limit: i32): void {
  const limits = i32x4.splat(limit);
  const lower = i32x4.splat(0xffff);
  for (let at: usize = 0; at < 4 * BLOCK; at += 16) {
    const word = v128.load(words + at);
    const one = i32x4.shr_u(i32x4.sub(i32x4.shr_u(word, 16), limits), 31);
    const other = i32x4.shr_u(i32x4.sub(v128.and(word, lower), limits), 31);
    v128.store(out + at, f32x4.convert_i32x4_s(one));
    v128.store(out + at, f32x4.convert_i32x4_s(other), 4 * BLOCK);
  }
}

/** The quantile that either half of each word of a block names. @param quantiles `[65536]` */
export function toNormal(words: usize, out: usize, quantiles: usize): void {
  for (let at: usize = 0; at < 4 * BLOCK; at += 4) {
    const word = load<u32>(words + at);
    store<f32>(out + at, load<f32>(quantiles + ((<usize>(word >>> 16)) << 2)));
    store<f32>(out + at, load<f32>(quantiles + ((<usize>(word & 0xffff)) << 2)), 4 * BLOCK);
  }
}

/** The first of the numbers from `from` to `end`, addresses, that is no smaller than `last` in size; else `end`. */
export function firstBeyond(from: usize, end: usize, last: f32): usize {
  const least = f32x4.splat(last);
  let at = from;
  while ((at & 15) != 0 && at < end) {
    if (abs(load<f32>(at)) >= last) return at;
    at += 4;
  }
  for (; at + 16 <= end; at += 16) {
    if (v128.any_true(f32x4.ge(f32x4.abs(v128.load(at)), least))) break;
  }
  for (; at < end; at += 4) if (abs(load<f32>(at)) >= last) return at;
  return end;
}
