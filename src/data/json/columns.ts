/**
 * @file Values of records, gathered by column: kinds are seen as the values come, and settle the column at the end.
 */
import { checkedSize } from "../matrix.js";
import { entryName, type PlainColumn } from "../plain-columns.js";
import { quoted } from "../quoted.js";
import { LONG } from "./scan.js";

/** Anything that JSON.parse gives. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Column of the values under one path of keys. */
interface Gathered {
  readonly name: string;
  /** Rows that have a value, ascending, and the values. */
  readonly rows: number[];
  readonly values: Exclude<Json, null>[];
  readonly kinds: Set<Kind>;
}

type Kind = "number" | "long" | "boolean" | "text" | "numbers" | "other";

// Deeper objects are kept as JSON text.
const MOST_DEPTH = 32;

/** Gathers records into columns. */
export class Columns {
  readonly #columns = new Map<string, Gathered>();

  /**
   * Adds a record: objects in it become columns called `a.b`.
   * @throws RangeError if two of its fields come to bear one name.
   */
  addRecord(record: { readonly [key: string]: Json }, row: number, where: string): void {
    this.#flatten("", record, row, 1, where);
  }

  /** Adds a value; null is none. */
  add(name: string, value: Json, row: number, where: string): void {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = { name, rows: [], values: [], kinds: new Set() };
      this.#columns.set(name, column);
    }
    if (value === null) return;
    if ((column.rows.at(-1) ?? -1) >= row) {
      throw new RangeError(`${where}: two fields are called ${quoted(name)}`);
    }
    column.rows.push(row);
    column.values.push(value);
    column.kinds.add(kindOf(value));
  }

  /** Names in order of their first appearance. */
  get names(): string[] {
    return [...this.#columns.keys()];
  }

  /** @param names order of the columns. */
  finish(rows: number, where: string, names: readonly string[] = this.names): PlainColumn[] {
    checkedSize(rows, names.length, where);
    return names.flatMap((name) => {
      const column = this.#columns.get(name)!;
      const found = settled(column, rows, where, (entry) => this.#columns.has(entry));
      // Millions of values are let go of as soon as they have their place.
      this.#columns.delete(name);
      return found;
    });
  }

  #flatten(
    path: string,
    record: { readonly [key: string]: Json },
    row: number,
    depth: number,
    where: string,
  ): void {
    for (const key of Object.keys(record)) {
      const value = record[key]!;
      const name = path + key;
      if (isRecord(value) && depth < MOST_DEPTH) this.#flatten(`${name}.`, value, row, depth + 1, where);
      else this.add(name, value, row, where);
    }
  }
}

export function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: Exclude<Json, null>): Kind {
  if (typeof value === "string") return value.startsWith(LONG) ? "long" : "text";
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  const isNumbers =
    Array.isArray(value) && value.every((entry: Json) => entry === null || typeof entry === "number");
  return isNumbers ? "numbers" : "other";
}

function settled(
  { name, rows: at, values, kinds }: Gathered,
  rows: number,
  where: string,
  isTaken: (name: string) => boolean,
): PlainColumn[] {
  const [only] = kinds.size === 1 ? kinds : [];
  if (kinds.size === 0 || only === "number" || only === "boolean") {
    const numbers = new Float64Array(rows).fill(Number.NaN);
    at.forEach((row, i) => {
      numbers[row] = Number(values[i]);
    });
    return [{ name, numbers, ...(only === "boolean" ? { type: only } : {}) }];
  }
  if (only === "numbers") {
    const lists = values as readonly (readonly (number | null)[])[];
    const length = lists[0]!.length;
    const entries = Array.from({ length }, (_, k) => entryName(name, k));
    if (length > 0 && lists.every((list) => list.length === length) && !entries.some(isTaken)) {
      checkedSize(rows, length, where);
      return entries.map((entry, k) => {
        const numbers = new Float64Array(rows).fill(Number.NaN);
        at.forEach((row, i) => {
          numbers[row] = lists[i]![k] ?? Number.NaN;
        });
        return { name: entry, numbers, entry: true };
      });
    }
  }
  const texts = new Array<string>(rows).fill("");
  at.forEach((row, i) => {
    texts[row] = textOf(values[i]!, where);
  });
  return [{ name, texts }];
}

function textOf(value: Exclude<Json, null>, where: string): string {
  if (typeof value === "string") return value.startsWith(LONG) ? value.slice(LONG.length) : value;
  if (typeof value !== "object") return String(value);
  try {
    const text = JSON.stringify(value);
    return text.includes(LONG) ? text.replaceAll(new RegExp(`"${LONG}(-?\\d+)"`, "g"), "$1") : text;
  } catch (error) {
    throw new RangeError(`${where}: arrays or objects are nested too deeply`, { cause: error });
  }
}
