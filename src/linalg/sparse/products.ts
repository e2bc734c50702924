/**
 * @file Products of a sparse matrix with a block of vectors.
 */
import { type Dense, dense } from "../dense.js";
import type { SparseMatrix } from "./csr.js";

/** A X for columns X of shape `[a.cols, m]`. @throws RangeError if the shapes do not fit. */
export function multiplySparse(a: SparseMatrix, x: Dense): Dense {
  if (x.rows !== a.cols)
    throw new RangeError(
      `multiplySparse: inner sizes differ in [${a.rows}, ${a.cols}] · [${x.rows}, ${x.cols}]`,
    );
  const out = dense(a.rows, x.cols);
  const { rowStarts, columns, values } = a;
  addRows(rowStarts, columns, values, x.data, out.data, x.cols);
  return out;
}

/** out ← out + A X; X and out are row-major, `width` numbers a row. */
function addRows(
  rowStarts: Int32Array,
  columns: Int32Array,
  values: Float64Array,
  x: Float64Array,
  out: Float64Array,
  width: number,
): void {
  for (let i = 0, to = 0; i < rowStarts.length - 1; i++, to += width) {
    for (let at = rowStarts[i]!; at < rowStarts[i + 1]!; at++) {
      const value = values[at]!;
      const from = columns[at]! * width;
      for (let c = 0; c < width; c++) out[to + c]! += value * x[from + c]!;
    }
  }
}
