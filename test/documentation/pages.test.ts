/**
 * @file Every code block of README.md and docs/ runs as it stands: type-checked as a user's, in order, a process for a page.
 */
import { execFile, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { userFolder } from "../package/user-folder.js";
import { writeDataFiles } from "./data-files.js";
import { type Block, fileNameOf, type PageProgram, programOf } from "./page-blocks.js";
import { firstNotPrinted, sameFigures } from "./same-figures.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);
const user = await userFolder({});
afterAll(() => user.remove());
const at = (...path: string[]) => join(user.path, ...path);

const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`)
    .sort(),
];
const programs = pages
  .map((page) => programOf(page, readFileSync(join(root, page), "utf8"), "#checks"))
  .filter(({ blocks }) => blocks.some(({ notRun }) => notRun === undefined));
const idOf = ({ page }: PageProgram) => page.replace(/\.md$/, "").replaceAll("/", "-");

/** Beside the package: pages as modules, and the commands that they call. */
function prepare(): void {
  symlinkSync(join(root, "node_modules/@types"), at("node_modules/@types"), "junction");
  const imports = { "#checks": "./out/checks.js" };
  writeFileSync(at("package.json"), JSON.stringify({ private: true, type: "module", imports }));
  mkdirSync(at("pages"));
  for (const name of ["checks.ts", "same-figures.ts"])
    cpSync(join(root, "test/documentation", name), at("pages", name));
  for (const program of programs) {
    program.modules.forEach((code, i) => {
      writeFileSync(at("pages", `${idOf(program)}-${i}.ts`), code);
    });
    for (const block of program.blocks) {
      const name = fileNameOf(block);
      if (block.language !== "ts" || name === undefined) continue;
      mkdirSync(at("pages", idOf(program)), { recursive: true });
      writeFileSync(at("pages", idOf(program), name), block.code);
    }
  }
  const compilerOptions = {
    ...{
      target: "es2023",
      module: "nodenext",
      lib: ["es2023", "dom", "dom.iterable"],
      types: ["node"],
      strict: true,
    },
    ...{ rootDir: "pages", outDir: "out", skipLibCheck: true, paths: { "#checks": ["./pages/checks.ts"] } },
  };
  writeFileSync(at("tsconfig.json"), JSON.stringify({ compilerOptions, include: ["pages"] }));
  mkdirSync(at("bin"));
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const start = scripts.start.replace(/^.*dist\/cli\/main\.js/, "unlabeled");
  const commands = {
    unlabeled: `exec "${process.execPath}" "${at("node_modules/unlabeled/dist/cli/main.js")}" "$@"`,
    npx: `"$@"`,
    // All that it installs and builds is there.
    npm: `if [ "$1" = start ]; then ${start}; fi`,
  };
  for (const [name, line] of Object.entries(commands)) {
    writeFileSync(at("bin", name), `#!/bin/sh\n${line}\n`);
    chmodSync(at("bin", name), 0o755);
  }
}

/** A drawing without its places, which may differ in a last digit. */
const wordsOf = (svg: string) => svg.replace(/-?\d+(\.\d+)?/g, "0");

/** JSON in one layout, all else as it is. */
function laidOut(text: string): string {
  return text.startsWith("{") ? JSON.stringify(JSON.parse(text), null, 2) : text;
}

prepare();
const compiled = run(process.execPath, [
  join(root, "node_modules/@typescript/native/bin/tsc"),
  "-p",
  user.path,
]).then(
  () => "",
  ({ stdout, stderr }) => `${stdout}${stderr}`,
);

test("all are typed as a user's compiler wants them", async () => {
  expect(await compiled).toBe("");
});

test("few are not run, and with a reason", () => {
  const blocks = programs.flatMap(({ blocks }) => blocks);
  expect(blocks.length).toBeGreaterThan(50);
  expect(blocks.filter(({ notRun }) => notRun !== undefined).length).toBeLessThanOrEqual(6);
});

// The longest page takes 15 seconds on a machine of its own.
/** A Python with NumPy, if this machine has one. */
const python = ["python3", "/usr/bin/python3"].find(
  (name) => spawnSync(name, ["-c", "import numpy"]).status === 0,
);
const withPython = programs.filter(({ blocks }) => pythonOf(blocks).length > 0);

function pythonOf(blocks: readonly Block[]): Block[] {
  return blocks.filter(({ language, notRun }) => language === "python" && notRun === undefined);
}

describe("the blocks of a page run and are right", { timeout: 300_000 }, () => {
  test.each(programs.map((program) => [program.page, program] as const))("%s", async (_page, program) => {
    await compiled;
    const id = idOf(program);
    mkdirSync(at("work", id), { recursive: true });
    // Lines of shell look for it in their own folder.
    symlinkSync(at("node_modules"), at("work", id, "node_modules"), "junction");
    const shell = program.blocks.filter(({ language }) => language === "sh").map(({ code }) => code);
    await writeDataFiles(shell.join("\n"), at("work", id));
    const script = program.modules.map((_, i) => `await import("../../out/${id}-${i}.js");`).join("\n");
    writeFileSync(at("work", id, "run.mjs"), script);
    const env = {
      ...process.env,
      PATH: [at("bin"), join(root, "node_modules/.bin"), process.env.PATH].join(delimiter),
      PRINTED: at(`${id}.json`),
    };
    await run(process.execPath, ["run.mjs"], { cwd: at("work", id), env });
    const printed: Record<string, string> = JSON.parse(readFileSync(at(`${id}.json`), "utf8"));
    for (const [line, shown] of program.outputs) {
      if (printed[line] === undefined) continue;
      const lost = firstNotPrinted(laidOut(shown), laidOut(printed[line]!));
      const message = `${program.page}:${line} prints no line "${lost}" but\n${printed[line]}`;
      expect(lost, message).toBeUndefined();
    }
    for (const [, name] of program.text.matchAll(/!\[[^\]]*\]\(([\w-]+\.svg)\)/g)) {
      const kept = readFileSync(join(root, dirname(program.page), name!), "utf8");
      expect(wordsOf(readFileSync(at("work", id, name!), "utf8"))).toBe(wordsOf(kept));
    }
  });
});

// Behind the others, whose files they read.
describe.skipIf(python === undefined && !process.env.CI)("blocks of Python too, where there is NumPy", () => {
  test.each(withPython.map((program) => [program.page, program] as const))("%s", async (_page, program) => {
    for (const { code, line } of pythonOf(program.blocks)) {
      const { stdout } = await run(python!, ["-c", code], { cwd: at("work", idOf(program)) });
      const shown = program.outputs.get(line);
      if (shown !== undefined) expect(firstNotPrinted(shown, stdout), stdout).toBeUndefined();
    }
  });
});

test("figures that differ in a last digit are the same, and others are not", () => {
  expect(sameFigures("loss 0.123, 14 rows", "loss   0.124, 14 rows")).toBe(true);
  expect(sameFigures("seconds 3.2 s", "seconds 0.1 s")).toBe(true);
  expect(sameFigures("loss 0.123", "loss 0.153")).toBe(false);
  expect(sameFigures("14 rows", "15 rows")).toBe(false);
  expect(sameFigures("14 rows", "14 columns")).toBe(false);
  expect(firstNotPrinted("a 1\n…\nc 3", "a 1\nb 2\nc 3\n")).toBeUndefined();
  expect(firstNotPrinted("c 3\na 1", "a 1\nc 3\n")).toBe("a 1");
});
