/**
 * @file Methods and their options for people and programs, from the tables that check them.
 */
import type { TrainingDefaults } from "../src/methods/method.js";
import type { MethodEntry } from "../src/methods/method-entry.js";
import type { Option } from "../src/methods/options.js";
import { METHOD_KINDS, methods } from "../src/methods/registry.js";
import { trainingOptions } from "../src/training/training-options.js";
import { flagOf, isSwitch, usualFlag, writableOptions } from "./flag-names.js";
import { textTable } from "./text-table.js";

const OWN = "own";

/** Every method in a line, under the heading of its kind. @param own further ones. */
export function methodList(own: readonly MethodEntry[]): string {
  const all = [...methods, ...own.map(({ name, summary }) => ({ name, summary, kind: OWN }))];
  const width = Math.max(...all.map(({ name }) => name.length));
  const groups = Object.entries({ ...METHOD_KINDS, [OWN]: "your own" }).flatMap(([kind, heading]) => {
    const lines = all
      .filter((method) => method.kind === kind)
      .map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`);
    return lines.length === 0 ? [] : `${heading}:\n${lines.join("")}`;
  });
  return `${groups.join("\n")}\nOptions of one: unlabeled methods NAME\n`;
}

/** The options of a method, and how it is trained, where it is. */
export function methodInWords(entry: MethodEntry): string {
  const rows = writableOptions(entry).map(([key, option]) => row(usualFlag(key, option), option));
  const defaults = trainingDefaults(entry);
  const ofTraining = Object.entries<Option<unknown>>(trainingOptions).filter(
    ([key]) => !(key in entry.options),
  );
  const training = ofTraining.map(([key, option]) =>
    row(flagOf(key), { ...option, ...(defaults && key in defaults && { otherwise: shown(defaults[key]) }) }),
  );
  const tables = textTable(defaults ? [...rows, ...training] : rows, "left").split("\n");
  const own = tables.slice(0, rows.length).join("\n");
  const title = `${entry.name}: ${entry.summary}\n\n${own}\n`;
  return defaults ? `${title}\nTraining:\n${tables.slice(rows.length).join("\n")}` : title;
}

function row(flag: string, option: Option<unknown>): string[] {
  const { default: fallback, otherwise = "none", required, help, want } = option;
  return [
    `  ${flag}`,
    required ? "required" : `default ${fallback === undefined ? otherwise : shown(fallback)}`,
    // The longest part last, where a terminal may wrap it.
    isSwitch(option) ? help : `${help}: ${want}`,
  ];
}

/** The same of several as JSON has it. */
export function describedMethods(entries: readonly MethodEntry[]): object[] {
  return entries.map((entry) => ({
    method: entry.name,
    kind: methods.find((listed) => listed.name === entry.name)?.kind ?? OWN,
    summary: entry.summary,
    training: trainingDefaults(entry) ?? null,
    options: writableOptions(entry).map(([key, option]) => ({
      name: key,
      flag: usualFlag(key, option),
      want: option.want,
      default: option.default ?? null,
      otherwise: option.otherwise ?? null,
      required: option.required,
      help: option.help,
    })),
  }));
}

/** Defaults of training, which methods know once they are made; of those that are solved, nothing. */
function trainingDefaults(entry: MethodEntry): Readonly<Record<string, unknown>> | undefined {
  const needed = Object.entries(entry.options).filter(([, option]) => option.required);
  const sizes = needed.map(([name, option]) => [name, option.accept(2)]);
  const { fitting } = entry.create(Object.fromEntries(sizes));
  if (fitting.kind === "solved") return undefined;
  const { batchSize, optimizer, ...rest }: TrainingDefaults = fitting.defaults;
  const { name, ...coefficients } = optimizer;
  return { ...rest, batchSize: batchSize || "all", optimizer: name, ...coefficients };
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
