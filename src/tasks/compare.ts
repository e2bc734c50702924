/**
 * @file Judging a method on rows it has not seen: fitted on one part of the data, counted on the other.
 */
import { type Matrix, type Numbers, takeRows } from "../data/matrix.js";
import type { Sequences } from "../data/sequences.js";
import type { Coder } from "../methods/model.js";
import { explainedVarianceRatio, squaredErrorPerSample } from "../metrics/reconstruction.js";
import type { SequenceSplit, Split } from "../metrics/split.js";
import { columnCenter, labelMetrics, ofModel } from "./quality.js";
import { settled } from "./settled.js";

/** A fitted method and what it is worth. */
export interface Contender {
  readonly name: string;
  readonly model: Coder;
  /** Codes of all rows. */
  readonly codes: Matrix;
  /** Held-out rows as the model gives them back; `undefined` for one that only encodes. */
  readonly reconstruction: Numbers | undefined;
  readonly metrics: Readonly<Record<string, number>>;
  /** Reason why there are no figures about labels, where there are labels. */
  readonly withoutLabels?: string;
  /** Time of the fit. */
  readonly seconds: number;
}

/** Data to judge on: rows `[n, d]`, and labels, one a row, if there are any. */
interface Judged {
  readonly x: Numbers;
  readonly sequences?: Sequences;
  readonly labels?: readonly string[];
}

/** Rows to learn from. */
type Learned = Pick<Judged, "x" | "sequences">;

/**
 * Fits on the training rows, and counts errors on the others against the mean of the training rows.
 * @param split of methods of sequences by `heldOutLast`. @param fit fits on rows; it may leave some of them out.
 */
export async function judge(
  data: Judged,
  split: Split | SequenceSplit,
  fit: (learned: Learned) => Promise<Coder>,
): Promise<Contender> {
  const { x, labels } = data;
  const learned = takeRows(x, split.train);
  const sequences = "trainSequences" in split ? split.trainSequences : undefined;
  const started = performance.now();
  const model = await fit({ x: learned, ...(sequences && { sequences }) });
  const seconds = (performance.now() - started) / 1000;
  const unseen = takeRows(x, split.test);
  const codes = await model.encode(ofModel(model, data));
  const reconstruction = model.partNames.includes("reconstruct")
    ? await reconstructed(model, data, split.test)
    : undefined;
  const told = labels && (await settled(() => labelMetrics(codes, labels, split)));
  return {
    name: model.method,
    model,
    codes,
    reconstruction,
    metrics: {
      ...(reconstruction && {
        squaredErrorPerSample: squaredErrorPerSample(unseen, reconstruction),
        explainedVarianceRatio: explainedVarianceRatio(unseen, reconstruction, columnCenter(learned)),
      }),
      ...told?.value,
    },
    ...(told?.reason !== undefined && { withoutLabels: told.reason }),
    seconds,
  };
}

/** Some rows as a model makes them: of sequences, out of all there are. */
async function reconstructed(model: Coder, data: Judged, rows: Uint32Array): Promise<Numbers> {
  if (!model.sequential) return model.reconstructWide(takeRows(data.x, rows));
  return takeRows(await model.reconstructWide(ofModel(model, data)), rows);
}
