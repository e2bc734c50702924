/**
 * @file Values of flags, and how their text is read.
 */
import { InvalidArgumentError } from "commander";

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

/** A flag that may be repeated, its values taken as they are. */
export const repeated: Parser<string[]> = (text, previous = []) => [...previous, text];

const DELIMITERS: Readonly<Record<string, "," | ";" | "\t">> = {
  ",": ",",
  comma: ",",
  ";": ";",
  semicolon: ";",
  "\t": "\t",
  "\\t": "\t",
  tab: "\t",
};

export const delimiter: Parser<"," | ";" | "\t"> = (text) => {
  const found = Object.hasOwn(DELIMITERS, text) ? DELIMITERS[text] : undefined;
  if (!found) throw new InvalidArgumentError("Want comma, semicolon or tab.");
  return found;
};
