/**
 * @file Recognition in a report: components, the map of the labeled rows, and which labels are taken for which.
 */
import type { Dataset } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import type { Pca } from "../../src/methods/linear/pca.js";
import type { Coder } from "../../src/methods/model.js";
import { componentSheet } from "../component-sheet.js";
import { counted } from "../draw/words.js";
import type { ImagePanel, Section } from "../report.js";
import { spectrumPanel } from "./learned.js";
import { mapSection } from "./model.js";

/** More labels are no table that anybody reads. */
const MOST_LABELS = 40;

/** The mean and the components as images. */
export async function componentsPanel(
  model: Pick<Pca, "components" | "mean">,
  rowShape: readonly number[],
): Promise<ImagePanel> {
  return {
    kind: "image",
    title: "The mean and the components",
    see: "The mean image first, then the components, gray where they are 0: the directions in which images differ.",
    png: await componentSheet(model, rowShape),
  };
}

/** @param predicted labels of the rows of `test`. @param count rows whose content may be told. */
export async function recognitionSections(
  model: Coder & Pca,
  train: Dataset,
  test: Dataset,
  predicted: readonly string[],
  { count }: { readonly count: number },
): Promise<Section[]> {
  const spectrum = spectrumPanel(model);
  return [
    ...(test.labels ? confusions(test.labels, predicted) : []),
    ...(spectrum ? [{ heading: "Variance", panels: [spectrum] }] : []),
    ...(isImage(train.rowShape)
      ? [{ heading: "Components", panels: [await componentsPanel(model, train.rowShape)] }]
      : []),
    ...(await mapSection(model, train, count)),
  ];
}

function confusions(actual: readonly string[], predicted: readonly string[]): Section[] {
  const { compare } = new Intl.Collator("en", { numeric: true });
  const names = [...new Set([...actual.filter((label) => label !== ""), ...predicted])].sort(compare);
  if (names.length > MOST_LABELS) return [];
  const places = new Map(names.map((name, i) => [name, i]));
  const counts = new Float64Array(names.length ** 2);
  let told = 0;
  actual.forEach((label, i) => {
    if (label === "") return;
    counts[places.get(label)! * names.length + places.get(predicted[i]!)!]!++;
    told++;
  });
  return [
    {
      heading: "Recognition",
      text: `${counted(told, "row")} with a label to compare with.`,
      panels: [
        {
          kind: "heatMap",
          title: "Labels and what they were taken for",
          see: "A line for each label, a column for each that was predicted: numbers of rows. All that stands beside the diagonal is mistaken.",
          rowNames: names,
          columnNames: names,
          values: counts,
        },
      ],
    },
  ];
}
