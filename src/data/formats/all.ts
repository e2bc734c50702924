/**
 * @file The formats that are read and written. Reading tells the format by the first bytes, then by the name; what is neither is
 * CSV.
 */
import { nameEnding } from "../name-ending.js";
import { idxFormat, npyFormat } from "./arrays.js";
import { csvFormat } from "./csv.js";
import type { Format } from "./format.js";
import { jsonFormat, jsonLinesFormat } from "./json.js";
import { netpbmFormat } from "./netpbm.js";
import { parquetFormat } from "./parquet.js";

export const formats: readonly Format[] = [
  csvFormat,
  jsonFormat,
  jsonLinesFormat,
  parquetFormat,
  npyFormat,
  idxFormat,
  netpbmFormat,
];

/** Enough of the start of a file for `detectFormat`. */
export const HEAD_BYTES = 512;

/**
 * The format of a file that is not compressed.
 * @param head the first `HEAD_BYTES` bytes, or the file if it is shorter.
 * @throws RangeError for formats that are known and not read.
 */
export function detectFormat(head: Uint8Array, name: string): Format {
  const ending = nameEnding(name);
  const starts = (...bytes: number[]) => bytes.every((byte, index) => head[index] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47) || starts(0xff, 0xd8, 0xff)) {
    throw new RangeError(`${name}: one PNG or JPEG is no data set (want a folder of images)`);
  }
  const named = formats.find(({ endings }) => endings.includes(ending));
  // Bytes of text can begin as anything does, so that its name counts more.
  if (named && !named.begins) return named;
  return formats.find(({ begins }) => begins?.(head)) ?? named ?? csvFormat;
}

/** Endings that results are written with, each with its point. */
export const OUTPUT_ENDINGS: readonly string[] = formats.flatMap(({ writes = [] }) =>
  writes.map((ending) => `.${ending}`),
);

/** The format that a name's ending tells, and the ending; `undefined` if it is none that is written. */
export function outputFormat(name: string): { format: Format; ending: string } | undefined {
  const ending = nameEnding(name);
  if (!name.toLowerCase().replace(/\.gz$/, "").endsWith(`.${ending}`)) return undefined;
  const format = formats.find(({ writes }) => writes?.includes(ending));
  return format && { format, ending };
}
