/**
 * @file The rows of a CSV file as they are read: numbers in blocks of float32, text in lists, errors with a place.
 */
import { checkedSize, matrix } from "../matrix.js";
import { quoted } from "../quoted.js";
import type { Column, Table } from "../table.js";
import type { Layout } from "./layout.js";
import { looksNumeric, parseNumber, whyNoNumber } from "./number.js";

// 4 MB a block: small beside any matrix that strains memory, large beside the cost of making one. Blocks double up to it, so
// that a small file costs little.
const BLOCK_NUMBERS = 2 ** 20;
const FIRST_BLOCK_NUMBERS = 2 ** 12;

/** Collects rows. `block`, `at` and `line` are open because the byte path writes numbers straight into them. */
export class CsvRows {
  readonly layout: Layout;
  readonly name: string;
  /** Memory for the numbers of the current row. */
  block = new Float32Array(0);
  at = 0;
  count = 0;
  /** The line, from 1, at which the next record starts. */
  line: number;
  readonly #missing: ReadonlySet<string>;
  readonly #full: Float32Array[] = [];
  readonly #texts: (string[] | undefined)[];
  readonly #width: number;

  constructor(name: string, layout: Layout, missing: readonly string[]) {
    this.name = name;
    this.layout = layout;
    this.line = layout.firstLine;
    this.#missing = new Set(missing);
    this.#width = layout.kinds.filter((kind) => kind === "number").length;
    this.#texts = layout.kinds.map((kind) => (kind === "text" ? [] : undefined));
  }

  /** Makes room for one more row in `block` at `at`. */
  startRow(): void {
    if (this.at + this.#width <= this.block.length) return;
    if (this.at > 0) this.#full.push(this.block.subarray(0, this.at));
    checkedSize(this.count + 1, this.#width, this.name);
    const numbers = Math.min(BLOCK_NUMBERS, Math.max(FIRST_BLOCK_NUMBERS, 2 * this.block.length));
    this.block = new Float32Array(Math.max(1, Math.floor(numbers / Math.max(1, this.#width))) * this.#width);
    this.at = 0;
  }

  /** Takes back what a row that was not finished has left behind. */
  dropRow(): void {
    for (const texts of this.#texts) if (texts) texts.length = this.count;
  }

  /** Refuses a number among text, because one of the two is a mistake. */
  addText(column: number, text: string): void {
    const trimmed = text.trim();
    const missing = trimmed === "" || this.#missing.has(trimmed);
    if (!missing && !this.layout.anyText[column] && looksNumeric(trimmed)) {
      throw numberAmongText(this.name, this.line, this.layout.names[column]!, trimmed);
    }
    this.#texts[column]!.push(missing ? "" : text);
  }

  /** One record as the general path gives it. */
  addRecord(fields: readonly string[]): void {
    const { kinds } = this.layout;
    if (fields.length !== kinds.length) throw this.ragged(fields.length);
    this.startRow();
    for (let j = 0; j < kinds.length; j++) {
      if (kinds[j] === "number") this.block[this.at++] = this.number(j, fields[j]!);
      else if (kinds[j] === "text") this.addText(j, fields[j]!);
    }
    this.count++;
  }

  /** The float32 of a field, `NaN` where it is missing. */
  number(column: number, text: string): number {
    const trimmed = text.trim();
    if (trimmed === "" || this.#missing.has(trimmed)) return Number.NaN;
    const value = parseNumber(trimmed);
    if (value === undefined) throw badNumber(this.name, this.line, this.layout.names[column]!, trimmed);
    return value;
  }

  ragged(fields: number): RangeError {
    const wanted = this.layout.names.length;
    return new RangeError(`${this.name}:${this.line}: ${counted(fields)}, the lines before have ${wanted}`);
  }

  finish(): Table {
    const { layout } = this;
    const x = matrix(this.count, this.#width);
    this.#full.push(this.block.subarray(0, this.at));
    this.block = new Float32Array(0);
    let at = 0;
    while (this.#full.length > 0) {
      const block = this.#full.shift()!;
      x.data.set(block, at);
      at += block.length;
    }
    let numbers = 0;
    const columns: Column[] = [];
    const unread: string[] = [];
    layout.names.forEach((name, j) => {
      if (layout.kinds[j] === "number") columns.push({ name, kind: "number", at: numbers++ });
      else if (layout.kinds[j] === "text") columns.push({ name, kind: "text", values: this.#texts[j]! });
      else unread.push(name);
    });
    return { columns, x, unread };
  }
}

export function counted(fields: number): string {
  return fields === 1 ? "1 field" : `${fields} fields`;
}

export function badNumber(name: string, line: number, column: string, text: string): RangeError {
  return new RangeError(`${name}:${line} column ${quoted(column)}: ${quoted(text)} ${whyNoNumber(text)}`);
}

export function numberAmongText(name: string, line: number, column: string, text: string): RangeError {
  const place = `${name}:${line} column ${quoted(column)}`;
  return new RangeError(
    `${place}: ${quoted(text)} is a number in a column of text (leave it out with --columns)`,
  );
}
