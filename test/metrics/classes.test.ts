import { expect, test } from "vitest";
import { classesOf } from "../../src/metrics/classes.js";

test("classes are numbered by name, not by row", () => {
  const { names, indices } = classesOf(["pear", "apple", "pear", "Quince"], "labels");
  expect(names).toEqual(["Quince", "apple", "pear"]);
  expect([...indices]).toEqual([2, 1, 2, 0]);
});

test("labels that look like property names are labels", () => {
  expect(classesOf(["constructor", "__proto__", "toString"], "labels").names).toHaveLength(3);
});

test("a missing label is refused with its row", () => {
  expect(() => classesOf(["a", "b", ""], "labels:")).toThrow(new RangeError("labels: row 2 has no label"));
});
