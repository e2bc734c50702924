/**
 * @file Parquet to plain columns and `Table`, and back, by hyparquet: null as missing, true and false as 1 and 0.
 */
import { asBytes, type BytesLike, holdsBytes } from "./bytes.js";
import { isListField, readField } from "./parquet/columns.js";
import { Damage } from "./parquet/damage.js";
import { type ByteSource, readLayout } from "./parquet/metadata.js";
import type { PlainColumn, PlainColumns } from "./plain-columns.js";
import { quoted } from "./quoted.js";
import { tableOfPlain } from "./table/plain.js";
import type { Table } from "./table/table.js";

export { writeParquet, writeParquetColumns } from "./parquet/write.js";
export type { ByteSource };

/**
 * Reads a Parquet file as a table, see `readParquetColumns`.
 * @param options `name` stands in errors as the file's name, default `"parquet"`.
 * @throws RangeError if the file is damaged.
 */
export async function readParquet(
  source: BytesLike | ByteSource,
  options: ParquetColumnsOptions = {},
): Promise<Table> {
  return tableOfPlain(await readParquetColumns(source, options), options.name ?? "parquet");
}

/** Options of `readParquetColumns`. */
export interface ParquetColumnsOptions {
  /** Stands in errors as the file's name. Default `"parquet"`. */
  readonly name?: string | undefined;
  /**
   * Chooses what is read by the names of the file's columns, which may be the same twice: positions from 0, in any order.
   * Default: all.
   */
  readonly wanted?: ((names: readonly string[]) => Iterable<number>) | undefined;
}

/**
 * Reads the columns of a Parquet file with nothing rounded. FLOAT and half precision are float32, all other numbers
 * float64; booleans are 0 and 1; dates and times are text in ISO 8601, with a `Z` where the file says that they are in UTC;
 * whole numbers of 64 bits and decimals are text where a column has one beyond ±(2⁵³ − 1). A list column of numbers with k
 * entries in every row is read as k columns, `name_0` to `name_{k−1}`, a missing list as missing in all of them. Columns
 * that are not read, such as lists of different lengths, maps and structures, say why.
 * @throws RangeError if the file is damaged or encrypted.
 */
export async function readParquetColumns(
  source: BytesLike | ByteSource,
  options: ParquetColumnsOptions = {},
): Promise<PlainColumns> {
  const name = options.name ?? "parquet";
  return undamaged(source, name, async (file) => {
    const { rows, fields } = await readLayout(file, name);
    const wanted = options.wanted && new Set(options.wanted(fields.map((field) => field.name)));
    const names = new Set(fields.map((field) => field.name));
    const columns: PlainColumn[] = [];
    for (const [j, field] of fields.entries()) {
      if (wanted && !wanted.has(j)) continue;
      const read = await readField(file, field, rows);
      const taken =
        isListField(field) && read.find((entry) => entry.name !== field.name && names.has(entry.name));
      if (taken) {
        const unread = `another column is called ${quoted(taken.name)}, as an entry of this one would be`;
        columns.push({ name: field.name, unread });
      } else columns.push(...read);
    }
    return { rows, columns };
  });
}

async function undamaged<T>(
  source: BytesLike | ByteSource,
  name: string,
  read: (file: ByteSource) => Promise<T>,
): Promise<T> {
  const file = isByteSource(source) ? source : memorySource(asBytes(source, name));
  try {
    return await read(file);
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
