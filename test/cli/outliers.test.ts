/** @file outliers: the table of reasons, results as a table, thresholds, labels, pages, and mistakes. */
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { DETECTOR_NAMES } from "../../cli/detector-names.js";
import { DETECTORS } from "../../src/tasks/outliers/detectors.js";
import { plantedOutliers } from "../fixtures/planted-outliers.js";
import { csvRows, expectError, workplace } from "./command.js";

const { path, spawned, unlabeled } = await workplace();
const words = (line: string) => unlabeled(line.split(" "));
const { csv, planted } = plantedOutliers(1, { rows: 400 });
const [spend, , town] = [...planted.keys()] as [number, number, number];
const lines = csv.trimEnd().split("\n");

beforeAll(async () => {
  await writeFile(path("shop.csv"), csv);
  const marked = lines.map((line, i) => `${line},${i === 0 ? "odd" : planted.has(i - 1) ? "yes" : "no"}`);
  await writeFile(path("marked.csv"), `${marked.join("\n")}\n`);
  const clean = lines.filter((_, i) => i === 0 || !planted.has(i - 1));
  await writeFile(path("clean.csv"), `${clean.join("\n")}\n`);
});

describe("outliers", () => {
  test("tells the first rows with reasons in words", async () => {
    const { code, stdout, stderr } = await spawned(["outliers", "shop.csv", "--top", "12"]);
    expect(code).toBe(0);
    const told = stdout.split("\n").find((line) => line.split(/\s+/)[1] === String(spend + 1));
    expect(told).toMatch(/yes +spend [\d,]+, expected [\d.]+ \(half between [\d.]+ and [\d.]+\)/);
    expect(stdout).toMatch(/town Bremn, expected \w+ \([\d.]+ % of such rows; Bremn [<\d. ]+ %\)/);
    expect(stdout).toMatch(/\d+ outliers? of 400 rows: as many as lie beyond the fence/);
    expect(stderr).toMatch(/learning from 7 of 7 columns/);
  });

  test("writes the table with score, outlier, rank and the columns that explain the first rows", async () => {
    const { code } = await words("outliers shop.csv --contamination 0.01 --top 8 -o ranked.csv --quiet");
    expect(code).toBe(0);
    const [heading, ...rows] = csvRows(await readFile(path("ranked.csv"), "utf8"));
    expect(heading!.slice(0, 14)).toEqual(
      "age,income,spend,height,weight,plan,town,score,outlier,rank,column_1,value_1,expected_1,contribution_1".split(
        ",",
      ),
    );
    expect(rows.map((row) => row.slice(0, 7).join())).toEqual(lines.slice(1));
    expect(rows.map((row) => Number(row[9])).sort((a, b) => a - b)).toEqual(rows.map((_, i) => i + 1));
    for (const row of rows) {
      expect(Number(row[8])).toBe(Number(Number(row[9]) <= 4));
      expect(row[10] === "").toBe(Number(row[9]) > 8);
    }
    const own = rows[spend]!;
    expect(own.slice(9, 12)).toEqual(["1", "spend", String(Number(own[2]))]);
    expect(Number(own[12])).toBeLessThan(Number(own[11]) / 10);
    expect(Number(own[13])).toBeGreaterThan(0.5);
  });

  test("ends with exit code 3 where there are outliers and that was asked", async () => {
    expect((await words("outliers shop.csv --contamination 0.01 --fail-on-outliers --quiet")).code).toBe(3);
    const { code, stdout } = await words(
      "outliers shop.csv --contamination 0.001 --fail-on-outliers --quiet",
    );
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("0 outliers of 400 rows"),
    });
  });

  test("clean rows say what is usual, and which columns there are", async () => {
    const { code, stdout } = await words("outliers shop.csv --clean clean.csv --json --quiet");
    expect(code).toBe(0);
    const { outliers, rule, rows } = JSON.parse(stdout);
    expect(rule).toMatch(/99 % quantile of 198 clean rows/);
    expect(outliers).toBeGreaterThanOrEqual(3);
    expect(rows.map((one: { row: number }) => one.row)).toContain(town + 1);
  });

  test("labels: every detector beside the distance to the mean", async () => {
    const line = "outliers marked.csv --label odd --json --quiet";
    const { judged, metrics, detectors, schemaVersion, n, d } = JSON.parse((await words(line)).stdout);
    expect({ schemaVersion, n, outliers: judged.outliers, label: judged.outlierLabel }).toEqual({
      schemaVersion: 1,
      n: 400,
      outliers: 3,
      label: "yes",
    });
    expect(d).toBeGreaterThan(7);
    const names = judged.figures.map(({ name }: { name: string }) => name);
    expect(names.slice(0, 2)).toEqual(["combination", "distanceToMean"]);
    expect(names).toContain("localOutlierFactor");
    expect(detectors.length).toBe(names.length - 1);
    expect(metrics.rocAuc).toBe(judged.figures[0].rocAuc);
    expect(metrics.rocAuc).toBeGreaterThan(0.95);
    const alone = await words("outliers marked.csv --label odd --method neighbors --quiet");
    expect(alone.stdout).toMatch(/distance to the mean +[\d.]+ +[\d.]+ +[\d.]+/);
    expect(alone.stdout).toMatch(/by labels: 3 of 400 rows are yes/);
  });

  test("labels of many kinds are no judges, and are said to be none", async () => {
    const { code, stderr } = await words("outliers shop.csv --label town");
    expect(code).toBe(0);
    expect(stderr).toMatch(/town has 5 kinds of labels; figures want two/);
  });

  test("pictures and pages", async () => {
    const line = "outliers shop.csv --picture map.svg --report page.html --report-rows 8 --quiet";
    expect((await words(line)).code).toBe(0);
    expect(await readFile(path("map.svg"), "utf8")).toMatch(/^<svg[\s\S]*outlier/);
    const page = await readFile(path("page.html"), "utf8");
    for (const heading of ["Unusual rows", "The most unusual rows", "Scores"])
      expect(page).toContain(heading);
    expect(page).toContain("Bremn");
    expect((await words("outliers shop.csv --report none.html --no-rows --quiet")).code).toBe(0);
    expect(await readFile(path("none.html"), "utf8")).not.toContain("Bremn");
  });

  test("arrays and embedded sets", async () => {
    const { code, stdout } = await words("outliers digits --method distance-to-mean --top 2 --quiet");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^rank +row +score +outlier +why\n1 /);
  });

  test("every detector can be named, and no other", () => {
    expect([...DETECTOR_NAMES].sort()).toEqual(DETECTORS.map(({ name }) => name).sort());
  });

  test("mistakes are one line", async () => {
    expectError(
      await words("outliers shop.csv --method forest"),
      2,
      /Want one of distance-to-mean, .*isolation-forest/,
    );
    expectError(await words("outliers shop.csv --contamination 2"), 2, /above 0 and below 1/);
    expectError(await words("outliers shop.csv -o ranked.xyz"), 2, /the name must end in/);
    expectError(await words("outliers no.csv"), 1, /no such file/);
    expectError(await words("outliers marked.csv --clean shop.csv --columns odd"), 1, /odd/);
  });
});
