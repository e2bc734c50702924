/**
 * @file Files that a comparison leaves in its folder.
 */
import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { kebabCase } from "../panels/flag-names.js";
import type { Dataset } from "../src/data/dataset.js";
import type { Split } from "../src/metrics/split.js";
import type { Shown } from "../src/tasks/compare.js";
import type { Messages } from "./messages.js";
import type { Outputs, Put } from "./outputs.js";
import { codeNames, numbersTable, tableFile, textColumn } from "./table-output.js";

export const SHEET = "reconstructions.png";
const SCATTER = "codes.svg";
const modelFile = (stem: string) => `${stem}.safetensors`;
const codesFile = (stem: string) => `${stem}-codes.csv`;

/** Beginning of the names of an entry's files. @param size of its codes, where there are several. */
export function stemOf(name: string, size: number | undefined): string {
  const plain = kebabCase(name).replaceAll(/[^\w.]+/g, "-");
  return size === undefined ? plain : `${plain}-${size}`;
}

/**
 * Opens the models and the codes. The folder may be there; what will be written must not, unless `force`.
 * @param stems of the entries.
 */
export async function openComparison(
  outputs: Outputs,
  folder: string,
  stems: readonly string[],
  force: boolean,
): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory()) throw new RangeError(`${folder}: is no folder`);
  if (!found && !(await stat(dirname(resolve(folder))).catch(() => undefined)))
    throw new RangeError(`${folder}: there is no folder to make it in`);
  for (const file of stems.flatMap((stem) => [modelFile(stem), codesFile(stem)]))
    await outputs.open(join(folder, file), { force, makeFolder: true });
}

/** Opens the picture. @param sheet of images, and not of codes. */
export async function openPicture(
  outputs: Outputs,
  folder: string,
  sheet: boolean,
  force: boolean,
): Promise<string> {
  const picture = join(folder, sheet ? SHEET : SCATTER);
  await outputs.open(picture, { force, makeFolder: true });
  return picture;
}

/** An entry whose model and codes are written. */
export interface WrittenEntry extends Shown {
  readonly stem: string;
}

/** Puts models, codes of all rows, and the picture in their places; gives the paths. */
export async function writeComparison(
  put: Put,
  { folder, picture }: { readonly folder: string; readonly picture: string },
  input: Dataset,
  split: Split,
  entries: readonly WrittenEntry[],
  messages: Messages,
): Promise<string[]> {
  const written: string[] = [];
  const write: Put = (path, content) => {
    written.push(path!);
    return put(path, content);
  };
  const unseen = new Set(split.test);
  const parts = Array.from({ length: input.x.rows }, (_, i) => (unseen.has(i) ? "held-out" : "train"));
  for (const { stem, model, codes } of entries) {
    await write(join(folder, modelFile(stem)), () => model.save());
    const table = numbersTable(codes, codeNames(codes.cols));
    const added = [textColumn("part", parts), ...table.added];
    const file = join(folder, codesFile(stem));
    await write(file, () => tableFile(file, { ...table, added }, input, {}, messages));
  }
  await write(picture, async () => {
    const { codesPicture, comparisonSheet } = await import("../panels/comparison-picture.js");
    return picture.endsWith(SHEET) ? comparisonSheet(input, split, entries) : codesPicture(entries, input);
  });
  return written;
}
