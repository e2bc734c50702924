/**
 * @file Work that several threads can share: a pure function of arrays and numbers, dealt out in chunks.
 */

type Numbers = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** Arrays and numbers that every chunk reads; what a chunk writes to must be shared memory, see `shared.ts` and `wasm.ts`. */
export type KernelArgs = Readonly<Record<string, Numbers | number | WebAssembly.Memory>>;

/**
 * One kind of work. Workers find it in the table of `src/kernels.ts`, and load all that its module imports. The chunks of
 * a run write to different numbers, so that the result does not depend on who does them, nor on their order.
 */
export interface Kernel<A extends KernelArgs> {
  /** No other kernel has it. */
  readonly name: string;
  /** Does one chunk, counted from 0. @param scalars what the run was given. */
  run(args: A, chunk: number, scalars: Float64Array): void;
}
