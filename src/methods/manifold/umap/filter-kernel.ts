/**
 * @file A step of a filter of columns, of some rows.
 */
import type { Kernel } from "../../../parallel/kernel.js";
import { codeOn } from "./code.js";

export interface FilterArgs extends Record<string, WebAssembly.Memory | Float32Array | Int32Array | number> {
  /** Memory of the arrays. */
  memory: WebAssembly.Memory;
  rowStart: Int32Array;
  columns: Int32Array;
  /** Entries of S. */
  values: Float32Array;
  /** Two buffers `[n, width]` after one another. */
  buffers: Float32Array;
  width: number;
}

/** Rows to a chunk. */
export const FILTER_CHUNK = 512;

/** Scalars of a run: which buffer is x, the other being z and written to, and α, β, γ of α S x + β x + γ z. */
export const filterColumns: Kernel<FilterArgs> = {
  name: "filterColumns",
  run({ memory, rowStart, columns, values, buffers, width }, chunk, scalars) {
    const n = rowStart.length - 1;
    const from = chunk * FILTER_CHUNK;
    const address = (which: number) => buffers.byteOffset + which * 4 * n * width;
    const [x, other] = [address(scalars[0]!), address(1 - scalars[0]!)];
    codeOn(memory).filter(
      rowStart.byteOffset,
      columns.byteOffset,
      values.byteOffset,
      x,
      other,
      other,
      from,
      Math.min(n, from + FILTER_CHUNK),
      width,
      scalars[1]!,
      scalars[2]!,
      scalars[3]!,
    );
  },
};
