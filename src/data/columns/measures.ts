/**
 * @file Measures of all columns and the fingerprint of the numbers in one pass: rows are looked at a block at a time, and a
 * block is in cache for all that is asked of it.
 *
 * In WebAssembly, since a loop in JavaScript takes three to ten times as long; the same bits as such a loop would give.
 */
import { digest, mixed, PRIME_1, PRIME_2, PRIME_3, PRIME_4 } from "../hash-lanes.js";
import type { Numbers } from "../matrix.js";
import { blocksOn } from "./blocks.js";
import { codeOn } from "./code.js";

/** Facts about rows `[n, d]` once all of them were looked at. Missing values (NaN) are passed over. */
export interface Measures {
  /** Least number of every column, ∞ where there is none, `[d]`. */
  readonly low: Float64Array;
  /** Greatest number, −∞ where there is none, `[d]`. */
  readonly high: Float64Array;
  /** Numbers that are not missing, `[d]`. */
  readonly counts: Float64Array;
  /** Their sums, `[d]`. */
  readonly sums: Float64Array;
  /** True if no number is missing or infinite. */
  readonly finite: boolean;
  /** 16 hex digits for the numbers and the shape, see `fingerprint`. */
  readonly fingerprint: string;
}

/** Measures rows. @param x shape `[n, d]`. */
export function measure(x: Numbers): Measures {
  const { rows, cols } = x;
  const { memory, address, wide, columns, lanes, each } = blocksOn(x);
  const code = codeOn(memory);
  const [low, high, counts, sums] = columns as [Float64Array, Float64Array, Float64Array, Float64Array];
  const narrow = (array: Float64Array) => new Float32Array(array.buffer, array.byteOffset, cols);
  const [least, greatest] = wide ? [low, high] : [narrow(low), narrow(high)];
  least.fill(Number.POSITIVE_INFINITY);
  greatest.fill(Number.NEGATIVE_INFINITY);
  lanes.set([PRIME_1 ^ rows, PRIME_2 ^ cols, PRIME_3, PRIME_4]);
  const { allFinite, sameMissing, take } = wide
    ? { allFinite: code.allFinite64, sameMissing: code.sameMissing64, take: code.measure64 }
    : { allFinite: code.allFinite32, sameMissing: code.sameMissing32, take: code.measure32 };
  let finite = true;
  each((block) => {
    const size = block.rows * cols;
    const fine = allFinite(address, size) === 1;
    finite &&= fine;
    take(
      address,
      block.rows,
      cols,
      low.byteOffset,
      high.byteOffset,
      counts.byteOffset,
      sums.byteOffset,
      fine ? 1 : 0,
    );
    if (!fine) sameMissing(address, size);
    const words = wide ? 2 * size : size;
    const fours = words & ~3;
    code.mixWords(address, fours, lanes.byteOffset);
    if (fours === words) return;
    // The last words of all: the first lane takes them.
    const rest = new Uint32Array(memory.buffer, address + 4 * fours, words - fours);
    for (const word of rest) lanes[0] = mixed(lanes[0]!, word);
  });
  return {
    low: Float64Array.from(least),
    high: Float64Array.from(greatest),
    counts: counts.slice(),
    sums: sums.slice(),
    finite,
    fingerprint: digest(lanes[0]!, lanes[1]!, lanes[2]!, lanes[3]!),
  };
}

/** Sums that `deviations` finds. */
export interface Deviations {
  /** Σᵢ (xᵢⱼ − cⱼ)² over what is not missing, `[d]`. */
  readonly squares: Float64Array;
  /** Σᵢ (xᵢⱼ − cⱼ), `[d]`. */
  readonly rests: Float64Array;
}

/** Sums of the deviations of all columns from some numbers, in float64. @param from c `[d]`. */
export function deviations(x: Numbers, from: ArrayLike<number>): Deviations {
  const { memory, address, wide, columns, each } = blocksOn(x);
  const code = codeOn(memory);
  const [offset, squares, rests] = columns as [Float64Array, Float64Array, Float64Array, Float64Array];
  offset.set(from);
  const [allFinite, take] = wide
    ? [code.allFinite64, code.deviations64]
    : [code.allFinite32, code.deviations32];
  each(({ rows }) => {
    const finite = allFinite(address, rows * x.cols);
    take(address, rows, x.cols, offset.byteOffset, squares.byteOffset, rests.byteOffset, finite);
  });
  return { squares: squares.slice(), rests: rests.slice() };
}
