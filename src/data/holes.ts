/**
 * @file Numbers that are missing from rows: how many are few, and those that a mask takes out.
 */
import { type Matrix, matrix } from "./matrix.js";

/**
 * Rows with NaN wherever a mask is 0.
 * @param mask `[n, d]`, or d numbers for every row alike.
 * @param name of the mask in errors.
 * @throws RangeError for a mask of another size, or with NaN in it.
 */
export function withHoles({ data, rows, cols }: Matrix, mask: Matrix, name: string): Matrix {
  const one = mask.data.length === cols;
  if (!one && mask.data.length !== data.length) {
    const got = `${mask.rows} × ${mask.cols}`;
    throw new RangeError(`${name}: want a mask of ${cols} numbers, or of ${rows} × ${cols}, got ${got}`);
  }
  const missing = mask.data.findIndex(Number.isNaN);
  if (missing >= 0) throw new RangeError(`${name}: number ${missing + 1} is missing, want 0 or 1`);
  return matrix(
    rows,
    cols,
    data.map((value, at) => (mask.data[one ? at % cols : at] === 0 ? Number.NaN : value)),
  );
}

/** Up to this share of missing numbers a table is filled without being asked. */
export const FEW_GAPS = 0.2;
