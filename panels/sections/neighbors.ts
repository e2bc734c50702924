/**
 * @file Rows and those most similar to them: images side by side, others among all rows; and in a table.
 */
import { type Dataset, rowInFile } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import { matrix, rounded, takeRows } from "../../src/data/matrix.js";
import { pca } from "../../src/methods/linear/pca.js";
import type { SimilarRows } from "../../src/tasks/similar-rows.js";
import { fit } from "../../src/training/fit.js";
import { counted } from "../draw/words.js";
import { viewSheet } from "../image-sheet.js";
import type { ImagePanel, Panel, ScatterPanel, Section } from "../report.js";
import { shownPercent } from "../text-table.js";
import { nameOf, placesBy } from "./map.js";
import { contentsOf, sampleOf } from "./rows.js";

/** Images in a column of the sheet, and beside each other. */
const MOST_LINES = 20;
const MOST_NEIGHBORS = 15;

/** Rows that were asked about and their neighbors in one picture. @param asked data that these rows are of. */
export function neighborsPanel(
  found: SimilarRows,
  input: Dataset,
  asked: Dataset,
): Promise<ImagePanel | ScatterPanel> {
  const images = isImage(input.rowShape) && asked.x.cols === input.x.cols;
  return images ? sheetPanel(found, input, asked, input.rowShape!) : mapPanel(found, input, asked);
}

async function sheetPanel(
  { rows, k, indices }: SimilarRows,
  input: Dataset,
  asked: Dataset,
  shape: readonly number[],
): Promise<ImagePanel> {
  const lines = Math.min(MOST_LINES, rows.length);
  const across = Math.min(MOST_NEIGHBORS, k);
  const originals = rounded(takeRows(asked.x, rows.slice(0, lines)), asked.name);
  const neighbors = Array.from({ length: across }, (_, rank) => {
    const places = Uint32Array.from({ length: lines }, (__, i) => indices[i * k + rank]!);
    return rounded(takeRows(input.x, places), input.name);
  });
  const left = rows.length > lines ? `; the first ${lines} of ${counted(rows.length, "row")} are drawn` : "";
  return {
    kind: "image",
    title: `${nameOf(input)}: similar images`,
    see: "In each line an image and behind it those most similar to it, the nearest first.",
    png: await viewSheet(originals, neighbors, shape),
    caption: `${counted(k, "neighbor")} of each${left}`,
  };
}

const [ASKED, NEAR, OTHERS] = ["asked about", "neighbor", "other"] as const;

async function mapPanel(
  { rows, k, indices, compared, asked: codes }: SimilarRows,
  input: Dataset,
  asked: Dataset,
): Promise<ScatterPanel> {
  const near = new Set(indices);
  const own = asked === input ? new Set(rows) : new Set<number>();
  const marked = [...near, ...own];
  const places = Uint32Array.from(new Set([...sampleOf({ x: compared }), ...marked])).sort();
  const kept = takeRows(compared, places);
  const further = asked === input ? matrix(0, compared.cols) : codes;
  const points = matrix(kept.rows + further.rows, compared.cols);
  points.data.set(kept.data);
  points.data.set(further.data, kept.data.length);
  const latentDim = Math.min(2, kept.rows, kept.cols);
  const model = await fit(pca({ latentDim }), kept, { seed: 0 });
  const named = (j: number) =>
    `component ${j + 1} (${shownPercent(model.explainedVarianceRatio[j]!)} of the variance)`;
  const kindOf = (row: number) => (own.has(row) ? ASKED : near.has(row) ? NEAR : OTHERS);
  return {
    kind: "scatter",
    title: `${nameOf(input)}: similar rows`,
    see: "A point for every row at the first two principal components of what was compared: rows that were asked about, and those most similar to them. Rows that lie together here may lie apart in other directions.",
    ...placesBy(await model.encode(points), named),
    caption: `${counted(k, "neighbor")} of each`,
    rowsInAll: compared.rows + further.rows,
    color: {
      name: "row",
      under: OTHERS,
      labels: [...Array.from(places, kindOf), ...Array.from({ length: further.rows }, () => ASKED)],
    },
  };
}

/** @param count lines whose content may be told. @param ofModel method whose codes were compared. */
export async function neighborSections(
  found: SimilarRows,
  input: Dataset,
  asked: Dataset,
  { count, ofModel }: { readonly count: number; readonly ofModel?: string | undefined },
): Promise<Section[]> {
  const { rows, k, indices, distances, recall } = found;
  const lines = Math.min(count, indices.length);
  const shown = indices.slice(0, lines);
  const told = contentsOf(input, new Set(shown));
  const table: Panel = {
    kind: "table",
    title: "Rows and their neighbors",
    see: `A line for each neighbor of the rows that were asked about, the nearest first, with its distance and its columns${lines < indices.length ? `; the first ${lines} of ${indices.length}` : ""}.`,
    columns: ["row", "rank", "neighbor", "distance", ...told.columns],
    rows: Array.from(shown, (neighbor, i) => [
      rowInFile(asked, rows[Math.floor(i / k)]!),
      1 + (i % k),
      rowInFile(input, neighbor),
      distances[i]!,
      ...told.rows.get(neighbor)!,
    ]),
  };
  const compared = ofModel === undefined ? "their columns in comparable units" : `their codes by ${ofModel}`;
  const approximate = recall < 1 ? `, ${shownPercent(recall)} of them the nearest by a sample` : "";
  return [
    {
      heading: "Similar rows",
      text: `${counted(k, "neighbor")} of each of ${counted(rows.length, "row")}, by ${compared}${approximate}.`,
      panels: [
        ...(count > 0 || !isImage(input.rowShape) ? [await neighborsPanel(found, input, asked)] : []),
        ...(count > 0 ? [table] : []),
      ],
    },
  ];
}
