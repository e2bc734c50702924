/** @file The list of golden figures names every one of them, and every script. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("README.md names every script and every file of figures", () => {
  const folder = new URL(".", import.meta.url);
  const readme = readFileSync(new URL("README.md", folder), "utf8");
  // The scripts share golden.py; it makes no figures.
  const files = readdirSync(folder).filter((file) => /\.(py|json|R)$/.test(file) && file !== "golden.py");
  expect(files.length).toBeGreaterThan(50);
  const named = new Set(readme.match(/[\w-]+\.(py|json|R)\b/g));
  expect(files.filter((file) => !named.has(file))).toEqual([]);
});
