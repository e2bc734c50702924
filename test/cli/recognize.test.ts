/** @file unlabeled recognize: tables with labels, folders of images, a picture of the components. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { writeNetpbm } from "../../src/data/netpbm.js";
import { csvRows, expectError, FLOWERS, workplace } from "./command.js";

const { unlabeled, spawned, path } = await workplace();
const words = (line: string) => unlabeled(line.split(" "));
const [HEADING, ...ROWS] = FLOWERS.trimEnd().split("\n");

beforeAll(async () => {
  await writeFile(path("known.csv"), [HEADING, ...ROWS.slice(0, 12), ""].join("\n"));
  await writeFile(path("others.csv"), [HEADING, ...ROWS.slice(12), ""].join("\n"));
  const unnamed = [HEADING, ...ROWS.slice(12)].map((line) => line.slice(line.indexOf(",") + 1));
  await writeFile(path("unnamed.csv"), [...unnamed, ""].join("\n"));
  for (const part of ["train", "test"]) {
    for (const [s, level] of [20, 90, 180].entries()) {
      await mkdir(path(`${part}/s${s + 9}`), { recursive: true });
      for (let i = 0; i < 3; i++) {
        const pixels = Uint8Array.from(
          { length: 12 },
          (_, p) => level + p * s + 5 * i + (part === "test" ? 1 : 0),
        );
        const image = writeNetpbm({ width: 4, height: 3, channels: 1, maxValue: 255, pixels });
        await writeFile(path(`${part}/s${s + 9}/${i}.pgm`), image);
      }
    }
  }
});

test("predictions on standard output, how many are right beside them", async () => {
  const { code, stdout, stderr } = await spawned(
    "recognize known.csv others.csv --label name --latent-dim 2".split(" "),
  );
  expect(code).toBe(0);
  const [names, ...rows] = csvRows(stdout);
  expect(names).toEqual(["name", "petal", "sepal", "stem", "predicted", "distance"]);
  expect(rows.map((row) => row.slice(0, 4).join())).toEqual(ROWS.slice(12));
  const right = rows.filter(([name, , , , predicted]) => name === predicted).length;
  expect(stderr).toContain("learning from 3 of 4 columns: petal, sepal, stem; label: name");
  expect(stderr).toContain("scale: standard, the default for tables");
  expect(stderr).toContain(`accuracy ${(right / 12).toPrecision(5)}`);
  // Scaled columns and far groups: all are right.
  expect(right).toBe(12);
});

test("rows without labels are named all the same", async () => {
  const line =
    "recognize known.csv unnamed.csv --label name --no-test-label --latent-dim 2 --classifier nearest-class-mean";
  const { code, stdout, stderr } = await words(`${line} --whiten -o found.csv`);
  expect(code).toBe(0);
  expect(stdout).not.toContain("accuracy");
  expect(stderr).not.toContain("accuracy");
  const [names, ...rows] = csvRows(await readFile(path("found.csv"), "utf8"));
  expect(names).toEqual(["petal", "sepal", "stem", "predicted", "distance"]);
  expect(rows.map(([, , , predicted]) => predicted)).toEqual(ROWS.slice(12).map((row) => row.split(",")[0]));
});

test("folders of images in a folder are labels, and components are shown", async () => {
  const line = "recognize train test --latent-dim 4 --skip-first 1 -o faces.csv --picture faces.png --json";
  const { code, stdout } = await words(line);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    method: "nearest-neighbor",
    n: 9,
    d: 12,
    latentDim: 4,
    metrics: { accuracy: expect.any(Number) },
    files: ["faces.csv", "faces.png"],
  });
  const rows = csvRows(await readFile(path("faces.csv"), "utf8"));
  expect(rows.map(([label]) => label)).toEqual(["label", ...["s9", "s10", "s11"].flatMap((s) => [s, s, s])]);
  const png = await readFile(path("faces.png"));
  // The mean and four components of 4 × 3, sixteen times as large, a pixel apart.
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([5 * 65 - 1, 48]);
});

test("gaps of the labeled rows are filled, and those of the rows to recognize are refused", async () => {
  const gaps = (rows: readonly string[]) =>
    [HEADING, rows[0]!.replace(/,[^,]*$/, ","), ...rows.slice(1), ""].join("\n");
  await writeFile(path("known-gaps.csv"), gaps(ROWS.slice(0, 12)));
  await writeFile(path("other-gaps.csv"), gaps(ROWS.slice(12)));
  const recognize = "--label name --latent-dim 2";
  const { code, stdout, stderr } = await words(`recognize known-gaps.csv others.csv ${recognize} --only-new`);
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining("of the numbers are missing; filled by low-rank"),
  ]);
  expect(csvRows(stdout)[0]).toEqual(["name", "predicted", "distance"]);
  expectError(
    await words(`recognize known.csv other-gaps.csv ${recognize}`),
    1,
    /other-gaps\.csv: row 1 column "stem" is missing, pca wants every number/,
  );
});

test("what cannot be recognized or shown is refused", async () => {
  expectError(
    await words("recognize known.csv others.csv --latent-dim 2"),
    2,
    /known\.csv: want labels: --label/,
  );
  expectError(await words("recognize known.csv others.csv --label name"), 2, /required option '--latent-dim/);
  expectError(
    await words("recognize known.csv others.csv --label name --latent-dim 2 --skip-first 2"),
    2,
    /--skip-first 2: want fewer than --latent-dim, 2/,
  );
  expectError(
    await words("recognize known.csv others.csv --label name --latent-dim 2 --picture a.png"),
    2,
    /a\.png: the rows of known\.csv are no images/,
  );
  expectError(
    await words("recognize known.csv others.csv --label name --latent-dim 2 -o a.npy"),
    2,
    /\.npy holds no labels/,
  );
  expectError(
    await words("recognize known.csv unnamed.csv --label name --latent-dim 2"),
    1,
    /no column is called "name"/,
  );
  expectError(
    await words("recognize known.csv others.csv --label name --latent-dim 7"),
    1,
    /latentDim 7 exceeds/,
  );
});
