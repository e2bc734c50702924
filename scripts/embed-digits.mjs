/**
 * Writes src/data/digits-data.ts from scikit-learn's digits.csv.gz:
 *
 *   node scripts/embed-digits.mjs /usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz
 *
 * Three pixels of 17 levels are one number below 17³ = 4913, written as two characters of a 71-letter alphabet.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const [path] = process.argv.slice(2);
if (!path) throw new Error("usage: node scripts/embed-digits.mjs PATH_TO_digits.csv.gz");

const rows = gunzipSync(readFileSync(path))
  .toString("utf8")
  .trim()
  .split("\n")
  .map((line) => line.split(",").map(Number));
if (rows.length !== 1797 || rows.some((row) => row.length !== 65))
  throw new Error("want 1797 rows of 65 numbers");

// From "#" on, without the backslash: no character that a quoted string would have to escape.
const letter = (value) => String.fromCharCode(35 + value + (value >= 57 ? 1 : 0));
const levels = rows.flatMap((row) => row.slice(0, 64));
let pixels = "";
for (let i = 0; i < levels.length; i += 3) {
  const three = (levels[i] * 17 + levels[i + 1]) * 17 + levels[i + 2];
  pixels += letter(Math.floor(three / 71)) + letter(three % 71);
}
const labels = rows.map((row) => row[64]).join("");

const lines = (text) =>
  text
    .match(/.{1,100}/g)
    .map((line) => `  "${line}",`)
    .join("\n");
writeFileSync(
  new URL("../src/data/digits-data.ts", import.meta.url),
  `/**
 * @file The numbers of \`digits.ts\`, made by scripts/embed-digits.mjs. Data: E. Alpaydin and C. Kaynak (1998),
 * "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, license CC BY 4.0.
 */

/** Three pixels of 17 levels in two characters. */
export const PIXELS = [
${lines(pixels)}
].join("");

/** One character a row. */
export const LABELS = [
${lines(labels)}
].join("");
`,
);
