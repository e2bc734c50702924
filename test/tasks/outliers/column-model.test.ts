/** @file Columns from the others: closed forms of normal columns, levels by Bayes, columns left out. */
import { describe, expect, test } from "vitest";
import { matrix } from "../../../src/data/matrix.js";
import { random } from "../../../src/random.js";
import {
  deviations,
  expectedOf,
  fitColumnModel,
  modelRows,
  withoutColumns,
} from "../../../src/tasks/outliers/column-model.js";
import { columnUnits, inUnits, ofUnits } from "../../../src/tasks/outliers/column-units.js";

/** Two normal columns with a correlation of .8, and one by itself. */
function correlated(n: number) {
  const stream = random(5);
  const x = matrix(n, 3);
  for (let i = 0; i < n; i++) {
    const [a, b, c] = [stream.normal(), stream.normal(), stream.normal()];
    x.data.set([10 + 2 * a, 0.8 * a + 0.6 * b, c], 3 * i);
  }
  return x;
}

describe("normal columns", async () => {
  const x = correlated(20_000);
  const units = columnUnits(x, ["a", "b", "c"], undefined, {});
  const model = await fitColumnModel(x, units);
  // The second column is expected at .8 of the first, with a standard deviation of .6.
  const asked = matrix(2, 3, Float32Array.from([14, -1.6, 0, 10, 0, 2]));
  const rows = modelRows(asked, model);

  test("are off by the conditional distance", () => {
    const [a, b, c] = deviations(rows, model);
    // Standard errors of 20,000 rows, and the ridge of .01: a tenth at most.
    expect(b![0]).toBeCloseTo((-1.6 - 1.6) / 0.6, 0);
    expect(a![0]).toBeCloseTo((2 - 0.8 * -1.6) / 0.6, 0);
    expect(Math.abs(a![1]!)).toBeLessThan(0.1);
    expect(c![1]).toBeCloseTo(2, 1);
  });

  test("are expected at the conditional mean, with quartiles about it", () => {
    const told = expectedOf(rows, 0, 1, model);
    if (told.kind !== "number") throw new Error("a number was asked for");
    const back = (place: number) => ofUnits(place, 1, units);
    expect(back(told.place)).toBeCloseTo(1.6, 1);
    expect(back(told.half[0])).toBeCloseTo(1.6 - 0.6745 * 0.6, 1);
    expect(back(told.half[1])).toBeCloseTo(1.6 + 0.6745 * 0.6, 1);
  });

  test("without one column, the other is as by itself", () => {
    const [a, b] = deviations(rows, withoutColumns(model, [0]));
    expect(a![0]).toBe(0);
    // The covariance of the rows that are left after the tenth farthest are left out is smaller by some percent.
    expect(Math.abs(b![0]! + 1.6)).toBeLessThan(0.1);
  });
});

test("levels by Bayes' rule", async () => {
  const stream = random(6);
  const n = 20_000;
  const x = matrix(n, 2);
  for (let i = 0; i < n; i++) {
    const level = Number(stream.uniform() < 0.25);
    x.data.set([4 * level + stream.normal(), level], 2 * i);
  }
  const units = columnUnits(x, ["number", "level"], undefined, {});
  const model = await fitColumnModel(x, units);
  const told = expectedOf(modelRows(matrix(1, 2, Float32Array.from([3, 0])), model), 0, 1, model);
  if (told.kind !== "level") throw new Error("a level was asked for");
  // Odds .25 φ(−1) : .75 φ(3).
  const odds = (0.25 * Math.exp(-0.5)) / (0.75 * Math.exp(-4.5));
  expect(told.level).toBe(1);
  expect(told.share).toBeCloseTo(odds / (1 + odds), 1);
  expect(told.own).toBeCloseTo(1 / (1 + odds), 1);
});

test("units are undone, on the bent side of a skewed column too", () => {
  const stream = random(7);
  const x = matrix(
    5000,
    1,
    Float32Array.from({ length: 5000 }, () => Math.exp(stream.normal())),
  );
  const units = columnUnits(x, ["amount"], undefined, {});
  expect(units.bend[0]).toBeGreaterThan(0);
  for (const value of [0.01, 0.5, 1, 7, 5000])
    expect(ofUnits(inUnits(value, 0, units), 0, units) / value).toBeCloseTo(1, 6);
  // The 5 % and the 95 % quantile of a log-normal column are as far from the median.
  const [low, high] = [Math.exp(-1.645), Math.exp(1.645)].map((value) => inUnits(value, 0, units));
  expect(high! / -low!).toBeCloseTo(1, 0);
});
