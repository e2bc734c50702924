/**
 * @file On one thread or on all: large products want many threads, and many small steps are faster on one than on several
 * that wait for each other. Both give the same bits, so training can try.
 */
import type { RunArguments, TrainingProgram } from "../engine/training-program.js";

/** Seconds of training after which it pays to compile a second program. */
const WARM_UP_SECONDS = 0.4;
/** Runs of each program in a trial, in turn: the best counts, since other work on the machine comes and goes. */
const TRIAL_RUNS = 3;
/** All threads have to be faster by so much: else they are of more use to others. */
const WORTH_ALL = 1.03;
/** Runs from a trial to the next: few at first and after a change, twice as many where the lead was kept. */
const RUNS_BETWEEN_TRIALS = { least: 8, most: 64 };

/**
 * Runs `main`, and now and then tries whether `other` is faster.
 * @param other compiles the same program for one thread.
 */
export function race(main: TrainingProgram, other: () => Promise<TrainingProgram>): TrainingProgram {
  let challenger: TrainingProgram | undefined;
  let leader = main;
  let seconds = 0;
  let runsToTrial = 0;
  let pause = RUNS_BETWEEN_TRIALS.least;
  /** Seconds of a step in the trial under way, of each run. */
  const times = new Map<TrainingProgram, number[]>();

  async function timed(program: TrainingProgram, args: RunArguments) {
    const begun = performance.now();
    const result = await program.run(args);
    const elapsed = (performance.now() - begun) / 1000;
    seconds += elapsed;
    return { result, perStep: elapsed / args.learningRates.length };
  }

  function judge(rival: TrainingProgram): void {
    const cost = (program: TrainingProgram) =>
      Math.min(...times.get(program)!) * (program === main ? WORTH_ALL : 1);
    const change = cost(rival) < cost(leader);
    if (change) leader = rival;
    pause = change ? RUNS_BETWEEN_TRIALS.least : Math.min(2 * pause, RUNS_BETWEEN_TRIALS.most);
    runsToTrial = pause;
    times.clear();
  }

  return {
    scalars: main.scalars,
    initialSlots: () => main.initialSlots(),
    async run(args) {
      if (seconds < WARM_UP_SECONDS || runsToTrial > 0) {
        runsToTrial--;
        return (await timed(leader, args)).result;
      }
      challenger ??= await other();
      const rival = leader === main ? challenger : main;
      const runs = (program: TrainingProgram) => times.get(program) ?? [];
      const next = runs(rival).length <= runs(leader).length ? rival : leader;
      const { result, perStep } = await timed(next, args);
      times.set(next, [...runs(next), perStep]);
      if (runs(leader).length === TRIAL_RUNS) judge(rival);
      return result;
    },
    async release() {
      await main.release();
      await challenger?.release();
    },
  };
}
