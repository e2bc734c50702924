/**
 * @file Training from the first step to the last.
 */
import type { Epoch } from "../methods/model.js";
import type { Parameters } from "../methods/parameters.js";
import { type Progress, type TrainArguments, Trainer, type TrainingSnapshot } from "./trainer.js";

/**
 * Trains to the end; gives the parameters and the history.
 * @param onRun called after every run of steps. A later run may be put into the arrays of the snapshot's state.
 */
export async function train(
  args: TrainArguments,
  onRun: (snapshot: TrainingSnapshot, reports: readonly Progress[]) => void | Promise<void>,
): Promise<{ parameters: Parameters; history: readonly Epoch[] }> {
  const trainer = await Trainer.start(args);
  try {
    while (!trainer.done) {
      const { reports } = await trainer.advance();
      await onRun(trainer.snapshot, reports);
    }
    return { parameters: trainer.parameters(), history: trainer.snapshot.history };
  } finally {
    await trainer.release();
  }
}
