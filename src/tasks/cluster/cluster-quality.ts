/**
 * @file Quality of a clustering: by itself, and beside labels.
 */
import { areMeasured } from "../../data/labels.js";
import { takeRows } from "../../data/matrix.js";
import { adjustedRandIndex, normalizedMutualInformation } from "../../metrics/agreement.js";
import { silhouette } from "../../metrics/silhouette.js";
import { random } from "../../random.js";
import { labeledRows } from "../labeled.js";
import type { RowClustering } from "./cluster-rows.js";

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
    /** Inertia of k-means. */
    readonly inertia?: number;
    /** Mean silhouette of these rows, where they are of more than one cluster, and not each of its own. */
    readonly silhouette?: number;
    /** With labels that are classes. */
    readonly adjustedRandIndex?: number;
    readonly normalizedMutualInformation?: number;
  };
}

/**
 * Inertia and silhouette in the units of fitting, of the rows that are in a cluster, and with labels how far clusters agree with them, over the
 * rows that have one; there, rows in no cluster are a cluster of their own.
 * @param labels one a row, `""` where it is missing; measured numbers are not compared with clusters.
 */
export async function clusterQuality(
  { model, fitted, labels: clusters }: RowClustering,
  labels: readonly string[] | undefined,
  { seed }: Settings,
): Promise<ClusterQuality> {
  const among = Uint32Array.from(fitted.rows.keys()).filter((i) => model.labels[i]! >= 0);
  const drawn = random(seed).fork("silhouette").permutation(among.length).subarray(0, SILHOUETTE_ROWS);
  const rows = drawn.map((i) => among[i]!);
  const own = Int32Array.from(rows, (row) => model.labels[row]!);
  const kinds = new Set(own).size;
  const told = labeledRows(areMeasured(labels) ? undefined : labels);
  const found = Array.from(told, (row) => clusters[row]!);
  const given = Array.from(told, (row) => labels![row]!);
  const metrics = {
    ...("inertia" in model && { inertia: model.inertia }),
    ...(kinds > 1 && kinds < rows.length && { silhouette: await silhouette(takeRows(fitted.x, rows), own) }),
    ...(told.length > 0 && {
      adjustedRandIndex: adjustedRandIndex(found, given),
      normalizedMutualInformation: normalizedMutualInformation(found, given),
    }),
  };
  return { rows: rows.length, metrics };
}
