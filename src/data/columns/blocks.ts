/**
 * @file Rows in blocks on the memory of WebAssembly, small enough to stay in cache while all that is wanted of them is done.
 */
import type { Numbers } from "../matrix.js";

const PAGE = 65536;

/** Bytes of a block. */
const BLOCK_BYTES = 2 ** 16;
/** A block has a multiple of so many rows: words then go in fours. */
const FOUR = 4;

/** Arrays of float64 beside a block. */
const ARRAYS = 4;
/** The lanes of a fingerprint, and what is never written, since nothing is to be at address 0. */
const START_BYTES = 64;

/** This thread's alone: what is copied into memory that is shared takes ten times as long. */
let kept: WebAssembly.Memory | undefined;

/** Memory of at least so many bytes; that of last time, if it is large enough. */
function memoryOf(bytes: number): WebAssembly.Memory {
  if (!kept || kept.buffer.byteLength < bytes)
    kept = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: PAGE });
  return kept;
}

/** One block of rows on the memory. */
export interface Block {
  /** Its first row. */
  readonly from: number;
  readonly rows: number;
}

/** Blocks of rows, and the room they lie in. */
export interface Blocks {
  readonly memory: WebAssembly.Memory;
  /** Address of the block. */
  readonly address: number;
  readonly wide: boolean;
  /** Four arrays of float64 `[cols]` or of float32, set to 0. */
  readonly columns: readonly Float64Array[];
  readonly lanes: Uint32Array;
  /** Copies one block after the other. */
  each(take: (block: Block) => void): void;
}

/** The rows of x in blocks. */
export function blocksOn({ data, rows, cols }: Numbers): Blocks {
  const wide = data instanceof Float64Array;
  const most = FOUR * Math.max(1, Math.floor(BLOCK_BYTES / FOUR / Math.max(1, cols) / (wide ? 8 : 4)));
  const size = Math.min(most, rows) * cols;
  const address = START_BYTES + ARRAYS * 8 * cols;
  const memory = memoryOf(address + size * data.BYTES_PER_ELEMENT);
  const { buffer } = memory;
  const columns = Array.from({ length: ARRAYS }, (_, i) =>
    new Float64Array(buffer, START_BYTES + i * 8 * cols, cols).fill(0),
  );
  const block = wide ? new Float64Array(buffer, address, size) : new Float32Array(buffer, address, size);
  return {
    memory,
    address,
    wide,
    columns,
    lanes: new Uint32Array(buffer, START_BYTES / 2, FOUR),
    each(take) {
      for (let from = 0; from < rows; from += most) {
        const to = Math.min(rows, from + most);
        block.set(data.subarray(from * cols, to * cols));
        take({ from, rows: to - from });
      }
    },
  };
}
