/**
 * @file Forces that draw points together, and the divergence of the pairs that have a probability.
 */
import type { Kernel } from "../../../parallel/kernel.js";
import { codeOn } from "./code.js";
import { squaredDistance } from "./places.js";

export interface AttractionArgs
  extends Record<string, WebAssembly.Memory | Float64Array | Float32Array | Int32Array | number> {
  /** Memory of the arrays. */
  memory: WebAssembly.Memory;
  rowStart: Int32Array;
  columns: Int32Array;
  values: Float32Array;
  dims: number;
  /** `[n, 4]`. */
  places: Float32Array;
  /** Σⱼ p_ij w_ij (yᵢ − yⱼ) `[n, 4]`. */
  forces: Float32Array;
  /** Σⱼ p_ij ln(p_ij / w_ij) `[n]`, if asked for. */
  divergences: Float64Array;
}

/** Rows to a chunk. */
export const ATTRACTION_CHUNK = 128;

/** Scalars of a run: 0 for forces, 1 for divergences. */
export const attraction: Kernel<AttractionArgs> = {
  name: "attraction",
  run(args, chunk, [what]) {
    const from = chunk * ATTRACTION_CHUNK;
    const to = Math.min(args.rowStart.length - 1, from + ATTRACTION_CHUNK);
    if (what === 1) return divergences(args, from, to);
    const { memory, rowStart, columns, values, dims, places, forces } = args;
    codeOn(memory).attract(
      rowStart.byteOffset,
      columns.byteOffset,
      values.byteOffset,
      places.byteOffset,
      forces.byteOffset,
      from,
      to,
      dims,
    );
  },
};

function divergences(
  { rowStart, columns, values, places, divergences }: AttractionArgs,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    let total = 0;
    for (let at = rowStart[i]!; at < rowStart[i + 1]!; at++) {
      const p = values[at]!;
      if (p > 0) total += p * Math.log(p * (1 + squaredDistance(places, i, columns[at]!)));
    }
    divergences[i] = total;
  }
}
