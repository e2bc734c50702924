/**
 * @file The page Table as it is built, in a browser: its results are those of the verbs, byte by byte, and the commands that it gives repeat them.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { copyWithout } from "../../campaigns/built-package.js";
import { readFileData } from "../../node/index.js";
import { configureRuntime } from "../../src/index.js";
import { findOutliers } from "../../src/tasks/outliers/find-outliers.js";
import { csvRows, workplace } from "../cli/command.js";
import { plantedOutliers } from "../fixtures/planted-outliers.js";
import { inChromium, launchChromium, missing } from "./chromium.js";
import { colorsIn, downloaded, LabVisit, soon, status, type View, violations } from "./lab-page.js";

const { path, spawned } = await workplace();
/** The command without the native runtime: it computes in WebAssembly, as a tab does. */
const main = path("package/dist/cli/main.js");

const ROWS = 120;
/** All ways to fill are compared in a tab, and once more by the command. */
const SLOW = { timeout: 240_000 };
let browser: Browser;
let visit: LabVisit;
const open = (hash: string, view?: View) => visit.open(hash, view);
const finding = (page: Page) => page.locator(".panels > [role=status]").first();
const done = (page: Page, text: RegExp) => soon(() => finding(page).textContent()).toMatch(text);
const button = (page: Page, name: string) => page.getByRole("button", { name });

/** Text of a command to copy. */
async function copied(page: Page, title: string): Promise<string> {
  const part = page.locator("details", { has: page.getByText(title, { exact: true }) });
  return (await part.locator("pre").textContent())!;
}

const words = (command: string) => command.split(" ").slice(1);

describe.skipIf(missing)(inChromium, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    await copyWithout("onnxruntime-node", path("package"));
    await writeFile(path("shop.csv"), plantedOutliers(1, { rows: ROWS, gaps: 0.05 }).csv);
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    visit = await LabVisit.begin(browser, path("shop.csv"));
    return () => visit.close();
  });

  test.each([
    { task: "outliers", settings: "&top=12&contamination=0.02", says: /^\d of 120 rows are unusual\.$/ },
    { task: "impute", settings: "&hide=0.08", says: /^\d+ gaps filled by \w+, the way of least error\.$/ },
    { task: "cluster", settings: "", says: /^(One group|\d+ clusters) of 120 rows\.$/ },
  ])("files of the page, $task, are those that its command writes byte by byte", SLOW, async (one) => {
    const { task, settings, says } = one;
    const page = await open(`#page=table&data=shop.csv&task=${task}&seed=3${settings}`);
    await done(page, says);
    const command = await copied(page, "Copy as command");
    expect(command).toContain(`unlabeled ${task} shop.csv `);
    const table = await downloaded(page, "(CSV)");
    const report = await downloaded(page, "Download the report");
    const { code, stderr } = await spawned([...words(command), "--quiet", "--force"], { main });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(table.bytes.toString()).toBe(await readFile(path(table.name), "utf8"));
    // The command says itself with its own flags.
    const own = (await readFile(path(report.name), "utf8")).replaceAll(" --quiet --force", "");
    expect(report.bytes.toString()).toBe(own);

    await mkdir(path(task), { recursive: true });
    await writeFile(path(`${task}/page.html`), report.bytes);
    const extracted = await spawned(["report", "extract", `${task}/page.html`]);
    expect(extracted.code).toBe(0);
    expect(JSON.parse(extracted.stdout)).toMatchObject({ seed: 3, n: ROWS });

    // Rows of next week, of the same columns.
    await writeFile(path("next-week.csv"), plantedOutliers(2, { rows: 100, gaps: 0.05 }).csv);
    for (const line of (await copied(page, "Command for next week's file")).split("\n")) {
      if (line.startsWith("#")) continue;
      const next = await spawned([...words(line), "--quiet", "--force"]);
      expect({ line, code: next.code, stderr: next.stderr }).toEqual({ line, code: 0, stderr: "" });
    }
    expect(visit.heard).toEqual([]);
  });

  test("scores are those of findOutliers in WebAssembly, to the last bit", async () => {
    const page = await open("#page=table&data=shop.csv&task=outliers&seed=3");
    await done(page, /unusual\.$/);
    const [heading, ...rows] = csvRows((await downloaded(page, "(CSV)")).bytes.toString());
    const at = heading!.indexOf("score");
    configureRuntime({ backend: "wasm", threads: 1 });
    const found = await findOutliers(await readFileData(path("shop.csv")), { seed: 3 });
    configureRuntime({ threads: 1 });
    expect(Float64Array.from(rows, (row) => Number(row[at]))).toEqual(found.scores);
  });

  test("types and roles are changed, and stand in the address and in commands", async () => {
    const page = await open("#page=table&data=shop.csv&task=outliers&seed=3");
    await done(page, /unusual\.$/);
    await page.locator("details.box > summary", { hasText: "Data:" }).click();
    await page.getByText("Types and roles of the columns").click();
    await page.getByLabel("role of spend").selectOption("carried along");
    await page.getByLabel("type of age").selectOption("category");
    await page.getByLabel("role of plan").selectOption("label");
    await soon(() => copied(page, "Copy as command").catch(() => "")).toMatch(
      /^unlabeled outliers shop\.csv --types age=category --exclude spend --label plan /,
    );
    const hash = String(await page.evaluate("location.hash"));
    expect(hash).toMatch(/&types=age=category&exclude=spend&label=plan&task=outliers&seed=3$/);
    const command = await copied(page, "Copy as command");
    const { bytes, name } = await downloaded(page, "(CSV)");
    expect((await spawned([...words(command), "--quiet", "--force"], { main })).code).toBe(0);
    expect(bytes.toString()).toBe(await readFile(path(name), "utf8"));
    // Other pages read the same columns, and a link opens them.
    await page.getByRole("link", { name: "Bench" }).click();
    await page.getByText("Copy as command").click();
    expect(await page.locator("pre", { hasText: "unlabeled fit" }).textContent()).toContain(
      "shop.csv --types age=category --exclude spend --label plan --method",
    );
    const other = await open(hash);
    await done(other, /unusual\.$/);
    expect(await copied(other, "Copy as command")).toBe(command);
    expect(await other.locator(".status [role=alert]").count()).toBe(0);
    // A choice that does not fit is refused in a line, and can be taken back.
    await other.locator("details.box > summary", { hasText: "Data:" }).click();
    await other.getByText("Types and roles of the columns").click();
    await other.getByLabel("type of town").selectOption("number");
    await soon(() => status(other).textContent()).toMatch(/^shop\.csv.*town.*number/);
    await other.getByLabel("type of town").selectOption("");
    await done(other, /unusual\.$/);
    expect(visit.heard).toEqual([]);
  });

  test("a task is stopped, and another begins", async () => {
    const page = await open("#page=table&data=shop.csv&task=impute&seed=3");
    await soon(() => page.locator(".panels progress").count()).toBe(1);
    await button(page, "Stop").click();
    await done(page, /^Stopped\.$/);
    await page.getByLabel("Describe groups").check();
    await done(page, /of 120 rows\.$/);
    expect(await page.evaluate("location.hash")).toContain("task=cluster");
    await page.getByLabel("clusters", { exact: true }).fill("many");
    await page.getByLabel("clusters", { exact: true }).press("Tab");
    await soon(() => status(page).textContent()).toBe('clusters must be an integer ≥ 1, got "many"');
    expect(visit.heard).toEqual([]);
  });

  test.each([
    { width: 1280, colorScheme: "light" },
    { width: 390, colorScheme: "dark" },
  ] as const)("everybody can use it: $width pixels, $colorScheme", async (view) => {
    for (const task of ["outliers", "impute", "cluster"]) {
      const page = await open(`#page=table&data=shop.csv&task=${task}&seed=3`, view);
      await done(page, /\.$/);
      await soon(() => page.locator(".panels figure").count()).toBeGreaterThan(0);
      await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(view.width);
      for (const picture of await page.locator("figure > svg").all())
        expect(await colorsIn(await picture.screenshot())).toBeGreaterThan(8);
      await page.close();
    }
    expect(visit.heard).toEqual([]);
  });
});
