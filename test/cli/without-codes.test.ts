/** @file Methods without codes at the command line: they are fitted, described and scored by, and refused where codes are wanted. */
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { methods } from "../../src/index.js";
import { random } from "../../src/random.js";
import { csvRows, expectError, workplace } from "./command.js";

const { path, unlabeled } = await workplace();
const NAMES = ["isolation-forest", "local-outlier-factor", "hdbscan"];

beforeAll(async () => {
  const stream = random(2);
  const rows = Array.from({ length: 60 }, (_, i) => {
    const middle = i < 30 ? 0 : 9;
    return i === 59 ? "400,-7" : `${middle + stream.normal()},${stream.normal()}`;
  });
  await writeFile(path("two.csv"), `a,b\n${rows.join("\n")}\n`);
});

describe.each(NAMES)("%s", (method) => {
  test("is fitted, described and scored by", async () => {
    const model = `${method}.safetensors`;
    const fitted = await unlabeled(["fit", "two.csv", "--method", method, "--seed", "1", "-o", model]);
    expect(fitted.code).toBe(0);
    expect(fitted.stdout).not.toContain("latentDim");
    expect(fitted.stdout + fitted.stderr).not.toContain("undefined");
    const told = await unlabeled(["info", model]);
    expect(told.stdout).toMatch(/parts +score\n/);
    const json = JSON.parse((await unlabeled(["info", model, "--json"])).stdout);
    expect(json).not.toHaveProperty("latentDim");
    expect(json.parts).toEqual(["score"]);

    const scored = await unlabeled(["score", "two.csv", "--model", model]);
    expect(scored.code).toBe(0);
    const scores = csvRows(scored.stdout)
      .slice(1)
      .map((row) => Number(row.at(-1)));
    expect(scores).toHaveLength(60);
    expect(scores.indexOf(Math.max(...scores))).toBe(59);
  });

  test("is refused in a line where codes are wanted, with nothing written", async () => {
    const model = `${method}.safetensors`;
    expectError(
      await unlabeled(["encode", "two.csv", "--model", model, "-o", "codes.csv"]),
      1,
      /this method has no encode/,
    );
    for (const args of [
      ["embed", "two.csv", "--method", method, "-o", "codes.csv"],
      ["compare", "two.csv", "--methods", `pca,${method}`],
    ])
      expectError(await unlabeled(args), 2, new RegExp(`${args[0]}: ${methodName(method)} has no codes`));
    await expect(readFile(path("codes.csv"))).rejects.toThrow("ENOENT");
  });
});

const methodName = (kebab: string) =>
  methods.find(({ name }) => name.toLowerCase() === kebab.replaceAll("-", "").toLowerCase())!.name;
