/**
 * @file Values that two readers find in one Parquet file, brought into one form and compared.
 */

/** A column as numbers, missing ones as NaN, or as text, missing as "", or as both. */
export interface ReadColumn {
  readonly name: string;
  readonly numbers?: Float64Array | undefined;
  readonly texts?: readonly string[] | undefined;
}

/**
 * The first difference between our reading and the second reader's, or undefined. Numbers are the same
 * float64; columns that only one of them reads are left out.
 */
export function difference(ours: readonly ReadColumn[], theirs: readonly ReadColumn[]): string | undefined {
  for (const { name, numbers, texts } of ours) {
    const other = theirs.find((column) => column.name === name);
    if (other === undefined) continue;
    const [mine, yours] = numbers ? [numbers, other.numbers] : [texts!, other.texts];
    if (yours === undefined) continue;
    if (mine.length !== yours.length)
      return `column "${name}" has ${mine.length} rows, DuckDB ${yours.length}`;
    for (let i = 0; i < mine.length; i++) {
      if (!same(mine[i]!, yours[i]!)) {
        return `column "${name}" row ${i + 1}: ${mine[i]}, DuckDB ${yours[i]}`;
      }
    }
  }
  return undefined;
}

function same(a: number | string, b: number | string): boolean {
  return Object.is(a, b) || a === b;
}
