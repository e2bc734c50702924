/**
 * @file JSON: an array of objects, an object of columns, or one object a line.
 */
import { jsonLinesPieces, jsonPieces, namesLines, readJsonColumns, readJsonLines } from "../json.js";
import type { Source } from "../source.js";
import { partedOf, tableOfPlain } from "../table/plain.js";
import { columnsOf, type Format, type Written } from "./format.js";
import { FORMAT_NAMES } from "./names.js";

const OPEN_BRACE = 123;
const OPEN_BRACKET = 91;
/** Tab, line feed, return and space, as JSON has them. */
const SPACES = [9, 10, 13, 32];

/** One text holds fewer bytes than these, so that more can only be lines. */
const LARGEST_TEXT = 2 ** 31;

async function readJson(source: Source) {
  const { name, size = 0 } = source;
  const read =
    namesLines(name) || size > LARGEST_TEXT
      ? await readJsonLines(() => source.pieces(), name)
      : readJsonColumns(await source.bytes(), name);
  return { table: tableOfPlain(read, name) };
}

function parted(results: Written) {
  const columns = columnsOf(results);
  return { rows: columns[0]?.values.length ?? 0, columns: columns.map(partedOf) };
}

export const jsonFormat: Format = {
  name: "json",
  ...FORMAT_NAMES.json,
  begins(head) {
    const marked = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
    const first = head.subarray(marked ? 3 : 0).find((byte) => !SPACES.includes(byte));
    return first === OPEN_BRACE || first === OPEN_BRACKET;
  },
  read: readJson,
  write: (results) => jsonPieces(parted(results)),
};

export const jsonLinesFormat: Format = {
  name: "jsonl",
  ...FORMAT_NAMES.jsonl,
  read: readJson,
  write: (results) => jsonLinesPieces(parted(results)),
};
