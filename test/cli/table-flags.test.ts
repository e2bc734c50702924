/**
 * @file Flags of tables: where results go, and what is said of rows with gaps.
 */
import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { workplace } from "./command.js";

const { path, unlabeled, files } = await workplace();
const TABLE = `name,a,b,c
${Array.from({ length: 12 }, (_, i) => `n${i},${i}.5,${(i * 7) % 5},${i * i - i}`).join("\n")}
`;
await writeFile(path("table.csv"), TABLE);
await writeFile(path("gaps.csv"), TABLE.replace(",0,0\n", ",,0\n"));
await writeFile(path("codes.csv"), "z1,z2\n0,1\n-1,0.5\n");
const model = ["-m", "model.st"];
await unlabeled("fit table.csv --method pca --latent-dim 2 --seed 1 -o model.st".split(" "));

test.each([
  ["encode table.csv", model],
  ["score table.csv", model],
  ["score table.csv", []],
  ["reconstruct table.csv", model],
  ["decode codes.csv", model],
  ["impute gaps.csv", []],
  ["embed table.csv --method pca", ["--seed", "1"]],
  ["cluster table.csv --clusters 2", ["--seed", "1"]],
  ["grid --range -1,1 --steps 2", model],
  ["interpolate table.csv --rows 1,3 --steps 3", model],
  ["invert table.csv --seed 1 --steps 20", model],
] as const)("-o - is standard output: %s", async (words, more) => {
  const before = await files();
  const args = [...words.split(" "), ...more, "--quiet"];
  const [without, dash] = [await unlabeled(args), await unlabeled([...args, "-o", "-"])];
  expect(dash).toEqual(without);
  expect(dash.code).toBe(0);
  expect(dash.stdout).toContain("\n");
  await writeFile(path("config.json"), '{ "output": "-" }');
  expect(await unlabeled([...args, "--config", "config.json"])).toEqual(without);
  expect((await files()).filter((name) => name !== "config.json")).toEqual(
    before.filter((name) => name !== "config.json"),
  );
});

test("predictions go to a file alone, as figures are printed", async () => {
  const evaluate = ["evaluate", "table.csv", ...model, "--label", "b", "--predictions", "-"];
  expect(await unlabeled(evaluate)).toMatchObject({ code: 2, stderr: expect.stringMatching(/must end in/) });
});

test("rows with gaps that are not to be filled are refused by a model with what fills them, which does", async () => {
  const { code, stderr } = await unlabeled(["encode", "gaps.csv", ...model, "--fill", "no"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /row 1 column "b" is missing, pca wants every number \(--fill yes .*unlabeled impute/,
  );
  expect((await unlabeled(["encode", "gaps.csv", ...model, "--fill", "yes"])).code).toBe(0);
  expect((await unlabeled(["impute", "gaps.csv", ...model, "-o", "filled.csv"])).code).toBe(0);
  expect((await readFile(path("filled.csv"), "utf8")).split("\n")[0]).toBe("name,a,b,c");
  expect((await unlabeled(["encode", "filled.csv", ...model, "--fill", "no", "--quiet"])).code).toBe(0);
});

test("gaps that are not filled are refused with the flag that fills them", async () => {
  const refused = await unlabeled("fit gaps.csv --method pca --latent-dim 1 --fill no -o no.st".split(" "));
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/--fill yes fills gaps/) });
});

test("a label that the model was fitted with is told of, as its figures say little", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${(i * 7) % 11}.5,${(i * 3) % 8}.25,${"ab"[i % 2]}`);
  await writeFile(path("kinds.csv"), `a,b,kind\n${rows.join("\n")}\n`);
  const fit = "fit kinds.csv --method pca --latent-dim 2 --seed 1 -o";
  await unlabeled([...fit.split(" "), "with.st"]);
  await unlabeled([...fit.split(" "), "without.st", "--label", "kind"]);
  const told = async (file: string) =>
    (await unlabeled(["evaluate", "kinds.csv", "-m", file, "--label", "kind"])).stderr;
  expect(await told("with.st")).toContain('fitted with the column "kind"');
  expect(await told("without.st")).not.toContain("fitted with the column");
});
