/**
 * @file Notes on a fit: what its method finds wrong with what it ended in, on some of the rows.
 */
import { type Matrix, takeRows } from "../data/matrix.js";
import { runtime } from "../engine/session.js";
import { input } from "../engine/tensor.js";
import type { ModelRecord } from "../files/model-file.js";
import { asConstants } from "../methods/evaluate.js";
import type { Method } from "../methods/method.js";

/** Rows that a method looks at; a share of them is told to 3 % or so. */
const MOST_ROWS = 256;

/** The record with the method's notes, if it has any. @param x the rows `[n, d]` it was fitted to, in the units of fitting. */
export async function withNotes(method: Method, record: ModelRecord, x: Matrix): Promise<ModelRecord> {
  if (!method.notes) return record;
  const { parameters } = record;
  const step = Math.max(1, x.rows / MOST_ROWS);
  const rows = Array.from({ length: Math.min(x.rows, MOST_ROWS) }, (_, i) => Math.floor(i * step));
  const sample = takeRows(x, rows);
  const notes = await method.notes({
    x: sample,
    rows,
    sequences: record.data.sequences ?? [x.rows],
    parameters,
    history: record.history,
    async run(outputs) {
      const given = input("x", ["rows", x.cols]);
      const program = await (await runtime()).program(outputs(given, asConstants(parameters)), {
        inputs: [given],
      });
      const { data } = sample;
      const found = await program.run({ x: { dtype: "float32", shape: [sample.rows, x.cols], data } });
      await program.release();
      return Object.fromEntries(
        Object.entries(found).map(([name, array]) => [name, array.data as Float32Array]),
      );
    },
  });
  return notes.length > 0 ? { ...record, notes } : record;
}
