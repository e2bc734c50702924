/**
 * @file Tables under one another: the parts of one that was written to several files.
 */
import { quoted } from "../quoted.js";
import { type Column, makeTable, NumberValues, type Origin, type Table } from "./table.js";
import { type Texts, TextsBuilder } from "./texts.js";

/** Names of columns that are numbers in some of the tables and text in others. */
export function mixedColumns(tables: readonly Table[]): string[] {
  const kinds = new Map<string, string>();
  const mixed = new Set<string>();
  for (const { columns } of tables) {
    for (const { name, kind } of columns) {
      if ((kinds.get(name) ?? kind) !== kind) mixed.add(name);
      kinds.set(name, kind);
    }
  }
  return [...mixed];
}

/**
 * One table of the rows of several, in their order.
 * @param name of the whole.
 * @throws RangeError if one has other columns than the first, or a column is numbers in one and text in another.
 */
export function joinTables(tables: readonly Table[], name: string): Table {
  const first = tables[0]!;
  for (const table of tables) {
    const names = table.columns.map((column) => column.name);
    const missing = first.columns.find((column) => !names.includes(column.name));
    if (missing)
      throw new RangeError(`${table.name}: no column is called ${quoted(missing.name)}, as in ${first.name}`);
    const more = names.find((one) => !first.columns.some((column) => column.name === one));
    if (more !== undefined)
      throw new RangeError(`${table.name}: a column ${quoted(more)}, which ${first.name} has not`);
  }
  const [mixed] = mixedColumns(tables);
  if (mixed !== undefined)
    throw new RangeError(`${name}: ${quoted(mixed)} is numbers in some parts and text in others`);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const columns = first.columns.map((column) => {
    const parts = tables.map((table) => table.columns.find((other) => other.name === column.name)!);
    return joined(column, parts, rows);
  });
  const origin = joinedOrigin(tables);
  return makeTable(columns, {
    name,
    notes: [...new Set(tables.flatMap(({ notes }) => notes))],
    unread: first.unread,
    origin,
  });
}

function joined(first: Column, parts: readonly Column[], rows: number): Column {
  if (first.kind === "text") {
    const builder = new TextsBuilder();
    for (const part of parts) for (const text of part.values as Texts) builder.addText(text);
    return { ...first, values: builder.finish() };
  }
  const data = new Float64Array(rows);
  let at = 0;
  for (const part of parts) for (const value of part.values as NumberValues) data[at++] = value;
  return { ...first, values: new NumberValues(data) };
}

/** Their characters one after the other, where all have some, in the same order of columns. */
function joinedOrigin(tables: readonly Table[]): Origin | undefined {
  const origins = tables.flatMap(({ origin }) => origin ?? []);
  const order = (table: Table) => table.columns.map(({ name }) => name).join("\n");
  const alike = tables.every(
    (table) => table.origin?.delimiter === origins[0]?.delimiter && order(table) === order(tables[0]!),
  );
  if (origins.length < tables.length || !alike) return undefined;
  return {
    delimiter: origins[0]!.delimiter,
    names: origins[0]!.names,
    async *records() {
      for (const { records } of origins) yield* records();
    },
  };
}
