/**
 * @file Break it, in a browser: a hole is painted by mouse and by keys, stands in the address, and is filled as in Node.
 */
import { writeFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { BreakTold } from "../../lab/break/break-words.js";
import { answer } from "../../lab/break/break-work.js";
import { holeOfText } from "../../lab/break/hole.js";
import { embedded } from "../../src/data/embedded.js";
import { configureRuntime } from "../../src/index.js";
import { FLOWERS, workplace } from "../cli/command.js";
import { inChromium, launchChromium, missing } from "./chromium.js";
import { colorsIn, LabVisit, soon, until, violations } from "./lab-page.js";

const { path } = await workplace();

const HOLE = "18-21,26-29,34-37";
const PAGE = "#page=break&data=digits&seed=1&noise=0&row=4";
const painting = (page: Page) => page.getByRole("application", { name: "The image, to paint on" });
const hashOf = (page: Page) => page.evaluate("location.hash") as Promise<string>;

/** Cells of a table by its title, line by line; of the errors once the search is over. */
async function table(page: Page, title: string): Promise<string[][]> {
  const section = page.locator("section.panel", { has: page.getByRole("heading", { name: title }) });
  await section.waitFor({ timeout: 50_000 });
  if (title === "Errors")
    await soon(() => section.locator("p").textContent()).toContain("has taken 150 of 150 steps");
  const lines = await section.locator("tbody tr").all();
  return Promise.all(lines.map((line) => line.locator("th, td").allTextContents()));
}

describe.skipIf(missing)(inChromium, () => {
  let browser: Browser;
  let visit: LabVisit;

  beforeAll(async () => {
    browser = await launchChromium();
    await writeFile(path("flowers.csv"), FLOWERS);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    visit = await LabVisit.begin(browser, path("flowers.csv"));
    return () => visit.close();
  });

  test("a hole in the address is filled as by WebAssembly in Node", async () => {
    const page = await visit.open(`${PAGE}&hole=${HOLE}`);
    const shown = await table(page, "Errors");
    configureRuntime({ backend: "wasm", threads: 1 });
    const heard: BreakTold[] = [];
    await answer(
      { kind: "fill", seed: 1, image: 3, hidden: holeOfText(HOLE, 64), noise: 0 },
      {
        data: () => embedded("digits"),
        tell: (told) => heard.push(told),
        signal: new AbortController().signal,
      },
    );
    configureRuntime({ threads: 1 });
    const { ways } = heard.flatMap((told) => (told.kind === "filled" ? [told.filled] : [])).at(-1)!;
    const digits = (value: number) => String(Number(value.toPrecision(4)));
    expect(shown).toEqual(
      ways.map(({ name, hiddenError, error }) => [name, digits(hiddenError), digits(error)]),
    );
    expect(visit.heard).toEqual([]);
  });

  test("a hole is painted by keys and by mouse, and shown again", async () => {
    const page = await visit.open(PAGE);
    await soon(() => painting(page).count()).toBe(1);
    expect((await table(page, "Errors")).map(([, hidden]) => hidden)).toEqual(["–", "–", "–", "–"]);
    await painting(page).focus();
    // From the middle, 4 to the right and 4 down: there is a frame before anything is painted.
    await page.keyboard.press("ArrowUp");
    expect(await hashOf(page)).not.toContain("hole");
    await page.keyboard.press("Space");
    await soon(() => hashOf(page)).toMatch(/hole=[^&]*28/);
    const few = await hashOf(page);
    await page.keyboard.press("Shift+ArrowRight");
    await soon(() => hashOf(page)).not.toBe(few);
    for (const [, hidden] of await table(page, "Errors")) expect(Number(hidden)).toBeGreaterThan(0);

    const { x, y, width, height } = (await painting(page).boundingBox())!;
    await page.mouse.move(x + 0.1 * width, y + 0.95 * height);
    await page.mouse.down();
    await page.mouse.move(x + 0.9 * width, y + 0.95 * height, { steps: 5 });
    await page.mouse.up();
    await soon(() => hashOf(page)).toMatch(/hole=.*\b56-63/);
    await page.getByRole("button", { name: "Show all" }).click();
    await soon(() => hashOf(page)).not.toContain("hole");
    await page.getByRole("button", { name: "Hide the right half" }).click();
    await soon(() => hashOf(page)).toContain("hole=4-7,12-15,20-23,28-31,36-39,44-47,52-55,60-63");
    await page.getByRole("button", { name: "Next" }).click();
    await soon(() => hashOf(page)).not.toContain("row=4&");
    await page.getByRole("slider").fill("0.3");
    await soon(() => hashOf(page)).toContain("noise=0.3");
    expect(visit.heard).toEqual([]);
  });

  test("a drawing of one's own is scored", async () => {
    const page = await visit.open(PAGE);
    await soon(() => painting(page).count()).toBe(1);
    await page.getByLabel("draw an image of your own").click();
    await page.getByRole("heading", { name: "Your drawing" }).waitFor();
    const { x, y, width, height } = (await painting(page).boundingBox())!;
    await page.mouse.move(x + 0.5 * width, y + 0.1 * height);
    await page.mouse.down();
    await page.mouse.move(x + 0.5 * width, y + 0.9 * height, { steps: 8 });
    await page.mouse.up();
    const before = await table(page, "Is it unusual?");
    expect(before.map(([name]) => name)).toEqual(["zero-filled", "masked", "generative prior"]);
    for (const [, , rank] of before) expect(rank).toMatch(/^\d+ of 1797 \(\d+ %\)$/);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("heading", { name: /^Row \d+$/ }).waitFor();
    expect(visit.heard).toEqual([]);
  });

  test("rows that are no images are refused in a line", async () => {
    const page = await visit.open("#page=break&data=flowers.csv&seed=1");
    await until(page, "flowers.csv: its rows are no images, which this page wants");
    expect(visit.heard).toEqual([]);
  });

  test.each([
    { width: 1280, colorScheme: "light" },
    { width: 390, colorScheme: "dark" },
  ] as const)("everybody can use it: $width pixels, $colorScheme", async (view) => {
    const page = await visit.open(`${PAGE}&hole=${HOLE}`, view);
    await table(page, "Errors");
    for (const summary of await page.locator("summary").all()) await summary.click();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(view.width);
    // The hole has colors of its own.
    expect(await colorsIn(await painting(page).screenshot())).toBeGreaterThan(8);
    for (const one of await page.getByRole("img", { name: /what the model gives back/ }).all())
      expect(await colorsIn(await one.screenshot())).toBeGreaterThan(8);
    expect(visit.heard).toEqual([]);
  });
});
