/**
 * @file Clusters to look at: rows in the colors of their clusters, or the centers, of images.
 */
import type { Dataset } from "../src/data/dataset.js";
import { fitScale, type ScaleKind, undoScale } from "../src/data/scale.js";
import type { KMeans } from "../src/methods/cluster/k-means.js";
import { pca } from "../src/methods/linear/pca.js";
import { fit } from "../src/training/fit.js";
import { embeddingPicture } from "./embedding-picture.js";
import { imageSheet } from "./image-sheet.js";

/** Centers side by side on a sheet. */
const SHEET_COLUMNS = 10;

/** PNG of the centers, which are images. @param scale of the fit. */
export function centersSheet(
  { centers }: KMeans,
  { x, rowShape }: Pick<Dataset, "x" | "rowShape">,
  scale: ScaleKind,
): Promise<Uint8Array> {
  return imageSheet(undoScale(centers, fitScale(x, scale)), rowShape!, SHEET_COLUMNS);
}

/** SVG of the rows at their first two principal components. @param scale of the fit. @param name of the data. */
export async function clustersPicture(
  { labels, latentDim }: KMeans & { readonly latentDim: number },
  { x }: Pick<Dataset, "x">,
  scale: ScaleKind,
  name: string,
): Promise<string> {
  const model = await fit(pca({ latentDim: Math.min(2, x.rows, x.cols) }), x, { scale, seed: 0 });
  return embeddingPicture(
    await model.encode(x),
    Array.from(labels, String),
    `${name}: ${latentDim} clusters`,
  );
}
