import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { heldOut, heldOutLast } from "../../src/metrics/split.js";

const fraction = fc.double({ min: 0.2, max: 0.8, noNaN: true });
const seed = fc.integer({ min: 0 });

test("every row is on one side, in order, and the share is the one asked for", () => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 300 }), fraction, seed, (rows, share, s) => {
      const { train, test } = heldOut(rows, share, s);
      expect(test.length).toBe(Math.round(share * rows));
      expect([...train]).toEqual([...train].sort((a, b) => a - b));
      expect([...test]).toEqual([...test].sort((a, b) => a - b));
      expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
      expect(heldOut(rows, share, s)).toEqual({ train, test });
    }),
  );
});

test("with labels each class holds out its share to within one row, and keeps one for training", () => {
  const labels = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 20, maxLength: 200 });
  fc.assert(
    fc.property(labels, fraction, seed, (own, share, s) => {
      const { train, test } = heldOut(own.length, share, s, own);
      expect(train.length + test.length).toBe(own.length);
      for (const name of new Set(own)) {
        const size = own.filter((label) => label === name).length;
        const held = [...test].filter((row) => own[row] === name).length;
        const exact = (size * Math.round(share * own.length)) / own.length;
        expect(held).toBeGreaterThan(exact - 1 - 1e-9);
        expect(held).toBeLessThan(exact + 1);
        expect(held).toBeLessThan(size);
      }
    }),
  );
});

test("classes that divide evenly give exact shares that add up", () => {
  const labels = Array.from({ length: 150 }, (_, i) => ["setosa", "versicolor", "virginica"][i % 3]!);
  const { test: held } = heldOut(150, 0.2, 1, labels);
  for (const name of new Set(labels))
    expect([...held].filter((row) => labels[row] === name)).toHaveLength(10);
});

test("another seed holds out other rows", () => {
  expect(heldOut(100, 0.3, 1).test).not.toEqual(heldOut(100, 0.3, 2).test);
});

test("every row is held out about as often as the others", () => {
  const counts = new Array<number>(10).fill(0);
  for (let s = 0; s < 1000; s++) for (const row of heldOut(10, 0.3, s).test) counts[row]!++;
  // Binomial with n = 1000, p = 0.3: standard deviation 14.5; five of them leave 6e-6 for chance.
  for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(73);
});

describe("refuses in one line", () => {
  test.each([
    [1, 0.5, 0, undefined, "heldOut: want at least 2 rows, got 1"],
    [10, 0, 0, undefined, "heldOut: fraction must lie between 0 and 1, got 0"],
    [10, 1, 0, undefined, "heldOut: fraction must lie between 0 and 1, got 1"],
    [10, Number.NaN, 0, undefined, "heldOut: fraction must lie between 0 and 1, got NaN"],
    [
      3,
      0.1,
      0,
      undefined,
      "fraction 0.1 of 3 rows leaves 3 training and 0 test rows, want at least 1 of each",
    ],
    [
      3,
      0.9,
      0,
      undefined,
      "fraction 0.9 of 3 rows leaves 0 training and 3 test rows, want at least 1 of each",
    ],
    [3, 0.4, 0, ["a", "b", "c"], "leaves 3 training and 0 test rows"],
    [3, 0.5, 0, ["a", "b"], "heldOut: 3 rows but 2 labels"],
    [3, 0.5, 0, ["a", "b", ""], "heldOut: row 2 has no label"],
    [10, 0.5, -1, undefined, "seed must be a whole number"],
    [1e12, 0.5, 0, undefined, "heldOut: at most 2147483647"],
  ])("%d rows, fraction %d, seed %d, labels %j", (rows, share, s, labels, message) => {
    expect(() => heldOut(rows, share, s, labels)).toThrow(RangeError);
    expect(() => heldOut(rows, share, s, labels)).toThrow(message);
  });
});

test("of sequences the last rows of each are held out, in proportion, and the first of each stays", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(lengths, fraction, (sequences, share) => {
      const rows = sequences.reduce((a, b) => a + b, 0);
      const possible = rows - sequences.length;
      fc.pre(possible >= 1 && Math.round(share * rows) >= 1 && Math.round(share * rows) < rows);
      const { train, test: held, trainSequences, testSequences } = heldOutLast(sequences, share);
      expect([...train, ...held].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
      expect(trainSequences).toHaveLength(sequences.length);
      expect(trainSequences.every((length) => length >= 1)).toBe(true);
      expect(testSequences.reduce((a, b) => a + b, 0)).toBe(held.length);
      expect(held.length).toBe(Math.min(possible, Math.round(share * rows)));
      let from = 0;
      sequences.forEach((length, i) => {
        const own = [...train].filter((row) => row >= from && row < from + length);
        expect(own).toEqual(Array.from({ length: trainSequences[i]! }, (_, k) => from + k));
        const exact = (length * Math.round(share * rows)) / rows;
        if (sequences.every((one) => one >= 5 && share < 0.7))
          expect(Math.abs(length - own.length - exact)).toBeLessThan(1);
        from += length;
      });
      // The share that came out holds out the same again: a checkpoint tells no other.
      expect(heldOutLast(sequences, held.length / rows)).toEqual({
        train,
        test: held,
        trainSequences,
        testSequences,
      });
    }),
  );
  expect([...heldOutLast([1, 1, 1, 10], 0.5).train]).toEqual([0, 1, 2, 3, 4, 5]);
  expect(() => heldOutLast([1, 1], 0.5)).toThrow(
    "heldOutLast: fraction 0.5 of 2 sequences leaves 0 rows, want at least 1",
  );
  expect(() => heldOutLast([9], 1)).toThrow("fraction must lie between 0 and 1, got 1");
});
