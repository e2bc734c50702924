/**
 * @file How well an embedding keeps neighbours, and labels together.
 */
import { type Matrix, takeRows } from "../src/data/matrix.js";
import type { ScaleKind } from "../src/data/scale.js";
import { kNearestWithin } from "../src/linalg/neighbours/nearest-neighbours.js";
import { random } from "../src/random.js";
import { isQuantity } from "./label-colors.js";
import type { Messages } from "./messages.js";

/** Rows up to which all are looked at: what is counted are ranks among all pairs. */
const MOST_ROWS = 5000;

interface Settings {
  /** What was done to the columns before the fit, so that neighbours are those the method saw. */
  readonly scale: ScaleKind;
  readonly seed: number;
  readonly messages: Messages;
}

/** @param codes `[n, k]` of the rows of x. */
export async function embeddingMetrics(
  x: Matrix,
  codes: Matrix,
  labels: readonly string[] | undefined,
  { seed, messages }: Settings,
): Promise<Record<string, number>> {
  if (x.rows > MOST_ROWS) messages.note(`neighbours are compared on ${MOST_ROWS} rows drawn at random`);
  const rows = random(seed).fork("embedding metrics").permutation(x.rows).subarray(0, MOST_ROWS);
  const placed = takeRows(codes, rows);
  const classes = labels && !isQuantity(labels) ? Array.from(rows, (row) => labels[row]!) : undefined;
  return {
    ...(classes && { knnAccuracy: await leaveOneOutAccuracy(placed, classes) }),
  };
}

/** Share of rows whose label is that of most of their 5 nearest, of equally frequent ones that of the nearest. */
async function leaveOneOutAccuracy(z: Matrix, labels: readonly string[]): Promise<number> {
  const k = Math.min(5, z.rows - 1);
  if (k < 1) return 0;
  const { indices } = await kNearestWithin(z, k);
  let hits = 0;
  for (let i = 0; i < z.rows; i++) {
    const votes = new Map<string, number>();
    for (const row of indices.subarray(i * k, (i + 1) * k)) {
      votes.set(labels[row]!, (votes.get(labels[row]!) ?? 0) + 1);
    }
    const most = Math.max(...votes.values());
    const [winner] = [...votes].find(([, count]) => count === most)!;
    if (winner === labels[i]) hits++;
  }
  return hits / z.rows;
}
