/**
 * @file JSON: an array of objects, an object of columns, or one object a line.
 */
import { jsonLinesPieces, jsonPieces, readJsonColumns } from "../json.js";
import { partedOf, tableOfPlain } from "../table/plain.js";
import { columnsOf, type Format, type Written } from "./format.js";
import { FORMAT_NAMES } from "./names.js";

const OPEN_BRACE = 123;
const OPEN_BRACKET = 91;
/** Tab, line feed, return and space, as JSON has them. */
const SPACES = [9, 10, 13, 32];

async function readJson(source: Parameters<Format["read"]>[0]) {
  const { name } = source;
  return { table: tableOfPlain(readJsonColumns(await source.bytes(), name), name) };
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
