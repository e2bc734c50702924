/**
 * @file On one thread or on all: large products want many threads, and many small steps are faster on one than on several
 * that wait for each other. Both give the same bits, so training can try.
 */
import type { RunArguments, TrainingProgram } from "../engine/training-program.js";

/** Seconds of training after which it pays to compile a second program. */
const WARM_UP_SECONDS = 1;
/** Runs between trials: other work on the machine comes and goes. */
const RUNS_BETWEEN_TRIALS = 40;
const TRIAL_RUNS = 2;

/**
 * Runs `main`, and now and then tries whether `other` is faster.
 * @param other compiles the same program for one thread.
 */
export function race(main: TrainingProgram, other: () => Promise<TrainingProgram>): TrainingProgram {
  let challenger: TrainingProgram | undefined;
  let champion = main;
  let seconds = 0;
  let runsToTrial = 0;
  // Best time of a step of each program in the trial under way.
  const times = new Map<TrainingProgram, number[]>();

  async function timed(program: TrainingProgram, args: RunArguments) {
    const begun = performance.now();
    const result = await program.run(args);
    const elapsed = (performance.now() - begun) / 1000;
    seconds += elapsed;
    return { result, perStep: elapsed / args.learningRates.length };
  }

  return {
    initialSlots: () => main.initialSlots(),
    async run(args) {
      if (seconds < WARM_UP_SECONDS || runsToTrial > 0) {
        runsToTrial--;
        return (await timed(champion, args)).result;
      }
      challenger ??= await other();
      const rivals = [main, challenger];
      const next = rivals.find((program) => (times.get(program) ?? []).length < TRIAL_RUNS) ?? champion;
      const { result, perStep } = await timed(next, args);
      times.set(next, [...(times.get(next) ?? []), perStep]);
      if (rivals.every((program) => times.get(program)?.length === TRIAL_RUNS)) {
        const best = (program: TrainingProgram) => Math.min(...times.get(program)!);
        champion = best(challenger) < best(main) ? challenger : main;
        times.clear();
        runsToTrial = RUNS_BETWEEN_TRIALS;
      }
      return result;
    },
    async release() {
      await main.release();
      await challenger?.release();
    },
  };
}
