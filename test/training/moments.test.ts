/** @file Models of sequences and tables whose rows are moments: ordered to be computed, and given back in their places. */
import { expect, test } from "vitest";
import {
  type Dataset,
  paddedRows,
  readData,
  recordsTable,
  tableDataset,
  takeRows,
  windows,
  writeNpy,
} from "../../src/data/index.js";
import { matrix } from "../../src/data/matrix.js";
import { spansOf } from "../../src/data/sequences.js";
import { type Coder, fit, hiddenError, impute, load, pca } from "../../src/index.js";
import { float32, type Method } from "../../src/method.js";
import { random } from "../../src/random.js";
import { reconstructionMetrics } from "../../src/tasks/quality.js";

/** Follows each column of a sequence: its code is the last number known, from 0; so is its reconstruction. */
function follower({ acceptsMissing = true } = {}): Method<Coder> {
  const follow = async (
    x: { data: Float32Array; rows: number; cols: number },
    _p: unknown,
    _pauses: unknown,
    sequences: readonly number[],
  ) => {
    const out = matrix(x.rows, x.cols);
    for (const { from, to } of spansOf(sequences))
      for (let j = 0; j < x.cols; j++)
        for (let i = from, last = 0; i < to; i++) {
          const value = x.data[i * x.cols + j]!;
          // Numbers that there are count half, so that filling has to go on to its end.
          if (!Number.isNaN(value)) last = (last + value) / 2;
          out.data[i * x.cols + j] = last;
        }
    return out;
  };
  return {
    name: "follower",
    options: {},
    sequential: true,
    acceptsMissing,
    codeSize: (d) => d,
    fitting: { kind: "solved", solve: async () => ({ none: float32([1], [0]) }) },
    parts: () => ({}),
    procedures: () => ({ encode: follow, reconstruct: follow }),
    results: () => ({}),
  } as Method<Coder>;
}

const stream = random(3);
const sorted = ["u", "v", "w"].flatMap((g, k) =>
  Array.from({ length: [5, 3, 1][k]! }, (_, t) => ({ g, t, a: stream.normal(), b: stream.normal() })),
);
const places = [2, 8, 0, 5, 1, 7, 3, 6, 4];
const mixed = places.map((i) => sorted[i]!);
const told = { time: "t", group: "g" };
const inOrder = recordsTable(sorted);
const outOfOrder = recordsTable(mixed);

test("a table's codes stand in the places of its rows", async () => {
  const data = tableDataset(inOrder, "memory", told);
  const model = await fit(follower(), data, { scale: "none" });
  const again = await load<Coder>(model.save(), follower());
  expect(again.encoding).toEqual(data.encoding);
  const codes = await model.encode(inOrder);
  expect([...codes.data.subarray(0, 2)]).toEqual([sorted[0]!.a / 2, sorted[0]!.b / 2].map(Math.fround));
  for (const one of [model, again]) {
    expect(await one.encode(outOfOrder)).toEqual(takeRows(codes, places));
    expect(await one.reconstructWide(outOfOrder)).toEqual(
      takeRows(await one.reconstructWide(inOrder), places),
    );
    const scores = await one.score(inOrder);
    expect(await one.score(outOfOrder)).toEqual(Float32Array.from(places, (i) => scores[i]!));
  }
  // Of a data set, in the order of its rows.
  const set = tableDataset(outOfOrder, "memory", told);
  expect(await model.encode(set)).toEqual(
    takeRows(
      codes,
      Array.from(set.order!.rows, (row) => places[row]!),
    ),
  );
  await expect(model.encode(recordsTable([{ g: "u", a: 1, b: 2 }]))).rejects.toThrow(
    "which tells the time of a row",
  );
  expect(model.sequential).toBe(true);
});

test("where rows stand by themselves later tables need no time, and windows need one", async () => {
  const model = await fit(pca({ latentDim: 1 }), tableDataset(outOfOrder, "memory", told), { seed: 1 });
  expect(model.encoding).toEqual({ columns: model.encoding!.columns, missing: [] });
  expect((await model.encode(recordsTable([{ a: 1, b: 2 }]))).rows).toBe(1);
  const data = windows(tableDataset(outOfOrder, "memory", told), { length: 2, stride: 2 });
  const ofWindows = await fit(pca({ latentDim: 1 }), data, { seed: 1 });
  expect(await ofWindows.encode(inOrder)).toEqual(await ofWindows.encode(data.x));
  expect((await load<Coder>(ofWindows.save())).rowShape).toEqual([2, 2]);
  const whole = paddedRows(tableDataset(outOfOrder, "memory", told));
  expect(whole.x.cols).toBe(10);
});

test("an array of sequences is fitted and encoded as its moments", async () => {
  const values = Float32Array.from({ length: 24 }, () => stream.normal());
  const array = await readData(writeNpy({ data: values, rows: 3, cols: 8 }, [3, 4, 2]), "s.npy");
  const model = await fit(follower(), array, { scale: "none" });
  expect([model.inputDim, model.rowShape]).toEqual([2, undefined]);
  const codes = await model.encode(array);
  expect(codes.rows).toBe(12);
  expect(codes).toEqual(await model.encode({ x: matrix(12, 2, values), sequences: [4, 4, 4] }));
  expect((await fit(pca({ latentDim: 1 }), array)).inputDim).toBe(8);
});

test("gaps are filled along their sequences, moments without any observation too", async () => {
  const x = matrix(6, 1, Float32Array.of(4, Number.NaN, 8, 2, Number.NaN, Number.NaN));
  const given: Dataset = { name: "gaps", format: "memory", x, sequences: [3, 3], notes: [] };
  const model = await fit(follower(), given, { scale: "none" });
  expect([...(await impute(model, given)).data]).toEqual([4, 2, 8, 2, 1, 1]);
  // x ← (before + x) / 2 ends in what was before: of the sequence alone.
  const strict = await fit(follower({ acceptsMissing: false }), matrix(3, 1, Float32Array.of(4, 6, 8)), {
    scale: "none",
  });
  const filled = await impute(strict, given, { maxIter: 200, tol: 1e-12 });
  expect([...filled.data].map((value) => Number(value.toFixed(5)))).toEqual([4, 2, 8, 2, 1, 1]);
  const { squaredErrorPerSample } = await reconstructionMetrics(model, {
    x: matrix(3, 1, Float32Array.of(4, 2, 2)),
    sequences: [2, 1],
  });
  expect(squaredErrorPerSample).toBeCloseTo((4 + 0 + 1) / 3, 5);
});

test("filling is judged along sequences: on all of them, or on the last fifth of each", async () => {
  const steady = matrix(
    40,
    1,
    Float32Array.from({ length: 40 }, (_, i) => (i < 20 ? 1 : 9)),
  );
  const options = { x: steady, sequences: [20, 20], probability: 0.3, seed: 2 };
  // A sequence stands still, so that what was before fills it but for its beginning.
  const all = await hiddenError({ ...options, method: follower() });
  expect(all.hidden).toBeGreaterThan(4);
  const last = await hiddenError({ ...options, method: follower({ acceptsMissing: false }) });
  expect(last.hidden).toBeLessThan(all.hidden);
  const holed = matrix(
    10,
    1,
    Float32Array.from({ length: 10 }, (_, i) => (i === 3 ? Number.NaN : i)),
  );
  await expect(
    hiddenError({ method: follower({ acceptsMissing: false }), x: holed, probability: 0.5 }),
  ).rejects.toThrow(
    "hiddenError: follower wants complete rows to be fitted to, and row 3 has missing numbers",
  );
});
