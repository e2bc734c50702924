/**
 * @file One column of a Parquet file at a time, as plain columns: a list of numbers becomes a column for each entry.
 */
import { checkedSize } from "../matrix.js";
import { entryName, type PlainColumn } from "../plain-columns.js";
import { quoted } from "../quoted.js";
import { type Kind, kindOf } from "./column-types.js";
import { Damage, within } from "./damage.js";
import { type ByteSource, bytesOf, type Field, type Leaf } from "./metadata.js";
import { readChunk } from "./pages.js";
import { convertValues, type Value } from "./values.js";

type Read = Omit<PlainColumn, "name">;

/** The kind of a field, or the reason why it is not read. */
export function kindOfField(field: Field): Kind | { readonly unread: string } {
  if (!field.leaf) return { unread: field.unread! };
  const kind = kindOf(field.leaf.element);
  if (field.leaf.levels.repetition === 0 || typeof kind !== "string") return kind;
  return kind === "number" || kind === "boolean" ? kind : { unread: `a list of ${kind}s` };
}

/** True for a list, which is read as a column for each of its entries. */
export function isListField({ leaf }: Field): boolean {
  return leaf?.levels.repetition === 1;
}

/** Reads a field as the column that it is, or as the columns of its entries. */
export async function readField(file: ByteSource, field: Field, rows: number): Promise<PlainColumn[]> {
  const { name, leaf } = field;
  const kind = kindOfField(field);
  if (typeof kind !== "string") return [{ name, unread: kind.unread }];
  if (isListField(field)) return readList(file, name, leaf!, kind, rows);
  if (kind === "text" || kind === "date") {
    const texts = await readTexts(file, name, leaf!, rows, false);
    return [{ name, texts, ...(kind === "date" ? { type: kind } : {}) }];
  }
  const numbers = await readNumbers(file, name, leaf!, rows);
  const read: Read = numbers ? { numbers } : { texts: await readTexts(file, name, leaf!, rows, true) };
  return [{ name, ...read, ...(kind === "boolean" ? { type: kind } : {}) }];
}

/** The numbers of a column, or nothing where whole ones are beyond those that a float64 tells apart. */
async function readNumbers(file: ByteSource, name: string, leaf: Leaf, rows: number) {
  checkedSize(rows, 1, name);
  const numbers = numbersFor(leaf, rows);
  const mayBeWide = holdsWide(leaf);
  let isWide = false;
  await readLeaf(file, name, leaf, false, (value, row) => {
    const number = numberOf(value);
    numbers[row] = number;
    if (mayBeWide && Math.abs(number) > Number.MAX_SAFE_INTEGER) isWide = true;
  });
  return isWide ? undefined : numbers;
}

async function readTexts(file: ByteSource, name: string, leaf: Leaf, rows: number, exact: boolean) {
  const texts = new Array<string>(rows).fill("");
  await readLeaf(file, name, leaf, exact, (value, row) => {
    if (value !== null) texts[row] = String(value);
  });
  return texts;
}

async function readList(
  file: ByteSource,
  name: string,
  leaf: Leaf,
  kind: Kind,
  rows: number,
): Promise<PlainColumn[]> {
  const entries: (Float64Array | Float32Array)[] = [];
  const mayBeWide = holdsWide(leaf);
  let unread: string | undefined;
  // The list that is being read, its length so far, and the first one that has a length.
  let current = -1;
  let length = -1;
  let first: { readonly row: number; readonly length: number } | undefined;
  const endList = () => {
    if (length < 0) return;
    first ??= { row: current, length };
    if (first.length !== length) {
      const [a, b] = [first.row + 1, current + 1];
      unread ??= `lists of different lengths: ${first.length} in row ${a}, ${length} in row ${b}`;
    }
  };
  await readLeaf(file, name, leaf, false, (value, row, definition) => {
    if (row !== current) {
      endList();
      current = row;
      // A missing list has no length; an empty one has 0.
      length = definition >= leaf.levels.entry - 1 ? 0 : -1;
    } else if (length < 1 || definition < leaf.levels.entry) {
      throw new Damage(`row ${row + 1}: a list that is missing or empty goes on`);
    }
    if (definition < leaf.levels.entry) return;
    const at = length++;
    if (unread !== undefined || (first && at >= first.length)) return;
    if (at >= entries.length) {
      checkedSize(rows, at + 1, name);
      entries.push(numbersFor(leaf, rows).fill(Number.NaN));
    }
    const number = numberOf(value);
    entries[at]![row] = number;
    if (mayBeWide && Math.abs(number) > Number.MAX_SAFE_INTEGER) {
      unread = "a list of whole numbers beyond ±2⁵³, which would be rounded";
    }
  });
  endList();
  if (!first || first.length === 0) unread ??= "lists without any entry";
  if (unread !== undefined) return [{ name, unread }];
  return entries.map((numbers, j) => {
    return { name: entryName(name, j), numbers, entry: true, ...(kind === "boolean" ? { type: kind } : {}) };
  });
}

function numbersFor({ element }: Leaf, rows: number): Float64Array | Float32Array {
  const isShort = element.type === "FLOAT" || element.logical_type?.type === "FLOAT16";
  return isShort ? new Float32Array(rows) : new Float64Array(rows);
}

/** True of types whose whole numbers may be beyond those that a float64 tells apart. */
function holdsWide({ element }: Leaf): boolean {
  return element.type === "INT64" || element.converted_type === "DECIMAL";
}

function numberOf(value: Value | null): number {
  if (value === null) return Number.NaN;
  if (typeof value === "string") throw new Damage("a text among numbers");
  return Number(value);
}

/** One column chunk at a time, so that no more than one is unpacked at once. */
async function readLeaf(
  file: ByteSource,
  name: string,
  { element, chunks, levels }: Leaf,
  exact: boolean,
  onEntry: (value: Value | null, row: number, definition: number) => void,
): Promise<void> {
  let rowStart = 0;
  for (const { meta, rows, start, end } of chunks) {
    const chunk = { bytes: await bytesOf(file, start, end), offset: start, meta, element, rows, levels };
    const first = rowStart;
    await within(`column ${quoted(name)}`, () =>
      readChunk(
        chunk,
        (values) => convertValues(values, element, exact),
        (value, row, definition) => onEntry(value, first + row, definition),
      ),
    );
    rowStart += rows;
  }
}
