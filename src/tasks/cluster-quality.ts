/**
 * @file Quality of a clustering: by itself, and beside labels.
 */
import { type Matrix, takeRows } from "../data/matrix.js";
import type { KMeans } from "../methods/cluster/k-means.js";
import { adjustedRandIndex, normalizedMutualInformation } from "../metrics/agreement.js";
import { silhouette } from "../metrics/silhouette.js";
import { random } from "../random.js";
import { labeledRows } from "./labeled.js";

/** Rows up to which all have their part in the silhouette: it compares all pairs. */
const SILHOUETTE_ROWS = 5000;

interface Settings {
  /** Chooses the rows of the silhouette. */
  readonly seed: number;
}

export interface ClusterQuality {
  /** Rows that have their part in the silhouette, drawn at random where these are not all. */
  readonly rows: number;
  readonly metrics: {
    readonly inertia: number;
    /** Mean silhouette of these rows, where they are of more than one cluster, and not each of its own. */
    readonly silhouette?: number;
    /** With labels. */
    readonly adjustedRandIndex?: number;
    readonly normalizedMutualInformation?: number;
  };
}

/**
 * Inertia and silhouette in the units of fitting, and with labels how far clusters agree with them, over the rows that have one.
 * @param x `[n, d]`, the rows that the model was fitted on, scaled. @param labels one a row, `""` where it is missing.
 */
export async function clusterQuality(
  model: KMeans,
  x: Matrix,
  labels: readonly string[] | undefined,
  { seed }: Settings,
): Promise<ClusterQuality> {
  const rows = random(seed).fork("silhouette").permutation(x.rows).subarray(0, SILHOUETTE_ROWS);
  const clusters = Int32Array.from(rows, (row) => model.labels[row]!);
  const kinds = new Set(clusters).size;
  const told = labeledRows(labels);
  const own = Array.from(told, (row) => model.labels[row]!);
  const given = Array.from(told, (row) => labels![row]!);
  const metrics = {
    inertia: model.inertia,
    ...(kinds > 1 &&
      kinds < rows.length && {
        silhouette: await silhouette(takeRows(x, rows), clusters),
      }),
    ...(told.length > 0 && {
      adjustedRandIndex: adjustedRandIndex(own, given),
      normalizedMutualInformation: normalizedMutualInformation(own, given),
    }),
  };
  return { rows: rows.length, metrics };
}
