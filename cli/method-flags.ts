/**
 * @file Options of methods as flags, derived from the tables the methods themselves are checked by.
 */
import { type Command, Option } from "commander";
import { readPlugins } from "../node/plugins.js";
import { camelCase, flagOf, isSwitch, usualFlag, writableOptions } from "../panels/flag-names.js";
import type { Method } from "../src/methods/method.js";
import type { MethodEntry } from "../src/methods/method-entry.js";
import type { Coder } from "../src/methods/model.js";
import type { Option as MethodOption } from "../src/methods/options.js";
import { allMethods, methodNamed } from "../src/methods/registry.js";
import type { DataFlags } from "./common-flags.js";
import { asUsage, asUsageLater, UsageError } from "./exit.js";
import { methodList } from "./flag-values.js";
import { isTrainingFlag } from "./training-flags.js";

/** Heading of these flags. */
export const METHOD_FLAGS = "Options of the method:";

/**
 * Adds a flag for every option of the methods that the words name; those the command has already keep their meaning. Where
 * the words hold what none of these explains, such as a flag of another method, all methods are asked.
 * @param flag names the methods, `--method NAME` or `--methods NAME,NAME`. @param usual those meant without it.
 */
export async function addMethodFlags(
  command: Command,
  words: readonly string[],
  flag: "--method" | "--methods",
  usual: readonly string[],
): Promise<void> {
  const own = await readPlugins(valuesOf("--plugin", words)).catch(() => []);
  // Behind a colon are options of one of several.
  const said = valuesOf(flag, words).flatMap((names) => methodList(names).map((name) => name.split(":")[0]!));
  const named = await Promise.all(
    (said.length > 0 ? said : usual).map((name) => methodNamed(name, own).catch(() => undefined)),
  );
  addFlags(
    command,
    named.filter((entry) => entry !== undefined),
  );
  const known = new Set(command.options.flatMap(({ long }) => long ?? []));
  const foreign = words.some((word) => word.startsWith("--") && !known.has(word.split("=", 1)[0]!));
  if (!foreign && named.length > 0 && !named.includes(undefined) && valuesOf("--config", words).length === 0)
    return;
  addFlags(command, [...own, ...(await allMethods())]);
}

/** Words that follow a flag, wherever it stands. */
function valuesOf(flag: string, words: readonly string[]): string[] {
  return words.flatMap((word, i) => {
    if (word === flag) return words[i + 1] ?? [];
    return word.startsWith(`${flag}=`) ? word.slice(flag.length + 1) : [];
  });
}

function addFlags(command: Command, entries: readonly MethodEntry[]): void {
  const taken = new Set(command.options.map((option) => option.attributeName()));
  command.optionsGroup(METHOD_FLAGS);
  for (const [name, options] of optionsByName(entries)) {
    if (taken.has(name)) continue;
    const flag = flagOf(name);
    if (options.every(isSwitch)) {
      command.addOption(new Option(flag, options[0]!.help));
      command.addOption(new Option(flag.replace("--", "--no-"), options[0]!.help));
    } else {
      command.addOption(new Option(`${flag} <value>`, options[0]!.help));
    }
  }
}

function optionsByName(entries: readonly MethodEntry[]): Map<string, MethodOption<unknown>[]> {
  const found = new Map<string, MethodOption<unknown>[]>();
  for (const entry of entries) {
    for (const [name, option] of writableOptions(entry)) {
      found.set(name, [...(found.get(name) ?? []), option]);
    }
  }
  return found;
}

/**
 * The method of a name.
 * @param plugin modules with further ones.
 * @throws UsageError naming the nearest methods.
 */
export async function methodEntry(name: string, plugin?: readonly string[]): Promise<MethodEntry> {
  return asUsageLater(methodNamed(name, await ownMethods(plugin)));
}

/** Methods of `--plugin`. @throws UsageError for modules without any. */
export function ownMethods(plugin?: readonly string[]): Promise<MethodEntry[]> {
  return asUsageLater(readPlugins(plugin));
}

/** Flags of windows, which a method may have options for. */
const WINDOW_FLAGS: readonly string[] = ["window", "stride"];

/** True for a flag that some methods have an option of the same name for, which is then meant. */
const isShared = (name: string) => isTrainingFlag(name) || WINDOW_FLAGS.includes(name);

/** Flags of reading DATA without those that are said about a method. */
export function withoutOptions(flags: DataFlags, { options }: { readonly options: object }): DataFlags {
  const own = WINDOW_FLAGS.filter((name) => Object.hasOwn(options, name));
  return { ...flags, ...Object.fromEntries(own.map((name) => [name, undefined])) };
}

/** Options of methods that were given, by name, their values as text or switches. */
export type GivenOptions = ReadonlyMap<string, string | boolean>;

/**
 * Options said about these methods on the command line, in flags and in `--option KEY=VALUE`. A flag of training or of windows is said
 * about a method that has an option of its name, such as the learning rate of t-SNE.
 * @param pairs values of `--option`; they come after flags and so win.
 * @throws UsageError for an option that none of these methods has.
 */
export function givenOptions(
  command: Command,
  entries: readonly MethodEntry[],
  pairs?: readonly string[],
): GivenOptions {
  const given = new Map<string, string | boolean>();
  const shared = [...optionsByName(entries).keys()].filter(isShared);
  const ofMethods = command.options.filter((option) => option.helpGroupHeading === METHOD_FLAGS);
  for (const name of [...shared, ...ofMethods.map((option) => option.attributeName())]) {
    const value: unknown = command.getOptionValue(name);
    if (typeof value === "boolean" && !isShared(name)) given.set(name, value);
    else if (value !== undefined) given.set(name, String(value));
  }
  return withPairs(entries, given, pairs);
}

/**
 * Options given otherwise and those of `--option KEY=VALUE`, which win.
 * @throws UsageError for an option that none of these methods has.
 */
export function withPairs(
  entries: readonly MethodEntry[],
  options: GivenOptions,
  pairs: readonly string[] = [],
): GivenOptions {
  const given = new Map(options);
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`--option wants KEY=VALUE, got ${JSON.stringify(pair)}`);
    given.set(camelCase(pair.slice(0, at)), pair.slice(at + 1));
  }
  refuseForeignOptions(entries, given);
  return given;
}

function refuseForeignOptions(entries: readonly MethodEntry[], given: GivenOptions): void {
  for (const name of given.keys()) {
    if (entries.some(({ options }) => Object.hasOwn(options, name))) continue;
    const has = entries.map((entry) => {
      const flags = writableOptions(entry).map(([key, option]) => usualFlag(key, option));
      return `${entry.name} has ${flags.join(" ")}`;
    });
    throw new UsageError(`${flagOf(name)}: no such option here (${has.join("; ")})`);
  }
}

/** The same with the shape of the images in the data, for methods that have that option, unless it was said. */
export function withRowShape(given: GivenOptions, rowShape: readonly number[] | undefined): GivenOptions {
  if (!rowShape || given.has("rowShape")) return given;
  return new Map(given).set("rowShape", rowShape.join("x"));
}

/** @throws UsageError for a method without codes, where a command is of these. @param d numbers in a row. */
export function refuseWithoutCodes(methods: readonly Method[], d: number, command: string): void {
  const without = methods.find((method) => method.codeSize(d) === undefined);
  if (!without) return;
  throw new UsageError(
    `${command}: ${without.name} has no codes; fit it and score rows by it: unlabeled fit, unlabeled score`,
  );
}

/**
 * The method with those of the given options that it has.
 * @throws UsageError for values that are not what the method wants.
 */
export function createMethod(entry: MethodEntry, given: GivenOptions): Method<Coder> {
  const options: Record<string, unknown> = {};
  for (const [name, value] of given) {
    const option = Object.hasOwn(entry.options, name) ? entry.options[name] : undefined;
    if (option) options[name] = typeof value === "string" ? option.parse(value) : value;
  }
  for (const [name, option] of Object.entries(entry.options)) {
    if (option.required && options[name] === undefined) {
      throw new UsageError(`${entry.name} wants ${flagOf(name)}, ${option.want}`);
    }
  }
  return asUsage(() => entry.create(options));
}
