import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { csvRows, expectError, workplace } from "./command.js";

const { unlabeled } = await workplace();
const shared = (name: string) => fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
const absent = !existsSync(shared("iris.csv"));
const fit = (name: string, output: string, ...more: string[]) =>
  unlabeled(["fit", shared(name), "--method", "pca", "--latent-dim", "2", "-o", output, "--json", ...more]);

// These files begin with a line "n,d,names": neither data nor names of columns. Skipped where ../shared is absent.
describe.skipIf(absent)("files with an odd first line", () => {
  test.each([
    ["iris.csv", /iris\.csv:1: .*--skip-rows 1/],
    ["wine_data.csv", /wine_data\.csv:1: .*--skip-rows 1/],
    ["breast_cancer.csv", /breast_cancer\.csv:1: .*--skip-rows 1/],
  ])("%s is never read as data by mistake", async (name, line) => {
    expectError(await fit(name, "no.st"), 1, line);
  });

  test.each([
    ["iris.csv", 150, 4, "5"],
    ["wine_data.csv", 178, 13, "14"],
    ["breast_cancer.csv", 569, 30, "31"],
  ])("%s is read when its user says how", async (name, n, d, label) => {
    const { stdout } = await fit(name, `${name}.st`, "--skip-rows", "1", "--label", label);
    expect(JSON.parse(stdout)).toMatchObject({ n, d });
    const args = [
      "evaluate",
      shared(name),
      "-m",
      `${name}.st`,
      "--skip-rows",
      "1",
      "--label",
      label,
      "--json",
    ];
    const { metrics } = JSON.parse((await unlabeled(args)).stdout);
    // Two standardized components separate these classes well: scikit-learn's users know these pictures.
    expect(metrics.probeAccuracy).toBeGreaterThan(0.85);
  });

  test("iris.csv with its first line taken for names, because its user says so", async () => {
    const { stdout } = await fit("iris.csv", "named.st", "--header");
    expect(JSON.parse(stdout)).toMatchObject({ n: 150, d: 5 });
  });
});

describe.skipIf(absent)("outliers in a comparison", () => {
  // The distance to the mean finds those of cardio better than principal components do: 0.95 and 0.89 on held-out rows.
  test("the means of the columns stand beside, and are the better score here", async () => {
    const args = ["compare", shared("anomaly/cardio.csv.gz"), "--methods", "pca", "--latent-dim", "2"];
    const { stdout } = await unlabeled([...args, "--label", "label", "--json"]);
    const { entries } = JSON.parse(stdout);
    const auc = (name: string) =>
      entries.find(({ method }: { method: string }) => method === name).metrics.outlierAuc;
    expect(auc("columnMeans")).toBeGreaterThan(0.93);
    expect(auc("pca")).toBeLessThan(auc("columnMeans"));
  });
});

describe.skipIf(absent)("other formats", () => {
  test("IDX images with a file of labels", async () => {
    const images = shared("orl_faces/orl-images-idx3-ubyte.gz");
    const { code } = await unlabeled([
      "fit",
      images,
      "--method",
      "pca",
      "--latent-dim",
      "8",
      "-o",
      "faces.st",
    ]);
    expect(code).toBe(0);
    const labels = shared("orl_faces/orl-labels-idx1-ubyte.gz");
    const { stdout } = await unlabeled(["evaluate", images, "-m", "faces.st", "--label", labels, "--json"]);
    expect(JSON.parse(stdout).metrics.knnAccuracy).toBeGreaterThan(0.7);
  });

  test("a table with dates carries them along", async () => {
    await fit("ett/ETTh1.csv", "ett.st");
    const { stdout } = await unlabeled(["encode", shared("ett/ETTh1.csv"), "-m", "ett.st"]);
    const rows = csvRows(stdout);
    expect(rows).toHaveLength(17421);
    expect(rows[1]![0]).toBe("2016-07-01 00:00:00");
  });
});
