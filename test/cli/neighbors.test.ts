/** @file neighbors: rows named in every way, tables and pictures of those most similar to them, and mistakes. */
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { csvRows, expectError, FLOWERS, pointsIn, workplace } from "./command.js";

const { files, path, spawned, unlabeled } = await workplace();
const words = (line: string) => unlabeled(line.split(" "));

/** Four customers, of which the last two are nearly the same. */
const CUSTOMERS = [
  "customer,age,spend,plan",
  ...["C10,30,100,basic", "C20,32,120,basic", "C30,61,980,gold", "C40,60,1000,gold", "C50,31,105,basic"],
  "",
].join("\n");

beforeAll(async () => {
  await writeFile(path("flowers.csv"), FLOWERS);
  await writeFile(path("customers.csv"), CUSTOMERS);
});

describe("neighbors", () => {
  test("a line for every neighbor: numbers of the rows, the distance, and the columns of the neighbor", async () => {
    const { code, stdout } = await spawned(
      "neighbors flowers.csv --label name --of 3,5-6 -k 2 -o near.csv --json".split(" "),
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ schemaVersion: 1, method: "neighbors", n: 24, d: 3, files: ["near.csv"] },
      ...{ asked: 3, neighbors: 2, metric: "euclidean", recall: 1, scale: "standard" },
      metrics: { sameLabel: 1 },
    });
    const [heading, ...rows] = csvRows(await readFile(path("near.csv"), "utf8"));
    expect(heading).toEqual(["row", "rank", "neighbor", "distance", "name", "petal", "sepal", "stem"]);
    expect(rows.map(([row, rank]) => `${row}:${rank}`)).toEqual(["3:1", "3:2", "5:1", "5:2", "6:1", "6:2"]);
    const lines = FLOWERS.split("\n");
    for (const [row, , neighbor, distance, name, petal] of rows) {
      expect(neighbor).not.toBe(row);
      expect(Number(distance)).toBeGreaterThan(0);
      const [wantedName, wantedPetal] = lines[Number(neighbor)]!.split(",");
      expect([name, Number(petal)]).toEqual([wantedName, Number(wantedPetal)]);
    }
  });

  test("rows are named by numbers, by ids, by the value of a column, or are those of another file", async () => {
    const near = async (of: string) => {
      const { stdout, stderr } = await words(`neighbors customers.csv --of ${of} -k 1 --only-new`);
      expect(stderr).not.toMatch(/^unlabeled:/);
      return csvRows(stdout)
        .slice(1)
        .map(([row, , neighbor]) => `${row}>${neighbor}`);
    };
    expect(await near("1,4")).toEqual(["1>5", "4>3"]);
    expect(await near("C40")).toEqual(["4>3"]);
    expect(await near("C40,C10")).toEqual(["4>3", "1>5"]);
    expect(await near("plan=gold")).toEqual(["3>4", "4>3"]);
    expect(await near("customer=C10")).toEqual(["1>5"]);
    await writeFile(path("new.csv"), "age,plan,spend\n60,gold,1000\n33,basic,\n");
    expect(await near("new.csv --fill yes")).toEqual(["1>4", "2>2"]);
    expectError(
      await words("neighbors customers.csv --of new.csv --fill no"),
      1,
      /new\.csv: row 2 column "spend" is missing, a distance wants every number/,
    );
  });

  test("codes of a model are compared", async () => {
    expect(
      (await words("fit flowers.csv --method pca --latent-dim 1 --exclude name --seed 1 -o pca.st")).code,
    ).toBe(0);
    const { stdout } = await words("neighbors flowers.csv -m pca.st -k 24 --of flowers.csv --only-new");
    const rows = csvRows(stdout).slice(1);
    expect(rows).toHaveLength(24 * 24);
    expect(rows[0]!.slice(0, 4)).toEqual(["1", "1", "1", "0"]);
    expectError(
      await words("neighbors flowers.csv -m pca.st --of 1 --scale none"),
      2,
      /--scale does not apply to codes/,
    );
  });

  test("pictures: a sheet of images, or all rows with those that were asked about and their neighbors on top", async () => {
    expect((await words("neighbors digits --of 1-3 -k 4 --picture sheet.png -o sheet.csv")).code).toBe(0);
    const png = await readFile(path("sheet.png"));
    // Digits are shown eight times as large, one pixel apart: an image and four neighbors in a line.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([5 * 65 - 1, 3 * 65 - 1]);
    const drawn = await words("neighbors flowers.csv --of 1,2 -k 1 --picture map.svg");
    // A picture alone is asked for.
    expect(drawn).toMatchObject({ code: 0, stdout: "" });
    const svg = await readFile(path("map.svg"), "utf8");
    const points = pointsIn(svg);
    const counts = [...points.matchAll(/class="(\w+)"[^>]* d="([^"]*)"/g)].map(([, color, d]) => [
      color,
      d!.match(/M/g)!.length,
    ]);
    // Other rows first, in gray.
    expect(counts).toEqual([
      ["line", 20],
      ["s0", 2],
      ["s1", 2],
    ]);
    for (const name of ["asked about", "neighbor", "other"]) expect(svg).toContain(`>${name}</text>`);
  });

  test("the report shows them, and no content of rows where none is to be shown", async () => {
    await words("neighbors customers.csv --of C40 -k 2 -o a.csv --report a.html");
    expect(await readFile(path("a.html"), "utf8")).toMatch(/Rows and their neighbors[\s\S]*C30/);
    await words("neighbors customers.csv --of plan=gold -k 2 -o b.csv --report b.html --no-rows");
    expect(await readFile(path("b.html"), "utf8")).not.toContain("C30");
  });

  test("mistakes are told in a line, and nothing is written", async () => {
    const before = await files();
    const failures: [string, number, RegExp][] = [
      ["neighbors customers.csv", 2, /want the rows to find others for: --of/],
      ["neighbors customers.csv --of 6", 1, /--of: customers\.csv has no row 6, want rows from 1 to 5$/m],
      ["neighbors customers.csv --of 0", 1, /has no row 0/],
      ["neighbors customers.csv --of 4-2", 2, /--of 4-2: want the lower number first, 2-4/],
      [
        "neighbors customers.csv --of C99",
        1,
        /"C99" is no file, and no row of customers\.csv has it in "customer"/,
      ],
      ["neighbors customers.csv --of plan=tin", 1, /no row of customers\.csv has "tin" in the column "plan"/],
      ["neighbors customers.csv --of 1 -k 5", 1, /--neighbors 5: customers\.csv has 5 rows/],
      ["neighbors customers.csv --of digits", 1, /digits: 64 numbers a row, customers\.csv has \d/],
      ["neighbors digits --of C9", 1, /there is no file C9, and digits has no columns with names/],
      ["neighbors customers.csv --of 1 --json", 2, /wants a file: -o FILE/],
    ];
    for (const [line, code, message] of failures) expectError(await words(line), code, message);
    expect(await files()).toEqual(before);
  });
});
