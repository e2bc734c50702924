/**
 * @file Blocks of random numbers in plain loops, each after the one before it: what WebAssembly draws in whole blocks, and
 * the rest of an array.
 */
import { normalQuantile } from "../normal-quantile.js";

/** Four words of 32 bits, a generator's, which every draw moves on. */
export type State = Int32Array;

/** Words of a block: few enough to stay in the nearest cache. */
export const BLOCK = 2048;

/** One uniform number from every word. */
export function uniformBlocks(out: Float32Array, state: State): void {
  for (let from = 0; from < out.length; from += BLOCK) {
    const part = out.subarray(from, from + BLOCK);
    const bits = take(state, part.length);
    for (let i = 0; i < part.length; i++) part[i] = (bits[i]! >>> 8) / 2 ** 24;
  }
}

/** Two numbers from every word, 1 where its half of 16 bits is below the limit. */
export function bernoulliBlocks(out: Float32Array, limit: number, state: State): void {
  for (let from = 0; from < out.length; from += 2 * BLOCK) {
    const part = out.subarray(from, from + 2 * BLOCK);
    const half = part.length >> 1;
    const bits = take(state, part.length - half);
    // The sign bit of a difference, since no processor foretells a branch on noise.
    for (let i = 0; i < half; i++) {
      part[i] = ((bits[i]! >>> 16) - limit) >>> 31;
      part[half + i] = ((bits[i]! & 0xffff) - limit) >>> 31;
    }
    if (part.length > 2 * half) part[2 * half] = ((bits[half]! & 0xffff) - limit) >>> 31;
  }
}

/** Two numbers from every word; those of the outermost quantiles are drawn anew after each block. */
export function normalBlocks(out: Float32Array, state: State): void {
  const table = quantileTable();
  const last = table[QUANTILES - 1]!;
  for (let from = 0; from < out.length; from += 2 * BLOCK) {
    const part = out.subarray(from, from + 2 * BLOCK);
    const half = part.length >> 1;
    const bits = take(state, part.length - half);
    for (let i = 0; i < half; i++) {
      part[i] = table[bits[i]! >>> 16]!;
      part[half + i] = table[bits[i]! & 0xffff]!;
    }
    if (part.length > 2 * half) part[2 * half] = table[bits[half]! & 0xffff]!;
    for (let i = 0; i < part.length; i++) {
      if (Math.abs(part[i]!) >= last) part[i] = tail(part[i]!, state);
    }
  }
}

/** Quantiles of the normal distribution that are named by 16 bits. */
export const QUANTILES = 2 ** 16;
let quantiles: Float32Array | undefined;

/** Equally likely ones `[QUANTILES]`. */
export function quantileTable(): Float32Array {
  quantiles ??= Float32Array.from({ length: QUANTILES }, (_, i) => normalQuantile((i + 0.5) / QUANTILES));
  return quantiles;
}

/** An exact draw of the tail that begins beyond an outermost quantile. */
export function tail(outermost: number, state: State): number {
  const uniform = 1 - (take(state, 1)[0]! >>> 0) / 2 ** 32;
  const below = normalQuantile(uniform / QUANTILES);
  return outermost < 0 ? below : -below;
}

const words = new Int32Array(BLOCK);

/** The next words of xoshiro128++, at most `BLOCK`, in an array that the next call overwrites. */
function take(state: State, count: number): Int32Array {
  const out = words;
  let s0 = state[0]!;
  let s1 = state[1]!;
  let s2 = state[2]!;
  let s3 = state[3]!;
  for (let i = 0; i < count; i++) {
    const sum = (s0 + s3) | 0;
    out[i] = ((sum << 7) | (sum >>> 25)) + s0;
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = (s3 << 11) | (s3 >>> 21);
  }
  state[0] = s0;
  state[1] = s1;
  state[2] = s2;
  state[3] = s3;
  return out;
}
