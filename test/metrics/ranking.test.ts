import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { averagePrecision, rocAuc } from "../../src/metrics/ranking.js";

/** Whole scores make ties; the first two rows are one of each kind. */
const problem = fc
  .array(fc.record({ score: fc.integer({ min: 0, max: 8 }), outlier: fc.boolean() }), {
    minLength: 2,
    maxLength: 40,
  })
  .map((rows) => ({
    scores: rows.map(({ score }) => score),
    isOutlier: rows.map(({ outlier }, i) => (i === 0 ? true : i === 1 ? false : outlier)),
  }));

test("rocAuc is the share of pairs in the right order, ties counting one half", () => {
  fc.assert(
    fc.property(problem, ({ scores, isOutlier }) => {
      let pairs = 0;
      let right = 0;
      scores.forEach((score, i) => {
        scores.forEach((other, j) => {
          if (!isOutlier[i] || isOutlier[j]) return;
          pairs++;
          right += score > other ? 1 : score === other ? 0.5 : 0;
        });
      });
      expect(rocAuc(scores, isOutlier)).toBeCloseTo(right / pairs, 12);
    }),
  );
});

test("averagePrecision is the sum of its definition over thresholds", () => {
  fc.assert(
    fc.property(problem, ({ scores, isOutlier }) => {
      const positives = isOutlier.filter(Boolean).length;
      let before = 0;
      let expected = 0;
      for (const threshold of [...new Set(scores)].sort((a, b) => b - a)) {
        const above = isOutlier.filter((_, i) => scores[i]! >= threshold);
        const recall = above.filter(Boolean).length / positives;
        expected += (recall - before) * (above.filter(Boolean).length / above.length);
        before = recall;
      }
      expect(averagePrecision(scores, isOutlier)).toBeCloseTo(expected, 12);
    }),
  );
});

test("only the order of scores counts, and turning it round turns the area", () => {
  fc.assert(
    fc.property(problem, ({ scores, isOutlier }) => {
      const bent = scores.map((score) => score ** 3 - 1e3);
      expect(rocAuc(bent, isOutlier)).toBe(rocAuc(scores, isOutlier));
      expect(averagePrecision(bent, isOutlier)).toBe(averagePrecision(scores, isOutlier));
      const reversed = scores.map((score) => -score);
      expect(rocAuc(reversed, isOutlier)).toBeCloseTo(1 - rocAuc(scores, isOutlier), 12);
    }),
  );
});

test("scores without information: one half, and the share of outliers", () => {
  const flags = [true, false, false, false];
  expect(rocAuc([7, 7, 7, 7], flags)).toBe(0.5);
  expect(averagePrecision([7, 7, 7, 7], flags)).toBe(1 / 4);
});

test("infinite scores rank at the ends", () => {
  const flags = [true, true, false, false];
  expect(
    rocAuc([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 3, Number.NEGATIVE_INFINITY], flags),
  ).toBe(1);
});

const shared = new URL("../../../shared/", import.meta.url);
const reference = new URL("reference/06_outliers.json", shared);

// scikit-learn's roc_auc_score and average_precision_score of the squared norm of z-scored rows.
describe.skipIf(!existsSync(reference))("against scikit-learn (skipped without the shared data)", () => {
  test.each(["cardio", "thyroid", "pendigits", "optdigits-odds", "vowels"])("%s", (name) => {
    const text = gunzipSync(readFileSync(new URL(`data/anomaly/${name}.csv.gz`, shared))).toString();
    const rows = text
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").map(Number));
    const d = rows[0]!.length - 1;
    const scores = new Float64Array(rows.length);
    for (let j = 0; j < d; j++) {
      const column = rows.map((entries) => entries[j]!);
      const mean = column.reduce((sum, entry) => sum + entry, 0) / rows.length;
      const variance = column.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / rows.length;
      column.forEach((entry, i) => {
        scores[i]! += (entry - mean) ** 2 / (variance || 1);
      });
    }
    const flags = rows.map((entries) => entries[d] === 1);
    const figures = JSON.parse(readFileSync(reference, "utf8")).results[name].transductive
      .squared_norm_of_zscore;
    // The figures have ten digits. Rows that are equal may tie or not by the last bit of a sum: one pair of vowels'
    // 50 · 1406, the smallest number of pairs, is 1.4e-5.
    expect(rocAuc(scores, flags)).toBeCloseTo(figures.roc_auc, 5);
    expect(averagePrecision(scores, flags)).toBeCloseTo(figures.average_precision, 5);
  });
});

describe.each([rocAuc, averagePrecision])("$name refuses in one line", (metric) => {
  test.each([
    [[1, 2], [true], "2 scores but 1 flags"],
    [[1, Number.NaN], [true, false], "the score of row 1 is NaN"],
    [[1, 2], [true, true], "want outliers and other rows, got 2 outliers among 2 rows"],
    [[1, 2], [false, false], "want outliers and other rows, got 0 outliers among 2 rows"],
    [[], [], "want outliers and other rows, got 0 outliers among 0 rows"],
  ])("%j %j", (scores, flags, message) => {
    expect(() => metric(scores, flags)).toThrow(RangeError);
    expect(() => metric(scores, flags)).toThrow(`${metric.name}: ${message}`);
  });
});
