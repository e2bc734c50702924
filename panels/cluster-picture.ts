/**
 * @file Clusters to look at: rows in the colors of their clusters, or the centers, of images.
 */
import type { Matrix } from "../src/data/matrix.js";
import { undoScale } from "../src/data/scale.js";
import type { KMeans } from "../src/methods/cluster/k-means.js";
import { pca } from "../src/methods/linear/pca.js";
import type { FittedModel } from "../src/methods/model.js";
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

/** SVG of rows at their first two principal components. @param x rows as the clusters were fitted to them, scaled. @param name of the data. */
export async function clustersPicture(
  { labels, latentDim }: KMeans & { readonly latentDim: number },
  x: Matrix,
  name: string,
): Promise<string> {
  const model = await fit(pca({ latentDim: Math.min(2, x.rows, x.cols) }), x, { seed: 0 });
  return embeddingPicture(
    await model.encode(x),
    Array.from(labels, String),
    `${name}: ${latentDim} clusters`,
  );
}
