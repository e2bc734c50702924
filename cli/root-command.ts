/**
 * @file The command and its verbs as commander knows them, made from the table of verbs.
 */
import { Command, type OutputConfiguration } from "commander";
import { VERSION } from "../src/version.js";
import type { Verb, VerbModule } from "./verb.js";

const EXAMPLES = ["unlabeled columns data.csv"];

/** Narrower columns of help are not wrapped. */
const LEAST_WIDTH = 16;

/** The command with its verbs by name; `defineVerb` adds what one takes. */
export function rootCommand(verbs: readonly Verb[], output: OutputConfiguration = {}): Command {
  const root = new Command("unlabeled")
    .description("Learn representations from unlabeled data.")
    .usage("VERB DATA [options]")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput(output)
    .configureHelp({ minWidthToWrap: LEAST_WIDTH })
    .addHelpText("after", examplesInHelp(EXAMPLES));
  for (const { name, group, summary } of verbs)
    root.command(name).helpGroup(group).summary(summary).description(`${summary}.`);
  return root;
}

/** Adds arguments, flags and examples of a verb. @param words of the command line. */
export async function defineVerb(
  root: Command,
  verb: Verb,
  words: readonly string[],
): Promise<{ readonly command: Command; readonly module: VerbModule }> {
  const command = root.commands.find((known) => known.name() === verb.name)!;
  const module = await verb.load();
  await module.define(command, words);
  command.addHelpText("after", examplesInHelp(module.examples));
  return { command, module };
}

// Never wrapped, so that they can be copied.
const examplesInHelp = (examples: readonly string[]) => `\nExamples:\n  ${examples.join("\n  ")}`;
