/**
 * @file Peak signal-to-noise ratio: the error of rows in decibels below the square of the largest difference there may be.
 */
import type { Numbers } from "../data/matrix.js";
import { log } from "../elementary.js";
import { squaredErrorPerSample } from "./reconstruction.js";

/**
 * 10 log₁₀(peak² / mean squared error): 6 dB more is half the error; ∞ for none.
 * @param clean `[n, d]`, n ≥ 1. @param x `[n, d]` that is compared with it.
 * @param peak the range of numbers there may be, > 0, as 255 of bytes. Default: largest less least of `clean`.
 * @throws RangeError for shapes that differ, or where all numbers of `clean` are one and no peak is said.
 */
export function peakSignalToNoise(clean: Numbers, x: Numbers, peak: number = rangeOf(clean)): number {
  if (!(peak > 0)) throw new RangeError(`peakSignalToNoise: peak must be a number > 0, got ${peak}`);
  const error = squaredErrorPerSample(clean, x) / clean.cols;
  return error === 0 ? Number.POSITIVE_INFINITY : (10 / LOG_10) * log((peak * peak) / error);
}

const LOG_10 = log(10);

function rangeOf({ data }: Numbers): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
}
