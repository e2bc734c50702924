/** @file Colors and shapes of rows, and colors that stay distinct for everybody. */
import { describe, expect, test } from "vitest";
import { coloring, MOST_COLORS, SHAPES } from "../../panels/draw/coloring.js";
import { SHAPES_OF_POINTS, styleOf } from "../../panels/draw/legend.js";
import { DARK, LIGHT } from "../../panels/draw/palette.js";
import { isQuantity } from "../../src/data/labels.js";

const numbered = (count: number) => Array.from({ length: count }, (_, i) => String(i));

test("classes have a color each, numbers in the order of their values, those without a label last", () => {
  const { groups, names } = coloring(["10", "9", "", "10", "a"], 5);
  expect(names).toEqual(["9", "10", "a", "(none)"]);
  expect([...groups]).toEqual([1, 0, 3, 1, 2]);
  expect(coloring(numbered(12), 12).names).toEqual(numbered(12));
});

test("thirteen numbers are measurements on a scale unless they are names, thirteen names are classes", () => {
  expect([12, 13].map((count) => isQuantity(numbered(count)))).toEqual([false, true]);
  const { groups, names, range } = coloring(numbered(13), 13);
  expect(names).toBeUndefined();
  expect(range).toEqual({ low: 0, high: 12 });
  expect([groups[0], groups[12]]).toEqual([0, 31]);
  expect([...groups]).toEqual([...groups].sort((a, b) => a - b));
  expect(coloring(numbered(13), 13, true).names).toEqual(numbered(13));
  expect(
    coloring(
      numbered(13).map((name) => `n${name}`),
      13,
    ).names,
  ).toHaveLength(13);
});

test("one measurement far from the others does not take the scale for itself", () => {
  const values = [...numbered(200), "99999"];
  const { groups, range } = coloring(values, 201);
  expect(range!.high).toBeLessThan(500);
  expect(groups[200]).toBe(31);
  expect(new Set(groups).size).toBeGreaterThan(10);
});

test("60 classes differ in color or shape", () => {
  const styles = numbered(MOST_COLORS * SHAPES).map((_, group) => styleOf(group, { range: undefined }));
  expect(new Set(styles.map(({ stroke, shape }) => `${stroke} ${shape}`)).size).toBe(60);
  expect(Math.max(...styles.map(({ shape }) => shape))).toBe(SHAPES_OF_POINTS.length - 1);
});

/** Linear light of a color, 0 to 1. */
const linear = (hex: string) =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
const times = (matrix: readonly (readonly number[])[], v: readonly number[]) =>
  matrix.map((row) => row.reduce((sum, value, i) => sum + value * v[i]!, 0));
/** Ottosson (2020). */
const okLab = (rgb: readonly number[]) => {
  const toCones = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ];
  const toLab = [
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
  ];
  return times(
    toLab,
    times(toCones, rgb).map((value) => Math.cbrt(Math.max(0, value))),
  );
};
/** Machado, Oliveira & Fernandes (2009), severity 1. */
const SIGHTS = {
  everybody: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  "those who lack red": [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  "those who lack green": [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

describe.each(Object.entries({ light: LIGHT, dark: DARK }))(
  "on %s paper",
  (_, { classes, paper, ink, faint, scale }) => {
    test.each(Object.entries(SIGHTS))("20 colors are distinct to %s, and from the paper", (_name, sight) => {
      const seen = [...classes, paper].map((hex) =>
        okLab(times(sight, linear(hex)).map((value) => Math.min(1, Math.max(0, value)))),
      );
      expect(classes).toHaveLength(20);
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < seen.length; i++)
        for (let j = 0; j < i; j++)
          least = Math.min(least, Math.hypot(...seen[i]!.map((value, c) => value - seen[j]![c]!)));
      // About .02 can just be told apart when side by side.
      expect(least).toBeGreaterThan(0.07);
    });

    test("text is readable, and the scale rises in lightness", () => {
      const luminance = (hex: string) => times([[0.2126, 0.7152, 0.0722]], linear(hex))[0]!;
      const contrast = (a: string, b: string) => {
        const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
        return (high! + 0.05) / (low! + 0.05);
      };
      expect(contrast(ink, paper)).toBeGreaterThan(7);
      expect(contrast(faint, paper)).toBeGreaterThan(4.5);
      const lightness = scale.map((hex) => okLab(linear(hex))[0]!);
      expect(lightness).toEqual([...lightness].sort((a, b) => a - b));
    });
  },
);
