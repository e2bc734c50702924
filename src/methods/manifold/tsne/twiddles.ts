/**
 * @file Numbers that Fourier transforms of one length share: the factors between their stages.
 */
import { cos } from "../../../elementary.js";

/** The smallest length ≥ `least` of the form 2ᵃ 3ᵇ 5ᶜ, even except for 1. */
export function transformLength(least: number): number {
  if (least <= 1) return 1;
  for (let length = 2 * Math.ceil(least / 2); ; length += 2) {
    let rest = length;
    for (const factor of [2, 3, 5]) while (rest % factor === 0) rest /= factor;
    if (rest === 1) return length;
  }
}

/**
 * cos and −sin of 2π p k / (length of the stage) for each stage, radix 4 before 2, 3 and 5, and each of its butterflies p,
 * k = 1 … radix − 1. @param length of the form 2ᵃ 3ᵇ 5ᶜ.
 */
export function twiddles(length: number): Float32Array {
  const table: number[] = [];
  let rest = length;
  for (const radix of [4, 2, 3, 5]) {
    for (; rest % radix === 0; rest /= radix) {
      for (let p = 0; p < rest / radix; p++) {
        for (let k = 1; k < radix; k++) {
          table.push(cosOfTurn((p * k) / rest), cosOfTurn((p * k) / rest + 0.25));
        }
      }
    }
  }
  return Float32Array.from(table);
}

/** cos 2πt for t ≥ 0. */
export function cosOfTurn(t: number): number {
  const part = t - Math.floor(t);
  const half = part > 0.5 ? 1 - part : part;
  return half > 0.25 ? -cos(2 * Math.PI * (0.5 - half)) : cos(2 * Math.PI * half);
}
