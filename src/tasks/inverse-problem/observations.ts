/**
 * @file Measurements as they are given: which of their numbers count.
 */
import type { Matrix } from "../../data/matrix.js";
import type { Measurement } from "./measurements.js";

/**
 * Measurements with 0 in place of what is missing or hidden, and which of them count; no mask if all do.
 * @throws RangeError for infinite numbers, or a row of which nothing counts.
 */
export function measured(
  y: Matrix,
  measurement: Measurement,
  where: string,
): { values: Float32Array; observed: Float32Array | undefined } {
  const values = y.data.slice();
  const observed = new Float32Array(values.length);
  const [infinite, counted] = [
    values.findIndex((v) => v === Number.POSITIVE_INFINITY || v === Number.NEGATIVE_INFINITY),
    measurement.observed,
  ];
  if (infinite >= 0) {
    const place = `row ${Math.floor(infinite / y.cols)} column ${infinite % y.cols}`;
    throw new RangeError(`${where}: ${place} is ${values[infinite]}; want finite numbers or NaN`);
  }
  let hidden = false;
  for (let i = 0; i < y.rows; i++) {
    let seen = 0;
    for (let j = 0, at = i * y.cols; j < y.cols; j++, at++) {
      const counts = !Number.isNaN(values[at]!) && counted?.[j] !== 0;
      if (counts) {
        observed[at] = 1;
        seen++;
      } else values[at] = 0;
    }
    if (seen === 0) throw new RangeError(`${where}: nothing of row ${i} is measured`);
    hidden ||= seen < y.cols;
  }
  return { values, observed: hidden ? observed : undefined };
}

/** A seed for a caller who gave none. */
export function drawSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
