/**
 * @file `unlabeled report extract FILE`: the numbers of a report as JSON.
 */
import { Argument, type Command } from "commander";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled evaluate data.csv -m model.safetensors --report quality.html",
  "unlabeled report extract quality.html",
  "unlabeled report extract pca.html > numbers.json",
];

export function define(command: Command): void {
  command
    .addArgument(new Argument("<part>", "extract: the numbers, as JSON").choices(["extract"]))
    .argument("<file>", "page that --report wrote");
}

export async function run({ terminal }: RunContext, _part: string, file: string): Promise<void> {
  const { readModelBytes } = await import("../model-input.js");
  const { numbersOfPage } = await import("../../panels/page-numbers.js");
  const { printableJson } = await import("../../panels/printable.js");
  const numbers = numbersOfPage(new TextDecoder().decode(await readModelBytes(file)), file);
  await terminal.print(`${printableJson(JSON.stringify(numbers, undefined, 2))}\n`);
}
