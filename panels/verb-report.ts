/**
 * @file The report of a verb: its own sections between those that all have: what was asked, figures, columns, and how to repeat it.
 */
import type { Dataset } from "../src/data/dataset.js";
import type { FittedModel } from "../src/methods/model.js";
import { askedOf } from "./asked.js";
import type { Asked, Section } from "./report.js";
import { reportPage } from "./report-page.js";
import type { Report as Figures } from "./report-text.js";
import { columnsSection } from "./sections/columns.js";
import { figuresSection } from "./sections/figures.js";

/** A report as far as its verb knows it. */
export interface Reported {
  /** The data it is of. */
  readonly input: Dataset;
  /** Report that `--json` prints. */
  readonly figures: Partial<Figures>;
  /** Further things that `--json` prints beside it. */
  readonly further?: object;
  /** Model that was fitted or used: its method's options and its scale are among what was asked. */
  readonly model?: Pick<FittedModel, "options" | "scaling">;
  /** Seed that was drawn, since none was said: the command to repeat it says it. */
  readonly drawnSeed?: number;
}

/**
 * The page of a verb's report.
 * @param words of the command, the verb first. @param sections those of the verb. @param withExamples values of columns may be told.
 */
export function verbReport(
  words: readonly string[],
  { input, figures, further, model, drawnSeed }: Reported,
  sections: readonly Section[],
  withExamples: boolean,
): Promise<string> {
  // Nothing of the day or the machine: the same run gives the same bytes.
  const { seconds: _, files: __, ...lasting } = figures;
  return reportPage({
    title: `${words[0]}: ${input.name}`,
    asked: askedOf(words, input, {
      seed: figures.seed,
      drawnSeed,
      further: settingsOf(figures, model),
    }),
    sections: [...figuresSection(figures), ...sections, columnsSection(input, withExamples)],
    numbers: { ...lasting, ...further },
  });
}

function settingsOf({ method }: Partial<Figures>, model: Reported["model"]): Asked["further"] {
  const options = Object.entries(model?.options ?? {}).filter(([, value]) => value !== null);
  const said = options.map(
    ([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`,
  );
  return {
    ...(method !== undefined && { method }),
    ...(said.length > 0 && { options: said.join(", ") }),
    ...(model && { scale: model.scaling.kind }),
  };
}
