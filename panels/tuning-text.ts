/**
 * @file Options that were tried, for people: a table of the best, and the command that fits with the best of all.
 */
import type { Tuned, TunedTrial } from "../src/tasks/tune.js";
import { kebabCase } from "./flag-names.js";
import { shownNumber, textTable } from "./text-table.js";

/** Trials that are listed; the defaults are there in any case. */
const LISTED = 10;

/** Options of a trial as words: `hidden=128,64 learning-rate=0.003`; `(defaults)` of the first. */
export function optionsText({ trial, options, learningRate }: TunedTrial): string {
  const all = { ...options, ...(learningRate !== undefined && { learningRate }) };
  const words = Object.entries(all).map(([name, value]) => `${kebabCase(name)}=${valueText(value)}`);
  return words.length > 0 ? words.join(" ") : trial === 0 ? "(defaults)" : "(as the defaults)";
}

export const valueText = (value: unknown): string => (Array.isArray(value) ? value.join(",") : String(value));

/** A line for each of the best, and for the defaults. */
export function tuningTable({ trials, unit }: Tuned): string {
  const shown = trials.filter(({ trial }, i) => i < LISTED || trial === 0);
  return textTable(
    [
      ["trial", "held-out error", unit, "options"],
      ...shown.map((one) => [
        String(one.trial),
        Number.isFinite(one.error) ? shownNumber(one.error) : "none",
        String(one.budget),
        optionsText(one),
      ]),
    ],
    "left",
  );
}
