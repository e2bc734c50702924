/**
 * @file The embedded data set: 1797 handwritten digits of 8 × 8 pixels with 17 gray levels, and their labels.
 *
 * The test part of UCI's "Optical Recognition of Handwritten Digits", in the order of scikit-learn's `load_digits`.
 */
import { LABELS, PIXELS } from "./digits-data.js";
import { type Matrix, matrix } from "./matrix.js";

/** Whose data this is and how it may be used. */
export const DIGITS_LICENSE =
  "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak (1998), UCI Machine Learning Repository, " +
  "https://doi.org/10.24432/C50P49, licensed under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)";

/**
 * 1797 handwritten digits, the test part of UCI's "Optical Recognition of Handwritten Digits", in the order of
 * scikit-learn's `load_digits`.
 */
export interface Digits {
  /** Shape `[1797, 64]`, whole numbers in [0, 16]; a row is 8 rows of 8 pixels. */
  readonly x: Matrix;
  /** "0" to "9", one a row. */
  readonly labels: readonly string[];
  /** `[8, 8]`. */
  readonly rowShape: readonly number[];
}

/** Decodes the digits: a fresh copy at every call. */
export function digits(): Digits {
  const x = matrix(1797, 64);
  for (let i = 0; i < x.data.length; i += 3) {
    const at = (i / 3) * 2;
    const three = value(PIXELS.charCodeAt(at)) * 71 + value(PIXELS.charCodeAt(at + 1));
    x.data[i] = Math.floor(three / 289);
    x.data[i + 1] = Math.floor(three / 17) % 17;
    x.data[i + 2] = three % 17;
  }
  return { x, labels: LABELS.split(""), rowShape: [8, 8] };
}

/** The alphabet runs from "#" on and leaves out the backslash. */
function value(code: number): number {
  return code - 35 - (code > 92 ? 1 : 0);
}
