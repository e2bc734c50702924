/**
 * @file How well an embedding keeps neighbours, and labels together.
 */

import { isQuantity } from "../panels/label-colors.js";
import { type Matrix, takeRows } from "../src/data/matrix.js";
import { applyScale, fitScale, type ScaleKind } from "../src/data/scale.js";
import { leaveOneOutAccuracy } from "../src/metrics/neighbours-accuracy.js";
import { trustworthiness } from "../src/metrics/trustworthiness.js";
import { random } from "../src/random.js";
import type { Messages } from "./messages.js";

/** Rows up to which all are looked at: what is counted are ranks among all pairs. */
const MOST_ROWS = 5000;
/** Neighbours on the map that should be neighbours in the data, and those that vote on a label. */
const TRUSTED = 10;
const VOTERS = 5;

interface Settings {
  /** What was done to the columns before the fit, so that neighbours in the data are those the method saw. */
  readonly scale: ScaleKind;
  /** Chooses the rows. */
  readonly seed: number;
  readonly messages: Messages;
}

/**
 * As far as there are rows, complete numbers and labels for them.
 * @param codes `[n, k]` of the rows of x.
 */
export async function embeddingMetrics(
  x: Matrix,
  codes: Matrix,
  labels: readonly string[] | undefined,
  { scale, seed, messages }: Settings,
): Promise<{ trustworthiness?: number; knnAccuracy?: number }> {
  const rows = random(seed).fork("embedding metrics").permutation(x.rows).subarray(0, MOST_ROWS).sort();
  if (rows.length < x.rows)
    messages.note(`trustworthiness and knnAccuracy are of ${rows.length} rows drawn at random`);
  const own = applyScale(takeRows(x, rows), fitScale(x, scale));
  const placed = takeRows(codes, rows);
  const complete = own.data.every(Number.isFinite);
  const classes = Array.from(rows, (row) => labels?.[row] ?? "");
  const told = !classes.includes("") && new Set(classes).size > 1 && !isQuantity(classes);
  return {
    ...(complete &&
      rows.length > 2 * TRUSTED && {
        trustworthiness: await trustworthiness(own, placed, { nNeighbors: TRUSTED }),
      }),
    ...(told &&
      rows.length > VOTERS && {
        knnAccuracy: await leaveOneOutAccuracy(placed, classes, { nNeighbors: VOTERS }),
      }),
  };
}
