/**
 * @file Methods side by side in a report: figures, errors by the size of the codes, held-out images and what each makes of them, maps.
 */
import type { Dataset } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import type { Comparison, Shown } from "../../src/tasks/compare.js";
import type { FigureName } from "../../src/tasks/judging.js";
import { codesPanels, comparisonSheet, errorPanel } from "../comparison-picture.js";
import { grouped } from "../draw/words.js";
import type { Panel, Section } from "../report.js";

/** Figures that say the same in every run, and what they are called. */
const LASTING: readonly (readonly [FigureName, string])[] = [
  ["heldOutError", "held-out error"],
  ["explainedVarianceRatio", "share of the variance"],
  ["outlierAuc", "area under the ROC curve of outliers"],
  ["probeAccuracy", "accuracy of a linear probe"],
  ["knnAccuracy", "accuracy of 5 neighbors"],
  ["trustworthiness", "trustworthiness"],
  ["modelBytes", "bytes of the model"],
];
/** More maps than this are no longer compared by anybody. */
const MOST_MAPS = 6;

/**
 * @param shown the candidates, with the codes of all rows. @param count rows whose content may be told.
 */
export async function comparisonSections(
  { entries, split, seeds, scaling }: Comparison,
  shown: readonly Shown[],
  input: Dataset,
  count: number,
): Promise<Section[]> {
  const told = LASTING.filter(([figure]) => entries.some(({ figures }) => figures[figure] !== undefined));
  const spreads = seeds.length > 1;
  const table: Panel = {
    kind: "table",
    title: "Figures on held-out rows",
    see: `A line for each method and size of code, best first: figures on ${grouped(split.test.length)} rows that none has seen. The means of the columns, and principal components of the same size, stand beside.`,
    columns: ["method", "code", ...told.flatMap(([, name]) => (spreads ? [name, "±"] : [name]))],
    rows: entries.map(({ name, latentDim, figures, spread }) => [
      name,
      latentDim,
      ...told.flatMap(([figure]) => (spreads ? [figures[figure], spread[figure]] : [figures[figure]])),
    ]),
  };
  const bars = ([figure, name]: (typeof LASTING)[number]): Panel => ({
    kind: "bars",
    title: name,
    see: `The ${name} of each method on held-out rows: more is better.`,
    valueName: name,
    names: entries.map((entry) => `${entry.name}, ${entry.latentDim}`),
    series: [{ name, values: entries.map(({ figures }) => figures[figure] ?? Number.NaN) }],
  });
  const sizes = new Set(entries.map(({ latentDim }) => latentDim).filter((size) => size > 0));
  const better = told.filter(([figure]) => !["heldOutError", "modelBytes"].includes(figure));
  const remade = shown.filter(({ reconstruction }) => reconstruction).map(({ name }) => name);
  const images: Panel[] =
    count > 0 && isImage(input.rowShape) && remade.length > 0
      ? [
          {
            kind: "image",
            title: "Held-out images",
            see: `From top to bottom: originals, ${remade.join(", ")}.`,
            png: await comparisonSheet(input, split, shown),
          },
        ]
      : [];
  const curve: Panel[] = sizes.size > 1 ? [errorPanel(entries, input)] : [];
  const over = spreads
    ? `Means over ${seeds.length} seeds, and the standard deviation (±) over these; each seed draws the held-out rows anew.`
    : "One seed, so that nothing tells how much the figures vary.";
  const units = scaling.kind === "none" ? "of the data" : `of the scale ${scaling.kind}`;
  return [
    {
      heading: "Comparison",
      text: `${over} Errors are squared and summed over a row, in units ${units}.`,
      panels: [table, ...curve, ...better.map(bars), ...images],
    },
    { heading: "Maps", panels: codesPanels(shown.slice(0, MOST_MAPS), input, count) },
  ];
}
