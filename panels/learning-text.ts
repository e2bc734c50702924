/**
 * @file The columns that are learned from and those that are not, in a line.
 */
import { named } from "../src/data/quoted.js";
import type { ColumnGuess } from "../src/data/table/guess.js";

// More names than these are counted.
const MOST_FEATURES = 8;
const MOST_CARRIED = 6;

/** `learning from 6 of 9 columns: age, country (3 categories); carried: note (free text)`. */
export function learningText(guesses: readonly ColumnGuess[]): string {
  const features = guesses.filter(({ role }) => role === "feature");
  const carried = guesses.filter(({ role }) => role === "carried");
  const label = guesses.find(({ role }) => role === "label");
  const listed = (all: readonly string[], most: number) =>
    all.slice(0, most).join(", ") + (all.length > most ? `, … (${all.length - most} more)` : "");
  const parts = [
    features.length === 0
      ? `nothing to learn from in ${guesses.length} ${guesses.length === 1 ? "column" : "columns"}`
      : `learning from ${features.length} of ${guesses.length} columns: ${listed(features.map(featureText), MOST_FEATURES)}`,
    ...(label ? [`label: ${named(label.name)}`] : []),
    ...(carried.length > 0
      ? [
          `carried: ${listed(
            carried.map(({ name, why }) => `${named(name)} (${why})`),
            MOST_CARRIED,
          )}`,
        ]
      : []),
  ];
  return parts.join("; ");
}

function featureText({ name: given, type, encoding, why }: ColumnGuess): string {
  const name = named(given);
  switch (encoding?.type) {
    case "category": {
      const count = encoding.levels.length;
      return `${name} (${count} ${count === 1 ? "category" : "categories"}${encoding.other ? " and the rest" : ""})`;
    }
    case "ordinal":
      return `${name} (a scale of ${encoding.levels.length} steps)`;
    case "date":
      return `${name} (dates${encoding.cyclic ? `, by ${encoding.cyclic.join(" and ")}` : ""})`;
    case "boolean":
      return `${name} (${encoding.words ? encoding.words.join("/") : "true/false"})`;
    default:
      return type === "number" && !why.startsWith("nothing else") ? name : `${name} (${why})`;
  }
}
