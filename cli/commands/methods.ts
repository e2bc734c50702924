/**
 * @file `unlabeled methods [NAME]`: the methods there are, or the options of one.
 */
import type { Command } from "commander";
import { addPluginFlag, type PluginFlags } from "../common-flags.js";
import type { RunContext } from "../verb.js";

interface MethodsFlags extends PluginFlags {
  json?: boolean;
}

export const examples = [
  "unlabeled methods",
  "unlabeled methods linear-autoencoder",
  "unlabeled methods pca --json",
];

export function define(command: Command): void {
  command
    .argument("[method]", "method whose options to show")
    .option("--json", "print the result as one JSON object");
  addPluginFlag(command);
}

export async function run(
  { terminal }: RunContext,
  name: string | undefined,
  { json, plugin }: MethodsFlags,
): Promise<void> {
  const { methodInWords, methodList, methodsInJson } = await import("../method-listing.js");
  if (json) return terminal.print(await methodsInJson(name, plugin));
  return terminal.print(await (name === undefined ? methodList(plugin) : methodInWords(name, plugin)));
}
