/**
 * @file Plain columns: what readers of formats with named columns give, before types and roles are guessed.
 */

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

/** Name of entry `index`, from 0, of a list column that is read as one column for each entry. */
export function entryName(name: string, index: number): string {
  return `${name}_${index}`;
}
