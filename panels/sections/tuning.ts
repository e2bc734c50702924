/**
 * @file Options that were tried, in a report: all of them with their errors, and errors by each option that is a number.
 */
import type { Tuned } from "../../src/tasks/tune.js";
import { kebabCase } from "../flag-names.js";
import type { Panel, Section } from "../report.js";
import { valueText } from "../tuning-text.js";

export function tuningSections({ trials, budgets, unit, varied }: Tuned): Section[] {
  const cellOf = (value: unknown) =>
    value === undefined ? undefined : typeof value === "number" ? value : valueText(value);
  const told = trials.map((one) => ({ ...one, all: { ...one.options, learningRate: one.learningRate } }));
  const table: Panel = {
    kind: "table",
    title: "What was tried",
    see: `A line for every choice of options, best first; trial 0 is the method's defaults, and an option that is not said is at its default. Those with fewer ${unit} were dropped on the way.`,
    columns: ["trial", "held-out error", unit, ...varied.map(kebabCase)],
    rows: told.map(({ trial, error, budget, all }) => [
      trial,
      Number.isFinite(error) ? error : undefined,
      budget,
      ...varied.map((name) => cellOf((all as Record<string, unknown>)[name])),
    ]),
  };
  const bars: Panel = {
    kind: "bars",
    title: "Errors of those that went to the end",
    see: "The error on held-out rows of every trial of the last round: lower is better.",
    valueName: "held-out error",
    names: told.filter(({ budget }) => budget === budgets.at(-1)).map(({ trial }) => `trial ${trial}`),
    series: [
      {
        name: "held-out error",
        values: told.filter(({ budget }) => budget === budgets.at(-1)).map(({ error }) => error),
      },
    ],
  };
  return [
    {
      heading: "Options that were tried",
      text: `Rounds of ${budgets.join(", ")} ${unit}; the better third of each goes on into the next. The best of many on the same held-out rows looks a little better than it is.`,
      panels: [table, bars],
    },
  ];
}
