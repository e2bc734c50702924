/**
 * @file CSV and TSV: text with a delimiter.
 */

import { piecesToUtf8 } from "../csv/encoding.js";
import { csvOrigin } from "../csv/origin.js";
import { csvPieces, extendedPieces } from "../csv/write.js";
import { csvReader } from "../csv.js";
import { nameEnding } from "../name-ending.js";
import { chooseColumns } from "../table/choose.js";
import { knownColumns } from "../table/encoding.js";
import { makeTable } from "../table/table.js";
import { columnsOf, type Format, type ReadOptions } from "./format.js";
import { FORMAT_NAMES } from "./names.js";

/** Columns whose characters count: labels, groups, keys, and what is told to be no number. */
function toldToBeText(names: readonly string[], options: ReadOptions, file: string): readonly number[] {
  const { label, group, id = [], types = {}, order = {} } = options;
  const words = [
    ...[label, group].filter((word) => word !== undefined),
    ...id,
    ...Object.keys(types).filter((column) => types[column] !== "number"),
    ...Object.keys(order),
  ];
  return words.flatMap((word) => chooseColumns(names, [word], file));
}

export const csvFormat: Format = {
  name: "csv",
  ...FORMAT_NAMES.csv,
  async read(source, { encodingOfText, ...options }) {
    const { name } = source;
    const pieces = () => piecesToUtf8(source.pieces(), name, encodingOfText);
    const byName = (options.delimiter ?? "auto") === "auto" && ["tsv", "tab"].includes(nameEnding(name));
    const known = new Map([
      ...(options.encoding ? knownColumns(options.encoding) : []),
      ...(options.known ?? []),
    ]);
    for (;;) {
      const size = source.size;
      const reader = csvReader({
        ...options,
        name,
        known,
        asText: (names) => toldToBeText(names, options, name),
        missing: [...(options.missing ?? []), ...(options.encoding?.missing ?? [])],
        ...(byName && { delimiter: "\t" }),
        ...(size !== undefined && { size }),
      });
      for await (const piece of pieces()) reader.push(piece);
      const { table, layout, mixed } = reader.end();
      if (mixed.length === 0)
        return { table: makeTable(table.columns, { ...table, origin: csvOrigin(layout, pieces) }) };
      for (const column of mixed) known.set(column, "text");
    }
  },
  write(results, ending) {
    const { table, added, filled } = results;
    const delimiter = ending === "tsv" ? "\t" : undefined;
    if (table?.origin) {
      const own = table.origin.delimiter;
      // A tab is none of CSV.
      return extendedPieces(
        table,
        table.origin,
        { added, filled },
        delimiter ?? (own === "\t" && ending === "csv" ? "," : own),
      );
    }
    const columns = columnsOf(results);
    return csvPieces({ columns, rows: columns[0]?.values.length ?? 0 }, delimiter);
  },
};
