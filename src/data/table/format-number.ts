/**
 * @file Numbers as text: the shortest decimal that reads back as the same number.
 */

/** @param like an array of the precision the number has. */
export function formatNumber(value: number, like: Float32Array | Float64Array): string {
  if (Object.is(value, -0)) return "-0";
  if (like instanceof Float32Array) return formatFloat32(value);
  const text = String(value);
  // Digits alone would be those of a whole number, which float64 may have rounded.
  return Number.isInteger(value) && !Number.isSafeInteger(value) && !text.includes("e") ? `${text}.0` : text;
}

/** A float32 as the shortest decimal of at least 7 digits' precision that reads back as the same float32. */
export function formatFloat32(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 24)
    return Object.is(value, -0) ? "-0" : String(value);
  for (let digits = 7; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return String(shorter);
  }
  return String(Number(value.toPrecision(9)));
}
