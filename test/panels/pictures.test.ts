/** @file Pictures: what is drawn of how much, far points, legends, captions, tables behind them. */
import { describe, expect, test } from "vitest";
import { drawnRows } from "../../panels/draw/drawn-rows.js";
import { robustLimits } from "../../panels/draw/limits.js";
import { tableOf } from "../../panels/draw/panel.js";
import { shownValue } from "../../panels/draw/words.js";
import { svgOf } from "../../panels/picture-file.js";
import type { ScatterPanel } from "../../panels/report.js";
import { random } from "../../src/random.js";

/** Points of a normal distribution. */
function cloud(rows: number, more: Partial<ScatterPanel> = {}): ScatterPanel {
  const draws = random(1);
  const column = () => Float64Array.from({ length: rows }, () => draws.normal());
  const names = { title: "a cloud", see: "Points.", xName: "across (m)", yName: "up (s)" };
  return { kind: "scatter", ...names, x: column(), y: column(), ...more };
}

/** Text of a picture, lines joined. */
const textOf = (svg: string) =>
  svg
    .replace(/<style.*?<\/style>/, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;

/** Numbers of rows in the order of their points. */
function rowsIn(svg: string): number[] {
  return [...svg.matchAll(/data-r="([^"]*)" d="([^"]*)"/g)].flatMap(([, rows, path]) => {
    let row = 0;
    const numbers = rows!.split(" ").map((step) => (row += Number(step)));
    expect(numbers).toHaveLength(count(path!, /M/g));
    return numbers;
  });
}

describe("a scatter", () => {
  test("has axes with names, a legend with the column, a caption, a title and a description", () => {
    const labels = Array.from({ length: 60 }, (_, i) => ["rose", "lily"][i % 2]!);
    const svg = svgOf(cloud(60, { color: { name: "species", labels }, caption: "pca, seed 3" }));
    for (const text of ["across (m)", "up (s)", "species", "rose", "lily", "60 rows; pca, seed 3"])
      expect(svg).toContain(`>${text}<`);
    expect(svg).toMatch(/<svg [^>]*role="img" aria-labelledby="p-t p-d"/);
    expect(svg).toContain('<title id="p-t">a cloud</title><desc id="p-d">Points.</desc>');
    expect(svg).toContain("prefers-color-scheme: dark");
  });

  test("has a point for each row, which knows its number", () => {
    const labels = Array.from({ length: 500 }, (_, i) => `class ${i % 7}`);
    const svg = svgOf(cloud(500, { color: { name: "c", labels } }));
    expect(rowsIn(svg).sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
    const rowNumbers = Uint32Array.from({ length: 500 }, (_, i) => 1000 - i);
    expect(new Set(rowsIn(svgOf(cloud(500, { rowNumbers }))))).toEqual(new Set(rowNumbers));
  });

  test("of 10,000 rows is light, of more than 20,000 draws a sample and says so", () => {
    expect(svgOf(cloud(10_000)).length).toBeLessThan(220_000);
    const svg = svgOf(cloud(30_000));
    expect(rowsIn(svg)).toHaveLength(20_000);
    expect(textOf(svg)).toContain("20,000 of 30,000 rows drawn; all used");
    const drawn = drawnRows(30_000, 20_000);
    expect(drawn).toEqual(drawnRows(30_000, 20_000));
    expect([...drawn]).toEqual([...new Set(drawn)].sort((a, b) => a - b));
    // A sample of all of them, and not their beginning.
    expect(drawn.filter((row) => row >= 20_000).length).toBeGreaterThan(6000);
  });

  test.each([900, 20])("of %i rows is not squeezed by one far away, which is marked and told", (rows) => {
    const usual = cloud(rows);
    const far = cloud(rows, { x: Float64Array.from(usual.x, (value, i) => (i === 7 ? 99_999 : value)) });
    const svg = svgOf(far);
    const places = [...svg.matchAll(/M([\d.]+) [\d.]+h0/g)].map(([, x]) => Number(x));
    const width = Math.max(...places.slice(0, -1)) - Math.min(...places);
    expect(width).toBeGreaterThan(150);
    expect(textOf(svg)).toContain("1 row far beyond: at the edge, crossed");
    expect(count(svg, /m-4 -4l8 8m0 -8l-8 8/g)).toBe(1);
    expect(svgOf(usual)).not.toContain("far beyond");
  });

  test("of more classes than colors uses shapes, of very many small multiples", () => {
    const labels = (classes: number) => Array.from({ length: 600 }, (_, i) => `class ${i % classes}`);
    const shapes = svgOf(cloud(600, { color: { name: "c", labels: labels(45) } }));
    expect(shapes).toContain('stroke-linecap="square"');
    expect(shapes).toContain("m0 -3v6");
    expect(count(shapes, /data-k="/g)).toBe(45);
    const multiples = svgOf(cloud(600, { color: { name: "c", labels: labels(100) } }));
    expect(count(multiples, /<use /g)).toBe(24);
    expect(textOf(multiples)).toContain("the 24 most frequent of 100 values");
  });

  test("with equal units is as wide as high a unit", () => {
    const svg = svgOf(cloud(4, { x: [0, 4, 4, 0], y: [0, 0, 1, 1], equalUnits: true }));
    const places = [...svg.matchAll(/M([\d.]+) ([\d.]+)h0/g)].map(([, x, y]) => [Number(x), Number(y)]);
    const extent = (j: 0 | 1) =>
      Math.max(...places.map((at) => at[j]!)) - Math.min(...places.map((at) => at[j]!));
    expect(extent(0) / extent(1)).toBeCloseTo(4, 2);
  });

  test("of one row, of equal rows or with a gap is drawn all the same", () => {
    for (const x of [[1], [2, 2, 2], [1, Number.NaN, 3], [1, 2, Number.POSITIVE_INFINITY]])
      expect(/NaN|Infinity|undefined/.exec(svgOf(cloud(x.length, { x, y: x })))).toBeNull();
    expect(textOf(svgOf(cloud(2, { x: [1, Number.NaN] })))).toContain("1 row without numbers left out");
  });

  test("has a table of its groups behind it", () => {
    const labels = ["a", "a", "b"];
    const table = tableOf(cloud(3, { x: [1, 3, 5], y: [2, 2, 9], color: { name: "kind", labels } }))!;
    expect(table.columns.slice(0, 3)).toEqual(["kind", "rows", "across (m), median"]);
    expect(table.rows).toEqual([
      ["a", 2, 3, 1, 3, 2, 2, 2],
      ["b", 1, 5, 5, 5, 9, 9, 9],
    ]);
  });
});

test("limits hold all values but those far beyond the bulk", () => {
  const usual = Float64Array.from({ length: 100 }, (_, i) => i);
  expect(robustLimits(usual)).toEqual({ low: 0, high: 99 });
  expect(robustLimits([...usual, 1e9])).toMatchObject({ low: 0, high: expect.closeTo(197, -1) });
  expect(robustLimits([1, 2, 1e9])).toEqual({ low: 1, high: 1e9 });
  expect(robustLimits([...Array(50).fill(3), 7])).toEqual({ low: 3, high: 7 });
  expect(robustLimits([Number.NaN])).toEqual({ low: 0, high: 1 });
});

test("a curve of one small value has a place on a logarithmic axis", () => {
  const series = [{ name: "loss", values: [0.3] }];
  const panel = {
    kind: "curves",
    title: "t",
    see: "s",
    xName: "step",
    yName: "loss",
    x: [1],
    series,
  } as const;
  for (const logY of [true, false]) expect(svgOf({ ...panel, logY })).not.toContain("NaN");
});

test("curves are on a logarithmic axis where they fall far, and know gaps", () => {
  const x = Array.from({ length: 20 }, (_, i) => i + 1);
  const series = [
    { name: "loss", values: x.map((step) => 1000 / step ** 3) },
    { name: "held out", values: x.map((step) => (step % 2 ? 500 / step : Number.NaN)) },
  ];
  const panel = { kind: "curves", title: "t", see: "s", xName: "epoch", yName: "loss", x, series } as const;
  const svg = svgOf(panel);
  expect(svg).toContain(">loss (log)<");
  expect(svg.includes("NaN")).toBe(false);
  expect(tableOf(panel)!.rows[1]).toEqual([2, 125, undefined]);
  expect(svgOf({ ...panel, logY: false })).not.toContain("(log)");
});

test("bars beyond 40 names are in the table alone, the largest first", () => {
  const values = Array.from({ length: 100 }, (_, i) => i);
  const names = values.map((value) => `column ${value}`);
  const panel = {
    kind: "bars",
    title: "t",
    see: "s",
    valueName: "v",
    names,
    series: [{ name: "v", values }],
    ranked: true,
  } as const;
  const svg = svgOf(panel);
  expect(count(svg, /<rect class="f0"/g)).toBe(40);
  expect(svg).toContain(">column 99<");
  expect(svg.includes(">column 5<")).toBe(false);
  expect(textOf(svg)).toContain("the first 40 of 100; all stand in the table");
  expect(tableOf(panel)!.rows).toHaveLength(100);
});

test("a heat map of many rows shows those with the largest numbers", () => {
  const rowNames = Array.from({ length: 90 }, (_, i) => `row ${i}`);
  const values = rowNames.map((_, i) => (i === 77 ? -9 : i / 100));
  const svg = svgOf({ kind: "heatMap", title: "t", see: "s", rowNames, columnNames: ["one"], values });
  expect(svg).toContain(">row 77<");
  expect(svg.includes(">row 3<")).toBe(false);
  expect(textOf(svg)).toContain("40 of 90 rows");
});

test("numbers are shown with five digits and without zeros at their end", () => {
  const shown = [0, 1, 0.5, 1 / 3, 1e-4, 2.5e-7, 123456.789, 1e12, -0.10004, 100, Number.NaN].map(shownValue);
  expect(shown).toEqual([
    "0",
    "1",
    "0.5",
    "0.33333",
    "1e-4",
    "2.5e-7",
    "1.2346e+5",
    "1e+12",
    "-0.10004",
    "100",
    "–",
  ]);
});
