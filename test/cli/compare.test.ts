import { readdir, readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { load } from "../../src/index.js";
import { csvRows, expectError, FLOWERS, workplace } from "./command.js";

const { unlabeled, spawned, path, files } = await workplace();
const quick = ["--epochs", "2", "--hidden", "16"];

describe("compare", () => {
  test("digits: table, models, codes and a sheet of images", async () => {
    const { code, stdout, stderr } = await spawned(["compare", "digits", "-o", "out", ...quick]);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(
      /^method +code +held-out error +variance, % +probe, % +5-NN, % +trust, % +encode, ms +size, kB +fit, s$/,
    );
    expect(lines.slice(1).map((line) => line.split(" ")[0])).toEqual(["pca", "columnMeans", "autoencoder"]);
    for (const line of [lines[1]!, lines[3]!]) expect(line.match(/ ± /g)).toHaveLength(5);
    expect(stderr).toContain("; mean ± standard deviation over seeds 0 to 2");
    expect(stderr).toContain("reconstructions.png from top to bottom: originals, pca, autoencoder");

    const model = await load(new Uint8Array(await readFile(path("out/autoencoder.safetensors"))));
    expect([model.latentDim, model.seed]).toEqual([8, 0]);
    const rows = csvRows(await readFile(path("out/pca-codes.csv"), "utf8"));
    expect(rows[0]).toEqual(["label", "part", ...Array.from({ length: 8 }, (_, j) => `z${j + 1}`)]);
    expect(rows).toHaveLength(1798);
    expect(rows.filter(([, part]) => part === "held-out")).toHaveLength(449);
    const png = await readFile(path("out/reconstructions.png"));
    expect([...png.subarray(1, 4)]).toEqual([..."PNG"].map((letter) => letter.charCodeAt(0)));
    // 20 digits enlarged 8 times side by side, in 3 rows, 1 pixel apart.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([20 * 65 - 1, 3 * 65 - 1]);
  });

  test("replaces its files with --force alone", async () => {
    await writeFile(path("out/notes.txt"), "mine");
    expectError(
      await unlabeled(["compare", "digits", "-o", "out", ...quick]),
      1,
      /out\/pca\.safetensors: is there already/,
    );
    expect((await unlabeled(["compare", "digits", "-o", "out", ...quick, "--force"])).code).toBe(0);
    expect(await readFile(path("out/notes.txt"), "utf8")).toBe("mine");
  });

  test("--json, with nothing written where no folder is given", async () => {
    const before = await files();
    const { stdout, stderr } = await unlabeled(["compare", "digits", ...quick, "--json", "--quiet"]);
    expect(stderr).toBe("");
    const figures = {
      heldOutError: expect.any(Number),
      explainedVarianceRatio: expect.any(Number),
      probeAccuracy: expect.any(Number),
      knnAccuracy: expect.any(Number),
      trustworthiness: expect.any(Number),
      encodeSeconds: expect.any(Number),
      modelBytes: expect.any(Number),
      fitSeconds: expect.any(Number),
    };
    const ofMeans = { heldOutError: expect.any(Number), explainedVarianceRatio: expect.any(Number) };
    const entry = (method: string) => ({
      method,
      latentDim: 8,
      baseline: false,
      metrics: figures,
      spread: figures,
    });
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      n: 1797,
      d: 64,
      seed: 0,
      seconds: expect.any(Number),
      files: [],
      heldOut: 449,
      seeds: [0, 1, 2],
      scale: "unit",
      // After two epochs the autoencoder is worse than the means.
      entries: [
        entry("pca"),
        { method: "columnMeans", latentDim: 0, baseline: true, metrics: ofMeans, spread: ofMeans },
        entry("autoencoder"),
      ],
    });
    expect(await files()).toEqual(before);
  });

  test("a table without labels: no accuracies, and a plot of the codes", async () => {
    await writeFile(path("flowers.csv"), FLOWERS);
    const args = [
      "compare",
      "flowers.csv",
      "--methods",
      "pca,linear-autoencoder",
      "--epochs",
      "3",
      "-o",
      "flowers",
    ];
    const { code, stdout } = await unlabeled(args);
    expect(code).toBe(0);
    expect(stdout).not.toContain("probe");
    const svg = await readFile(path("flowers/codes.svg"), "utf8");
    expect(
      svg
        .match(/<g class="points".*?<\/g>/gs)!
        .join("")
        .match(/h0/g),
    ).toHaveLength(2 * 24);
    expect(svg).toContain("linearAutoencoder");
  });

  test("an option is given to the methods that have it, and refused where none has", async () => {
    const args = ["compare", "digits", "--methods", "pca", "--latent-dim", "2"];
    expectError(await unlabeled([...args, "--hidden", "3"]), 2, /--hidden: .*pca has .*--no-center/);
    expectError(await unlabeled([...args, "--epochs", "3"]), 2, /pca: solved, not trained: --epochs/);
    expect((await unlabeled([...args, "--no-center"])).code).toBe(0);
  });

  test("Ctrl-C leaves what is done, and the same command goes on from there", async () => {
    const args = ["compare", "digits", "-o", "slow", "--seeds", "1", "--latent-dim", "3"];
    const stopped = await spawned([...args, "--epochs", "2000"], {
      onStart(child) {
        child.stderr!.on("data", (text: string) => {
          if (text.includes("1 of 2: pca")) child.kill("SIGINT");
        });
      },
    });
    expect([stopped.code, stopped.stdout]).toEqual([130, ""]);
    expect(stopped.stderr).toContain(
      "unlabeled: interrupted, written: slow/finished (1 of 2 fits; the same command goes on from there)",
    );
    expect(await files()).toContain("slow");
    const { code, stdout, stderr } = await unlabeled([...args, ...quick]);
    expect(code).toBe(0);
    expect(stderr).toContain("1 fits were done before, and are not done again");
    expect(stderr).not.toContain("1 of 2: pca");
    expect(stderr).toContain("2 of 2: autoencoder, 3 numbers, seed 0: held-out error");
    const fresh = await unlabeled(["compare", "digits", "--seeds", "1", "--latent-dim", "3", ...quick]);
    const withoutTimes = (text: string) => text.replaceAll(/( +[\d.–]+){3}$/gm, "");
    expect(withoutTimes(stdout)).toBe(withoutTimes(fresh.stdout));
  });

  test("a kept fit that is damaged, or of another question, is done again", async () => {
    await writeFile(path("rows.csv"), FLOWERS);
    const args = ["compare", "rows.csv", "--methods", "pca", "--seeds", "1", "-o", "kept", "--force"];
    expect((await unlabeled(args)).stderr).toContain("1 of 1: pca");
    expect((await unlabeled(args)).stderr).not.toContain("1 of 1: pca");
    const names = await readdir(path("kept/finished"));
    for (const name of names) await writeFile(path(`kept/finished/${name}`), "{");
    expect((await unlabeled(args)).stderr).toContain("1 of 1: pca");
    for (const other of [
      ["--held-out", "0.3"],
      ["--seed", "7"],
      ["--scale", "none"],
      ["--no-center"],
      ["--columns", "1,2"],
    ])
      expect((await unlabeled([...args, ...other])).stderr).toMatch(/1 of [12]: pca/);
  });

  test("sizes and variants: a line for each, files named after them, and a picture", async () => {
    await writeFile(path("many.csv"), FLOWERS);
    const methods = "pca,autoencoder:hidden=8,4:learning-rate=0.01,k-means";
    const sized = ["--latent-dim", "1,2", "--clusters", "3", "--epochs", "3", "--seeds", "2"];
    const args = [
      "compare",
      "many.csv",
      "--methods",
      methods,
      ...sized,
      "-o",
      "many",
      "--picture",
      "many.svg",
    ];
    const { code, stdout } = await unlabeled(args);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n").slice(1);
    expect(lines.map((line) => line.split(/ {2,}/).slice(0, 2).join(" ")).sort()).toEqual([
      "autoencoder:hidden=8,4:learning-rate=0.01 1",
      "autoencoder:hidden=8,4:learning-rate=0.01 2",
      "columnMeans 0",
      "kMeans 3",
      "pca 1",
      "pca 2",
      "pca 3",
    ]);
    const model = await load(
      new Uint8Array(await readFile(path("many/autoencoder-hidden-8-4-learning-rate-0.01-2.safetensors"))),
    );
    expect([model.latentDim, model.options.hidden, model.history.length]).toEqual([2, [8, 4], 3]);
    expect((await readFile(path("many/k-means.safetensors"))).length).toBeGreaterThan(0);
    const svg = await readFile(path("many.svg"), "utf8");
    expect(svg).toContain("held-out error");
    expect(svg).toContain("autoencoder:hidden=8,4:learning-rate=0.01");
  });

  test.each([
    ["autoencoder:hiden=3", /autoencoder has no option hiden \(nearest: hidden, /],
    ["autoencoder:hidden=x", /hidden: want a list of integers ≥ 1, got x/],
    ["autoencoder:epochs=0", /epochs: want an integer ≥ 1, got 0/],
    ["autoencoder:latent-dim=3", /sizes of codes are said by --latent-dim/],
    ["pca:epochs=3", /pca is solved, not trained: epochs does not apply/],
    ["autoencoder:hidden", /want NAME:KEY=VALUE/],
    ["pca,pca", /--methods names pca twice/],
    ["autoencodr:hidden=3", /autoencodr/],
  ])("--methods %s is refused in a line", async (methods, line) => {
    expectError(await unlabeled(["compare", "digits", "--methods", methods]), 2, line);
  });

  test("gaps are filled by the means of the training rows, and a column without any is named", async () => {
    const rows = FLOWERS.trimEnd().split("\n");
    const gaps = rows.map((line, i) => (i % 6 === 1 ? line.replace(/,[\d.]+$/, ",") : line)).join("\n");
    await writeFile(path("gaps.csv"), `${gaps}\n`);
    const args = ["compare", "gaps.csv", "--methods", "pca", "--seeds", "1"];
    const { code, stderr } = await unlabeled(args);
    expect(code).toBe(0);
    expect(stderr).toContain(
      "1.7 % of the numbers are missing; filled by the means of the training rows, as pca",
    );
    expectError(await unlabeled([...args, "--fill", "no"]), 1, /is missing, pca wants every number/);
  });

  test("labels that say which rows are outliers give the area under their curve", async () => {
    const lines = Array.from({ length: 60 }, (_, i) => {
      const far = i % 15 === 0;
      const at = [0, 1, 2].map((j) => (Math.sin(i * (j + 2)) + (far ? 9 : 0)).toFixed(3));
      return [...at, far ? 1 : 0].join(",");
    });
    await writeFile(path("far.csv"), ["a,b,c,outlier", ...lines, ""].join("\n"));
    const args = ["compare", "far.csv", "--methods", "pca", "--label", "outlier", "--seeds", "2"];
    const { stdout } = await unlabeled(args);
    expect(stdout).toMatch(/^method.* outliers, AUC /);
    expect(stdout).toMatch(/^columnMeans .* 1\.000 ± 0\.000/m);
  });

  test("the report has the table, the curve over sizes, and no times", async () => {
    await writeFile(path("told.csv"), FLOWERS);
    const args = ["compare", "told.csv", "--methods", "pca", "--latent-dim", "1,2", "--seeds", "2"];
    const { code } = await unlabeled([...args, "--report", "told.html"]);
    expect(code).toBe(0);
    const { stdout } = await unlabeled(["report", "extract", "told.html"]);
    expect(stdout).toContain("heldOutError");
    expect(stdout).not.toContain("Seconds");
    expect(stdout).toContain("error by size of code");
    const again = await unlabeled([...args, "--report", "told.html", "--force"]);
    expect(again.code).toBe(0);
    expect((await unlabeled(["report", "extract", "told.html"])).stdout.replace(" --force", "")).toBe(stdout);
  });
});
