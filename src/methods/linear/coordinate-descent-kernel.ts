/**
 * @file Sweeps of coordinate descent for non-negative least squares of many rows, by the threads there are.
 */
import type { Kernel } from "../../parallel/kernel.js";
import { instanceOn, ownRoom } from "../../parallel/wasm.js";
import { code } from "./coordinate-descent.wasm.js";

/** Functions that assembly/coordinate-descent exports. Addresses are in bytes. */
interface DescentCode {
  descend(
    gram: number,
    right: number,
    z: number,
    rounded: number,
    n: number,
    k: number,
    from: number,
    to: number,
    sweeps: number,
    room: number,
  ): number;
}

/** Rows of a chunk. */
export const DESCENT_ROWS = 256;

/** Numbers from one row of the Gram matrix to the next: whole vectors of two. */
export const gramPitch = (k: number): number => (k + 1) & ~1;

export interface DescentArgs
  extends Record<string, WebAssembly.Memory | Float64Array | Float32Array | number> {
  /** Memory of the arrays. */
  memory: WebAssembly.Memory;
  /** G = BᵀB, row-major `[k, gramPitch(k)]`. */
  gram: Float64Array;
  /** Bᵀx of every row, `[n, k]`. */
  right: Float32Array;
  /** Z, row-major `[n, k]`, ≥ 0: changed in place. */
  z: Float64Array;
  /** Zᵀ once more `[k, n]`. */
  rounded: Float32Array;
  /** Σ |projected gradient| of every chunk before its sweeps. */
  violations: Float64Array;
  k: number;
}

/** Scalars: the most sweeps. */
export const coordinateDescent: Kernel<DescentArgs> = {
  name: "coordinateDescent",
  run({ memory, gram, right, z, rounded, violations, k }, chunk, [sweeps]) {
    const { descend } = instanceOn(memory, code) as unknown as DescentCode;
    const n = z.length / k;
    const from = chunk * DESCENT_ROWS;
    violations[chunk] = descend(
      gram.byteOffset,
      right.byteOffset,
      z.byteOffset,
      rounded.byteOffset,
      n,
      k,
      from,
      Math.min(n, from + DESCENT_ROWS),
      sweeps!,
      ownRoom(memory, 2 * gramPitch(k)).byteOffset,
    );
  },
};
