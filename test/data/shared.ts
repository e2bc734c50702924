/** @file Where real data files lie that are too large for the repository; tests that need them are skipped without. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "vitest";

export function sharedPath(name: string): string {
  return fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
}

/** A test that needs `name` from the shared data. */
export function testWith(name: string, title: string, run: (path: string) => Promise<void> | void): void {
  const path = sharedPath(name);
  if (existsSync(path)) test(title, () => run(path));
  else test.skip(`${title} (skipped: no ../shared/data/${name})`, () => {});
}
