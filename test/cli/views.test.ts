/** @file Augmented views of rows, as tables and as pictures. */
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { readNpy, writeNpy } from "../../src/data/npy.js";
import { drawViews } from "../../src/index.js";
import { random } from "../../src/random.js";
import { csvRows, expectError, FLOWERS, workplace } from "./command.js";

const { unlabeled, spawned, path, files } = await workplace();
const words = (line: string) => unlabeled(line.split(" "));

beforeAll(async () => {
  await writeFile(path("flowers.csv"), FLOWERS);
  const floats = (shape: readonly number[]) => {
    const size = shape.reduce((all, n) => all * n, 1);
    return writeNpy({ data: random(1).fillUniform(new Float32Array(size)), rows: 5, cols: size / 5 }, shape);
  };
  await writeFile(path("squares.npy"), floats([5, 8, 8]));
  await writeFile(path("two-colors.npy"), floats([5, 2, 8, 8]));
});

test("a table has every row, and its views below it, in the units of the data", async () => {
  const { code, stdout, stderr } = await spawned(
    "views flowers.csv --label name --augment swap:0.5 --rows 3 --views 4 --seed 2".split(" "),
  );
  expect(code).toBe(0);
  expect(stderr).toContain("views: swap:0.5, of rows of 3 numbers");
  expect(stderr).toContain("scale: standard, the default for tables");
  const [names, ...rows] = csvRows(stdout);
  expect(names).toEqual(["row", "view", "name", "petal", "sepal", "stem"]);
  expect(rows.map(([, view]) => view)).toEqual([
    "0",
    "1",
    "2",
    "3",
    "4",
    "0",
    "1",
    "2",
    "3",
    "4",
    "0",
    "1",
    "2",
    "3",
    "4",
  ]);
  const table = csvRows(FLOWERS).slice(1);
  const columns = [1, 2, 3].map((j) => new Set(table.map((row) => Number(row[j]))));
  let swapped = 0;
  for (const [number, view, name, ...numbers] of rows) {
    const own = table[Number(number) - 1]!;
    expect(name).toBe(own[0]);
    if (view === "0") expect(numbers.map(Number)).toEqual(own.slice(1).map(Number));
    // Every number is one of its column.
    for (const [j, text] of numbers.entries())
      expect(columns[j]!.has(Number(text)), `${number} ${view} ${text}`).toBe(true);
    swapped += numbers.filter((text, j) => Number(text) !== Number(own[j + 1])).length;
  }
  expect(swapped).toBeGreaterThan(5);
});

test("views are those of the library, whatever the number of threads", async () => {
  const line = "views digits --augment shift:1,rotate:20 --rows 3 --views 2 --seed 5 --scale unit --quiet";
  expect((await words(`${line} -o one.npy --threads 1`)).code).toBe(0);
  expect((await words(`${line} -o two.npy --threads 2`)).code).toBe(0);
  const one = await readFile(path("one.npy"));
  expect(await readFile(path("two.npy"))).toEqual(one);
  const { x } = digits();
  // One row of every label in turn: the first of "0", "1" and "2".
  const rows = [0, 1, 2];
  const augmentations = ["shift:1", "rotate:20"];
  const scaleHints = { range: [0, 16] as const };
  const views = await drawViews(x, {
    rowShape: [1, 8, 8],
    augmentations,
    rows,
    seed: 5,
    scale: "unit",
    scaleHints,
  });
  const { data } = readNpy(one).x;
  rows.forEach((number, i) => {
    const line = (view: number) =>
      Array.from(data.slice((3 * i + view) * 64, (3 * i + view + 1) * 64), Number);
    expect(line(0)).toEqual([...x.data.slice(number * 64, number * 64 + 64)]);
    for (const view of [1, 2])
      for (const [j, value] of line(view).entries())
        expect(Math.abs(value - views[view - 1]!.data[i * 64 + j]!)).toBeLessThan(1e-4);
  });
});

test("a sheet has a row in each line, before its views", async () => {
  const { code, stdout, stderr } = await words("views digits --rows 4 --views 5 --picture views.png --json");
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    schemaVersion: 1,
    n: 1797,
    d: 64,
    seed: 0,
    files: ["views.png"],
    rowShape: [1, 8, 8],
    views: 5,
  });
  expect(report.augmentations).toBe("crop:0.5,brightness:0.6,contrast:0.6,blur:0.29");
  expect(stderr).not.toContain("wrote");
  const bytes = await readFile(path("views.png"));
  // Digits of 8 × 8 are shown eight times as large, one pixel apart.
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([6 * 65 - 1, 4 * 65 - 1]);
});

describe("two sizes of a row", () => {
  const kind = async (line: string) =>
    /of (images|sequences|rows) of [^\n]*/.exec((await words(line)).stderr)?.[0];

  test("are pixels where the data are known to be, or the augmentations are for images", async () => {
    expect(await kind("views digits -o a.csv --force")).toBe("of images of 1 × 8 × 8");
    expect(await kind("views digits --augment jitter -o a.csv --force")).toBe("of sequences of 8 × 8");
    expect(await kind("views squares.npy -o a.csv --force")).toBe("of sequences of 8 × 8");
    expect(await kind("views squares.npy --augment rotate -o a.csv --force")).toBe("of images of 1 × 8 × 8");
    expect(await kind("views flowers.csv --label name --row-shape 3x1 -o a.csv --force")).toBe(
      "of sequences of 3 × 1",
    );
    expect(await kind("views flowers.csv --label name -o a.csv --force")).toBe("of rows of 3 numbers");
  });
});

test("what cannot be is refused in one line, and nothing is written", async () => {
  const before = await files();
  expectError(await words("views digits --augment spin"), 2, /--augment must be a list of .*, got spin/);
  expectError(
    await words("views digits --augment rotate,jitter"),
    2,
    /--augment: jitter:0.05 wants sequences/,
  );
  expectError(await words("views flowers.csv --augment flip"), 2, /--augment: flip:0.5 wants images/);
  expectError(
    await words("views digits --augment shift:9"),
    2,
    /shift:9 wants images with sides of more than 9 pixels/,
  );
  expectError(
    await words("views flowers.csv --label name --picture f.png"),
    2,
    /--picture f.png: rows of shape 3 are no images/,
  );
  expectError(await words("views two-colors.npy --picture f.png"), 2, /of one or three channels/);
  expectError(
    await words("views digits --picture f.jpg"),
    2,
    /--picture f.jpg: the name must end in .svg, .png or/,
  );
  expectError(await words("views digits --row-shape 9x9"), 2, /--row-shape 9x9 is 81 numbers, a row has 64/);
  expectError(await words("views digits --row-shape big"), 2, /--row-shape wants two or three sizes/);
  expectError(await words("views digits --json"), 2, /the result wants a file/);
  expectError(await words("views digits --views 0"), 2, /Want an integer ≥ 1/);
  expect(await files()).toEqual(before);
});
