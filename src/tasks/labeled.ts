/**
 * @file Rows that have a label: most may have none.
 */

/** The rows whose label is not missing, in order. @param labels one a row, `""` where it is missing. */
export function labeledRows(labels: readonly string[] | undefined): Uint32Array {
  const all = labels ?? [];
  return Uint32Array.from(all.keys()).filter((row) => all[row] !== "");
}
