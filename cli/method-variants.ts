/**
 * @file Methods on the command line with options of their own: `autoencoder:hidden=64,32:learning-rate=0.01`.
 */
import { camelCase, kebabCase, writableOptions } from "../panels/flag-names.js";
import type { Method } from "../src/methods/method.js";
import type { MethodEntry } from "../src/methods/method-entry.js";
import type { Option } from "../src/methods/options.js";
import { nearestNames } from "../src/nearest-names.js";
import { type TrainingOptions, trainingOptions } from "../src/training/training-options.js";
import { UsageError } from "./exit.js";
import { createMethod, type GivenOptions, methodEntry } from "./method-flags.js";

/** A method that was named, with options that count for it alone. */
export interface Variant {
  /** Name in tables: `autoencoder`, or `autoencoder:hidden=64,32`. */
  readonly name: string;
  readonly entry: MethodEntry;
  /** Options of the method, as text. */
  readonly options: GivenOptions;
  readonly training: TrainingOptions;
}

/**
 * The variant that a text names.
 * @throws UsageError for a method or an option that there is none of, or a value that it does not take.
 */
export async function variantNamed(text: string, plugin?: readonly string[]): Promise<Variant> {
  // A value may have a colon in it, `schedule=step:10`, but none that a name and an equals sign follow.
  const [named, ...pairs] = text.split(/:(?=[\w-]+=)/);
  if (named!.includes(":")) {
    const said = JSON.stringify(text);
    throw new UsageError(`--methods ${said}: want NAME:KEY=VALUE, with a colon before each option`);
  }
  const entry = await methodEntry(named!, plugin);
  const options = new Map<string, string>();
  const training: Record<string, unknown> = {};
  const said: string[] = [];
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const [name, value] = [camelCase(pair.slice(0, at)), pair.slice(at + 1)];
    const own = optionNamed(entry, name);
    const option = own ?? trainingOption(name);
    if (!option || name === "latentDim") throw noSuchOption(text, entry, name);
    const parsed = option.accept(option.parse(value));
    if (parsed === undefined)
      throw new UsageError(`--methods ${text}: ${kebabCase(name)}: want ${option.want}, got ${value}`);
    if (own) options.set(name, value);
    else training[name] = parsed;
    said.push(`${kebabCase(name)}=${value}`);
  }
  return { name: [entry.name, ...said].join(":"), entry, options, training };
}

const optionNamed = ({ options }: MethodEntry, name: string): Option<unknown> | undefined =>
  Object.hasOwn(options, name) && !options[name]!.codeOnly ? options[name] : undefined;

const trainingOption = (name: string): Option<unknown> | undefined =>
  Object.hasOwn(trainingOptions, name) ? trainingOptions[name as keyof TrainingOptions] : undefined;

function noSuchOption(text: string, entry: MethodEntry, name: string): UsageError {
  if (name === "latentDim")
    return new UsageError(`--methods ${text}: sizes of codes are said by --latent-dim`);
  const names = [...writableOptions(entry).map(([key]) => key), ...Object.keys(trainingOptions)];
  const near = nearestNames(
    names.filter((key) => key !== "latentDim"),
    name,
  ).map(kebabCase);
  return new UsageError(
    `--methods ${text}: ${entry.name} has no option ${kebabCase(name)} (nearest: ${near.join(", ")})`,
  );
}

/**
 * The method of a variant. Its own options win over those that are said for all.
 * @throws UsageError for values that do not go together, or options of training for one that is solved.
 */
export function createVariant({ name, entry, options, training }: Variant, given: GivenOptions): Method {
  const method = createMethod(entry, new Map([...given, ...options]));
  const [idle] = Object.keys(training);
  if (method.fitting.kind === "solved" && idle !== undefined)
    throw new UsageError(
      `--methods ${name}: ${entry.name} is solved, not trained: ${kebabCase(idle)} does not apply`,
    );
  return method;
}

/** @throws UsageError for a variant that is named twice. */
export function refuseTwice(variants: readonly Variant[]): readonly Variant[] {
  const names = variants.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`--methods names ${twice} twice`);
  return variants;
}
