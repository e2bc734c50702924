/**
 * @file Time that the command line takes to print its help, beside a Node that does nothing.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { benchmarks, compare, repositoryRoot } from "./harness.js";

const RUNS_A_ROUND = 10;

/** Mean wall-clock time of a whole process, in milliseconds. */
function milliseconds(args: readonly string[]): number {
  const begun = performance.now();
  for (let run = 0; run < RUNS_A_ROUND; run++) {
    const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
    if (status !== 0) throw new Error(`startup: node ${args.join(" ")} ended with ${status}`);
  }
  return (performance.now() - begun) / RUNS_A_ROUND;
}

export async function startupBenchmarks(): Promise<void> {
  const main = join(repositoryRoot, "dist", "cli", "main.js");
  await compare({
    name: "startup-help",
    unit: "ms",
    higherIsBetter: false,
    // At most 1.5 times as long as Node itself.
    aim: 1 / 1.5,
    rounds: 7,
    ours: async () => milliseconds([main, "--help"]),
    peers: [{ name: "node -e 0", measure: async () => milliseconds(["-e", "0"]) }],
  });
}

if (process.argv[1]?.endsWith("startup.js")) benchmarks(startupBenchmarks);
