/**
 * @file Parquet to `Table` and back, by hyparquet: flat columns, null as missing, true and false as 1 and 0.
 */
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { asBytes, type BytesLike, holdsBytes } from "./bytes.js";
import { checkedSize, matrix } from "./matrix.js";
import { convertValues, kindOf, toNumber, toText } from "./parquet/column-types.js";
import { Damage, within } from "./parquet/damage.js";
import { type ByteSource, bytesOf, type Field, readLayout } from "./parquet/metadata.js";
import { readChunk } from "./parquet/pages.js";
import { type Column, findColumn, type Table } from "./table.js";

export type { ByteSource };

/** Options of `readParquet`. */
export interface ParquetOptions {
  /** Stands in errors as the file's name. Default `"parquet"`. */
  readonly name?: string | undefined;
  /** Columns to read as numbers, by name or by position from 1. Default: all that are numbers. */
  readonly columns?: readonly string[] | undefined;
  /** Columns to read as text whatever they hold, such as the label. */
  readonly text?: readonly string[] | undefined;
}

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
    if (!(error instanceof Damage)) throw error;
    throw new RangeError(`${name}: damaged Parquet: ${error.message}`, { cause: error.cause });
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
  const { rows, fields } = await readLayout(source, name);
  const names = fields.map((field) => field.name);
  const twice = names.find((field, j) => names.indexOf(field) < j);
  if (twice !== undefined) throw new RangeError(`${name}: two columns are called ${JSON.stringify(twice)}`);
  const asText = new Set(options.text?.map((wanted) => findColumn(names, wanted, name)));
  const chosen = options.columns && new Set(options.columns.map((wanted) => findColumn(names, wanted, name)));
  const kinds = fields.map(({ leaf }, j): "number" | "text" | "skip" => {
    const kind = leaf ? kindOf(leaf.element) : "skip";
    if (asText.has(j)) {
      if (kind === "skip") throw new TypeError(`${name}: column ${JSON.stringify(names[j])} cannot be read`);
      return "text";
    }
    if (chosen?.has(j) && kind !== "number") {
      throw new TypeError(`${name}: column ${JSON.stringify(names[j])} is no column of numbers`);
    }
    return chosen && !chosen.has(j) && kind === "number" ? "skip" : kind;
  });

  const width = kinds.filter((kind) => kind === "number").length;
  checkedSize(rows, width, name);
  const x = matrix(rows, width);
  const columns: Column[] = [];
  const unread: string[] = [];
  let at = 0;
  for (const [j, field] of fields.entries()) {
    if (kinds[j] === "skip") unread.push(field.name);
    else if (kinds[j] === "number") {
      const offset = at;
      await readColumn(source, field, (value, row) => {
        x.data[row * width + offset] = toNumber(value);
      });
      columns.push({ name: field.name, kind: "number", at: at++ });
    } else {
      const values = new Array<string>(rows).fill("");
      await readColumn(source, field, (value, row) => {
        values[row] = toText(value);
      });
      columns.push({ name: field.name, kind: "text", values });
    }
  }
  return { columns, x, unread };
}

/** One column chunk at a time, so that no more than one is unpacked at once. */
async function readColumn(
  file: ByteSource,
  { name, leaf }: Field,
  onValue: (value: unknown, row: number) => void,
): Promise<void> {
  const { element, chunks } = leaf!;
  let rowStart = 0;
  for (const { meta, rows, start, end } of chunks) {
    const chunk = { bytes: await bytesOf(file, start, end), offset: start, meta, element, rows };
    const first = rowStart;
    await within(`column ${JSON.stringify(name)}`, () =>
      readChunk(
        chunk,
        (values) => convertValues(values, element),
        (value, row) => onValue(value, first + row),
      ),
    );
    rowStart += rows;
  }
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
