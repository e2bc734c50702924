import { readFile, writeFile } from "node:fs/promises";
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
      /^method +squared error per sample +variance explained +linear probe .*seconds$/,
    );
    expect(lines.slice(1).map((line) => line.split(" ")[0])).toEqual(["pca", "autoencoder"]);
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
    const metrics = {
      squaredErrorPerSample: expect.any(Number),
      explainedVarianceRatio: expect.any(Number),
      probeAccuracy: expect.any(Number),
      knnAccuracy: expect.any(Number),
    };
    const seconds = expect.any(Number);
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      n: 1797,
      d: 64,
      latentDim: 8,
      seed: 0,
      seconds,
      files: [],
      heldOut: 449,
      methods: [
        { method: "pca", seconds, metrics },
        { method: "autoencoder", seconds, metrics },
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

  test("Ctrl-C ends it with nothing written", async () => {
    const { code, stdout, stderr } = await spawned(["compare", "digits", "-o", "never", "--epochs", "2000"], {
      onStart(child) {
        child.stderr!.once("data", () => child.kill("SIGINT"));
      },
    });
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr).toContain("unlabeled: interrupted, nothing is written");
    expect(await files()).not.toContain("never");
  });
});
