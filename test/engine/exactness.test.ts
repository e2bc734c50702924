import { describe, expect, test } from "vitest";
import * as engine from "../../src/engine/index.js";
import { random } from "../../src/random.js";
import { float32 } from "../golden/golden.js";

async function evaluated(
  f: (a: engine.Tensor) => engine.Tensor,
  values: ArrayLike<number>,
  threads?: number,
) {
  const a = engine.input("a", [values.length]);
  const model = engine.emit({ y: f(a) }, { inputs: [a] });
  const program = await (await engine.runtime()).compile(model, threads ? { threads } : {});
  const { y } = await program.run({ a: float32([values.length], Array.from(values)) });
  await program.release();
  return y!.data as Float32Array;
}

describe("what stands in for operators of the runtime that are slow", () => {
  const values = random(5)
    .fillUniform(new Float32Array(20_001))
    .map((u) => 60 * u - 30);

  // A polynomial off by 1.7e-7, and some roundings of float32, 6e-8 each.
  test("softplus is right to 5e-7 of its value, on both sides of 0", async () => {
    const y = await evaluated(engine.softplus, values);
    const exact = values.map((a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))));
    const errors = y.map((value, i) => Math.abs(value - exact[i]!) / exact[i]!);
    expect(Math.max(...errors)).toBeLessThan(5e-7);
  });

  test("softplus at the ends of the range neither overflows nor makes a NaN", async () => {
    const y = await evaluated(engine.softplus, [200, -200, 3e38, -3e38]);
    expect([...y]).toEqual([200, 0, Math.fround(3e38), 0]);
    expect(await evaluated(engine.softplus, [Number.NaN])).toEqual(Float32Array.of(Number.NaN));
  });

  test("softplus has the same bits at one thread and at two", async () => {
    expect(await evaluated(engine.softplus, values, 1)).toEqual(await evaluated(engine.softplus, values, 2));
  });

  test("sign is −1, 0 or 1 also next to 0", async () => {
    const y = await evaluated(engine.sign, [0, 1e-37, -1e-37, 7, -7, 3e38, -3e38]);
    expect(y.map((value) => value + 0)).toEqual(Float32Array.of(0, 1, -1, 1, -1, 1, -1));
  });
});

test("a layer that stands twice in a formula is computed once, and so is its gradient", () => {
  const [x, w, b] = [engine.input("x", [5, 3]), engine.input("w", [3, 2]), engine.input("b", [2])];
  expect(engine.affine(x, w, b)).toBe(engine.affine(x, w, b));
  expect(engine.affine(x, w, b)).not.toBe(engine.affine(x, w, engine.input("c", [2])));
});
