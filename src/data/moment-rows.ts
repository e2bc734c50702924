/**
 * @file Moments of sequences made rows, for methods whose rows stand by themselves: windows of them, or whole sequences of one
 * length; and the way back, from an array of sequences to its moments.
 */
import { checkedElements } from "../parallel/memory.js";
import { type Dataset, isDataset, type SequencesLike } from "./dataset.js";
import { type Numbers, toNumbers } from "./matrix.js";
import { checkSequences, type Sequences, spansOf } from "./sequences.js";
import { featureGroups, type MomentRows, namesOfRows } from "./table/encoding.js";
import { type Column, takeColumnRows, takeTableRows } from "./table/table.js";
import { Texts } from "./table/texts.js";

/** Windows of sequences to take. */
export interface WindowOptions {
  /** Moments in a window, ≥ 1. */
  readonly length: number;
  /** Moments from the beginning of one window to that of the next, ≥ 1. Default 1. */
  readonly stride?: number | undefined;
}

/** A data set whose rows are windows. */
export interface Windows extends Dataset {
  /** Row of the last moment of each window, among those given `[n]`. */
  readonly ends: Uint32Array;
}

/**
 * Windows of sequences as rows `[count, length · f]`, moment after moment, of rowShape `[length, f]`; no window goes from one
 * sequence to the next, and sequences shorter than a window have none. Of a data set with a table, a window has the row of its last
 * moment, and its label. Every moment is copied into all windows that it is in, `length / stride` times its memory; methods that are
 * trained on windows of their own copy none.
 * @param data a data set, or rows `[n, f]` and the lengths of their sequences. Default: one sequence.
 * @throws RangeError for options that are no integers ≥ 1, or if no sequence is as long as a window; MemoryError for more numbers
 *   than memory holds.
 */
export function windows(data: Dataset | SequencesLike, { length, stride = 1 }: WindowOptions): Windows {
  const given = momentsIn(data, "windows");
  const { x, sequences, name } = given;
  for (const [option, value] of Object.entries({ length, stride }))
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw new RangeError(`windows: ${option} must be an integer ≥ 1, got ${value}`);
  const counts = sequences.map((one) => (one < length ? 0 : Math.floor((one - length) / stride) + 1));
  const count = counts.reduce((sum, one) => sum + one, 0);
  const longest = sequences.reduce((most, one) => Math.max(most, one), 0);
  if (count === 0)
    throw new RangeError(`${name}: a window has ${length} rows, the longest sequence ${longest}`);
  const size = length * x.cols;
  const out = zeros(x, count, size, `${name}: windows of ${length} rows`);
  const ends = new Uint32Array(count);
  let at = 0;
  for (const { from, to } of spansOf(sequences))
    for (let end = from + length - 1; end < to; end += stride) ends[at++] = end;
  ends.forEach((end, i) => {
    out.data.set(x.data.subarray((end + 1) * x.cols - size, (end + 1) * x.cols), i * size);
  });
  const short = sequences.filter((one) => one < length).length;
  const notes =
    short > 0
      ? [
          `${name}: ${short} of ${sequences.length} sequences ${short === 1 ? "is" : "are"} shorter than a window of ${length} rows, and left out`,
        ]
      : [];
  const made = rowsOfMoments(given, out, { kind: "windows", length, stride }, notes);
  const table = given.table && takeTableRows(given.table, ends);
  const labels = given.labels && Array.from(ends, (end) => given.labels![end]!);
  return { ...made, ...(table && { table }), ...(labels && { labels }), ends };
}

/**
 * Whole sequences as rows `[count, length · f]`, moment after moment, of rowShape `[length, f]`, `NaN` behind the end of those
 * that are shorter than `length`. Of a data set with a table, a row has the values that are the same in all rows of its sequence, such as
 * the name of its group, and so its label.
 * @param data a data set, or rows `[n, f]` and the lengths of their sequences. Default: one sequence.
 * @param options length: moments in a row; default: those of the longest sequence.
 * @throws RangeError for a sequence that is longer; MemoryError for more numbers than memory holds.
 */
export function paddedRows(
  data: Dataset | SequencesLike,
  options: { readonly length?: number | undefined } = {},
): Dataset {
  const given = momentsIn(data, "paddedRows");
  const { x, sequences, name } = given;
  const longest = sequences.reduce((most, one) => Math.max(most, one), 0);
  const { length = longest } = options;
  if (longest > length) {
    const at = sequences.indexOf(longest);
    throw new RangeError(`${name}: sequence ${at + 1} has ${longest} rows, want at most ${length}`);
  }
  const size = length * x.cols;
  const out = zeros(x, sequences.length, size, `${name}: sequences of up to ${length} rows`);
  const spans = [...spansOf(sequences)];
  spans.forEach(({ from, to }, i) => {
    out.data.set(x.data.subarray(from * x.cols, to * x.cols), i * size);
    out.data.fill(Number.NaN, i * size + (to - from) * x.cols, (i + 1) * size);
  });
  const made = rowsOfMoments(given, out, { kind: "sequences", length }, []);
  const columns = given.table?.columns.flatMap((column) => sameWithin(column, spans) ?? []);
  const label = given.labels && sameWithin(textColumn(given.labels), spans);
  return {
    ...made,
    ...(columns && { table: { ...given.table!, columns, rows: sequences.length, origin: undefined } }),
    ...(label && { labels: [...label.values].map(String) }),
  };
}

const textColumn = (labels: readonly string[]): Column => ({
  name: "label",
  kind: "text",
  values: Texts.from(labels),
});

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Values of a column by sequence, if it has one alone in each. */
function sameWithin(column: Column, spans: readonly Span[]): Column | undefined {
  const { values } = column;
  for (const { from, to } of spans) {
    const first = values.at(from);
    for (let i = from + 1; i < to; i++) if (!Object.is(values.at(i), first)) return undefined;
  }
  return takeColumnRows(
    column,
    Uint32Array.from(spans, ({ from }) => from),
  );
}

interface Moments extends Dataset {
  readonly sequences: Sequences;
}

function momentsIn(data: Dataset | SequencesLike, where: string): Moments {
  if (isDataset(data)) {
    const moments = momentsOf(data);
    return { ...moments, sequences: moments.sequences ?? [moments.x.rows] };
  }
  const x = toNumbers(data.x, where);
  const sequences = data.sequences ? checkSequences(data.sequences, x.rows, where) : [x.rows];
  return { name: where, format: "memory", x, sequences, notes: [] };
}

function zeros({ data }: Numbers, rows: number, cols: number, what: string): Numbers {
  const isSingle = data instanceof Float32Array;
  const size = checkedElements([rows, cols], isSingle ? 4 : 8, what);
  return { data: isSingle ? new Float32Array(size) : new Float64Array(size), rows, cols };
}

/** A data set of rows that are made of moments, but for its table and labels. */
function rowsOfMoments(given: Moments, x: Numbers, rows: MomentRows, notes: readonly string[]): Dataset {
  const { name, format, columns, groups = [], guesses, range, labelName } = given;
  const encoding = given.encoding && { ...given.encoding, rows };
  const shifted = () =>
    Array.from({ length: rows.length }, (_, t) => t * given.x.cols).flatMap((at) =>
      groups.map(([from, to]) => [from + at, to + at] as const),
    );
  return {
    name,
    format,
    x,
    rowShape: [rows.length, given.x.cols],
    ...(columns && { columns: namesOfRows(columns, rows) }),
    ...(encoding && { encoding }),
    ...(given.groups && { groups: encoding ? featureGroups(encoding) : shifted() }),
    ...(guesses && { guesses }),
    ...(range && { range }),
    ...(labelName !== undefined && { labelName }),
    notes: [...given.notes, ...notes],
  };
}

/**
 * An array of sequences, whose rows are `[steps, features]`, as the moments that it holds: `x` `[n · steps, features]` is the same
 * memory, and `sequences` are so many times `steps`. Missing moments at the end of a sequence are what fills it up, and left out; then
 * what is left is copied. Any other data set is given back.
 */
export function momentsOf(data: Dataset): Dataset {
  const { rowShape, sequences, range, x, labels, labelName, encoding, ...rest } = data;
  const [steps, features, ...more] = rowShape ?? [];
  if (features === undefined || more.length > 0 || sequences || range || encoding) return data;
  const { groups: _, columns: __, table: ___, ...kept } = rest;
  const lengths = Array.from({ length: x.rows }, (_, i) => lengthOf(x, i, steps!, features));
  const total = lengths.reduce((sum, one) => sum + one, 0);
  const told = labels && lengths.flatMap((length, i) => new Array<string>(length).fill(labels[i]!));
  const flat = { data: x.data, rows: x.rows * steps!, cols: features };
  return {
    ...kept,
    x: total === flat.rows ? flat : withoutPadding(flat, lengths, steps!),
    sequences: lengths,
    ...(told && { labels: told, labelName }),
  };
}

/** Moments of a row up to the last that is not missing altogether; at least one. */
function lengthOf({ data }: Numbers, i: number, steps: number, features: number): number {
  const from = i * steps * features;
  let end = from + steps * features;
  while (end > from + features && Number.isNaN(data[end - 1])) end--;
  return Math.ceil((end - from) / features);
}

function withoutPadding({ data, cols }: Numbers, lengths: Sequences, steps: number): Numbers {
  const rows = lengths.reduce((sum, one) => sum + one, 0);
  const out = zeros({ data, rows: 0, cols }, rows, cols, "sequences without padding");
  let at = 0;
  lengths.forEach((length, i) => {
    const from = i * steps * cols;
    out.data.set(data.subarray(from, from + length * cols), at);
    at += length * cols;
  });
  return out;
}
