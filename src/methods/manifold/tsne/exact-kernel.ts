/**
 * @file All pairs, one by one: with w_ij = 1/(1 + ‖yᵢ − yⱼ‖²),
 *
 *   Σⱼ p_ij w_ij (yᵢ − yⱼ),   Σⱼ w_ij² (yᵢ − yⱼ),   Σⱼ w_ij
 *
 * Source: van der Maaten & Hinton (2008), "Visualizing data using t-SNE", JMLR 9, equation 5.
 */
import type { Kernel } from "../../../parallel/kernel.js";
import { squaredDistance } from "./places.js";

export interface ExactArgs extends Record<string, Float64Array | Float32Array> {
  /** p_ij `[n, n]`, 0 on the diagonal. */
  joint: Float64Array;
  /** `[n, 4]`, as the forces. */
  places: Float32Array;
  attraction: Float32Array;
  repulsion: Float32Array;
  /** `[n]`. */
  sums: Float64Array;
  /** Σⱼ p_ij ln(p_ij / w_ij) `[n]`, if asked for. */
  divergences: Float64Array;
}

/** Rows to a chunk. */
export const EXACT_CHUNK = 16;

/** Scalars of a run: 0 for forces, 1 for divergences. */
export const exactPairs: Kernel<ExactArgs> = {
  name: "exactPairs",
  run(args, chunk, [what]) {
    const n = args.sums.length;
    const to = Math.min(n, (chunk + 1) * EXACT_CHUNK);
    for (let i = chunk * EXACT_CHUNK; i < to; i++) {
      if (what === 1) divergence(args, n, i);
      else forces(args, n, i);
    }
  },
};

function forces({ joint, places, attraction, repulsion, sums }: ExactArgs, n: number, i: number): void {
  const a = places[4 * i]!;
  const b = places[4 * i + 1]!;
  const c = places[4 * i + 2]!;
  let sum = 0;
  let [pa, pb, pc, ra, rb, rc] = [0, 0, 0, 0, 0, 0];
  for (let j = 0, at = 0; j < n; j++, at += 4) {
    const da = a - places[at]!;
    const db = b - places[at + 1]!;
    const dc = c - places[at + 2]!;
    const w = 1 / (1 + da * da + db * db + dc * dc);
    const pull = joint[i * n + j]! * w;
    const push = w * w;
    sum += w;
    pa += pull * da;
    pb += pull * db;
    pc += pull * dc;
    ra += push * da;
    rb += push * db;
    rc += push * dc;
  }
  // Less the row's own 1.
  sums[i] = sum - 1;
  attraction[4 * i] = pa;
  attraction[4 * i + 1] = pb;
  attraction[4 * i + 2] = pc;
  repulsion[4 * i] = ra;
  repulsion[4 * i + 1] = rb;
  repulsion[4 * i + 2] = rc;
}

function divergence({ joint, places, divergences }: ExactArgs, n: number, i: number): void {
  let total = 0;
  for (let j = 0; j < n; j++) {
    const p = joint[i * n + j]!;
    if (p > 0) total += p * Math.log(p * (1 + squaredDistance(places, i, j)));
  }
  divergences[i] = total;
}
