/**
 * @file Clusters to look at: rows in the colors of their clusters, or the centers, of images.
 */
import type { Dataset } from "../src/data/dataset.js";
import { applyScale, fitScale, type ScaleKind, undoScale } from "../src/data/scale.js";
import type { KMeans } from "../src/methods/cluster/k-means.js";
import { pca } from "../src/methods/linear/pca.js";
import type { FittedModel } from "../src/methods/model.js";
import { robustUnits } from "../src/tasks/robust-units.js";
import { fit } from "../src/training/fit.js";
import { embeddingPicture } from "./embedding-picture.js";
import { imageSheet } from "./image-sheet.js";

/** Centers side by side on a sheet. */
const SHEET_COLUMNS = 10;

/** PNG of the centers, which are images of a shape. */
export function centersSheet(
  { centers, scaling }: KMeans & FittedModel,
  rowShape: readonly number[],
): Promise<Uint8Array> {
  // Without scaling they are where the rows are.
  const own = scaling.kind === "none" ? centers : undoScale(centers, scaling);
  return imageSheet(own, rowShape, SHEET_COLUMNS);
}

/**
 * SVG of rows at their first two principal components, in robust units where columns are scaled, so that no far row draws all others together.
 * @param labels the cluster of every row, -1 for none. @param name of the data.
 */
export async function clustersPicture(
  labels: Int32Array,
  clusters: number,
  { x, range, groups }: Dataset,
  scale: ScaleKind,
  name: string,
): Promise<string> {
  const hints = { range, groups };
  const units = scale === "standard" ? robustUnits(x, hints) : fitScale(x, scale, hints);
  const rows = applyScale(x, units);
  const model = await fit(pca({ latentDim: Math.min(2, x.rows, x.cols) }), rows, { seed: 0 });
  return embeddingPicture(
    await model.encode(rows),
    Array.from(labels, (label) => (label < 0 ? "none" : String(label))),
    `${name}: ${clusters} clusters`,
  );
}
