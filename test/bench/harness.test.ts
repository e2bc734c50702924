import { expect, test } from "vitest";
import { type Comparison, compare, judge, median, resultLine } from "../../bench/harness.js";

const measure = async () => 1;
const comparison: Comparison = {
  name: "steps",
  unit: "steps/s",
  higherIsBetter: true,
  aim: 1.5,
  ours: measure,
  peers: [
    { name: "slow", measure },
    { name: "fast", measure, versions: { torch: "1" } },
  ],
};

test("the median of an even count lies between the middle two, and the input keeps its order", () => {
  const values = [4, 1, 3, 2];
  expect(median(values)).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
  expect(values).toEqual([4, 1, 3, 2]);
});

test("where more is better, the ratio is ours to the peer with the largest median", () => {
  const result = judge(comparison, [
    [30, 28, 32],
    [10, 99, 11],
    [20, 16, 20],
  ]);
  expect(result).toMatchObject({ bestPeer: "fast", met: true, ratio: { median: 1.5, min: 1.5, max: 1.75 } });
  expect(result.peers[1]).toEqual({
    name: "fast",
    median: 20,
    rounds: [20, 16, 20],
    versions: { torch: "1" },
  });
  expect(resultLine(result)).toMatch(
    /^steps +ours 30 steps\/s +fast 20 steps\/s +1\.50 × \(1\.50–1\.75\) +aim ≥ 1\.5 ×, met$/,
  );
});

test("where less is better, the ratio is the peer with the smallest median to ours", () => {
  const seconds = { ...comparison, unit: "s", higherIsBetter: false, details: () => ({ error: 2 }) };
  const result = judge(seconds, [[2], [2.5], [4]]);
  expect(result).toMatchObject({
    bestPeer: "slow",
    met: false,
    ratio: { median: 1.25 },
    details: { error: 2 },
  });
  expect(resultLine(result)).toContain("MISSED");
});

test("a name that is no file name, no peer and a round without a positive number are refused", async () => {
  await expect(compare({ ...comparison, name: "../x" })).rejects.toThrow(RangeError);
  await expect(compare({ ...comparison, peers: [] })).rejects.toThrow("steps has no peer");
  await expect(compare({ ...comparison, ours: async () => Number.NaN })).rejects.toThrow("ours measured NaN");
});
