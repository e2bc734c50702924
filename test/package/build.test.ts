import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("what no source stands behind goes, and what is there stays there all the while", async () => {
  const stale = join(root, "dist/src/of-another-day");
  onTestFinished(() => rm(stale, { recursive: true, force: true }));
  await mkdir(stale, { recursive: true });
  for (const name of ["module.js", "module.d.ts"]) await writeFile(join(stale, name), "");

  const building = spawn(process.execPath, [join(root, "scripts/build.mjs")], { stdio: "ignore" });
  let looks = 0;
  let missing = 0;
  const look = setInterval(() => {
    looks++;
    if (!existsSync(join(root, "dist/cli/main.js"))) missing++;
  }, 2);
  const code = await new Promise((resolve) => building.on("close", resolve));
  clearInterval(look);

  expect(code).toBe(0);
  expect(await readdir(stale)).toEqual([]);
  expect(looks).toBeGreaterThan(10);
  expect(missing).toBe(0);
  expect((await readdir(join(root, "node_modules"))).filter((name) => name.includes("build-"))).toEqual([]);
});
