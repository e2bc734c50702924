/**
 * @file Seeded, counter-based random numbers: the n-th number of a stream is a function of (seed, stream, n)
 * alone, so draws can be resumed, skipped or made in any order, with the same bits in Node and in browsers.
 *
 * Threefry-2x32 with 20 rounds. Source: Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy
 * as 1, 2, 3", SC11.
 */
import * as bulk from "./bulk-noise/fill.js";
import { normalQuantile } from "./normal-quantile.js";

/** A stream of random numbers with a position; `fork` names an independent stream of the same seed. */
export interface Random {
  /** The next 32 random bits, as an integer in [0, 2³²). */
  bits(): number;
  /** Uniform on [0, 1) with 32 random bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform integer in [0, below). */
  integer(below: number): number;
  /** A uniformly random order of 0 … n−1. */
  permutation(n: number): Uint32Array;
  /**
   * Fills with uniform numbers on [0, 1), 24 bits each so that float32 never rounds up to 1. All fills take four words of
   * the stream and expand them (see bulk-noise/).
   */
  fillUniform(out: Float32Array): Float32Array;
  /** Fills with standard normal numbers, of 16 bits each but in the tails, which are exact. */
  fillNormal(out: Float32Array): Float32Array;
  /** Fills with 1 with a probability in [0, 1], to 16 bits, and with 0 else. */
  fillBernoulli(out: Float32Array, probability: number): Float32Array;
  /** The independent stream that `names` point to: same seed and names, same numbers. */
  fork(...names: (string | number)[]): Random;
}

const KEY_PARITY = 0x1bd11bda;

/** One block of Threefry-2x32-20: two words of key and two of counter give two of output, in `out`. */
export function threefry2x32(key0: number, key1: number, c0: number, c1: number, out: Uint32Array): void {
  const k0 = key0 | 0;
  const k1 = key1 | 0;
  const k2 = KEY_PARITY ^ k0 ^ k1;
  let a = (c0 + k0) | 0;
  let b = (c1 + k1) | 0;
  // Written out: five groups of four rounds, a key injection after each. A loop here costs half the speed.
  a = (a + b) | 0;
  b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0;
  b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0;
  b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0;
  b = ((b << 6) | (b >>> 26)) ^ a;
  a = (a + k1) | 0;
  b = (b + k2 + 1) | 0;
  a = (a + b) | 0;
  b = ((b << 17) | (b >>> 15)) ^ a;
  a = (a + b) | 0;
  b = ((b << 29) | (b >>> 3)) ^ a;
  a = (a + b) | 0;
  b = ((b << 16) | (b >>> 16)) ^ a;
  a = (a + b) | 0;
  b = ((b << 24) | (b >>> 8)) ^ a;
  a = (a + k2) | 0;
  b = (b + k0 + 2) | 0;
  a = (a + b) | 0;
  b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0;
  b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0;
  b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0;
  b = ((b << 6) | (b >>> 26)) ^ a;
  a = (a + k0) | 0;
  b = (b + k1 + 3) | 0;
  a = (a + b) | 0;
  b = ((b << 17) | (b >>> 15)) ^ a;
  a = (a + b) | 0;
  b = ((b << 29) | (b >>> 3)) ^ a;
  a = (a + b) | 0;
  b = ((b << 16) | (b >>> 16)) ^ a;
  a = (a + b) | 0;
  b = ((b << 24) | (b >>> 8)) ^ a;
  a = (a + k1) | 0;
  b = (b + k2 + 4) | 0;
  a = (a + b) | 0;
  b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0;
  b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0;
  b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0;
  b = ((b << 6) | (b >>> 26)) ^ a;
  out[0] = a + k2;
  out[1] = b + k0 + 5;
}

/**
 * The root stream of a seed.
 * @param seed whole number in [0, 2⁵³).
 * @throws RangeError for any other seed.
 */
export function random(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`random: seed must be a whole number in [0, 2^53), got ${seed}`);
  }
  return stream(seed >>> 0, Math.floor(seed / 2 ** 32));
}

function stream(key0: number, key1: number): Random {
  const block = new Uint32Array(2);
  let low = 0;
  let high = 0;
  let spare = false;

  function bits(): number {
    if (spare) {
      spare = false;
      return block[1]!;
    }
    threefry2x32(key0, key1, low, high, block);
    low = (low + 1) >>> 0;
    if (low === 0) high = (high + 1) >>> 0;
    spare = true;
    return block[0]!;
  }
  const uniform = () => bits() / 2 ** 32;
  const fourWords = () => [bits(), bits(), bits(), bits()] as const;
  const normal = () => normalQuantile((bits() + 0.5) / 2 ** 32);
  // Rejection keeps every integer equally likely.
  function integer(below: number): number {
    if (!Number.isSafeInteger(below) || below < 1 || below > 2 ** 32) {
      throw new RangeError(`random: integer wants a bound in [1, 2^32], got ${below}`);
    }
    const limit = 2 ** 32 - (2 ** 32 % below);
    let drawn = bits();
    while (drawn >= limit) drawn = bits();
    return drawn % below;
  }
  return {
    bits,
    uniform,
    normal,
    integer,
    permutation(n) {
      const order = new Uint32Array(n);
      for (let i = 0; i < n; i++) order[i] = i;
      for (let i = n - 1; i > 0; i--) {
        const j = integer(i + 1);
        const kept = order[i]!;
        order[i] = order[j]!;
        order[j] = kept;
      }
      return order;
    },
    fillUniform: (out) => bulk.fillUniform(out, fourWords()),
    fillNormal: (out) => bulk.fillNormal(out, fourWords()),
    fillBernoulli: (out, probability) => bulk.fillBernoulli(out, probability, fourWords()),
    fork(...names) {
      const forked = new Uint32Array([key0, key1]);
      for (const name of names) {
        const [word0, word1] =
          typeof name === "number" ? [name >>> 0, Math.floor(name / 2 ** 32)] : hash(name);
        // The counter of a fork never meets the counters of draws: its high word has the top bit set.
        threefry2x32(forked[0]!, forked[1]!, word0, (word1 | 0x80000000) >>> 0, forked);
      }
      return stream(forked[0]!, forked[1]!);
    },
  };
}

/** FNV-1a over UTF-16 units, twice with different offsets, for two words of a name. */
function hash(name: string): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < name.length; i++) {
    a = Math.imul(a ^ name.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ name.charCodeAt(i), 0x85ebca6b);
  }
  return [a >>> 0, b >>> 0];
}
