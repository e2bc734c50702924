/**
 * @file Methods side by side in a report: figures, held-out images and what each makes of them, maps of their codes.
 */
import type { Dataset } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import type { Split } from "../../src/metrics/split.js";
import type { Contender } from "../../src/tasks/compare.js";
import { codesPanels, comparisonSheet } from "../comparison-picture.js";
import { grouped } from "../draw/words.js";
import type { Panel, Section } from "../report.js";

/** @param count rows whose content may be told. */
export async function comparisonSections(
  contenders: readonly Contender[],
  input: Dataset,
  split: Split,
  count: number,
): Promise<Section[]> {
  const names = [...new Set(contenders.flatMap(({ metrics }) => Object.keys(metrics)))];
  const remade = contenders.filter(({ reconstruction }) => reconstruction).map(({ name }) => name);
  const figures: Panel = {
    kind: "table",
    title: "Figures on held-out rows",
    see: `A line for each method: figures on ${grouped(split.test.length)} rows that none has seen.`,
    columns: ["method", ...names],
    rows: contenders.map(({ name, metrics }) => [name, ...names.map((figure) => metrics[figure])]),
  };
  const bars = (figure: string): Panel => ({
    kind: "bars",
    title: figure,
    see: `The ${figure} of each method on held-out rows: more is better.`,
    valueName: figure,
    names: contenders.map(({ name }) => name),
    series: [{ name: figure, values: contenders.map(({ metrics }) => metrics[figure] ?? Number.NaN) }],
  });
  const better = names.filter((name) => /Accuracy$|^explainedVarianceRatio$/.test(name));
  const images: Panel[] =
    count > 0 && isImage(input.rowShape) && remade.length > 0
      ? [
          {
            kind: "image",
            title: "Held-out images",
            see: `From top to bottom: originals, ${remade.join(", ")}.`,
            png: await comparisonSheet(input, split, contenders),
          },
        ]
      : [];
  return [
    { heading: "Comparison", panels: [figures, ...better.map(bars), ...images] },
    { heading: "Maps", panels: codesPanels(contenders, input, count) },
  ];
}
