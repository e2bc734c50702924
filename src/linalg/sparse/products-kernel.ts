/**
 * @file The loop of a product of a sparse matrix with a block of vectors, by chunks of rows.
 */
import type { Kernel } from "../../parallel/kernel.js";

/** out ← A X for rows of one chunk; X `[cols, width]` and out `[rows, width]` are row-major. */
export const multiplyRows: Kernel<{
  rowStarts: Int32Array;
  columns: Int32Array;
  values: Float64Array;
  x: Float64Array;
  out: Float64Array;
  width: number;
  chunkRows: number;
}> = {
  module: import.meta.url,
  name: "multiplyRows",
  run({ rowStarts, columns, values, x, out, width, chunkRows }, chunk) {
    const first = chunk * chunkRows;
    const end = Math.min(rowStarts.length - 1, first + chunkRows);
    for (let i = first; i < end; i++) {
      const to = i * width;
      const last = rowStarts[i + 1]!;
      for (let c = 0; c < width; c++) out[to + c] = 0;
      for (let at = rowStarts[i]!; at < last; at++) {
        const value = values[at]!;
        const from = columns[at]! * width;
        for (let c = 0; c < width; c++) out[to + c]! += value * x[from + c]!;
      }
    }
  },
};
