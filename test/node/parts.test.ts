/**
 * @file Parts of one table: folders and patterns, in the order in which people count.
 */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderParts, isPattern, patternParts } from "../../node/parts.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "unlabeled-parts-"));
});
afterAll(() => rm(root, { recursive: true }));

let count = 0;
/** A folder with these empty files. */
async function folderOf(...files: string[]): Promise<string> {
  const folder = join(root, `${count++}`);
  await mkdir(folder);
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), "");
  }
  return folder;
}

/** Paths of parts below the folder that they were looked for in. */
const below = (folder: string, files: readonly string[] | undefined) =>
  files?.map((file) => file.slice(folder.length + 1));

describe("a folder", () => {
  test.each([
    ["CSV", ["p10.csv", "p2.csv", "p1.csv.gz"], ["p1.csv.gz", "p2.csv", "p10.csv"], 0],
    [
      "Parquet by Spark",
      ["part-00001.parquet", "part-00000.parquet", "_SUCCESS", ".part.crc", "_x/a.csv"],
      ["part-00000.parquet", "part-00001.parquet"],
      0,
    ],
    ["JSON lines", ["b.ndjson", "a.jsonl"], ["a.jsonl", "b.ndjson"], 0],
    ["JSON", ["a.json"], ["a.json"], 0],
    ["tables and notes", ["a.tsv", "readme.md", "more/notes.txt"], ["a.tsv"], 2],
  ])("%s", async (_, files, wanted, leftOut) => {
    const folder = await folderOf(...files);
    const parts = await folderParts(folder);
    expect(below(folder, parts?.files)).toEqual(wanted);
    expect(parts?.leftOut).toBe(leftOut);
  });

  test.each([
    ["images", ["a.png", "b.png"]],
    ["images in folders", ["x/a.png", "y/b.webp"]],
    ["nothing", []],
    ["notes", ["readme.md", "x/readme.txt"]],
  ])("%s is none of tables", async (_, files) => {
    expect(await folderParts(await folderOf(...files))).toBeUndefined();
  });

  test.each([
    [["a.csv", "b.csv", "c.parquet"], "files of several formats (2 CSV, 1 Parquet), want one"],
    [["a.csv", "b.tsv"], "files of several formats (1 CSV, 1 TSV), want one"],
    [["a.json", "b.jsonl"], "files of several formats (1 JSON, 1 JSON lines), want one"],
    [["a.csv", "x.png", "y.jpg"], "holds 2 images and 1 table, want the one or the other"],
    [
      ["labels.csv", "cats/1.png", "dogs/1.png", "dogs/2.png"],
      "holds 3 images and 1 table, want the one or the other",
    ],
  ])("%j is refused", async (files, says) => {
    const folder = await folderOf(...files);
    await expect(folderParts(folder)).rejects.toThrow(new RangeError(`${folder}: ${says}`));
  });

  test.each([
    [
      ["year=2024/a.parquet", "year=2025/a.parquet"],
      'folders such as "year=2024", whose values would be left out',
      "*.parquet",
    ],
    [
      ["year=2024/month=1/a.parquet"],
      'folders such as "year=2024", whose values would be left out',
      "*/*.parquet",
    ],
    [["one/a.csv", "two/a.csv"], 'its tables are in folders such as "one" (', "*.csv"],
  ])("%j is refused with a pattern", async (files, says, pattern) => {
    const folder = await folderOf(...files);
    const error = await folderParts(folder).catch((reason: Error) => reason);
    expect((error as Error).message).toContain(says);
    expect((error as Error).message).toContain(`${join("*", pattern)}`);
  });
});

describe("a pattern", () => {
  const files = [
    "p1.csv",
    "p2.csv",
    "p10.csv",
    "q1.csv",
    ".p3.csv",
    "a/x.parquet",
    "b/x.parquet",
    "b10/x.parquet",
    "b9/y.parquet",
    "c.csv/x.txt",
  ];
  test.each([
    ["p*.csv", ["p1.csv", "p2.csv", "p10.csv"]],
    ["?1.csv", ["p1.csv", "q1.csv"]],
    ["*", ["p1.csv", "p2.csv", "p10.csv", "q1.csv"]],
    ["*.csv", ["p1.csv", "p2.csv", "p10.csv", "q1.csv"]],
    [".p*", [".p3.csv"]],
    ["*/x.parquet", ["a/x.parquet", "b/x.parquet", "b10/x.parquet"]],
    ["b*/*.parquet", ["b/x.parquet", "b9/y.parquet", "b10/x.parquet"]],
    ["p?0.csv", ["p10.csv"]],
  ])("%s", async (pattern, wanted) => {
    const folder = await folderOf(...files);
    expect(isPattern(pattern)).toBe(true);
    expect(below(folder, (await patternParts(join(folder, pattern))).files)).toEqual(
      [...wanted].sort((a, b) => wanted.indexOf(a) - wanted.indexOf(b)),
    );
  });

  test.each([
    ["z*.csv", "no file matches"],
    ["*/none.csv", "no file matches"],
    ["none/*.csv", "no file matches"],
    ["*/x.*", "files of several formats (3 Parquet, 1 .txt), want one"],
    ["**/x.parquet", "** is not known; * stands for characters of one name, and so for one folder"],
  ])("%s is refused", async (pattern, says) => {
    const path = join(await folderOf(...files), pattern);
    await expect(patternParts(path)).rejects.toThrow(new RangeError(`${path}: ${says}`));
  });

  test("images, files without an ending, and links", async () => {
    const folder = await folderOf("a.png", "part-0", "part-1", "x.csv");
    await expect(patternParts(join(folder, "*.png"))).rejects.toThrow(
      "matches 1 image, which are read as a folder",
    );
    expect(below(folder, (await patternParts(join(folder, "part-?"))).files)).toEqual(["part-0", "part-1"]);
    await symlink(join(folder, "x.csv"), join(folder, "y.csv"));
    await symlink(folder, join(folder, "z.csv"));
    expect(below(folder, (await patternParts(join(folder, "*.csv"))).files)).toEqual(["x.csv", "y.csv"]);
  });

  test("matches as the regular expression of the same meaning does", async () => {
    const letters = fc.constantFrom(..."ab.");
    const names = fc.uniqueArray(fc.string({ unit: letters, minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 12,
    });
    const patterns = fc.string({ unit: fc.constantFrom(..."aab*?."), minLength: 1, maxLength: 7 });
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(names, patterns, async (drawn, drawnPattern) => {
        const pattern = `${drawnPattern}*`.replaceAll(/\*+/g, "*");
        const usable = drawn.filter((name) => !/^\.+$/.test(name)).map((name) => `${name}.csv`);
        const folder = await folderOf(...usable);
        const expression = new RegExp(
          `^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".")}$`,
          "s",
        );
        const wanted = usable.filter(
          (name) => expression.test(name) && (!name.startsWith(".") || pattern.startsWith(".")),
        );
        const found = await patternParts(join(folder, pattern)).catch(() => ({ files: [] }));
        expect(below(folder, found.files)!.toSorted()).toEqual(wanted.toSorted());
        matched += wanted.length;
      }),
      { numRuns: 150 },
    );
    expect(matched).toBeGreaterThan(50);
  });
});
