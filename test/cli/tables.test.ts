/** @file Small tables that people were bitten by, through the verbs. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { writeNpy } from "../../src/data/npy.js";
import { writeParquet } from "../../src/data/parquet.js";
import { random } from "../../src/random.js";
import { tableOf } from "../data/tables.js";
import { workplace } from "./command.js";

const { folder, unlabeled } = await workplace();

const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
const get = (name: string) => readFileSync(join(folder, name), "utf8");

/** Runs and expects it to go well; gives both streams. */
async function ok(...args: string[]) {
  const { code, stdout, stderr } = await unlabeled(args);
  expect(code, stderr).toBe(0);
  return { stdout, stderr };
}

async function fails(...args: string[]): Promise<string> {
  const { code, stderr } = await unlabeled(args);
  expect(code).not.toBe(0);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  return stderr;
}

/** The line that says what is learned from. */
async function learned(file: string, ...flags: string[]): Promise<string> {
  const { stderr } = await ok("cluster", file, "--clusters", "1", "-o", "learned.csv", "--force", ...flags);
  return stderr.split("\n").find((line) => line.startsWith("learning from"))!;
}

describe("columns are chosen against the file's own order", () => {
  const columns = { a: [1, 4, 7, 2], b: [20, 50, 81, 9], c: [3, 6, 10, 1], y: ["u", "v", "u", "v"] };
  const csv = "a,b,c,y\n1,20,3,u\n4,50,6,v\n7,81,10,u\n2,9,1,v\n";
  const files: [string, string | Uint8Array][] = [
    ["aby.csv", csv],
    ["aby.parquet", writeParquet(tableOf(columns))],
    [
      "aby.jsonl",
      csv
        .split("\n")
        .slice(1, 5)
        .map((line) =>
          JSON.stringify(
            Object.fromEntries(line.split(",").map((text, j) => ["abcy"[j]!, j < 3 ? Number(text) : text])),
          ),
        )
        .join("\n"),
    ],
    ["aby.tsv.gz", gzipSync(csv.replaceAll(",", "\t"))],
  ];
  test.each(files)("%s", async (name, content) => {
    put(name, content);
    expect(await learned(name, "--columns", "2,3", "--label", "y")).toContain(
      "learning from 2 of 4 columns: b, c; label: y; carried: a",
    );
    expect(await learned(name, "--columns", "3,1")).toContain("columns: a, c;");
    expect(await learned(name, "--columns", "2-3", "--label", "4")).toContain("columns: b, c; label: y");
    expect(await learned(name, "--exclude", "a,y")).toContain(
      "learning from 2 of 4 columns: b, c; carried: a (left out, as told), y (left out, as told)",
    );
    expect(await learned(name, "--columns", "!a,!y")).toContain("columns: b, c;");
    expect(await learned(name, "--columns", "?", "--label", "y")).toContain("columns: a, b, c; label: y");
  });

  test("an array answers to positions and to x1, x2, …", async () => {
    put("aby.npy", writeNpy({ data: Float64Array.of(1, 20, 3, 4, 50, 6, 7, 81, 10), rows: 3, cols: 3 }));
    expect(await learned("aby.npy", "--columns", "2,3")).toContain("columns: x2, x3; carried: x1");
    expect(await learned("aby.npy", "--label", "1")).toContain("columns: x2, x3; label: x1");
  });

  test("columns come in the order asked for, and a model finds them again by name", async () => {
    put("abc.csv", "a,b,c\n1,2,3\n4,5,6\n7,8,10\n");
    await ok(
      "fit",
      "abc.csv",
      "--columns",
      "c,a",
      "--method",
      "PCA",
      "--latent-dim",
      "1",
      "-o",
      "ca.safetensors",
    );
    expect((await ok("info", "ca.safetensors")).stdout).toContain("columns                   c, a");
    put("turned.csv", "z,c,b,a\nx,3,2,1\ny,6,5,4\nz,10,8,7\n");
    await ok("encode", "turned.csv", "-m", "ca.safetensors", "--only-new", "-o", "turned-codes.csv");
    await ok("encode", "abc.csv", "-m", "ca.safetensors", "--only-new", "-o", "codes.csv");
    expect(get("turned-codes.csv")).toBe(get("codes.csv"));
    put("less.csv", "c,b\n3,2\n6,5\n");
    expect(await fails("encode", "less.csv", "-m", "ca.safetensors")).toContain(
      'less.csv: no column is called "a"',
    );
  });
});

describe("what is written stands as it stood", () => {
  test("ids, dates and cents beside the one gap that is filled", async () => {
    const csv =
      "id,day,amount,q\n900000001,20240101,1234567.89,1\n900000002,20240103,2234567.89,\n900000003,20240105,3234567.91,3\n900000004,20240107,4234567.93,4\n";
    put("impmin.csv", csv);
    const how = [
      "--method",
      "linear-autoencoder",
      "--parameterization",
      "unrolled",
      "--latent-dim",
      "1",
      "--seed",
      "1",
      "--epochs",
      "50",
    ];
    await ok("fit", "impmin.csv", ...how, "-o", "impmin.safetensors");
    await ok("impute", "impmin.csv", "-m", "impmin.safetensors", "-o", "filled.csv");
    expect(get("filled.csv").replace(/(?<=2234567\.89,)[\d.]+/, "")).toBe(csv);
    expect(get("filled.csv")).not.toBe(csv);
  });

  test.each([
    ["plain", "a,b,c\n1,2,3\n2.50,+4,6\n3e0, 6,9\n"],
    ["with quotes and texts", 'id,a,b,t\n007,1.10,2.20,"x, ""y"""\n008,2.0,4.0,NA\n009,3.000,6,\n'],
    ["decimal commas", "a;b\n1,50;2,0\n2,50;4,00\n3,5;6\n"],
    ["dates and money", 'd,m\n2024-01-31,"$1,000.00"\n2024-02-01,"$2,500.50"\n2024-02-03,$3.00\n'],
  ])("impute of a table without gaps changes no byte: %s", async (name, csv) => {
    put("whole.csv", csv);
    await ok("impute", "whole.csv", "-o", `whole-${name}.csv`);
    expect(get(`whole-${name}.csv`)).toBe(csv);
  });

  test("every verb says how large it is; - is standard output; only the new columns on request", async () => {
    put("v.csv", "k,v,w\nr1,1.50,2\nr2,2.5,1\nr3,3.5,7\nr4,4.5,2\n");
    const { stderr } = await ok(
      "fit",
      "v.csv",
      "--method",
      "pca",
      "--latent-dim",
      "1",
      "-o",
      "v.safetensors",
    );
    expect(stderr).toContain("wrote v.safetensors\n");
    const whole = await ok("score", "v.csv", "-m", "v.safetensors", "-o", "-");
    expect(whole.stdout).toMatch(/^k,v,w,score\nr1,1\.50,2,[\d.e-]+\n/);
    const fresh = await ok("score", "v.csv", "-m", "v.safetensors", "-o", "s.csv", "--only-new");
    expect(fresh.stderr).toContain("wrote s.csv, 4 rows × 1 column\n");
    expect(get("s.csv")).toMatch(/^score\n/);
    for (const ending of ["tsv", "json", "jsonl", "parquet", "csv.gz"]) {
      const { stderr: said } = await ok("encode", "v.csv", "-m", "v.safetensors", "-o", `z.${ending}`);
      expect(said).toContain(`wrote z.${ending}, 4 rows × 4 columns`);
    }
    expect(get("z.tsv")).toMatch(/^k\tv\tw\tz1\nr1\t1\.50\t2\t/);
    expect(gunzipSync(readFileSync(join(folder, "z.csv.gz"))).toString()).toMatch(/^k,v,w,z1\nr1,1\.50,2,/);
    expect((await ok("encode", "v.csv", "-m", "v.safetensors", "-o", "z.npy")).stderr).toContain(
      "wrote z.npy, 4 rows × 1 column",
    );
  });

  test("a column that is called like a result keeps its name, and the new one gets another", async () => {
    put("again.csv", "v,w,cluster\n1,2,9\n2,3,9\n8,9,9\n9,8,9\n");
    const { stderr } = await ok("cluster", "again.csv", "--clusters", "2", "-o", "again-out.csv");
    expect(stderr).toContain(
      'again-out.csv: there is a column "cluster" already, the new one is "cluster.1"',
    );
    expect(stderr).toContain("carried: cluster (called like a result)");
    expect(get("again-out.csv")).toMatch(/^v,w,cluster,cluster\.1\n1,2,9,[01]\n/);
  });

  test("decode and reconstruct give back words, dates and the columns that were carried", async () => {
    const rows = Array.from(
      { length: 24 },
      (_, i) =>
        `r${i},${i % 2 ? 10 + i / 10 : 1 + i / 10},${i % 2 ? "red" : "blue"},2024-0${i % 2 ? 7 : 1}-1${i % 4},${i % 2 ? "yes" : "no"}`,
    );
    put("mixed.csv", `key,v,color,when,ok\n${rows.join("\n")}\n`);
    await ok("fit", "mixed.csv", "--method", "pca", "--latent-dim", "2", "-o", "mixed.safetensors");
    await ok("reconstruct", "mixed.csv", "-m", "mixed.safetensors", "-o", "mixed-back.csv");
    const back = get("mixed-back.csv")
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    expect(back[0]).toEqual(["key", "v", "color", "when", "ok"]);
    expect(back.slice(1).map(([key, , color, , yes]) => [key, color, yes])).toEqual(
      rows.map((row) => row.split(",")).map(([key, , color, , yes]) => [key, color, yes]),
    );
    expect(back[1]![3]).toMatch(/^2024-01-1\d$/);
    await ok("encode", "mixed.csv", "-m", "mixed.safetensors", "-o", "mixed-codes.csv");
    await ok("decode", "mixed-codes.csv", "-m", "mixed.safetensors", "-o", "mixed-decoded.csv");
    expect(get("mixed-decoded.csv")).toBe(get("mixed-back.csv"));
  });
});

describe("large offsets", () => {
  test.each([
    ["tsmin.csv", "t\n1700000000\n1700000001\n1700000002\n1700000040\n1700000041\n1700000042\n"],
    ["small.csv", "t\n0.000000001\n0.000000002\n0.000000003\n0.00000004\n0.000000041\n0.000000042\n"],
    ["cents.csv", "t\n99999999.01\n99999999.02\n99999999.03\n99999999.41\n99999999.42\n99999999.43\n"],
    [
      "when.csv",
      "t\n2024-01-01 00:00:01\n2024-01-01 00:00:02\n2024-01-01 00:00:03\n2024-01-01 00:00:40\n2024-01-01 00:00:41\n2024-01-01 00:00:42\n",
    ],
  ])("two clusters in %s", async (name, csv) => {
    put(name, csv);
    for (const flags of [[], ["--scale", "none"]]) {
      await ok("cluster", name, "--clusters", "2", "--only-new", "-o", "two.csv", "--force", ...flags);
      const [a, , , b] = get("two.csv").split("\n").slice(1);
      expect(get("two.csv")).toBe(`cluster\n${a}\n${a}\n${a}\n${b}\n${b}\n${b}\n`);
      expect(a).not.toBe(b);
    }
  });
});

describe("gaps and few labels", () => {
  test("one row is filled by a fitted model, whatever rows are beside it", async () => {
    put("full.csv", "a,b,c\n1,2,3\n2,4,6\n3,6,9\n4,8,12\n5,10,15\n");
    await ok("fit", "full.csv", "--method", "pca", "--latent-dim", "1", "-o", "full.safetensors");
    put("one.csv", "a,b,c\n7,,21\n");
    await ok("impute", "one.csv", "-m", "full.safetensors", "-o", "one-filled.csv");
    expect(get("one-filled.csv")).toBe("a,b,c\n7,14,21\n");
    put("more.csv", "a,b,c\n,2,3\n7,,21\n,,\n100,,300\n");
    await ok("impute", "more.csv", "-m", "full.safetensors", "-o", "more-filled.csv");
    const [, first, second, third] = get("more-filled.csv").split("\n");
    expect([first, second, third]).toEqual(["1,2,3", "7,14,21", "3,6,9"]);
  });

  test("few gaps are filled before methods that want every number, and are refused on request", async () => {
    const stream = random(5);
    const rows = Array.from(
      { length: 40 },
      (_, i) => `${i === 3 ? "" : i % 2},${stream.normal()},${i === 7 ? "NA" : 3 * (i % 2)}`,
    );
    put("gaps.csv", `a,b,c\n${rows.join("\n")}\n`);
    for (const args of [
      ["cluster", "--clusters", "2"],
      ["embed"],
      ["fit", "--method", "pca", "--latent-dim", "1"],
      ["compare", "--methods", "pca,factorization", "--latent-dim", "1"],
    ]) {
      const [verb, ...rest] = args;
      const { stderr } = await ok(
        verb!,
        "gaps.csv",
        ...rest,
        "-o",
        `gaps-${verb}`.concat(verb === "fit" ? ".safetensors" : verb === "compare" ? "" : ".csv"),
      );
      const by = verb === "compare" ? "the means of the training rows" : "low-rank completion";
      expect(stderr).toContain(`1.7 % of the numbers are missing; filled by ${by}`);
      expect(await fails(verb!, "gaps.csv", ...rest, "--fill", "no", "-o", `no-${verb}.csv`)).toMatch(
        /row 4 column "a" is missing, \w+ wants every number/,
      );
    }
    put("holes.csv", `a,b\n1,2\n,3\n2,\n,4\n5,6\n`);
    expect(await fails("cluster", "holes.csv", "--clusters", "2")).toContain(
      "is missing, kMeans wants every number",
    );
    await ok("cluster", "holes.csv", "--clusters", "2", "--fill", "yes", "-o", "holes-out.csv");
  });

  test("labels may be missing in most rows, and no figure takes the output with it", async () => {
    put("few.csv", "a,b,y\n1,2,u\n2,1,\n3,5,v\n4,4,\n5,9,u\n6,7,v\n7,1,u\n8,2,v\n");
    await ok(
      "fit",
      "few.csv",
      "--method",
      "pca",
      "--latent-dim",
      "1",
      "--label",
      "y",
      "-o",
      "few.safetensors",
    );
    const { stderr, stdout } = await ok(
      "evaluate",
      "few.csv",
      "-m",
      "few.safetensors",
      "--label",
      "y",
      "--predictions",
      "few-predicted.csv",
    );
    expect(stderr).toContain("figures about labels are of the 6 of 8 rows that have one");
    expect(stdout).toContain("probeAccuracy");
    expect(get("few-predicted.csv")).toMatch(/^a,b,y,predicted\n1,2,u,[uv]\n2,1,,[uv]\n/);
    await ok("cluster", "few.csv", "--clusters", "2", "--label", "y", "-o", "few-clusters.csv");
    expect(
      (await ok("compare", "few.csv", "--label", "y", "--methods", "pca", "--latent-dim", "1")).stdout,
    ).toContain("pca");
    put("none.csv", "a,b,y\n1,2,u\n2,1,\n3,5,\n4,4,\n5,9,\n");
    for (const args of [
      ["cluster", "none.csv", "--clusters", "2", "--label", "y", "-o", "none-clusters.csv"],
      ["embed", "none.csv", "--method", "pca", "--label", "y", "-o", "none-places.csv"],
    ]) {
      await ok(...args);
      expect(get(args.at(-1)!)).toMatch(/^a,b,y,/);
    }
    const told = await ok("evaluate", "none.csv", "-m", "few.safetensors", "--label", "y");
    expect(told.stdout).toContain("squaredErrorPerSample");
    expect(told.stdout).not.toContain("probeAccuracy");
  });

  test("impute --hide tells an error on numbers that the fit has not seen, beside that of the means", async () => {
    const stream = random(9);
    const rows = Array.from({ length: 60 }, () =>
      [stream.normal(), stream.normal(), stream.normal(), stream.normal(), stream.normal()].join(","),
    );
    put("noise.csv", `a,b,c,d,e\n${rows.join("\n")}\n`);
    await ok(
      "fit",
      "noise.csv",
      "--method",
      "linear-autoencoder",
      "--parameterization",
      "unrolled",
      "--latent-dim",
      "4",
      "--epochs",
      "200",
      "--seed",
      "1",
      "-o",
      "noise.safetensors",
    );
    const { stdout } = await ok(
      "impute",
      "noise.csv",
      "-m",
      "noise.safetensors",
      "--hide",
      "0.15",
      "-o",
      "noise-out.csv",
      "--json",
    );
    const { metrics } = JSON.parse(stdout) as { metrics: { rmseHidden: number; rmseHiddenOfMeans: number } };
    // There is nothing to learn in noise: whatever fills it is no better than the means.
    expect(metrics.rmseHidden).toBeGreaterThan(0.95 * metrics.rmseHiddenOfMeans);
    expect(metrics.rmseHiddenOfMeans).toBeGreaterThan(0.8);
  });
});

describe("defaults that fit the method and the data", () => {
  test.each([
    [
      "bin.csv",
      "w1,w2,w3\n1,0,1\n0,1,1\n1,1,0\n1,1,1\n0,0,1\n",
      ["--method", "logistic-pca", "--latent-dim", "1"],
    ],
    [
      "yes.csv",
      "w1,w2,w3\nyes,no,yes\nno,yes,yes\nyes,yes,no\nyes,yes,yes\nno,no,yes\n",
      ["--method", "logistic-pca", "--latent-dim", "1"],
    ],
    [
      "shares.csv",
      "w1,w2\n0.1,0.9\n0.7,0.3\n0.5,0.45\n0.2,0.9\n",
      ["--method", "autoencoder", "--loss", "binaryCrossEntropy", "--latent-dim", "1", "--epochs", "2"],
    ],
    [
      "tens.csv",
      "w1,w2\n10,90\n70,30\n50,45\n20,90\n",
      ["--method", "autoencoder", "--loss", "binaryCrossEntropy", "--latent-dim", "1", "--epochs", "2"],
    ],
    [
      "counts.csv",
      "w1,w2,w3\n3,0,1\n0,2,5\n4,1,0\n1,1,1\n0,0,2\n",
      ["--method", "non-negative-factorization", "--latent-dim", "1"],
    ],
  ])("%s is fitted as it is", async (name, csv, flags) => {
    put(name, csv);
    await ok("fit", name, ...flags, "-o", `${name}.safetensors`);
  });

  test("what a method does not take is told in the numbers of the file", async () => {
    put("minus.csv", "w1,w2\n3,1\n-2,4\n5,2\n");
    expect(await fails("fit", "minus.csv", "--method", "nmf", "--latent-dim", "1")).toContain(
      "takes numbers ≥ 0, and these go down to -2",
    );
  });

  test("images are scaled to [0, 1] by what they can hold, for methods that are trained", async () => {
    const flags = ["--latent-dim", "2", "--seed", "1", "-o"];
    const trained = await ok(
      "fit",
      "digits",
      "--method",
      "autoencoder",
      "--epochs",
      "1",
      ...flags,
      "ae.safetensors",
    );
    expect(trained.stderr).toContain("scale: unit, the default for images of methods that are trained");
    const solved = await ok("fit", "digits", "--method", "pca", ...flags, "pca.safetensors");
    expect(solved.stderr).not.toContain("scale:");
    await ok(
      "fit",
      "digits",
      "--method",
      "convolutional-autoencoder",
      "--epochs",
      "1",
      ...flags,
      "conv.safetensors",
    );
  });
});

describe("formats", () => {
  test("parts in a folder or by a pattern are one table, and come back as one", async () => {
    const { mkdirSync } = await import("node:fs");
    mkdirSync(join(folder, "parts"));
    put("parts/part-1.csv", "k,v\na,1.50\nb,2\n");
    put("parts/part-2.csv", "k,v\nc,30\nd,40\n");
    put("parts/part-10.csv", "k,v\ne,31\n");
    for (const data of ["parts", "parts/part-*.csv"]) {
      await ok("cluster", data, "--clusters", "2", "-o", "parts-out.csv", "--force");
      expect(get("parts-out.csv").replaceAll(/,[01]$/gm, "")).toBe(
        "k,v,cluster\na,1.50\nb,2\nc,30\nd,40\ne,31\n",
      );
    }
    put("parts/part-11.csv", "k,w\ne,31\n");
    expect(await fails("cluster", "parts", "--clusters", "2")).toContain(
      'part-11.csv: no column is called "v"',
    );
  });

  test("a text in a part makes the column text in all of them", async () => {
    const { mkdirSync } = await import("node:fs");
    mkdirSync(join(folder, "codes"));
    put("codes/1.csv", "t,v\n1,1\n2,2\n");
    put("codes/2.csv", "t,v\nx,3\n4,5\n");
    expect(await learned("codes")).toContain("columns: v; carried: t");
  });

  test("standard input may be CSV or JSON", async () => {
    for (const input of [
      "v,w\n1,2\n3,4\n8,9\n",
      '[{"v":1,"w":2},{"v":3,"w":4},{"v":8,"w":9}]',
      '{"v":1,"w":2}\n{"v":3,"w":4}\n{"v":8,"w":9}\n',
    ]) {
      const { code, stdout, stderr } = await unlabeled(["cluster", "-", "--clusters", "1"], { input });
      expect(code, stderr).toBe(0);
      expect(stdout).toBe("v,w,cluster\n1,2,0\n3,4,0\n8,9,0\n");
    }
  });

  test("images with their channels last are turned, and say so", async () => {
    const data = random(1).fillUniform(new Float32Array(6 * 8 * 8 * 3));
    put("nhwc.npy", writeNpy({ data, rows: 6, cols: 192 }, [6, 8, 8, 3]));
    const { stderr } = await ok(
      "cluster",
      "nhwc.npy",
      "--clusters",
      "2",
      "--picture",
      "centers.png",
      "-o",
      "nhwc.csv",
    );
    expect(stderr).toContain("nhwc.npy: images of 8 × 8 × 3 with their channels last, read as 3 × 8 × 8");
    expect(get("nhwc.csv")).toMatch(/^cluster\n/);
  });

  test("text in another encoding is read when it is told", async () => {
    put(
      "latin1.csv",
      Uint8Array.from("ville,temp,pluie\nMontréal,2,1\nQuébec,4,7\n", (letter) => letter.charCodeAt(0)),
    );
    expect(await fails("cluster", "latin1.csv", "--clusters", "1")).toContain(
      "latin1.csv:2: byte 0xE9 is not UTF-8 (use --encoding latin1",
    );
    await ok("cluster", "latin1.csv", "--clusters", "1", "--encoding", "latin1", "-o", "utf8.csv");
    expect(get("utf8.csv")).toBe("ville,temp,pluie,cluster\nMontréal,2,1,0\nQuébec,4,7,0\n");
  });
});
