/**
 * @file Values of flags, and how their text is read.
 */
import { type Command, InvalidArgumentError } from "commander";

type Parser<T> = (text: string, previous?: T) => T;

/** A whole number ≥ `least`. */
export function wholeNumber(least: number): Parser<number> {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`Want an integer ≥ ${least}.`);
    }
    return value;
  };
}

/** A port of this machine; 0 is any that is free. */
export const portNumber: Parser<number> = (text) => {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65535)
    throw new InvalidArgumentError("Want an integer from 0 to 65535.");
  return value;
};

/** Whole numbers ≥ `least` with commas between them; the flag may also be repeated. */
export function wholeNumbers(least: number): Parser<number[]> {
  return (text, previous = []) => {
    const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (values.some((value) => !Number.isSafeInteger(value) || value < least))
      throw new InvalidArgumentError(`Want integers ≥ ${least} with commas between them, such as 10,50,100.`);
    return [...previous, ...values];
  };
}

/** Any number. */
export const anyNumber: Parser<number> = (text) => {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError("Want a number.");
  return value;
};

export const positiveNumber: Parser<number> = (text) => {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("Want a number > 0.");
  return value;
};

/** A share of a whole, strictly between 0 and 1. */
export const fraction: Parser<number> = (text) => {
  const value = Number(text);
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError("Want a number between 0 and 1, such as 0.1.");
  return value;
};

/** Names with commas between them; the flag may also be repeated. */
export const nameList: Parser<string[]> = (text, previous = []) => [...previous, ...text.split(",")];

/** Methods with commas between them, each with options of its own, whose lists of numbers have commas too: `pca,autoencoder:hidden=64,32`. */
export const methodList: Parser<string[]> = (text, previous = []) => [
  ...previous,
  ...text.split(/,(?![\d.+-])/),
];

/** A flag that may be repeated, its values taken as they are. */
export const repeated: Parser<string[]> = (text, previous = []) => [...previous, text];

/** A path to write to; `-` is standard output, as is none (`withoutDashes`). */
export const outputPath: Parser<string> = (text) => text;

/** Takes `-` for what stands where no path is given. */
export function withoutDashes(command: Command): void {
  for (const option of command.options) {
    const name = option.attributeName();
    if (option.parseArg === outputPath && command.getOptionValue(name) === "-")
      command.setOptionValue(name, undefined);
  }
}

const CHARACTERS: Readonly<Record<string, string>> = {
  comma: ",",
  semicolon: ";",
  tab: "\t",
  "\\t": "\t",
  bar: "|",
  pipe: "|",
  space: " ",
  point: ".",
  apostrophe: "'",
};

/** A character, or its name. */
function character(text: string): string {
  return Object.hasOwn(CHARACTERS, text) ? CHARACTERS[text]! : text;
}

/** Names of the values of `--delimiter`, `--decimal` and `--thousands`, as help and completion offer them. */
export const DELIMITERS: readonly string[] = ["comma", "semicolon", "tab", "bar", "space"];
export const DECIMALS: readonly string[] = ["comma", "point"];
export const THOUSANDS: readonly string[] = ["comma", "point", "space", "apostrophe", "none"];

export const delimiter: Parser<string> = (text) => {
  const found = character(text);
  if (found.length !== 1 || /["\w.+-]/.test(found))
    throw new InvalidArgumentError("Want comma, semicolon, tab, bar, space or another single character.");
  return found;
};

export const decimal: Parser<"." | ","> = (text) => {
  const found = character(text);
  if (found !== "." && found !== ",") throw new InvalidArgumentError("Want comma or point.");
  return found;
};

/** Separator of thousands; `""` for none. */
export const thousands: Parser<string> = (text) => {
  const found = text === "none" ? "" : character(text);
  if (!["", ",", ".", " ", "'"].includes(found))
    throw new InvalidArgumentError("Want comma, point, space, apostrophe or none.");
  return found;
};

/** `COLUMN=VALUE` pairs; the flag may be repeated. */
export const pairs: Parser<Record<string, string>> = (text, previous = {}) => {
  const at = text.indexOf("=");
  if (at <= 0 || at === text.length - 1) throw new InvalidArgumentError("Want COLUMN=VALUE.");
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) };
};

/** `COLUMN=TYPE` pairs with commas between them. */
export const pairList: Parser<Record<string, string>> = (text, previous = {}) =>
  text.split(/,(?=[^,=]+=)/).reduce((all, pair) => pairs(pair, all), previous);
