/**
 * @file What a comparison leaves in its folder.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { checkWritable, writeFileAtomic } from "../node/write.js";
import { writeCsv } from "../src/data/csv.js";
import { type Matrix, takeRows } from "../src/data/matrix.js";
import type { Column } from "../src/data/table.js";
import type { Coder } from "../src/methods/method.js";
import type { Split } from "../src/metrics/split.js";
import { flagOf } from "./flag-values.js";
import type { Input } from "./input.js";
import { reconstructionSheet, shownRows } from "./reconstruction-sheet.js";
import { scatterPlot } from "./scatter.js";
import { codeNames, textColumns } from "./table-output.js";

/** A fitted method and what it is worth. */
export interface Contender {
  readonly name: string;
  readonly model: Coder;
  /** Of all rows. */
  readonly codes: Matrix;
  /** Of the held-out rows; `undefined` for a model that only encodes. */
  readonly reconstruction: Matrix | undefined;
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export const SHEET = "reconstructions.png";
const SCATTER = "codes.svg";
const modelFile = (method: string) => `${flagOf(method).slice(2)}.safetensors`;
const codesFile = (method: string) => `${flagOf(method).slice(2)}-codes.csv`;

/**
 * The folder may be there; what will be written must not, unless `force`.
 * @param methods names.
 */
export async function checkFolder(folder: string, methods: readonly string[], force: boolean): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory()) throw new RangeError(`${folder}: is no folder`);
  if (!found) {
    await checkWritable(folder);
    return;
  }
  const files = [...methods.flatMap((name) => [modelFile(name), codesFile(name)]), SHEET, SCATTER];
  for (const file of files) await checkWritable(join(folder, file), { force });
}

/** Models, codes of all rows, and a picture; gives the paths. */
export async function writeComparison(
  folder: string,
  input: Input,
  split: Split,
  contenders: readonly Contender[],
  force: boolean,
): Promise<string[]> {
  const { x, labels, imageShape } = input;
  const written: string[] = [];
  const write = async (file: string, content: Uint8Array | string) => {
    const path = join(folder, file);
    await writeFileAtomic(path, content, { force, makeFolder: true });
    written.push(path);
  };
  const unseen = new Set(split.test);
  const parts = Array.from({ length: x.rows }, (_, i) => (unseen.has(i) ? "held-out" : "train"));
  for (const { name, model, codes } of contenders) {
    await write(modelFile(name), model.save());
    const columns: Column[] = [
      ...textColumns(input),
      { name: "part", kind: "text", values: parts },
      ...codeNames(codes.cols).map((column, at): Column => ({ name: column, kind: "number", at })),
    ];
    await write(codesFile(name), writeCsv({ columns, x: codes }));
  }
  const remakers = contenders.flatMap(({ reconstruction }) => reconstruction ?? []);
  if (imageShape && remakers.length > 0) {
    const shown = shownRows(split.test.length, labels && Array.from(split.test, (row) => labels[row]!));
    const originals = takeRows(
      x,
      shown.map((i) => split.test[i]!),
    );
    const remade = remakers.map((reconstruction) => takeRows(reconstruction, shown));
    await write(SHEET, await reconstructionSheet(originals, remade, imageShape));
  } else {
    const panels = contenders.map(({ name, codes }) => ({ title: name, codes }));
    await write(SCATTER, scatterPlot(panels, labels));
  }
  return written;
}
