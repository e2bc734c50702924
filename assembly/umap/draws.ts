/**
 * @file Places drawn at random, four at a time: a function of the epoch's keys, the row and the number of the draw, so that it
 * does not matter who draws when. Rows of a chunk draw among the same thousand, which are drawn among all: those are near at hand.
 *
 * Source: Ettinger (2018), "hash-prospector": a bijection of 32 bits by shifts and products, of low bias.
 */

/** Places that the rows of a chunk draw among, a multiple of 4. */
export const POOL: i32 = 1024;

/** Copies the places that a chunk draws among to `pool`. @param chunk its number, or 0 where all are to draw the same. */
export function fillPool(pool: usize, fixed: usize, row: usize, others: i32, chunk: i32, key0: i32, key1: i32): void {
  let counters = i32x4.add(i32x4.splat(chunk * POOL), i32x4(0, 1, 2, 3));
  const below = i32x4.splat(others);
  // Keys of their own: draws among the pool count from 0 too.
  const k0 = i32x4.splat(~key0);
  const k1 = i32x4.splat(~key1);
  const end = pool + <usize>POOL * row;
  for (let to = pool; to < end; to += row << 2) {
    const places = drawn(counters, k0, k1, below);
    counters = i32x4.add(counters, i32x4.splat(4));
    memory.copy(to, fixed + <usize>i32x4.extract_lane(places, 0) * row, row);
    memory.copy(to + row, fixed + <usize>i32x4.extract_lane(places, 1) * row, row);
    memory.copy(to + 2 * row, fixed + <usize>i32x4.extract_lane(places, 2) * row, row);
    memory.copy(to + 3 * row, fixed + <usize>i32x4.extract_lane(places, 3) * row, row);
  }
}

/** @param counters one for each lane. @returns uniform in [0, below), by the upper bits of a product. */
// @ts-ignore: decorator
@inline
export function drawn(counters: v128, key0: v128, key1: v128, below: v128): v128 {
  let h = i32x4.add(v128.xor(counters, key0), key1);
  h = v128.xor(h, i32x4.shr_u(h, 16));
  h = i32x4.mul(h, i32x4.splat(0x7feb352d));
  h = v128.xor(h, i32x4.shr_u(h, 15));
  h = i32x4.mul(h, i32x4.splat(0x846ca68b));
  h = v128.xor(h, i32x4.shr_u(h, 16));
  const low = i64x2.extmul_low_i32x4_u(h, below);
  const high = i64x2.extmul_high_i32x4_u(h, below);
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7);
}
