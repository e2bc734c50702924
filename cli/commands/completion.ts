/**
 * @file `unlabeled completion SHELL`: a script that completes verbs, flags and their values.
 */
import { Argument, type Command } from "commander";
import type { CommandTree } from "../command-tree.js";
import type { RunContext } from "../verb.js";

type Shell = "bash" | "zsh" | "fish";

export const examples = [
  "unlabeled completion bash > unlabeled.bash",
  "unlabeled completion zsh > _unlabeled",
  "unlabeled completion fish > ~/.config/fish/completions/unlabeled.fish",
];

export function define(command: Command): void {
  command.addArgument(new Argument("<shell>", "shell to complete in").choices(["bash", "zsh", "fish"]));
}

export async function run({ terminal, verbs }: RunContext, shell: Shell): Promise<void> {
  const { commandTree } = await import("../command-tree.js");
  const tree = await commandTree(verbs);
  await terminal.print(await scripts[shell](tree));
}

const scripts = {
  bash: async (tree: CommandTree) => (await import("../completion-bash.js")).bashCompletion(tree),
  zsh: async (tree: CommandTree) => (await import("../completion-zsh.js")).zshCompletion(tree),
  fish: async (tree: CommandTree) => (await import("../completion-fish.js")).fishCompletion(tree),
};
