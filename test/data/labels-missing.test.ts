/** @file Labels that are missing: what stands for none in a column of words, of numbers, and in a file of its own. */
import { expect, test } from "vitest";
import { readLabels } from "../../src/data/format.js";
import { readData } from "../../src/data/index.js";
import { memorySource } from "../../src/data/source.js";

const bytes = (text: string) => new TextEncoder().encode(text);

async function labelsOf(column: readonly string[], missing?: string[]): Promise<readonly string[]> {
  const text = `a,b,y\n${column.map((label, i) => `${i},${i * i},${label}`).join("\n")}\n`;
  const { labels } = await readData(bytes(text), "t.csv", { label: "y", missing });
  expect(
    await readLabels(
      memorySource(bytes(`y\n${column.map((label) => label.trim() || '""').join("\n")}\n`), "y.csv"),
    ),
  ).toEqual(missing ? expect.anything() : labels);
  return labels!;
}

test("words: empty, and the signs for none; answers that say none are classes", async () => {
  expect(await labelsOf(["cat", "", "?", "null", "N/A", "-", "none", " ", "dog"])).toEqual([
    "cat",
    "",
    "",
    "",
    "",
    "",
    "none",
    "",
    "dog",
  ]);
});

test("NA is none among words, and a code among codes", async () => {
  expect(await labelsOf(["cat", "NA", "dog", "NA"])).toEqual(["cat", "", "dog", ""]);
  expect(await labelsOf(["DE", "NA", "FR", "?"])).toEqual(["DE", "NA", "FR", ""]);
  expect(await labelsOf(["DE", "NA", "FR", "?"], ["NA"])).toEqual(["DE", "", "FR", ""]);
});

test("numbers: empty and NA", async () => {
  expect(await labelsOf(["0", "", "1", "NA", "10"])).toEqual(["0", "", "1", "", "10"]);
});
