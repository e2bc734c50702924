/**
 * @file Places drawn at random, four at a time: a function of the epoch's keys, the row and the number of the draw, so that it
 * does not matter who draws when.
 *
 * Source: Ettinger (2018), "hash-prospector": a bijection of 32 bits by shifts and products, of low bias.
 */

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
