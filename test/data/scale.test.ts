import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matrix, toMatrix, toNumbers } from "../../src/data/matrix.js";
import { applyScale, fitScale, undoScale, undoScaleWide } from "../../src/data/scale.js";
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
  expectSameBits(applyScale(x, standard).data, [-root, -1, 0, 0, Number.NaN, 0, root, 1, 0].map(Math.fround));
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

describe("float64 numbers", () => {
  // 1700000000123 and the like: float32 would space them by 131072.
  const rows = [1, 5, 2, 8, 4].map((value) => [1.7e12 + value, value / 10]);
  const near = toNumbers(rows.map(([a, b]) => [a! - 1.7e12, b!]));

  test("are scaled as they are, and rounded once", () => {
    const x = toNumbers(rows);
    expect(x.data).toBeInstanceOf(Float64Array);
    const scaling = fitScale(x, "standard");
    expect(scaling.offset[0]).toBe(1.7e12 + 4);
    expect(scaling.factor[0]).toBeCloseTo(Math.sqrt(6), 12);
    expect(applyScale(x, scaling).data).toEqual(applyScale(near, fitScale(near, "standard")).data);
    expect(applyScale(x, fitScale(x, "unit")).data).toEqual(applyScale(near, fitScale(near, "unit")).data);
  });

  test("come back in float64", () => {
    const x = toNumbers(rows);
    const scaling = fitScale(x, "unit");
    const back = undoScaleWide(applyScale(x, scaling), scaling);
    // Float32 rounding of [0, 1], in units of the range.
    for (let at = 0; at < x.data.length; at++)
      expect(Math.abs(back.data[at]! - x.data[at]!)).toBeLessThan(scaling.factor[at % 2]! * 1e-7);
    expect(undoScaleWide(matrix(1, 2), fitScale(x, "none")).data).toEqual(new Float64Array(2));
  });

  // A sum of many has lost digits of their mean.
  test("have a mean with all its digits", () => {
    const n = 100_000;
    const x = { data: Float64Array.from({ length: n }, (_, i) => 1e9 + (i % 10) / 10), rows: n, cols: 1 };
    expect(Math.abs(fitScale(x, "standard").offset[0]! - (1e9 + 0.45))).toBeLessThan(2.5e-7);
  });

  test.each([
    [[1e-200, 2e-200, 3e-200], Math.sqrt(2 / 3) * 1e-200],
    [[1e200, 2e200, 3e200], Math.sqrt(2 / 3) * 1e200],
  ])("whose squares float64 does not hold: %j", (values, deviation) => {
    const x = toNumbers(values.map((value) => [value]));
    const scaling = fitScale(x, "standard");
    expect(scaling.factor[0]! / deviation).toBeCloseTo(1, 12);
    expect(applyScale(x, scaling).data[2]).toBeCloseTo(Math.sqrt(1.5), 6);
  });

  test("too large for float32 once scaled, or to be summed, are refused by place", () => {
    const scaling = fitScale(toNumbers([[0.5], [1]]), "unit");
    expect(() => applyScale(toNumbers([[1], [1e300]]), scaling, "encode")).toThrow(
      "encode: row 1 column 0 is 1e+300, which is too large for float32 once it is scaled (at most 3.4e38)",
    );
    expect(() => applyScale(toNumbers([[1e300]]), fitScale(matrix(1, 1), "none"), "encode")).toThrow(
      "encode: row 0 column 0: 1e+300 is too large for float32",
    );
    expect(() =>
      fitScale(
        toNumbers([
          [1, 1.7e308],
          [2, 1.6e308],
        ]),
        "standard",
      ),
    ).toThrow("fitScale: the numbers of column 1 are too large to scale");
  });
});

describe("hints", () => {
  test("a range takes the place of least and largest, for unit alone", () => {
    const x = toMatrix([
      [51, 0],
      [102, 204],
    ]);
    const scaling = fitScale(x, "unit", { range: [0, 255] });
    expect(scaling).toEqual({ kind: "unit", offset: [0, 0], factor: [255, 255] });
    expect([...applyScale(x, scaling).data]).toEqual([0.2, 0, 0.4, 0.8].map(Math.fround));
    expect(fitScale(x, "standard", { range: [0, 255] })).toEqual(fitScale(x, "standard"));
    expect(() => fitScale(x, "unit", { range: [0, 100] })).toThrow(
      "fitScale: row 1 column 0 is 102, not in the range given, 0 to 100",
    );
    for (const range of [
      [1, 1],
      [2, 1],
      [0, Number.NaN],
      [0, Number.POSITIVE_INFINITY],
    ] as const)
      expect(() => fitScale(x, "unit", { range })).toThrow(
        "fitScale: a range is two numbers, the lower first",
      );
  });

  // Levels a, b, c of 4, 3 and 1 rows beside a number: Σ p (1 − p) = (4·4 + 3·5 + 1·7) / 64.
  test("the indicators of a category have one factor, with which they vary as one number", () => {
    const levels = [0, 0, 0, 0, 1, 1, 1, 2];
    const x = toMatrix(levels.map((level, i) => [i, ...[0, 1, 2].map((k) => +(k === level))]));
    const scaling = fitScale(x, "standard", { groups: [[1, 4]] });
    expect(scaling.offset.slice(1)).toEqual([0.5, 0.375, 0.125]);
    for (const factor of scaling.factor.slice(1)) expect(factor).toBeCloseTo(Math.sqrt(38 / 64), 12);
    expect([scaling.offset[0], scaling.factor[0]]).toEqual([3.5, Math.sqrt(5.25)]);
    const { data } = applyScale(x, scaling);
    const squares = data.reduce((sum, value, at) => sum + (at % 4 > 0 ? value ** 2 : 0), 0);
    expect(squares / 8).toBeCloseTo(1, 6);
    const unit = fitScale(x, "unit", { groups: [[1, 4]] });
    expect(unit).toEqual({ kind: "unit", offset: [0, 0, 0, 0], factor: [7, 1, 1, 1] });
    expect(fitScale(x, "none", { groups: [[1, 4]] })).toEqual(fitScale(x, "none"));
  });

  test("missing indicators are passed over; a category of one level has factor 1", () => {
    const x = toMatrix([
      [1, 0, 1],
      [0, 1, 1],
      [Number.NaN, Number.NaN, 1],
    ]);
    const scaling = fitScale(x, "standard", {
      groups: [
        [0, 2],
        [2, 3],
      ],
    });
    expect(scaling.offset).toEqual([0.5, 0.5, 1]);
    expect(scaling.factor).toEqual([Math.SQRT1_2, Math.SQRT1_2, 1]);
  });

  test.each([
    [[[0, 3]]],
    [[[1, 1]]],
    [
      [
        [0, 2],
        [1, 2],
      ],
    ],
    [[[-1, 1]]],
    [[[0.5, 1]]],
  ])("spans that are none are refused: %j", (groups) => {
    const x = matrix(2, 2);
    expect(() => fitScale(x, "standard", { groups: groups as [number, number][] })).toThrow(
      "fitScale: groups are spans [from, to) of the 2 columns, apart from one another",
    );
  });
});
