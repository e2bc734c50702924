/**
 * @file Any data file to `Dataset`, and results to any that is written.
 */
import { asBytes, type BytesLike } from "./bytes.js";
import type { DataFormat, Dataset } from "./dataset.js";
import { detectFormat, HEAD_BYTES, OUTPUT_ENDINGS, outputFormat } from "./formats/all.js";
import type { Content, ReadOptions, Written } from "./formats/format.js";
import { gzipped, isGzip } from "./gzip.js";
import { readZip } from "./npz.js";
import { collect, type PieceSource } from "./pieces.js";
import { gunzipped, headOf, keptSource, memorySource, type Source } from "./source.js";
import { isOldExcel, spreadsheetRefusal } from "./spreadsheet.js";
import type { Table } from "./table/table.js";
import { arrayDataset, columnLabels, labelsOfArray, tableDataset } from "./table-dataset.js";
import { isZip } from "./zip.js";

/**
 * Reads a file from memory, compressed by gzip or not.
 * @param source its bytes: a `Uint8Array`, any other view, such as a `Buffer`, or an `ArrayBuffer`.
 * @param name the file's name: it stands in errors, and its ending may tell the format.
 * @throws RangeError or TypeError, in one line with a place, for anything that is no clean data.
 */
export async function readData(source: BytesLike, name: string, options: ReadOptions = {}): Promise<Dataset> {
  return readSource(memorySource(asBytes(source, name), name), options);
}

/**
 * Reads a file as it arrives, in pieces of any size that are not looked at any more once the next is asked for. They are
 * kept, to be given back with results. See `readData`.
 */
export async function readDataStream(
  source: PieceSource,
  name: string,
  options: ReadOptions = {},
): Promise<Dataset> {
  return readSource(keptSource(source, name), options);
}

/** Reads a file from wherever its bytes come, see `readData`. */
export async function readSource(source: Source, options: ReadOptions = {}): Promise<Dataset> {
  const { content, format, name } = await readContent(source, options).catch(async (error) => {
    await source.close?.();
    throw error;
  });
  if ("table" in content) return tableDataset(content.table, format, options);
  return arrayDataset(content.array, name, format, options);
}

/** Content of a file, before any of its columns is chosen, and its format. */
export async function readContent(
  source: Source,
  options: ReadOptions = {},
): Promise<{ content: Content; format: DataFormat; name: string }> {
  const head = await headOf(source, HEAD_BYTES);
  if (isGzip(head)) return readContent(gunzipped(source), options);
  if (isOldExcel(head)) throw spreadsheetRefusal(source.name, "an Excel workbook");
  if (isZip(head)) return readArchive(source, options);
  const format = detectFormat(head, source.name);
  return { content: await format.read(source, options), format: format.name, name: source.name };
}

/** Content of a zip archive: one file, or the arrays of an .npz. */
async function readArchive(source: Source, options: ReadOptions): ReturnType<typeof readContent> {
  const { name, bytes, labels, unused } = await readZip(await source.bytes(), source.name);
  const inside = await readContent(memorySource(bytes, name), options);
  const file = `${source.name}: ${name}`;
  if ("table" in inside.content)
    return { ...inside, content: { table: { ...inside.content.table, name: file } }, name: file };
  const told =
    labels?.texts ?? (labels?.bytes && (await readLabels(memorySource(labels.bytes, labels.name))));
  const notes = unused.length > 0 ? [`${source.name}: arrays that are not used: ${unused.join(", ")}`] : [];
  const array = { ...inside.content.array, notes, ...(told && { labels: told }) };
  return { content: { array }, format: name.endsWith(".npy") ? "npz" : inside.format, name: source.name };
}

/**
 * Labels in a file of one column.
 * @throws RangeError for a file of several columns.
 */
export async function readLabels(source: Source): Promise<string[]> {
  const { content } = await readContent(source);
  const { name } = source;
  const cols = "table" in content ? content.table.columns.length : content.array.x.cols;
  if (cols !== 1) throw new RangeError(`${name}: want labels in one column, got ${cols}`);
  return "table" in content ? columnLabels(content.table.columns[0]!) : labelsOfArray(content.array.x);
}

/**
 * A table in the format that a name's ending tells, see `resultPieces`.
 * @throws RangeError for another ending, TypeError for text in .npy, MemoryError for more bytes than one array holds.
 */
export async function writeTable(table: Table, name: string): Promise<Uint8Array> {
  const { columns, rows } = table;
  const text = columns.find(({ kind }) => kind === "text");
  if (text && outputFormat(name)?.ending === "npy")
    throw new TypeError(`${name}: .npy holds numbers alone, "${text.name}" is text`);
  const numbers = { data: new Float64Array(rows * columns.length), rows, cols: columns.length };
  for (const [j, column] of columns.entries())
    if (column.kind === "number")
      for (let i = 0; i < rows; i++) numbers.data[i * columns.length + j] = column.values.at(i);
  return collect(resultPieces({ added: columns, numbers }, name));
}

/**
 * Results in the format that a name's ending tells, in pieces: .csv, .tsv, .parquet, .json, .jsonl, or .npy, which takes numbers alone; with .gz behind it, compressed.
 * @throws RangeError for another ending, before the first piece.
 */
export async function* resultPieces(results: Written, name: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const found = outputFormat(name);
  if (!found) throw new RangeError(`${name}: want a name that ends in ${OUTPUT_ENDINGS.join(", ")}`);
  const pieces = found.format.write!(results, found.ending);
  yield* /\.gz$/i.test(name) ? gzipped(pieces) : pieces;
}
