/**
 * @file One format of files: its name, how it is told, how it is read and written. A new format is one such object in a file of
 * its own, and a line each in names.ts and all.ts.
 */
import type { CsvOptions } from "../csv/layout.js";
import type { DataFormat } from "../dataset.js";
import type { Numbers } from "../matrix.js";
import type { BytePieces } from "../pieces.js";
import type { Source } from "../source.js";
import type { Column, Table } from "../table/table.js";
import type { ArrayContent, DatasetOptions } from "../table-dataset.js";
import { filledColumn } from "./filled-column.js";
import type { FormatNames } from "./names.js";

/** Options of reading; those that a format does not have are not looked at. */
export interface ReadOptions extends Omit<DatasetOptions, "missing">, Omit<CsvOptions, "name" | "asText"> {
  /** Encoding of the text of a CSV file, such as `latin1`. Default: UTF-8, or UTF-16 with a byte order mark. */
  readonly encodingOfText?: string | undefined;
}

/** Content of a file. */
export type Content = { readonly table: Table } | { readonly array: ArrayContent };

/** Results to be written. */
export interface Written {
  /** The table that they are written beside, if there is one. */
  readonly table?: Table | undefined;
  /** Values that stand where the table has none, by the place of their column; missing where they are not wanted. */
  readonly filled?: ReadonlyMap<number, Column> | undefined;
  /** Columns of the results. */
  readonly added: readonly Column[];
  /** The numbers of the results alone, for formats that hold nothing else. */
  readonly numbers: Numbers;
  /** Shape of a row of `numbers`, where it is more than a list. */
  readonly rowShape?: readonly number[] | undefined;
}

export interface Format extends FormatNames {
  readonly name: DataFormat;
  /** True of the first bytes of such a file, where they tell. */
  begins?(head: Uint8Array): boolean;
  /** @throws RangeError in one line with a place, for anything that is no clean data. */
  read(source: Source, options: ReadOptions): Promise<Content>;
  /** Bytes of results in pieces, so that nobody holds all of them. @param ending without the point. */
  write?(results: Written, ending: string): BytePieces;
}

/** Columns of a table with results: those of the input, filled, then the new ones. */
export function columnsOf({ table, filled, added }: Written): Column[] {
  const own = (table?.columns ?? []).map((column, j) => {
    const fill = filled?.get(j);
    return fill ? filledColumn(column, fill) : column;
  });
  return [...own, ...added];
}
