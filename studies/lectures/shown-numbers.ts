/**
 * @file Masks of rows of which some numbers are hidden.
 */

/** Shows the first number of rows of which nothing is seen: of these nothing can be told. @param mask `[n, d]`, changed. @param hidden the number that stands for what is hidden. */
export function showOneOfEach(mask: Float32Array, d: number, hidden: 0 | 1): void {
  for (let from = 0; from < mask.length; from += d)
    if (mask.subarray(from, from + d).every((value) => value === hidden)) mask[from] = 1 - hidden;
}
