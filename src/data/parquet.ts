/**
 * @file Parquet to `Table` and back, by hyparquet: flat columns, null as missing, true and false as 1 and 0.
 */
import type { ColumnMetaData, FileMetaData, SchemaElement } from "hyparquet";
import { parquetMetadataAsync, parquetRead, parquetSchema } from "hyparquet";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { asBytes, type BytesLike, holdsBytes } from "./bytes.js";
import { checkedSize, matrix } from "./matrix.js";
import { guardChunk } from "./parquet/pages.js";
import { type Column, findColumn, type Table } from "./table.js";

/** A file that is read piece by piece. */
export interface ByteSource {
  readonly byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer> | ArrayBuffer;
}

export interface ParquetOptions {
  /** Stands in errors as the file's name. Default `"parquet"`. */
  readonly name?: string | undefined;
  /** Columns to read as numbers, by name or by position from 1. Default: all that are numbers. */
  readonly columns?: readonly string[] | undefined;
  /** Columns to read as text whatever they hold, such as the label. */
  readonly text?: readonly string[] | undefined;
}

// Few bytes can stand for many equal values; past this many a byte it is a mistake in the file.
const MOST_VALUES_PER_BYTE = 2 ** 16;
// hyparquet unpacks these without looking at their lengths.
const UNSAFE_ENCODINGS: readonly string[] = ["DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"];

/** True if the bytes start as a Parquet file does. */
export function isParquet(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x41 && bytes[2] === 0x52 && bytes[3] === 0x31;
}

/**
 * Reads a Parquet file. Integers, floats, decimals and booleans are numbers; strings and times are text; nested
 * columns are not read and named in `unread`.
 * @throws RangeError if the file is damaged, TypeError if a column asked for is no column of numbers.
 */
export async function readParquet(
  source: BytesLike | ByteSource,
  options: ParquetOptions = {},
): Promise<Table> {
  const name = options.name ?? "parquet";
  const file = isByteSource(source) ? source : memorySource(asBytes(source, name));
  try {
    return await readTable(file, name, options);
  } catch (error) {
    // hyparquet throws plain errors of its own; here they get the file's name.
    const text = error instanceof Error ? error.message : String(error);
    if (text.startsWith(`${name}:`) || text.startsWith(`${name} column `)) throw error;
    throw new RangeError(`${name}: damaged Parquet file (${text})`, { cause: error });
  }
}

function isByteSource(source: BytesLike | ByteSource): source is ByteSource {
  return !holdsBytes(source) && typeof source?.byteLength === "number" && typeof source.slice === "function";
}

function memorySource(bytes: Uint8Array): ByteSource {
  return {
    byteLength: bytes.length,
    slice: (start, end) => bytes.slice(start, end).buffer as ArrayBuffer,
  };
}

async function readTable(source: ByteSource, name: string, options: ParquetOptions): Promise<Table> {
  if (source.byteLength < 12) throw new RangeError(`${name}: no Parquet file (${source.byteLength} bytes)`);
  const file = {
    byteLength: source.byteLength,
    slice(start: number, end = source.byteLength) {
      if (!(start >= 0 && start <= end && end <= source.byteLength)) {
        throw new RangeError(`${name}: bytes ${start} to ${end} are not in the file of ${source.byteLength}`);
      }
      return source.slice(start, end);
    },
  };
  const metadata = await parquetMetadataAsync(file, { geoparquet: false });
  const fields = parquetSchema(metadata).children;
  const names = fields.map(({ element }) => element.name);
  const twice = names.find((field, j) => names.indexOf(field) < j);
  if (twice !== undefined) throw new RangeError(`${name}: two columns are called ${JSON.stringify(twice)}`);
  const asText = new Set(options.text?.map((wanted) => findColumn(names, wanted, name)));
  const chosen = options.columns && new Set(options.columns.map((wanted) => findColumn(names, wanted, name)));
  const kinds = fields.map(({ element, children }, j): "number" | "text" | "skip" => {
    const kind = children.length > 0 ? "skip" : kindOf(element, encodingsOf(metadata, element.name));
    if (asText.has(j)) {
      if (kind === "skip") throw new TypeError(`${name}: column ${JSON.stringify(names[j])} cannot be read`);
      return "text";
    }
    if (chosen?.has(j) && kind !== "number") {
      throw new TypeError(`${name}: column ${JSON.stringify(names[j])} is no column of numbers`);
    }
    return chosen && !chosen.has(j) && kind === "number" ? "skip" : kind;
  });

  const rows = checkMetadata(metadata, name);
  const width = kinds.filter((kind) => kind === "number").length;
  checkedSize(rows, width, name);
  checkChunks(
    metadata,
    names.filter((_, j) => kinds[j] !== "skip"),
    name,
  );
  const x = matrix(rows, width);
  const columns: Column[] = [];
  const unread: string[] = [];
  let at = 0;
  for (const [j, field] of fields.entries()) {
    const element = field.element;
    if (kinds[j] === "skip") unread.push(element.name);
    else if (kinds[j] === "number") {
      const offset = at;
      await readColumn(file, metadata, element, name, (value, row) => {
        x.data[row * width + offset] = toNumber(value);
      });
      columns.push({ name: element.name, kind: "number", at: at++ });
    } else {
      const values = new Array<string>(rows).fill("");
      await readColumn(file, metadata, element, name, (value, row) => {
        values[row] = toText(value);
      });
      columns.push({ name: element.name, kind: "text", values });
    }
  }
  return { columns, x, unread };
}

/** Rows of the file, after the counts in it were held against each other. */
function checkMetadata(metadata: FileMetaData, name: string): number {
  const rows = Number(metadata.num_rows);
  const inGroups = metadata.row_groups.reduce((sum, group) => {
    const groupRows = Number(group.num_rows);
    if (!Number.isSafeInteger(groupRows) || groupRows < 0) {
      throw new RangeError(`${name}: a row group promises ${groupRows} rows`);
    }
    return sum + groupRows;
  }, 0);
  if (rows !== inGroups) throw new RangeError(`${name}: promises ${rows} rows, its row groups ${inGroups}`);
  return rows;
}

function checkChunks(metadata: FileMetaData, names: readonly string[], name: string): void {
  for (const column of names) {
    for (const group of metadata.row_groups) {
      const { num_values, total_compressed_size } = chunkOf(group, column, name);
      if (num_values !== group.num_rows) {
        throw new RangeError(
          `${name}: column ${JSON.stringify(column)} has ${num_values} of ${group.num_rows} rows`,
        );
      }
      if (Number(num_values) > Number(total_compressed_size) * MOST_VALUES_PER_BYTE) {
        const promised = `${num_values} values in ${total_compressed_size} bytes`;
        throw new RangeError(`${name}: column ${JSON.stringify(column)} promises ${promised}`);
      }
    }
  }
}

type RowGroup = FileMetaData["row_groups"][number];

function chunkOf(group: RowGroup, column: string, name: string): ColumnMetaData {
  const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === column);
  if (!chunk?.meta_data) throw new RangeError(`${name}: column ${JSON.stringify(column)} is not in the file`);
  return chunk.meta_data;
}

/** One column chunk at a time, so that no more than one is unpacked at once. */
async function readColumn(
  file: ByteSource,
  metadata: FileMetaData,
  element: SchemaElement,
  name: string,
  onValue: (value: unknown, row: number) => void,
): Promise<void> {
  const where = `${name} column ${JSON.stringify(element.name)}`;
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    if (rows === 0) continue;
    const guard = guardChunk(
      chunkOf(group, element.name, name),
      rows,
      element.repetition_type !== "REQUIRED",
      where,
    );
    const checkedSlice = async (start: number, end?: number) => {
      const chunk = await file.slice(start, end);
      guard.checkChunk(chunk);
      return chunk;
    };
    const pieces: { columnData: ArrayLike<unknown>; rowStart: number }[] = [];
    await parquetRead({
      file: {
        byteLength: file.byteLength,
        slice(start, end) {
          const chunk = checkedSlice(start, end);
          // hyparquet may have failed elsewhere by then and look at this no more.
          chunk.catch(() => {});
          return chunk;
        },
      },
      metadata,
      columns: [element.name],
      rowStart,
      rowEnd: rowStart + rows,
      compressors: guard.compressors,
      parsers: { jsonFromBytes: (bytes) => new TextDecoder().decode(bytes) },
      geoparquet: false,
      onChunk: (piece) => pieces.push(piece),
    });
    let read = 0;
    for (const { columnData, rowStart: first } of pieces) {
      for (let i = 0; i < columnData.length; i++) {
        // Null is a missing value; undefined is a dictionary index that points nowhere.
        if (columnData[i] === undefined)
          throw new RangeError(`${where}: row ${first + i + 1} points nowhere`);
        onValue(columnData[i], first + i);
      }
      read += columnData.length;
    }
    if (read !== rows) throw new RangeError(`${where}: has ${read} of ${rows} rows`);
    rowStart += rows;
  }
}

function encodingsOf(metadata: FileMetaData, column: string): readonly string[] {
  return metadata.row_groups.flatMap(({ columns }) => {
    const chunk = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === column);
    return chunk?.meta_data?.encodings ?? [];
  });
}

function kindOf(element: SchemaElement, encodings: readonly string[]): "number" | "text" | "skip" {
  const { type, converted_type: converted, logical_type: logical, type_length: length = 0 } = element;
  if (element.repetition_type === "REPEATED" || encodings.some((used) => UNSAFE_ENCODINGS.includes(used))) {
    return "skip";
  }
  if (converted === "DECIMAL" || logical?.type === "FLOAT16") return length <= 32 ? "number" : "skip";
  if (converted === "INTERVAL" || converted === "BSON" || logical?.type === "VARIANT") return "skip";
  if (type === "FIXED_LEN_BYTE_ARRAY") return logical?.type === "UUID" && length === 16 ? "text" : "skip";
  const isTime =
    /^(?:DATE|TIME)/.test(converted ?? "") || logical?.type === "DATE" || /^TIME/.test(logical?.type ?? "");
  return type === "BYTE_ARRAY" || type === "INT96" || isTime ? "text" : "number";
}

function toNumber(value: unknown): number {
  if (value === null) return Number.NaN;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return Number(value);
  throw new RangeError(`a value of type ${typeof value} among numbers`);
}

function toText(value: unknown): string {
  if (value === null) return "";
  return value instanceof Date ? value.toISOString() : String(value);
}

/** Writes a table as Parquet, numbers as float32, missing values as null, compressed with Snappy. */
export function writeParquet(table: Pick<Table, "columns" | "x">): Uint8Array {
  const { columns, x } = table;
  const columnData = columns.map((column): ColumnSource => {
    if (column.kind === "text") {
      const data = column.values.map((value) => (value === "" ? null : value));
      return { name: column.name, type: "STRING", nullable: true, data };
    }
    const data = new Float32Array(x.rows);
    for (let i = 0; i < x.rows; i++) data[i] = x.data[i * x.cols + column.at]!;
    if (!data.some(Number.isNaN)) return { name: column.name, type: "FLOAT", nullable: false, data };
    const nullable = Array.from(data, (value) => (Number.isNaN(value) ? null : value));
    return { name: column.name, type: "FLOAT", nullable: true, data: nullable };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: "unlabeled" }));
}
