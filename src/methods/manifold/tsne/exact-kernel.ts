/**
 * @file All pairs, one by one: with w_ij = 1/(1 + ‖yᵢ − yⱼ‖²),
 *
 *   Σⱼ p_ij w_ij (yᵢ − yⱼ),   Σⱼ w_ij² (yᵢ − yⱼ),   Σⱼ w_ij
 *
 * Source: van der Maaten & Hinton (2008), "Visualizing data using t-SNE", JMLR 9, equation 5.
 */
import type { Kernel } from "../../../parallel/kernel.js";

export interface ExactArgs extends Record<string, Float64Array> {
  /** p_ij `[n, n]`, 0 on the diagonal. */
  joint: Float64Array;
  /** `[n, dims]`, as the forces. */
  y: Float64Array;
  attraction: Float64Array;
  repulsion: Float64Array;
  /** `[n]`. */
  sums: Float64Array;
  /** Σⱼ p_ij ln(p_ij / w_ij) `[n]`, if asked for. */
  divergences: Float64Array;
}

/** Rows to a chunk. */
export const EXACT_CHUNK = 16;

/** Scalars of a run: 0 for forces, 1 for divergences. */
export const exactPairs: Kernel<ExactArgs> = {
  module: import.meta.url,
  name: "exactPairs",
  run(args, chunk, scalars) {
    const n = args.sums.length;
    const dims = args.y.length / n;
    const to = Math.min(n, (chunk + 1) * EXACT_CHUNK);
    for (let i = chunk * EXACT_CHUNK; i < to; i++) {
      if (scalars[0] === 1) divergence(args, n, dims, i);
      else forces(args, n, dims, i);
    }
  },
};

function forces(
  { joint, y, attraction, repulsion, sums }: ExactArgs,
  n: number,
  dims: number,
  i: number,
): void {
  // Axes that there are not repeat the first, and count nothing.
  const second = dims > 1 ? 1 : 0;
  const third = dims > 2 ? 2 : 0;
  const a = y[i * dims]!;
  const b = y[i * dims + second]!;
  const c = y[i * dims + third]!;
  let sum = 0;
  let [pa, pb, pc, ra, rb, rc] = [0, 0, 0, 0, 0, 0];
  for (let j = 0, at = 0; j < n; j++, at += dims) {
    const da = a - y[at]!;
    const db = second * (b - y[at + second]!);
    const dc = third * 0.5 * (c - y[at + third]!);
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
  attraction[i * dims] = pa;
  repulsion[i * dims] = ra;
  if (second) {
    attraction[i * dims + 1] = pb;
    repulsion[i * dims + 1] = rb;
  }
  if (third) {
    attraction[i * dims + 2] = pc;
    repulsion[i * dims + 2] = rc;
  }
}

function divergence({ joint, y, divergences }: ExactArgs, n: number, dims: number, i: number): void {
  let total = 0;
  for (let j = 0; j < n; j++) {
    const p = joint[i * n + j]!;
    if (p === 0) continue;
    let s = 0;
    for (let axis = 0; axis < dims; axis++) {
      const difference = y[i * dims + axis]! - y[j * dims + axis]!;
      s += difference * difference;
    }
    total += p * Math.log(p * (1 + s));
  }
  divergences[i] = total;
}
