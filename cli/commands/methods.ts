/**
 * @file `unlabeled methods [NAME]`: the methods there are, or the options of one.
 */
import type { Command } from "commander";
import { addPluginFlag, type PluginFlags } from "../common-flags.js";
import type { Terminal } from "../terminal.js";

interface MethodsFlags extends PluginFlags {
  json?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  command.argument("[name]", "a method, to see its options").option("--json", "print it as one JSON object");
  addPluginFlag(command).action((name: string | undefined, flags: MethodsFlags) =>
    run(terminal, name, flags),
  );
}

async function run(
  terminal: Terminal,
  name: string | undefined,
  { json, plugin }: MethodsFlags,
): Promise<void> {
  const { methodInWords, methodList, methodsInJson } = await import("../method-listing.js");
  if (json) return terminal.print(await methodsInJson(name, plugin));
  return terminal.print(await (name === undefined ? methodList(plugin) : methodInWords(name, plugin)));
}
