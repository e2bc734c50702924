/** @file Latent in its worker, in Node: codes are those of `fit`, and rows, colors and files those of the data. */
import { expect, test } from "vitest";
import type { LatentAsked, LatentTold } from "../../lab/latent/latent-words.js";
import { answer } from "../../lab/latent/latent-work.js";
import { nearCodes } from "../../lab/latent/near-codes.js";
import { colorsOf } from "../../lab/latent/row-colors.js";
import { columnsOf } from "../../lab/latent/row-contents.js";
import type { Dataset } from "../../src/data/dataset.js";
import { embedded } from "../../src/data/embedded.js";
import { readData } from "../../src/data/format.js";
import { blobs } from "../../src/data/synthetic.js";
import { NumberValues } from "../../src/data/table/table.js";
import { Texts } from "../../src/data/table/texts.js";
import { autoencoder, fit, pca, tsne } from "../../src/index.js";
import { random } from "../../src/random.js";
import { FLOWERS } from "../cli/command.js";

async function told(data: Dataset, asked: LatentAsked): Promise<LatentTold[]> {
  const heard: LatentTold[] = [];
  const { signal } = new AbortController();
  await answer(asked, { data: () => data, tell: (one) => heard.push(structuredClone(one)), signal });
  return heard;
}

const lastOf = async <K extends LatentTold["kind"]>(data: Dataset, asked: LatentAsked, kind: K) =>
  (await told(data, asked)).findLast((one) => one.kind === kind) as Extract<LatentTold, { kind: K }>;

const mapOf = (data: Dataset, method: string, options: Record<string, string>) =>
  lastOf(data, { kind: "map", slot: "a", method, options, seed: 1 }, "map").then(({ map }) => map);

const digits = embedded("digits");

test("the codes of a map are those of a fit", async () => {
  const map = await mapOf(digits, "pca", { latentDim: "3" });
  const model = await fit(pca({ latentDim: 3 }), digits, { seed: 1, scale: "none" });
  expect(map.codes).toEqual((await model.encode(digits.x)).data);
  expect(map).toMatchObject({ latentDim: 3, decodes: true, rowsInAll: 1797, notes: [] });
  expect(map.command).toBe(
    "unlabeled fit digits --method pca --latent-dim 3 --seed 1 -o model.safetensors\nunlabeled encode digits -m model.safetensors -o codes.csv",
  );
  const trained = await mapOf(digits, "autoencoder", { latentDim: "2", hidden: "8", epochs: "2" });
  const other = await fit(autoencoder({ latentDim: 2, hidden: [8] }), digits, {
    ...{ seed: 1, scale: "unit", epochs: 2 },
  });
  expect(trained.codes).toEqual((await other.encode(digits.x)).data);
});

test("a map of t-SNE is told on its way", async () => {
  const roll = { ...embedded("swiss-roll"), name: "swiss-roll" };
  const all = await told(roll, {
    kind: "map",
    slot: "b",
    method: "tsne",
    options: { maxIter: "400" },
    seed: 4,
  });
  const { map } = all.at(-1) as Extract<LatentTold, { kind: "map" }>;
  expect(map.codes).toEqual(
    (await fit(tsne({ maxIter: 400 }), roll, { seed: 4, scale: "none" })).embedding.data,
  );
  expect(map.decodes).toBe(false);
  const moving = all.flatMap((one) => (one.kind === "progress" && one.moving ? [one.moving] : []));
  for (const { codes, rows } of moving) expect(codes.length).toBe(2 * rows.length);
});

test("slow methods get a sample, and say so; others learn from one and place all", async () => {
  const { x } = blobs({ rows: 2500, cols: 3, seed: 1 });
  const data: Dataset = { name: "many.npy", format: "npy", x, notes: [] };
  const map = await mapOf(data, "classicalMds", { latentDim: "2" });
  expect(map.rows.length).toBe(2000);
  expect(map.notes[0]).toBe(
    "2,000 of 2,500 rows, a sample: classicalMds would take too long for all of them in a tab.",
  );
  expect(map.command).toBeUndefined();
  const many = blobs({ rows: 20_500, cols: 3, seed: 1 });
  const trained = await mapOf({ ...data, x: many.x }, "autoencoder", { latentDim: "2", epochs: "1" });
  expect(trained.rows.length).toBe(20_500);
  expect(trained.notes[0]).toBe(
    "autoencoder has learned from 20,000 of 20,500 rows; all of them are on the map.",
  );
  await expect(mapOf(data, "isolationForest", {})).rejects.toThrow(/^isolationForest has no codes/);
});

test("codes are decoded, walked between and put on a grid as the tasks do it", async () => {
  await mapOf(digits, "pca", { latentDim: "2" });
  const model = await fit(pca({ latentDim: 2 }), digits, { seed: 1, scale: "none" });
  const codes = Float32Array.of(3, -5);
  const { contents } = await lastOf(digits, { kind: "decode", slot: "a", codes }, "decoded");
  const row = (await model.decode({ data: codes, rows: 1, cols: 2 })).data;
  const { pixels, width, height } = contents.images![0]!;
  expect([width, height]).toEqual([8, 8]);
  // Gray levels from 0 to 16, rounded and cut to a byte.
  for (let p = 0; p < 64; p++)
    expect(pixels[4 * p]).toBe(Math.max(0, Math.min(255, Math.round((row[p]! * 255) / 16))));
  const walk = await lastOf(digits, { kind: "walk", slot: "a", from: 0, to: 5 }, "panels");
  const ends = (await model.encode(digits.x)).data;
  expect(walk.codes.slice(0, 2)).toEqual(ends.slice(0, 2));
  expect(walk.codes.slice(-2)).toEqual(ends.slice(10, 12));
  expect(walk.panels.map(({ kind }) => kind)).toEqual(["image"]);
  const grid = await lastOf(digits, { kind: "grid", slot: "a", dims: [0, 1] }, "panels");
  expect(grid.codes.length).toBe(2 * 100);
  await expect(told(digits, { kind: "walk", slot: "a", from: 0, to: 1797 })).rejects.toThrow(
    "walk: rows go from 1 to 1797, got 1798",
  );
  await expect(told(embedded("blobs"), { kind: "decode", slot: "a", codes })).rejects.toThrow(
    "the map is of other data",
  );
});

test("a table's rows are decoded to its columns", async () => {
  const flowers = await readData(new TextEncoder().encode(FLOWERS), "flowers.csv");
  const map = await mapOf(flowers, "pca", { latentDim: "2" });
  const { contents } = await lastOf(
    flowers,
    { kind: "decode", slot: "a", codes: map.codes.slice(0, 2) },
    "decoded",
  );
  expect(contents.columns).toEqual(flowers.encoding!.columns.map(({ name }) => name));
  const { panels } = await lastOf(flowers, { kind: "grid", slot: "a", dims: [0, 1] }, "panels");
  expect(panels[0]).toMatchObject({ kind: "table" });
  const walk = await lastOf(flowers, { kind: "walk", slot: "a", from: 0, to: 3 }, "panels");
  expect(walk.panels.map(({ kind }) => kind)).toEqual(["curves", "table"]);
});

test("rows are told by the columns that are chosen, and come back as a file", async () => {
  const flowers = await readData(new TextEncoder().encode(FLOWERS), "flowers.csv");
  const lines = FLOWERS.trim().split("\n");
  const names = lines[0]!.split(",");
  const { contents } = await lastOf(flowers, { kind: "rows", rows: [4, 0], columns: [names[1]!] }, "rows");
  expect(contents.columns).toEqual(["row", names[1]]);
  expect(contents.cells.map(([number]) => number)).toEqual(["5", "1"]);
  const rows = Uint32Array.of(1, 4);
  const file = await lastOf(flowers, { kind: "export", part: "rows", slot: "a", rows }, "file");
  expect(file.name).toBe("flowers-selection.csv");
  const back = await readData(file.bytes, "back.csv");
  const cells = (data: Dataset, i: number) => data.table!.columns.map(({ values }) => values.at(i));
  expect([cells(back, 0), cells(back, 1)]).toEqual([cells(flowers, 1), cells(flowers, 4)]);
  const map = await mapOf(flowers, "pca", { latentDim: "2" });
  const codes = await lastOf(flowers, { kind: "export", part: "codes", slot: "a", rows }, "file");
  const read = await readData(codes.bytes, "codes.csv", { id: [] });
  expect(read.table!.columns.map(({ name }) => name)).toEqual(["row", "z1", "z2"]);
  const told = read.table!.columns.map(({ values }) => Math.fround(values.at(1) as number));
  expect(told).toEqual([5, map.codes[8], map.codes[9]]);
});

test("colors are classes, the most frequent of many words, or steps of a scale", () => {
  const text = (values: string[]) => ({ name: "c", kind: "text" as const, values: Texts.from(values) });
  const few = colorsOf(text(["b", "a", "", "b"]), 4);
  expect(few).toMatchObject({ names: ["a", "b", "(none)"], gray: 2 });
  expect(Array.from(few.groups)).toEqual([1, 0, 2, 1]);
  const words = Array.from({ length: 90 }, (_, i) => `w${i < 60 ? i % 20 : i}`);
  const many = colorsOf(text(words), 90);
  expect(many.names!.length).toBe(21);
  expect(many.names!.at(-1)).toBe("(others)");
  expect(Array.from(many.groups.slice(60))).toEqual(new Array(30).fill(20));
  const numbers = Float64Array.from({ length: 64 }, (_, i) => i);
  numbers[5] = Number.NaN;
  const scale = colorsOf({ name: "n", kind: "number", values: new NumberValues(numbers) }, 64);
  expect(scale.range).toEqual({ low: 0, high: 63 });
  expect([scale.groups[0], scale.groups[5], scale.groups[63]]).toEqual([0, 32, 31]);
  // Digits are names.
  expect(colorsOf(columnsOf(digits)[0]!, 1797).names).toEqual([..."0123456789"]);
});

test("the nearest codes are those of all, sorted", () => {
  const draws = random(1);
  const codes = Float32Array.from({ length: 900 }, () => Math.round(4 * draws.normal()));
  const away = (i: number) => Math.hypot(...[0, 1, 2].map((j) => codes[3 * i + j]! - codes[21 + j]!));
  const sorted = Array.from({ length: 300 }, (_, i) => i)
    .filter((i) => i !== 7)
    .sort((a, b) => away(a) - away(b) || a - b);
  const { points, distances } = nearCodes(codes, 3, 7, 12);
  expect(Array.from(points)).toEqual(sorted.slice(0, 12));
  expect(distances[11]).toBeCloseTo(away(sorted[11]!), 12);
});
