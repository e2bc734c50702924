/**
 * @file Rows as scores along a few directions, (x − μ) Vᵀ.
 *
 * Products of the engine differ in the last bit from machine to machine, and where a row stands alone. These do not: a row has the same
 * scores in any company, natively and in a browser, so that it is known again.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { gatherTeam, threads } from "../../parallel/team.js";
import { float32On, wasmMemory } from "../../parallel/wasm.js";
import type { Breathing } from "../breathing.js";
import { projectRows } from "./project-kernel.js";

/** Directions and the point that they are seen from. */
export interface Axes {
  /** V `[k, d]`. */
  readonly directions: Matrix;
  /** μ `[d]`. */
  readonly mean: Float32Array;
}

/** Rows that are copied for the threads at a time. */
const BLOCK_ROWS = 4096;
/** Up to so many products one thread is as fast. */
const ALONE = 4e6;
/** Rows to a chunk. */
const CHUNK_ROWS = 128;
/** Directions at a time. */
const LANES = 16;

/** Scores `[n, k]` of rows `[n, d]`, in float32; one beyond its range is its largest number. */
export async function project(
  x: Matrix,
  { directions, mean }: Axes,
  { breathe }: Breathing = {},
): Promise<Matrix> {
  const { rows: n, cols: d } = x;
  const k = directions.rows;
  const width = LANES * Math.ceil(k / LANES);
  const most = Math.min(n, BLOCK_ROWS);
  const memory = wasmMemory();
  const args = {
    memory,
    x: float32On(memory, most * d),
    mean: float32On(memory, d),
    directions: float32On(memory, d * width),
    scores: float32On(memory, most * width),
    d,
    width,
  };
  args.mean.set(mean);
  for (let c = 0; c < k; c++)
    for (let j = 0; j < d; j++) args.directions[j * width + c] = directions.data[c * d + j]!;
  const shares = threads() > 1 && n * d * k > ALONE;
  const out = matrix(n, k);
  const team = gatherTeam(projectRows, args);
  try {
    for (let first = 0; first < n; first += most) {
      const rows = Math.min(most, n - first);
      args.x.set(x.data.subarray(first * d, (first + rows) * d));
      const chunkRows = shares ? CHUNK_ROWS : rows;
      team.run(Math.ceil(rows / chunkRows), rows, chunkRows);
      for (let i = 0; i < rows; i++)
        out.data.set(args.scores.subarray(i * width, i * width + k), (first + i) * k);
      await breathe?.();
    }
  } finally {
    team.release();
  }
  return out;
}
