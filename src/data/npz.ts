/**
 * @file NumPy's .npz files, and zip archives of one table: which file of an archive is the data.
 *
 * Source: NumPy reference, `numpy.savez` and `numpy.savez_compressed`.
 */
import { asBytes, type BytesLike } from "./bytes.js";
import { type NpyHeader, readNpyHeader } from "./npy.js";
import { quoted } from "./quoted.js";
import { spreadsheetKind, spreadsheetRefusal } from "./spreadsheet.js";
import { type ZipEntry, zipEntries } from "./zip.js";

/** The data in an archive: a file, and labels where arrays are named so. */
export interface ZipData {
  /** Name of the file in the archive: `data.csv`, or `x.npy` of an .npz. */
  readonly name: string;
  /** Its bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** An array with as many entries as the data have rows, called `y`, `label`, `labels`, `target` or `targets`. */
  readonly labels?: NpzLabels;
  /** Names of the arrays that are neither. */
  readonly unused: readonly string[];
}

/** Labels, as texts where the array holds text, else as the bytes of a .npy file of numbers. */
export interface NpzLabels {
  /** Name of the array. */
  readonly name: string;
  /** One text a row, of an array of text. */
  readonly texts?: readonly string[];
  /** The bytes of a .npy file. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

interface NpzArray {
  readonly name: string;
  readonly entry: ZipEntry;
  readonly header: NpyHeader;
}

// Headers of version 1.0 have at most so many bytes, and those of arrays without fields are far shorter.
const HEADER_BYTES = 2 ** 16 + 12;
const NUMBER = /^(?:b1|[iu][1248]|f[248])$/;
const TEXT = /^[<>|=]?([US])(\d+)$/;
const LABELS = /^(?:y|labels?|targets?)$/i;
const DATA = /^(?:x|data)$/i;
// Systems leave such files in archives beside what was put there.
const LEFT_BY_SYSTEMS = /(?:^|\/)(?:__MACOSX\/.*|\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)$/i;
const MOST_LISTED = 8;

/**
 * Chooses the data of an archive: the one array of numbers in an .npz, or the one called `x` or `data`, and labels by their
 * name; of other archives, the one file.
 * @throws RangeError if the archive is empty, damaged or encrypted, a spreadsheet, or holds several that could be meant.
 */
export async function readZip(source: BytesLike, name: string): Promise<ZipData> {
  const entries = zipEntries(asBytes(source, name), name).filter(
    (entry) => !LEFT_BY_SYSTEMS.test(entry.name),
  );
  const kind = spreadsheetKind(entries.map((entry) => entry.name));
  if (kind !== undefined) throw spreadsheetRefusal(name, kind);
  if (entries.length === 0) throw new RangeError(`${name}: a zip archive without files`);
  if (entries.every((entry) => entry.name.endsWith(".npy"))) return readArrays(entries, name);
  if (entries.length > 1) {
    const listed = listOf(entries.map((entry) => quoted(entry.name)));
    throw new RangeError(`${name}: a zip archive of ${entries.length} files, want one: ${listed}`);
  }
  const [entry] = entries;
  return { name: entry!.name, bytes: await entry!.read(), unused: [] };
}

async function readArrays(entries: readonly ZipEntry[], name: string): Promise<ZipData> {
  const arrays: NpzArray[] = [];
  for (const entry of entries) {
    const head = await entry.readStart(HEADER_BYTES);
    const array = entry.name.slice(0, -".npy".length);
    arrays.push({ name: array, entry, header: readNpyHeader(head, `${name}: ${quoted(entry.name)}`) });
  }
  const names = arrays.map((array) => array.name);
  if (["indices", "indptr", "shape", "data"].every((part) => names.includes(part))) {
    throw new RangeError(
      `${name}: a sparse matrix by SciPy, which is not read (save its toarray() with numpy.save)`,
    );
  }
  const data = chooseData(arrays, name);
  const labels = arrays.filter((array) => array !== data && isLabels(array, data));
  if (labels.length > 1) {
    throw new RangeError(`${name}: several arrays could be the labels: ${listOf(labels.map(described))}`);
  }
  const unused = arrays.filter((array) => array !== data && array !== labels[0]);
  return {
    name: data.entry.name,
    bytes: await data.entry.read(),
    ...(labels[0] ? { labels: await readLabels(labels[0], name) } : {}),
    unused: unused.map((array) => array.name),
  };
}

function chooseData(arrays: readonly NpzArray[], name: string): NpzArray {
  const numbers = arrays.filter(({ header }) => NUMBER.test(header.type) && header.shape.length > 0);
  if (numbers.length === 0) {
    throw new RangeError(`${name}: holds no array of numbers: ${listOf(arrays.map(described))}`);
  }
  if (numbers.length === 1) return numbers[0]!;
  const deep = numbers.filter(({ header }) => header.shape.length > 1);
  const candidates = (deep.length > 0 ? deep : numbers).filter((array) => !LABELS.test(array.name));
  const called = candidates.filter((array) => DATA.test(array.name));
  const [first, second] = candidates.length === 1 ? candidates : called;
  if (first && !second) return first;
  const listed = listOf((candidates.length > 0 ? candidates : numbers).map(described));
  throw new RangeError(
    `${name}: several arrays could be the data: ${listed} (want one, or one called x; numpy.save writes one alone)`,
  );
}

function isLabels({ name, header }: NpzArray, data: NpzArray): boolean {
  const { shape } = header;
  const isList = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  const isKnown = NUMBER.test(header.type) || TEXT.test(header.descr.replaceAll("'", ""));
  return LABELS.test(name) && isList && isKnown && shape[0] === data.header.shape[0];
}

async function readLabels({ name, entry, header }: NpzArray, archive: string): Promise<NpzLabels> {
  const bytes = await entry.read();
  const [, kind, width] = TEXT.exec(header.descr.replaceAll("'", "")) ?? [];
  if (kind === undefined) return { name, bytes };
  const where = `${archive}: ${quoted(name)}`;
  const size = Number(width) * (kind === "U" ? 4 : 1);
  const count = header.shape[0]!;
  const present = bytes.length - header.dataStart;
  if (present !== count * size) {
    const promised = `${count} texts of ${size} bytes`;
    throw new RangeError(`${where}: promises ${promised} and has ${present} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + header.dataStart, present);
  const texts = Array.from({ length: count }, (_, i) => {
    if (kind === "S") return utf8(new Uint8Array(view.buffer, view.byteOffset + i * size, size), where);
    return utf32(view, i * size, size, !header.descr.includes(">"), where);
  });
  return { name, texts };
}

/** Zeros at the end only fill up. */
function utf8(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\0+$/, "");
  } catch (error) {
    throw new RangeError(`${where}: holds bytes that are not UTF-8`, { cause: error });
  }
}

function utf32(view: DataView, start: number, size: number, little: boolean, where: string): string {
  let text = "";
  for (let at = start; at < start + size; at += 4) {
    const point = view.getUint32(at, little);
    if (point > 0x10ffff) throw new RangeError(`${where}: ${point} is no character`);
    text += String.fromCodePoint(point);
  }
  return text.replace(/\0+$/, "");
}

function described({ name, header }: NpzArray): string {
  const { shape } = header;
  return `${quoted(name)} (${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

function listOf(items: readonly string[]): string {
  const more = items.length > MOST_LISTED ? `, and ${items.length - MOST_LISTED} more` : "";
  return `${items.slice(0, MOST_LISTED).join(", ")}${more}`;
}
