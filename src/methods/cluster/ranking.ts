/**
 * @file Ranks of rows against centers, ‖c‖² − 2 x·c, by blocks of one product on the engine.
 */
import { float32 } from "../../engine/arrays.js";
import { affine, compileOnce, input, type Program } from "../../engine/index.js";
import { type CenteredRows, squaredNorms } from "./centered-rows.js";
import type { RankedRows } from "./nearest-center-kernel.js";

/** Numbers of rows and of ranks in one product: few enough to stay in the processor's cache. */
const BLOCK_ELEMENTS = 2 ** 21;

export interface Ranking extends RankedRows {
  /** Rows of a block. */
  readonly blockRows: number;
  /** Ranks `[count, k]` of `count ≤ blockRows` rows that lie together from `data[from · d]` on. */
  ranks(data: Float32Array, from: number, count: number): Promise<Float32Array>;
}

/** @param centers `[k, d]`, in the centering of the rows. */
export async function ranking(rows: CenteredRows, centers: Float64Array): Promise<Ranking> {
  const { cols: d } = rows;
  const k = centers.length / d;
  const norms = squaredNorms(centers, d);
  const doubled = new Float32Array(centers.length);
  for (let at = 0; at < centers.length; at++) doubled[at] = -2 * centers[at]!;
  const w = float32([k, d], doubled);
  const bias = float32([k], Float32Array.from(norms));
  return {
    x: rows.data,
    norms: rows.norms,
    d,
    centers,
    k,
    largestNorm: norms.reduce((largest, norm) => Math.max(largest, norm), 0),
    blockRows: Math.max(1, Math.floor(BLOCK_ELEMENTS / Math.max(d, k))),
    async ranks(data, from, count) {
      const x = float32([count, d], data.subarray(from * d, (from + count) * d));
      const program = await rankingProgram(count, d, k);
      const { ranks } = await program.run({ x, w, bias });
      return ranks!.data as Float32Array;
    },
  };
}

function rankingProgram(rows: number, d: number, k: number): Promise<Program> {
  const graph = () => {
    const x = input("x", ["rows", "d"]);
    const w = input("w", ["k", "d"]);
    const bias = input("bias", ["k"]);
    return { ranks: affine(x, w, bias, { transposeB: true }) };
  };
  return compileOnce("ranks of rows against centers", graph, { rows, d, k });
}
