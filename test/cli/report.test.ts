/** @file --report and --picture: what is written, what it shows of the rows, and numbers that come out again. */
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { expectError, FLOWERS, workplace } from "./command.js";
import { loadedModules } from "./loaded-modules.js";

const place = await workplace();
const { path, files, unlabeled, spawned } = place;
const words = (line: string) => unlabeled(line.split(" "));
const page = (name: string) => readFile(path(name), "utf8");

interface Extracted {
  seed: number;
  metrics: Record<string, number>;
  asked: { command: string; seed: number; further: Record<string, string> };
  sections: {
    heading: string;
    panels: { title: string; columns: string[]; rows: (string | number)[][] }[];
  }[];
}
async function extracted(name: string): Promise<Extracted> {
  const { code, stdout } = await words(`report extract ${name}`);
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

beforeAll(async () => {
  // Each row has a name of its own.
  const [heading, ...rows] = FLOWERS.trimEnd().split("\n");
  const named = [`id,${heading}`, ...rows.map((row, i) => `flower-${String(i).padStart(2, "0")},${row}`), ""];
  await writeFile(path("flowers.csv"), named.join("\n"));
  const fitted =
    "fit flowers.csv --label name --method pca --latent-dim 2 -o model.safetensors --report fit.html";
  expect((await spawned(fitted.split(" "))).code).toBe(0);
});

test("a report holds what --json prints, and the command with the seed that was drawn", async () => {
  const { stdout } = await words(
    "evaluate flowers.csv --label name -m model.safetensors --report e.html --json",
  );
  const printed = JSON.parse(stdout);
  expect(printed.files).toEqual(["e.html"]);
  const { metrics, asked } = await extracted("e.html");
  expect(metrics).toEqual(printed.metrics);
  expect(asked.command).toBe(
    "unlabeled evaluate flowers.csv --label name -m model.safetensors --report e.html --json",
  );
  const fit = await extracted("fit.html");
  expect(fit.asked.command).toContain(` --seed ${fit.seed}`);
  expect(fit.asked.further).toMatchObject({
    method: "pca",
    scale: "standard",
    options: expect.stringContaining("latentDim 2"),
  });
});

test("the same run gives the same bytes, whenever and where it runs", async () => {
  const run = "embed flowers.csv --label name --method pca -o p.csv --report again.html --force";
  await words(run);
  const first = await page("again.html");
  expect((await spawned(run.split(" "))).code).toBe(0);
  expect(await page("again.html")).toBe(first);
});

describe("content of rows", () => {
  const runs = {
    fit: "fit flowers.csv --label name --method autoencoder --latent-dim 2 --epochs 2 -o net.safetensors",
    embed: "embed flowers.csv --label name --method pca -o p.csv",
    cluster: "cluster flowers.csv --clusters 2 -o c.csv",
    outliers: "outliers flowers.csv --label name",
    score: "score flowers.csv -o s.csv",
    evaluate: "evaluate flowers.csv -m model.safetensors",
    impute: "impute flowers.csv -o i.csv",
    compare: "compare flowers.csv --methods pca,factorization",
  };
  test.each(Object.entries(runs))("of %s: none by --no-rows, else so many", async (name, run) => {
    const ids = async () => new Set((await page("rows.html")).match(/flower-\d\d/g)).size;
    expect((await words(`${run} --report rows.html --force --no-rows`)).code).toBe(0);
    const without = await page("rows.html");
    expect(await ids()).toBe(0);
    // Nor a number of a row: these stand nowhere else.
    for (const cell of ["1.042", "4.083", "1.002"]) expect(without.includes(`>${cell}<`)).toBe(false);
    expect((await words(`${run} --report rows.html --force --report-rows 5`)).code).toBe(0);
    // Three values are examples of the column.
    const shown = await ids();
    expect(shown).toBeGreaterThanOrEqual(3);
    expect(shown).toBeLessThanOrEqual(name === "impute" ? 3 : 8);
  });
});

test("pictures are SVG, PNG or a page, as their names say", async () => {
  const embed = "embed flowers.csv --label name --method pca -o p.csv --force --picture";
  for (const [name, begin] of [
    ["p.svg", "<svg "],
    ["p.html", "<!doctype html>"],
    ["p.png", "\ufffdPNG"],
  ] as const) {
    expect((await words(`${embed} ${name}`)).code).toBe(0);
    expect((await page(name)).startsWith(begin)).toBe(true);
  }
  const made = [
    "fit digits --method pca --latent-dim 4 --seed 1 -o digits.st --picture components.svg",
    "fit flowers.csv --method pca --latent-dim 2 --seed 1 -o f.st --picture weights.svg",
    "reconstruct digits -m digits.st -o back.npy --picture back.html",
    "reconstruct flowers.csv -m f.st -o back.csv --picture errors.svg",
    "grid digits -m digits.st --steps 3 --picture grid.png",
    "interpolate digits -m digits.st --rows 1,2 --picture path.html",
    "interpolate flowers.csv -m f.st --rows 1,2 --picture path.svg",
    "views digits --augment shift:1 --picture views.svg",
    "recognize digits digits --latent-dim 4 -o r.csv --picture faces.html",
    "cluster flowers.csv --clusters 2 -o c.csv --force --picture clusters.html",
    "outliers flowers.csv --label name --picture outliers.html",
  ];
  for (const run of made) {
    const { code, stderr } = await words(run);
    expect({ run, code, stderr: code === 0 ? "" : stderr }).toEqual({ run, code: 0, stderr: "" });
    expect((await page(run.split(" ").at(-1)!)).length).toBeGreaterThan(500);
  }
});

test("mistakes are told in a line before any work, and nothing is written", async () => {
  const before = await files();
  const fit = "fit flowers.csv --method pca --latent-dim 2 -o other.safetensors";
  expectError(await words(`${fit} --report r.pdf`), 2, /--report r.pdf: the name must end in .html/);
  expectError(await words(`${fit} --report-rows x --report r.html`), 2, /--report-rows/);
  expectError(await words(`${fit} --report-rows 3`), 2, /--report-rows wants a report: --report FILE.html/);
  expectError(await words(`${fit} --no-rows`), 2, /--no-rows wants a report/);
  expectError(await words(`${fit} --report none/r.html`), 1, /none\/r.html/);
  expectError(await words(`${fit} --report fit.html`), 1, /fit.html/);
  expectError(await words(`${fit} --report other.safetensors`), 2, /must end in .html/);
  expectError(
    await words(`${fit} --picture p.gif`),
    2,
    /--picture p.gif: the name must end in .svg, .png or .html/,
  );
  expectError(
    await words("interpolate flowers.csv -m model.safetensors --rows 1,2 --picture p.gif"),
    2,
    /must end in/,
  );
  expectError(await words("grid -m model.safetensors --picture new.svg"), 2, /rows are no images/);
  expectError(await words("report extract flowers.csv"), 1, /flowers.csv: is no report/);
  expectError(await words("report extract none.html"), 1, /none.html: no such file/);
  expectError(await words("report show fit.html"), 2, /extract/);
  expect(await files()).toEqual(before);
});

test("nothing that draws is loaded where no picture and no report is asked for", async () => {
  const run = "embed flowers.csv --label name --method pca -o p.csv --force --quiet".split(" ");
  const draws = /node_modules\/(preact|d3-)|panels\/(draw|sections|report-page)/;
  expect(await loadedModules(place, run)).not.toMatch(draws);
  expect(await loadedModules(place, [...run, "--picture", "p.svg"])).toMatch(draws);
});
