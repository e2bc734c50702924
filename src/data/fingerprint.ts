/**
 * @file Fingerprints: a fast 64-bit hash to tell data apart and to notice damage, not to keep anybody from forging it.
 *
 * Four lanes of 32 bits take every fourth word, so that their multiplications overlap; at the end they are mixed
 * into two words by MurmurHash3's finalizer.
 * Source of the rounds: Collet, xxHash (XXH32); of the finalizer: Appleby, MurmurHash3 (fmix32).
 */
import type { Numbers } from "./matrix.js";

export const PRIME_1 = 0x9e3779b1;
export const PRIME_2 = 0x85ebca77;
export const PRIME_3 = 0xc2b2ae3d;
export const PRIME_4 = 0x27d4eb2f;
const QUIET_NAN = 0x7fc00000;

/**
 * 16 hex digits for the numbers and the shape. Any two `NaN` are alike; 0 and −0 are not. Numbers of float64 have two words
 * each, so that they have another fingerprint than the same rounded.
 */
export function fingerprint(x: Numbers): string {
  const wide = x.data instanceof Float64Array;
  const words = wide ? wordsOf(x.data) : new Int32Array(x.data.buffer, x.data.byteOffset, x.data.length);
  const take = wide ? mixed : round;
  let a = PRIME_1 ^ x.rows;
  let b = PRIME_2 ^ x.cols;
  let c = PRIME_3;
  let d = PRIME_4;
  const whole = words.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a = take(a, words[i]!);
    b = take(b, words[i + 1]!);
    c = take(c, words[i + 2]!);
    d = take(d, words[i + 3]!);
  }
  for (let i = whole; i < words.length; i++) a = take(a, words[i]!);
  return digest(a, b, c, d);
}

/** Words of float64 numbers, any NaN with the same. */
function wordsOf(data: Float64Array): Int32Array {
  const alike = data.some(Number.isNaN) ? data.slice() : data;
  const words = new Int32Array(alike.buffer, alike.byteOffset, 2 * alike.length);
  if (alike === data) return words;
  data.forEach((value, i) => {
    if (!Number.isNaN(value)) return;
    words[2 * i] = 0;
    words[2 * i + 1] = QUIET_NAN;
  });
  return words;
}

/** 16 hex digits of four lanes. */
export function digest(a: number, b: number, c: number, d: number): string {
  const low = finalize(finalize(finalize(a) ^ b) + c) ^ d;
  const high = finalize(finalize(finalize(d ^ low) + b) ^ c) ^ a;
  return hex(finalize(high)) + hex(finalize(low));
}

function round(lane: number, word: number): number {
  // The 2²⁴ − 2 bit patterns of NaN differ from machine to machine.
  return mixed(lane, (word & 0x7fffffff) > 0x7f800000 ? QUIET_NAN : word);
}

/** A lane that has taken a word; another word leaves another lane, and another lane stays another. */
export function mixed(lane: number, word: number): number {
  const sum = (lane + Math.imul(word, PRIME_2)) | 0;
  return Math.imul((sum << 13) | (sum >>> 19), PRIME_1);
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
