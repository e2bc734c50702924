/**
 * @file Columns to Parquet by hyparquet-writer, a group of rows at a time, so that no more than a group is held.
 */
import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import { joinBytes } from "../pieces.js";
import { type PartedColumn, type PlainColumns, partedPlain } from "../plain-columns.js";
import { partedOf } from "../table/plain.js";
import type { Table } from "../table/table.js";

const CREATED_BY = "unlabeled";
/** Rows of the first group, which readers that only look at a file read; and of those that follow, at most. */
const FIRST_ROWS = 1000;
const GROUP_ROWS = 100_000;
/** Numbers and texts in a group, at most: wide tables have groups of fewer rows. */
const GROUP_CELLS = 2 ** 23;

type Kind = "STRING" | "BOOLEAN" | "FLOAT" | "INT64" | "DOUBLE";

/** The type of a column in the file, which all its rows have. */
interface Typed extends PartedColumn {
  readonly type: Kind;
  readonly nullable: boolean;
}

/** Writes a table as Parquet, see `writeParquetColumns`. @throws MemoryError for more bytes than one array holds. */
export function writeParquet({ columns }: Pick<Table, "columns">): Uint8Array {
  return joinBytes([...parquetPieces({ columns })]);
}

/**
 * Writes plain columns as Parquet, compressed with Snappy, missing values as null: float64 as INT64 where all that is there
 * are whole numbers within ±(2⁵³ − 1), else as DOUBLE; float32 as FLOAT; booleans as BOOLEAN; texts and dates as STRING.
 * @throws TypeError for a column without values.
 */
export function writeParquetColumns({ columns }: Pick<PlainColumns, "columns">): Uint8Array {
  const first = columns[0];
  const rows = (first?.numbers ?? first?.texts)?.length ?? 0;
  return joinBytes([
    ...groups(
      columns.map((column) => partedPlain(column, "writeParquetColumns")),
      rows,
    ),
  ]);
}

/** A table as Parquet in pieces, each a group of rows: see `writeParquetColumns`. */
export function parquetPieces({ columns }: Pick<Table, "columns">): Generator<Uint8Array<ArrayBuffer>> {
  return groups(columns.map(partedOf), columns[0]?.values.length ?? 0);
}

function* groups(columns: readonly PartedColumn[], rows: number): Generator<Uint8Array<ArrayBuffer>> {
  const most = Math.max(1, Math.min(GROUP_ROWS, Math.floor(GROUP_CELLS / Math.max(1, columns.length))));
  const typed = columns.map((column) => typedOf(column, rows, most));
  const writer = new ByteWriter();
  const schema = schemaFromColumnData({ columnData: typed.map((column) => sourceOf(column, 0, 0)) });
  const file = new ParquetWriter({ writer, schema, createdBy: CREATED_BY });
  for (let from = 0, to = Math.min(FIRST_ROWS, most); from < rows; from = to, to += most) {
    const columnData = typed.map((column) => sourceOf(column, from, Math.min(rows, to)));
    file.write({ columnData, rowGroupSize: most });
    yield taken(writer);
  }
  file.finish();
  yield taken(writer);
}

/** All that was written since it was taken last. */
function taken(writer: ByteWriter): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(writer.getBuffer());
  writer.index = 0;
  return bytes;
}

/** Looks at all rows, some at a time. */
function typedOf(column: PartedColumn, rows: number, most: number): Typed {
  let nullable = false;
  let whole = true;
  let some = false;
  const { numbers: none, texts, type } = column.part(0, 0);
  if (texts) return { ...column, type: "STRING", nullable: true };
  const counts = none instanceof Float64Array && type !== "boolean";
  for (let from = 0; from < rows && !(nullable && !(counts && whole)); from += most) {
    const { numbers = [] } = column.part(from, Math.min(rows, from + most));
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      if (Number.isNaN(number)) nullable = true;
      else {
        some = true;
        // Whole numbers that a float64 tells apart; −0 is none.
        whole &&= Number.isSafeInteger(number) && !Object.is(number, -0);
      }
    }
  }
  const float = none instanceof Float32Array ? "FLOAT" : whole && some ? "INT64" : "DOUBLE";
  return { ...column, type: type === "boolean" ? "BOOLEAN" : float, nullable };
}

function sourceOf({ name, type, nullable, part }: Typed, from: number, to: number): ColumnSource {
  const { numbers = new Float64Array(0), texts } = part(from, to);
  if (texts) return { name, type, nullable, data: texts.map((text) => (text === "" ? null : text)) };
  const each: ((number: number) => unknown) | undefined =
    type === "BOOLEAN" ? (number) => number !== 0 : type === "INT64" ? BigInt : undefined;
  if (!each && !nullable) return { name, type, nullable, data: numbers };
  const values = new Array<unknown>(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    values[i] = Number.isNaN(number) ? null : each ? each(number) : number;
  }
  return { name, type, nullable, data: values };
}
