/**
 * @file The child's side of the campaigns that read files: bytes to the columns or the array that they hold.
 */
import { readContent, readData } from "../src/data/format.js";
import type { ReadOptions } from "../src/data/formats/format.js";
import { memorySource } from "../src/data/source.js";
import type { NumberStyle } from "../src/data/table/table.js";
import { serveCases } from "./case-process.js";

export interface ReaderCase {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly options: ReadOptions;
}

/** A column as it was read, before anything is learned from it. */
export interface ReadColumn {
  readonly name: string;
  readonly numbers?: Float64Array;
  /** The way its numbers are written, where it is not the plain one. */
  readonly style?: NumberStyle | undefined;
  readonly texts?: readonly string[];
}

export interface ReaderAnswer {
  readonly format: string;
  readonly rows: number;
  readonly cols: number;
  /** Numbers of an array, row by row; none of a table. */
  readonly numbers: Float64Array;
  /** Columns of a table. */
  readonly columns: readonly ReadColumn[];
  /** The reason why the table is no data set, if it is none. */
  readonly refusal?: { readonly name: string; readonly message: string } | undefined;
  /** Seconds of the processor. */
  readonly seconds: number;
}

serveCases(async ({ bytes, name, options }: ReaderCase): Promise<ReaderAnswer> => {
  const before = process.cpuUsage();
  const plain = new Uint8Array(bytes);
  const { content, format } = await readContent(memorySource(plain, name), options);
  const refusal = await readData(plain, name, options).then(
    () => undefined,
    (error: Error) => {
      // A table may have nothing to learn from; an array that is none is not read.
      if ("array" in content) throw error;
      return { name: error.name, message: error.message };
    },
  );
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  if ("array" in content) {
    const { rows, cols, data } = content.array.x;
    return { format, rows, cols, numbers: Float64Array.from(data), columns: [], refusal, seconds };
  }
  const { rows, columns } = content.table;
  const read = columns.map((column): ReadColumn => {
    if (column.kind === "text") return { name: column.name, texts: column.values.toArray() };
    return { name: column.name, numbers: column.values.toArray(), style: column.style };
  });
  return {
    format,
    rows,
    cols: columns.length,
    numbers: new Float64Array(0),
    columns: read,
    refusal,
    seconds,
  };
});
