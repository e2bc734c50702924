/** @file Completion scripts, run by the shells that they are for. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { THOUSANDS } from "../../cli/flag-values.js";
import { VERBS } from "../../cli/verbs.js";
import { COLUMN_TYPES } from "../../src/data/table/guess.js";
import { runInside } from "./inside.js";

const folder = await mkdtemp(join(tmpdir(), "unlabeled-completion-"));
const isThere = (command: string) => spawnSync(command, ["--version"]).error === undefined;
const names = VERBS.map(({ name }) => name);

beforeAll(async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout, stderr } = await runInside(["completion", shell]);
    expect([code, stderr]).toEqual([0, ""]);
    await writeFile(join(folder, shell), stdout);
  }
  await writeFile(join(folder, "data one.csv"), "");
  await writeFile(join(folder, "model.safetensors"), "");
  await mkdir(join(folder, "dates"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const inFolder = { cwd: folder, encoding: "utf8" } as const;

/** Words that each shell offers for the last of the words; bash gives words as it has split them. */
const offered: Readonly<Record<string, (...words: string[]) => string[]>> = {
  bash: (...words) => {
    const program = `source ./bash; COMP_WORDS=(unlabeled "$@"); COMP_CWORD=$#; _unlabeled; printf '%s\\n' "\${COMPREPLY[@]}"`;
    // No setting of whoever runs the tests.
    const args = ["--norc", "--noprofile", "-c", program, "bash", ...words];
    return execFileSync("bash", args, inFolder).split("\n").filter(Boolean);
  },
  fish: (...words) => {
    const line = ["unlabeled", ...words].join(" ").replaceAll(" = ", "=");
    const program = `set -x HOME ${folder}; source ./fish; complete -C ${JSON.stringify(line)}`;
    const lines = execFileSync("fish", ["--no-config", "-c", program], inFolder).split("\n");
    const found = lines.map((shown) => shown.split("\t")[0]!.replace(/^.*=/, "").replace(/\\ /g, " "));
    return found.filter(Boolean);
  },
};

describe.each(["bash", "fish"])("%s", (shell) => {
  const complete = (...words: string[]) => [...new Set(offered[shell]!(...words))].sort();
  const onlyHere = (context: { skip(condition: boolean, note: string): void }) =>
    context.skip(!isThere(shell), `${shell} is not installed`);

  test("verbs", (context) => {
    onlyHere(context);
    expect(complete("")).toEqual(expect.arrayContaining(names));
    expect(complete("in")).toEqual(["info", "interpolate", "invert"]);
    expect(complete("help", "e")).toEqual(names.filter((name) => name.startsWith("e")).sort());
  });

  test("flags of the verb, and no others", (context) => {
    onlyHere(context);
    expect(complete("score", "data.csv", "--f")).toEqual(["--fail-on-outliers", "--fill", "--force"]);
    expect(complete("fit", "data.csv", "--fail")).toEqual([]);
    expect(complete("fit", "--lat")).toEqual([]);
  });

  test("flags of the methods that the command line names", (context) => {
    onlyHere(context);
    expect(complete("fit", "data.csv", "--method", "tsne", "--perp")).toEqual(["--perplexity"]);
    expect(complete("fit", "data.csv", "--method", "pca", "--no-c")).toEqual(["--no-center"]);
    expect(complete("compare", "--methods", "pca,tsne", "digits", "--perp")).toEqual(["--perplexity"]);
    expect(complete("cluster", "data.csv", "--perp")).toEqual([]);
  });

  test("values: choices of verbs, of methods and of training, and names of methods", (context) => {
    onlyHere(context);
    expect(complete("fit", "--scale", "")).toEqual(["none", "standard", "unit"]);
    expect(complete("fit", "--optimizer", "")).toEqual(["adam", "sgd"]);
    expect(complete("cluster", "--fill", "")).toEqual(["no", "yes"]);
    expect(complete("columns", "--decimal", "")).toEqual(["comma", "point"]);
    expect(complete("columns", "--thousands", "")).toEqual([...THOUSANDS].sort());
    expect(complete("impute", "--delimiter", "s")).toEqual(["semicolon", "space"]);
    expect(complete("export", "m", "--part", "")).toEqual(["decode", "encode", "reconstruct", "score"]);
    expect(complete("embed", "--method", "lo")).toEqual([
      "local-outlier-factor",
      "locally-linear-embedding",
      "logistic-pca",
      "low-rank-completion",
    ]);
    expect(complete("methods", "tsn")).toEqual(["tsne"]);
    expect(complete("completion", "")).toEqual(["bash", "fish", "zsh"]);
    expect(complete("fit", "--method", "pca", "--solver", "")).toEqual(["auto", "exact", "randomized"]);
  });

  test("a value behind =", (context) => {
    onlyHere(context);
    expect(complete("fit", "--scale", "=", "st")).toEqual(["standard"]);
  });

  test("data: names of those embedded, and files", (context) => {
    onlyHere(context);
    const found = complete("fit", "d").map((name) => name.replace(/\/$/, ""));
    expect(found).toEqual(["data one.csv", "dates", "digits"]);
    expect(complete("encode", "--model", "mo")).toEqual(["model.safetensors"]);
  });
});

test("bash: names of several methods with commas between them", (context) => {
  context.skip(!isThere("bash"), "bash is not installed");
  expect(offered.bash!("compare", "--methods", "pca,ts")).toEqual(["pca,tsne"]);
});

test("bash: words of columns behind their names", (context) => {
  context.skip(!isThere("bash"), "bash is not installed");
  const complete = offered.bash!;
  expect(complete("columns", "data.csv", "--types", "zip", "=", "da")).toEqual(["date"]);
  expect(complete("columns", "--types", "=", "zip", "=", "c")).toEqual(["category"]);
  expect(complete("fit", "--types", "zip", "=", "category,size", "=")).toEqual([...COLUMN_TYPES]);
  expect(complete("fit", "--cyclic", "when", "=", "w")).toEqual(["week"]);
  expect(complete("fit", "--types", "da")).toEqual([]);
  expect(complete("fit", "--option", "size", "=", "d")).toEqual([]);
});

test.for(["bash", "zsh", "fish"])("%s takes the script without a word", (shell, context) => {
  context.skip(!isThere(shell), `${shell} is not installed`);
  const check = spawnSync(shell, ["-n", join(folder, shell)], inFolder);
  expect([check.status, check.stdout, check.stderr]).toEqual([0, "", ""]);
});

test("another shell is refused", async () => {
  const { code, stderr } = await runInside(["completion", "csh"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/csh.*bash, zsh, fish/);
});
