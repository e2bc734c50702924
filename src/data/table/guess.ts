/**
 * @file Types and roles of a table's columns: guessed from their values and names, told, and overruled.
 */
import { named, quoted } from "../quoted.js";
import { chooseColumn, chooseColumns } from "./choose.js";
import { type DateFormat, dateFormats, isDateFormat } from "./dates.js";
import {
  type ColumnEncoding,
  offenders,
  type Period,
  type TableEncoding,
  type TimeEncoding,
} from "./encoding.js";
import { hasLeadingZero, isPlainNumber } from "./number-style.js";
import type { Column, NumberColumn, NumberValues, Table, TextColumn } from "./table.js";
import type { Texts } from "./texts.js";
import { isMissingNumber, isMissingWord, knownOrder, truthWords } from "./words.js";

/** Kinds of values that a column holds. */
export const COLUMN_TYPES = ["number", "boolean", "category", "ordinal", "date", "text", "id"] as const;
/** Type of a column. */
export type ColumnType = (typeof COLUMN_TYPES)[number];

/** A column is learned from, holds the labels, or is given back as it is. */
export type ColumnRole = "feature" | "label" | "carried";

/** Choices of columns; a column is told by name, position from 1, range (`Q1-Q12`, `4-15`) or pattern (`Q*`), and `!name` takes away. */
export interface ColumnOptions {
  /** Columns to learn from. Default: all numbers, booleans, categories, scales and dates that are no label and no key. */
  readonly columns?: readonly string[] | undefined;
  /** Columns that are not learned from, but carried along. */
  readonly exclude?: readonly string[] | undefined;
  /** Columns that name the rows; they are not learned from. */
  readonly id?: readonly string[] | undefined;
  /** The column of labels, which is never learned from. */
  readonly label?: string | undefined;
  /**
   * The column that tells the time of a row, a number or a date; it is learned from only if `columns` names it. Rows are put in
   * its order.
   */
  readonly time?: string | undefined;
  /**
   * The column that tells the sequence that a row is a moment of; it is learned from only if `columns` names it. Rows of a group
   * are put one after the other, groups in the order of their first rows.
   */
  readonly group?: string | undefined;
  /** Types of columns: `number`, `boolean`, `category`, `ordinal`, `date`, `date:DD/MM/YYYY`, `text`, `id`. */
  readonly types?: Readonly<Record<string, string>> | undefined;
  /** Steps of scales, from the least to the most, by column. */
  readonly order?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Dates that also tell the day, the week or the year as a circle, by column. */
  readonly cyclic?: Readonly<Record<string, readonly Period[]>> | undefined;
  /** Texts that stand for a missing value, besides the usual ones. */
  readonly missing?: readonly string[] | undefined;
}

/** A column as far as it is known, and its use. */
export interface ColumnGuess {
  /** Name of the column. */
  readonly name: string;
  /** Kind of its values. */
  readonly type: ColumnType;
  /** Its part in learning. */
  readonly role: ColumnRole;
  /** The reason for the type or the role, in a few words. */
  readonly why: string;
  /** The way in which a feature becomes numbers. */
  readonly encoding?: ColumnEncoding;
}

// A category has no more levels than this, or many rows for each.
const FEW_LEVELS = 50;
const MANY_LEVELS = 1000;
const ROWS_PER_LEVEL = 20;
// Levels with an indicator of their own, where there are many.
const MOST_INDICATORS = 30;
const ALWAYS_KEPT = 10;
const RARE_SHARE = 0.005;
const MOSTLY_MISSING = "more than half missing";
// Fewer whole numbers that follow one another may be a measurement.
const FEWEST_COUNTS = 10;
const FEWEST_KEYS = 20;
const DATE_SAMPLE = 2000;
const MOST_NUMBERED_LEVELS = 12;

const ID_NAME = /(?:^|[^a-z])(?:id|ids|key|uuid|guid|index|idx|row|rownum|rowid|no|nr|pk)$/i;
const ID_CAMEL = /[a-z](?:Id|ID|Key|Idx|Index|No|Nr)$/;
// Words under such a name are mostly what somebody wants to compare with, and would be found again by whoever learned from them.
const LABEL_NAME = /^(?:class|classes|label|labels|target|targets|species|outcome|y)$/i;
const OWN_OUTPUTS = /^(?:label|cluster|score|predicted|z[1-9]\d*)$/;

/**
 * Types and roles of all columns of a table, in their order.
 * @throws RangeError or TypeError for choices that do not fit the table; RangeError if nothing is left to learn from.
 */
export function guessColumns(table: Table, options: ColumnOptions = {}): ColumnGuess[] {
  const names = table.columns.map(({ name }) => name);
  const resolve = (words: readonly string[] | undefined, flag: string) =>
    words && chooseColumns(names, words, `${table.name}: ${flag}`);
  const chosen = resolve(options.columns, "columns");
  // All but some: the others are used as they would be by themselves.
  const allBut = options.columns?.[0]?.startsWith("!") === true && !names.includes(options.columns[0]);
  const named = options.columns?.filter((word) => !word.startsWith("!") || names.includes(word));
  const wanted = allBut ? new Set(resolve(named, "columns")) : undefined;
  const excluded = new Set(resolve(options.exclude, "exclude"));
  const ids = new Set(resolve(options.id, "id"));
  const label = options.label === undefined ? -1 : chooseColumn(names, options.label, `${table.name}: label`);
  const missing = new Set(options.missing ?? []);
  const told = toldTypes(table.name, names, options);
  const time = columnTold(table.name, names, options, "time");
  const group = columnTold(table.name, names, options, "group");

  const guesses = table.columns.map((column, j): ColumnGuess => {
    const guess = told.get(j)?.(column, missing) ?? guessType(column, j, missing, table.rows);
    const carried = (why: string): ColumnGuess => ({
      name: guess.name,
      type: guess.type,
      role: "carried",
      why,
    });
    if (j === label) return { ...carried("the label"), role: "label" };
    if (ids.has(j)) return { ...carried("names the rows, as told"), type: "id" };
    if (excluded.has(j)) return carried("left out, as told");
    if ((j === time || j === group) && (!chosen || allBut))
      return carried(j === time ? "tells the time, as told" : "tells the sequence, as told");
    if (chosen) {
      if (!chosen.includes(j)) return carried("not among the columns asked for");
      if (wanted && !wanted.has(j)) return ownUse(guess);
      return guess.encoding ? { ...guess, role: "feature" } : asked(table, column, guess, missing);
    }
    return ownUse(guess);

    function ownUse(own: ColumnGuess): ColumnGuess {
      if (told.has(j)) return own.encoding ? { ...own, role: "feature" } : own;
      if (OWN_OUTPUTS.test(own.name)) return carried("called like a result");
      const isLabel = column.kind === "text" && own.role === "feature" && LABEL_NAME.test(own.name);
      return isLabel ? carried("called like labels, which --label takes") : own;
    }
  });
  return chosen && !allBut ? guesses : withSomething(table, guesses);
}

/** The encoding of the features; `columns`, if they were asked for, in the order they were. */
export function encodingOf(
  table: Table,
  guesses: readonly ColumnGuess[],
  options: ColumnOptions,
): TableEncoding {
  const names = guesses.map(({ name }) => name);
  const order = options.columns
    ? chooseColumns(names, options.columns, `${table.name}: columns`)
    : [...guesses.keys()];
  const columns = order.flatMap((j) =>
    guesses[j]!.encoding && guesses[j]!.role === "feature" ? [guesses[j]!.encoding!] : [],
  );
  return { columns, missing: options.missing ?? [], ...momentColumns(table, options) };
}

/** The columns that are told to be those of time and group. @throws RangeError for a time that is neither numbers nor dates. */
export function momentColumns(table: Table, options: ColumnOptions): Pick<TableEncoding, "time" | "group"> {
  const names = table.columns.map(({ name }) => name);
  const time = columnTold(table.name, names, options, "time");
  const group = columnTold(table.name, names, options, "group");
  return {
    ...(time !== undefined && { time: timeEncoding(table, time, options) }),
    ...(group !== undefined && { group: names[group]! }),
  };
}

/** Place of the column that tells the time or the group, if one is told. @throws as `chooseColumn`. */
function columnTold(
  table: string,
  names: readonly string[],
  options: ColumnOptions,
  part: "time" | "group",
): number | undefined {
  const word = options[part];
  return word === undefined ? undefined : chooseColumn(names, word, `${table}: ${part}`);
}

/** The way in which a column tells the time. @throws RangeError for one that holds neither numbers nor dates of one format. */
function timeEncoding(table: Table, at: number, options: ColumnOptions): TimeEncoding {
  const column = table.columns[at]!;
  const names = table.columns.map(({ name }) => name);
  const missing = new Set(options.missing ?? []);
  const told = toldTypes(table.name, names, options).get(at)?.(column, missing).encoding;
  const encoding =
    told ??
    (column.kind === "number"
      ? featureOf(column, "").encoding
      : asType(column, "date", missing, table.name).encoding);
  if (encoding?.type === "number") return encoding;
  if (encoding?.type === "date") return { name: encoding.name, type: "date", format: encoding.format };
  throw new RangeError(
    `${table.name} column ${quoted(column.name)}: ${encoding?.type ?? "text"} tells no time, want numbers or dates`,
  );
}

/** A table of keys alone is learned from all the same: there is nothing else. */
function withSomething(table: Table, guesses: ColumnGuess[]): ColumnGuess[] {
  if (guesses.some(({ role }) => role === "feature")) return guesses;
  const numbers = guesses.map((guess, j) => {
    const column = table.columns[j]!;
    if (column.kind !== "number" || guess.role === "label" || /(?:as told|asked for)$/.test(guess.why))
      return guess;
    return { ...featureOf(column, "nothing else to learn from"), name: guess.name };
  });
  return numbers;
}

/** A column's name as it can be typed in a flag, or what stands for it. */
function inFlag(name: string): string {
  return named(name) === name && !/["$`\\]/.test(name) ? name : "COLUMN";
}

/** @throws RangeError if no column is learned from, with the reasons. */
export function refuseNothing(table: Table, guesses: readonly ColumnGuess[]): void {
  if (guesses.some(({ role }) => role === "feature")) return;
  const said = guesses.map(({ name, type, why }) => `${named(name)} (${type}: ${why})`).slice(0, 8);
  throw new RangeError(
    `${table.name}: no column to learn from: ${said.join(", ")}${guesses.length > 8 ? ", …" : ""} (--types tells what a column holds)`,
  );
}

type TypeTold = (column: Column, missing: ReadonlySet<string>) => ColumnGuess;

/** Types that were told, by place of the column. */
function toldTypes(table: string, names: readonly string[], options: ColumnOptions): Map<number, TypeTold> {
  const told = new Map<number, TypeTold>();
  const each = <T>(
    given: Readonly<Record<string, T>> | undefined,
    flag: string,
    use: (j: number, value: T) => void,
  ) => {
    for (const [word, value] of Object.entries(given ?? {}))
      for (const j of chooseColumns(names, [word], `${table}: ${flag}`)) use(j, value);
  };
  const cyclic = new Map<number, readonly Period[]>();
  each(options.cyclic, "cyclic", (j, periods) => {
    cyclic.set(j, periods);
    told.set(j, (column, missing) => withPeriods(asType(column, "date", missing, table), periods));
  });
  each(options.types, "types", (j, type) => {
    told.set(j, (column, missing) => withPeriods(asType(column, type, missing, table), cyclic.get(j)));
  });
  each(options.order, "order", (j, levels) => {
    told.set(j, ({ name }) => {
      if (levels.length < 2 || new Set(levels).size < levels.length)
        throw new RangeError(
          `${table}: order: want two or more different steps for ${quoted(name)}, got ${quoted(levels.join("<"))}`,
        );
      return {
        name,
        type: "ordinal",
        role: "feature",
        why: "a scale, as told",
        encoding: { name, type: "ordinal", levels },
      };
    });
  });
  return told;
}

function withPeriods(guess: ColumnGuess, cyclic: readonly Period[] | undefined): ColumnGuess {
  if (!cyclic || guess.encoding?.type !== "date") return guess;
  return { ...guess, encoding: { ...guess.encoding, cyclic } };
}

/** @throws RangeError for an unknown type, or values that are not of it. */
function asType(column: Column, type: string, missing: ReadonlySet<string>, table: string): ColumnGuess {
  const { name } = column;
  const where = `${table} column ${quoted(name)}`;
  const [kind, format] = [type.replace(/:.*/s, ""), /:(.*)/s.exec(type)?.[1]];
  const why = `${kind}, as told`;
  switch (kind as ColumnType) {
    case "number":
      if (column.kind === "number") return featureOf(column, why);
      return { name, type: "number", role: "feature", why, encoding: { name, type: "number" } };
    case "boolean": {
      if (column.kind === "number")
        return { name, type: "boolean", role: "feature", why, encoding: { name, type: "boolean" } };
      const words = truthWords(wordsOf(column.values, (text) => missing.has(text) || isMissingNumber(text)));
      if (!words) throw new RangeError(`${where}: its values are not two words for true and false`);
      return { name, type: "boolean", role: "feature", why, encoding: { name, type: "boolean", words } };
    }
    case "category":
      return categoryOf(column, missing, why);
    case "ordinal": {
      const words =
        column.kind === "text"
          ? wordsOf(column.values, (text) => missing.has(text) || isMissingWord(text))
          : [];
      const levels = knownOrder(words);
      if (!levels)
        throw new RangeError(
          `${where}: the order of its steps is not known (--order "${inFlag(name)}=low<medium<high")`,
        );
      return { name, type: "ordinal", role: "feature", why, encoding: { name, type: "ordinal", levels } };
    }
    case "date": {
      if (column.kind !== "text") throw new RangeError(`${where}: a column of numbers is no column of dates`);
      if (format !== undefined && !isDateFormat(format))
        throw new RangeError(
          `${where}: ${quoted(format)} is no format of dates (such as DD/MM/YYYY or YYYY-MM-DD HH:mm)`,
        );
      const words = wordsOf(column.values, (text) => missing.has(text) || isMissingNumber(text), DATE_SAMPLE);
      const formats = format === undefined ? dateFormats(words) : [format];
      if (formats.length !== 1)
        throw new RangeError(
          `${where}: ${ambiguity(formats)} (--types "${inFlag(name)}=date:${formats[0] ?? "DD/MM/YYYY"}")`,
        );
      return dateOf(name, formats[0]!, why);
    }
    case "text":
    case "id":
      return { name, type: kind as ColumnType, role: "carried", why };
    default:
      throw new RangeError(`${where}: there is no type ${quoted(type)} (want ${COLUMN_TYPES.join(", ")})`);
  }
}

const ambiguity = (formats: readonly string[]) =>
  formats.length === 0
    ? "its values are no dates in a format that is known"
    : `its dates may be ${formats.join(" or ")}`;

function dateOf(name: string, format: DateFormat, why: string): ColumnGuess {
  return { name, type: "date", role: "feature", why, encoding: { name, type: "date", format } };
}

function featureOf(column: NumberColumn, why: string): ColumnGuess {
  const { name, style, truth } = column;
  if (truth) return { name, type: "boolean", role: "feature", why, encoding: { name, type: "boolean" } };
  return {
    name,
    type: "number",
    role: "feature",
    why,
    encoding: { name, type: "number", ...(style && { style }) },
  };
}

function guessType(column: Column, j: number, missing: ReadonlySet<string>, rows: number): ColumnGuess {
  return column.kind === "number" ? guessNumber(column, j, rows) : guessText(column, missing);
}

function guessNumber(column: NumberColumn, j: number, rows: number): ColumnGuess {
  if (column.truth) return featureOf(column, "true and false");
  if (2 * missingNumbers(column.values) > rows)
    return { ...featureOf(column, MOSTLY_MISSING), role: "carried" };
  const why = column.entry ? undefined : keyReason(column, j, rows);
  return why === undefined
    ? featureOf(column, "numbers")
    : { name: column.name, type: "id", role: "carried", why };
}

function missingNumbers(values: NumberValues): number {
  let missing = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values.at(i))) missing++;
  return missing;
}

/** The reason to take whole numbers for the names of rows; `undefined` if there is none. */
function keyReason({ name, values, unnamed }: NumberColumn, j: number, rows: number): string | undefined {
  const first = values.at(0);
  if (rows < 2 || !Number.isInteger(first)) return undefined;
  const named = ID_NAME.test(name) || ID_CAMEL.test(name);
  if ((unnamed || named || rows >= FEWEST_COUNTS) && counts(values)) {
    return unnamed ? "row numbers without a name" : "a number of its own in every row, one more each time";
  }
  const candidate = named || rows >= FEWEST_COUNTS;
  const found = candidate ? wholeRange(values) : undefined;
  if (!found) return undefined;
  const { low, high } = found;
  const dense = rows >= FEWEST_COUNTS && high - low + 1 <= 1.5 * rows;
  const wide = j === 0 && rows >= FEWEST_KEYS && low >= 1000 && String(low).length === String(high).length;
  if (!(named || dense || wide) || !allDifferent(values, low, high)) return undefined;
  return "a number of its own in every row";
}

function counts(values: NumberValues): boolean {
  const first = values.at(0);
  for (let i = 1; i < values.length; i++) if (values.at(i) !== first + i) return false;
  return true;
}

/** Least and greatest, if all are whole numbers. */
function wholeRange(values: NumberValues): { low: number; high: number } | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values.at(i);
    if (!Number.isInteger(value)) return undefined;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

function allDifferent(values: NumberValues, low: number, high: number): boolean {
  const span = high - low + 1;
  if (span < values.length) return false;
  if (span > 8 * values.length + 1024) {
    const sorted = values.toArray().sort();
    return sorted.every((value, i) => i === 0 || value !== sorted[i - 1]);
  }
  const seen = new Uint8Array(span);
  for (let i = 0; i < values.length; i++) {
    const at = values.at(i) - low;
    if (seen[at] === 1) return false;
    seen[at] = 1;
  }
  return true;
}

/** Different texts that are not missing, without spaces around them, up to `most`. */
function wordsOf(
  texts: Texts,
  isMissing: (text: string) => boolean,
  most = Number.POSITIVE_INFINITY,
): string[] {
  const words = new Set<string>();
  for (let level = 1; level < texts.levelCount && words.size < most; level++) {
    const text = texts.level(level).trim();
    if (text !== "" && !isMissing(text)) words.add(text);
  }
  return [...words];
}

function guessText(column: TextColumn, missing: ReadonlySet<string>): ColumnGuess {
  const { name, values } = column;
  const carried = (type: "text" | "id", why: string): ColumnGuess => ({ name, type, role: "carried", why });
  const told = (text: string) => missing.has(text);
  const strict = wordsOf(values, (text) => told(text) || isMissingNumber(text), DATE_SAMPLE);
  if (strict.length === 0)
    return carried("text", values.levelCount > 1 ? "nothing but missing values" : "empty");
  const truth = truthWords(strict);
  if (truth)
    return {
      name,
      type: "boolean",
      role: "feature",
      why: `${truth[0]} and ${truth[1]}`,
      encoding: { name, type: "boolean", words: truth },
    };
  const formats = dateFormats(strict);
  if (formats.length === 1) return dateOf(name, formats[0]!, `dates like ${formats[0]}`);
  if (formats.length > 1)
    return carried("text", `${ambiguity(formats)} (--types "${inFlag(name)}=date:${formats[0]}")`);

  const words = wordsOf(values, (text) => told(text) || isMissingWord(text), MANY_LEVELS + 1);
  const numeric = words.filter(isPlainNumber);
  const present = values.length - countMissing(values, (text) => told(text) || isMissingWord(text));
  if (numeric.length > 0 && numeric.length < words.length && numeric.length > MOST_NUMBERED_LEVELS) {
    const others = wordsOf(
      values,
      (text) => told(text) || isMissingWord(text) || isPlainNumber(text),
      MANY_LEVELS,
    );
    return carried("text", mixedReason(values, others));
  }
  if (words.length === 1 && numeric.length === 0) return carried("text", "one value");
  if (2 * present < values.length) return carried("text", MOSTLY_MISSING);
  const repeated = 2 * words.length <= present;
  const few =
    words.length <= FEW_LEVELS || (words.length <= MANY_LEVELS && words.length * ROWS_PER_LEVEL <= present);
  // Words of a known scale need not repeat as often to be told from free text.
  const order = words.length < present ? knownOrder(words) : undefined;
  if ((repeated && few) || order) {
    if (order) {
      return {
        name,
        type: "ordinal",
        role: "feature",
        why: `a scale: ${order.join(" < ")}`,
        encoding: { name, type: "ordinal", levels: order },
      };
    }
    return categoryOf(
      column,
      missing,
      `${words.length === 1 ? "one value" : `${words.length} values`} that repeat`,
    );
  }
  if (numeric.length > 0 && numeric.length < words.length)
    return carried(
      "text",
      mixedReason(
        values,
        words.filter((word) => !isPlainNumber(word)),
      ),
    );
  const unique =
    words.length <= MANY_LEVELS
      ? words.length === present
      : !values.distinct || values.levelCount - 1 === present;
  const short = words.slice(0, 100).every((word) => word.length <= 40 && !/\s\S+\s/.test(word));
  if (words.every(isPlainNumber) && !words.some(hasLeadingZero))
    return words.every((word) => /^[+-]?\d+$/.test(word)) &&
      !words.every((word) => Number.isSafeInteger(+word))
      ? carried("id", "whole numbers of more digits than a number holds")
      : carried("text", `numbers as text (--types "${name}=number" learns from them)`);
  if (unique && short) return carried("id", "a text of its own in every row");
  return carried("text", "free text");
}

function mixedReason(values: Texts, others: readonly string[]): string {
  const wanted = new Set(others);
  const levels = new Map<number, string>();
  for (let level = 1; level < values.levelCount; level++) {
    const text = values.level(level).trim();
    if (wanted.has(text)) levels.set(level, text);
  }
  const { said } = offenders(values, levels);
  return `numbers and texts mixed: ${said} (--missing takes texts as missing)`;
}

function countMissing(values: Texts, isMissing: (text: string) => boolean): number {
  const missing = Uint8Array.from({ length: Math.min(values.levelCount, 2 ** 16) }, (_, level) => {
    const text = values.level(level).trim();
    return text === "" || isMissing(text) ? 1 : 0;
  });
  let count = 0;
  for (const code of values.codes) count += missing[code] ?? 0;
  return count;
}

/** A category: its levels in the order of their characters, rare ones joined where there are many. */
function categoryOf(column: Column, missing: ReadonlySet<string>, why: string): ColumnGuess {
  const { name } = column;
  const counts = new Map<string, number>();
  const add = (text: string, times: number) => {
    if (text !== "" && !missing.has(text) && !isMissingWord(text))
      counts.set(text, (counts.get(text) ?? 0) + times);
  };
  if (column.kind === "number")
    for (const value of column.values) add(Number.isNaN(value) ? "" : String(value), 1);
  else {
    const { values } = column;
    const times = new Uint32Array(values.levelCount);
    for (const code of values.codes) times[code]!++;
    for (let level = 0; level < times.length; level++) add(values.level(level).trim(), times[level]!);
  }
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const total = byCount.reduce((sum, [, n]) => sum + n, 0);
  const kept =
    byCount.length <= ALWAYS_KEPT
      ? byCount
      : byCount.slice(0, MOST_INDICATORS).filter(([, n], k) => k < ALWAYS_KEPT || n >= RARE_SHARE * total);
  const other = kept.length < byCount.length;
  const levels = kept.map(([level]) => level).sort((a, b) => (a < b ? -1 : 1));
  const joined = other ? `, ${byCount.length - kept.length} rare ones joined` : "";
  return {
    name,
    type: "category",
    role: "feature",
    why: why + joined,
    encoding: { name, type: "category", levels, other },
  };
}

/** A column that was asked for although it is none to learn from by itself. */
function asked(table: Table, column: Column, guess: ColumnGuess, missing: ReadonlySet<string>): ColumnGuess {
  if (column.kind === "number") return featureOf(column, "asked for");
  const words = wordsOf(column.values, (text) => missing.has(text) || isMissingWord(text), MANY_LEVELS + 1);
  const where = `${table.name} column ${quoted(column.name)}`;
  if (words.length === 0) throw new RangeError(`${where}: ${guess.why}, nothing to learn from`);
  if (guess.why.startsWith("numbers and texts")) throw new RangeError(`${where}: ${guess.why}`);
  if (words.length > MANY_LEVELS || 2 * words.length > column.values.length)
    throw new RangeError(
      `${where}: ${guess.why}, not numbers and no category (--types "${inFlag(column.name)}=category" makes it one)`,
    );
  return categoryOf(column, missing, "asked for");
}
