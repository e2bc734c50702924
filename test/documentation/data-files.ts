/**
 * @file Data that pages take for granted, as their readers have some: files by the names that lines of shell give them.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  digits,
  hideEntries,
  type Matrix,
  makeTable,
  matrix,
  numberColumns,
  Texts,
  takeColumns,
  takeRows,
  writeIdx,
  writeNetpbm,
  writeNpy,
  writeTable,
} from "../../src/data/index.js";
import { random } from "../../src/random.js";
import { customers, sensors, survey } from "../fixtures/messy-tables.js";
import { plantedOutliers } from "../fixtures/planted-outliers.js";

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const { x: images, labels } = digits();

/** Measurements of three kinds of flowers. */
function flowers(rows: number, seed: number): { x: Matrix; species: string[] } {
  const stream = random(seed);
  const x = matrix(rows, 6);
  for (let i = 0; i < rows; i++) {
    const size = stream.normal();
    for (let j = 0; j < 6; j++) x.data[6 * i + j] = 5 + (i % 3) * (j % 2) * 2 + size + 0.3 * stream.normal();
  }
  return { x, species: range(0, rows).map((i) => ["rose", "lily", "iris"][i % 3]!) };
}

const NAMES = ["sepal length", "sepal width", "petal length", "petal width", "stem", "leaf"];

function table(rows: number, seed: number, holes = 0): Promise<Uint8Array> {
  const { x, species } = flowers(rows, seed);
  const seen = hideEntries(x, { probability: holes, seed: 1 }).x;
  const named = { name: "species", kind: "text", values: Texts.from(species) } as const;
  return writeTable(makeTable([named, ...numberColumns(seen, NAMES)]), "data.csv");
}

/** Moments of two sensors that swing together, a few of them missing. */
function series(rows: number): Promise<Uint8Array> {
  const stream = random(3);
  const x = matrix(rows, 2);
  for (let t = 0; t < rows; t++)
    for (let j = 0; j < 2; j++) x.data[2 * t + j] = 20 + 5 * Math.sin(t / 5 + j) + stream.normal();
  x.data.fill(Number.NaN, 100, 104);
  return writeTable(makeTable(numberColumns(x, ["inlet", "outlet"])), "series.csv");
}

/** A digit as a picture. */
const picture = (i: number) =>
  writeNetpbm({
    ...{ width: 8, height: 8, channels: 1, maxValue: 16 },
    pixels: Uint8Array.from(images.data.subarray(64 * i, 64 * i + 64)),
  });
/** A photograph taken by night: a window, a lamp and a lawn, under noise of standard deviation 20. */
function night(): Uint8Array {
  const [height, width] = [96, 128];
  const stream = random(6);
  const level = (i: number, j: number) => {
    if ((i - 30) ** 2 + (j - 96) ** 2 < 200) return 210;
    if (i > 20 && i < 60 && j > 20 && j < 60)
      return 90 + 60 * ((Math.floor(i / 10) + Math.floor(j / 10)) % 2);
    return i > 70 ? 70 + 10 * Math.sin(j / 2) : 50 + i / 4;
  };
  const pixels = Uint8Array.from({ length: height * width }, (_, at) => {
    const value = level(Math.floor(at / width), at % width) + 20 * stream.normal();
    return Math.min(255, Math.max(0, Math.round(value)));
  });
  return writeNetpbm({ width, height, channels: 1, maxValue: 255, pixels });
}

const folder = (name: string, from: number, to: number) =>
  range(from, to).map((i) => [`${name}/${labels[i]}/${i}.pgm`, picture(i)] as const);
const normal = (rows: number, cols: number) =>
  matrix(rows, cols, random(2).fillNormal(new Float32Array(rows * cols)));

/** Files behind a name that pages use, with their content. */
const FILES: Readonly<
  Record<string, () => (readonly [string, string | Uint8Array | Promise<Uint8Array>])[]>
> = {
  "customers.csv": () => [["customers.csv", customers().csv]],
  "sensors.csv": () => [["sensors.csv", sensors().csv]],
  "survey.csv": () => [["survey.csv", survey().csv]],
  "members.csv": () => [["members.csv", plantedOutliers(1).csv]],
  "data.csv": () => [["data.csv", table(150, 1)]],
  "series.csv": () => [["series.csv", series(200)]],
  "holes.csv": () => [["holes.csv", table(150, 1, 0.1)]],
  "known.csv": () => [["known.csv", table(90, 1)]],
  "others.csv": () => [["others.csv", table(30, 2)]],
  "train.npy": () => [["train.npy", writeNpy(takeRows(images, range(0, 500)), [500, 8, 8])]],
  "patches.npy": () => [["patches.npy", writeNpy(takeRows(images, range(0, 500)))]],
  "A.npy": () => [["A.npy", writeNpy(normal(20, 64))]],
  "measured.npy": () => [["measured.npy", writeNpy(normal(3, 20))]],
  "small.npy": () => [
    ["small.npy", writeNpy(takeColumns(takeRows(images, [3, 1, 4]), range(0, 16)), [3, 4, 4])],
  ],
  "night.pgm": () => [["night.pgm", night()]],
  "photo.pgm": () => [["photo.pgm", picture(3)]],
  "seen.npy": () => [
    [
      "seen.npy",
      writeNpy(
        matrix(
          1,
          64,
          Float32Array.from(range(0, 64), (i) => (i % 3 ? 1 : 0)),
        ),
        [8, 8],
      ),
    ],
  ],
  "recognize train test": () => [...folder("train", 0, 60), ...folder("test", 60, 90)],
  "train-images-idx3-ubyte.gz": () => {
    const pixels = matrix(
      100,
      784,
      Float32Array.from(range(0, 78_400), (i) => (i * 7) % 256),
    );
    return [["train-images-idx3-ubyte.gz", gzipSync(writeIdx(pixels, "u1", [100, 28, 28]))]];
  },
};

/** Writes the files into a folder that lines of shell name. */
export async function writeDataFiles(code: string, path: string): Promise<void> {
  for (const [name, files] of Object.entries(FILES)) {
    if (!code.includes(name)) continue;
    for (const [file, content] of files()) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), await content);
    }
  }
}
