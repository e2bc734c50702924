/**
 * @file Latent in a browser: maps that rows are chosen from by pointer and by keys, and a decoder that answers.
 */
import { writeFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { embedded } from "../../src/data/embedded.js";
import { readData } from "../../src/data/format.js";
import { blobs } from "../../src/data/synthetic.js";
import { configureRuntime, fit, pca } from "../../src/index.js";
import { workplace } from "../cli/command.js";
import { inChromium, launchChromium, missing } from "./chromium.js";
import { colorsIn, downloaded, LabVisit, soon, status, type View, violations } from "./lab-page.js";

const { path } = await workplace();
const ROWS = 100_000;
let browser: Browser;
let visit: LabVisit;
const open = (hash = "", view: View = {}) => visit.open(hash, view);
const text = (page: Page) => page.locator(".panels").textContent();
const DIGITS = "#page=latent&data=digits&method=pca&latentDim=2&seed=1";

/** A pixel of a map, by shares of its width and height. */
async function at(page: Page, x: number, y: number, map = 0): Promise<[number, number]> {
  const box = (await page.locator(".map").nth(map).boundingBox())!;
  return [box.x + x * box.width, box.y + y * box.height];
}

async function lasso(page: Page, corners: readonly (readonly [number, number])[]): Promise<void> {
  await page.getByLabel("Lasso").check();
  await page.mouse.move(...(await at(page, ...corners[0]!)));
  await page.mouse.down();
  for (const corner of corners.slice(1)) await page.mouse.move(...(await at(page, ...corner)), { steps: 4 });
  await page.mouse.up();
}

describe.skipIf(missing)(inChromium, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    const { x, labels } = blobs({ rows: ROWS, cols: 4, centers: 5, seed: 2 });
    const lines = Array.from(
      { length: ROWS },
      (_, i) => `r${i},kind ${labels[i]},${x.data.subarray(4 * i, 4 * i + 4).join(",")}`,
    );
    await writeFile(path("many.csv"), `name,kind,a,b,c,d\n${lines.join("\n")}\n`);
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    visit = await LabVisit.begin(browser, path("many.csv"));
    return () => visit.close();
  });

  test("rows are looked at, chosen on one map, seen on the other, and taken along", async () => {
    const page = await open(`${DIGITS}&b.method=tsne&b.seed=1&b.maxIter=300`);
    await soon(() => text(page)).toMatch(/1,797 rows, made in .*1,797 rows, made in /);
    await soon(async () => colorsIn(await page.locator(".map").nth(1).screenshot())).toBeGreaterThan(8);
    // A point under the pointer, which is near to one anywhere in the middle.
    await page.getByLabel("Move").check();
    await page.mouse.move(...(await at(page, 0.55, 0.3)));
    await soon(async () => {
      await page.mouse.move(...(await at(page, 0.45 + 0.1 * Math.random(), 0.3 + 0.2 * Math.random())));
      return page.locator(".tip canvas").count();
    }).toBe(1);
    await lasso(page, [
      [0.4, 0.3],
      [0.6, 0.3],
      [0.6, 0.6],
      [0.4, 0.6],
    ]);
    await soon(() => text(page)).toMatch(/\d+ of 1,797 rows are selected\./);
    const count = Number(
      /([\d,]+) of 1,797 rows are selected/.exec((await text(page))!)![1]!.replace(",", ""),
    );
    expect(count).toBeGreaterThan(50);
    expect(count).toBeLessThan(1000);
    const { name, bytes } = await downloaded(page, "Download these rows as CSV");
    expect(name).toBe("digits-selection.csv");
    expect((await readData(bytes, name)).x.rows).toBe(count);
    // The codes are those of Node's WebAssembly, to the last bit.
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    const codes = await readData(
      (await downloaded(page, "Download all codes of the first map")).bytes,
      "codes.csv",
    );
    configureRuntime({ backend: "wasm", threads: 1 });
    const digits = embedded("digits");
    const model = await fit(pca({ latentDim: 2 }), digits, { seed: 1, scale: "none" });
    const own = (await model.encode(digits.x)).data;
    configureRuntime({ threads: 1 });
    const [, z1, z2] = codes.table!.columns.map(({ values }) =>
      Float32Array.from(values as Iterable<number>),
    );
    expect(z1).toEqual(own.filter((_, i) => i % 2 === 0));
    expect(z2).toEqual(own.filter((_, i) => i % 2 === 1));
    expect(visit.heard).toEqual([]);
  });

  test("all of it goes by keys", async () => {
    const page = await open(DIGITS);
    await soon(() => text(page)).toContain("1,797 rows, made in");
    const caption = page.locator(".map-figure figcaption");
    await soon(() => caption.textContent()).toContain("1,797 points in sight");
    const map = page.getByRole("application");
    await map.focus();
    for (let k = 0; k < 4; k++) await map.press("+");
    await soon(() => caption.textContent()).not.toContain("1,797 points in sight");
    const before = await caption.textContent();
    await map.press("ArrowRight");
    await soon(() => caption.textContent()).not.toBe(before);
    await map.press("0");
    await soon(() => caption.textContent()).toContain("1,797 points in sight");
    await map.press("Enter");
    await soon(() => text(page)).toContain("with its 10 nearest by code (pca)");
    await map.press("n");
    await map.press("n");
    await soon(() => text(page)).toMatch(/Neighbor 2 of row \d+, at distance/);
    await map.press("p");
    await soon(() => text(page)).toMatch(/Neighbor 1 of row \d+, at distance/);
    await map.press("b");
    await soon(() => text(page)).toMatch(/\d+ of 1,797 rows are selected/);
    await map.press("Escape");
    await soon(() => text(page)).toContain("No rows are selected.");
    // Classes one after the other.
    const classes = page.locator(".legend button");
    await classes.first().focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await soon(() => text(page)).toContain("182 of 1,797 rows are selected.");
    expect(await classes.nth(1).getAttribute("aria-pressed")).toBe("true");
    await page.keyboard.press("Space");
    await soon(() => text(page)).toContain("No rows are selected.");
    expect(visit.heard).toEqual([]);
  });

  test("two fingers zoom, one moves, and a brush selects what it passes", async () => {
    const page = await open(DIGITS);
    await soon(() => text(page)).toContain("1,797 rows, made in");
    const caption = page.locator(".map-figure figcaption");
    await soon(() => caption.textContent()).toContain("1,797 points in sight");
    const spanOf = async () => {
      const [, low, high] = /variance\), (-?[\d.]+) to (-?[\d.]+);/.exec((await caption.textContent())!)!;
      return { width: Number(high) - Number(low), middle: (Number(low) + Number(high)) / 2 };
    };
    const whole = await spanOf();
    const touches = await page.context().newCDPSession(page);
    const touch = async (type: string, points: readonly (readonly [number, number])[]) => {
      const places = await Promise.all(points.map((point) => at(page, ...point)));
      const touchPoints = places.map(([x, y], id) => ({ x, y, id }));
      await touches.send("Input.dispatchTouchEvent", { type: type as "touchStart", touchPoints });
    };
    const fingers = (half: number) => [[0.5 - half, 0.5] as const, [0.5 + half, 0.5] as const];
    await touch("touchStart", fingers(0.1));
    for (const half of [0.12, 0.15, 0.18, 0.2]) await touch("touchMove", fingers(half));
    await touch("touchEnd", []);
    // Twice as far apart, twice as near.
    await soon(async () => Math.round((10 * whole.width) / (await spanOf()).width)).toBe(20);
    expect(Math.abs((await spanOf()).middle - whole.middle)).toBeLessThan(0.02 * whole.width);
    const near = await spanOf();
    await touch("touchStart", [[0.5, 0.5]]);
    for (const x of [0.45, 0.4, 0.3]) await touch("touchMove", [[x, 0.5]]);
    await touch("touchEnd", []);
    await soon(async () => Math.round((100 * ((await spanOf()).middle - near.middle)) / near.width)).toBe(20);
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByLabel("Brush").check();
    await page.mouse.move(...(await at(page, 0.4, 0.5)));
    await page.mouse.down();
    const counted = async () =>
      Number(/([\d,]+) of 1,797 rows are selected/.exec((await text(page))!)?.[1]?.replace(",", "") ?? 0);
    await soon(counted).toBeGreaterThan(0);
    const first = await counted();
    await page.mouse.move(...(await at(page, 0.6, 0.5)), { steps: 8 });
    await page.mouse.up();
    await soon(counted).toBeGreaterThan(2 * first);
    expect(visit.heard).toEqual([]);
  });

  test("the decoder answers at the pointer, between two rows and on a grid", async () => {
    const page = await open(`${DIGITS.replace("latentDim=2", "latentDim=4")}&dims=2,3`);
    await soon(() => text(page)).toContain("1,797 rows, made in");
    await soon(() => page.locator(".map-figure figcaption").textContent()).toMatch(
      /^Across z2 .* upwards z3 /,
    );
    await page.getByLabel("Decode", { exact: true }).check();
    await page.mouse.move(...(await at(page, 0.4, 0.4)));
    const answer = page.locator(".answer canvas");
    await soon(() => answer.count()).toBe(1);
    const first = await answer.screenshot();
    await page.mouse.move(...(await at(page, 0.6, 0.7)));
    await soon(async () => Buffer.compare(first, await answer.screenshot()) !== 0).toBe(true);
    await page.getByLabel("from row").fill("1");
    await page.getByLabel("to row").fill("9");
    await page.getByLabel("to row").press("Tab");
    await page.getByRole("button", { name: "Walk between them" }).click();
    await soon(() => text(page)).toContain("From row 1 to row 9");
    await page.getByRole("button", { name: "Grid of codes" }).click();
    await soon(() => text(page)).toContain("Rows of a grid: z2 to the right, z3 upwards");
    expect(visit.heard).toEqual([]);
  });

  test("a map of 100,000 rows is moved and chosen from; another of a sample says so, and stops", async () => {
    const page = await open("#page=latent&data=many.csv&method=pca&latentDim=2&seed=1&color=a");
    await soon(() => text(page)).toContain("100,000 rows, made in");
    await soon(() => text(page)).toMatch(/Drawn by (pixels|WebGL2) \(a frame: pixels [\d.]+ ms/);
    await soon(async () => colorsIn(await page.locator(".map").screenshot())).toBeGreaterThan(8);
    await page.mouse.move(...(await at(page, 0.5, 0.5)));
    await page.mouse.wheel(0, -400);
    await soon(() => page.locator(".map-figure figcaption").textContent()).not.toContain("100,000 points");
    await lasso(page, [
      [0.1, 0.1],
      [0.9, 0.1],
      [0.9, 0.9],
      [0.1, 0.9],
    ]);
    await soon(() => text(page)).toMatch(/[\d,]+ of 100,000 rows are selected/);
    // Values of a column of quantities.
    await page.getByRole("spinbutton", { name: "from", exact: true }).fill("0");
    await page.getByRole("spinbutton", { name: "from", exact: true }).press("Tab");
    await page.getByRole("button", { name: "Select these values" }).click();
    const { bytes } = await downloaded(page, "Download these rows as CSV");
    const back = await readData(bytes, "back.csv");
    const a = back.table!.columns[2]!.values as Iterable<number>;
    for (const value of a) expect(value).toBeGreaterThanOrEqual(0);
    await page.getByLabel("a second map beside it").check();
    await page.getByRole("button", { name: "Make the map" }).last().click();
    await soon(() => text(page)).toMatch(/tsne learns from 20,000 rows|Step \d+ of at most/i);
    // A row is told while the map is made.
    await page.locator(".map").first().press("Enter");
    await soon(() => text(page)).toMatch(/Row \d+, with its 10 nearest by code \(pca\)/);
    await page.getByRole("button", { name: "Stop" }).click();
    await soon(() => page.getByRole("button", { name: "Stop" }).count()).toBe(0);
    expect(visit.heard).toEqual([]);
  });

  test("another address is another map", async () => {
    const page = await open(DIGITS);
    await soon(() => text(page)).toMatch(/pca, seed 1.*1,797 rows, made in/);
    await page.evaluate(
      `location.hash = ${JSON.stringify(DIGITS.replace("latentDim=2", "latentDim=5&color=pixel"))}`,
    );
    await soon(() => page.getByLabel("upwards").locator("option").count()).toBe(5);
    await page.getByLabel("upwards").selectOption("z5");
    await soon(() => page.evaluate("location.hash")).toContain("dims=1,5");
    // A method that must be told more is told it.
    await page.getByLabel("method", { exact: true }).selectOption("autoencoder");
    await soon(() => page.evaluate("location.hash")).toMatch(/method=autoencoder.*latentDim=2/);
    await soon(() => text(page)).toMatch(/Epoch \d+ of|autoencoder, seed 1/);
    await page.getByRole("button", { name: "Stop" }).click();
    expect(visit.heard).toEqual([]);
  });

  test("a method that has no codes, or an option that is none, is refused in a line", async () => {
    const page = await open("#page=latent&data=digits&method=isolationForest&seed=1");
    await soon(() => status(page).textContent()).toMatch(/^isolationForest has no codes/);
    const other = await open(`${DIGITS}&b.method=tsne&b.perplexity=many`);
    await soon(() => status(other).textContent()).toMatch(/^tsne: perplexity must be a number > 1/);
    expect(visit.heard).toEqual([]);
  });

  test.each([
    { width: 1280, colorScheme: "light" },
    { width: 390, colorScheme: "dark" },
  ] as const)("everybody can use it: $width pixels, $colorScheme", async (view) => {
    const page = await open(`${DIGITS}&b.method=umap&b.seed=1&b.epochs=30`, view);
    await soon(() => text(page)).toMatch(/made in .*made in /);
    await page.getByRole("application").first().press("Enter");
    await page.getByRole("button", { name: "Walk between them" }).click();
    await soon(() => text(page)).toContain("From row 1 to row 2");
    for (const summary of await page.locator("summary").all()) await summary.click();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(view.width);
    for (const map of await page.locator(".map").all())
      expect(await colorsIn(await map.screenshot())).toBeGreaterThan(8);
    expect(visit.heard).toEqual([]);
  });
});
