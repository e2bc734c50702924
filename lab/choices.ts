/**
 * @file Types and roles of columns as somebody chose them: in the address under the names of the command line's own flags, in commands, and in
 * programs.
 */
import { flagOf } from "../panels/flag-names.js";
import type { ReadOptions } from "../src/data/formats/format.js";
import type { ColumnRole, ColumnType } from "../src/data/table/guess.js";
import type { Settings } from "./hash.js";

/** Choices by the names of flags, as these are written: `{ types: "zip=category,day=date", exclude: "note" }`. */
export type Choices = Settings;

/** Settings that are choices of columns. */
export const CHOICE_NAMES: readonly string[] = ["types", "exclude", "id", "label"];

/** A column of a table as the page tells it. */
export interface DescribedColumn {
  readonly name: string;
  /** Word that names it in a flag: its name, or its position from 1 where the name would be read as something else. */
  readonly word: string;
  readonly kind: "number" | "text";
  readonly type: ColumnType;
  readonly role: ColumnRole;
  readonly why: string;
}

/** Roles that somebody may choose: `id` names the rows. */
export type ChosenRole = ColumnRole | "id";

export function choicesIn(settings: Settings): Choices {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => CHOICE_NAMES.includes(name)));
}

/** Words that name columns in flags. Lists have commas between names, pairs an equals sign behind them. */
export function columnWords(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name, j) => {
    const own = !seen.has(name) && name !== "" && !/[,=]/.test(name);
    seen.add(name);
    return own ? name : String(j + 1);
  });
}

/** Flags of a command, a word each. */
export const choiceFlags = (choices: Choices = {}): string[] =>
  Object.entries(choices).flatMap(([name, text]) => [flagOf(name), text]);

/** The same as options of reading, as the command line reads its flags. */
export function readOptionsOf({ types, exclude, id, label }: Choices = {}): ReadOptions {
  return {
    ...(types !== undefined && { types: pairsOf(types) }),
    ...(exclude !== undefined && { exclude: exclude.split(",") }),
    ...(id !== undefined && { id: id.split(",") }),
    ...(label !== undefined && { label }),
  };
}

/** Pairs without an equals sign are no column's. */
function pairsOf(text: string): Record<string, string> {
  const pairs = text.split(/,(?=[^,=]+=)/).map((pair): [string, string] => {
    const at = pair.indexOf("=");
    return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

/** The type that was chosen for a column. */
export const chosenType = ({ types = "" }: Choices, word: string): string | undefined =>
  types === "" ? undefined : pairsOf(types)[word];

/** The role that was chosen for a column; a type that is told says it too. */
export function chosenRole({ exclude, id, label }: Choices, word: string): ChosenRole | undefined {
  if (label === word) return "label";
  if (id?.split(",").includes(word)) return "id";
  return exclude?.split(",").includes(word) ? "carried" : undefined;
}

/** @param type none: as it is guessed. */
export function withType(choices: Choices, word: string, type: string | undefined): Choices {
  const { [word]: _, ...others } = choices.types ? pairsOf(choices.types) : {};
  const types = type === undefined ? others : { ...others, [word]: type };
  const text = Object.entries(types)
    .map(([column, one]) => `${column}=${one}`)
    .join(",");
  return withText(choices, "types", text);
}

/** @param role none: as it is guessed. A column to learn from is told its type, which makes it one. */
export function withRole(
  choices: Choices,
  { word, type, kind }: Pick<DescribedColumn, "word" | "type" | "kind">,
  role: ChosenRole | undefined,
): Choices {
  const without = (name: "exclude" | "id") =>
    (choices[name] ?? "").split(",").filter((one) => one !== word && one !== "");
  let made = choices.label === word || role === "label" ? withText(choices, "label", "") : choices;
  for (const name of ["exclude", "id"] as const) {
    const own = (name === "id" && role === "id") || (name === "exclude" && role === "carried");
    made = withText(made, name, [...without(name), ...(own ? [word] : [])].join(","));
  }
  if (role === "label") made = withText(made, "label", word);
  if (role !== "feature") return made;
  const learned = type !== "text" && type !== "id" ? type : kind === "number" ? "number" : "category";
  return withType(made, word, learned);
}

function withText(choices: Choices, name: string, text: string): Choices {
  const all: Choices = { ...choices, [name]: text };
  // In one order, whichever was chosen first, so that the same choices are the same command.
  return Object.fromEntries(CHOICE_NAMES.filter((one) => all[one]).map((one) => [one, all[one]!]));
}
