/**
 * @file JSON to plain columns: one object a line, an array of objects, an object of columns, an array of rows.
 */
import { asBytes, type BytesLike } from "./bytes.js";
import { Columns, isRecord, type Json } from "./json/columns.js";
import {
  type Container,
  mayHaveBeyondJson,
  mayHaveLongIntegers,
  scanJson,
  withoutLoss,
} from "./json/scan.js";
import { joinBytes } from "./pieces.js";
import type { PlainColumns } from "./plain-columns.js";
import { quoted } from "./quoted.js";

export { jsonLinesPieces, jsonPieces } from "./json/write.js";

const NEWLINE = 10;
const INTEGER_KEY = /^(?:0|[1-9]\d*)$/;
const WANTED = "want an array of objects, one object a line, or an object of columns of one length";

/**
 * Reads JSON of many records: an array of objects or one object a line, whose keys are columns in the order in which they
 * first appear; an array of arrays, or one array a line, whose columns are called `x1`, `x2`, …; or an object of arrays of
 * one length, which are columns. What is null or absent is missing, and so is the `NaN` that Python writes. Objects in
 * records become columns called `a.b`, arrays of numbers of one length columns `a_0`, `a_1`, …; other arrays are their JSON
 * as text. A column of true and false is numbers and says so; one of different kinds is text, and so is one with whole
 * numbers beyond ±(2⁵³ − 1), which keep their digits.
 * @param name the file's name: it stands in errors, and `.jsonl` and `.ndjson` say that every line is a record.
 * @throws RangeError with the line, and in whole documents the column, of what is no JSON; or if records are of no such kind.
 */
export function readJsonColumns(source: string | BytesLike, name: string): PlainColumns {
  const input = typeof source === "string" ? source : asBytes(source, name);
  const isLines = namesLines(name) || looksLikeLines(input, name);
  return isLines ? readLines(input, name) : readDocument(textOf(input, name), name);
}

/** True of names of files with one record a line. */
export function namesLines(name: string): boolean {
  return /\.(?:jsonl|ndjson)(?:\.gz)?$/i.test(name);
}

/** True if the first line is a whole JSON value, and more lines follow. */
function looksLikeLines(input: string | Uint8Array, name: string): boolean {
  for (const { text, more } of linesOf(input, name)) {
    if (!more) return false;
    const open = text.trimStart()[0];
    return (open === "{" || open === "[") && parse(text) !== undefined;
  }
  return false;
}

function readLines(input: string | Uint8Array, name: string): PlainColumns {
  const records = new LineRecords(name);
  for (const { text, line } of linesOf(input, name)) records.add(text, line);
  const order = records.order();
  if (order) for (const { text } of linesOf(input, name)) order.look(text);
  return records.finish(order);
}

/**
 * Reads one record a line of a file that is never held whole, see `readJsonColumns`.
 * @param pieces the file from its start, asked for once more where keys look like whole numbers.
 */
export async function readJsonLines(
  pieces: () => AsyncIterable<Uint8Array<ArrayBuffer>>,
  name: string,
): Promise<PlainColumns> {
  const records = new LineRecords(name);
  await eachLine(pieces(), name, (text, line) => records.add(text, line));
  const order = records.order();
  if (order) await eachLine(pieces(), name, (text) => order.look(text));
  return records.finish(order);
}

/** Calls for every line that is not blank, with its number from 1. */
async function eachLine(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
  name: string,
  take: (text: string, line: number) => void,
): Promise<void> {
  let before = 0;
  /** The beginning of a line whose end has not come yet. */
  let begun: Uint8Array<ArrayBuffer>[] = [];
  const takeAll = (bytes: Uint8Array) => {
    for (const { text, line } of linesOf(bytes, name, before)) take(text, line);
  };
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const whole = joinBytes([...begun, piece.subarray(0, end)]);
      begun = [];
      takeAll(whole);
      before += countLines(whole);
    }
    if (end < piece.length) begun.push(piece.slice(end));
  }
  takeAll(joinBytes(begun));
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** Records as they come, one a line. */
class LineRecords {
  readonly #name: string;
  readonly #columns = new Columns();
  #rows = 0;
  #width: number | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  add(text: string, line: number): void {
    const where = `${this.#name}:${line}`;
    const parsed = parse(text);
    if (parsed === undefined) throw new RangeError(`${where}: no JSON: ${problem(text, false)}`);
    this.#width = addRow(this.#columns, parsed.value, this.#rows++, this.#width, where, "line");
  }

  /** To be shown all lines once more, if the order of the keys is not known yet. */
  order(): KeyOrder | undefined {
    return keyOrder(this.#columns.names, 0);
  }

  finish(order: KeyOrder | undefined): PlainColumns {
    if (this.#rows === 0) throw new RangeError(`${this.#name}: the file is empty`);
    return { rows: this.#rows, columns: this.#columns.finish(this.#rows, this.#name, order?.names()) };
  }
}

function readDocument(text: string, name: string): PlainColumns {
  if (text.trim() === "") throw new RangeError(`${name}: the file is empty`);
  const parsed = parse(text);
  if (parsed === undefined) throw new RangeError(`${name}${problem(text, true)}`);
  const { value } = parsed;
  const columns = new Columns();
  if (Array.isArray(value)) {
    let width: number | undefined;
    (value as readonly Json[]).forEach((row, i) => {
      width = addRow(columns, row, i, width, `${name}: entry ${i + 1}`, "entry");
    });
    const { length } = value;
    return { rows: length, columns: columns.finish(length, name, inOrder(columns.names, text, 1)) };
  }
  if (!isRecord(value)) throw new RangeError(`${name}: one ${kindName(value)}, ${WANTED}`);
  const rows = addColumns(columns, value, name);
  return { rows, columns: columns.finish(rows, name, inOrder(columns.names, text, 0)) };
}

/** @returns how many numbers an array has, which those that follow must have as well. */
function addRow(
  columns: Columns,
  row: Json,
  index: number,
  width: number | undefined,
  where: string,
  unit: string,
): number | undefined {
  if (isRecord(row)) {
    if (width !== undefined) throw new RangeError(`${where}: an object, the ${unit} before it is an array`);
    columns.addRecord(row, index, where);
    return undefined;
  }
  if (!Array.isArray(row)) throw new RangeError(`${where}: ${kindName(row)}, want an object or an array`);
  if (index > 0 && width === undefined) {
    throw new RangeError(`${where}: an array, the ${unit} before it is an object`);
  }
  const values = row as readonly Json[];
  if (width !== undefined && values.length !== width) {
    throw new RangeError(`${where}: an array of ${values.length}, those before it are of ${width}`);
  }
  values.forEach((value, j) => {
    if (typeof value === "object" && value !== null) {
      throw new RangeError(`${where}: ${kindName(value)} in an array, want numbers or texts`);
    }
    columns.add(`x${j + 1}`, value, index, where);
  });
  return values.length;
}

/** An object of columns; or a single record, if nothing in it is an array or an object. */
function addColumns(columns: Columns, value: { readonly [key: string]: Json }, name: string): number {
  const entries = Object.entries(value);
  const arrays = entries.filter(([, column]) => Array.isArray(column)) as [string, readonly Json[]][];
  if (entries.length > 0 && entries.every(([, column]) => typeof column !== "object" || column === null)) {
    columns.addRecord(value, 0, name);
    return 1;
  }
  const length = arrays[0]?.[1].length ?? 0;
  // The split layout of pandas has rows in "data" and their names in "columns".
  const isSplit = Array.isArray(value.columns) && Array.isArray(value.data) && value.data.some(Array.isArray);
  const isWrapper = isSplit || (arrays.length === 1 && arrays[0]![1].some((entry) => isRecord(entry)));
  if (arrays.length < entries.length || arrays.length === 0 || isWrapper) {
    const keys = entries
      .slice(0, 4)
      .map(([key]) => quoted(key))
      .join(", ");
    const inside = isWrapper && !isSplit ? `: keep what is in ${quoted(arrays[0]![0])} alone` : "";
    const got =
      entries.length === 0 ? "an empty object" : `an object with ${keys}${entries.length > 4 ? ", …" : ""}`;
    throw new RangeError(`${name}: ${got}, ${WANTED}${inside}`);
  }
  for (const [key, column] of arrays) {
    if (column.length !== length) {
      const [first] = arrays[0]!;
      const lengths = `${quoted(first)} has ${length} entries, ${quoted(key)} ${column.length}`;
      throw new RangeError(`${name}: columns of different lengths: ${lengths}`);
    }
    column.forEach((entry, row) => {
      columns.addRecord({ [key]: entry }, row, name);
    });
    if (length === 0) columns.add(key, null, 0, name);
  }
  return length;
}

/** Names in the order in which texts have them. */
interface KeyOrder {
  look(text: string): void;
  names(): readonly string[];
}

/**
 * Objects give keys that look like whole numbers before all others; only where there are such does the text have to be looked at
 * again.
 * @param depth containers around a record.
 */
function keyOrder(names: readonly string[], depth: number): KeyOrder | undefined {
  if (!names.some((name) => name.split(".").some((key) => INTEGER_KEY.test(key)))) return undefined;
  const known = new Set(names);
  const order = new Set<string>();
  const seen = (containers: readonly Container[]) => {
    const path = containers.slice(depth);
    if (path.some(({ kind }) => kind === "[")) return;
    const name = path.map(({ key }) => key).join(".");
    if (known.has(name)) order.add(name);
  };
  return {
    look: (text) => scanJson(text, seen),
    names: () => [...order, ...names.filter((name) => !order.has(name))],
  };
}

function inOrder(names: readonly string[], text: string, depth: number): readonly string[] {
  const order = keyOrder(names, depth);
  order?.look(text);
  return order?.names() ?? names;
}

/** The value, with long whole numbers as strings that are marked; undefined for what is no JSON. */
function parse(text: string): { readonly value: Json } | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return { value: mayHaveLongIntegers(text) ? (JSON.parse(withoutLoss(text)) as Json) : value };
  } catch {
    if (!mayHaveBeyondJson(text)) return undefined;
  }
  try {
    return { value: JSON.parse(withoutLoss(text)) as Json };
  } catch {
    return undefined;
  }
}

/** Place and surroundings of the first mistake. */
function problem(text: string, tellLine: boolean): string {
  const at = scanJson(text) ?? 0;
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  const found = at >= text.length ? "it ends too soon" : `${quoted(text.slice(at, at + 20))} is out of place`;
  const column = at - lineStart + 1;
  if (!tellLine) return `column ${column}: ${found}`;
  const line = text.slice(0, at).split("\n").length;
  return `:${line} column ${column}: no JSON: ${found}`;
}

function kindName(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : typeof value === "string" ? "text" : `a ${typeof value}`;
}

/** Lines that are not blank, with their numbers from 1. @param before lines before these. */
function* linesOf(
  input: string | Uint8Array,
  name: string,
  before = 0,
): Generator<{ readonly text: string; readonly line: number; readonly more: boolean }> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = before;
  for (let start = 0; start < input.length; ) {
    const found = typeof input === "string" ? input.indexOf("\n", start) : input.indexOf(NEWLINE, start);
    const end = found < 0 ? input.length : found;
    line++;
    const text =
      typeof input === "string"
        ? withoutMark(input.slice(start, end))
        : decoded(decoder, input.subarray(start, end), `${name}:${line}`);
    if (text.trim() !== "") yield { text, line, more: found >= 0 && hasMore(input, end) };
    start = end + 1;
  }
}

/** True if anything but space follows. */
function hasMore(input: string | Uint8Array, start: number): boolean {
  for (let at = start; at < input.length; at++) {
    const code = typeof input === "string" ? input.charCodeAt(at) : input[at]!;
    if (code > 32) return true;
  }
  return false;
}

function textOf(input: string | Uint8Array, name: string): string {
  if (typeof input === "string") return withoutMark(input);
  return decoded(new TextDecoder("utf-8", { fatal: true }), input, name);
}

/** Decoders take a byte order mark away; a string may still have it. */
function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function decoded(decoder: TextDecoder, bytes: Uint8Array, where: string): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    const how =
      error instanceof TypeError
        ? "bytes that are not UTF-8"
        : "more than fits one text; want one object a line";
    throw new RangeError(`${where}: ${how}`, { cause: error });
  }
}
