/**
 * @file Clusters to look at: rows in the colors of their clusters, or the centers, of images.
 */
import type { Dataset } from "../src/data/dataset.js";
import { takeRows } from "../src/data/matrix.js";
import { applyScale, type ScaleKind, undoScale } from "../src/data/scale.js";
import type { KMeans } from "../src/methods/cluster/k-means.js";
import { pca } from "../src/methods/linear/pca.js";
import type { FittedModel } from "../src/methods/model.js";
import { unitsAmongFarRows } from "../src/tasks/robust-units.js";
import { fit } from "../src/training/fit.js";
import { imageSheet } from "./image-sheet.js";
import type { ImagePanel, ScatterPanel } from "./report.js";
import { nameOf, placesBy } from "./sections/map.js";
import { pointsOf, sampleOf } from "./sections/rows.js";
import { shownPercent } from "./text-table.js";

/** Centers side by side on a sheet. */
const SHEET_COLUMNS = 10;

/** The centers, which are images of a shape. */
export async function centersPanel(
  { centers, scaling }: KMeans & FittedModel,
  rowShape: readonly number[],
): Promise<ImagePanel> {
  // Without scaling they are where the rows are.
  const own = scaling.kind === "none" ? centers : undoScale(centers, scaling);
  return {
    kind: "image",
    title: `Centers of ${centers.rows} clusters`,
    see: "The center of each cluster as an image: the mean of its rows.",
    png: await imageSheet(own, rowShape, SHEET_COLUMNS),
  };
}

/**
 * Rows at their first two principal components, in the colors of their clusters; in robust units where columns are scaled, so that no
 * far row draws all others together.
 * @param labels the cluster of every row, -1 for none. @param count rows whose content may be told.
 */
export async function clustersPanel(
  { method, seed }: FittedModel,
  labels: Int32Array,
  input: Dataset,
  scale: ScaleKind,
  count: number,
): Promise<ScatterPanel> {
  const { x: given, range, groups } = input;
  const x = applyScale(given, unitsAmongFarRows(given, scale, { range, groups }));
  const drawn = sampleOf({ x });
  const own = drawn.length === x.rows ? x : takeRows(x, drawn);
  const latentDim = Math.min(2, own.rows, own.cols);
  // Directions of the clusters: rows in none may be so far out that theirs would be the only one.
  const inside = Array.from(drawn.keys()).filter((i) => labels[drawn[i]!]! >= 0);
  const learned = inside.length > latentDim ? takeRows(own, inside) : own;
  const model = await fit(pca({ latentDim }), learned, { seed: 0 });
  const named = (j: number) =>
    `component ${j + 1} (${shownPercent(model.explainedVarianceRatio[j]!)} of the variance)`;
  const found = new Set(labels.filter((label) => label >= 0)).size;
  return {
    kind: "scatter",
    title: `${nameOf(input)}: ${found} ${found === 1 ? "cluster" : "clusters"}`,
    see: "A point for every row at its first two principal components, in the color of its cluster. Clusters that overlap here may lie apart in other directions.",
    ...placesBy(await model.encode(own), named),
    caption: `${method}, seed ${seed}`,
    ...pointsOf(input, drawn, count),
    color: {
      name: "cluster",
      labels: Array.from(drawn, (row) => nameOfCluster(labels[row]!)),
      classes: true,
    },
  };
}

/** The cluster in words: none for rows that are in none. */
const nameOfCluster = (label: number): string => (label < 0 ? "none" : String(label));
