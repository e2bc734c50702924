/** @file Pages of reports: their policy, their size, the same bytes, and numbers that come out as they went in. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { numbersOfPage } from "../../panels/page-numbers.js";
import { PAGE_SCRIPT } from "../../panels/page-script.js";
import { PAGE_STYLE } from "../../panels/page-style.js";
import type { Panel, Report } from "../../panels/report.js";
import { MOST_BYTES, reportPage } from "../../panels/report-page.js";
import { harmless } from "./hostile-names.js";
import { HOSTILE_NAMES, sampleReport } from "./sample-report.js";

const bytes = (page: string) => Buffer.byteLength(page);
const sha256 = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

interface Numbers {
  title: string;
  metrics: object;
  asked: Report["asked"];
  sections: { panels: { title: string; kind: string; columns?: string[]; rows?: unknown[][] }[] }[];
}

test("a page allows its one style and its one script, and nothing else", async () => {
  const page = await reportPage(sampleReport());
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)!;
  expect(policy!.split("; ")).toEqual([
    "default-src 'none'",
    `style-src ${sha256(PAGE_STYLE)}`,
    `script-src ${sha256(PAGE_SCRIPT)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  expect(bytes(PAGE_SCRIPT)).toBeLessThanOrEqual(8192);
  expect(page.match(/<style/g)).toHaveLength(1);
  expect(
    page.match(/<script(?! id="numbers" type="application\/json"| type="application\/json")/g),
  ).toHaveLength(1);
  // Attributes that the policy forbids, or that lead out.
  expect(page.match(/ style="| on[a-z]+="| (?:src|href)="(?!#|data:)[^"]*"/g)).toBeNull();
});

test("the same report gives the same bytes", async () => {
  expect(await reportPage(sampleReport())).toBe(await reportPage(sampleReport()));
});

test("all numbers come out as they went in", async () => {
  const numbers = numbersOfPage(await reportPage(sampleReport()), "page.html") as Numbers;
  expect(numbers).toMatchObject({ schemaVersion: 1, title: "a report", metrics: { error: 0.0625 } });
  expect(numbers.asked).toEqual(sampleReport().asked);
  const panels = numbers.sections.flatMap((section) => section.panels);
  expect(panels.map(({ kind }) => kind)).toEqual(
    sampleReport().sections.map((section) => section.panels[0]!.kind),
  );
  const rows = (title: string) => panels.find((panel) => panel.title === title)!.rows;
  expect(rows("a table")).toEqual([
    ["cell", 0.125],
    [null, 7],
  ]);
  expect(rows("curves")![2]).toEqual([3, 2, null]);
  expect(rows("a spectrum")).toEqual([
    [1, 0.5, 0.5],
    [2, 0.25, 0.75],
    [3, 0.0625, 0.8125],
  ]);
  expect(rows("bars")).toHaveLength(50);
});

test("a page that is no report is refused", () => {
  expect(() => numbersOfPage("<html>", "other.html")).toThrow(
    "other.html: is no report, want a page that --report wrote",
  );
});

describe.each(Object.entries(HOSTILE_NAMES))("with %s for every name", (_, name) => {
  test("the page has the same elements, and nothing that steers", async () => {
    const [page, usual] = await Promise.all([reportPage(sampleReport(name)), reportPage(sampleReport())]);
    expect(harmless(page)).toBe(true);
    const elements = (html: string) =>
      [...html.replace(/<(script|style)\b[^>]*>.*?<\/\1>/gs, "<$1>").matchAll(/<\/?([a-z0-9]+)/g)]
        .map(([, element]) => element!)
        // Long names take lines, and titles where they are cut.
        .filter((element) => !["text", "title"].includes(element));
    expect(elements(page)).toEqual(elements(usual));
    expect(bytes(page)).toBeLessThan(MOST_BYTES);
    expect(JSON.stringify(numbersOfPage(page, "page.html")).length).toBeGreaterThan(1000);
  });
});

describe("size", () => {
  const withPanels = (panels: readonly Panel[]): Report => ({
    ...sampleReport(),
    sections: [{ heading: "all", panels }],
  });
  const ofKind = (kind: Panel["kind"], rows = 200): Panel =>
    sampleReport(undefined, rows)
      .sections.flatMap(({ panels }) => panels)
      .find((panel) => panel.kind === kind)!;

  test("10,000 points with classes take less than 300 kB", async () => {
    expect(bytes(await reportPage(withPanels([ofKind("scatter", 10_000)])))).toBeLessThan(300_000);
  });

  test("many maps of many points share their room", async () => {
    const maps = Array.from({ length: 8 }, (_, i) => ({ ...ofKind("scatter", 30_000), title: `map ${i}` }));
    const page = await reportPage(withPanels(maps));
    expect(bytes(page)).toBeLessThan(MOST_BYTES);
    expect(page.match(/2,500 of 30,000 rows drawn; all used/g)).toHaveLength(8);
  });

  test("long tables and large images are cut, and it is said", async () => {
    const cells = Array.from({ length: 12 }, (_, j) => `cell ${j} ${"x".repeat(50)}`);
    const table: Panel = {
      kind: "table",
      title: "long",
      see: "s",
      columns: cells,
      rows: Array(5000).fill(cells),
    };
    const image: Panel = { kind: "image", title: "large", see: "s", png: new Uint8Array(900_000) };
    const page = await reportPage(withPanels([table, image]));
    expect(bytes(page)).toBeLessThan(MOST_BYTES);
    expect(page).toMatch(/of 5,000 lines are shown/);
    const [cut] = (numbersOfPage(page, "page.html") as Numbers).sections[0]!.panels;
    expect(cut).toMatchObject({ rowsInAll: 5000 });
    expect(page).toContain("Left out, since the page would be too large.");
  });

  test("whatever there is, there is a page of less than a megabyte", async () => {
    const wide = "w".repeat(10_000);
    const panels = Array.from({ length: 40 }, (_, i) => ({
      ...(i % 2 ? ofKind("bars") : ofKind("scatter", 25_000)),
      title: `${i} ${wide}`,
    }));
    expect(bytes(await reportPage(withPanels(panels as Panel[])))).toBeLessThan(MOST_BYTES);
  });
});
