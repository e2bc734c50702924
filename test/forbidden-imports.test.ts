/**
 * @file Imports that the linter forbids, reported where they are planted. Of a rule's options only those of the last
 * override that fits a file count, so each override of biome.json has to name all that its files must not import.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "unlabeled-imports-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OUTSIDE = ["node", "panels", "cli", "bench", "studies", "campaigns", "lab"];
const FILES: Readonly<Record<string, readonly string[]>> = {
  "src/sample.ts": [],
  "src/engine/sample.ts": ["data", "linalg", "methods", "metrics", "files", "training", "tasks"],
  "src/engine/ops/sample.ts": ["data", "linalg", "methods", "metrics", "files", "training", "tasks"],
  "src/methods/sample.ts": ["files", "training", "tasks"],
  "src/methods/linear/sample.ts": ["files", "training", "tasks"],
};

test("forbidden imports are reported, line by line, and no others", () => {
  cpSync(join(root, "biome.json"), join(folder, "biome.json"));
  const planted: string[] = [];
  for (const [file, siblings] of Object.entries(FILES)) {
    const to = (path: string) => relative(dirname(file), path).replaceAll("\\", "/");
    const forbidden = [
      "node:fs",
      ...OUTSIDE.map((name) => to(`${name}/a.js`)),
      ...siblings.map((name) => to(`src/${name}/a.js`)),
    ];
    const lines = [...forbidden, "./other.js", to("src/random.js")].map((path) => `import "${path}";`);
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), lines.join("\n"));
    planted.push(...forbidden.map((_, i) => `${file}:${i + 1}`));
  }
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const options = ["--vcs-enabled=false", "--only=style/noRestrictedImports", "--max-diagnostics=none"];
  const { stdout } = spawnSync(process.execPath, [biome, "lint", ...options, "--reporter=github", "."], {
    cwd: folder,
    encoding: "utf8",
  });
  const reported = [
    ...stdout.matchAll(/^::error .*?noRestrictedImports.*?file=[^,]*?(src[^,]+),line=(\d+)/gm),
  ];
  expect(reported.map(([, file, line]) => `${file!.replaceAll("\\", "/")}:${line}`).sort()).toEqual(
    planted.sort(),
  );
});
