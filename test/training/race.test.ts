import { expect, test } from "vitest";
import type { RunArguments, TrainingProgram } from "../../src/engine/training-program.js";
import { random } from "../../src/random.js";
import { race } from "../../src/training/race.js";

/** Spins for so long a run; counts runs and releases. */
function program(milliseconds: () => number) {
  const seen = { runs: 0, released: 0 };
  const made: TrainingProgram = {
    scalars: {},
    initialSlots: () => ({}),
    async run({ state }) {
      seen.runs++;
      const until = performance.now() + milliseconds();
      while (performance.now() < until);
      return { state, losses: Float32Array.of(0), figures: {} };
    },
    async release() {
      seen.released++;
    },
  };
  return { made, seen };
}

const args: RunArguments = {
  state: {},
  data: {},
  order: new BigInt64Array(1),
  firstStep: 1,
  learningRates: [0],
  random: random(0),
};

test("the faster program takes most runs, and the lead can change", async () => {
  let mainTakes = 100;
  const main = program(() => mainTakes);
  const other = program(() => 20);
  const racing = race(main.made, async () => other.made);
  // Some runs of warm-up, three trial runs each, and runs of the winner between trials.
  for (let run = 0; run < 60; run++) await racing.run(args);
  expect(other.seen.runs).toBeGreaterThanOrEqual(40);
  mainTakes = 0;
  const before = main.seen.runs;
  for (let run = 0; run < 60; run++) await racing.run(args);
  expect(main.seen.runs - before).toBeGreaterThan(15);
  await racing.release();
  expect([main.seen.released, other.seen.released]).toEqual([1, 1]);
});

test("short training compiles one program alone", async () => {
  const main = program(() => 1);
  const racing = race(main.made, () => Promise.reject(new Error("compiled")));
  for (let run = 0; run < 20; run++) await racing.run(args);
  await racing.release();
  expect(main.seen).toEqual({ runs: 20, released: 1 });
});
