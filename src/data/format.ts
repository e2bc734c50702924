/**
 * @file Any data file to `Dataset`: the format is told by the first bytes, then by the name.
 */
import { asBytes, type BytesLike } from "./bytes.js";
import { csvReader, type Delimiter, writeCsv } from "./csv.js";
import { arrayDataset, type DataFormat, type Dataset, tableDataset } from "./dataset.js";
import { gunzipStream, isGzip } from "./gzip.js";
import { isIdx, readIdx } from "./idx.js";
import { imageDataset } from "./image.js";
import { isNetpbm, readNetpbm } from "./netpbm.js";
import { isNpy, readNpy, writeNpy } from "./npy.js";
import { isParquet, readParquet, writeParquet } from "./parquet.js";
import { collect, type PieceSource, piecesOf, splitHead } from "./pieces.js";
import type { Table } from "./table.js";

/** Options of reading; those that a format does not have are not looked at. */
export interface ReadOptions {
  /** CSV: default `"auto"`, and tab for a name that ends in .tsv. */
  readonly delimiter?: Delimiter | "auto" | undefined;
  /** CSV: true if the first line is one of names. Default `"auto"`. */
  readonly header?: boolean | "auto" | undefined;
  /** CSV: lines to pass over at the top. Default 0. */
  readonly skipRows?: number | undefined;
  /** CSV: texts that stand for a missing value, besides the empty field. */
  readonly missing?: readonly string[] | undefined;
  /** Columns to learn from, by name or by position from 1. Default: all numbers but the label. */
  readonly columns?: readonly string[] | undefined;
  /** The label column, by name or by position from 1. */
  readonly label?: string | undefined;
}

/** Enough of the start of a file for `detectFormat`. */
export const HEAD_BYTES = 512;

/**
 * The format of a file that is not compressed.
 * @param head the first `HEAD_BYTES` bytes, or the file if it is shorter.
 * @throws RangeError for formats that are known and not read.
 */
export function detectFormat(head: Uint8Array, name: string): DataFormat {
  const ending = nameEnding(name);
  if (isNpy(head) || ending === "npy") return "npy";
  if (isParquet(head) || ending === "parquet") return "parquet";
  const starts = (...bytes: number[]) => bytes.every((byte, index) => head[index] === byte);
  if (starts(0x50, 0x4b, 3, 4))
    throw new RangeError(`${name}: a zip archive is not read (.npz: unpack its .npy)`);
  if (starts(0x89, 0x50, 0x4e, 0x47) || starts(0xff, 0xd8, 0xff)) {
    throw new RangeError(`${name}: one PNG or JPEG is no data set (want a folder of images)`);
  }
  if (ending === "csv" || ending === "tsv" || ending === "txt") return "csv";
  if (isIdx(head) || ending === "idx" || /idx\d-ubyte$/.test(ending)) return "idx";
  return isNetpbm(head) ? "netpbm" : "csv";
}

/** Ending of a name, after its last point and before any .gz, in small letters; the whole name if it has none. */
export function nameEnding(name: string): string {
  const plain = name.toLowerCase().replace(/\.gz$/, "");
  return plain.slice(plain.lastIndexOf(".") + 1);
}

/**
 * Reads a file from memory, compressed by gzip or not.
 * @param source its bytes: a `Uint8Array`, any other view, such as a `Buffer`, or an `ArrayBuffer`.
 * @param name the file's name: it stands in errors, and its ending may tell the format.
 * @throws RangeError or TypeError, in one line with a place, for anything that is no clean data.
 */
export async function readData(source: BytesLike, name: string, options: ReadOptions = {}): Promise<Dataset> {
  const bytes = asBytes(source, name);
  if (isGzip(bytes)) return readDataStream([bytes], name, options);
  const format = detectFormat(bytes.subarray(0, HEAD_BYTES), name);
  return format === "csv" ? readTable([bytes], name, options) : readWhole(bytes, format, name, options);
}

/**
 * Reads a file as it arrives, in pieces of any size that are not looked at any more once the next is asked for. CSV is
 * not held in memory; what else there is, is. See `readData`.
 */
export async function readDataStream(
  source: PieceSource,
  name: string,
  options: ReadOptions = {},
): Promise<Dataset> {
  const pieces = piecesOf(source, name);
  try {
    let { head, rest } = await splitHead(pieces, HEAD_BYTES);
    if (isGzip(head)) ({ head, rest } = await splitHead(gunzipStream(rest, name), HEAD_BYTES));
    const format = detectFormat(head, name);
    if (format === "csv") return await readTable(rest, name, options);
    return await readWhole(await collect(rest), format, name, options);
  } finally {
    await pieces.return(undefined);
  }
}

async function readTable(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name: string,
  options: ReadOptions,
): Promise<Dataset> {
  const reader = csvReader(csvOptions(name, options));
  for await (const piece of pieces) reader.push(piece);
  return tableDataset(reader.end(), name, "csv", options);
}

async function readWhole(
  bytes: Uint8Array,
  format: DataFormat,
  name: string,
  options: ReadOptions,
): Promise<Dataset> {
  if (format === "npy") return arrayDataset(readNpy(bytes, name), name, format, options);
  if (format === "idx") return arrayDataset(readIdx(bytes, name), name, format, options);
  if (format === "parquet") {
    return tableDataset(await readParquet(bytes, tableOptions(name, options)), name, format, options);
  }
  return imageDataset([{ name, image: readNetpbm(bytes, name) }], name, "netpbm");
}

/**
 * Writes a table in the format that the name's ending tells: .csv, .parquet, or .npy, which takes numbers alone.
 * @throws RangeError for another ending, TypeError for text in .npy.
 */
export function encodeTable(table: Table, name: string): Uint8Array {
  const ending = nameEnding(name);
  if (name.toLowerCase().endsWith(`.${ending}`)) {
    if (ending === "csv") return writeCsv(table);
    if (ending === "parquet") return writeParquet(table);
    if (ending === "npy") {
      const text = table.columns.find(({ kind }) => kind === "text");
      if (text) throw new TypeError(`${name}: .npy holds numbers alone, "${text.name}" is text`);
      return writeNpy(table.x);
    }
  }
  throw new RangeError(`${name}: want a name that ends in .csv, .parquet or .npy`);
}

/** Options that `readParquet` and `readCsv` have in common. */
export function tableOptions(name: string, { columns, label }: ReadOptions) {
  return { name, columns, ...(label === undefined ? {} : { text: [label] }) };
}

function csvOptions(name: string, options: ReadOptions) {
  const { delimiter = "auto", header, skipRows, missing } = options;
  const byName = delimiter === "auto" && nameEnding(name) === "tsv";
  return {
    ...tableOptions(name, options),
    delimiter: byName ? ("\t" as const) : delimiter,
    header,
    skipRows,
    missing,
  };
}
