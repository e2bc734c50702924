/** @file Rows in time on the command line: `--time`, `--group`, `--window`, and methods of sequences through every verb. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { readNpy, writeNpy } from "../../src/data/npy.js";
import { random } from "../../src/random.js";
import { csvRows, workplace } from "./command.js";

// The plugin finds the package by its name: the one that is built.
const { folder, unlabeled } = await workplace();
const plugin = ["--plugin", fileURLToPath(new URL("../fixtures/sequences.mjs", import.meta.url))];
const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);

/** The verb with methods of the plugin, where it takes some. */
const withPlugin = (args: readonly string[]) => (args[0] === "cluster" ? args : [...args, ...plugin]);

/** Runs and expects it to go well. */
async function ok(...args: string[]) {
  const { code, stdout, stderr } = await unlabeled(withPlugin(args));
  expect(code, stderr).toBe(0);
  return { stdout, stderr };
}

async function fails(...args: string[]): Promise<string> {
  const { code, stderr } = await unlabeled([...withPlugin(args), "--quiet"]);
  expect(code).not.toBe(0);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  return stderr;
}

const HEADER = "shop,when,x,y,kind";
/** Moments of three shops, in order. */
const sorted: string[] = [];
const draw = random(7);
for (const [shop, hours] of [
  ["b", 6],
  ["a", 9],
  ["c", 1],
] as const)
  for (let hour = 0; hour < hours; hour++)
    sorted.push(
      `${shop},2024-01-01 0${hour}:00:00,${draw.normal().toFixed(3)},${(hour + draw.uniform()).toFixed(3)},${hour < 3 ? "low" : "high"}`,
    );
/** The same, with the first shop's first row first, so that groups are met in one order. */
const shuffled = [sorted[2]!, ...[...draw.permutation(16)].filter((i) => i !== 2).map((i) => sorted[i]!)];

const ordered = ["--time", "when", "--group", "shop"];

beforeAll(async () => {
  put("sorted.csv", [HEADER, ...sorted, ""].join("\n"));
  put("shuffled.csv", [HEADER, ...shuffled, ""].join("\n"));
  const fit = ["fit", "sorted.csv", ...ordered, "--label", "kind", "--seed", "1"];
  await ok(...fit, "--method", "smoother", "-o", "smoother.safetensors");
  await ok(...fit, "--method", "window-mean", "-o", "mean.safetensors");
});

/** Lines of results by shop and time. */
const byMoment = (text: string) =>
  Object.fromEntries(csvRows(text).map(([shop, when, ...rest]) => [`${shop} ${when}`, rest.join()]));

describe("results belong to their rows", () => {
  const verbs = [
    ["encode", "smoother.safetensors"],
    ["reconstruct", "smoother.safetensors"],
    ["score", "smoother.safetensors"],
    ["encode", "mean.safetensors"],
    ["score", "mean.safetensors"],
  ];
  test.each(verbs)("%s by %s", async (verb, model) => {
    const [a, b] = [
      await ok(verb, "sorted.csv", "-m", model),
      await ok(verb, "shuffled.csv", "-m", model, "--label", "kind"),
    ];
    expect(byMoment(b.stdout)).toEqual(byMoment(a.stdout));
    // In the order of the file, with its own characters.
    const given = csvRows([HEADER, ...shuffled].join("\n")).map((row) => row.slice(0, 2));
    expect(csvRows(b.stdout).map((row) => row.slice(0, 2))).toEqual(given);
    expect(b.stderr).toContain('shuffled.csv: rows were put in order of "shop" and "when"');
    expect(a.stderr).not.toContain("were put in order");
  });

  test("in Parquet, JSON lines and NumPy as in CSV", async () => {
    await ok("encode", "shuffled.csv", "-m", "smoother.safetensors", "-o", "codes.csv");
    await ok("encode", "shuffled.csv", "-m", "smoother.safetensors", "-o", "codes.npy");
    await ok("encode", "shuffled.csv", "-m", "smoother.safetensors", "-o", "codes.jsonl");
    const csv = csvRows(readFileSync(join(folder, "codes.csv"), "utf8")).slice(1);
    const npy = readNpy(readFileSync(join(folder, "codes.npy")));
    expect([...npy.x.data]).toEqual(csv.flatMap((row) => row.slice(5).map((z) => Math.fround(Number(z)))));
    const lines = readFileSync(join(folder, "codes.jsonl"), "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).z1)).toEqual(csv.map((row) => Number(row[5])));
  });

  test("of rows that stand by themselves too, and the order is said to play no part", async () => {
    const fit = ["fit", "shuffled.csv", ...ordered, "--method", "pca", "--latent-dim", "1"];
    const { stderr } = await ok(...fit, "-o", "pca.safetensors", "--columns", "x,y");
    expect(stderr).toContain("the order of rows plays no part in pca: time and group are carried");
    const later = await ok("encode", "shuffled.csv", "-m", "pca.safetensors");
    expect(csvRows(later.stdout).map((row) => row[0])).toEqual(["shop", ...shuffled.map((line) => line[0])]);
    // The model wants neither.
    put("bare.csv", "x,y\n1,2\n2,3\n");
    expect(csvRows((await ok("encode", "bare.csv", "-m", "pca.safetensors")).stdout)).toHaveLength(3);
  });
});

describe("methods of sequences", () => {
  test("want the columns that their rows are put in order by", async () => {
    put("no-time.csv", "shop,x,y\na,1,2\n");
    expect(await fails("encode", "no-time.csv", "-m", "smoother.safetensors")).toMatch(
      /^unlabeled: no-time\.csv: no column is called "when", which tells the time of a row/,
    );
    const { stderr } = await ok("encode", "sorted.csv", "-m", "smoother.safetensors", "--time", "x");
    expect(stderr).toContain("--time: the model has an order of its own, which is used");
  });

  test("take rows in the order of the file without them, and say what would order them", async () => {
    const fit = [
      "fit",
      "sorted.csv",
      "--method",
      "smoother",
      "--exclude",
      "when,shop",
      "-o",
      "flat.safetensors",
    ];
    expect((await ok(...fit)).stderr).toContain(
      "sorted.csv: rows are taken in the order of the file, as one sequence (--time when puts them in order of its dates)",
    );
    const [flat, own] = [
      await ok("encode", "sorted.csv", "-m", "flat.safetensors"),
      await ok("encode", "sorted.csv", "-m", "flat.safetensors", ...ordered),
    ];
    expect(flat.stdout).not.toEqual(own.stdout);
  });

  test("hold out the last share of each sequence for validation", async () => {
    const fit = [
      "fit",
      "sorted.csv",
      ...ordered,
      "--exclude",
      "kind",
      "--method",
      "window-mean",
      "--scale",
      "none",
    ];
    const args = [...fit, "--seed", "1", "--validation", "0.4", "--epochs", "1", "--json", "--force"];
    const report = JSON.parse((await ok(...args, "-o", "held.safetensors")).stdout);
    // 6 of 16 rows: 2 of 6, 4 of 9 (largest remainder), and none of 1.
    expect(report.n).toBe(10);
    const kept = (shop: string, from: number, to: number) =>
      sorted.filter((line) => line.startsWith(shop)).slice(from, to);
    put("learned.csv", [HEADER, ...kept("b", 0, 4), ...kept("a", 0, 5), ...kept("c", 0, 1), ""].join("\n"));
    const alone = args
      .map((word) => (word === "sorted.csv" ? "learned.csv" : word))
      .filter((w) => !/^(--validation|0\.4)$/.test(w));
    const same = JSON.parse((await ok(...alone, "-o", "alone.safetensors")).stdout);
    expect(same.metrics.objective).toBe(report.metrics.objective);
    expect(report.metrics.validationLoss).toBeGreaterThan(0);
  });

  test("are judged, compared and filled along their sequences", async () => {
    const evaluated = await ok(
      "evaluate",
      "shuffled.csv",
      "-m",
      "smoother.safetensors",
      "--label",
      "kind",
      "--json",
    );
    const again = await ok(
      "evaluate",
      "sorted.csv",
      "-m",
      "smoother.safetensors",
      "--label",
      "kind",
      "--json",
    );
    const { seconds: _, ...metrics } = JSON.parse(evaluated.stdout);
    const { seconds: __, ...same } = JSON.parse(again.stdout);
    expect(metrics).toEqual(same);
    expect(metrics.metrics).toHaveProperty("probeAccuracy");
    const compared = await ok(
      "compare",
      "shuffled.csv",
      ...ordered,
      "--exclude",
      "kind",
      "--methods",
      "pca,smoother",
      "--latent-dim",
      "1",
      "--held-out",
      "0.4",
      "--json",
    );
    const { heldOut, entries } = JSON.parse(compared.stdout);
    expect(heldOut).toBe(6);
    expect(entries.map(({ method }: { method: string }) => method).sort()).toEqual([
      "columnMeans",
      "pca",
      "pca",
      "smoother",
    ]);
  });

  test("fill a gap with what their sequence tells", async () => {
    const at = shuffled.findIndex((line) => line.startsWith("a,2024-01-01 05"));
    const holed = shuffled.map((line, i) => (i === at ? line.replace(/,[^,]*,[^,]*,(\w+)$/, ",,,$1") : line));
    put("holed.csv", [HEADER, ...holed, ""].join("\n"));
    const { stdout } = await ok("impute", "holed.csv", "-m", "smoother.safetensors", "--hide", "0.1");
    const filled = csvRows(stdout);
    expect(filled.filter((_, i) => i !== at + 1)).toEqual(
      csvRows([HEADER, ...holed].join("\n")).filter((_, i) => i !== at + 1),
    );
    const before = sorted.findIndex((line) => line.startsWith("a,2024-01-01 04"));
    const codes = csvRows(
      (await ok("reconstruct", "sorted.csv", "-m", "smoother.safetensors", "--only-new")).stdout,
    );
    const level = codes[before + 1]!;
    const x = codes[0]!.indexOf("x");
    expect(Number(filled[at + 1]![2])).toBeCloseTo(Number(level[x]), 4);
  });

  test("that want every number are judged on the last fifth of each", async () => {
    const { stderr } = await ok("impute", "sorted.csv", "-m", "mean.safetensors", "--hide", "0.4");
    expect(stderr).toMatch(/rmseHidden \d.*hidden from a fit/);
  });

  test("say rows of the file in what they tell", async () => {
    const { stdout } = await ok("score", "shuffled.csv", "-m", "smoother.safetensors");
    const scores = csvRows(stdout)
      .slice(1)
      .map((row) => Number(row.at(-1)));
    const most = Math.max(...scores);
    const told = await unlabeled([
      "score",
      "shuffled.csv",
      "-m",
      "smoother.safetensors",
      ...plugin,
      "--fail-on-outliers",
      String(most * 0.999),
      "-o",
      "s.csv",
    ]);
    expect(told.code).toBe(3);
    expect(told.stderr).toContain(`: ${scores.indexOf(most) + 1} (rows from 1)`);
  });
});

describe("arrays of sequences", () => {
  const steps = Float32Array.from({ length: 2 * 3 * 2 }, (_, i) => i + 1);
  beforeAll(async () => {
    put("whole.npy", writeNpy({ data: steps, rows: 2, cols: 6 }, [2, 3, 2]));
    const padded = steps.slice();
    padded.fill(Number.NaN, 10);
    put("padded.npy", writeNpy({ data: padded, rows: 2, cols: 6 }, [2, 3, 2]));
    await ok("fit", "whole.npy", "--method", "smoother", "-o", "steps.safetensors");
  });

  test("are so many moments to methods of sequences", async () => {
    const rows = csvRows((await ok("encode", "whole.npy", "-m", "steps.safetensors")).stdout).slice(1);
    expect(rows.map((row) => Number(row[0]))).toEqual([0.5, 1.75, 3.375, 3.5, 6.25, 8.625]);
    expect(csvRows((await ok("encode", "padded.npy", "-m", "steps.safetensors")).stdout)).toHaveLength(1 + 5);
  });

  test("and rows to others", async () => {
    const { stdout } = await ok(
      "fit",
      "whole.npy",
      "--method",
      "pca",
      "--latent-dim",
      "1",
      "-o",
      "rows.safetensors",
      "--json",
    );
    expect(JSON.parse(stdout)).toMatchObject({ n: 2, d: 6 });
    const whole = await ok("fit", "padded.npy", "--method", "sequence-length", "-o", "length.safetensors");
    expect(whole.stdout).toMatch(/rows +2/);
    expect(csvRows((await ok("encode", "padded.npy", "-m", "length.safetensors")).stdout)).toEqual([
      ["z1"],
      ["6"],
      ["4"],
    ]);
  });
});

describe("rows of several moments", () => {
  test("groups are rows of methods that take whole sequences", async () => {
    const fit = ["fit", "shuffled.csv", ...ordered, "--exclude", "kind", "--method", "sequence-length"];
    await ok(...fit, "-o", "whole.safetensors");
    const { stdout } = await ok("encode", "sorted.csv", "-m", "whole.safetensors");
    expect(csvRows(stdout)).toEqual([
      ["shop", "z1"],
      ["b", "12"],
      ["a", "18"],
      ["c", "2"],
    ]);
    put(
      "longer.csv",
      [HEADER, ...Array.from({ length: 10 }, (_, i) => `d,2024-01-01 0${i}:00:00,1,2,low`), ""].join("\n"),
    );
    expect(await fails("encode", "longer.csv", "-m", "whole.safetensors")).toContain(
      "longer.csv: sequence 1 has 10 rows, want at most 9",
    );
  });

  test("windows are rows of all others, and stand at their last moments", async () => {
    const fit = [
      "fit",
      "shuffled.csv",
      ...ordered,
      "--label",
      "kind",
      "--method",
      "pca",
      "--latent-dim",
      "2",
    ];
    const { stdout, stderr } = await ok(
      ...fit,
      "--window",
      "3",
      "--stride",
      "2",
      "-o",
      "windows.safetensors",
      "--json",
    );
    expect(JSON.parse(stdout)).toMatchObject({ n: 6, d: 6 });
    expect(stderr).toContain(
      "shuffled.csv: 1 of 3 sequences is shorter than a window of 3 rows, and left out",
    );
    const codes = csvRows((await ok("encode", "shuffled.csv", "-m", "windows.safetensors")).stdout);
    expect(codes.slice(1).map((row) => row.slice(0, 2).join(" "))).toEqual([
      "b 2024-01-01 02:00:00",
      "b 2024-01-01 04:00:00",
      "a 2024-01-01 02:00:00",
      "a 2024-01-01 04:00:00",
      "a 2024-01-01 06:00:00",
      "a 2024-01-01 08:00:00",
    ]);
    expect(codes).toEqual(csvRows((await ok("encode", "sorted.csv", "-m", "windows.safetensors")).stdout));
    const back = csvRows(
      (await ok("reconstruct", "sorted.csv", "-m", "windows.safetensors", "--only-new")).stdout,
    );
    expect(back[0]).toEqual(["x@-2", "y@-2", "x@-1", "y@-1", "x@0", "y@0"]);
    const clusters = await ok(
      "cluster",
      "shuffled.csv",
      ...ordered,
      "--exclude",
      "kind",
      "--window",
      "3",
      "--clusters",
      "2",
    );
    expect(csvRows(clusters.stdout)).toHaveLength(1 + 4 + 7);
  });

  test("a flag of windows is the method's, where it has such an option", async () => {
    const fit = [
      "fit",
      "sorted.csv",
      ...ordered,
      "--exclude",
      "kind",
      "--method",
      "window-mean",
      "--window",
      "4",
    ];
    const { stdout } = await ok(...fit, "-o", "four.safetensors");
    expect(stdout).toMatch(/columns +2/);
    expect((await ok("info", "four.safetensors")).stdout).toMatch(/window +4/);
  });

  test("what cannot be is told at once", async () => {
    const fit = ["fit", "sorted.csv", ...ordered, "--method", "smoother", "-o", "no.safetensors"];
    expect(await fails(...fit, "--window", "3")).toBe(
      "unlabeled: --window: smoother takes sequences as they are, not windows of them\n",
    );
    expect(await fails("encode", "sorted.csv", "-m", "smoother.safetensors", "--window", "3")).toContain(
      "--window: smoother",
    );
    expect(await fails(...fit, "--stride", "3")).toBe(
      "unlabeled: --stride wants --window ROWS, the windows to take\n",
    );
    const windows = ["cluster", "sorted.csv", ...ordered, "--clusters", "1", "--window"];
    expect(await fails(...windows, "10")).toBe(
      "unlabeled: sorted.csv: a window has 10 rows, the longest sequence 9\n",
    );
    const { code, stderr } = await unlabeled([
      "encode",
      "digits",
      "-m",
      "smoother.safetensors",
      "--time",
      "x",
    ]);
    expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining("unlabeled: ")]);
    expect(
      await fails("compare", "sorted.csv", "--methods", "smoother,sequence-length", ...ordered),
    ).toContain("rows of smoother are moments, those of sequenceLength whole sequences");
  });
});
