/** @file What is compiled is what is in src/. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { compileAssembly } from "../../scripts/build-assembly.mjs";

test("src/ has assembly/ as it is now", async () => {
  const texts = (await compileAssembly()) as Map<string, string>;
  expect(texts.size).toBeGreaterThan(0);
  for (const [module, text] of texts) expect(readFileSync(module, "utf8") === text, module).toBe(true);
});
