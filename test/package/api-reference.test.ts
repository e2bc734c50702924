/** @file The API reference that `npm run docs` makes: no link of it is broken, and no type it speaks of is left out. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("is made of every public module without a warning", async () => {
  const typedoc = fileURLToPath(new URL("../../node_modules/typedoc/bin/typedoc", import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [typedoc, "--emit", "none"], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
  });
  expect(`${stdout}${stderr}`).not.toMatch(/warning|error/i);
});
