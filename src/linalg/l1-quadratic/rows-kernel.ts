/**
 * @file The minima of a quadratic and an L1 norm for many rows with one Gram matrix, dealt to threads.
 */
import type { Kernel } from "../../parallel/kernel.js";
import { float64On, wasmMemory } from "../../parallel/wasm.js";
import { FeatureSignSearch } from "./feature-sign-search.js";

/** Rows of a chunk: few enough that threads end together and pauses are not far apart. */
export const CHUNK_ROWS = 32;

export interface L1QuadraticArgs {
  /** Addresses of the arrays. */
  readonly memory: WebAssembly.Memory;
  /** G `[k, k]`. */
  readonly gram: Float64Array;
  /** c of every row `[n, k]`. */
  readonly correlations: Float64Array;
  /** z of every row `[n, k]`: where to start, such as zeros, and what is found. */
  readonly codes: Float64Array;
  readonly [name: string]: Float64Array | WebAssembly.Memory;
}

/** Arrays of zeros for so many rows and codes of k numbers, in a memory of their own. */
export function l1QuadraticArgs(rows: number, k: number) {
  const memory = wasmMemory();
  return {
    memory,
    gram: float64On(memory, k * k),
    correlations: float64On(memory, rows * k),
    codes: float64On(memory, rows * k),
  } satisfies L1QuadraticArgs;
}

/** Scalars: rows, α, and 1 where codes must be ≥ 0, else 0. */
export const l1QuadraticRows: Kernel<L1QuadraticArgs> = {
  name: "l1QuadraticRows",
  run({ memory, gram, correlations, codes }, chunk, scalars) {
    const [rows, alpha, nonNegative] = scalars as unknown as [number, number, number];
    const k = Math.sqrt(gram.length);
    let search = searches.get(memory);
    if (search?.alpha !== alpha || search.nonNegative !== (nonNegative === 1)) {
      search = new FeatureSignSearch(memory, gram, k, alpha, nonNegative === 1);
      searches.set(memory, search);
    }
    const end = Math.min(rows, (chunk + 1) * CHUNK_ROWS);
    for (let row = chunk * CHUNK_ROWS; row < end; row++) {
      search.solve(correlations, row * k, codes);
    }
  },
};

/** Each thread's own, for the Gram matrix that the memory has: the factor is too large to be made for every chunk. */
const searches = new WeakMap<WebAssembly.Memory, FeatureSignSearch>();
