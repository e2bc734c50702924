/**
 * @file Measured figures, kept as JSON with the machine they were measured on.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "./repository.js";

const BENCH_RESULTS = join(repositoryRoot, "bench", "results");

/** Writes NAME.json in a folder, by default bench/results. */
export function keepResult(name: string, result: object, folder = BENCH_RESULTS): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(`${file}.partial`, `${JSON.stringify(result, null, 2)}\n`);
  renameSync(`${file}.partial`, file);
}

/** The machine and the versions that figures are measured on. */
export function machine(): Record<string, number | string> {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release()}`,
    node: process.version,
    onnxruntimeNode: packageVersion("onnxruntime-node"),
    onnxruntimeWeb: packageVersion("onnxruntime-web"),
  };
}

function packageVersion(name: string): string {
  const file = join(repositoryRoot, "node_modules", name, "package.json");
  if (!existsSync(file)) return "not installed";
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
