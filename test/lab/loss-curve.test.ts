/** @file The loss as it is drawn: every step counts once, however many there are. */
import { expect, test } from "vitest";
import { LossCurve } from "../../lab/loss-curve.js";

const values = (panel: ReturnType<LossCurve["panel"]>, line: number) =>
  panel.x.flatMap((x, i) => {
    const value = panel.series[line]!.values[i]!;
    return Number.isNaN(value) ? [] : [[x, value] as const];
  });

test("few steps are points of their own, whatever the cuts", () => {
  const curve = new LossCurve();
  curve.add(Float32Array.of(4, 3));
  curve.add(Float32Array.of(2));
  const panel = curve.panel("pca", [{ epoch: 1, loss: 3.5, validationLoss: 5 }], 2);
  expect(values(panel, 0)).toEqual([
    [1, 4],
    [2, 3],
    [3, 2],
  ]);
  expect(values(panel, 1)).toEqual([[2, 5]]);
  expect(panel.caption).toBeUndefined();
});

test("many steps are means of as many each, at the middle of them", () => {
  const curve = new LossCurve();
  const steps = 10_000;
  for (let step = 1; step <= steps; step++) curve.add(Float32Array.of(step));
  const panel = curve.panel("pca", [], 100);
  const points = values(panel, 0);
  expect(points.length).toBeGreaterThan(150);
  expect(points.length).toBeLessThanOrEqual(400);
  // Of a loss that is the number of its step, the mean is the middle.
  for (const [x, loss] of points) expect(loss).toBeCloseTo(x, 3);
  expect(panel.caption).toMatch(/^each point the mean of \d+ steps$/);
});
