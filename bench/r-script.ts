/**
 * @file Peers in R: a script of bench/peers, run to its end, that prints one line of JSON.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { MissingPeer } from "./python-server.js";
import { repositoryRoot } from "./repository.js";

/** @param name of the package that the script measures. @throws MissingPeer if R or the package is not installed. */
export function runR<Result>(name: string, args: readonly string[]): Result {
  const script = join(repositoryRoot, "bench", "peers", `${name}.R`);
  const { stdout, status, error } = spawnSync("Rscript", [script, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (error || status === 3)
    throw new MissingPeer(`${name}: not installed (apt-get install r-cran-${name.toLowerCase()})`);
  if (status !== 0) throw new Error(`${name}: Rscript ${args.join(" ")} ended with ${status}`);
  return JSON.parse(stdout) as Result;
}
