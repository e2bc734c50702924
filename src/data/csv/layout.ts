/**
 * @file The layout of a CSV file, decided from its first lines: delimiter, names, and which columns are numbers.
 */
import { quoted } from "../quoted.js";
import { findColumns, firstTwice } from "../table.js";
import { looksNumeric } from "./number.js";
import { readRecord } from "./records.js";
import { badNumber, counted, numberAmongText } from "./rows.js";

export const DELIMITERS = [",", ";", "\t"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Options of `readCsv`. */
export interface CsvOptions {
  /** Stands in errors as the file's name. Default `"csv"`. */
  readonly name?: string | undefined;
  /** Default `"auto"`: the one that splits the first lines most evenly into the most numbers. */
  readonly delimiter?: Delimiter | "auto" | undefined;
  /** Is the first line one of names? Default `"auto"`: it is if it holds no number. Without one, and where a name is empty, names are `"x1"`, `"x2"`, … */
  readonly header?: boolean | "auto" | undefined;
  /** Lines to pass over at the top, before any header. Default 0. */
  readonly skipRows?: number | undefined;
  /** Texts that stand for a missing value, besides the empty field. */
  readonly missing?: readonly string[] | undefined;
  /** Columns to read as numbers, by name or by position from 1. Default: all that are not text. */
  readonly columns?: readonly string[] | undefined;
  /** Columns to read as text whatever they hold, such as the label. */
  readonly text?: readonly string[] | undefined;
}

export interface Layout {
  readonly delimiter: Delimiter;
  readonly names: readonly string[];
  readonly kinds: readonly ("number" | "text" | "skip")[];
  /** Columns of text in which a number is no mistake, because they were asked for as text or not asked for. */
  readonly anyText: readonly boolean[];
  /** The first record is one of names. */
  readonly header: boolean;
  /** The line, from 1, of the first record. */
  readonly firstLine: number;
}

interface Sample {
  readonly records: readonly (readonly string[])[];
  /** The line, from 1, at which each starts. */
  readonly lines: readonly number[];
}

/**
 * Decides from the top of a file.
 * @param sample bytes that start after the skipped lines and end with a line break or the file.
 * @param whole says that `sample` is all there is.
 * @returns `undefined` if there is more, and `sample` holds less than two records.
 * @throws RangeError if the file is empty, has no rows, no clear header, or columns of numbers and text mixed.
 */
export function decideLayout(sample: Uint8Array, whole: boolean, options: CsvOptions): Layout | undefined {
  const name = options.name ?? "csv";
  const firstLine = 1 + (options.skipRows ?? 0);
  const missing = new Set(options.missing ?? []);
  const isMissing = (text: string) => text === "" || missing.has(text);

  const asked = options.delimiter ?? "auto";
  const delimiter = asked === "auto" ? guessDelimiter(sample, whole) : asked;
  const { records, lines } = readSample(sample, delimiter, firstLine, whole, (line, reason) => {
    throw new RangeError(`${name}:${line}: ${reason}`);
  });
  if (!whole && records.length < 2) return undefined;
  const first = records[0];
  if (!first) throw new RangeError(`${name}: no rows`);

  const below = records.slice(1);
  const width = mostCommon(below.map(({ length }) => length)) ?? first.length;
  if (first.length !== width) {
    const fields = `${counted(first.length)}, most lines below have ${width}`;
    throw new RangeError(
      `${name}:${lines[0]}: ${fields} (if it is neither names nor data, use --skip-rows 1)`,
    );
  }
  const top = first.map((text) => text.trim());
  const header = (options.header ?? "auto") === "auto" ? guessHeader() : options.header === true;
  if (header && below.length === 0) throw new RangeError(`${name}: only a header, no rows`);
  const names = top.map((text, j) => (header && text) || `x${j + 1}`);
  const twice = firstTwice(names);
  if (twice) {
    const both = `columns ${twice.map((j) => j + 1).join(" and ")}`;
    throw new RangeError(`${name}:${lines[0]}: ${both} are both called ${quoted(names[twice[0]]!)}`);
  }

  const textColumns = new Set(findColumns(names, options.text ?? [], name));
  const chosen = options.columns && new Set(findColumns(names, options.columns, name));
  const anyText: boolean[] = [];
  const kinds = names.map((_, j): "number" | "text" | "skip" => {
    anyText[j] = textColumns.has(j) || (chosen !== undefined && !chosen.has(j));
    if (textColumns.has(j)) return "text";
    const { numbers, texts } = countColumn(j, header ? 1 : 0);
    if (chosen && !chosen.has(j)) return texts.length > 0 && numbers.length === 0 ? "text" : "skip";
    if (texts.length === 0) return "number";
    if (numbers.length === 0 && !chosen) return "text";
    const bad = texts.length > numbers.length && !chosen ? numbers[0]! : texts[0]!;
    const refuse = bad === numbers[0] ? numberAmongText : badNumber;
    throw refuse(name, lines[bad]!, names[j]!, records[bad]![j]!.trim());
  });
  return { delimiter, names, kinds, anyText, header, firstLine };

  /** Indices of the records in which column `j` looks like a number, and in which it does not. */
  function countColumn(j: number, from: number): { numbers: number[]; texts: number[] } {
    const numbers: number[] = [];
    const texts: number[] = [];
    for (let i = from; i < records.length; i++) {
      if (records[i]!.length !== width) break;
      const text = records[i]![j]!.trim();
      if (!isMissing(text)) (looksNumeric(text) ? numbers : texts).push(i);
    }
    return { numbers, texts };
  }

  function guessHeader(): boolean {
    const number = top.find((text) => looksNumeric(text));
    if (number === undefined) return !top.every(isMissing);
    const word = top.find((text, j) => {
      if (isMissing(text) || looksNumeric(text)) return false;
      const { numbers, texts } = countColumn(j, 1);
      return numbers.length > texts.length;
    });
    if (word === undefined) return false;
    const clash = `${quoted(number)} is a number, ${quoted(word)} is not but the column below it is`;
    const advice = "use --skip-rows 1, --header or --no-header";
    throw new RangeError(`${name}:${lines[0]}: neither names nor data: ${clash} (${advice})`);
  }
}

function readSample(
  bytes: Uint8Array,
  delimiter: string,
  firstLine: number,
  whole: boolean,
  onMalformed: (line: number, reason: string) => void,
): Sample {
  const records: (readonly string[])[] = [];
  const lines: number[] = [];
  const separator = delimiter.charCodeAt(0);
  let line = firstLine;
  for (let at = 0; ; ) {
    const record = readRecord(bytes, at, separator, whole);
    if (!record) return { records, lines };
    if (record.malformed !== undefined) onMalformed(line, record.malformed);
    else if (record.fields.length > 0) {
      records.push(record.fields);
      lines.push(line);
    }
    at = record.end;
    line += record.lines;
  }
}

// Enough lines to tell a delimiter from a comma in a text.
const DELIMITER_SAMPLE = 2 ** 16;
const NEWLINE = 10;

function guessDelimiter(sample: Uint8Array, whole: boolean): Delimiter {
  const end = sample.length > DELIMITER_SAMPLE ? sample.lastIndexOf(NEWLINE, DELIMITER_SAMPLE) + 1 : 0;
  const top = end > 0 && delimiterOf(sample.subarray(0, end), false);
  return top || delimiterOf(sample, whole) || ",";
}

/** The delimiter that splits these records best; `undefined` if none splits them at all. */
function delimiterOf(sample: Uint8Array, whole: boolean): Delimiter | undefined {
  let best: Delimiter | undefined;
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const { records } = readSample(sample, delimiter, 1, whole, () => {});
    const width = mostCommon(records.map(({ length }) => length)) ?? 1;
    if (width < 2) continue;
    const even = records.filter(({ length }) => length === width);
    const numbers = even.flat().filter((text) => looksNumeric(text.trim())).length;
    // The small term decides between delimiters where nothing is a number.
    const score = (even.length / records.length) * (numbers / (even.length * width) + 1e-3);
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

function mostCommon(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: number | undefined;
  for (const [value, count] of counts) if (best === undefined || count > counts.get(best)!) best = value;
  return best;
}
