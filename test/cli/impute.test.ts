/** @file impute without a model: the choice, what is written beside it, and mistakes. */
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { readNpy } from "../../src/data/npy.js";
import { random } from "../../src/random.js";
import { csvRows, expectError, workplace } from "./command.js";

const { files, path, spawned, unlabeled } = await workplace();
const words = (line: string) => unlabeled(line.split(" "));
const stream = random(5);

/** Things of three sizes, some of whose values are not known. */
const complete = Array.from({ length: 120 }, (_, i) => {
  const size = stream.integer(3);
  return [
    `thing ${i}`,
    String(10 + 20 * size + stream.integer(6)),
    (5 * size + stream.uniform()).toFixed(2),
    ["Oslo", "Rome", "Lima"][size]!,
    `$${(1000 * size + 100 * stream.uniform()).toFixed(2)}`,
  ];
});
const things = complete.map((row) => row.map((cell, j) => (j > 0 && stream.uniform() < 0.08 ? "" : cell)));
const HEADING = ["thing", "count", "weight", "city", "price"];
const text = (rows: readonly (readonly string[])[]) =>
  [HEADING, ...rows].map((row) => row.join(",")).join("\n");
const gaps = things.flat().filter((cell) => cell === "").length;

beforeAll(async () => {
  await writeFile(path("things.csv"), `${text(things)}\n`);
  await writeFile(path("whole.csv"), `${text(complete)}\n`);
});

interface Report {
  readonly method: string;
  readonly metrics: Record<string, number>;
  readonly gaps: number;
  readonly files: string[];
  readonly trials: { method: string; error?: number; repeats: number }[];
  readonly columns: { name: string; gaps: number; measure: string; error: number; errorOfMeans: number }[];
}

describe("a way is chosen", () => {
  test("all gaps are filled with values that columns have, all else stays, and the mask says where", async () => {
    const run = "impute things.csv -o filled.csv --report-mask mask.csv --report page.html --json";
    const { code, stdout } = await spawned(run.split(" "));
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(report.gaps).toBe(gaps);
    expect(report.files).toEqual(["filled.csv", "mask.csv", "page.html"]);
    const filled = csvRows(await readFile(path("filled.csv"), "utf8"));
    const mask = csvRows(await readFile(path("mask.csv"), "utf8"));
    expect([filled[0], mask[0]]).toEqual([HEADING, HEADING]);
    let wrong = 0;
    things.forEach((row, i) => {
      row.forEach((cell, j) => {
        const [value, isFilled] = [filled[i + 1]![j]!, mask[i + 1]![j]!];
        expect(isFilled).toBe(cell === "" ? "1" : "0");
        if (cell !== "") expect(value).toBe(cell);
        else if (j === 1) expect(value).toMatch(/^\d\d$/);
        else if (j === 2) expect(value).toMatch(/^\d+(\.\d\d?)?$/);
        else if (j === 3) wrong += Number(value !== complete[i]![j]);
        else expect(value).toMatch(/^\$\d+(\.\d\d?)?$/);
      });
    });
    // Size tells the city, and other columns the size.
    expect(wrong).toBeLessThan(3);
    expect(report.columns.map(({ name }) => name)).toEqual(HEADING.slice(1));
    const city = report.columns[2]!;
    expect(city.measure).toBe("share wrong");
    expect(city.error).toBeLessThan(0.3 * city.errorOfMeans);
    expect(report.metrics.rmseHidden).toBeLessThan(0.4 * report.metrics.rmseHiddenOfMeans!);
    expect(report.trials.map(({ method }) => method)).toContain(report.method);
    const page = await readFile(path("page.html"), "utf8");
    expect(page).toContain("Ways to fill");
    for (const { method } of report.trials) expect(page).toContain(method);
    expect(page).toContain("Error of each column");
  });

  test("the table stands on standard output beside a file, else on standard error", async () => {
    const beside = await words("impute things.csv --method knn -o some.csv");
    expect(beside.stdout).toMatch(/^method +error +spread +repeats\nnearestNeighborImputation \* +0\.\d/);
    expect(beside.stdout).toMatch(/^city +\d+ +\d+\.\d %/m);
    expect(beside.stderr).toContain(`${gaps} gaps filled by nearestNeighborImputation`);
    const alone = await words("impute things.csv --method knn");
    expect(alone.stdout).toBe(await readFile(path("some.csv"), "utf8"));
    expect(alone.stderr).toContain("columnMeans");
    expect((await words("impute things.csv --method knn --seed 0")).stdout).toBe(alone.stdout);
  });

  test.each([
    ["iterative-ridge", "iterativeRidge"],
    ["KNNImputer", "nearestNeighborImputation"],
    ["column_means", "columnMeans"],
  ])("--method %s", async (name, method) => {
    const { stdout } = await words(`impute things.csv --method ${name} -o ${method}.csv --json`);
    const report = JSON.parse(stdout) as Report;
    expect(report.method).toBe(method);
    expect(report.trials.length).toBe(method === "columnMeans" ? 1 : 2);
  });

  test("without gaps nothing is compared, but where a share is said", async () => {
    const whole = await words("impute whole.csv -o same.csv");
    expect(await readFile(path("same.csv"), "utf8")).toBe(await readFile(path("whole.csv"), "utf8"));
    expect(whole.stdout).toBe("");
    expect(whole.stderr).toContain("0 gaps filled\n");
    const judged = await words("impute whole.csv -o judged.csv --hide 0.1 --method mice --json");
    const { metrics } = JSON.parse(judged.stdout) as Report;
    expect(metrics.rmseHidden).toBeLessThan(metrics.rmseHiddenOfMeans!);
  });

  test("rows that are arrays are filled too, and the mask is one", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => [i, 2 * i, i % 5 === 2 ? "" : 3 * i].join(","));
    await writeFile(path("rows.csv"), `${rows.join("\n")}\n`);
    const { code } = await words(
      "impute rows.csv --no-header --columns 1-3 --method mice -o r.npy --report-mask m.npy",
    );
    expect(code).toBe(0);
    const mask = readNpy(await readFile(path("m.npy")));
    expect(mask.shape).toEqual([40, 3]);
    expect([...mask.x.data]).toEqual(rows.flatMap((_, i) => [0, 0, Number(i % 5 === 2)]));
  });
});

describe("mistakes", () => {
  test.each([
    [
      "impute things.csv --method pca -o n1.csv",
      2,
      /--method.*Want one of column-means, nearest-neighbor-imputation/,
    ],
    ["impute things.csv --model m.st --method knn -o n2.csv", 2, /--method is for rows without a model/],
    ["impute things.csv -o n3.csv --report-mask n3.pdf", 2, /n3\.pdf: the name must end in/],
    [
      "impute things.csv -o n4.csv --report-mask n4.csv",
      2,
      /n4\.csv: is the same file as the output n4\.csv/,
    ],
    ["impute things.csv -o n5.csv --hide 1", 2, /--hide/],
  ] as const)("%s", async (line, code, message) => {
    const before = await files();
    expectError(await words(line), code, message);
    expect(await files()).toEqual(before);
  });
});
