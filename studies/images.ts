/**
 * @file Images with pixels in [0, 1], to learn from and to test with, and results that are kept set by set.
 */

import { existsSync, readFileSync } from "node:fs";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { readFileData } from "../node/read.js";
import { digits, type Matrix, takeRows } from "../src/data/index.js";
import { toMatrix } from "../src/data/matrix.js";
import { keepFigures, resultFile } from "./results.js";

export interface Images {
  readonly train: Matrix;
  readonly test: Matrix;
}

/** The embedded digits, 8 × 8. */
function digitImages(): Images {
  const { x } = digits();
  return { train: part(x, 0, 1400, 16), test: part(x, 1400, x.rows, 16) };
}

/** Fashion-MNIST, 28 × 28. */
async function fashionImages(train: number, test: number): Promise<Images> {
  const read = async (name: string, rows: number) => {
    const x = toMatrix((await readFileData(sharedFile(`data/fashion-mnist/${name}-images-idx3-ubyte.gz`))).x);
    return part(x, 0, rows, 255);
  };
  return { train: await read("train", train), test: await read("t10k", test) };
}

export const imageSets = {
  digits: async () => digitImages(),
  fashion: () => fashionImages(20_000, 10_000),
} as const;

function part(x: Matrix, from: number, to: number, white: number): Matrix {
  const rows = takeRows(
    x,
    Array.from({ length: to - from }, (_, i) => from + i),
  );
  return { ...rows, data: rows.data.map((pixel) => pixel / white) };
}

/** Measures on the sets that the command line names, or on all, and keeps what was measured on each beside the rest. */
export async function measureSets(
  name: string,
  about: object,
  measure: (set: keyof typeof imageSets, images: Images) => Promise<object>,
): Promise<void> {
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(imageSets);
  for (const set of names as (keyof typeof imageSets)[]) {
    const images = await imageSets[set]();
    const { train, test } = images;
    const result = {
      train: train.rows,
      test: test.rows,
      pixels: train.cols,
      ...(await measure(set, images)),
    };
    const file = resultFile(`${name}.json`);
    const kept = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { sets: object }).sets : {};
    const sets = { ...kept, [set]: { ...result, date: new Date().toISOString() } };
    keepFigures(name, { ...about, sets, machine: machine() });
  }
}

/** Mean of numbers, in float64. */
export function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total / values.length;
}
