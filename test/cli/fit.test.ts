import { spawnSync } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { fit, load, pca } from "../../src/index.js";
import { expectError, FLOWERS, MAIN, workplace } from "./command.js";

const { unlabeled, spawned, path, files, folder } = await workplace();

beforeAll(async () => {
  await writeFile(path("flowers.csv"), FLOWERS);
});

test("writes the very model that the library makes", async () => {
  const outcome = await spawned([
    "fit",
    "digits",
    "--method",
    "pca",
    "--latent-dim",
    "8",
    "--seed",
    "7",
    "-o",
    "a.st",
  ]);
  expect(outcome.code).toBe(0);
  const { x, rowShape } = digits();
  const model = await fit(pca({ latentDim: 8 }), x, { seed: 7, rowShape });
  expect(Buffer.from(model.save()).equals(await readFile(path("a.st")))).toBe(true);
});

test("reports on standard output, and notes on standard error", async () => {
  const { stdout, stderr } = await unlabeled([
    "fit",
    "flowers.csv",
    "--method",
    "pca",
    "--latent-dim",
    "3",
    "--label",
    "name",
    "-o",
    "b.st",
  ]);
  expect(stdout).toMatch(/^method +pca$/m);
  expect(stdout).toMatch(/^rows +24$/m);
  expect(stderr).toMatch(/^learning from 3 of 4 columns: petal, sepal, stem; label: name$/m);
  expect(stderr).toMatch(/^scale: standard/m);
  expect(stderr).toMatch(/^wrote b\.st$/m);
});

test("--json prints one object of the common form, and --quiet nothing beside it", async () => {
  const args = [
    "--method",
    "autoencoder",
    "--latent-dim",
    "2",
    "--hidden",
    "8",
    "--epochs",
    "3",
    "--seed",
    "5",
  ];
  const { stdout, stderr } = await unlabeled([
    "fit",
    "flowers.csv",
    ...args,
    "--columns",
    "petal,sepal,stem",
    "-o",
    "c.st",
    "--json",
    "--quiet",
  ]);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    method: "autoencoder",
    n: 24,
    d: 3,
    latentDim: 2,
    seed: 5,
    seconds: expect.any(Number),
    metrics: {
      squaredErrorPerSample: expect.any(Number),
      explainedVarianceRatio: expect.any(Number),
      objective: expect.any(Number),
    },
    files: ["c.st"],
  });
});

test("a flag of training is the method's own where it has such an option, and is refused where it has none", async () => {
  const args = "fit flowers.csv --method k-means --clusters 2 --batch-size 5 -o clusters.st".split(" ");
  expect((await unlabeled(args)).code).toBe(0);
  const info = JSON.parse((await unlabeled(["info", "clusters.st", "--json"])).stdout);
  expect(info.options).toMatchObject({ clusters: 2, batchSize: 5 });
  const refused = await unlabeled([...args, "--learning-rate", "0.1", "--force"]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("kMeans: solved, not trained: --learning-rate does not apply");
});

test("flags of the method and of training reach it", async () => {
  const args = [
    ..."fit flowers.csv --exclude name --method linear-autoencoder --latent-dim 2 --parameterization unrolled --no-bias".split(
      " ",
    ),
    ..."--step-size 0.01 --option steps=4 --epochs 2 --batch-size all --learning-rate 0.5".split(" "),
    ..."--optimizer sgd --schedule step:1:0.5 --validation 0.25 --scale unit -o d.st".split(" "),
  ];
  expect((await unlabeled(args)).code).toBe(0);
  const info = JSON.parse((await unlabeled(["info", "d.st", "--json"])).stdout);
  expect(info.options).toMatchObject({ parameterization: "unrolled", bias: false, stepSize: 0.01, steps: 4 });
  expect(info).toMatchObject({ n: 18, scale: "unit", epochs: 2, columns: ["petal", "sepal", "stem"] });
  expect(info.training).toMatchObject({
    batchSize: 18,
    learningRate: 0.5,
    optimizer: { name: "sgd" },
    schedule: { name: "step", every: 1, factor: 0.5 },
  });
  expect(info.metrics).toMatchObject({ objective: expect.any(Number), validationLoss: expect.any(Number) });
});

test("layers are told as JSON, and the shape of images by the data", async () => {
  const layers = {
    encoder: [{ conv: 2, kernel: 4, stride: 4 }],
    decoder: [{ convTranspose: 1, kernel: 4, stride: 4 }],
  };
  const args = "fit digits --method convolutional-autoencoder --normalize --epochs 1 -o conv.st".split(" ");
  const outcome = await unlabeled([...args, "--layers", JSON.stringify(layers)]);
  expect(outcome.code).toBe(0);
  const model = await load(await readFile(path("conv.st")));
  expect(model.options).toMatchObject({ layers, rowShape: [8, 8], normalize: true });
  expectError(
    await unlabeled([...args, "--force", "--layers", "lecture"]),
    1,
    /convolutionalAutoencoder: encoder layer 4 \(maxPool 2\): nothing is left of 8 × 1 × 1/,
  );
  expectError(
    await unlabeled([...args, "--layers", "{encoder"]),
    2,
    /layers must be auto, lecture, strong, or/,
  );
  expect((await unlabeled([...args, "--force"])).code).toBe(0);
  expect((await load(await readFile(path("conv.st")))).options).toMatchObject({
    layers: { encoder: [{ conv: 16, kernel: 4, stride: 2, padding: 1 }] },
    latentDim: 16,
  });
});

test("a fit that ended in nothing says so on standard error, and its model is written all the same", async () => {
  const args =
    "fit digits --method variational-autoencoder --latent-dim 2 --hidden 8 --variance 1e6 --epochs 40 --learning-rate 0.01 -o dead.st";
  const { code, stdout, stderr } = await unlabeled([...args.split(" "), "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ files: ["dead.st"] });
  expect(stderr).toMatch(/^variationalAutoencoder: none of 2 codes is active.*a variance below 1000000$/m);
  expect((await load(await readFile(path("dead.st")))).notes).toHaveLength(1);
});

test("a seed that was drawn is told, and makes the same model again", async () => {
  const args = [
    "fit",
    "digits",
    "--method",
    "autoencoder",
    "--latent-dim",
    "2",
    "--hidden",
    "8",
    "--epochs",
    "2",
  ];
  const { stdout } = await unlabeled([...args, "--json", "-o", "e.st", "--threads", "1"]);
  const { seed } = JSON.parse(stdout);
  await unlabeled([...args, "--seed", String(seed), "-o", "f.st", "--threads", "2"]);
  expect((await readFile(path("e.st"))).equals(await readFile(path("f.st")))).toBe(true);
});

test("progress is a line each 10 % where there is no terminal", async () => {
  const args = [
    "fit",
    "flowers.csv",
    "--method",
    "autoencoder",
    "--latent-dim",
    "2",
    "--epochs",
    "20",
    "-o",
    "g.st",
  ];
  const { stderr } = await unlabeled(args);
  const lines = stderr.split("\n").filter((line) => line.startsWith("autoencoder"));
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.length).toBeLessThanOrEqual(10);
  expect(lines.at(-1)).toMatch(/^autoencoder 100 % {2}epoch 20\/20 {2}loss [\d.e+-]+$/);
  // No color, no cursor: this is no terminal.
  expect([...stderr].filter((letter) => letter < " " && letter !== "\n")).toEqual([]);
});

// `script`, of util-linux, runs a command on a terminal of its own; skipped where there is none.
test.skipIf(spawnSync("script", ["--version"]).error)("progress is a bar on a terminal", async () => {
  const fitting = "fit digits --method autoencoder --latent-dim 2 --hidden 8 --epochs 30 -o terminal.st";
  const command = `'${process.execPath}' '${MAIN}' ${fitting}`;
  const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], { cwd: folder, encoding: "utf8" });
  expect(stdout).toMatch(/\rautoencoder \[={24}\] 100 % {2}epoch 30\/30 /);
  expect(await files()).toContain("terminal.st");
});

test("a model that is there is replaced with --force alone", async () => {
  await writeFile(path("h.st"), "not to be lost");
  const args = ["fit", "flowers.csv", "--method", "pca", "--latent-dim", "1", "-o", "h.st"];
  expectError(await unlabeled(args), 1, /h\.st: is there already/);
  expect(await readFile(path("h.st"), "utf8")).toBe("not to be lost");
  expect((await unlabeled([...args, "--force"])).code).toBe(0);
  expect((await load(new Uint8Array(await readFile(path("h.st"))))).method).toBe("pca");
});

test("reads CSV from standard input", async () => {
  const args = ["fit", "-", "--method", "pca", "--latent-dim", "2", "--seed", "1"];
  expect((await spawned([...args, "-o", "piped.st"], { input: FLOWERS })).code).toBe(0);
  await unlabeled(["fit", "flowers.csv", ...args.slice(2), "-o", "read.st"]);
  expect((await readFile(path("piped.st"))).equals(await readFile(path("read.st")))).toBe(true);
});

describe("Ctrl-C", () => {
  const args = [
    ..."fit digits --method autoencoder --latent-dim 3 --hidden 64 --batch-size 32 --epochs 120 --seed 9".split(
      " ",
    ),
    ..."--validation 0.2 --schedule cosine -o".split(" "),
  ];

  /** Interrupts after the first progress is told. */
  const interrupted = (output: string) =>
    spawned([...args, output], {
      onStart(child) {
        child.stderr!.once("data", () => child.kill("SIGINT"));
      },
    });

  test("keeps a checkpoint from which the command it prints makes the same bits", async () => {
    const { code, stdout, stderr } = await interrupted("stopped.st");
    expect([code, stdout]).toEqual([130, ""]);
    const last = stderr.trimEnd().split("\n").at(-1)!;
    expect(last).toMatch(/^unlabeled: interrupted; go on with: unlabeled fit digits /);
    expect(await files()).toContain("stopped.checkpoint.safetensors");
    expect(await files()).not.toContain("stopped.st");

    const info = JSON.parse((await unlabeled(["info", "stopped.checkpoint.safetensors", "--json"])).stdout);
    expect(info).toMatchObject({ checkpoint: true, seed: 9 });
    expect(info.epochs).toBeLessThan(120);

    // The checkpoint itself knows the method, its options and the rows that were held out.
    const bare = ["fit", "digits", "--resume", "stopped.checkpoint.safetensors", "-o", "bare.st"];
    expect((await unlabeled(bare)).code).toBe(0);

    const words = last.slice(last.indexOf("unlabeled fit ")).split(" ").slice(1);
    expect((await unlabeled(words)).code).toBe(0);
    expect((await unlabeled([...args, "whole.st"])).code).toBe(0);
    const whole = await readFile(path("whole.st"));
    for (const file of ["stopped.st", "bare.st"])
      expect((await readFile(path(file))).equals(whole), file).toBe(true);
    expect(await files()).not.toContain("stopped.checkpoint.safetensors");
  });

  test("a checkpoint of another run is not overwritten", async () => {
    await writeFile(path("other.checkpoint.safetensors"), "of another run");
    expectError(
      await unlabeled([...args, "other.st"]),
      1,
      /other\.checkpoint\.safetensors: .*--resume.*--force/,
    );
    expect(await readFile(path("other.checkpoint.safetensors"), "utf8")).toBe("of another run");
  });

  test("a checkpoint is refused for other data, other options and another seed", async () => {
    const { code } = await interrupted("kept.st");
    expect(code).toBe(130);
    const resume = ["--resume", "kept.checkpoint.safetensors", "-o", "next.st", "--quiet"];
    const same = args.slice(0, -1);
    expectError(await unlabeled([...same, "--hidden", "32", ...resume]), 1, /another set of options/);
    expectError(await unlabeled([...same, "--seed", "8", ...resume]), 1, /another seed/);
    const other = same.map((word) => (word === "0.2" ? "0.3" : word));
    expectError(
      await unlabeled([...other, ...resume]),
      2,
      /--validation 0\.3: .* with 359 of 1797 rows held out/,
    );
    expectError(await unlabeled(["fit", "blobs", ...same.slice(2), ...resume]), 1, /another data set/);
    expect((await stat(path("kept.checkpoint.safetensors"))).size).toBeGreaterThan(0);
  });
});
