/**
 * @file `unlabeled methods [NAME]`: the methods there are, or the options of one.
 */
import type { Command } from "commander";
import { addPluginFlag, type PluginFlags } from "../common-flags.js";
import { printResult } from "../messages.js";

interface MethodsFlags extends PluginFlags {
  json?: boolean;
}

export function define(command: Command): void {
  command.argument("[name]", "a method, to see its options").option("--json", "print it as one JSON object");
  addPluginFlag(command).action(run);
}

async function run(name: string | undefined, { json, plugin }: MethodsFlags): Promise<void> {
  const { methodInWords, methodList, methodsInJson } = await import("../method-listing.js");
  if (json) return printResult(await methodsInJson(name, plugin));
  return printResult(await (name === undefined ? methodList(plugin) : methodInWords(name, plugin)));
}
