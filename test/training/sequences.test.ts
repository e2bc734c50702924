/** @file Rows that are moments of sequences: windows of them in training, and sequences in all that a model does. */
import { afterEach, expect, test } from "vitest";
import { type Matrix, matrix } from "../../src/data/matrix.js";
import { spansOf } from "../../src/data/sequences.js";
import { add, mean, mul, reshape, slice, square, sub } from "../../src/engine/index.js";
import { configureRuntime, type Encoder, fit, InterruptedError, load, pca } from "../../src/index.js";
import { float32, type Method } from "../../src/method.js";

const LENGTH = 4;

/** Rows (sequence, moment in it, anything) of sequences of these lengths. */
function moments(lengths: readonly number[]): Matrix {
  const rows: number[][] = [];
  lengths.forEach((length, sequence) => {
    for (let at = 0; at < length; at++) rows.push([sequence, at, Math.sin(rows.length)]);
  });
  return matrix(rows.length, 3, Float32Array.from(rows.flat()));
}

/**
 * Learns the mean w of the third column; the loss tells whether each window is of moments that follow one another in one sequence: it
 * is 0 then but for the distance to w. A code is the sum of its column over its sequence so far.
 */
function windowed(stride = 1): Method<Encoder> {
  return {
    name: "windowed",
    options: { stride },
    sequential: true,
    codeSize: () => 1,
    fitting: {
      kind: "trained",
      windows: { length: LENGTH, stride },
      initial: () => ({ w: float32([], [0]) }),
      defaults: { epochs: 3, batchSize: 2, learningRate: 0.1, optimizer: { name: "sgd" } },
      loss({ data }, p) {
        const x = data.x!;
        expect(x.shape.slice(1)).toEqual([LENGTH, 3]);
        const at = (column: number, from: number, to: number) =>
          slice(slice(x, 2, column, column + 1), 1, from, to);
        const change = (column: number) => sub(at(column, 1, LENGTH), at(column, 0, LENGTH - 1));
        const broken = add(mean(square(change(0))), mean(square(sub(change(1), 1))));
        const target = mean(reshape(at(2, 0, LENGTH), [x.shape[0]!, LENGTH]), 1);
        return { loss: add(mul(broken, 1e6), mean(square(sub(target, p.w!)))) };
      },
    },
    parts: () => ({}),
    procedures: () => ({
      async encode(x, _p, _pauses, sequences) {
        const codes = new Float32Array(x.rows);
        for (const { from, to } of spansOf(sequences)) {
          let sum = 0;
          for (let i = from; i < to; i++) codes[i] = sum += x.data[3 * i + 2]!;
        }
        return matrix(x.rows, 1, codes);
      },
    }),
    results: () => ({}),
  } as Method<Encoder>;
}

afterEach(() => configureRuntime({ backend: "auto", threads: undefined }));

const lengths = [6, 3, 9, 4];
const x = moments(lengths);

test.each(["auto", "wasm"] as const)(
  "windows stay within one sequence, on the backend %s",
  async (backend) => {
    configureRuntime({ backend });
    for (const stride of [1, 2, 5]) {
      const model = await fit(windowed(stride), x, { sequences: lengths, seed: 1 });
      for (const { loss } of model.history) expect(loss).toBeLessThan(2);
    }
    // Without their lengths, windows go from one sequence to the next.
    const across = await fit(windowed(), x, { seed: 1 });
    expect(across.history[0]!.loss).toBeGreaterThan(1e3);
  },
);

test("each window is met once an epoch", async () => {
  // Steps of all windows, of length 0: the mean of the loss is that of the windows.
  const windows = lengths.flatMap((length, sequence) => {
    const before = lengths.slice(0, sequence).reduce((a, b) => a + b, 0);
    return Array.from({ length: Math.max(0, length - LENGTH + 1) }, (_, i) => before + i);
  });
  expect(windows).toHaveLength(3 + 6 + 1);
  const meanOf = (from: number) =>
    Array.from({ length: LENGTH }, (_, i) => Math.sin(from + i)).reduce((a, b) => a + b, 0) / LENGTH;
  const want = windows.reduce((sum, from) => sum + meanOf(from) ** 2, 0) / windows.length;
  const model = await fit(windowed(), x, {
    sequences: lengths,
    learningRate: Number.MIN_VALUE,
    epochs: 1,
    batchSize: 3,
    validation: { x, sequences: lengths },
  });
  expect(model.history[0]!.loss).toBeCloseTo(want, 5);
  expect(model.history[0]!.validationLoss).toBeCloseTo(want, 5);
});

test("codes begin anew with every sequence, of rows as of a data set", async () => {
  const model = await fit(windowed(), x, { sequences: lengths });
  const { data } = await model.encode({ x, sequences: lengths });
  for (const { from } of spansOf(lengths)) expect(data[from]).toBe(x.data[3 * from + 2]);
  expect(data[2]).toBeCloseTo(Math.sin(0) + Math.sin(1) + Math.sin(2), 5);
  expect((await model.encode(x)).data[6]).not.toBe(data[6]);
  const set = { name: "set", format: "memory", x, sequences: lengths, notes: [] } as const;
  expect((await model.encode(set)).data).toEqual(data);
  const again = await fit(windowed(), set, { seed: model.seed });
  expect(again.parameters).toEqual(model.parameters);
});

test("training goes on from a checkpoint of the same sequences alone", async () => {
  const options = { sequences: lengths, validation: { x, sequences: lengths }, seed: 4 };
  const whole = await fit(windowed(), x, { ...options, epochs: 6 });
  let stop: InterruptedError | undefined;
  const controller = new AbortController();
  try {
    await fit(windowed(), x, {
      ...options,
      epochs: 6,
      signal: controller.signal,
      onProgress: ({ epoch }) => epoch >= 3 && controller.abort(),
    });
  } catch (error) {
    stop = error as InterruptedError;
  }
  expect(stop).toBeInstanceOf(InterruptedError);
  const resume = stop!.checkpoint;
  const { parameters, history } = await fit(windowed(), x, { ...options, resume });
  expect([parameters, history]).toEqual([whole.parameters, whole.history]);
  expect((await load(resume, windowed())).history.length).toBeGreaterThan(0);
  await expect(fit(windowed(), x, { ...options, sequences: [22], resume })).rejects.toThrow(
    "the checkpoint is of another set of sequences (lengths): 6, 3, 9, 4, not one",
  );
  await expect(fit(windowed(), x, { ...options, validation: x, resume })).rejects.toThrow(
    "other validation rows",
  );
});

test("sequences that do not fit end in a sentence", async () => {
  const said = (given: unknown) =>
    fit(windowed(), x, { sequences: given as number[] }).then(
      () => "",
      (error: Error) => `${error.name}: ${error.message}`,
    );
  expect(await said([6, 3])).toBe(
    "RangeError: fit windowed: lengths of sequences add up to 9, there are 22 rows",
  );
  expect(await said([22, 0])).toContain("must be integers ≥ 1, got 0 for sequence 2");
  expect(await said("22")).toBe("TypeError: fit windowed: sequences must be a list of lengths, got string");
  expect(await said(Array.from({ length: 22 }, () => 1))).toBe(
    "RangeError: fit windowed: a window has 4 rows, the longest sequence 1",
  );
  await expect(fit(pca({ latentDim: 1 }), x, { sequences: lengths })).rejects.toThrow(
    "fit pca: rows of pca stand by themselves: sequences does not apply",
  );
  const model = await fit(windowed(), x, { sequences: lengths });
  await expect(model.encode({ x, sequences: [3] })).rejects.toThrow("add up to 3, there are 22 rows");
});
