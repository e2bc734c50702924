/** @file State with a slice for every row of the data, and state that is projected after each step. */
import { expect, test } from "vitest";
import { compileTraining } from "../../src/engine/compile-training.js";
import * as engine from "../../src/engine/index.js";
import { type OptimizerSpec, optimizer } from "../../src/engine/optimizers.js";
import type { Batch, TrainingState } from "../../src/engine/training-program.js";
import { random } from "../../src/random.js";
import { expectClose, float32 } from "../golden/golden.js";

const [n, d, k, batchSize] = [20, 5, 2, 4];
const { gather, matmul, mean, square, sub, sum } = engine;
const stream = random(5);
const x = float32([n, d], stream.fillNormal(new Float32Array(n * d)));
const start = {
  codes: float32([n, k], stream.fillNormal(new Float32Array(n * k))),
  w: float32([k, d], stream.fillNormal(new Float32Array(k * d))),
};
// Two epochs and a bit, so that rows are met again within one run.
const steps = 12;
const order = BigInt64Array.from({ length: steps * batchSize }, (_, i) => BigInt((i * 7) % n));

const squaredError = (batch: Batch, z: engine.Tensor, w: engine.Tensor) =>
  mean(sum(square(sub(matmul(z, w), batch.data.x!)), 1));

interface Way {
  optimizer?: OptimizerSpec;
  perRow?: Record<string, number>;
  lengths?: readonly number[];
  project?: (updated: engine.Tensor) => engine.Tensor;
}

async function train({ optimizer: spec = { name: "sgd" }, perRow, lengths = [steps], project }: Way) {
  const program = await compileTraining(
    {
      data: { x: [d] },
      state: { codes: [n, k], w: [k, d] },
      trainable: ["codes", "w"],
      ...(perRow && { perRow }),
      loss: (batch, p) => ({
        loss: squaredError(batch, perRow ? p.codes! : gather(p.codes!, batch.rows()), p.w!),
        ...(project && { project: { w: project } }),
      }),
      optimizer: optimizer(spec),
      batchSize,
    },
    await engine.runtime(),
  );
  let state: TrainingState = { ...start, ...program.initialSlots() };
  let taken = 0;
  for (const count of lengths) {
    const result = await program.run({
      state,
      data: { x },
      order: order.slice(taken * batchSize, (taken + count) * batchSize),
      firstStep: taken + 1,
      learningRates: new Array<number>(count).fill(0.05),
      random: random(1),
    });
    state = result.state;
    taken += count;
  }
  await program.release();
  return state;
}

test("without moments, slices by row are what gathering from the whole array gives", async () => {
  const before = start.codes.data.slice();
  const [whole, sliced] = [await train({}), await train({ perRow: { codes: 1 } })];
  expectClose(sliced.codes!.data as Float32Array, [...(whole.codes!.data as Float32Array)], 1e-6, "codes");
  expectClose(sliced.w!.data as Float32Array, [...(whole.w!.data as Float32Array)], 1e-6, "w");
  expect(start.codes.data).toEqual(before);
});

test.each([{ name: "adam" }, { name: "sgd", momentum: 0.9 }] as const)(
  "$name: the same bits however many steps a run holds, and moments move only with their row",
  async (spec) => {
    const way = { optimizer: spec, perRow: { codes: 3 } };
    const [together, apart] = [await train(way), await train({ ...way, lengths: [1, 4, 2, 5] })];
    expect(apart).toEqual(together);
    const once = await train({ ...way, lengths: [1] });
    const met = new Set([...order.slice(0, batchSize)].map(Number));
    for (let row = 0; row < n; row++) {
      const slot = (once["codes.slot0"]!.data as Float32Array).subarray(row * k, (row + 1) * k);
      expect(slot.some((value) => value !== 0)).toBe(met.has(row));
      const code = (once.codes!.data as Float32Array).subarray(row * k, (row + 1) * k);
      const was = (start.codes.data as Float32Array).subarray(row * k, (row + 1) * k);
      if (!met.has(row)) expect(code).toEqual(was);
    }
  },
);

test("the learning rate is multiplied for slices alone", async () => {
  const [one, three] = [
    await train({ perRow: { codes: 1 }, lengths: [1] }),
    await train({ perRow: { codes: 3 }, lengths: [1] }),
  ];
  expect(three.w).toEqual(one.w);
  const moves = ({ codes }: TrainingState) =>
    [...(codes!.data as Float32Array)].map((value, i) => value - (start.codes.data[i] as number));
  // The difference of two numbers near 1 keeps float32 rounding.
  expectClose(
    moves(three),
    moves(one).map((move) => 3 * move),
    1e-5,
    "three times as far",
  );
});

test("trained state is projected after every step", async () => {
  const project = (w: engine.Tensor) => engine.l2Normalize(w, 1, 0);
  const { w } = await train({ project });
  for (let row = 0; row < k; row++) {
    const norm = Math.hypot(...(w!.data as Float32Array).subarray(row * d, (row + 1) * d));
    expect(Math.abs(norm - 1)).toBeLessThan(1e-6); // float32 rounding
  }
});
