/** @file The projects of the tests: whatever starts the build is where it is made first, and the rest where it may be. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { digits } from "../src/data/digits.js";
import { nearestNeighbors } from "../src/linalg/index.js";
import { chunksDealt, setThreads } from "../src/parallel/team.js";
import { ALONE, OF_THE_BUILD } from "./of-the-build.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** True if a file, or one of those it imports from beside the sources, says where the build is. */
function namesBuild(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = readFileSync(join(root, file), "utf8");
  if (/["'`/]dist\//.test(text)) return true;
  return [...text.matchAll(/\bfrom "(\.[^"]+)\.js"/g)]
    .map(([, path]) => join(dirname(file), `${path}.ts`).replaceAll("\\", "/"))
    .some((imported) => /^(test|campaigns)\//.test(imported) && namesBuild(imported, seen));
}

const inBuilt = (file: string) =>
  OF_THE_BUILD.some((entry) => (entry.endsWith("/") ? file.startsWith(entry) : file === entry));

const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
  .map((name) => `test/${name.replaceAll("\\", "/")}`)
  .filter((name) => name.endsWith(".test.ts") && name !== "test/projects.test.ts");

test("a test that starts the build is in its project", () => {
  const naming = files.filter((file) => namesBuild(file));
  expect(naming.length).toBeGreaterThan(20);
  expect(naming.filter((file) => !inBuilt(file))).toEqual([]);
  // Entries of the list that lead nowhere would let a renamed file slip out of it.
  expect(OF_THE_BUILD.filter((entry) => !existsSync(join(root, entry)))).toEqual([]);
});

// Test files of `unit` share a process and its modules, those of the others do not.
test("a test that changes what others would find is in a process of its own", () => {
  const changing = /\bvi\.(mock|doMock|resetModules|stubEnv|stubGlobal)\b|\bprocess\.(chdir|env\.\w+ =(?!=))/;
  const found = files.filter((file) => changing.test(readFileSync(join(root, file), "utf8")));
  expect(found).toEqual(expect.arrayContaining(ALONE));
  expect(found.filter((file) => !ALONE.includes(file) && !inBuilt(file))).toEqual([]);
});

// A worker that does not start is no failure for its caller, who then does all: no other test would tell.
test("without the build, workers join all the same", async () => {
  setThreads(2);
  const { x } = digits();
  const joined = () => [...chunksDealt().values()].some(({ byWorkers }) => byWorkers > 0);
  for (let tries = 0; !joined() && tries < 50; tries++) await nearestNeighbors(x, x, 10);
  setThreads(1);
  expect(joined()).toBe(true);
});
