/**
 * @file Results of rows as a file, as the command line writes them: beside the columns of the data.
 */
import { distinctlyNamed, placedResults, type RowsTable } from "../panels/row-results.js";
import type { Dataset } from "../src/data/dataset.js";
import { resultPieces } from "../src/data/format.js";

/** Content of a file of a name whose ending says its format; a Blob may be on disk, and is never in memory as a whole. */
export async function resultFile(
  table: RowsTable,
  data: Dataset,
  name: string,
  signal?: AbortSignal,
): Promise<Blob> {
  const placed = placedResults(table, data, false);
  const { columns } = distinctlyNamed(placed.added, placed.table);
  const results = { ...placed.results, table: placed.table, added: columns };
  const pieces: Blob[] = [];
  for await (const piece of resultPieces(results, name)) {
    signal?.throwIfAborted();
    pieces.push(new Blob([piece]));
  }
  return new Blob(pieces);
}
