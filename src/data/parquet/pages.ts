/**
 * @file The pages of one column chunk, from their headers to their values.
 *
 * hyparquet believes the counts in a page: one run length of 2³⁰ in a damaged file makes it fill memory. Here every
 * count is held against what the page, the chunk and the row group can contain, and page checksums are looked at.
 * Source: Apache Parquet, "Data Pages".
 */
import type { ColumnMetaData, Encoding, PageHeader, SchemaElement } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { crc32 } from "../crc32.js";
import { unpack } from "./compression.js";
import { decoded, want, within } from "./damage.js";
import { readDeltas, readPrefixedTexts, readTexts } from "./deltas.js";
import { readByteStreams, readPlain, readRuns, type Values } from "./encodings.js";
import type { Levels } from "./metadata.js";
import { PAGE_HEADER } from "./shapes.js";
import { checkStruct } from "./thrift.js";
import type { Value } from "./values.js";

// Text and bit streams compress to very little; past this a page size is a mistake in the file.
const MOST_INFLATION = 4096;
const ALWAYS_ALLOWED = 2 ** 26;

export interface Chunk {
  readonly bytes: Uint8Array;
  /** Start of `bytes` in the file. */
  readonly offset: number;
  readonly meta: ColumnMetaData;
  readonly element: SchemaElement;
  /** Rows of the row group; a flat column has as many entries, lists have one for each value and for each empty list. */
  readonly rows: number;
  readonly levels: Levels;
}

/**
 * Reads a chunk of a flat column or of lists.
 * @param convert values as they are stored to values as they are meant.
 * @param onEntry gets them with their row in the chunk and their definition level, null for a missing one.
 */
export async function readChunk(
  { bytes, offset, meta, element, rows, levels }: Chunk,
  convert: (values: Values) => ArrayLike<Value>,
  onEntry: (value: Value | null, row: number, definition: number) => void,
): Promise<void> {
  const { codec } = meta;
  const type = element.type!;
  const length = element.type_length ?? 0;
  const entries = Number(meta.num_values);
  let dictionary: ArrayLike<Value> | undefined;
  let entry = 0;
  // The row that the last entry belongs to.
  let row = -1;

  async function readDictionary(header: PageHeader, packed: Uint8Array): Promise<void> {
    const head = header.dictionary_page_header;
    want(head !== undefined, "a dictionary without its header");
    want(dictionary === undefined && entry === 0, "a dictionary behind the values or another one");
    want(
      head.encoding === "PLAIN" || head.encoding === "PLAIN_DICTIONARY",
      `a dictionary in ${named(head.encoding)}`,
    );
    want(head.num_values >= 0, `a dictionary of ${head.num_values} values`);
    const page = await unpack(packed, codec, header.uncompressed_page_size);
    dictionary = convert(readPlain(page, type, length, head.num_values));
  }

  async function readV1(header: PageHeader, packed: Uint8Array): Promise<void> {
    const head = header.data_page_header;
    want(head !== undefined, "a page without its header");
    wantCount(head.num_values);
    const page = await unpack(packed, codec, header.uncompressed_page_size);
    let at = 0;
    const levelsOf = (kind: string, encoding: Encoding | undefined, most: number) => {
      if (most === 0) return undefined;
      want(encoding === "RLE", `${kind} levels in ${named(encoding)}`);
      want(page.length - at >= 4, `${kind} levels are cut off`);
      const start = at + 4;
      at = start + new DataView(page.buffer, page.byteOffset).getUint32(at, true);
      want(at <= page.length, `${kind} levels do not fit their page`);
      return readLevels(page, start, at, most, head.num_values);
    };
    const repetition = levelsOf("repetition", head.repetition_level_encoding, levels.repetition);
    const definition = levelsOf("definition", head.definition_level_encoding, levels.definition);
    emit(repetition, definition, page.subarray(at), head.encoding, head.num_values);
  }

  async function readV2(header: PageHeader, packed: Uint8Array): Promise<void> {
    const head = header.data_page_header_v2;
    want(head !== undefined, "a page without its header");
    wantCount(head.num_values);
    const start = head.repetition_levels_byte_length;
    const end = start + head.definition_levels_byte_length;
    want(start >= 0 && start <= packed.length, "repetition levels do not fit their page");
    want(start <= end && end <= packed.length, "definition levels do not fit their page");
    want(levels.repetition > 0 || start === 0, "repetition levels in a flat column");
    want(levels.definition > 0 || start === end, "definition levels in a column without missing values");
    const levelsOf = (from: number, to: number, most: number) =>
      most > 0 ? readLevels(packed, from, to, most, head.num_values) : undefined;
    const repetition = levelsOf(0, start, levels.repetition);
    const definition = levelsOf(start, end, levels.definition);
    const starts = repetition ? count(repetition, 0) : head.num_values;
    want(head.num_rows === starts, `${head.num_rows} rows of ${starts} values`);
    const missing = head.num_values - (definition ? count(definition, levels.definition) : head.num_values);
    // Writers differ in what they call missing in a list.
    const agrees = levels.repetition > 0 || head.num_nulls === missing;
    want(agrees, `promises ${head.num_nulls} missing values and has ${missing}`);
    const size = header.uncompressed_page_size - end;
    want(size >= 0, `promises ${header.uncompressed_page_size} bytes with ${end} of levels`);
    // A page without values may be without a compressed stream as well.
    const plain = head.is_compressed === false || (size === 0 && packed.length === end);
    const page = await unpack(packed.subarray(end), plain ? "UNCOMPRESSED" : codec, size);
    emit(repetition, definition, page, head.encoding, head.num_values);
  }

  function wantCount(values: number): void {
    want(
      values >= 0 && values <= entries - entry,
      `promises ${values} values where ${entries - entry} of ${entries} are left`,
    );
  }

  function emit(
    repetition: Uint32Array | undefined,
    definition: Uint32Array | undefined,
    page: Uint8Array,
    encoding: Encoding,
    size: number,
  ): void {
    const most = levels.definition;
    const valueAt = readValues(page, encoding, definition ? count(definition, most) : size);
    if (repetition && size > 0) {
      want(row >= 0 || repetition[0] === 0, "the first entry goes on with a list");
      want(row + count(repetition, 0) < rows, `holds more rows than the ${rows} of its row group`);
    }
    let next = 0;
    for (let i = 0; i < size; i++) {
      if (repetition === undefined || repetition[i] === 0) row++;
      const level = definition ? definition[i]! : most;
      onEntry(level === most ? valueAt(next++) : null, row, level);
    }
    entry += size;
  }

  /** The values of a page, by their index among those present. */
  function readValues(page: Uint8Array, encoding: Encoding, count: number): (index: number) => Value | null {
    if (encoding === "RLE_DICTIONARY" || encoding === "PLAIN_DICTIONARY") {
      const values = dictionary;
      want(values !== undefined, "dictionary indices without a dictionary");
      if (count === 0) return () => null;
      want(page.length > 0, "dictionary indices are cut off");
      const indices = readRuns(page, 1, page.length, page[0]!, count);
      const largest = indices.reduce((most, index) => Math.max(most, index), 0);
      want(largest < values.length, `the dictionary index ${largest} of ${values.length}`);
      return (index) => values[indices[index]!]!;
    }
    const values = convert(readStored(page, encoding, count));
    return (index) => values[index]!;
  }

  function readStored(page: Uint8Array, encoding: Encoding, count: number): Values {
    if (encoding === "PLAIN") return readPlain(page, type, length, count);
    if (encoding === "BYTE_STREAM_SPLIT") return readByteStreams(page, type, length, count);
    if (encoding === "RLE" && type === "BOOLEAN") {
      if (count === 0) return [];
      want(page.length >= 4, "truth values are cut off");
      const end = 4 + new DataView(page.buffer, page.byteOffset).getUint32(0, true);
      want(end <= page.length, "truth values do not fit their page");
      return Array.from(readRuns(page, 4, end, 1, count), (bit) => bit === 1);
    }
    if (encoding === "DELTA_BINARY_PACKED" && (type === "INT32" || type === "INT64")) {
      return count === 0 ? [] : readDeltas(page, 0, type, count).values;
    }
    if (encoding === "DELTA_LENGTH_BYTE_ARRAY" && type === "BYTE_ARRAY") return readTexts(page, 0, count);
    if (encoding === "DELTA_BYTE_ARRAY" && (type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY")) {
      const texts = readPrefixedTexts(page, count);
      const wrong = type === "BYTE_ARRAY" ? undefined : texts.find((text) => text.length !== length);
      want(wrong === undefined, `a value of ${wrong?.length} bytes, want ${length}`);
      return texts;
    }
    want(false, `values of type ${type} in ${named(encoding)}`);
  }

  for (let at = 0; at < bytes.length; ) {
    await within(`page at byte ${offset + at}`, async () => {
      const start = checkStruct(bytes, at, PAGE_HEADER);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const header = decoded("its header cannot be read", () => parquetHeader({ view, offset: at }));
      const { compressed_page_size: size, uncompressed_page_size: unpacked, crc } = header;
      want(size >= 0 && size <= bytes.length - start, `${size} bytes do not fit its column chunk`);
      const most = codec === "UNCOMPRESSED" ? size : Math.max(ALWAYS_ALLOWED, size * MOST_INFLATION);
      want(unpacked >= 0 && unpacked <= most, `promises ${unpacked} bytes in ${size}`);
      const packed = bytes.subarray(start, start + size);
      want(crc === undefined || crc >>> 0 === crc32(packed), "does not match its checksum");
      at = start + size;
      if (header.type === "DICTIONARY_PAGE") await readDictionary(header, packed);
      else if (header.type === "DATA_PAGE") await readV1(header, packed);
      else if (header.type === "DATA_PAGE_V2") await readV2(header, packed);
    });
  }
  want(entry === entries, `pages hold ${entry} of ${entries} values`);
  want(row + 1 === rows, `pages hold ${row + 1} of ${rows} rows`);
}

/** Levels from 0 to `most`. */
function readLevels(bytes: Uint8Array, start: number, end: number, most: number, size: number): Uint32Array {
  const levels = readRuns(bytes, start, end, 32 - Math.clz32(most), size);
  const largest = levels.reduce((max, level) => Math.max(max, level), 0);
  want(largest <= most, `the level ${largest}, above ${most}`);
  return levels;
}

function count(levels: Uint32Array, wanted: number): number {
  return levels.reduce((sum, level) => sum + (level === wanted ? 1 : 0), 0);
}

function named(encoding: Encoding | undefined): string {
  return encoding ?? "an unknown encoding";
}
