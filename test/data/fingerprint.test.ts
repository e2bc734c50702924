import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprint } from "../../src/data/fingerprint.js";
import { matrix } from "../../src/data/matrix.js";

test("16 hex digits, the same for the same numbers and shape, wherever they lie in memory", () => {
  const x = matrix(2, 3, Float32Array.of(1, 2, 3, 4, 5, 6));
  const moved = matrix(2, 3, Float32Array.of(0, 1, 2, 3, 4, 5, 6).subarray(1));
  expect(fingerprint(x)).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprint(moved)).toBe(fingerprint(x));
  expect(fingerprint(matrix(3, 2, x.data))).not.toBe(fingerprint(x));
  expect(fingerprint(matrix(0, 3))).not.toBe(fingerprint(matrix(3, 0)));
});

test("any NaN is like any other, 0 is not −0", () => {
  const other = new Float32Array(new Uint32Array([0xffc12345]).buffer);
  expect(fingerprint(matrix(1, 1, other))).toBe(fingerprint(matrix(1, 1, Float32Array.of(Number.NaN))));
  expect(fingerprint(matrix(1, 1, Float32Array.of(0)))).not.toBe(
    fingerprint(matrix(1, 1, Float32Array.of(-0))),
  );
});

test("no two of many near-alike matrices meet", () => {
  // 64 bits: two of 20 000 meet by chance once in 10^11 runs.
  const seen = new Set<string>();
  const data = new Float32Array(100);
  for (let i = 0; i < 100; i++) {
    for (let value = 1; value <= 200; value++) {
      data[i] = value;
      seen.add(fingerprint(matrix(10, 10, data)));
    }
    data[i] = 0;
  }
  expect(seen.size).toBe(20_000);
});

test("one changed bit or two exchanged numbers change about half of the bits", () => {
  const halves = (a: string, b: string) => {
    const both = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
    return both.toString(2).replaceAll("0", "").length;
  };
  fc.assert(
    fc.property(fc.float32Array({ minLength: 2, maxLength: 40, noNaN: true }), fc.nat(), (data, at) => {
      const x = matrix(data.length, 1, data);
      const changed = data.slice();
      new Uint32Array(changed.buffer)[at % data.length]! ^= 1;
      // Eight standard deviations (4 bits each) around 32 of 64.
      expect(
        Math.abs(halves(fingerprint(x), fingerprint(matrix(data.length, 1, changed))) - 32),
      ).toBeLessThan(32);
      const exchanged = data.slice();
      exchanged[0] = data[1]!;
      exchanged[1] = data[0]!;
      if (!Object.is(data[0], data[1])) {
        expect(fingerprint(matrix(data.length, 1, exchanged))).not.toBe(fingerprint(x));
      }
    }),
  );
});

test("float64: every bit counts, any NaN is like any other", () => {
  const of = (...values: number[]) =>
    fingerprint({ data: Float64Array.from(values), rows: 1, cols: values.length });
  expect(of(0.1, 0.2)).not.toBe(fingerprint(matrix(1, 2, Float32Array.of(0.1, 0.2))));
  for (let bit = 0; bit < 64; bit++) {
    const words = new BigUint64Array(Float64Array.of(0.1, 0.2).buffer);
    words[0]! ^= 1n << BigInt(bit);
    expect(of(...new Float64Array(words.buffer)), `bit ${bit}`).not.toBe(of(0.1, 0.2));
  }
  // A low word that would be a NaN of float32.
  const low = (word: number) => new Float64Array(Uint32Array.of(word, 0x3ff00000).buffer)[0]!;
  expect(of(low(0x7fc00001))).not.toBe(of(low(0x7fc00002)));
  const other = new Float64Array(Uint32Array.of(0x12345, 0xfff80000).buffer);
  const given = other.slice();
  expect(fingerprint({ data: other, rows: 1, cols: 1 })).toBe(of(Number.NaN));
  expect(other).toEqual(given);
});
