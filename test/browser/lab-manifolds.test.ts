/**
 * @file Manifolds in a browser: a sheet that is turned, maps of it with their numbers, and t-SNE step by step.
 */
import { writeFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FLOWERS, workplace } from "../cli/command.js";
import { inChromium, launchChromium, missing } from "./chromium.js";
import { colorsIn, LabVisit, soon, status, type View, violations } from "./lab-page.js";

const { path } = await workplace();
let browser: Browser;
let visit: LabVisit;
const open = (hash = "", view: View = {}) => visit.open(hash, view);
const text = (page: Page) => page.locator(".panels").textContent();
const SHORT = "#page=manifolds&roll=swiss-roll&rows=300&seed=1&perplexities=5,20&seeds=1,2&maxIter=100";

describe.skipIf(missing)(inChromium, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    await writeFile(path("flowers.csv"), FLOWERS);
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    visit = await LabVisit.begin(browser, path("flowers.csv"));
    return () => visit.close();
  });

  test("maps have their numbers, t-SNE its steps, and the sheet turns by keys and pointer", async () => {
    const page = await open(SHORT);
    await soon(() => text(page)).toMatch(/t-SNE.*Trustworthiness 0\.\d+, correlation of distances/);
    const lines = page.locator("table", { hasText: "trustworthiness" }).first().locator("tbody tr");
    expect(await lines.count()).toBe(3);
    const tsne = page.getByRole("img", { name: "Map by t-SNE" });
    const end = await tsne.screenshot();
    await page.getByLabel("Step of t-SNE").fill("2");
    await soon(() => text(page)).toContain("Step 15.");
    expect(Buffer.compare(end, await tsne.screenshot())).not.toBe(0);
    await page.getByRole("button", { name: "Play" }).click();
    await soon(() => text(page)).toContain("Pause");
    await soon(() => text(page)).toContain("Play");
    const space = page.getByRole("application");
    const front = await space.screenshot();
    await space.press("ArrowLeft");
    const turned = await space.screenshot();
    expect(Buffer.compare(front, turned)).not.toBe(0);
    const box = (await space.boundingBox())!;
    await page.mouse.move(box.x + 50, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + 90, box.y + 70);
    await page.mouse.up();
    expect(Buffer.compare(turned, await space.screenshot())).not.toBe(0);
    expect(visit.heard).toEqual([]);
  });

  test("a grid of perplexities and seeds has a map and numbers for each", async () => {
    const page = await open(SHORT);
    await soon(() => text(page)).toMatch(/t-SNE.*Trustworthiness 0\.\d+, correlation of distances/);
    await page.getByRole("button", { name: "Make 4 maps" }).click();
    const lines = page.locator("table", { hasText: "divergence" }).locator("tbody tr");
    await soon(() => lines.count()).toBe(4);
    const cells = await page.getByRole("img", { name: /^t-SNE, perplexity/ }).all();
    expect(cells.length).toBe(4);
    for (const cell of cells) expect(await colorsIn(await cell.screenshot())).toBeGreaterThan(8);
    expect(visit.heard).toEqual([]);
  });

  test("an option begins anew, and what is none is refused in a line", async () => {
    const page = await open(SHORT);
    await soon(() => text(page)).toContain("300 points, colored by their place along the sheet");
    await page.getByLabel("roll", { exact: true }).selectOption("s-curve");
    await soon(() => text(page)).toContain("s-curve in space");
    expect(await page.evaluate("location.hash")).toContain("roll=s-curve");
    await page.getByLabel("rows", { exact: true }).fill("9");
    await page.getByLabel("rows", { exact: true }).press("Tab");
    await soon(() => status(page).textContent()).toBe("rows must be an integer from 50 to 3000, got 9");
    expect(visit.heard).toEqual([]);
  });

  test.each([
    { width: 1280, colorScheme: "dark" },
    { width: 390, colorScheme: "light" },
  ] as const)("everybody can use it: $width pixels, $colorScheme", async (view) => {
    const page = await open(SHORT, view);
    await soon(() => text(page)).toMatch(/t-SNE.*Trustworthiness 0\.\d+, correlation of distances/);
    await page.getByRole("button", { name: "Make 4 maps" }).click();
    await soon(() => page.locator("table", { hasText: "divergence" }).locator("tbody tr").count()).toBe(4);
    for (const summary of await page.locator("summary").all()) await summary.click();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(view.width);
    for (const map of await page.locator(".still-map").all())
      expect(await colorsIn(await map.screenshot())).toBeGreaterThan(8);
    expect(visit.heard).toEqual([]);
  });
});
