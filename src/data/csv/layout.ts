/**
 * @file The layout of a CSV file, decided from its first lines: delimiter, names, which columns are numbers, and how these are
 * written.
 */
import { named, quoted } from "../quoted.js";
import { hasLeadingZero, isPlainNumber, PLAIN, styleInWords, styleOf } from "../table/number-style.js";
import { distinctNames, type NumberStyle } from "../table/table.js";
import { isMissingNumber } from "../table/words.js";
import { guessHeader, mostCommon } from "./header.js";
import { commentEnd, readRecord } from "./records.js";

/** Delimiters that are looked for. */
export const DELIMITERS = [",", ";", "\t", "|"] as const;

/** Options of `readCsv`. */
export interface CsvOptions {
  /** Stands in errors as the file's name. Default `"csv"`. */
  readonly name?: string | undefined;
  /** One ASCII character. Default `"auto"`: of comma, semicolon, tab and bar the one that splits the first lines most evenly. */
  readonly delimiter?: string | undefined;
  /** Is the first line one of names? Default `"auto"`: told by what stands in it and below. Without one, and where a name is empty, names are `"x1"`, `"x2"`, … */
  readonly header?: boolean | "auto" | undefined;
  /** Lines to pass over at the top, before any header. Default 0. */
  readonly skipRows?: number | undefined;
  /** Lines that begin with this are passed over. Default: none but `#` lines at the very top that are no header. */
  readonly comment?: string | undefined;
  /** Texts that stand for a missing number, besides the usual ones (`NA`, `N/A`, `NaN`, `null`, `-`, `?`, …). */
  readonly missing?: readonly string[] | undefined;
  /** Between whole and fraction. Default: told by the columns. */
  readonly decimal?: "." | "," | undefined;
  /** Between thousands, `""` for nothing. Default: told by the columns. */
  readonly thousands?: string | undefined;
  /** Columns whose way of writing is known, by name: text, or numbers in a style. */
  readonly known?: ReadonlyMap<string, "text" | NumberStyle> | undefined;
  /** Chooses columns that are read as text whatever they hold, by the names of all: positions from 0. */
  readonly asText?: ((names: readonly string[]) => Iterable<number>) | undefined;
}

export interface Layout {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** Names as they stand, if there are any. */
  readonly written: readonly string[] | undefined;
  /** Columns to which a header gives no name. */
  readonly unnamed: readonly boolean[];
  /** Way in which the numbers of a column are written; `undefined` for text. */
  readonly styles: readonly (NumberStyle | undefined)[];
  /** The first record is one of names. */
  readonly header: boolean;
  /** Lines that begin with it are passed over. */
  readonly comment: string | undefined;
  /** Bytes, of UTF-8, before the first record. */
  readonly start: number;
  /** The line, from 1, of the first record. */
  readonly firstLine: number;
  /** Bytes of the lines that were looked at, for each. */
  readonly bytesPerRow: number;
  readonly notes: readonly string[];
}

interface Sample {
  readonly records: readonly (readonly string[])[];
  /** The line, from 1, at which each starts. */
  readonly lines: readonly number[];
}

// Texts of a column that its style is told by.
const MOST_TEXTS = 2000;
const NEWLINE = 10;

/**
 * Decides from the top of a file.
 * @param sample bytes that start with the first record and end with a line break or the file.
 * @param whole says that `sample` is all there is.
 * @returns `undefined` if there is more, and `sample` holds less than two records.
 * @throws RangeError if the file is empty, has no rows, no clear header, or lines of different lengths at its top.
 */
export function decideLayout(
  sample: Uint8Array,
  whole: boolean,
  options: CsvOptions & { readonly start: number; readonly firstLine: number },
): Layout | undefined {
  const { name = "csv", start, firstLine, comment } = options;
  const missing = new Set(options.missing ?? []);
  const isMissing = (text: string) => isMissingNumber(text) || missing.has(text);

  const asked = options.delimiter ?? "auto";
  const guessed = asked === "auto" ? guessDelimiter(sample, whole, comment) : asked;
  const delimiter = guessed ?? ",";
  const { records, lines } = readSample(sample, delimiter, firstLine, whole, comment, (line, reason) => {
    throw new RangeError(`${name}:${line}: ${reason}`);
  });
  if (!whole && records.length < 2) return undefined;
  if (!records[0]) throw new RangeError(`${name}: no rows`);

  const notes: string[] = [];
  if (asked === "auto" && guessed === undefined && records.every(([text]) => /\S\s+\S|[:~^]/.test(text!)))
    notes.push(
      "read as one column: no comma, semicolon, tab or bar divides its lines evenly (--delimiter names another)",
    );
  const below = records.slice(1);
  const width = mostCommon(below.map(({ length }) => length)) ?? records[0].length;
  // R leaves the name of the column of row names out.
  const shifted =
    width > 2 && records[0].length === width - 1 && records[0].every((text) => !isPlainNumber(text.trim()));
  const first = shifted ? ["", ...records[0]] : records[0];
  if (first.length !== width) {
    const fields = `${counted(first.length)}, most lines below have ${width}`;
    const tried = asked === "auto" ? "; tried comma, semicolon, tab and bar, another one: --delimiter" : "";
    throw new RangeError(
      `${name}:${lines[0]}: ${fields} (if it is neither names nor data, use --skip-rows 1 or --comment${tried})`,
    );
  }
  const top = first.map((text) => text.trim());
  const columns = top.map((_, j) => columnTexts(j));
  const asIs = options.header ?? "auto";
  const header =
    asIs === "auto" ? shifted || guessHeader(top, columns, isMissing, `${name}:${lines[0]}`) : asIs;
  if (header && below.length === 0) throw new RangeError(`${name}: only a header, no rows`);
  const { names, changed } = distinctNames(namesOf(top, header));
  for (const [old, own] of changed)
    notes.push(`two columns are called ${quoted(old)}, the later one is read as ${quoted(own)}`);

  const styles = decideStyles();
  return {
    delimiter,
    names,
    written: header ? first : undefined,
    unnamed: top.map((text) => header && text === ""),
    styles,
    header,
    comment,
    start,
    firstLine,
    bytesPerRow: sample.length / Math.max(1, records.length),
    notes,
  };

  /** Texts below the first record, and whether all of them are there. */
  function columnTexts(j: number): string[] {
    const texts: string[] = [];
    for (const record of below) {
      if (record.length !== width) break;
      texts.push(record[j]!.trim());
    }
    return texts;
  }

  function decideStyles(): (NumberStyle | undefined)[] {
    const samples = columns.map((texts, j) => {
      const all = header ? texts : [top[j]!, ...texts];
      return [...new Set(all.slice(0, MOST_TEXTS).filter((text) => !isMissing(text)))];
    });
    const { decimal, thousands } = options;
    const styleFor = (texts: string[], hint?: "," | undefined) =>
      styleOf(texts, { decimal: decimal ?? hint, thousands, commaIsDecimal: delimiter === ";" });
    const alone = samples.map((texts) => (texts.length === 0 ? PLAIN : styleFor(texts)));
    // One column with clear decimal commas tells of the others.
    const comma = alone.some((style) => style?.decimal === "," && style.thousands !== ",");
    const said: string[] = [];
    const asText = new Set(options.asText?.(names));
    const decided = samples.map((texts, j): NumberStyle | undefined => {
      const known = options.known?.get(names[j]!);
      if (known === "text" || asText.has(j)) return undefined;
      if (known) return known;
      if (texts.some(hasLeadingZero) && texts.every((text) => /^\d+$/.test(text))) return undefined;
      const style = (comma && styleFor(texts, ",")) || alone[j];
      if (style && style !== PLAIN) said.push(`${named(names[j]!)} (${styleInWords(style)})`);
      return style;
    });
    if (said.length > 0)
      notes.push(`numbers not in plain digits: ${said.join(", ")} (--decimal, --thousands)`);
    return decided;
  }
}

function namesOf(top: readonly string[], header: boolean): string[] {
  const taken = new Set(header ? top : []);
  return top.map((text, j) => {
    if (header && text !== "") return text;
    // A name that the file gives to another column is not for this one.
    for (let own = `x${j + 1}`; ; own += "_") if (!taken.has(own)) return own;
  });
}

function readSample(
  bytes: Uint8Array,
  delimiter: string,
  firstLine: number,
  whole: boolean,
  comment: string | undefined,
  onMalformed: (line: number, reason: string) => void,
): Sample {
  const records: (readonly string[])[] = [];
  const lines: number[] = [];
  const separator = delimiter.charCodeAt(0);
  let line = firstLine;
  for (let at = 0; ; ) {
    const passed = commentEnd(bytes, at, comment, whole);
    if (passed === undefined) return { records, lines };
    if (passed > at) {
      at = passed;
      line++;
      continue;
    }
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

function guessDelimiter(sample: Uint8Array, whole: boolean, comment: string | undefined): string | undefined {
  const end = sample.length > DELIMITER_SAMPLE ? sample.lastIndexOf(NEWLINE, DELIMITER_SAMPLE) + 1 : 0;
  const top = end > 0 && delimiterOf(sample.subarray(0, end), false, comment);
  return top || delimiterOf(sample, whole, comment);
}

/** The delimiter that splits these records best; `undefined` if none splits them at all. */
function delimiterOf(sample: Uint8Array, whole: boolean, comment: string | undefined): string | undefined {
  let best: string | undefined;
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const { records } = readSample(sample, delimiter, 1, whole, comment, () => {});
    const width = mostCommon(records.map(({ length }) => length)) ?? 1;
    if (width < 2) continue;
    const even = records.filter(({ length }) => length === width);
    const numbers = even.flat().filter((text) => isNumberLike(text.trim())).length;
    // The small term decides between delimiters where nothing is a number.
    const score = (even.length / records.length) * (numbers / (even.length * width) + 1e-3);
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

/** Also with a decimal comma: `1,5;2,5` is split by its semicolons. */
const isNumberLike = (text: string) => isPlainNumber(text) || /^[+-]?\d+,\d+$/.test(text);

export function counted(fields: number): string {
  return fields === 1 ? "1 field" : `${fields} fields`;
}
