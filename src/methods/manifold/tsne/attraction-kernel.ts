/**
 * @file What draws points together, of sparse probabilities: Σⱼ p_ij w_ij (yᵢ − yⱼ), w_ij = 1/(1 + ‖yᵢ − yⱼ‖²).
 */
import type { Kernel } from "../../../parallel/kernel.js";

export interface AttractionArgs extends Record<string, Float64Array | Float32Array | Int32Array> {
  rowStart: Int32Array;
  columns: Int32Array;
  values: Float32Array;
  /** `[n, dims]`. */
  y: Float64Array;
  /** `[n, dims]`. */
  forces: Float64Array;
  /** Σⱼ p_ij ln(p_ij / w_ij) `[n]`, if asked for. */
  divergences: Float64Array;
}

/** Rows to a chunk. */
export const ATTRACTION_CHUNK = 128;

/** Scalars of a run: 0 for forces, 1 for divergences. */
export const attraction: Kernel<AttractionArgs> = {
  module: import.meta.url,
  name: "attraction",
  run(args, chunk, scalars) {
    const n = args.rowStart.length - 1;
    const dims = args.y.length / n;
    const from = chunk * ATTRACTION_CHUNK;
    const to = Math.min(n, from + ATTRACTION_CHUNK);
    if (scalars[0] === 1) divergences(args, dims, from, to);
    else if (dims === 2) forcesOfPlane(args, from, to);
    else forces(args, dims, from, to);
  },
};

function forcesOfPlane(
  { rowStart, columns, values, y, forces }: AttractionArgs,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const a = y[2 * i]!;
    const b = y[2 * i + 1]!;
    const end = rowStart[i + 1]!;
    let fa = 0;
    let fb = 0;
    for (let at = rowStart[i]!; at < end; at++) {
      const j = columns[at]! << 1;
      const da = a - y[j]!;
      const db = b - y[j + 1]!;
      const pull = values[at]! / (1 + da * da + db * db);
      fa += pull * da;
      fb += pull * db;
    }
    forces[2 * i] = fa;
    forces[2 * i + 1] = fb;
  }
}

function forces(
  { rowStart, columns, values, y, forces }: AttractionArgs,
  dims: number,
  from: number,
  to: number,
): void {
  forces.fill(0, from * dims, to * dims);
  for (let i = from; i < to; i++) {
    for (let at = rowStart[i]!; at < rowStart[i + 1]!; at++) {
      const j = columns[at]!;
      let s = 0;
      for (let axis = 0; axis < dims; axis++) {
        const difference = y[i * dims + axis]! - y[j * dims + axis]!;
        s += difference * difference;
      }
      const pull = values[at]! / (1 + s);
      for (let axis = 0; axis < dims; axis++) {
        forces[i * dims + axis]! += pull * (y[i * dims + axis]! - y[j * dims + axis]!);
      }
    }
  }
}

function divergences(
  { rowStart, columns, values, y, divergences }: AttractionArgs,
  dims: number,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    let total = 0;
    for (let at = rowStart[i]!; at < rowStart[i + 1]!; at++) {
      const p = values[at]!;
      if (p === 0) continue;
      const j = columns[at]!;
      let s = 0;
      for (let axis = 0; axis < dims; axis++) {
        const difference = y[i * dims + axis]! - y[j * dims + axis]!;
        s += difference * difference;
      }
      total += p * Math.log(p * (1 + s));
    }
    divergences[i] = total;
  }
}
