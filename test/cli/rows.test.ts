import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { matrix } from "../../src/data/matrix.js";
import { readNpy } from "../../src/data/npy.js";
import { runtime } from "../../src/engine/session.js";
import { load } from "../../src/index.js";
import { csvRows, expectError, FLOWERS, MAIN, workplace } from "./command.js";

const { unlabeled, spawned, path, files, folder } = await workplace();
const model = ["--model", "flowers.st"];

beforeAll(async () => {
  await writeFile(path("flowers.csv"), FLOWERS);
  await unlabeled(
    "fit flowers.csv --label name --method pca --latent-dim 2 --seed 1 -o flowers.st".split(" "),
  );
  await unlabeled("fit digits --method pca --latent-dim 4 --seed 1 -o digits.st".split(" "));
});

const loaded = async (name: string) => load(new Uint8Array(await readFile(path(name))));

describe("a result for every row", () => {
  test("encode: the input as it stands, then z1, z2, as the library computes them", async () => {
    const { code, stdout } = await unlabeled(["encode", "flowers.csv", ...model]);
    const rows = csvRows(stdout);
    expect(code).toBe(0);
    expect(rows[0]).toEqual(["name", "petal", "sepal", "stem", "z1", "z2"]);
    expect(rows.map((row) => row.slice(0, 4))).toEqual(csvRows(FLOWERS));
    const { x } = await readFileData(path("flowers.csv"), { label: "name" });
    const z = await (await loaded("flowers.st")).encode(x);
    rows.slice(1).forEach((row, i) => {
      // The decimals read back as the same float32.
      expect(row.slice(4).map((text) => Math.fround(Number(text)))).toEqual([
        ...z.data.subarray(2 * i, 2 * i + 2),
      ]);
    });
  });

  test("decode of the codes is reconstruct, under the names of the data", async () => {
    await unlabeled(["encode", "flowers.csv", ...model, "-o", "codes.csv"]);
    const decoded = csvRows((await spawned(["decode", "codes.csv", ...model])).stdout);
    const remade = csvRows((await unlabeled(["reconstruct", "flowers.csv", ...model])).stdout);
    expect(decoded[0]).toEqual(["name", "petal", "sepal", "stem"]);
    expect(remade[0]).toEqual(decoded[0]);
    for (let i = 1; i < 25; i++) {
      // Both are float32; codes passed through decimals that keep every bit.
      for (let j = 1; j < 4; j++) expect(Number(decoded[i]![j])).toBeCloseTo(Number(remade[i]![j]), 5);
    }
  });

  test("score: one column, larger for a row that is unlike the others", async () => {
    await writeFile(path("odd.csv"), `${FLOWERS}rose,1,2,40\n`);
    const rows = csvRows((await unlabeled(["score", "odd.csv", ...model])).stdout);
    expect(rows[0]).toEqual(["name", "petal", "sepal", "stem", "score"]);
    const scores = rows.slice(1).map((row) => Number(row[4]));
    expect(scores.indexOf(Math.max(...scores))).toBe(24);
  });

  test("labels and further columns stand where they stood, and change no code", async () => {
    await writeFile(
      path("more.csv"),
      FLOWERS.split("\n")
        .map((line, i) => (line ? `${i === 0 ? "class,extra" : `${i % 3},n/a${i}`},${line}` : ""))
        .join("\n"),
    );
    const { code, stdout } = await unlabeled(["encode", "more.csv", ...model, "--label", "class"]);
    expect(code).toBe(0);
    const rows = csvRows(stdout);
    expect(rows[0]).toEqual(["class", "extra", "name", "petal", "sepal", "stem", "z1", "z2"]);
    expect(rows[1]!.slice(0, 3)).toEqual(["1", "n/a1", "rose"]);
    const plain = csvRows((await unlabeled(["encode", "flowers.csv", ...model])).stdout);
    expect(rows.map((row) => row.slice(-2))).toEqual(plain.map((row) => row.slice(-2)));
  });

  test("impute: what is missing is filled, what is there stays, text is carried", async () => {
    const lines = FLOWERS.trim().split("\n");
    lines[3] = lines[3]!.replace(/,[^,]*$/, ",");
    await writeFile(path("holes.csv"), `${lines.join("\n")}\n`);
    const refused = await unlabeled(["reconstruct", "holes.csv", ...model, "--fill", "no"]);
    expectError(refused, 1, /holes\.csv: row 3 column "stem" is missing/);
    const { code, stdout, stderr } = await spawned(["impute", "holes.csv", ...model]);
    expect(code).toBe(0);
    expect(stderr).toContain("1 gap filled");
    const [wanted, rows] = [csvRows(FLOWERS), csvRows(stdout)];
    const filled = rows[3]!.pop();
    wanted[3]!.pop();
    expect(rows).toEqual(wanted);
    expect(Number.isFinite(Number(filled)) && filled !== "").toBe(true);
  });

  test("impute --hide tells the error on numbers that were there", async () => {
    const hide = "--hide 0.2 --seed 3 -o filled.npy --json".split(" ");
    const { code, stdout } = await unlabeled(["impute", "digits", "--model", "digits.st", ...hide]);
    expect(code).toBe(0);
    const { metrics } = JSON.parse(stdout) as { metrics: { rmseHidden: number } };
    expect(metrics.rmseHidden).toBeGreaterThan(0);
    // Standard deviations of the columns: filling with the means gives 1.
    expect(metrics.rmseHidden).toBeLessThan(1);
    expectError(await unlabeled(["impute", "flowers.csv", ...model, "--hide", "2"]), 2, /--hide/);
  });

  test("npy and Parquet, by the file's name", async () => {
    await unlabeled(["encode", "flowers.csv", ...model, "-o", "codes.parquet"]);
    const { code, stderr } = await unlabeled(["encode", "flowers.csv", ...model, "-o", "codes.npy"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/codes\.npy: .*without name, petal, sepal, stem$/m);
    const npy = readNpy(await readFile(path("codes.npy")));
    const parquet = await readFileData(path("codes.parquet"), { columns: ["z1", "z2"] });
    expect(npy.shape).toEqual([24, 2]);
    expect(parquet.table!.columns.map(({ name }) => name)).toEqual([
      "name",
      "petal",
      "sepal",
      "stem",
      "z1",
      "z2",
    ]);
    expect([...parquet.x.data]).toEqual([...npy.x.data]);
  });

  test("images keep their shape in npy", async () => {
    await unlabeled("reconstruct digits --model digits.st -o remade.npy".split(" "));
    expect(readNpy(await readFile(path("remade.npy"))).shape).toEqual([1797, 8, 8]);
  });

  test("--json reports when the rows go to a file, and asks for one", async () => {
    const { stdout } = await unlabeled(["score", "flowers.csv", ...model, "-o", "s.csv", "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      method: "pca",
      n: 24,
      d: 3,
      latentDim: 2,
      seed: 1,
      seconds: expect.any(Number),
      metrics: {},
      files: ["s.csv"],
    });
    expectError(await unlabeled(["score", "flowers.csv", ...model, "--json"]), 2, /-o FILE/);
  });

  test("an output that is no known format, or is there, is refused before the work", async () => {
    expectError(
      await unlabeled(["encode", "none.csv", ...model, "-o", "z.xlsx"]),
      2,
      /z\.xlsx: the name must end in .*\.csv, .*\.parquet.* or \./,
    );
    expectError(
      await unlabeled(["encode", "none.csv", ...model, "-o", "flowers.csv"]),
      1,
      /is there already/,
    );
    expectError(
      await unlabeled(["encode", "flowers.csv", ...model, "-o", "flowers.csv", "--force"]),
      2,
      /same file/,
    );
    expect(await readFile(path("flowers.csv"), "utf8")).toBe(FLOWERS);
  });

  test("no half-written file is left beside the result", async () => {
    expect((await files()).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("pipes", () => {
  test("standard input to standard output", async () => {
    const piped = await spawned(["encode", "-", ...model, "--quiet"], { input: FLOWERS });
    expect(piped).toEqual({ ...(await unlabeled(["encode", "flowers.csv", ...model])), stderr: "" });
  });

  test("a reader that has had enough ends it quietly", async () => {
    const { code, stderr } = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
      const child = spawn(process.execPath, [MAIN, "reconstruct", "digits", "--model", "digits.st"], {
        cwd: folder,
      });
      let text = "";
      child.stderr.setEncoding("utf8").on("data", (more) => {
        text += more;
      });
      child.stdout.once("data", () => child.stdout.destroy());
      child.on("close", (status) => resolve({ code: status, stderr: text }));
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe("--fail-on-outliers", () => {
  const score = ["score", "digits", "--model", "digits.st", "--quiet"];

  test("exit code 3 where a row scores higher, 0 where none does, and the scores all the same", async () => {
    const high = await unlabeled([...score, "--fail-on-outliers", "1e9"]);
    const low = await spawned([...score, "--fail-on-outliers", "800"]);
    expect([high.code, low.code]).toEqual([0, 3]);
    expect(low.stdout).toBe(high.stdout);
    expect(csvRows(low.stdout)).toHaveLength(1798);
  });

  test("says which rows", async () => {
    await writeFile(path("odd.csv"), `${FLOWERS}rose,1,2,40\n`);
    const { code, stderr } = await unlabeled(["score", "odd.csv", ...model, "--fail-on-outliers", "50"]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/1 row scores above 50.*: 25/);
  });

  test("reference rows with what the model does not take are refused, and told of", async () => {
    await writeFile(path("gaps.csv"), FLOWERS.replace(/,[\d.]+,/, ",,"));
    const { code, stderr } = await unlabeled([
      "score",
      "flowers.csv",
      ...model,
      "--fail-on-outliers",
      "99%",
      "--reference",
      "gaps.csv",
      "--fill",
      "no",
      "-o",
      "unwritten.csv",
    ]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^unlabeled: gaps\.csv: row 1 column "petal" is missing/),
    ]);
    expect(await files()).not.toContain("unwritten.csv");
  });

  test("a quantile of reference rows", async () => {
    await writeFile(path("odd.csv"), `${FLOWERS}rose,1,2,40\n`);
    const share = ["--fail-on-outliers", "100%", "--reference", "flowers.csv"];
    expect((await unlabeled(["score", "flowers.csv", ...model, ...share])).code).toBe(0);
    expect((await unlabeled(["score", "odd.csv", ...model, ...share])).code).toBe(3);
    expectError(
      await unlabeled(["score", "odd.csv", ...model, "--fail-on-outliers", "99%"]),
      2,
      /--reference/,
    );
    expectError(await unlabeled(["score", "odd.csv", ...model, "--fail-on-outliers", "some"]), 2, /99%/);
  });
});

describe("evaluate", () => {
  test("with labels, the probe and the neighbors on held-out rows", async () => {
    const { stdout } = await unlabeled(["evaluate", "digits", "--model", "digits.st", "--json"]);
    const { metrics, files: written, n } = JSON.parse(stdout);
    expect([n, written]).toEqual([1797, []]);
    // Four principal components tell most digits apart, and not all.
    expect(metrics.probeAccuracy).toBeGreaterThan(0.6);
    expect(metrics.probeAccuracy).toBeLessThan(0.95);
    expect(metrics.knnAccuracy).toBeGreaterThan(metrics.probeAccuracy);
    expect(metrics.explainedVarianceRatio).toBeCloseTo(0.4871, 3);
    expect(
      (await unlabeled(["evaluate", "digits", "--model", "digits.st", "--json"])).stdout.replace(
        /"seconds.*/,
        "",
      ),
    ).toBe(stdout.replace(/"seconds.*/, ""));
  });

  test("without labels, the error alone", async () => {
    const { stdout } = await spawned(["evaluate", "flowers.csv", ...model]);
    expect(stdout).toMatch(/^squaredErrorPerSample +[\d.]+$/m);
    expect(stdout).not.toContain("Accuracy");
    expect((await unlabeled(["evaluate", "flowers.csv", ...model, "--label", "name"])).stdout).toMatch(
      /^knnAccuracy /m,
    );
  });

  test("predictions for every row, learned from all with a label where too few are known to judge by", async () => {
    const lines = FLOWERS.trimEnd().split("\n");
    // Labels of two rows alone, one of each kind.
    const few = lines.map((line, i) => (i > 2 ? line.replace(/^[a-z]+/, "") : line));
    await writeFile(path("few.csv"), `${few.join("\n")}\n`);
    const predict = "--label name --predictions few-predicted.csv".split(" ");
    const { code, stdout, stderr } = await unlabeled(["evaluate", "few.csv", ...model, ...predict]);
    expect([code, stdout]).toEqual([0, expect.not.stringContaining("Accuracy")]);
    expect(stderr).toMatch(/of 2 rows leaves/);
    expect(stderr).toContain("wrote few-predicted.csv, 24 rows × 5 columns");
    const predicted = csvRows(await readFile(path("few-predicted.csv"), "utf8")).map((row) => row[4]);
    expect(predicted.slice(0, 3)).toEqual(["predicted", "rose", "lily"]);
    expect(new Set(predicted.slice(1))).toEqual(new Set(["rose", "lily"]));
    await writeFile(path("none.csv"), FLOWERS.replace(/^(rose|lily)/gm, ""));
    const none = ["evaluate", "none.csv", ...model, "--label", "name", "--predictions", "none-predicted.csv"];
    expectError(await unlabeled(none), 1, /none\.csv: no row has a label to learn from/);
    expect(await files()).not.toContain("none-predicted.csv");
  });

  test("labels from a file", async () => {
    await writeFile(
      path("classes.csv"),
      `class\n${Array.from({ length: 24 }, (_, i) => i % 2).join("\n")}\n`,
    );
    const { code, stdout } = await unlabeled(["evaluate", "flowers.csv", ...model, "--label", "classes.csv"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^probeAccuracy /m);
  });
});

test("info says what the model is", async () => {
  const { stdout } = await spawned(["info", "flowers.st"]);
  expect(stdout).toMatch(/^model +pca$/m);
  expect(stdout).toMatch(/^data +24 rows × 3 columns, fingerprint [0-9a-f]{16}$/m);
  expect(stdout).toMatch(/^columns +petal, sepal, stem$/m);
  expect(stdout).toMatch(/^parts +encode, decode, reconstruct, score$/m);
});

test("export: plain ONNX Runtime computes the same codes", async () => {
  const { code, stdout, stderr } = await spawned(
    "export flowers.st --to onnx --part encode -o encode.onnx".split(" "),
  );
  expect([code, stdout, stderr]).toEqual([0, "", "wrote encode.onnx\n"]);
  const { x } = await readFileData(path("flowers.csv"), { label: "name" });
  // The program takes float32.
  const rows = matrix(x.rows, x.cols, Float32Array.from(x.data));
  const program = await (await runtime()).compile(new Uint8Array(await readFile(path("encode.onnx"))));
  const { z } = await program.run({
    x: { dtype: "float32", shape: [rows.rows, rows.cols], data: rows.data },
  });
  expect([...z!.data]).toEqual([...(await (await loaded("flowers.st")).encode(rows)).data]);
});
