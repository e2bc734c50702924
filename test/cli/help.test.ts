/** @file Help: every line begins with the thing or the verb, fits the window, and ends with examples that run. */
import { EventEmitter } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Help } from "commander";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { defineVerb, rootCommand } from "../../cli/root-command.js";
import { VERBS } from "../../cli/verbs.js";
import { COLUMN_TYPES } from "../../src/data/table/guess.js";
import { allMethods, METHOD_KINDS } from "../../src/methods/registry.js";
import { trainingOptions } from "../../src/training/training-options.js";
import { runInside } from "./inside.js";
import { runInWindow } from "./window.js";

const root = rootCommand(VERBS);
const modules = await Promise.all(
  VERBS.map(async (verb) => (await defineVerb(root, verb, ["--help"])).module),
);
const names = VERBS.map(({ name }) => name);

/** Help as a window of so many columns shows it. */
async function helpIn(columns: number, words: readonly string[]): Promise<string> {
  const { code, shown } = await runInWindow([...words, "--help"], { columns });
  expect(code).toBe(0);
  return shown;
}

const linesOf = (text: string) => text.trimEnd().split("\n");
const examplesIn = (text: string) => linesOf(text).filter((line) => line.startsWith("  unlabeled "));

describe.each([60, 80, 200])("in a window of %i columns", (columns) => {
  test.each([["of all", []], ...names.map((name) => [name, [name]] as const)] as const)(
    "help fits, with its examples whole at the end: %s",
    async (_, words) => {
      const text = await helpIn(columns, words);
      const examples = examplesIn(text);
      expect(linesOf(text).slice(-examples.length)).toEqual(examples);
      const others = linesOf(text).filter((line) => !examples.includes(line));
      expect(others.filter((line) => line.length > columns)).toEqual([]);
      // So that they can be copied, and fit a window of the usual size.
      expect(examples).toEqual(examplesIn(await helpIn(80, words)));
      expect(examples.filter((line) => line.length > 80)).toEqual([]);
    },
  );
});

test("a wide window is used", async () => {
  const widest = Math.max(...linesOf(await helpIn(200, ["score"])).map((line) => line.length));
  expect(widest).toBeGreaterThan(110);
});

test("help of an option takes a line or two in a window of the usual size", async () => {
  const long = [];
  for (const name of names) {
    const lines = linesOf(await helpIn(80, [name]));
    const starts = lines.flatMap((line, i) => (line.startsWith("  -") ? [i] : []));
    for (const i of starts)
      if (/^ {3}/.test(lines[i + 1] ?? "") && /^ {3}/.test(lines[i + 2] ?? ""))
        long.push(`${name}: ${lines[i]}`);
  }
  expect(long).toEqual([]);
});

test("help names every type of a column, and the look at them comes first", async () => {
  const shown = (await helpIn(80, ["columns"])).replaceAll(/\s+/g, " ");
  for (const type of COLUMN_TYPES) expect(shown).toMatch(new RegExp(`\\b${type}\\b`));
  const { stdout } = await runInside(["--help"]);
  expect(linesOf(stdout).find((line) => /^ {2}[a-z]+ /.test(line))).toMatch(/^ {2}columns /);
  expect(examplesIn(stdout)[0]).toBe("  unlabeled columns data.csv");
});

test("help of all is short: every verb in a line, under a heading that says when to look there", async () => {
  const { stdout } = await runInside(["--help"]);
  expect(linesOf(stdout).length).toBeLessThanOrEqual(50);
  for (const { name, group, summary } of VERBS) {
    const section = stdout.slice(stdout.indexOf(`\n${group}`) + 1).split("\n\n", 1)[0]!;
    expect(section).toMatch(new RegExp(`^ +${name} +${summary}$`, "m"));
  }
});

describe("every line of help begins with the thing or the verb", () => {
  /** Words that a thing or a verb is not. */
  const POOR =
    /^(a|an|the|between|what|which|how|whether|where|when|of|by|from|to|in|on|with|without|such|same|so|these|this|it|as|no|not|\(|\d)\b|^\W/i;
  const help = new Help();
  const said = root.commands.flatMap((command) => [
    ...command.options.map((option): [string, string] => [
      `${command.name()} ${option.flags}`,
      help.optionDescription(option),
    ]),
    ...command.registeredArguments.map((argument): [string, string] => [
      `${command.name()} ${argument.name()}`,
      argument.description,
    ]),
  ]);

  test("of verbs: an imperative", () => {
    const summaries = VERBS.map(({ summary }) => summary);
    expect(summaries.filter((summary) => POOR.test(summary) || !/^[A-Z][a-z]+ /.test(summary))).toEqual([]);
  });

  test("of flags and arguments", () => {
    expect(said.length).toBeGreaterThan(200);
    expect(said.filter(([, text]) => POOR.test(text))).toEqual([]);
  });

  test("of methods and their options, and of training", async () => {
    const entries = await allMethods();
    const options = entries.flatMap(({ name, options }) =>
      Object.entries(options).map(([key, option]): [string, string] => [`${name} ${key}`, option.help]),
    );
    const training = Object.entries(trainingOptions).map(([key, { help }]): [string, string] => [key, help]);
    expect(options.length).toBeGreaterThan(150);
    expect([...options, ...training].filter(([, text]) => POOR.test(text))).toEqual([]);
    expect(Object.values(METHOD_KINDS).filter((heading) => POOR.test(heading))).toEqual([]);
  });
});

describe("the examples of help run", () => {
  let folder: string;
  const home = process.cwd();
  const SPECIES = ["rose", "lily", "iris"];
  const DATA = [
    "species,petal,sepal,stem,leaf",
    ...Array.from({ length: 99 }, (_, i) => {
      const numbers = [0, 1, 2, 3].map((j) => (i % 3) * (j + 1) + Math.sin(i * (j + 2)) + j);
      return [SPECIES[i % 3], ...numbers.map((number) => number.toFixed(3))].join(",");
    }),
    "",
  ].join("\n");

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "unlabeled-examples-"));
  });
  beforeEach(async () => {
    await writeFile(join(folder, "data.csv"), DATA);
    process.chdir(folder);
  });
  afterAll(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });

  const files = async () =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

  /** Runs it, and sees that every file that it makes is told of, and no other. */
  const runsAlone = async (example: string) => {
    // A shell would write to the file behind >.
    const [, ...words] = example.replace(/ > .*$/, "").split(" ");
    const before = new Set(await files());
    // What serves does so until somebody ends it.
    const signals = new EventEmitter();
    const onStderr = (piece: string) => {
      if (piece.includes("Ctrl-C ends")) signals.emit("SIGINT");
    };
    const { code, stdout, stderr } = await runInside(words, { signals, onStderr });
    expect({ example, code, stderr }).toMatchObject({ code: 0 });
    expect(stdout + stderr).not.toBe("");
    const told = [...stderr.matchAll(/^wrote (.+?)(, \d+ rows? × \d+ columns?)?$/gm)];
    // Whatever holds rows says how many.
    for (const [, file, size] of told)
      expect({ file, sized: size !== undefined }).toEqual({
        file,
        sized: /\.(csv|npy|parquet)$/.test(file!),
      });
    // A comparison keeps its fits in a folder, which is told of as a whole.
    const kept = [...stderr.matchAll(/^kept \d+ fits in (.+)$/gm)].map(([, path]) => join(path!, "/"));
    expect(told.map(([, file]) => file).sort()).toEqual(
      (await files())
        .filter((file) => !before.has(file) && !kept.some((path) => file.startsWith(path)))
        .sort(),
    );
  };

  test.each(VERBS.map(({ name }, i) => [name, modules[i]!.examples] as const))(
    "%s",
    async (name, examples) => {
      expect(examples.length).toBeGreaterThanOrEqual(2);
      expect(examples.length).toBeLessThanOrEqual(4);
      expect(examples.some((example) => example.startsWith(`unlabeled ${name}`))).toBe(true);
      for (const example of examples) await runsAlone(example);
    },
  );

  test("files are told of by no note where JSON lists them, and by none at all where all is to be quiet", async () => {
    const fit = [
      "fit",
      "data.csv",
      "--method",
      "pca",
      "--latent-dim",
      "1",
      "--force",
      "-o",
      "told.safetensors",
    ];
    const json = await runInside([...fit, "--json"]);
    expect(JSON.parse(json.stdout).files).toEqual(["told.safetensors"]);
    expect(json.stderr).not.toContain("wrote");
    expect((await runInside([...fit, "--quiet"])).stderr).toBe("");
  });

  test("those of help of all", async () => {
    for (const file of ["clusters.csv", "data.svg", "places.csv"])
      await rm(join(folder, file), { force: true });
    for (const line of examplesIn((await runInside(["--help"])).stdout)) await runsAlone(line.trim());
  });
});

test("the page of the command line has a row for every verb", async () => {
  const page = await readFile(new URL("../../docs/command-line.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)[ `]/gm)].map(([, name]) => name);
  expect(rows).toEqual(expect.arrayContaining(names));
});
