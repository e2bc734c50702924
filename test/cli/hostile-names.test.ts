/** @file Names that would steer a terminal are spelled out in all that the command says. */
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { resumeCommand } from "../../cli/checkpoint.js";
import { rewritten, saved } from "../files/saved-models.js";
import { HOSTILE, harmless } from "../panels/hostile-names.js";
import { workplace } from "./command.js";

test("a shell reads the command to go on with as the words that were given", (context) => {
  if (spawnSync("bash", ["-c", ":"]).status !== 0) return context.skip("there is no bash");
  const words = ["fit", "a\u001b[31m'b\\c\n.csv", "it's.csv", "--columns", "\t"];
  const command = resumeCommand(words, 7, "x\u0007.checkpoint");
  expect(harmless(command)).toBe(true);
  const { stdout } = spawnSync("bash", ["-c", `unlabeled() { printf '%s\\0' "$@"; }; ${command}`], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  expect(stdout.split("\0").slice(0, -1)).toEqual([
    ...words,
    "--seed",
    "7",
    "--resume",
    "x\u0007.checkpoint",
  ]);
});

describe("the command", async () => {
  const { unlabeled, path } = await workplace();

  test("info on a model of hostile names: text, JSON", async () => {
    const columns = HOSTILE.slice(0, 5);
    await writeFile(
      path("m.safetensors"),
      rewritten(saved[0]!.bytes, (header) => ({ ...header, columns })),
    );
    const text = await unlabeled(["info", "m.safetensors"]);
    expect(text).toMatchObject({ code: 0, stderr: "" });
    expect(harmless(text.stdout)).toBe(true);
    expect(text.stdout).toContain("\\x1b]0;x\\x07");
    const json = await unlabeled(["info", "m.safetensors", "--json"]);
    expect(harmless(json.stdout)).toBe(true);
    expect(JSON.parse(json.stdout).columns).toEqual(columns);
  });

  test("errors and notes are one line each, whatever is in names of files, columns, options and texts", async () => {
    const evil = "e\u001b[2J\u202e";
    await writeFile(path(`${evil}.csv`), `"a\n${evil}",b,"t${evil}"\n1,2,x\n3,4,y\n5,${evil},z\n`);
    for (const args of [
      ["fit", `${evil}.csv`, "--method", "pca", "--latent-dim", "1", "--columns", "2"],
      ["fit", `${evil}.csv`, "--method", "pca", "--latent-dim", "1", "--types", "2=number"],
      ["fit", `nothing\n${evil}`, "--method", "pca"],
      ["fit", "digits", "--method", `${evil}\n`],
      ["fit", "digits", "--method", "pca", "--option", `${evil}=1`],
      ["fit", "digits", `--${evil}`],
      ["encode", "digits", "--model", `${evil}.csv`],
      ["encode", `${evil}.csv`, "--model", "m.safetensors"],
      [`verb\n${evil}`],
    ]) {
      const { stdout, stderr } = await unlabeled(args);
      expect(stdout).toBe("");
      expect(harmless(stderr), args.join(" ")).toBe(true);
      expect(stderr).toMatch(/^unlabeled: [^\n]+\n$/);
    }
  });

  test("columns are listed, and told of where they are carried, a line each", async () => {
    const evil = "e\u001b[2J\u202e";
    await writeFile(path("listed.csv"), `"a\n${evil}",b,"t${evil}"\n1,2,x\n3,4,y\n5,${evil},z\n`);
    const { code, stdout, stderr } = await unlabeled(["columns", "listed.csv"]);
    expect([code, harmless(stdout), harmless(stderr)]).toEqual([0, true, true]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(4);
    expect(
      JSON.parse((await unlabeled(["columns", "listed.csv", "--json"])).stdout).columns[1].examples,
    ).toContain(evil);
    const fitted = await unlabeled("fit listed.csv --method pca --latent-dim 1 -o listed.st".split(" "));
    expect([fitted.code, harmless(fitted.stderr)]).toEqual([0, true]);
    expect(fitted.stderr).toMatch(/^learning from 1 of 3 columns: .*\\u001b.*$/m);
    expect(fitted.stderr.trimEnd().split("\n")).toHaveLength(3);
  });

  test("data written stays the data read", async () => {
    const label = "l\u001b[31m";
    await writeFile(path("data.csv"), `a,b,kind\n1,2,${label}\n2,1,${label}\n0,3,k\n4,4,k\n`);
    const fitted = await unlabeled(
      ["embed", "data.csv", "--label", "kind", "--method", "pca", "--latent-dim", "2"].concat([
        ...["-o", "codes.csv", "--picture", "p.svg"],
      ]),
    );
    expect(fitted.code).toBe(0);
    expect(await readFile(path("codes.csv"), "utf8")).toContain(label);
    expect(harmless(await readFile(path("p.svg"), "utf8"))).toBe(true);
  });
});
