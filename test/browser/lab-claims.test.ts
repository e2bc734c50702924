/**
 * @file The page Claims as it is built, in a browser: verdicts are those of the pages of studies, and what is measured there is what the command
 * measures.
 */
import { writeFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { copyWithout } from "../../campaigns/built-package.js";
import { STUDIES } from "../../studies/lectures/all.js";
import { FLOWERS, workplace } from "../cli/command.js";
import { inChromium, launchChromium, missing } from "./chromium.js";
import { colorsIn, LabVisit, soon, violations } from "./lab-page.js";

const { path, spawned } = await workplace();
/** The command without the native runtime: it computes in WebAssembly, as a tab does. */
const main = path("package/dist/cli/main.js");
const INDEX = "#page=claims&data=digits&seeds=1";

let browser: Browser;
let visit: LabVisit;
const runStatus = (page: Page) => page.locator(".running [role=status]");

/** Rows of the table of a claim, as they are read. */
const sidesOf = (page: Page, claim: string) =>
  page
    .locator(`#claim-${claim} tbody tr`)
    .evaluateAll((rows) =>
      rows.map((row) => [...(row as HTMLTableRowElement).cells].map((cell) => cell.textContent)),
    );

describe.skipIf(missing)(inChromium, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    await copyWithout("onnxruntime-node", path("package"));
    await writeFile(path("flowers.csv"), FLOWERS);
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    visit = await LabVisit.begin(browser, path("flowers.csv"));
    return () => visit.close();
  });

  test("all studies stand there with the verdicts of all claims, and links to them", async () => {
    const page = await visit.open(INDEX);
    await soon(() => page.locator(".studies > li").count()).toBe(STUDIES.length);
    const claims = STUDIES.flatMap((study) => study.claims);
    expect(await page.locator(".verdict").count()).toBe(claims.length);
    await page.getByRole("link", { name: "B10 ± conditional" }).click();
    await soon(() => page.locator("#claim-B10 blockquote").textContent()).toBe(
      claims.find(({ id }) => id === "B10")!.quote,
    );
    expect(await page.evaluate("location.hash")).toMatch(/study=identity&claim=B10$/);
    // It is looked at.
    expect(
      await page.locator("#claim-B10").evaluate((part) => part.getBoundingClientRect().top),
    ).toBeLessThan(300);
    expect(visit.heard).toEqual([]);
  });

  test("a study that is measured here has the digits of its command", async () => {
    const page = await visit.open(`${INDEX}&study=faces&claim=D12`);
    await soon(() => page.locator("#claim-D12 img").count()).toBe(1);
    const before = await sidesOf(page, "D12");
    await page.getByRole("button", { name: "Run it yourself" }).click();
    await soon(() => runStatus(page).textContent()).toMatch(/^Measured here in \d+ s with one seed/);
    const command = await page.locator("#claim-D12 pre").textContent();
    expect(command).toBe("unlabeled study faces --claim D12 --seeds 1");
    const { stdout, code } = await spawned([...command!.split(" ").slice(1), "--quiet"], { main });
    expect(code).toBe(0);
    const told = stdout.split("\n").filter((line) => line.startsWith("    "));
    const rows = await sidesOf(page, "D12");
    expect(rows.length).toBe(before.length);
    expect(
      rows.map(
        ([condition, , here, threshold, , holds]) =>
          `    ${condition}: ${here} ${holds === "yes" ? "" : "not "}${threshold}`,
      ),
    ).toEqual(told);
    // The picture is drawn of these numbers.
    expect(await page.locator("#claim-D12 figure > svg").count()).toBe(1);
    expect(visit.heard).toEqual([]);
  });

  test("a study is stopped", async () => {
    const page = await visit.open(`${INDEX}&study=identity`);
    await page.getByRole("button", { name: "Run it yourself" }).click();
    await soon(() => page.locator(".running progress").getAttribute("value").then(Number)).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.locator("#study").selectOption("next-step");
    // The worker is free for another.
    await page.getByRole("button", { name: "Run it yourself" }).click();
    await soon(() => runStatus(page).textContent()).toMatch(/^Measured here/);
    expect(visit.heard).toEqual([]);
  });

  test.each([
    { width: 1280, colorScheme: "light" },
    { width: 1280, colorScheme: "dark" },
    { width: 390, colorScheme: "light" },
    { width: 390, colorScheme: "dark" },
  ] as const)("everybody can use it: $width pixels, $colorScheme", async (view) => {
    for (const hash of [INDEX, `${INDEX}&study=uniqueness`]) {
      const page = await visit.open(hash, view);
      await soon(() => page.locator(".verdict").count()).toBeGreaterThan(10);
      await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(view.width);
      for (const picture of await page.locator("img.drawing").all()) {
        await picture.scrollIntoViewIfNeeded();
        await soon(() =>
          picture.evaluate((image) => (image as HTMLImageElement).naturalWidth),
        ).toBeGreaterThan(0);
        expect(await colorsIn(await picture.screenshot())).toBeGreaterThan(8);
      }
      await page.close();
    }
    expect(visit.heard).toEqual([]);
  });
});
