/**
 * @file Many random numbers at once, for the noise of training: a small fast generator, started from 128 bits that are a
 * function of the stream. As reproducible as drawing one by one, and many times as fast.
 *
 * Source: Blackman & Vigna (2021), "Scrambled linear pseudorandom number generators", ACM TOMS (xoshiro128++).
 */
import { BLOCK, bernoulliBlocks, normalBlocks, type State, uniformBlocks } from "./blocks.js";
import { type NoiseCode, noiseCode } from "./code.js";

/** Four words of 32 bits that a generator starts from. */
export type NoiseSeed = readonly [number, number, number, number];

/** With fewer numbers, plain loops are done before the code is there. */
const LEAST = 4 * BLOCK;

/** Fills with uniform numbers on [0, 1), 24 bits each so that float32 never rounds up to 1. */
export function fillUniform(out: Float32Array, seed: NoiseSeed): Float32Array {
  return filled(
    out,
    seed,
    (code, state) => code.uniform(out, state),
    (rest, state) => uniformBlocks(rest, state),
  );
}

/** Fills with 1 with the given probability in [0, 1], to 16 bits, and with 0 else. */
export function fillBernoulli(out: Float32Array, probability: number, seed: NoiseSeed): Float32Array {
  const limit = Math.round(probability * 2 ** 16);
  return filled(
    out,
    seed,
    (code, state) => code.bernoulli(out, limit, state),
    (rest, state) => bernoulliBlocks(rest, limit, state),
  );
}

/**
 * Fills with standard normal numbers: one of 65,536 equally likely quantiles by 16 random bits, the outermost two
 * replaced by exact draws of the tails beyond them. The distribution function is off by 2⁻¹⁷ at most.
 */
export function fillNormal(out: Float32Array, seed: NoiseSeed): Float32Array {
  return filled(
    out,
    seed,
    (code, state) => code.normal(out, state),
    (rest, state) => normalBlocks(rest, state),
  );
}

/** @param whole fills whole blocks, as many as there are, and says how many numbers that were. */
function filled(
  out: Float32Array,
  seed: NoiseSeed,
  whole: (code: NoiseCode, state: State) => number,
  rest: (out: Float32Array, state: State) => void,
): Float32Array {
  const state = Int32Array.from(seed);
  // The one state that leads nowhere.
  if (seed.every((word) => word === 0)) state[0] = 1;
  const done = out.length < LEAST ? 0 : whole(noiseCode(), state);
  rest(out.subarray(done), state);
  return out;
}
