import { readFile, stat, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { csvRows, expectError, FLOWERS, pointsIn, workplace } from "./command.js";

const { path, files, spawned, unlabeled } = await workplace();
const ISOMAP = ["--method", "isomap", "--n-neighbors", "6", "--seed", "1"];

test("embed writes a place for every row, a picture and the model, and tells how good it is", async () => {
  await writeFile(path("flowers.csv"), FLOWERS);
  const outputs = ["-o", "places.csv", "--picture", "places.svg", "--save", "isomap.safetensors"];
  const { code, stdout } = await spawned([
    "embed",
    "flowers.csv",
    ...ISOMAP,
    "--label",
    "name",
    ...outputs,
    "--json",
  ]);
  expect(code).toBe(0);

  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ schemaVersion: 1, method: "isomap", n: 24, d: 3, latentDim: 2, seed: 1 });
  expect(report.files).toEqual(["places.csv", "places.svg", "isomap.safetensors"]);
  expect(report.metrics.reconstructionError).toBeGreaterThan(0);
  expect(report.metrics.trustworthiness).toBeGreaterThan(0.8);
  // Roses and lilies lie apart.
  expect(report.metrics.knnAccuracy).toBe(1);

  const [heading, ...rows] = csvRows(await readFile(path("places.csv"), "utf8"));
  expect(heading).toEqual(["name", "petal", "sepal", "stem", "z1", "z2"]);
  expect(rows.map((row) => row.slice(0, 4).join())).toEqual(FLOWERS.trimEnd().split("\n").slice(1));

  // The rows it was fitted to are new to the saved model, and come to the same places, to rounding in float32.
  const again = await unlabeled([
    "encode",
    "flowers.csv",
    "--model",
    "isomap.safetensors",
    "--label",
    "name",
  ]);
  csvRows(again.stdout)
    .slice(1)
    .forEach((row, i) => {
      for (const j of [4, 5]) expect(Math.abs(Number(row[j]) - Number(rows[i]![j]))).toBeLessThan(1e-5);
    });
});

test("the picture has a point a row, as wide as high a unit, and a key of the classes", async () => {
  await writeFile(path("square.csv"), "a,b,kind\n0,0,x<y\n4,0,x<y\n4,1,z\n0,1,z\n");
  const args = ["--method", "pca", "--scale", "none", "--label", "kind", "-o", "square-out.csv"];
  expect((await unlabeled(["embed", "square.csv", ...args, "--picture", "square.svg"])).code).toBe(0);
  const svg = await readFile(path("square.svg"), "utf8");
  const places = [...pointsIn(svg).matchAll(/M([\d.]+) ([\d.]+)h0/g)].map(
    ([, x, y]) => [Number(x), Number(y)] as const,
  );
  expect(places).toHaveLength(4);
  const extent = (j: 0 | 1) => {
    const values = places.map((place) => place[j]);
    return Math.max(...values) - Math.min(...values);
  };
  // Written to a tenth of a pixel.
  expect(Math.abs(extent(0) / extent(1) - 4)).toBeLessThan(0.01);
  expect(svg).toContain(">x&lt;y</text>");
  expect(svg).toContain(">z</text>");
  expect(svg).toMatch(/<rect class="paper" width="\d+" height="[\d.]+" fill="#ffffff">/);
});

test("labels that are measurements are a scale of colors, and no classes to be told apart", async () => {
  const rows = Array.from({ length: 30 }, (_, i) => `${i * 1.5},${i % 7},${i / 2}`);
  await writeFile(path("line.csv"), ["a,b,depth", ...rows, ""].join("\n"));
  const args = [
    "--method",
    "pca",
    "--label",
    "depth",
    "-o",
    "line-out.csv",
    "--picture",
    "line.svg",
    "--json",
  ];
  const { stdout } = await unlabeled(["embed", "line.csv", ...args]);
  expect(JSON.parse(stdout).metrics.knnAccuracy).toBeUndefined();
  const svg = await readFile(path("line.svg"), "utf8");
  expect(svg).toContain(">0</text>");
  expect(svg).toContain(">14.5</text>");
});

test("the roll is laid flat in the colors of the positions along it, which nothing takes for classes", async () => {
  const args = [
    "--method",
    "isomap",
    "--n-neighbors",
    "10",
    "--picture",
    "roll.svg",
    "-o",
    "roll.csv",
    "--json",
  ];
  const { stdout } = await unlabeled(["embed", "swiss-roll", ...args]);
  expect(Object.keys(JSON.parse(stdout).metrics)).not.toContain("knnAccuracy");
  const svg = await readFile(path("roll.svg"), "utf8");
  expect(svg).toContain(">position</text>");
  const colors = new Set([...svg.matchAll(/class="(v\d+)"/g)].map(([, name]) => name));
  expect(colors.size).toBe(32);
  const clustered = await unlabeled(["cluster", "s-curve", "--clusters", "2", "-o", "s.csv", "--json"]);
  expect(Object.keys(JSON.parse(clustered.stdout).metrics)).toEqual(["inertia", "silhouette"]);
  const compared = await unlabeled(["compare", "s-curve", "--methods", "pca", "--json"]);
  expect(compared.code).toBe(0);
  expect(compared.stderr).toContain("the labels are measured numbers, which tell no classes apart");
  await unlabeled(["fit", "s-curve", "--method", "pca", "--latent-dim", "2", "-o", "s.st"]);
  expectError(
    await unlabeled(["evaluate", "s-curve", "-m", "s.st", "--labeled", "10"]),
    1,
    /s-curve: the labels are measured numbers, which are no classes/,
  );
});

test("places go to standard output where no file is named, and all else to standard error", async () => {
  const { code, stdout, stderr } = await unlabeled([
    "embed",
    "swiss-roll",
    "--method",
    "pca",
    "--latent-dim",
    "1",
  ]);
  expect(code).toBe(0);
  const rows = csvRows(stdout);
  expect(rows[0]).toEqual(["position", "z1"]);
  expect(rows).toHaveLength(1501);
  expect(stderr).toMatch(/method +pca/);
});

test("what cannot be is refused before any work, and nothing is written", async () => {
  const before = await files();
  expectError(
    await unlabeled(["embed", "digits", "--picture", "digits.jpg"]),
    2,
    /--picture digits.jpg: the name must end in .svg, .png or .html/,
  );
  expectError(
    await unlabeled(["embed", "digits", ...ISOMAP, "--perplexity", "30"]),
    2,
    /--perplexity: no such option/,
  );
  expectError(
    await unlabeled(["embed", "digits", ...ISOMAP, "--epochs", "3"]),
    2,
    /isomap: solved, not trained/,
  );
  expectError(await unlabeled(["embed", "digits", "--json"]), 2, /--json takes standard output/);
  expectError(await unlabeled(["embed", "digits", "--method", "isomapp"]), 2, /nearest: isomap/);
  expectError(
    await unlabeled(["embed", "flowers.csv", "--method", "isomap", "--n-neighbors", "24", "-o", "few.csv"]),
    1,
    /isomap: nNeighbors 24 wants at least 25 rows, got 24/,
  );
  expect(await files()).toEqual(before);
});

test("a file that is there stays, unless --force", async () => {
  await writeFile(path("kept.svg"), "mine");
  const args = ["embed", "flowers.csv", ...ISOMAP, "-o", "kept.csv", "--picture", "kept.svg"];
  expectError(await unlabeled(args), 1, /kept.svg/);
  expect(await readFile(path("kept.svg"), "utf8")).toBe("mine");
  expect((await unlabeled([...args, "--force"])).code).toBe(0);
  expect((await stat(path("kept.svg"))).size).toBeGreaterThan(1000);
});
