import { readFile, rm, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { csvRows, expectError, FLOWERS, workplace } from "./command.js";

const { unlabeled, spawned, path, files } = await workplace();
await writeFile(path("flowers.csv"), FLOWERS);
const args = ["tune", "flowers.csv", "--method", "autoencoder", "--epochs", "9", "--trials", "9"];

test("the best options are printed as a command that fits the model that was written", async () => {
  const { code, stdout, stderr } = await unlabeled([...args, "--hidden", "8", "-o", "best.st"]);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^trial +held-out error +epochs +options$/);
  expect(stdout).toContain("(defaults)");
  expect(stderr).toContain("14 of 14: trial ");
  expect(lines.at(-1)).toMatch(
    /^unlabeled fit flowers\.csv --method autoencoder --epochs 9 --hidden 8 --latent-dim 2 .*--scale standard --seed 0 -o best\.st$/,
  );
  const written = await readFile(path("best.st"));
  const [, ...words] = lines.at(-1)!.split(" ");
  expect((await unlabeled([...words, "--force"])).code).toBe(0);
  expect((await readFile(path("best.st"))).equals(written)).toBe(true);
});

test.each(["csv", "jsonl"])("a table .%s is gone on with, also with more trials", async (ending) => {
  const table = `tried.${ending}`;
  const first = await unlabeled([...args, "--table", table, "--json"]);
  const { trials, unit, budgets, complete, files: told } = JSON.parse(first.stdout);
  expect([unit, budgets, complete, told]).toEqual(["epochs", [1, 3, 9], true, [table]]);
  const text = await readFile(path(table), "utf8");
  expect(text.trimEnd().split("\n")).toHaveLength(14 + (ending === "csv" ? 1 : 0));
  const again = await unlabeled([...args, "--table", table, "--json"]);
  expect(JSON.parse(again.stdout).trials).toEqual(trials);
  expect(again.stderr).toContain("goes on from 14 errors that were found before");
  expect(await readFile(path(table), "utf8")).toBe(text);
  // Half of it, as a run that was stopped leaves it.
  await writeFile(path(table), `${text.split("\n").slice(0, 6).join("\n")}\n`);
  const resumed = await unlabeled([...args, "--table", table, "--json"]);
  expect(JSON.parse(resumed.stdout).trials).toEqual(trials);
  const withoutSeconds = (all: string) =>
    all.replaceAll(ending === "csv" ? /,\d+\.\d{3}(?=,|$)/gm : /"seconds":[\d.]+/g, "");
  expect(withoutSeconds(await readFile(path(table), "utf8"))).toBe(withoutSeconds(text));
  expectError(
    await unlabeled([...args, "--table", table, "--seed", "2"]),
    1,
    /tried\.\w+: trial 0 was tried with other data, options or seed/,
  );
});

test("the table has a column for every option, with what was drawn", async () => {
  const rows = csvRows((await readFile(path("tried.csv"), "utf8")).replaceAll(/"[^"]*"/g, "list"));
  expect(rows[0]).toEqual([
    ...["question", "trial", "budget", "error", "seconds", "hidden", "activation", "latent-activation"],
    ...["output-activation", "tied", "batch-norm", "learning-rate"],
  ]);
  expect(rows[1]!.slice(5).every((cell) => cell === "")).toBe(true);
  expect(Number(rows[2]!.at(-1))).toBeGreaterThan(0);
});

test("Ctrl-C leaves the table, and nothing else", async () => {
  const long = ["tune", "flowers.csv", "--method", "autoencoder", "--epochs", "3000", "--trials", "3"];
  const { code, stdout, stderr } = await spawned([...long, "--table", "stopped.csv", "-o", "no.st"], {
    onStart(child) {
      child.stderr!.on("data", (text: string) => {
        if (text.includes("1 of 5")) child.kill("SIGINT");
      });
    },
  });
  expect([code, stdout]).toEqual([130, ""]);
  expect(stderr).toContain("unlabeled: interrupted, written: stopped.csv");
  expect((await readFile(path("stopped.csv"), "utf8")).split("\n").length).toBeGreaterThan(2);
  expect(await files()).not.toContain("no.st");
});

test("minutes, a log and a report", async () => {
  const { code, stderr, stdout } = await unlabeled([
    ...["tune", "flowers.csv", "--method", "autoencoder", "--hidden", "8", "--epochs", "3", "--trials", "3"],
    ...["--minutes", "5", "--log", "tune.jsonl", "--report", "tune.html"],
  ]);
  expect(code).toBe(0);
  expect(stderr).not.toContain("are over");
  expect(stdout).toContain("unlabeled fit");
  const lines = (await readFile(path("tune.jsonl"), "utf8")).trimEnd().split("\n");
  expect(new Set(lines.map((line) => JSON.parse(line).run))).toEqual(
    new Set(["trial 0", "trial 1", "trial 2"]),
  );
  const numbers = (await unlabeled(["report", "extract", "tune.html"])).stdout;
  expect(numbers).toContain("What was tried");
  expect(numbers).toContain("unlabeled fit flowers.csv");
});

test("solved methods are tried on more and more rows", async () => {
  const { stdout } = await unlabeled([
    "tune",
    "digits",
    "--method",
    "pca",
    "--latent-dim",
    "4",
    "--trials",
    "4",
    "--json",
  ]);
  const { unit, budgets, trials, command } = JSON.parse(stdout);
  expect([unit, budgets]).toEqual(["rows", [449, 1348]]);
  expect(trials).toHaveLength(4);
  expect(command).toContain("unlabeled fit digits --method pca --latent-dim 4 ");
});

test.each<[string[], number, RegExp]>([
  [["tune", "digits"], 2, /tune wants --method NAME/],
  [["tune", "digits", "--method", "tsne"], 1, /tsne reconstructs nothing/],
  [
    ["tune", "digits", "--method", "pca", "--latent-dim", "2", "--validation", "0.1"],
    2,
    /--validation: tune holds rows out itself/,
  ],
  [
    ["tune", "digits", "--method", "pca", "--latent-dim", "2", "--table", "x.txt"],
    2,
    /--table x\.txt: want \.csv or \.jsonl/,
  ],
  [
    ["tune", "digits", "--method", "pca", "--latent-dim", "2", "--epochs", "3"],
    2,
    /solved, not trained: --epochs/,
  ],
])("%j is refused", async (words, code, line) => {
  expectError(await unlabeled(words), code, line);
});

test("a file that is no such table is refused, and stays", async () => {
  await writeFile(path("other.csv"), "a,b\n1,2\n");
  expectError(await unlabeled([...args, "--table", "other.csv"]), 1, /other\.csv: line 1 is none of a table/);
  expect(await readFile(path("other.csv"), "utf8")).toBe("a,b\n1,2\n");
  await rm(path("other.csv"));
});
