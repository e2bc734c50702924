/** @file The man page: made by the build, whole, and read without a complaint. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { manPage } from "../../cli/man-page.js";
import { defineVerb, rootCommand } from "../../cli/root-command.js";
import { VERBS } from "../../cli/verbs.js";
import { methods } from "../../src/methods/registry.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { man } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
const path = `${root}/${man}`;
const page = readFileSync(path, "utf8");

test("stands where the package says, made of the same commands", async () => {
  expect(page).toBe(await manPage(VERBS));
  expect(page).toMatch(/^[\x20-\x7e\n]*$/);
});

test("has every verb with its flags, and every method with its options", async () => {
  const command = rootCommand(VERBS);
  const plain = page.replaceAll("\\-", "-");
  for (const verb of VERBS) {
    const flags = (await defineVerb(command, verb, ["--help"])).command.options;
    expect(plain).toContain(`.SS ${verb.name}\n${verb.summary}.\n`);
    for (const { long } of flags) expect(plain).toContain(`\\fB${long}\\fR`);
  }
  for (const { name, load } of methods) {
    const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const section = plain.slice(plain.indexOf(`\n\\fB${kebab}\\fR\n`)).split("\n.RE", 1)[0]!;
    for (const [option, { codeOnly }] of Object.entries((await load()).options)) {
      const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      if (!codeOnly) expect(section).toContain(`\\fB${flag}\\fR`);
    }
  }
});

test.for([
  ["groff", "-man", "-ww", "-Tutf8"],
  ["mandoc", "-T", "lint", "-W", "error"],
] as const)("%s has nothing to say of it", ([command, ...args], context) => {
  const { error, status, stdout, stderr } = spawnSync(command, [...args, path], { encoding: "utf8" });
  context.skip(error !== undefined, `${command} is not installed`);
  expect([status, stderr, command === "mandoc" ? stdout : ""]).toEqual([0, "", ""]);
});

test("man shows it as it is meant", (context) => {
  const env = { ...process.env, MANWIDTH: "80", LC_ALL: "C.UTF-8", MANPAGER: "cat" };
  const { error, status, stdout } = spawnSync("man", ["-l", path], { encoding: "utf8", env });
  context.skip(error !== undefined, "man is not installed");
  expect(status).toBe(0);
  // A letter struck over itself is bold.
  const shown = stdout.replaceAll(/.[\b]/g, "");
  expect(shown).toMatch(/^NAME\n +unlabeled - learn representations from unlabeled data$/m);
  expect(shown).toMatch(/^ {3}score\n +Score how unusual every row is\.$/m);
  expect(shown).toMatch(/--perplexity value\n +neighbors of a row/);
});
