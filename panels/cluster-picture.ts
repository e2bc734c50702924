/**
 * @file Clusters to look at: rows in the colors of their clusters, or the centers, of images.
 */
import type { Dataset } from "../src/data/dataset.js";
import { type ScaleKind, undoScale } from "../src/data/scale.js";
import type { KMeans } from "../src/methods/cluster/k-means.js";
import type { FittedModel } from "../src/methods/model.js";
import { imageSheet } from "./image-sheet.js";
import type { ImagePanel, ScatterPanel } from "./report.js";
import { coloredRows } from "./row-map.js";
import { nameOf } from "./sections/map.js";

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
 * Rows at their first two principal components, in the colors of their clusters.
 * @param labels the cluster of every row, -1 for none. @param count rows whose content may be told.
 */
export async function clustersPanel(
  { method, seed }: FittedModel,
  labels: Int32Array,
  input: Dataset,
  scale: ScaleKind,
  count: number,
): Promise<ScatterPanel> {
  const found = new Set(labels.filter((label) => label >= 0)).size;
  return {
    kind: "scatter",
    title: `${nameOf(input)}: ${found} ${found === 1 ? "cluster" : "clusters"}`,
    see: "A point for every row at its first two principal components, in the color of its cluster. Clusters that overlap here may lie apart in other directions.",
    caption: `${method}, seed ${seed}`,
    ...(await coloredRows(input, scale, count, {
      name: "cluster",
      label: (row) => nameOfCluster(labels[row]!),
      usual: (row) => labels[row]! >= 0,
    })),
  };
}

/** The cluster in words: none for rows that are in none. */
const nameOfCluster = (label: number): string => (label < 0 ? "none" : String(label));
