/**
 * @file `unlabeled doctor`: what is installed, how fast it is, and the command that brings what is missing.
 */
import type { Command } from "commander";
import { EXIT } from "../exit.js";
import type { RunContext } from "../verb.js";

export const examples = ["unlabeled doctor", "unlabeled doctor --json"];

export function define(command: Command): void {
  command.option("--json", "print the result as one JSON object");
}

export async function run({ terminal }: RunContext, { json }: { json?: boolean }): Promise<void> {
  const { diagnose } = await import("../diagnosis.js");
  const { text, report, slow } = await diagnose();
  await terminal.print(json ? report : text);
  if (slow) terminal.exitCode = EXIT.condition;
}
