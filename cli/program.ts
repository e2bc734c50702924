/**
 * @file The command `unlabeled` as a function: finds the verb, and turns whatever happens into an exit code and one line.
 *
 * Only the module of the verb that was asked for is loaded, and it loads what it works with when it works, so that
 * help and mistakes in the command line cost no more than starting Node.
 */
import { type Command, CommanderError } from "commander";
import { messageOf, oneLine } from "../node/error-text.js";
import { printableLines } from "../panels/printable.js";
import { EXIT, UsageError } from "./exit.js";
import { withoutDashes } from "./flag-values.js";
import { defineVerb, rootCommand } from "./root-command.js";
import { type Screen, type Surroundings, Terminal } from "./terminal.js";
import type { RunContext, Verb } from "./verb.js";
import { VERBS } from "./verbs.js";

/**
 * Runs the command.
 * @param words those after its name.
 * @returns its exit code.
 */
export async function run(
  words: readonly string[],
  surroundings: Surroundings,
  verbs: readonly Verb[] = VERBS,
): Promise<number> {
  const terminal = new Terminal(words, surroundings);
  // Help or the version: printed once the command line has been read.
  let told = "";
  try {
    const asked = words[0] === "help" ? [...words.slice(1, 2), "--help"] : words;
    const root = await program(asked, { terminal, verbs }, (text) => {
      told += text;
    });
    await root.parseAsync(asked, { from: "user" });
  } catch (error) {
    terminal.exitCode = report(error, terminal);
  }
  if (told !== "") {
    await terminal.print(told).catch((error) => {
      terminal.exitCode = report(error, terminal);
    });
  }
  return terminal.exitCode;
}

/** @param tell takes help and the version. */
async function program(
  words: readonly string[],
  context: RunContext,
  tell: (text: string) => void,
): Promise<Command> {
  const { terminal, verbs } = context;
  const root = rootCommand(verbs, {
    outputError: () => {},
    writeOut: tell,
    writeErr: (text) => void terminal.stderr.write(text),
    getOutHelpWidth: () => width(terminal.stdout),
    getErrHelpWidth: () => width(terminal.stderr),
  });
  const verb = verbs.find(({ name }) => name === words[0]);
  if (!verb) return root;
  const { command, module } = await defineVerb(root, verb, words);
  command.action(async (...given) => {
    const { config } = command.opts<{ config?: string }>();
    if (config !== undefined) {
      const { applyConfigFile } = await import("./config-file.js");
      await applyConfigFile(command, config);
    }
    withoutDashes(command);
    await module.run(context, ...(given as never[]));
  });
  return root;
}

/** Characters in a line of help. */
function width({ isTTY, columns = 80 }: Screen): number {
  return isTTY ? columns : 80;
}

/** Prints an error and gives its exit code. */
function report(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    if (error.code !== "commander.help") terminal.complain(oneLine(error.message.replace(/^error: /, "")));
    return EXIT.usage;
  }
  terminal.complain(messageOf(error));
  if (terminal.env.UNLABELED_DEBUG === "1" && error instanceof Error)
    terminal.stderr.write(`${printableLines(error.stack ?? "")}\n`);
  return error instanceof UsageError ? EXIT.usage : EXIT.failure;
}
