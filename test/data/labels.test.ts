/** @file Labels: names of classes, or measured numbers. */
import { expect, test } from "vitest";
import { embedded } from "../../src/data/embedded.js";
import { areMeasured } from "../../src/data/labels.js";

const range = (count: number, step: number) => Array.from({ length: count }, (_, i) => String(i * step));

test("numbers are measured if they are many and not all whole; missing ones do not count", () => {
  expect(areMeasured(range(13, 0.5))).toBe(true);
  expect(areMeasured([...range(13, 0.5), ""])).toBe(true);
  // Few grades, and persons by their numbers, are classes.
  expect(areMeasured(range(12, 0.5))).toBe(false);
  expect(areMeasured(range(40, 1))).toBe(false);
  expect(areMeasured([...range(13, 0.5), "n/a"])).toBe(false);
  expect(areMeasured(undefined)).toBe(false);
  expect(areMeasured(["", ""])).toBe(false);
});

test.each(["swiss-roll", "s-curve"])("the rows of %s carry how far along the curve they are", (name) => {
  const { labels, labelName, latent } = embedded(name);
  expect(labelName).toBe("position");
  expect(labels!.map((label) => Math.fround(Number(label)))).toEqual(
    Array.from({ length: 1500 }, (_, i) => latent!.data[2 * i]),
  );
  expect(areMeasured(labels)).toBe(true);
});
