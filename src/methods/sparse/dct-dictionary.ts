/**
 * @file The overcomplete cosine dictionary of square images: all products of m waves down and m waves across.
 *
 *   w_f(i) = cos((i + ½) f π / m),   i = 0 … s − 1,   f = 0 … m − 1,   the mean taken off where f > 0
 *
 * for images of s × s pixels and m² atoms, each of unit norm; for m = s it is the orthonormal DCT-II.
 * Source: Elad & Aharon (2006), "Image denoising via sparse and redundant representations over learned dictionaries",
 * IEEE Trans. Image Processing 15(12), section IV.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { cos } from "../../elementary.js";

/**
 * The dictionary `[pixels, atoms]`, atom f·m + g a wave of frequency f down and g across.
 * @param pixels s², 4 or more.
 * @param atoms m².
 * @throws RangeError if either is no square, or there are fewer atoms than pixels.
 */
export function dctDictionary(pixels: number, atoms: number): Matrix {
  const [side, waves] = [Math.round(Math.sqrt(pixels)), Math.round(Math.sqrt(atoms))];
  if (side * side !== pixels || side < 2)
    throw new RangeError(
      `dctDictionary: wants rows that are square images, got ${pixels} numbers (8 × 8 are 64)`,
    );
  if (waves * waves !== atoms || waves < side)
    throw new RangeError(
      `dctDictionary: wants a square number of atoms ≥ ${pixels}, such as ${(side + 3) ** 2}, got ${atoms}`,
    );
  const wave = Array.from({ length: waves }, (_, f) => cosine(f, waves, side));
  const dictionary = matrix(pixels, atoms);
  for (let f = 0; f < waves; f++) {
    for (let g = 0; g < waves; g++) {
      const size = norm(wave[f]!) * norm(wave[g]!);
      for (let i = 0; i < pixels; i++) {
        const value = wave[f]![Math.floor(i / side)]! * wave[g]![i % side]!;
        dictionary.data[i * atoms + f * waves + g] = value / size;
      }
    }
  }
  return dictionary;
}

function cosine(f: number, waves: number, side: number): Float64Array {
  const values = Float64Array.from({ length: side }, (_, i) => cosOfShare((2 * i + 1) * f, 2 * waves));
  if (f === 0) return values;
  const mean = values.reduce((sum, value) => sum + value, 0) / side;
  return values.map((value) => value - mean);
}

/** cos(π a / b) of whole numbers a ≥ 0, b ≥ 1. */
function cosOfShare(a: number, b: number): number {
  const folded = a % (2 * b);
  const half = folded > b ? 2 * b - folded : folded;
  return half <= b / 2 ? cos((half / b) * Math.PI) : -cos(((b - half) / b) * Math.PI);
}

const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
