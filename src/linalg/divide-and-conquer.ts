/**
 * @file Divide and conquer for eigenvectors and singular vectors alike: joining the vectors of
 * two halves, rotating a pair, and multiplying the undeflated ones by the vectors of the rank-one problem.
 * Vectors are kept as rows, so that a vector is contiguous. A vector of the first half is zero in the second
 * and the other way round; products skip these zeros. Source: Gu & Eisenstat (1995), as in LAPACK's dlaed3.
 */
import { type Dense, dense } from "./dense.js";
import { gemm } from "./gemm.js";

/** In which half of the coordinates a vector has entries. */
export const Span = { first: 1, second: 2, both: 3 } as const;

/**
 * Distance from zero up to which an entry counts as zero, relative to the norm of the matrix: eight roundings, as in
 * LAPACK.
 */
export const DEFLATION_TOLERANCE = 8 * 2 ** -53;

/** Vectors of the two halves as rows of one block-diagonal square matrix, the second starting at `(row, column)`. */
export function blockDiagonal(first: Dense, second: Dense, size: number, row: number, column: number): Dense {
  const joined = dense(size, size);
  for (let i = 0; i < first.rows; i++) {
    joined.data.set(first.data.subarray(i * first.cols, (i + 1) * first.cols), i * size);
  }
  for (let i = 0; i < second.rows; i++) {
    joined.data.set(second.data.subarray(i * second.cols, (i + 1) * second.cols), (row + i) * size + column);
  }
  return joined;
}

/** Rotates rows p and q: p ← c p + s q, q ← c q − s p. */
export function rotateRows(a: Dense, p: number, q: number, c: number, s: number): void {
  const { data, cols } = a;
  for (let j = 0, atP = p * cols, atQ = q * cols; j < cols; j++, atP++, atQ++) {
    const x = data[atP]!;
    const y = data[atQ]!;
    data[atP] = c * x + s * y;
    data[atQ] = c * y - s * x;
  }
}

/**
 * New vectors from old: row i of the result is Σⱼ coefficients(i, j) · vectors(kept[j]).
 * @param spans where each row of `vectors` has entries.
 * @param coefficients shape `[m, kept.length]`.
 * @param cut first coordinate of the second half.
 * @returns shape `[m, vectors.cols]`.
 */
export async function combineRows(
  vectors: Dense,
  kept: readonly number[],
  coefficients: Dense,
  spans: Uint8Array,
  cut: number,
): Promise<Dense> {
  const out = dense(coefficients.rows, vectors.cols);
  for (const [half, from, to] of [
    [Span.first, 0, cut],
    [Span.second, cut, vectors.cols],
  ] as const) {
    const used: number[] = [];
    for (let j = 0; j < kept.length; j++) if (spans[kept[j]!]! & half) used.push(j);
    if (used.length === 0 || from === to) continue;

    const width = to - from;
    const old = dense(used.length, width);
    used.forEach((j, i) => {
      const at = kept[j]! * vectors.cols;
      old.data.set(vectors.data.subarray(at + from, at + to), i * width);
    });
    const product = await gemm(takeColumns(coefficients, used), old);
    for (let i = 0; i < out.rows; i++) {
      out.data.set(product.data.subarray(i * width, (i + 1) * width), i * out.cols + from);
    }
  }
  return out;
}

function takeColumns(a: Dense, indices: readonly number[]): Dense {
  if (indices.length === a.cols) return a;
  const out = dense(a.rows, indices.length);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < indices.length; j++) out.data[i * out.cols + j] = a.data[i * a.cols + indices[j]!]!;
  }
  return out;
}

/** The order that sorts `values` ascending; equal values keep their order. */
export function ascendingOrder(values: Float64Array): Int32Array {
  return Int32Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]! || i - j);
}
