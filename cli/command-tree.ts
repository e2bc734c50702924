/**
 * @file All of the command line as data, read from the commands and from the tables of methods and training: completion
 * scripts and the man page are made of it.
 */
import type { Argument, Command, Option } from "commander";
import { flagOf, isSwitch, kebabCase, writableOptions } from "../panels/flag-names.js";
import { EMBEDDED_NAMES } from "../src/data/embedded.js";
import { COLUMN_TYPES } from "../src/data/table/guess.js";
import type { Option as MethodOption } from "../src/methods/options.js";
import { METHOD_KINDS, methods } from "../src/methods/registry.js";
import { trainingOptions } from "../src/training/training-options.js";
import { METHOD_FLAGS } from "./method-flags.js";
import { defineVerb, rootCommand } from "./root-command.js";
import type { Verb } from "./verb.js";

/** Values of a flag or an argument: words, files, or what cannot be foretold. */
export interface Values {
  readonly words: readonly string[];
  readonly files: boolean;
  /** Several words with commas between them. */
  readonly list: boolean;
  /** The words stand behind the name of a column: `COLUMN=WORD`. */
  readonly pairs: boolean;
}

export interface Flag {
  /** `-o` and `--output`, or one of them. */
  readonly names: readonly string[];
  /** As help shows it: `<file>`. */
  readonly placeholder: string;
  readonly help: string;
  readonly group: string;
  /** None for a switch. */
  readonly values: Values | undefined;
}

export interface VerbTree {
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  readonly usage: string;
  readonly arguments: readonly { readonly name: string; readonly help: string; readonly values: Values }[];
  readonly flags: readonly Flag[];
  readonly examples: readonly string[];
  /** Flags of methods that the command line names apply too. */
  readonly takesMethods: boolean;
}

export interface MethodTree {
  /** kebab-case. */
  readonly name: string;
  readonly kind: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
}

export interface CommandTree {
  readonly summary: string;
  readonly flags: readonly Flag[];
  readonly verbs: readonly VerbTree[];
  readonly methods: readonly MethodTree[];
}

/** Loads every verb and every method. */
export async function commandTree(verbs: readonly Verb[]): Promise<CommandTree> {
  const root = rootCommand(verbs);
  const trees: VerbTree[] = [];
  for (const verb of verbs) {
    // Flags of methods, which are told apart from those of the verb, are left out of help.
    const { command, module } = await defineVerb(root, verb, ["--help"]);
    const flags = flagsOf(command);
    trees.push({
      ...verb,
      usage: `unlabeled ${verb.name} ${command.usage()}`,
      arguments: command.registeredArguments.map((argument) => ({
        name: argument.name(),
        help: argument.description,
        values: valuesOf(argument, argument.name()),
      })),
      flags,
      examples: module.examples,
      takesMethods: flags.some(({ names }) => names.some((name) => /^--methods?$/.test(name))),
    });
  }
  const known = await Promise.all(
    methods.map(async ({ kind, load }) => {
      const entry = await load();
      const flags = writableOptions(entry).map(([name, option]) => methodFlag(name, option));
      return { name: kebabCase(entry.name), kind: METHOD_KINDS[kind], summary: entry.summary, flags };
    }),
  );
  return { summary: root.description(), flags: flagsOf(root), verbs: trees, methods: known };
}

/** Words that a flag says of columns. */
const WORDS_OF_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  types: COLUMN_TYPES,
  cyclic: ["day", "week", "year"],
};

const METHOD_NAMES = methods.map(({ name }) => kebabCase(name));

function flagsOf(command: Command): Flag[] {
  const help = command.createHelp();
  return help.visibleOptions(command).map((option) => {
    const placeholder = /[<[].*$/.exec(option.flags)?.[0] ?? "";
    return {
      names: [option.short, option.long].filter((name) => name !== undefined),
      placeholder,
      help: help.optionDescription(option),
      group: option.helpGroupHeading ?? "Options:",
      values: placeholder === "" ? undefined : valuesOf(option, placeholder),
    };
  });
}

/** @param placeholder says by its words what stands in its place. */
function valuesOf(of: Option | Argument, placeholder: string): Values {
  const said = (...words: string[]) => words.some((word) => new RegExp(`\\b${word}\\b`).test(placeholder));
  const table: Readonly<Record<string, MethodOption<unknown>>> = trainingOptions;
  const ofTraining = "attributeName" in of ? table[of.attributeName()]?.choices : undefined;
  const data = said("data", "train", "test");
  const ofColumns = "attributeName" in of ? WORDS_OF_COLUMNS[of.attributeName()] : undefined;
  const named = said("method", "methods") ? METHOD_NAMES : data ? EMBEDDED_NAMES : (ofTraining ?? ofColumns);
  return {
    words: of.argChoices ?? named ?? [],
    files: data || said("file", "folder", "checkpoint", "module", "model", "codes"),
    list: said("methods"),
    pairs: ofColumns !== undefined,
  };
}

/** A switch has two names, one for on and one for off. */
function methodFlag(name: string, option: MethodOption<unknown>): Flag {
  const flag = flagOf(name);
  const group = METHOD_FLAGS;
  if (isSwitch(option)) {
    const names = [flag, flag.replace("--", "--no-")];
    return { names, placeholder: "", help: option.help, group, values: undefined };
  }
  const values = { words: option.choices ?? [], files: false, list: false, pairs: false };
  const help = `${option.help}: ${option.want}`;
  return { names: [flag], placeholder: "<value>", help, group, values };
}
