/** @file cluster: labels for every row, figures, pictures, the model, and mistakes. */
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { type KMeans, load } from "../../src/index.js";
import { csvRows, expectError, FLOWERS, pointsIn, workplace } from "./command.js";

const { files, path, spawned, unlabeled } = await workplace();
const words = (line: string) => unlabeled(line.split(" "));

beforeAll(() => writeFile(path("flowers.csv"), FLOWERS));

describe("cluster", () => {
  test("writes a cluster for every row behind what is carried along, and tells how good they are", async () => {
    const { code, stdout } = await spawned(
      "cluster flowers.csv --clusters 2 --label name -o clusters.csv --save model.st --json".split(" "),
    );
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      schemaVersion: 1,
      method: "kMeans",
      n: 24,
      d: 3,
      clusters: 2,
      seed: 0,
      // Roses and lilies lie apart.
      sizes: [12, 12],
      files: ["clusters.csv", "model.st"],
    });
    expect(report.metrics).toMatchObject({ adjustedRandIndex: 1, normalizedMutualInformation: 1 });
    expect(report.metrics.silhouette).toBeGreaterThan(0.4);

    const [heading, ...rows] = csvRows(await readFile(path("clusters.csv"), "utf8"));
    expect(heading).toEqual(["name", "petal", "sepal", "stem", "cluster"]);
    expect(rows.map((row) => row.slice(0, 4).join())).toEqual(FLOWERS.trimEnd().split("\n").slice(1));
    const model = (await load(new Uint8Array(await readFile(path("model.st"))))) as unknown as KMeans;
    expect(rows.map((row) => Number(row[4]))).toEqual([...model.labels]);
    expect(report.metrics.inertia).toBe(model.inertia);
    const ofRoses = rows.filter(([name]) => name === "rose").map((row) => row[4]);
    expect(new Set(ofRoses).size).toBe(1);
    expect((await words("encode flowers.csv --model model.st --label name")).code).toBe(0);
  });

  test("goes to standard output without a file, and what is told to standard error", async () => {
    const { code, stdout, stderr } = await words("cluster flowers.csv --clusters 3 --seed 4");
    expect(code).toBe(0);
    const [heading, ...rows] = csvRows(stdout);
    expect(heading).toEqual(["name", "petal", "sepal", "stem", "cluster"]);
    expect(rows).toHaveLength(24);
    expect(stderr).toMatch(/^inertia +[\d.]+$/m);
    expect(stderr).toMatch(/^silhouette +[\d.]+$/m);
    expect((await words("cluster flowers.csv --clusters 3 --seed 4 --quiet")).stderr).toBe("");
  });

  test("draws rows in the colors of their clusters, and the centers of images", async () => {
    const once = "--starts 1 --option swaps=0 --option max-iter=5";
    expect((await words(`cluster digits --clusters 10 ${once} -o a.csv --picture a.svg`)).code).toBe(0);
    const svg = await readFile(path("a.svg"), "utf8");
    expect(svg).toContain("10 clusters");
    const points = pointsIn(svg);
    expect(points.match(/M[\d.]+ [\d.]+h0/g)).toHaveLength(1797);
    expect(new Set(points.match(/stroke="#[0-9a-f]{6}"/g)).size).toBe(10);
    expect((await words(`cluster digits --clusters 12 ${once} -o b.csv --picture b.png`)).code).toBe(0);
    const png = await readFile(path("b.png"));
    // Digits of 8 × 8 are shown eight times as large, one pixel apart: ten in the first row, two in the second.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([10 * 65 - 1, 2 * 65 - 1]);
  });

  test("one cluster, or as many as rows, have no silhouette", async () => {
    for (const clusters of [1, 24]) {
      const { stdout } = await words(`cluster flowers.csv --clusters ${clusters} -o ${clusters}.csv --json`);
      expect(Object.keys(JSON.parse(stdout).metrics)).toEqual(["inertia"]);
    }
  });

  test("mistakes are told in a line, and nothing is written", async () => {
    const before = await files();
    expectError(await words("cluster flowers.csv --clusters 0"), 2, /Want an integer ≥ 1, or auto/);
    expectError(
      await words("cluster flowers.csv --method hdbscan --clusters 3"),
      2,
      /--clusters is for k-means/,
    );
    expectError(
      await words("cluster flowers.csv --clusters 25"),
      1,
      /clusters 25 wants at least 25 rows, got 24/,
    );
    expectError(
      await words("cluster flowers.csv --clusters 2 --option depth=3"),
      2,
      /--depth: no such option/,
    );
    expectError(
      await words("cluster flowers.csv --clusters 2 --option depth"),
      2,
      /--option wants KEY=VALUE/,
    );
    expectError(
      await words("cluster flowers.csv --clusters 2 --option init=first"),
      2,
      /init must be one of/,
    );
    expectError(
      await words("cluster flowers.csv --clusters 2 --picture a.jpg"),
      2,
      /must end in \.svg, \.png or \.html/,
    );
    expectError(await words("cluster flowers.csv --clusters 2 --json"), 2, /wants a file: -o FILE/);
    expectError(
      await words("cluster digits --clusters 2 --option init=given"),
      1,
      /first centers were given/,
    );
    await writeFile(path("holes.csv"), "a,b\n1,2\n,3\n4,5\n");
    expectError(await words("cluster holes.csv --clusters 2 --fill no"), 1, /row 2 column "a" is missing/);
    expect(await files()).toEqual([...before, "holes.csv"].sort());
  });

  test("Ctrl-C ends it, with nothing written", async () => {
    const before = await files();
    const long = "cluster flowers.csv --clusters 9 --starts 10000000 -o long.csv";
    // What is noted about the data comes with the first progress.
    const outcome = await spawned(long.split(" "), {
      onStart: (child) => void child.stderr!.once("data", () => child.kill("SIGINT")),
    });
    expect(outcome.code).toBe(130);
    expect(outcome.stderr).toContain("interrupted, nothing is written");
    expect(await files()).toEqual(before);
  });
});
