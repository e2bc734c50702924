import fc from "fast-check";
import { expect, test } from "vitest";
import { matrix, toMatrix } from "../../src/data/matrix.js";
import { applyScale, fitScale, undoScale } from "../../src/data/scale.js";
import { expectSameBits } from "./damage.js";

test("standard gives mean 0 and variance 1, unit the range [0, 1]", () => {
  const x = toMatrix([
    [1, 10, 5],
    [2, Number.NaN, 5],
    [3, 30, 5],
  ]);
  const standard = fitScale(x, "standard");
  expect(standard.offset).toEqual([2, 20, 5]);
  expect(standard.factor).toEqual([Math.sqrt(2 / 3), 10, 1]);
  const root = Math.sqrt(1.5);
  expectSameBits(applyScale(x, standard).data, [-root, -1, 0, 0, Number.NaN, 0, root, 1, 0]);
  const unit = fitScale(x, "unit");
  expectSameBits(applyScale(x, unit).data, [0, 0, 0, 0.5, Number.NaN, 0, 1, 1, 0]);
});

test("a constant that float64 sums inexactly is still constant", () => {
  const x = matrix(1000, 1, new Float32Array(1000).fill(0.1));
  expect(fitScale(x, "standard")).toEqual({ kind: "standard", offset: [Math.fround(0.1)], factor: [1] });
});

test("none leaves x alone; a column of nothing but missing values gets offset 0, factor 1", () => {
  const x = toMatrix([[Number.NaN], [Number.NaN]]);
  expect(applyScale(x, fitScale(x, "none"))).toBe(x);
  expect(fitScale(x, "unit")).toEqual({ kind: "unit", offset: [0], factor: [1] });
});

test("undone, it gives x again, also after a trip through JSON", () => {
  const cell = fc.float({ min: -1000, max: 1000, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 30 }),
      fc.constantFrom("none" as const, "standard" as const, "unit" as const),
      (rows, kind) => {
        const x = toMatrix(rows);
        const scaling = JSON.parse(JSON.stringify(fitScale(x, kind)));
        const back = undoScale(applyScale(x, scaling), scaling);
        // Float32 rounding of values up to 1000, scaled and back: a few units of 1000 · 2^-24.
        for (let i = 0; i < x.data.length; i++)
          expect(Math.abs(back.data[i]! - x.data[i]!)).toBeLessThan(3e-4);
      },
    ),
  );
});

test("what it refuses", () => {
  expect(() => fitScale(toMatrix([[1, Number.POSITIVE_INFINITY]]), "unit")).toThrow(
    "row 0 column 1 is Infinity",
  );
  const scaling = fitScale(toMatrix([[1, 2]]), "unit");
  expect(() => applyScale(toMatrix([[1]]), scaling)).toThrow("fitted on 2 columns, got 1");
});
