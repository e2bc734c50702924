/** @file Further gaps like those that are there. */
import { describe, expect, test } from "vitest";
import { hideEntries } from "../../src/data/corrupt.js";
import { imitateGaps } from "../../src/data/imitated-gaps.js";
import { type Matrix, matrix, row } from "../../src/data/matrix.js";
import { random } from "../../src/random.js";

const [n, d] = [400, 6];
const x: Matrix = matrix(n, d, random(1).fillNormal(new Float32Array(n * d)));
/** x with NaN where `lacks` says so. */
const holed = (lacks: (i: number, j: number) => boolean): Matrix =>
  matrix(
    n,
    d,
    x.data.map((value, at) => (lacks(Math.floor(at / d), at % d) ? Number.NaN : value)),
  );
const counts = (mask: Uint8Array): number[] =>
  Array.from({ length: d }, (_, j) => mask.reduce((sum, hidden, at) => sum + (at % d === j ? hidden : 0), 0));

test("numbers that are known are hidden, those of the mask and no others, about the share asked for", () => {
  const given = hideEntries(x, { probability: 0.2, seed: 3 }).x;
  const before = given.data.slice();
  const { x: out, mask } = imitateGaps(given, { share: 0.1, seed: 5 });
  expect(given.data).toEqual(before);
  out.data.forEach((value, at) => {
    if (mask[at]) expect([Number.isNaN(given.data[at]!), Number.isNaN(value)]).toEqual([false, true]);
    else expect(Object.is(value, given.data[at])).toBe(true);
  });
  const known = given.data.filter((value) => !Number.isNaN(value)).length;
  const hidden = mask.reduce((sum, one) => sum + one, 0);
  expect(hidden).toBeGreaterThanOrEqual(Math.round(0.1 * known));
  expect(hidden).toBeLessThan(Math.round(0.1 * known) + d);
  expect(imitateGaps(given, { share: 0.1, seed: 5 }).mask).toEqual(mask);
  expect(imitateGaps(given, { share: 0.1, seed: 6 }).mask).not.toEqual(mask);
});

test("columns lose numbers as often as they have lost them", () => {
  // Every fourth row lacks column 1, every twelfth column 4, and the others lack none.
  const given = holed((i, j) => (j === 1 && i % 4 === 0) || (j === 4 && i % 12 === 1));
  const found = counts(imitateGaps(given, { share: 0.05, seed: 2 }).mask);
  expect([found[0], found[2], found[3], found[5]]).toEqual([0, 0, 0, 0]);
  // 3 to 1, of about 115: five standard errors.
  const total = found[1]! + found[4]!;
  expect(total).toBeGreaterThan(100);
  expect(Math.abs(found[1]! / total - 0.75)).toBeLessThan(5 * Math.sqrt((0.75 * 0.25) / total));
});

test("columns that lack numbers together are hidden together, and no row lacks what no row lacked", () => {
  // Three questions of a page that some skipped, and one that others did.
  const given = holed((i, j) => (j < 3 && i % 5 === 0) || (j === 5 && i % 7 === 1));
  const { x: out } = imitateGaps(given, { share: 0.1, seed: 1 });
  const patterns = (rows: { data: ArrayLike<number> } & Matrix) =>
    new Set(
      Array.from({ length: n }, (_, i) =>
        [...row(rows, i)].map((v) => (Number.isNaN(v) ? "-" : "x")).join(""),
      ),
    );
  const [before, after] = [patterns(given), patterns(out as Matrix)];
  expect(before.size).toBeGreaterThan(2);
  expect([...after].filter((pattern) => !before.has(pattern))).toEqual([]);
});

test("as much is known about what is hidden as about what is missing", () => {
  const given = hideEntries(x, { probability: 0.3, seed: 8 }).x;
  const besides = (rows: { readonly data: ArrayLike<number> }, of: (at: number) => boolean): number => {
    let [others, all] = [0, 0];
    for (let at = 0; at < n * d; at++) {
      if (!of(at)) continue;
      const from = at - (at % d);
      for (let j = 0; j < d; j++) others += Number(from + j !== at && Number.isNaN(rows.data[from + j]!));
      all++;
    }
    return others / all;
  };
  const { x: out, mask } = imitateGaps(given, { share: 0.1, seed: 4 });
  const [missing, hidden] = [
    besides(given, (at) => Number.isNaN(given.data[at]!)),
    besides(out, (at) => mask[at] === 1),
  ];
  // Beside a missing number 1.5 others are, of five.
  expect(Math.abs(hidden - missing)).toBeLessThan(0.25);
});

test("the indicators of a category go together", () => {
  const given = holed((i, j) => j >= 2 && j < 5 && i % 3 === 0);
  const { mask } = imitateGaps(given, { share: 0.1, seed: 4, groups: [[2, 5]] });
  for (let i = 0; i < n; i++) expect(new Set([2, 3, 4].map((j) => mask[i * d + j])).size).toBe(1);
  expect(counts(mask)[2]).toBeGreaterThan(20);
});

test("a column keeps half of its numbers, and rows without gaps lose some at random", () => {
  const sparse = holed((i, j) => j === 0 && i >= 6);
  expect(counts(imitateGaps(sparse, { share: 0.5, seed: 1 }).mask)[0]).toBe(3);
  const found = counts(imitateGaps(x, { share: 0.1, seed: 1 }).mask);
  for (const count of found) expect(count).toBeGreaterThan(15);
  expect(found.reduce((sum, count) => sum + count, 0)).toBe(240);
});

describe("refused", () => {
  test.each([0, 1, -0.1, Number.NaN])("a share of %s", (share) => {
    expect(() => imitateGaps(x, { share })).toThrow(`share must be a number in (0, 1), got ${share}`);
  });
});
