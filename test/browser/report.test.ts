/**
 * @file Reports in a browser: that of every verb, and one of every kind of panel with names that would break it. They ask for
 * nothing, say nothing on the console, can be read by everybody, on any screen, on paper, and without scripts.
 */
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineVerb, rootCommand } from "../../cli/root-command.js";
import { VERBS } from "../../cli/verbs.js";
import { shownCell } from "../../panels/draw/words.js";
import { numbersOfPage } from "../../panels/page-numbers.js";
import type { Cell } from "../../panels/report.js";
import { reportPage } from "../../panels/report-page.js";
import { FLOWERS, workplace } from "../cli/command.js";
import { HOSTILE_NAMES, sampleReport } from "../panels/sample-report.js";
import { inChromium, launchChromium, missing } from "./chromium.js";

const { path, unlabeled } = await workplace();
const AXE = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface View {
  readonly width: number;
  readonly colorScheme: "light" | "dark";
}
const VIEWS: readonly View[] = [
  { width: 1200, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
];

let browser: Browser;
/** Requests, lines on the console and errors of all pages, by their file. */
const heard: string[] = [];

async function open(file: string, { width, colorScheme }: View, javaScriptEnabled = true): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme,
    javaScriptEnabled,
  });
  const page = await context.newPage();
  const { href } = pathToFileURL(path(file));
  page.on("request", (request) => {
    if (request.url() !== href && !request.url().startsWith("data:"))
      heard.push(`${file}: asks for ${request.url()}`);
  });
  page.on("console", (message) => heard.push(`${file}: says ${message.text()}`));
  page.on("pageerror", (error) => heard.push(`${file}: fails with ${error.message}`));
  await page.goto(href);
  return page;
}

/** Violations that axe finds serious or critical. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await AXE);
  const found = await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => impact + " " + id + " " + nodes[0].html))`,
  );
  return (found as string[]).filter((line) => /^(serious|critical)/.test(line));
}

/** Colors on a picture, and how light its paper is. */
async function looksOf(png: Buffer): Promise<{ colors: number; paper: number }> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const colors = new Set<number>();
  for (let at = 0; at < data.length; at += info.channels)
    colors.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!);
  // The corner is paper.
  const at = (3 * info.width + 3) * info.channels;
  return { colors: colors.size, paper: (data[at]! + data[at + 1]! + data[at + 2]!) / 765 };
}

async function checkIn(views: readonly View[], file: string): Promise<void> {
  for (const view of views) {
    const page = await open(file, view);
    expect(await violations(page), view.colorScheme).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(view.width);
    for (const picture of await page.locator("figure > svg").all()) {
      const { colors, paper } = await looksOf(await picture.screenshot());
      expect(colors).toBeGreaterThan(8);
      expect(paper > 0.5).toBe(view.colorScheme === "light");
    }
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    if (view === views[0]) {
      const pages = (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type \/Page\b/g) ?? [];
      expect(pages.length).toBeGreaterThan(0);
      expect(pages.length).toBeLessThanOrEqual(12);
    }
    await page.context().close();
  }
}

/** All numbers of a report are among its words, without its script. */
async function checkWithoutScripts(file: string): Promise<void> {
  const page = await open(file, VIEWS[0]!, false);
  for (const summary of await page.locator("summary").all()) await summary.click();
  // biome-ignore lint/performance/useDomNodeTextContent: text that can be seen is meant
  const words = new Set((await page.locator("body").innerText()).split(/\s+/));
  const { sections } = numbersOfPage(await readFile(path(file), "utf8"), file) as {
    sections: { panels: { rows?: (Cell | null)[][] }[] }[];
  };
  const numbers = sections.flatMap(({ panels }) => panels.flatMap(({ rows = [] }) => rows.flat()));
  const told = numbers.filter((cell) => typeof cell === "number").map(shownCell);
  expect(told.length).toBeGreaterThan(1);
  expect(told.filter((text) => !words.has(text))).toEqual([]);
  await page.context().close();
}

/** Each of the hostile names in its turn. */
function byTurns(): (what: string) => string {
  const names = Object.values(HOSTILE_NAMES);
  let turn = 0;
  return (what) => names[turn++ % names.length]!(what);
}

const MODEL = ["-m", "model.safetensors"];
const RUNS: Readonly<Record<string, readonly string[]>> = {
  fit: [
    "fit",
    "flowers.csv",
    "--label",
    "name",
    "--method",
    "autoencoder",
    "--latent-dim",
    "2",
    "--epochs",
    "3",
    "--seed",
    "1",
    "-o",
    "net.safetensors",
  ],
  "fit of images": [
    "fit",
    "digits",
    "--method",
    "pca",
    "--latent-dim",
    "4",
    "--seed",
    "1",
    "-o",
    "digits.safetensors",
  ],
  embed: ["embed", "flowers.csv", "--label", "name", "--method", "pca", "-o", "places.csv"],
  cluster: ["cluster", "flowers.csv", "--clusters", "3", "-o", "clusters.csv"],
  evaluate: ["evaluate", "flowers.csv", "--label", "name", ...MODEL, "--labeled", "4,8", "--seeds", "2"],
  score: ["score", "flowers.csv", ...MODEL, "-o", "scores.csv"],
  impute: ["impute", "gaps.csv", "-o", "filled.csv"],
  recognize: ["recognize", "digits", "digits", "--latent-dim", "4", "-o", "recognized.csv"],
  compare: ["compare", "digits", "--methods", "pca,factorization", "--latent-dim", "1,2", "--seeds", "2"],
  outliers: ["outliers", "flowers.csv", "--label", "name", "--top", "3", "-o", "unusual.csv"],
  neighbors: ["neighbors", "flowers.csv", "--label", "name", "--of", "1,20", "-o", "alike.csv"],
  "neighbors of images": ["neighbors", "digits", "--of", "1-4", "-o", "images.csv"],
  denoise: ["denoise", "low-rank", "-o", "clean.csv"],
  "denoise of images": ["denoise", "digits", "--noise", "2", "-o", "clean.npy"],
  study: ["study", "uniqueness", "--claim", "A17", "--seeds", "1"],
  tune: ["tune", "flowers.csv", "--method", "autoencoder", "--hidden", "8", "--epochs", "3", "--trials", "6"],
};

describe.skipIf(missing)(inChromium, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    await writeFile(path("flowers.csv"), FLOWERS);
    await writeFile(path("gaps.csv"), FLOWERS.replace("1.000", "").replace("4.042", ""));
    const fitted = [
      "fit",
      "flowers.csv",
      "--label",
      "name",
      "--method",
      "pca",
      "--latent-dim",
      "2",
      "-o",
      MODEL[1]!,
    ];
    expect((await unlabeled(fitted)).code).toBe(0);
  });

  afterAll(() => browser?.close());

  test("every verb that writes a report is here", async () => {
    const root = rootCommand(VERBS);
    const reporting: string[] = [];
    for (const verb of VERBS) {
      const { command } = await defineVerb(root, verb, ["--help"]);
      if (command.options.some(({ long }) => long === "--report")) reporting.push(verb.name);
    }
    expect([...new Set(Object.keys(RUNS).map((name) => name.split(" ")[0]!))].sort()).toEqual(
      reporting.sort(),
    );
  });

  test.each(Object.entries(RUNS).map((run, i) => [...run, i % 2] as const))(
    "the report of %s",
    async (name, words, i) => {
      const file = `${name.replaceAll(" ", "-")}.html`;
      const { code, stderr } = await unlabeled([...words, "--report", file]);
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
      expect((await readFile(path(file))).length).toBeLessThan(300_000);
      // Light and dark by turns; panels of every kind are seen in both below.
      await checkIn([VIEWS[i]!], file);
      await checkWithoutScripts(file);
      expect(heard).toEqual([]);
    },
  );

  test.each(
    Object.entries({
      "names of every day": (what: string) => what,
      "names that would break them": byTurns(),
    }),
  )("panels of every kind, with %s", async (name, made) => {
    const file = `${name.replaceAll(/\W/g, "-")}.html`;
    await writeFile(path(file), await reportPage(sampleReport(made)));
    await checkIn(VIEWS, file);
    await checkWithoutScripts(file);
    expect(heard).toEqual([]);
  });

  test("the script shows rows at the pointer, hides classes, comes nearer and sorts tables", async () => {
    await writeFile(path("live.html"), await reportPage(sampleReport()));
    const page = await open("live.html", VIEWS[0]!);
    const map = page.locator("figure", { has: page.locator("svg .points") }).first();
    const points = map.locator(".points");
    // The first point of the first path is row 1, whose content is told.
    await map.scrollIntoViewIfNeeded();
    const place = (await page.evaluate(`(() => {
      const path = document.querySelector(".points path");
      const [, x, y] = /^M([\\d.]+) ([\\d.]+)/.exec(path.getAttribute("d"));
      const { x: left, y: top } = new DOMPoint(x, y).matrixTransform(path.getScreenCTM());
      return { left, top };
    })()`)) as { left: number; top: number };
    await page.mouse.move(place.left, place.top);
    await expect.poll(() => page.locator(".tip").textContent()).toContain("row 1: kind 0");
    expect(await page.locator(".tip").textContent()).toContain("id: row one");

    await map.getByRole("button", { name: "kind 0" }).click();
    expect(await points.locator('[data-g="0"]').first().isVisible()).toBe(false);
    expect(await points.locator('[data-g="1"]').first().isVisible()).toBe(true);
    const viewBox = () => map.locator("svg").getAttribute("viewBox");
    const whole = await viewBox();
    await map.getByRole("button", { name: "Zoom in" }).click();
    expect(await viewBox()).not.toBe(whole);
    await map.getByRole("button", { name: "Whole" }).click();
    expect(await viewBox()).toBe(whole);

    const bars = page.locator("figure", { hasText: "To be seen: bars." });
    await bars.locator("summary").first().click();
    const errors = () => bars.locator("tbody").first().locator("tr td:last-child").allInnerTexts();
    expect((await errors())[0]).toBe("41");
    await bars.locator("th button").nth(1).click();
    expect((await errors())[0]).toBe("2");
    expect(await violations(page)).toEqual([]);
    expect(heard).toEqual([]);
  });

  test("a picture alone is as its reader likes it, light or dark", async () => {
    expect((await unlabeled([...RUNS.embed!, "--picture", "places.svg", "--force"])).code).toBe(0);
    for (const view of VIEWS) {
      const page = await open("places.svg", view);
      const { colors, paper } = await looksOf(await page.screenshot());
      expect(colors).toBeGreaterThan(8);
      expect(paper > 0.5).toBe(view.colorScheme === "light");
      await page.context().close();
    }
  });
});
