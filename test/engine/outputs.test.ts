import { expect, test } from "vitest";
import * as engine from "../../src/engine/index.js";
import { float32 } from "../golden/golden.js";

const { add, input, mul, runtime, sum } = engine;
const native = (await runtime()).backend === "native";
const a = input("a", [3, 2]);
const given = float32([3, 2], [1, 2, 3, 4, 5, 6]);

test("outputs are filled into arrays that are given, which come back", async () => {
  const program = await (await runtime()).program({ twice: add(a, a), total: sum(a) });
  const room = () => ({ twice: float32([3, 2], new Array<number>(6).fill(-1)), total: float32([], [-1]) });
  const into = room();
  const results = await program.run({ a: given }, into);
  expect(results.twice!.data).toEqual(Float32Array.of(2, 4, 6, 8, 10, 12));
  expect(results.total!.data).toEqual(Float32Array.of(21));
  if (native) expect(results.twice!.data).toBe(into.twice.data);
  // Again, with other numbers and other arrays.
  const other = room();
  await program.run({ a: float32([3, 2], [1, 1, 1, 1, 1, 1]) }, other);
  if (native)
    expect([...other.twice.data, ...into.twice.data]).toEqual([2, 2, 2, 2, 2, 2, 2, 4, 6, 8, 10, 12]);
  const without = await program.run({ a: given });
  expect(Object.keys(without)).toEqual(["twice", "total"]);
});

test("a run that fails says so also where arrays are given", async () => {
  const program = await (await runtime()).program({ y: mul(a, 2) });
  const wrong = float32([2, 2], [1, 2, 3, 4]);
  await expect(
    program.run({ a: wrong }, { y: float32([3, 2], new Array<number>(6).fill(0)) }),
  ).rejects.toThrow();
  if (!native) return;
  await expect(program.run({ a: given }, { y: float32([2, 2], [0, 0, 0, 0]) })).rejects.toThrow();
});
