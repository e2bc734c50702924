/** @file Programs of WebAssembly that are compiled, run and freed at once: each has the results that it has by itself. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { add, input, matmul, mul } from "../../src/engine/index.js";
import { configureRuntime, type Program, runtime } from "../../src/engine/session.js";

beforeAll(() => configureRuntime({ backend: "wasm" }));
afterAll(() => configureRuntime({ threads: 1 }));

const SIZE = 16;
const NAMES = ["a", "b", "c", "d", "e", "f"] as const;
const floats = (value: number) => ({
  dtype: "float32" as const,
  shape: [SIZE, SIZE],
  data: new Float32Array(SIZE * SIZE).fill(value),
});

/** A program of so many inputs, which gives their sum, and the product of the first and each. */
async function compiled(count: number): Promise<Program> {
  const inputs = NAMES.slice(0, count).map((name) => input(name, [SIZE, SIZE]));
  const sum = inputs.reduce((all, one) => add(all, one));
  const products = inputs.map((one, i) => [`product${i}`, mul(matmul(inputs[0]!, one), 2)] as const);
  return (await runtime()).program({ sum, ...Object.fromEntries(products) });
}

async function used(count: number, value: number): Promise<void> {
  const program = await compiled(count);
  const feeds = Object.fromEntries(NAMES.slice(0, count).map((name, i) => [name, floats(value + i)]));
  for (let round = 0; round < 5; round++) {
    const found = await program.run(feeds);
    expect(found.sum!.data).toEqual(floats(count * value + (count * (count - 1)) / 2).data);
    for (let i = 0; i < count; i++)
      expect(found[`product${i}`]!.data).toEqual(floats(2 * SIZE * value * (value + i)).data);
  }
  await program.release();
}

test("runs that overlap do not take each other's memory", async () => {
  await Promise.all(Array.from({ length: 12 }, (_, i) => used(2 + (i % 5), i)));
});
