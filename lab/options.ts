/**
 * @file Options of methods for the page, and words of the page for methods: from the tables that the methods themselves are checked by.
 */
import { isSwitch, writableOptions } from "../panels/flag-names.js";
import type { Method } from "../src/methods/method.js";
import type { MethodEntry } from "../src/methods/method-entry.js";
import type { Coder } from "../src/methods/model.js";
import { type Option, oneOf, optional } from "../src/methods/options.js";
import { type TrainingOptions, trainingOptions } from "../src/training/training-options.js";
import type { DescribedOption } from "./protocol.js";

/** Options that can be said in words. */
export function describeOptions(entry: MethodEntry): DescribedOption[] {
  return writableOptions(entry).map(([name, option]) => described(name, option));
}

const SCALE = optional(
  oneOf(["none", "standard", "unit"], { default: "none", help: "scaling of the columns" }),
  "by method and data",
);

/** Options of a fit, but for those that the method has by the same name. */
export function describeTraining(entry: MethodEntry): DescribedOption[] {
  const general = { scale: { ...SCALE, default: undefined } };
  return Object.entries({ ...general, ...trainingOptions })
    .filter(([name]) => !Object.hasOwn(entry.options, name))
    .map(([name, option]) => described(name, option));
}

function described(name: string, option: Option<unknown>): DescribedOption {
  const { want, help, otherwise, required, choices } = option;
  return {
    name,
    want,
    help,
    otherwise,
    required,
    choices,
    isSwitch: isSwitch(option),
    default: option.default === undefined ? undefined : inWords(option.default),
  };
}

/** A value as `parse` reads it. */
function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/**
 * The method of texts; those that are none of its options are left alone. An image's shape comes from the data, unless it was said.
 * @throws RangeError for a value that an option does not take, or one that is missing.
 */
export function methodOf(
  entry: MethodEntry,
  texts: Readonly<Record<string, string>>,
  rowShape: readonly number[] | undefined,
): Method<Coder> {
  const shape = rowShape && Object.hasOwn(entry.options, "rowShape") ? { rowShape: rowShape.join("x") } : {};
  const options: Record<string, unknown> = {};
  for (const [name, text] of Object.entries({ ...shape, ...texts })) {
    const option = Object.hasOwn(entry.options, name) ? entry.options[name] : undefined;
    if (option) options[name] = option.parse(text);
  }
  return entry.create(options);
}

/**
 * Options of training of texts, of those that the method has not by the same name.
 * @throws RangeError for a value that an option does not take.
 */
export function trainingOf(
  { options: own }: Pick<MethodEntry, "options">,
  texts: Readonly<Record<string, string>>,
  rows: number,
): TrainingOptions {
  const told: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(trainingOptions) as [string, Option<unknown>][]) {
    const text = texts[name];
    if (text === undefined || Object.hasOwn(own, name)) continue;
    const value = option.accept(option.parse(text));
    if (value === undefined)
      throw new RangeError(`${name} must be ${option.want}, got ${JSON.stringify(text)}`);
    told[name] = name === "batchSize" && typeof value === "number" ? Math.min(value, rows) : value;
  }
  return told;
}
