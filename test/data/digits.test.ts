import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { readData } from "../../src/data/format.js";
import { testWith } from "./shared.js";

test("1797 digits of 64 levels from 0 to 16", () => {
  const { x, labels, rowShape } = digits();
  expect([x.rows, x.cols, labels.length, ...rowShape]).toEqual([1797, 64, 1797, 8, 8]);
  // Sum of all pixels and digits a class, by awk over scikit-learn's digits.csv.gz.
  expect(x.data.reduce((sum, value) => sum + value, 0)).toBe(561718);
  expect(Math.max(...x.data)).toBe(16);
  expect(Math.min(...x.data)).toBe(0);
  const counts = Array.from(
    { length: 10 },
    (_, digit) => labels.filter((label) => label === `${digit}`).length,
  );
  expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
});

testWith("optdigits.csv.gz", "every pixel and label is that of the file", async (path) => {
  const file = await readData(readFileSync(path), "optdigits.csv.gz", { label: "65" });
  const { x, labels } = digits();
  expect({ ...x, data: [...x.data] }).toEqual({ ...file.x, data: [...file.x.data] });
  expect(labels).toEqual(file.labels);
});
