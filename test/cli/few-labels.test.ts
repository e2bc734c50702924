/** @file evaluate --labeled, --dimensions and --from clusters: tables in 80 columns, JSON, and mistakes. */
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { random } from "../../src/random.js";
import { csvRows, expectError, workplace } from "./command.js";

const { files, path, spawned, unlabeled } = await workplace();
const words = (line: string) => unlabeled(line.split(" "));

/** Three kinds far from each other, 40 rows each, in turn; of every fifth the kind is not known. */
const KINDS = ["rose", "lily", "white iris"];
const MISSING = ["", "NA", "?"];
const stream = random(3);
const lines = Array.from({ length: 120 }, (_, i) => {
  const numbers = [0, 1, 2, 3].map((j) => (j === i % 3 ? 8 : 0) + stream.normal() / 4);
  return [
    ...numbers.map((value) => value.toFixed(3)),
    i % 5 === 0 ? MISSING[(i / 5) % 3] : KINDS[i % 3],
  ].join();
});

beforeAll(async () => {
  await writeFile(path("kinds.csv"), `a,b,c,d,kind\n${lines.join("\n")}\n`);
  await writeFile(
    path("bare.csv"),
    `a,b,c,d\n${lines.map((line) => line.split(",").slice(0, 4)).join("\n")}\n`,
  );
  const fit = "fit kinds.csv --label kind --latent-dim 2 --seed 1 --quiet";
  await words(`${fit} --method pca -o pca.st`);
  await words(`${fit} --method autoencoder --hidden 8 --epochs 40 -o net.st`);
});

const lineOf = (text: string, name: string) =>
  text
    .split("\n")
    .find((line) => line.startsWith(name))
    ?.slice(name.length)
    .trim();
const widest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));

describe("tables", () => {
  test("one line for each way to learn, raw numbers and components always beside, after the usual report", async () => {
    const { code, stdout, stderr } = await spawned(
      "evaluate kinds.csv -m net.st --label kind --labeled 3,6,12,24,48 --seeds 2".split(" "),
    );
    expect([code, widest(stdout) <= 80]).toEqual([0, true]);
    expect(stdout).toMatch(/^knnAccuracy +[01]/m);
    expect(stdout).toContain("\naccuracy in %, mean ± 95 % interval over 2 draws, on 24 held-out rows\n\n");
    const names = [
      "codes (2): probe",
      "codes (2): neighbors",
      "codes (2): fine-tuned",
      "raw (4): probe",
      "raw (4): neighbors",
      "PCA (2): probe",
      "PCA (2): neighbors",
    ];
    const tables = stdout.split("\n\n").slice(-2);
    expect(tables.map((table) => table.trim().split("\n")[0]!.trim().split(/ {2,}/))).toEqual([
      ["3 labels", "6 labels", "12 labels", "24 labels"],
      ["48 labels"],
    ]);
    for (const table of tables)
      expect(
        table
          .trimEnd()
          .split("\n")
          .slice(1)
          .map((line) => line.split("  ")[0]),
      ).toEqual(names);
    // Kinds that lie this far from each other are told by one label each.
    expect(lineOf(stdout, "raw (4): neighbors")).toBe(
      "100.0 ±  0.0  100.0 ±  0.0  100.0 ±  0.0  100.0 ±  0.0",
    );
    expect(stderr).toContain("figures about labels are of the 96 of 120 rows that have one");
    expect(stderr).toMatch(/^few labels 100 % {2}of the work$/m);
  });

  test("as JSON: every draw, means and half widths", async () => {
    const { stdout } = await words(
      "evaluate kinds.csv -m pca.st --label kind --labeled 6 --seeds 2 --seed 5 --json",
    );
    const { seed, metrics, fewLabels } = JSON.parse(stdout);
    expect([seed, metrics.knnAccuracy]).toEqual([5, 1]);
    expect(fewLabels).toMatchObject({ classes: ["lily", "rose", "white iris"], seeds: [5, 6], judged: 24 });
    expect(fewLabels.entries.length).toBe(6);
    expect(fewLabels.entries[3]).toEqual({
      features: "raw",
      learner: "neighbors",
      labeled: 6,
      accuracies: [1, 1],
      mean: 1,
      halfWidth: 0,
    });
  });

  test("by number of components, with the line where they are as many as labels", async () => {
    const { code, stdout } = await words(
      "evaluate kinds.csv -m pca.st --label kind --labeled 3,12 --dimensions 1,3,4 --seeds 1",
    );
    expect([code, widest(stdout) <= 80]).toEqual([0, true]);
    expect(stdout).toContain("accuracy in %, of one draw, on 24 held-out rows");
    const [three, twelve] = stdout.split("\n\n").slice(-2);
    expect(three).toMatch(
      /^3 labels\ncomponents +least squares +probe\n1 +[\d.]+ +[\d.]+\n3 .* as many as labels\n4 +[\d.]+ +[\d.]+$/,
    );
    expect(twelve).toMatch(/^12 labels\ncomponents .*\n1 .*\n3 .*\n4 +100\.0 +100\.0\n$/);
  });

  test("clusters carry labels: to accuracy, to the share without one, and to a file", async () => {
    const { code, stdout } = await words(
      "evaluate kinds.csv -m pca.st --label kind --labeled 3 --from clusters --clusters 3 --predictions told.csv --json",
    );
    expect(code).toBe(0);
    const { fewLabelsFromClusters, files: written } = JSON.parse(stdout);
    expect(written).toEqual(["told.csv"]);
    for (const { mean, unlabeledShare } of fewLabelsFromClusters.entries)
      expect([mean, unlabeledShare]).toEqual([1, 0]);
    const rows = csvRows(await readFile(path("told.csv"), "utf8"));
    expect(rows.slice(1).map((row) => row[5])).toEqual(lines.map((_, i) => KINDS[i % 3]));
    const text = (await words("evaluate kinds.csv -m pca.st --label kind --labeled 3 --from clusters"))
      .stdout;
    expect(text).toContain("labels carried to their cluster, of 6; unlabeled: rows in one without, in %");
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(lineOf(text, "codes (2): accuracy")).toMatch(/^100\.0 ± +0\.0$/);
    expect(Number(lineOf(text, "codes (2): unlabeled"))).toBeGreaterThan(20);
  });
});

describe("mistakes", () => {
  const evaluate = "evaluate kinds.csv -m pca.st --label kind";

  test.each([
    ["--labeled 2", 1, "fewLabels: 2 labels are fewer than the 3 classes, of which each wants one"],
    ["--labeled 73", 1, "fewLabels: 73 labels are more than the 72 rows that have one and are not held out"],
    [
      "--labeled 3 --dimensions 5",
      1,
      "dimensions must be integers from 1 to 4, the smaller of 120 rows and 4 columns",
    ],
    ["--labeled 3 --from clusters --clusters 121", 1, "clusters 121 wants at least 121 rows, got 120"],
    ["--labeled ten", 2, "'ten' is invalid. Want integers ≥ 1 with commas between them, such as 10,50,100."],
    ["--labeled 10,", 2, "Want integers ≥ 1 with commas between them"],
    ["--labeled 6 --dimensions 0,2", 2, "Want integers ≥ 1 with commas between them"],
    ["--labeled 6 --seeds 0", 2, "Want an integer ≥ 1"],
    ["--labeled 6 --from groups", 2, "Allowed choices are clusters"],
    ["--labelde 6", 2, "unknown option '--labelde' (Did you mean --labeled?)"],
    ["--clusters 3", 2, "--clusters wants --from clusters"],
    ["--seeds 3", 2, "--seeds wants a number of labels to draw: --labeled 10,50,100"],
  ])("%s", async (flags, code, said) => {
    const outcome = await words(`${evaluate} ${flags}`);
    expectError(outcome, code, /./);
    expect(outcome.stderr).toContain(said);
  });

  test("no labels, and none that is known", async () => {
    expectError(
      await words("evaluate bare.csv -m pca.st --labeled 6"),
      2,
      /a few labels are to be drawn of labels: --label COLUMN or FILE/,
    );
    await writeFile(
      path("none.csv"),
      `a,b,c,d,kind\n${lines.map((line) => line.replace(/[^,]*$/, "")).join("\n")}\n`,
    );
    expectError(
      await words("evaluate none.csv -m pca.st --label kind --labeled 6 --predictions never.csv"),
      1,
      /want labels of at least 2 classes, got none/,
    );
    expect(await files()).not.toContain("never.csv");
  });
});
