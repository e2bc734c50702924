/**
 * @file Fingerprint of a matrix: a fast 64-bit hash to tell data apart, not to keep anybody from forging it.
 *
 * Two lanes of 32 bits take every word: multiply, rotate, add, with odd constants; at the end each lane goes
 * through MurmurHash3's finalizer with the other mixed in.
 * Source of the rounds: Collet, xxHash (XXH32); of the finalizer: Appleby, MurmurHash3 (fmix32).
 */
import type { Matrix } from "./matrix.js";

const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const QUIET_NAN = 0x7fc00000;

/** 16 hex digits for the numbers and the shape. Any two `NaN` are alike; 0 and −0 are not. */
export function fingerprint(x: Matrix): string {
  const words = new Uint32Array(x.data.buffer, x.data.byteOffset, x.data.length);
  let a = PRIME_1 ^ x.rows;
  let b = PRIME_2 ^ x.cols;
  for (let i = 0; i < words.length; i++) {
    let word = words[i]! | 0;
    // The 2²⁴ − 2 bit patterns of NaN differ from machine to machine.
    if ((word & 0x7fffffff) > 0x7f800000) word = QUIET_NAN;
    a = Math.imul(a ^ word, PRIME_1);
    a = (((a << 13) | (a >>> 19)) + PRIME_4) | 0;
    b = (b + Math.imul(word, PRIME_2)) | 0;
    b = Math.imul((b << 17) | (b >>> 15), PRIME_3);
  }
  const low = finalize(a ^ Math.imul(b, PRIME_3));
  const high = finalize(b ^ Math.imul(low, PRIME_4));
  return hex(high) + hex(low);
}

function finalize(lane: number): number {
  let hash = lane ^ (lane >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
