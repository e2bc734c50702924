/** @file Ranks as evidence, their combination by kinds, and figures by labels. */
import { expect, test } from "vitest";
import { combined, evidence } from "../../../src/tasks/outliers/combine.js";
import type { OutlierSearch } from "../../../src/tasks/outliers/find-outliers.js";
import { judgedOutliers } from "../../../src/tasks/outliers/outlier-figures.js";

test("evidence is −log₁₀ of the share of rows as high or higher, equal scores share it", () => {
  const scores = [1, 5, 3, 3];
  const told = evidence(scores, scores);
  // Places ½, 2 and 3½ of four from above.
  expect([...told].map((value) => 10 ** -value)).toEqual(
    [3.5 / 4, 0.5 / 4, 2 / 4, 2 / 4].map((share) => expect.closeTo(share, 12)),
  );
});

test("rows beyond all that are usual are still told apart", () => {
  const usual = Float64Array.from({ length: 100 }, (_, i) => i);
  const [a, b, c] = evidence([99, 150, 1e6], usual);
  expect(a).toBeLessThan(b!);
  expect(b).toBeLessThan(c!);
});

test("the kind that finds a row most unusual counts, and in a kind the median", () => {
  const none = new Float64Array(4);
  const one = (kind: "global" | "local" | "columns", scores: number[], margins = none) => ({
    kind,
    scores,
    usual: scores,
    margins,
  });
  const up = [1, 2, 3, 4];
  const down = [4, 3, 2, 1];
  const e = evidence(up, up);
  expect([...combined([one("global", up), one("global", up), one("global", down)])]).toEqual([...e]);
  expect([...combined([one("global", up), one("local", down)])]).toEqual([e[3], e[2], e[2], e[3]]);
  // Columns are heard where they are far off alone.
  expect([...combined([one("global", up), one("columns", down)])]).toEqual([...e]);
  expect(combined([one("global", up), one("columns", down, Float64Array.from([9, 0, 0, 0]))])[0]).toBe(e[3]);
});

test("figures by labels, and where nothing beats the distance to the mean", () => {
  const detector = (name: "distanceToMean" | "neighbors", scores: number[]) => ({
    name,
    title: name,
    kind: "global" as const,
    scores,
  });
  const search = {
    scores: Float64Array.from([1, 2, 3, 4]),
    combined: true,
    detectors: [detector("distanceToMean", [1, 2, 4, 3]), detector("neighbors", [4, 3, 2, 1])],
  } as unknown as OutlierSearch;
  const { figures, meanUnbeaten, outlierLabel, rows } = judgedOutliers(search, ["no", "no", "yes", ""]);
  expect({ outlierLabel, rows, meanUnbeaten }).toEqual({ outlierLabel: "yes", rows: 3, meanUnbeaten: true });
  expect(figures.map(({ name, rocAuc, precisionAtN }) => [name, rocAuc, precisionAtN])).toEqual([
    ["combination", 1, 1],
    ["distanceToMean", 1, 1],
    ["neighbors", 0, 0],
  ]);
  expect(() => judgedOutliers(search, ["a", "b", "c", ""])).toThrow("two kinds");
});
