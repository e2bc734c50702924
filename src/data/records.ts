/**
 * @file Records of a program, objects with one value a column, to `Table`.
 */
import { Columns, isRecord, type Json } from "./json/columns.js";
import { kindOf } from "./matrix.js";
import { tableOfPlain } from "./table/plain.js";
import type { Table } from "./table/table.js";

/**
 * A table of records, one a row: `[{ age: 31, city: "Lima" }, …]`. The keys are columns, in the order of their first appearance;
 * numbers, truth values, texts and dates are values, whole numbers beyond ±(2⁵³ − 1) and dates as text; null, undefined, NaN and
 * what is absent are missing. Objects in records become columns `a.b`, arrays of numbers of one length columns `a_0`, `a_1`, ….
 * @param name of the table, in messages. Default `"records"`.
 * @throws TypeError for what is no list of records, or a value that is none of a table; RangeError for an empty list.
 */
export function recordsTable(records: readonly object[], name = "records"): Table {
  if (!Array.isArray(records)) throw new TypeError(`${name}: want a list of objects, got ${kindOf(records)}`);
  if (records.length === 0) throw new RangeError(`${name}: no rows`);
  const columns = new Columns();
  records.forEach((record: unknown, row) => {
    const where = `${name}: row ${row}`;
    const value = jsonValue(record, where);
    if (!isRecord(value))
      throw new TypeError(`${where} is no object with a value a column but ${kindOf(record)}`);
    columns.addRecord(value, row, where);
  });
  return tableOfPlain({ rows: records.length, columns: columns.finish(records.length, name) }, name);
}

/** A value as JSON has it. */
function jsonValue(value: unknown, where: string): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return Number.isNaN(value) ? null : value;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<number>, Number);
  if (Array.isArray(value)) return value.map((entry) => jsonValue(entry, where));
  if (typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, jsonValue(entry, where)]));
  throw new TypeError(
    `${where} has ${kindOf(value)} for a value, want numbers, texts, truth values or dates`,
  );
}
