/** @file A new verb is one file and one line in the table: all else comes with these. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { manPage } from "../../cli/man-page.js";
import type { Verb } from "../../cli/verb.js";
import { VERBS } from "../../cli/verbs.js";
import { runInWindow } from "./window.js";

const LINE: Verb = {
  name: "count",
  group: "Look at data:",
  summary: "Count rows",
  load: () => import("../fixtures/count.js"),
};
const verbs = [...VERBS, LINE];
const unlabeled = (...words: string[]) => runInWindow(words, { verbs });

const folder = await mkdtemp(join(tmpdir(), "unlabeled-new-verb-"));
const data = join(folder, "data.csv");
const config = join(folder, "config.json");
beforeAll(() => writeFile(data, "a,b\n1,2\n3,4\n5,6\n"));
afterAll(() => rm(folder, { recursive: true, force: true }));

test("it runs", async () => {
  expect(await unlabeled("count", data)).toEqual({ code: 0, shown: "3\n" });
  expect(await unlabeled("count", data, "--unit", "columns")).toEqual({ code: 0, shown: "2\n" });
  expect((await runInWindow(["count", data])).shown).toContain("unknown command 'count'");
});

test("help of all lists it in its group, and its own has its flags and examples", async () => {
  expect((await unlabeled("--help")).shown).toMatch(/^Look at data:\n(.+\n)* +count +Count rows$/m);
  for (const words of [
    ["count", "--help"],
    ["help", "count"],
  ]) {
    const { code, shown } = await unlabeled(...words);
    expect(code).toBe(0);
    expect(shown).toMatch(/^Usage: unlabeled count \[options\] <data>\n\nCount rows\.$/m);
    expect(shown).toMatch(/^ +--at-least <count> +exit 3 if there are fewer$/m);
    expect(shown).toMatch(/\nExamples:\n {2}unlabeled count data\.csv\n.* --unit columns\n$/);
  }
});

test("its exit codes and usage errors are those of all verbs", async () => {
  expect((await unlabeled("count", data, "--at-least", "4")).code).toBe(3);
  for (const [words, line] of [
    [["count"], /missing required argument 'data'/],
    [["count", data, "--at-least", "0"], /--at-least.*≥ 1/],
    [["count", data, "--unit", "pages"], /--unit.*rows, columns/],
    [["count", data, "--at-lest", "4"], /'--at-lest'.*Did you mean --at-least/],
    [["coutn", data], /'coutn'.*Did you mean count/],
  ] as const) {
    const { code, shown } = await unlabeled(...words);
    expect([code, shown]).toEqual([2, expect.stringMatching(line)]);
    expect(shown).toMatch(/^unlabeled: [^\n]+\n$/);
  }
  const missing = await unlabeled("count", join(folder, "none.csv"));
  expect([missing.code, missing.shown]).toEqual([1, expect.stringMatching(/none\.csv: no such file/)]);
});

test("config files speak for its flags", async () => {
  await writeFile(config, JSON.stringify({ unit: "columns", "at-least": 3 }));
  expect(await unlabeled("count", data, "--config", config)).toEqual({ code: 3, shown: "2\n" });
  expect(await unlabeled("count", data, "--config", config, "--unit", "rows")).toEqual({
    code: 0,
    shown: "3\n",
  });
  await writeFile(config, JSON.stringify({ units: "columns" }));
  const wrong = await unlabeled("count", data, "--config", config);
  expect([wrong.code, wrong.shown]).toEqual([2, expect.stringMatching(/no option "units" \(nearest: unit/)]);
});

test("the man page has it", async () => {
  const page = await manPage(verbs);
  expect(page).toContain("\n.SS count\nCount rows.\n");
  expect(page).toContain("\n\\fB\\-\\-at\\-least\\fR \\fIcount\\fR\nexit 3 if there are fewer\n");
  expect(page).toContain("\nunlabeled count data.csv \\-\\-unit columns\n");
});

test("completion offers it, its flags and their values", async (context) => {
  context.skip(spawnSync("bash", ["--version"]).error !== undefined, "bash is not installed");
  const { shown } = await unlabeled("completion", "bash");
  await writeFile(join(folder, "bash"), shown);
  const complete = (...words: string[]) => {
    const program = `source ./bash; COMP_WORDS=(unlabeled "$@"); COMP_CWORD=$#; _unlabeled; echo "\${COMPREPLY[@]}"`;
    const args = ["--norc", "--noprofile", "-c", program, "bash", ...words];
    return execFileSync("bash", args, { cwd: folder, encoding: "utf8" }).trim();
  };
  expect(complete("cou")).toBe("count");
  expect(complete("count", "--at")).toBe("--at-least");
  expect(complete("count", "--unit", "")).toBe("rows columns");
  expect(complete("count", "da")).toBe("data.csv");
});
