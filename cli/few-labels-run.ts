/**
 * @file Tables of what a few labels are worth, from the command line.
 */
import { byDimensionText, fewLabelsText, fromClustersText } from "../panels/few-labels-text.js";
import type { Dataset } from "../src/data/dataset.js";
import type { Matrix } from "../src/data/matrix.js";
import { kMeans } from "../src/methods/cluster/k-means.js";
import type { Coder } from "../src/methods/model.js";
import { fewLabelsByDimension } from "../src/tasks/few-labels/by-dimension.js";
import { rawFeatures } from "../src/tasks/few-labels/features.js";
import { fewLabels } from "../src/tasks/few-labels/few-labels.js";
import {
  clusterCount,
  fewLabelsFromClusters,
  labelsOfClusters,
} from "../src/tasks/few-labels/from-clusters.js";
import { fit } from "../src/training/fit.js";
import { UsageError } from "./exit.js";
import type { Messages } from "./messages.js";
import { WorkProgress } from "./progress.js";

export interface FewLabelsFlags {
  labeled?: number[];
  seeds?: number;
  dimensions?: number[];
  from?: "clusters";
  clusters?: number;
}

/** Tables for people, and the same for JSON. */
export interface FewLabelsTables {
  readonly text: string;
  readonly further: object;
}

/** True if a table is asked for. @throws UsageError for flags that want others. */
export function wantsTables({ labeled, seeds, dimensions, from, clusters }: FewLabelsFlags): boolean {
  if (clusters !== undefined && from === undefined) throw new UsageError("--clusters wants --from clusters");
  const wanted = labeled !== undefined || dimensions !== undefined || from !== undefined;
  if (seeds !== undefined && !wanted)
    throw new UsageError("--seeds wants a number of labels to draw: --labeled 10,50,100");
  return wanted;
}

/** The tables that flags ask for. */
export async function fewLabelsTables(
  model: Coder,
  { x }: Dataset,
  labels: readonly string[],
  flags: FewLabelsFlags & { readonly heldOut: number; readonly seed: number },
  messages: Messages,
  signal: AbortSignal,
): Promise<FewLabelsTables> {
  const { labeled, seeds, seed, heldOut, dimensions, from, clusters } = flags;
  const progress = (name: string) => {
    const shown = new WorkProgress<{ readonly fraction: number }>(messages, name, () => "of the work");
    return (now: { readonly fraction: number }) => shown.update(now);
  };
  const drawn = { labeled, seeds, seed, heldOut, signal };
  const texts: string[] = [];
  const further: Record<string, object> = {};
  if (dimensions === undefined && from === undefined) {
    const found = await fewLabels(model, x, labels, { ...drawn, onProgress: progress("few labels") });
    texts.push(fewLabelsText(found));
    further.fewLabels = found;
  }
  if (dimensions !== undefined) {
    const raw = rawFeatures("evaluate", x, model);
    const options = { ...drawn, dimensions, onProgress: progress("few labels by dimension") };
    const found = await fewLabelsByDimension(raw, labels, options);
    texts.push(byDimensionText(found));
    further.fewLabelsByDimension = found;
  }
  if (from === "clusters") {
    const options = { ...drawn, clusters, onProgress: progress("few labels from clusters") };
    const found = await fewLabelsFromClusters(model, x, labels, options);
    texts.push(fromClustersText(found));
    further.fewLabelsFromClusters = found;
  }
  messages.endLine();
  return { text: texts.join("\n"), further };
}

/** The label that the cluster of every row has from the rows learned from; `""` where it has none. */
export async function labelsFromClusters(
  codes: Matrix,
  labels: readonly string[],
  learned: Uint32Array,
  { clusters, seed }: { readonly clusters?: number; readonly seed: number },
): Promise<readonly string[]> {
  const given = new Array<string>(labels.length).fill("");
  for (const row of learned) given[row] = labels[row]!;
  const method = kMeans({ clusters: clusters ?? clusterCount(labels) });
  return labelsOfClusters((await fit(method, codes, { seed })).labels, given);
}
