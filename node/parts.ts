/**
 * @file The files of one table in parts: those of a folder, or those that match a pattern such as `data/part-*.csv`.
 */
import { readdir, stat } from "node:fs/promises";
import { join, parse, sep } from "node:path";
import { nameEnding } from "../src/data/name-ending.js";
import { namePattern } from "../src/data/name-pattern.js";
import { inNaturalOrder } from "../src/data/natural-order.js";
import { quoted } from "../src/data/quoted.js";
import { IMAGE_ENDINGS } from "./images.js";

/** The parts of a table. */
export interface Parts {
  /** Paths in natural order, at least one. */
  readonly files: readonly string[];
  /** Entries of the folder that are none of them. */
  readonly leftOut: number;
}

/** Endings of files that can be parts of a table, with the format that they are of. */
const FORMATS: Readonly<Record<string, string>> = {
  csv: "CSV",
  tsv: "TSV",
  parquet: "Parquet",
  json: "JSON",
  jsonl: "JSON lines",
  ndjson: "JSON lines",
};

// Folders in folders that are looked into.
const MOST_DEPTH = 16;

/** True if a path is a pattern: it has `*`, which stands for any characters in a name, or `?`, which stands for one. */
export function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

/**
 * Lists the table files in a folder, in natural order. Names that begin with a point or an underscore are passed over, as by
 * Spark and Hive, which leave notes of theirs under such names.
 * @returns undefined if there are none: it may be a folder of images.
 * @throws RangeError if they are of several formats, if there are images beside them, or if they are in folders of their own.
 */
export async function folderParts(folder: string): Promise<Parts | undefined> {
  const { files, folders } = await entriesOf(folder);
  const tables = files.filter(isTable);
  const images = files.filter(isImage).length;
  if (tables.length > 0) {
    const below = await Promise.all(folders.map(async (name) => (await entriesOf(join(folder, name))).files));
    const allImages = images + below.flat().filter(isImage).length;
    if (allImages > 0) {
      const counts = `${counted(allImages, "image")} and ${counted(tables.length, "table")}`;
      throw new RangeError(`${folder}: holds ${counts}, want the one or the other`);
    }
    checkOneFormat(tables, folder);
    const leftOut = files.length - tables.length + folders.length;
    return { files: tables.map((name) => join(folder, name)), leftOut };
  }
  if (images > 0) return undefined;
  for (const name of folders) {
    const below = await tableBelow(join(folder, name));
    if (below === undefined) continue;
    const pattern = join(folder, ...Array.from({ length: below.depth }, () => "*"), `*.${below.ending}`);
    const values = isHive(name) ? ", whose values would be left out" : "";
    const why = `its tables are in folders such as ${quoted(name)}${values}`;
    throw new RangeError(`${folder}: ${why} (the pattern ${JSON.stringify(pattern)} reads the files alone)`);
  }
  return undefined;
}

/** True of a folder that tells the value of a column, as Hive lays tables out: `year=2024`. */
function isHive(name: string): boolean {
  return /^[^=]+=/.test(name);
}

/** The ending of a table in a folder, or in folders in it that tell values, and how many folders deep it lies. */
async function tableBelow(folder: string, depth = 1): Promise<{ ending: string; depth: number } | undefined> {
  const { files, folders } = await entriesOf(folder);
  const table = files.find(isTable);
  if (table !== undefined) return { ending: nameEnding(table), depth };
  const next = folders.find(isHive);
  return next === undefined || depth >= MOST_DEPTH ? undefined : tableBelow(join(folder, next), depth + 1);
}

/**
 * Lists the files that match a pattern, in natural order. `*` and `?` stand for characters of one name, and for a point at
 * its beginning only if the pattern has that.
 * @throws RangeError if no file matches, if those that do are of several formats or images, or for `**`.
 */
export async function patternParts(pattern: string): Promise<Parts> {
  const { root } = parse(pattern);
  const segments = pattern.slice(root.length).split(sep === "\\" ? /[\\/]/ : "/");
  if (segments.some((segment) => segment.includes("**"))) {
    throw new RangeError(
      `${pattern}: ** is not known; * stands for characters of one name, and so for one folder`,
    );
  }
  let places = [root];
  for (const [i, segment] of segments.entries()) {
    if (segment === "") continue;
    const isLast = i === segments.length - 1;
    if (!isPattern(segment)) {
      places = places.map((place) => join(place, segment));
      if (isLast) places = await filesAmong(places);
      continue;
    }
    const found: string[] = [];
    for (const place of places) {
      const { files, folders } = await entriesOf(place === "" ? "." : place, true).catch(nothing);
      const names = (isLast ? files : folders).filter(matching(segment));
      found.push(...names.map((name) => join(place, name)));
    }
    places = found;
  }
  if (places.length === 0) throw new RangeError(`${pattern}: no file matches`);
  const images = places.filter(isImage).length;
  if (images > 0) {
    throw new RangeError(
      `${pattern}: matches ${counted(images, "image")}, which are read as a folder, not by a pattern`,
    );
  }
  checkOneFormat(places, pattern);
  return { files: places, leftOut: 0 };
}

function isTable(name: string): boolean {
  return nameEnding(name) in FORMATS;
}

function isImage(name: string): boolean {
  return IMAGE_ENDINGS.includes(nameEnding(name));
}

function checkOneFormat(files: readonly string[], where: string): void {
  const counts = new Map<string, number>();
  for (const file of files) {
    const ending = nameEnding(file);
    const format = FORMATS[ending] ?? (/[\\/]/.test(ending) ? "files without an ending" : `.${ending}`);
    counts.set(format, (counts.get(format) ?? 0) + 1);
  }
  if (counts.size === 1) return;
  const listed = [...counts].map(([format, count]) => `${count} ${format}`).join(", ");
  throw new RangeError(`${where}: files of several formats (${listed}), want one`);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

interface Entries {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Names in a folder, in natural order; links are what they lead to. */
async function entriesOf(folder: string, hidden = false): Promise<Entries> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders: string[] = [];
  const files: string[] = [];
  for (const entry of entries) {
    if (!hidden && /^[._]/.test(entry.name)) continue;
    const isFolder = entry.isSymbolicLink()
      ? await isFolderAt(join(folder, entry.name))
      : entry.isDirectory();
    (isFolder ? folders : files).push(entry.name);
  }
  return { files: inNaturalOrder(files), folders: inNaturalOrder(folders) };
}

/** A pattern passes over folders that it cannot look into. */
function nothing(): Entries {
  return { files: [], folders: [] };
}

async function filesAmong(paths: readonly string[]): Promise<string[]> {
  const are = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (found) => !found.isDirectory(),
        () => false,
      ),
    ),
  );
  return paths.filter((_, i) => are[i]);
}

async function isFolderAt(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Tells names that match a pattern; a point at their beginning must stand in it. */
function matching(pattern: string): (name: string) => boolean {
  const matches = namePattern(pattern);
  return (name) => (!name.startsWith(".") || pattern.startsWith(".")) && matches(name);
}
