/**
 * @file Makes the program of the workers that tests start, once before any test: workers run no TypeScript.
 */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { WORKER } from "./worker-source.js";

export default function makeWorker(): void {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL("../src/unlabeled-worker.ts", import.meta.url))],
    bundle: true,
    // As the package has it.
    format: "iife",
    target: "es2022",
    write: false,
    logLevel: "warning",
  });
  const place = fileURLToPath(WORKER);
  mkdirSync(dirname(place), { recursive: true });
  // In one step: tests that run already read it.
  writeFileSync(`${place}.${process.pid}`, outputFiles[0]!.text);
  renameSync(`${place}.${process.pid}`, place);
}
