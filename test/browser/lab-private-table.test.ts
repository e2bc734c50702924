/**
 * @file A story of the lab from end to end, in a browser: somebody with a table of many rows, gaps and two columns of text, who may not
 * upload it.
 */
import { writeFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readData } from "../../src/data/format.js";
import { random } from "../../src/random.js";
import { csvRows, workplace } from "../cli/command.js";
import { inChromium, launchChromium, missing } from "./chromium.js";
import { downloaded, LabVisit, soon, until } from "./lab-page.js";

const { path, spawned } = await workplace();
const ROWS = 21_000;
const NUMBERS = 36;
/** Row that is unlike all others, from 1. */
const UNUSUAL = 4242;

/** Rows of three groups in 36 columns that have five numbers in common, with gaps, a town and a remark. */
function table(rows: number, seed: number): string {
  const draw = random(seed);
  const [mix, codes, noise] = [5 * NUMBERS, 5 * rows, NUMBERS * rows].map((count, i) => {
    const values = new Float32Array(count);
    draw.fork(String(i)).fillNormal(values);
    return values;
  }) as [Float32Array, Float32Array, Float32Array];
  const holes = new Float32Array(NUMBERS * rows);
  draw.fork("holes").fillUniform(holes);
  const names = Array.from({ length: NUMBERS }, (_, j) => `amount_${j + 1}`);
  const lines = Array.from({ length: rows }, (_, i) => {
    const group = i % 3;
    const cells = names.map((_, j) => {
      if (holes[i * NUMBERS + j]! < 0.03) return "";
      let value = 0.3 * noise[i * NUMBERS + j]!;
      for (let k = 0; k < 5; k++)
        value += (codes[5 * i + k]! + (k === group ? 6 : 0)) * mix[k * NUMBERS + j]!;
      if (i === UNUSUAL - 1 && j === 6) value = 999;
      return value.toFixed(3);
    });
    return `town ${i % 5},remark number ${i} of a person,${cells.join(",")}`;
  });
  return `town,remark,${names.join(",")}\n${lines.join("\n")}\n`;
}

const text = (page: Page) => page.locator(".panels").textContent();
const told = (page: Page) => page.locator(".panels > [role=status]").first();
const words = (command: string) => command.split(" ").slice(1);
async function copied(page: Page, title: string): Promise<string> {
  const part = page.locator("details", { has: page.getByText(title, { exact: true }) });
  return (await part.locator("pre").textContent())!;
}

describe.skipIf(missing)(inChromium, () => {
  let browser: Browser;
  let visit: LabVisit;

  beforeAll(async () => {
    browser = await launchChromium();
    await writeFile(path("people.csv"), table(ROWS, 1));
    await writeFile(path("next-week.csv"), table(300, 2));
    visit = await LabVisit.begin(browser, path("people.csv"));
  });
  afterAll(async () => {
    await visit?.close();
    await browser?.close();
  });

  test("a table that may not be uploaded", { timeout: 240_000 }, async () => {
    // Its columns, as they are guessed.
    const page = await visit.open();
    const summary = page.locator("details.box > summary", { hasText: "Data:" });
    await soon(() => summary.textContent()).toMatch(/^Data: people\.csv, 21,000 rows/);
    await summary.click();
    const columns = (await page.locator("details.box").first().textContent())!;
    for (const name of ["town", "remark", "amount_36"]) expect(columns).toContain(name);

    // A map of a sample, twice, which says so, with one selection.
    const maps =
      "page=latent&data=people.csv&method=tsne&maxIter=60&seed=1&b.method=tsne&b.maxIter=60&b.seed=2";
    await page.evaluate(`location.hash = ${JSON.stringify(`#${maps}`)}`);
    // Nothing is computed of so many rows until somebody says so.
    const make = page.getByRole("button", { name: "Make the map" });
    await soon(() => make.count()).toBe(2);
    for (const one of await make.all()) await one.click();
    await expect
      .poll(() => text(page), { timeout: 120_000 })
      .toMatch(/20,000 of 21,000 rows, made in .*20,000 of 21,000 rows, made in /);
    await page.getByLabel("Lasso").check();
    const box = (await page.locator(".map").first().boundingBox())!;
    const place = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
    await page.mouse.move(...place(0.02, 0.02));
    await page.mouse.down();
    for (const [x, y] of [
      [0.98, 0.02],
      [0.98, 0.5],
      [0.02, 0.5],
    ] as const)
      await page.mouse.move(...place(x, y), { steps: 4 });
    await page.mouse.up();
    await soon(() => text(page)).toMatch(/[\d,]+ of 21,000 rows are selected/);
    const chosen = Number(
      /([\d,]+) of 21,000 rows are selected/.exec((await text(page))!)![1]!.replace(",", ""),
    );
    expect(chosen).toBeGreaterThan(1000);
    const selection = await downloaded(page, "Download these rows as CSV");
    const rows = await readData(selection.bytes, selection.name);
    expect(rows.x.rows).toBe(chosen);
    expect(rows.table!.columns.map(({ name }) => name)).toEqual(expect.arrayContaining(["town", "remark"]));

    // Outliers with their reasons.
    await page.evaluate(`location.hash = "#page=table&data=people.csv&task=outliers&seed=1"`);
    await soon(() => told(page).textContent()).toMatch(/nothing is done until you press Begin/);
    await page.getByRole("button", { name: "Begin" }).click();
    await expect
      .poll(() => told(page).textContent(), { timeout: 120_000 })
      .toMatch(/rows? (is|are) unusual\.$/);
    const first = await page
      .locator("section.panel", { hasText: "The most unusual rows" })
      .locator("tbody tr")
      .first();
    const cells = await first.locator("td").allTextContents();
    expect(cells.slice(0, 2)).toEqual(["1", String(UNUSUAL)]);
    expect(cells).toContain("amount_7");
    const scored = csvRows((await downloaded(page, "(CSV)")).bytes.toString());
    expect(scored).toHaveLength(1 + ROWS);

    // The same for next week's file, at the shell.
    const [line] = (await copied(page, "Command for next week's file"))
      .split("\n")
      .filter((one) => !one.startsWith("#"));
    const next = await spawned([...words(line!), "--quiet", "--force"]);
    expect({ code: next.code, stderr: next.stderr }).toEqual({ code: 0, stderr: "" });

    // A model to take along.
    await page.evaluate(`location.hash = "#page=bench&data=people.csv&method=pca&latentDim=2&seed=1"`);
    await until(page, "Ready.");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await until(page, "Done.");
    const model = await downloaded(page, "Download the model");
    await writeFile(path(model.name), model.bytes);
    const encoded = await spawned([
      "encode",
      "next-week.csv",
      "-m",
      model.name,
      "-o",
      "codes.csv",
      "--only-new",
    ]);
    expect(encoded.code).toBe(0);
    expect(visit.heard).toEqual([]);
  });
});
