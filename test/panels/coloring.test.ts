import { expect, test } from "vitest";
import { labelColors } from "../../panels/label-colors.js";
import { isQuantity } from "../../src/data/labels.js";

const numbered = (count: number) => Array.from({ length: count }, (_, i) => String(i));

test("up to twelve classes have a color each, numbers in the order of their values", () => {
  const { colors, ofRow, key } = labelColors(["10", "9", "10", "a"], 4);
  expect(key).toEqual({ classes: ["9", "10", "a"] });
  expect([...ofRow]).toEqual([1, 0, 1, 2]);
  expect(new Set(colors).size).toBe(3);
  const twelve = labelColors(numbered(12), 12);
  expect(new Set(twelve.colors).size).toBe(12);
  expect(twelve.key).toEqual({ classes: numbered(12) });
});

test("thirteen numbers are measurements on a scale, thirteen names are of one color", () => {
  expect([12, 13].map((count) => isQuantity(numbered(count)))).toEqual([false, true]);
  const { ofRow, key } = labelColors(numbered(13), 13);
  expect(key).toEqual({ low: 0, high: 12 });
  expect([ofRow[0], ofRow[12]]).toEqual([0, 31]);
  expect([...ofRow]).toEqual([...ofRow].sort((a, b) => a - b));
  const names = numbered(13).map((name) => `n${name}`);
  expect(isQuantity(names)).toBe(false);
  expect(labelColors(names, 13)).toMatchObject({ key: undefined, ofRow: new Uint8Array(13) });
  expect(isQuantity([...numbered(13), " "])).toBe(false);
});

test("without labels there is one color and no key", () => {
  expect(labelColors(undefined, 2)).toMatchObject({ key: undefined, ofRow: new Uint8Array(2) });
});
