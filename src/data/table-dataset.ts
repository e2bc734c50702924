/**
 * @file Tables and arrays to data sets: columns typed, told what part they have and made numbers; moments put in order, and
 * put together where a row is more than one.
 */
import { columnNames, type DataFormat, type Dataset } from "./dataset.js";
import { type Numbers, takeRows } from "./matrix.js";
import { paddedRows, type WindowOptions, windows } from "./moment-rows.js";
import { named } from "./quoted.js";
import type { Sequences } from "./sequences.js";
import { chooseColumn } from "./table/choose.js";
import {
  type Encoded,
  encodeTable,
  featureGroups,
  featureNames,
  type MomentRows,
  type TableEncoding,
} from "./table/encoding.js";
import { formatFloat32, formatNumber } from "./table/format-number.js";
import { type ColumnOptions, encodingOf, guessColumns, momentColumns, refuseNothing } from "./table/guess.js";
import { orderMoments } from "./table/moments.js";
import { type Column, makeTable, numberColumns, type Table, takeTableRows } from "./table/table.js";
import { isMissingLabel } from "./table/words.js";

/** Choices of columns, and the encoding of a model, which then is applied. */
export interface DatasetOptions extends ColumnOptions {
  /** The encoding that a model was fitted with. Default: one is made of what the columns hold. */
  readonly encoding?: TableEncoding | undefined;
  /** Names of columns that are codes: they are taken as they are if all are there, else every number is. */
  readonly codes?: readonly string[] | undefined;
  /** Windows of sequences are the rows, see `windows`. Default: moments are, or what the encoding says. */
  readonly window?: WindowOptions | undefined;
}

/** The encoding of columns that are numbers as they are. */
export function namedNumbers(columns: readonly string[]): TableEncoding {
  return { columns: columns.map((name) => ({ name, type: "number" })), missing: [] };
}

/**
 * The data set of a table: columns are typed, told what part they have, and made numbers.
 * @throws RangeError if no column is left to learn from, or columns do not fit the choices or the encoding.
 */
export function tableDataset(table: Table, format: DataFormat, options: DatasetOptions = {}): Dataset {
  const labelAt =
    options.label === undefined
      ? -1
      : chooseColumn(
          table.columns.map(({ name }) => name),
          options.label,
          `${table.name}: label`,
        );
  const label = table.columns[labelAt];
  if (options.codes) return codesDataset(table, format, options.codes);
  const guesses = options.encoding ? undefined : guessColumns(table, options);
  if (guesses) refuseNothing(table, guesses);
  const encoding = options.encoding
    ? { ...options.encoding, ...momentColumns(table, options) }
    : encodingOf(table, guesses!, options);
  const { x, sequences, order, notes } = momentsOfTable(table, encoding);
  const unread = table.unread.map(
    ({ name, reason }) => `${table.name}: not read: ${named(name)} (${reason})`,
  );
  const labels = label && columnLabels(label, options.missing);
  const { rows: _, ...ofMoments } = encoding;
  const moments: Dataset = {
    name: table.name,
    format,
    x,
    columns: featureNames(ofMoments),
    encoding: ofMoments,
    groups: featureGroups(ofMoments),
    ...(labels && {
      labels: order ? Array.from(order, (row) => labels[row]!) : labels,
      labelName: label.name,
    }),
    ...(sequences && { sequences }),
    ...(order && { order: { rows: order, table } }),
    table: order ? takeTableRows(table, order) : table,
    ...(guesses && { guesses }),
    notes: [...table.notes, ...unread, ...notes],
  };
  return inRows(moments, options.window ? { kind: "windows", ...options.window } : encoding.rows);
}

/** Moments as the rows that they are to be. */
function inRows(moments: Dataset, rows: Partial<MomentRows> | undefined): Dataset {
  if (rows?.kind === "windows") return windows(moments, { length: rows.length!, stride: rows.stride });
  return rows ? paddedRows(moments, { length: rows.length! }) : moments;
}

/** The rows of a table by an encoding of moments, in their order. */
interface EncodedMoments extends Encoded {
  /** Lengths of their sequences, where columns tell time or groups. */
  readonly sequences?: Sequences;
  /** Row of the table that each stood in, where they were put in order. */
  readonly order?: Uint32Array;
}

// Encoded before they are put in order, so that errors tell the rows of the file.
function momentsOfTable(table: Table, encoding: TableEncoding): EncodedMoments {
  const { x, notes } = encodeTable(table, encoding);
  if (!encoding.time && encoding.group === undefined) return { x, notes };
  const { rows, sequences, notes: told } = orderMoments(table, encoding);
  const all = [...told, ...notes];
  return rows ? { x: takeRows(x, rows), sequences, order: rows, notes: all } : { x, sequences, notes: all };
}

/** The rows of a table as a model takes them, see `tableDataset`: their numbers, and where they stood. */
export function encodedRows(
  table: Table,
  encoding: TableEncoding,
): Pick<EncodedMoments, "x" | "sequences" | "order"> {
  const moments = momentsOfTable(table, encoding);
  if (!encoding.rows) return moments;
  const { order: _, ...given } = moments;
  return { x: inRows({ ...given, name: table.name, format: "memory" }, encoding.rows).x };
}

/** Codes in a table: what is beside them is carried. */
function codesDataset(table: Table, format: DataFormat, codes: readonly string[]): Dataset {
  const numbers = table.columns.filter(({ kind }) => kind === "number").map(({ name }) => name);
  const named = codes.every((name) => numbers.includes(name)) ? codes : numbers;
  if (named.length === 0) throw new RangeError(`${table.name}: no column of numbers`);
  const { x } = encodeTable(table, namedNumbers(named));
  return { name: table.name, format, x, columns: named, table, notes: table.notes };
}

/**
 * Labels in a column, one a row; `""` where they are missing.
 * @param missing texts that stand for a missing one, beside those that do so among words.
 */
export function columnLabels(column: Column, missing: readonly string[] = []): string[] {
  if (column.kind === "text") {
    const told = new Set(missing);
    const isMissing = isMissingLabel(new Set(Array.from(column.values, (text) => text.trim())));
    return Array.from(column.values, (text) => {
      const word = text.trim();
      return told.has(word) || isMissing(word) ? "" : text;
    });
  }
  const { values } = column;
  return Array.from(values, (value) => (Number.isNaN(value) ? "" : formatNumber(value, values.data)));
}

/** Rows of an array as it was read. */
export interface ArrayContent {
  readonly x: Numbers;
  /** Shape of a row, where it is more than a list. */
  readonly rowShape?: readonly number[];
  readonly range?: readonly [number, number];
  readonly labels?: readonly string[];
  readonly notes?: readonly string[];
}

/**
 * The data set of an array. Its columns have no names; where they are chosen they answer to `x1`, `x2`, … or 1, 2, …
 * @throws RangeError if it is empty, or for columns that are not there.
 */
export function arrayDataset(
  { x, rowShape, range, labels, notes = [] }: ArrayContent,
  name: string,
  format: DataFormat,
  options: DatasetOptions,
): Dataset {
  // Without rows a header may claim any number of columns.
  if (x.rows === 0) throw new RangeError(`${name}: no rows`);
  if (x.cols === 0) throw new RangeError(`${name}: no column of numbers`);
  const { columns, exclude, id, label, types, order, time, group } = options;
  if (columns ?? exclude ?? id ?? label ?? types ?? order ?? time ?? group) {
    const names = columnNames(undefined, x.cols);
    // The numbers of an array are no keys by themselves.
    const told = [label, time, group].filter((word) => word !== undefined);
    const others = [...(exclude ?? []), ...(id ?? []), ...told];
    const all = columns ?? ["*", ...others.map((word) => `!${word}`)];
    const table = makeTable(numberColumns(x, names), { name, notes });
    const { window, ...rest } = options;
    const made = tableDataset(table, format, { ...rest, columns: all });
    const inOrder = made.order ? labels && Array.from(made.order.rows, (row) => labels[row]!) : labels;
    const named = inOrder && !made.labels ? { ...made, labels: inOrder, labelName: "label" } : made;
    return window ? windows(named, window) : named;
  }
  const made: Dataset = {
    name,
    format,
    x,
    ...(rowShape && { rowShape }),
    ...(range && { range }),
    ...(labels && { labels, labelName: "label" }),
    notes,
  };
  return options.window ? windows(made, options.window) : made;
}

/** Labels of a column of numbers that was read as an array. */
export function labelsOfArray(x: Numbers): string[] {
  const write = x.data instanceof Float32Array ? formatFloat32 : String;
  return Array.from(x.data, (value) => (Number.isNaN(value) ? "" : write(value)));
}
