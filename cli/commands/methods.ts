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
  const { describedMethods, methodInWords, methodList } = await import("../../panels/method-listing.js");
  const { methodEntry, ownMethods } = await import("../method-flags.js");
  if (!json) {
    const text =
      name === undefined
        ? methodList(await ownMethods(plugin))
        : methodInWords(await methodEntry(name, plugin));
    return terminal.print(text);
  }
  const { allMethods } = await import("../../src/methods/registry.js");
  const { jsonReport } = await import("../report.js");
  const all = async () => [...(await allMethods()), ...(await ownMethods(plugin))];
  const chosen = name === undefined ? await all() : [await methodEntry(name, plugin)];
  return terminal.print(jsonReport({}, { methods: describedMethods(chosen) }));
}
