/**
 * @file The rows of a CSV file as they are read: numbers in float64, row by row, texts by column, errors with a place.
 */
import { MAX_ELEMENTS, MemoryError } from "../../parallel/memory.js";
import { isPlainNumber, PLAIN, parseStyled } from "../table/number-style.js";
import { type Column, makeTable, type NumberStyle, NumberValues, type Table } from "../table/table.js";
import { NotUtf8, TextsBuilder } from "../table/texts.js";
import { isMissingNumber } from "../table/words.js";
import { counted, type Layout } from "./layout.js";
import { notUtf8Text } from "./records.js";

const SPACE = 32;
const FIRST_NUMBERS = 2 ** 12;
// The rest of a file has lines about as long as those that were looked at.
const SLACK = 1.02;

/** Collects rows. `numbers`, `at` and `line` are open because the byte path writes numbers straight into them. */
export class CsvRows {
  readonly layout: Layout;
  readonly name: string;
  numbers: Float64Array;
  at = 0;
  count = 0;
  /** The line, from 1, at which the next record starts. */
  line: number;
  /** Columns in which a text was found among numbers. */
  readonly mixed = new Set<number>();
  readonly #missing: ReadonlySet<string>;
  readonly #missingCounts: Map<string, number>[];
  readonly #texts: (TextsBuilder | undefined)[];
  readonly #width: number;

  /** @param size bytes of the file, as far as it is known. */
  constructor(name: string, layout: Layout, missing: readonly string[], size = 0) {
    this.name = name;
    this.layout = layout;
    this.line = layout.firstLine;
    this.#missing = new Set(missing);
    this.#width = layout.styles.filter((style) => style !== undefined).length;
    this.#texts = layout.styles.map((style) => (style ? undefined : new TextsBuilder()));
    this.#missingCounts = layout.styles.map(() => new Map());
    // Memory that is not written to is not taken.
    const rows = Math.ceil((size / layout.bytesPerRow) * SLACK);
    this.numbers = allocated(Math.max(FIRST_NUMBERS, rows * this.#width), name);
  }

  /** Makes room for one more row in `numbers` at `at`. */
  startRow(): void {
    if (this.at + this.#width <= this.numbers.length) return;
    const larger = allocated(Math.max(this.at + this.#width, Math.ceil(1.5 * this.at)), this.name);
    larger.set(this.numbers.subarray(0, this.at));
    this.numbers = larger;
  }

  /** Takes back what a row that was not finished has left behind. */
  dropRow(): void {
    for (const texts of this.#texts) texts?.cut(this.count);
  }

  /** Adds the text in `[start, end)` of `bytes`. */
  addBytes(column: number, bytes: Uint8Array, start: number, end: number): void {
    let from = start;
    while (from < end && bytes[from] === SPACE) from++;
    try {
      // Spaces alone are nothing.
      this.#texts[column]!.add(bytes, from === end ? end : start, end);
    } catch (error) {
      if (!(error instanceof NotUtf8)) throw error;
      throw new RangeError(`${this.name}:${this.line}: ${notUtf8Text(bytes[start + error.at]!)}`);
    }
  }

  /** One record as the general path gives it. */
  addRecord(fields: readonly string[]): void {
    const { styles } = this.layout;
    if (fields.length !== styles.length) throw this.ragged(fields.length);
    this.startRow();
    for (let j = 0; j < styles.length; j++) {
      if (styles[j]) this.numbers[this.at++] = this.number(j, fields[j]!);
      else this.#texts[j]!.addText(fields[j]!.trim() === "" ? "" : fields[j]!);
    }
    this.count++;
  }

  /** The float64 of a field, `NaN` where it is missing or no number. */
  number(column: number, text: string): number {
    const trimmed = text.trim();
    if (trimmed === "") return Number.NaN;
    const style = this.layout.styles[column] as NumberStyle;
    const value = this.#missing.has(trimmed) ? undefined : parseStyled(trimmed, style);
    if (value !== undefined) {
      // Whole numbers that float64 rounds are names of something.
      if (Math.abs(value) > Number.MAX_SAFE_INTEGER && isRounded(trimmed, value)) this.mixed.add(column);
      return value;
    }
    if (this.#missing.has(trimmed) || isMissingNumber(trimmed)) {
      const counts = this.#missingCounts[column]!;
      counts.set(trimmed, (counts.get(trimmed) ?? 0) + 1);
    } else this.mixed.add(column);
    return Number.NaN;
  }

  /** Numbers that stand for nothing, such as −999, are found here: the byte path does not look for them. */
  #dropTold(numbers: Float64Array): void {
    const told = new Map([...this.#missing].filter(isPlainNumber).map((text) => [Number(text), text]));
    if (told.size === 0) return;
    const counts = this.#missingCounts.filter((_, j) => this.layout.styles[j]);
    for (let at = 0; at < numbers.length; at++) {
      const text = told.get(numbers[at]!);
      if (text === undefined) continue;
      numbers[at] = Number.NaN;
      const own = counts[at % this.#width]!;
      own.set(text, (own.get(text) ?? 0) + 1);
    }
  }

  ragged(fields: number): RangeError {
    const wanted = this.layout.names.length;
    return new RangeError(`${this.name}:${this.line}: ${counted(fields)}, the lines before have ${wanted}`);
  }

  finish(): Table {
    const { layout, count } = this;
    const width = this.#width;
    const numbers = this.numbers.subarray(0, count * width);
    this.#dropTold(numbers);
    let at = 0;
    const columns = layout.names.map((name, j): Column => {
      const style = layout.styles[j];
      if (!style) return { name, kind: "text", values: this.#texts[j]!.finish() };
      const missing = this.#missingCounts[j]!;
      return {
        name,
        kind: "number",
        values: new NumberValues(numbers, at++, width, count),
        ...(missing.size > 0 && { missing }),
        ...(style !== PLAIN && { style }),
        ...(layout.unnamed[j] && { unnamed: true }),
      };
    });
    return makeTable(columns, {
      name: this.name,
      notes: layout.notes.map((note) => `${this.name}: ${note}`),
    });
  }
}

function isRounded(text: string, value: number): boolean {
  return /^-?\d+$/.test(text) && BigInt(text) !== BigInt(value);
}

function allocated(numbers: number, name: string): Float64Array {
  if (numbers > MAX_ELEMENTS) throw new MemoryError(`${name}: at most ${MAX_ELEMENTS} numbers fit, got more`);
  try {
    return new Float64Array(numbers);
  } catch (error) {
    throw new MemoryError(`${name}: ${numbers} numbers do not fit memory`, { cause: error });
  }
}
