import { expect, test } from "vitest";
import { deviations, measure } from "../../src/data/columns/measures.js";
import { digest, mixed, PRIME_1, PRIME_2, PRIME_3, PRIME_4 } from "../../src/data/hash-lanes.js";
import type { Numbers } from "../../src/data/matrix.js";
import { random } from "../../src/random.js";

/** The same by plain loops over the columns, and words taken one after the other. */
function plain({ data, rows, cols }: Numbers) {
  const low = new Array<number>(cols).fill(Number.POSITIVE_INFINITY);
  const high = new Array<number>(cols).fill(Number.NEGATIVE_INFINITY);
  const counts = new Array<number>(cols).fill(0);
  const sums = new Array<number>(cols).fill(0);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const value = data[i * cols + j]!;
      if (Number.isNaN(value)) continue;
      low[j] = Math.min(low[j]!, value);
      high[j] = Math.max(high[j]!, value);
      counts[j]!++;
      sums[j]! += value;
    }
  }
  const words = [...data].flatMap((value) => {
    if (data instanceof Float32Array)
      return Number.isNaN(value) ? [0x7fc00000] : [...new Int32Array(Float32Array.of(value).buffer)];
    return Number.isNaN(value) ? [0, 0x7fc00000] : [...new Int32Array(Float64Array.of(value).buffer)];
  });
  const lanes = [PRIME_1 ^ rows, PRIME_2 ^ cols, PRIME_3, PRIME_4];
  const whole = words.length - (words.length % 4);
  words.forEach((word, i) => {
    const lane = i < whole ? i % 4 : 0;
    lanes[lane] = mixed(lanes[lane]!, word);
  });
  const [a, b, c, d] = lanes as [number, number, number, number];
  return { low, high, counts, sums, finite: data.every(Number.isFinite), fingerprint: digest(a, b, c, d) };
}

const same = (got: ArrayLike<number>, wanted: ArrayLike<number>) =>
  expect(Array.from(got)).toEqual(Array.from(wanted));

/** Shapes with and without columns beside whole vectors, of less than a block and of several. */
const SHAPES: [number, number][] = [
  [0, 3],
  [1, 1],
  [5, 3],
  [7, 4],
  [9, 18],
  [3, 5001],
  [1003, 33],
  [6001, 7],
];

for (const [name, Data] of [
  ["float32", Float32Array],
  ["float64", Float64Array],
] as const) {
  test(`${name}: the bits of plain loops, with gaps and infinities or without`, () => {
    const stream = random(5).fork(name);
    for (const [rows, cols] of SHAPES) {
      for (const share of [0, 0.3]) {
        const data = Data.from(Array.from({ length: rows * cols }, () => 1e3 * stream.normal()));
        for (let i = 0; i < data.length; i++) if (stream.uniform() < share) data[i] = Number.NaN;
        if (share > 0 && data.length > 20) data[data.length >> 1] = Number.NEGATIVE_INFINITY;
        const x = { data, rows, cols };
        const before = data.slice();
        const [got, wanted] = [measure(x), plain(x)];
        for (const key of ["low", "high", "counts", "sums"] as const) same(got[key], wanted[key]);
        expect([got.finite, got.fingerprint]).toEqual([wanted.finite, wanted.fingerprint]);
        same(data, before);
      }
    }
  });

  test(`${name}: deviations are the bits of plain loops`, () => {
    const stream = random(6).fork(name);
    for (const [rows, cols] of SHAPES) {
      for (const share of [0, 0.3]) {
        const data = Data.from(Array.from({ length: rows * cols }, () => stream.normal()));
        for (let i = 0; i < data.length; i++) if (stream.uniform() < share) data[i] = Number.NaN;
        const from = Float64Array.from({ length: cols }, () => stream.normal());
        const squares = new Float64Array(cols);
        const rests = new Float64Array(cols);
        data.forEach((value, at) => {
          const v = value - from[at % cols]!;
          if (Number.isNaN(v)) return;
          squares[at % cols]! += v * v;
          rests[at % cols]! += v;
        });
        const got = deviations({ data, rows, cols }, from);
        same(got.squares, squares);
        same(got.rests, rests);
      }
    }
  });
}

test("every bit pattern of NaN has the same fingerprint", () => {
  const patterns = [0x7fc00000, 0x7f800001, 0xffffffff, 0xffc00000];
  const prints = patterns.map((bits) => {
    const data = new Float32Array(Int32Array.of(1, bits, 3, 4, 5).buffer);
    return measure({ data, rows: 5, cols: 1 }).fingerprint;
  });
  expect(new Set(prints).size).toBe(1);
});
