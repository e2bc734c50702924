/**
 * @file The offset that the scaling `none` has for a method that does not look at offsets: it is taken off in float64, so
 * that float32 keeps the digits by which rows differ.
 *
 * It is a median, a number that is there. A mean would do until one row is so far out that it draws the mean, and with it the
 * rounding, away from all others; and float32 numbers less one of their own that is near are exact.
 */
import type { Numbers } from "../data/matrix.js";
import { farColumns, IDENTITY, type Scaling, sampled } from "../data/scale.js";

/** Odd, so that a median is a number that is there. */
const SAMPLE_ROWS = 255;

/**
 * The scaling `none` with medians of the columns, over up to 255 rows from all over the data, as offset: of all columns of
 * float64 rows; of float32 rows of columns alone whose mean is more than 16 of their standard deviations, and 0 elsewhere,
 * or no offset where there is none such. Missing values are passed over.
 * @param sample of x, where it is known.
 */
export function fitCentering(x: Numbers, sample = () => sampled(x)): Scaling {
  const wide = x.data instanceof Float64Array;
  const moved = wide ? new Array<boolean>(x.cols).fill(true) : farColumns(sample());
  if (!moved.includes(true)) return IDENTITY;
  const offset = moved.map((isMoved, j) => (isMoved ? median(x, j) : 0));
  return { kind: "none", offset, factor: offset.map(() => 1) };
}

/** A median of what is observed of column j, or the first number of it where the sample has none. */
function median({ data, rows, cols }: Numbers, j: number): number {
  const count = Math.min(rows, SAMPLE_ROWS);
  const sample = Float64Array.from(
    { length: count },
    (_, i) => data[Math.floor((i * rows) / count) * cols + j]!,
  );
  const observed = sample.filter((value) => !Number.isNaN(value)).sort();
  if (observed.length > 0) return observed[(observed.length - 1) >> 1]!;
  for (let at = j; at < data.length; at += cols) if (!Number.isNaN(data[at]!)) return data[at]!;
  return 0;
}
