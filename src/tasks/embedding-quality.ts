/**
 * @file Quality of an embedding: neighbors that it keeps, and labels together.
 */
import { isQuantity } from "../data/labels.js";
import { type Matrix, takeRows } from "../data/matrix.js";
import { leaveOneOutAccuracy } from "../metrics/neighbors-accuracy.js";
import { trustworthiness } from "../metrics/trustworthiness.js";
import { random } from "../random.js";

/** Rows up to which all are looked at: what is counted are ranks among all pairs. */
const MOST_ROWS = 5000;
/** Neighbors on the map that should be neighbors in the data, and those that vote on a label. */
const TRUSTED = 10;
const VOTERS = 5;

interface Settings {
  /** Chooses the rows. */
  readonly seed: number;
}

export interface EmbeddingQuality {
  /** Rows that were looked at, drawn at random where these are not all. */
  readonly rows: number;
  readonly metrics: {
    /** In [0, 1]: 1 if all near neighbors on the map are such in the data. */
    readonly trustworthiness?: number;
    /** Share of rows whose neighbors on the map vote for their label. */
    readonly knnAccuracy?: number;
  };
}

/**
 * As far as there are rows, complete numbers and labels for them.
 * @param x rows `[n, d]`, scaled as the method saw them. @param codes `[n, k]` of the rows of x.
 */
export async function embeddingQuality(
  x: Matrix,
  codes: Matrix,
  labels: readonly string[] | undefined,
  { seed }: Settings,
): Promise<EmbeddingQuality> {
  const rows = random(seed).fork("embedding metrics").permutation(x.rows).subarray(0, MOST_ROWS).sort();
  const own = takeRows(x, rows);
  const placed = takeRows(codes, rows);
  const complete = own.data.every(Number.isFinite);
  const labeled = labels ? Uint32Array.from(rows.keys()).filter((i) => labels[rows[i]!] !== "") : [];
  const classes = Array.from(labeled, (i) => labels![rows[i]!]!);
  const told = new Set(classes).size > 1 && !isQuantity(classes);
  const metrics = {
    ...(complete &&
      rows.length > 2 * TRUSTED && {
        trustworthiness: await trustworthiness(own, placed, { nNeighbors: TRUSTED }),
      }),
    ...(told &&
      labeled.length > VOTERS && {
        knnAccuracy: await leaveOneOutAccuracy(takeRows(placed, labeled), classes, { nNeighbors: VOTERS }),
      }),
  };
  return { rows: rows.length, metrics };
}
