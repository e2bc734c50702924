/**
 * @file Plain columns: what readers of formats with named columns give, before types and roles are guessed.
 */
import { quoted } from "./quoted.js";

/** A column of numbers, or of texts, or one that could not be read. */
export interface PlainColumn {
  /** Name in the file. */
  readonly name: string;
  /** One number a row, `NaN` where it is missing: float32 where the file holds no more, else float64. */
  readonly numbers?: Float64Array | Float32Array;
  /** One text a row, `""` where it is missing. */
  readonly texts?: readonly string[];
  /** `"boolean"`: the numbers 0 and 1 stand for false and true. `"date"`: the texts are dates or times in ISO 8601. */
  readonly type?: "boolean" | "date";
  /** True of an entry of a list column: its numbers are places in a list, and no keys. */
  readonly entry?: boolean;
  /** Reason why there are neither numbers nor texts. */
  readonly unread?: string;
}

/** Columns of one table, in the order of the file. */
export interface PlainColumns {
  readonly rows: number;
  readonly columns: readonly PlainColumn[];
}

/** A column that gives some of its rows at a time, so that nobody holds a copy of all. */
export interface PartedColumn {
  readonly name: string;
  /** Rows `from` to `to`, which is not among them. */
  part(from: number, to: number): PlainColumn;
}

/** @param where says in errors who wants values. @throws TypeError for a column without values. */
export function partedPlain(column: PlainColumn, where: string): PartedColumn {
  const { name, numbers, texts } = column;
  if (!numbers && !texts) throw new TypeError(`${where}: column ${quoted(name)} has no values`);
  return {
    name,
    part: (from, to) => ({
      ...column,
      ...(numbers && { numbers: numbers.subarray(from, to) }),
      ...(texts && { texts: texts.slice(from, to) }),
    }),
  };
}

/** Name of entry `index`, from 0, of a list column that is read as one column for each entry. */
export function entryName(name: string, index: number): string {
  return `${name}_${index}`;
}
