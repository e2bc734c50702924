/**
 * @file Makes the program of the workers that tests start, once before any test: workers run no TypeScript.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** URL of the program of workers. */
    worker: string;
  }
}

/** @returns what removes it after the tests. */
export default function makeWorker({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "unlabeled-worker-"));
  const program = join(folder, "unlabeled-worker.js");
  buildSync({
    entryPoints: [fileURLToPath(new URL("../src/unlabeled-worker.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    // As the package has it.
    format: "iife",
    target: "es2022",
    logLevel: "warning",
  });
  provide("worker", pathToFileURL(program).href);
  return () => rmSync(folder, { recursive: true });
}
