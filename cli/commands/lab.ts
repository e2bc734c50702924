/**
 * @file `unlabeled lab [DATA]`: the lab in a browser tab, served to this machine until Ctrl-C.
 */
import type { Command } from "commander";
import { portNumber } from "../flag-values.js";
import type { LabFlags } from "../lab-run.js";
import type { RunContext } from "../verb.js";

export const examples = ["unlabeled lab", "unlabeled lab data.csv"];

export function define(command: Command): void {
  command
    .argument("[data]", "file of data, or digits, swiss-roll, s-curve, blobs, low-rank", "digits")
    .option("--host <address>", "address to listen at; others than this machine's are warned of", "127.0.0.1")
    .option("--port <number>", "port to listen at (default: any that is free)", portNumber, 0);
}

export async function run({ terminal }: RunContext, data: string, flags: LabFlags): Promise<void> {
  const { runLab } = await import("../lab-run.js");
  await runLab(terminal, data, flags);
}
