/**
 * @file Fingerprints of data.
 */
import { measure } from "./columns/measures.js";
import type { Numbers } from "./matrix.js";

/**
 * 16 hex digits for the numbers and the shape. Any two `NaN` are alike; 0 and −0 are not. Numbers of float64 have two words
 * each, so that they have another fingerprint than the same rounded.
 */
export function fingerprint(x: Numbers): string {
  return measure(x).fingerprint;
}
