import { describe, expect, test } from "vitest";
import * as engine from "../../src/engine/index.js";
import { random } from "../../src/random.js";
import { expectClose, float32 } from "../golden/golden.js";

async function evaluated(
  f: (a: engine.Tensor) => engine.Tensor,
  values: ArrayLike<number>,
  threads?: number,
) {
  const a = engine.input("a", [values.length]);
  const options = { inputs: [a], ...(threads && { threads }) };
  const program = await (await engine.runtime()).program({ y: f(a) }, options);
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

  // Up to 112 factors in a product, each rounded: 112 · 6e-8 at most.
  test("cross-entropy of logits is that of its entries, with its gradients and the same bits at any thread count", async () => {
    const [n, d] = [1100, 784];
    const [x, o] = [engine.input("x", [n, d]), engine.input("o", [n, d])];
    const rows = engine.crossEntropyOfLogits(x, o);
    const entries = engine.sum(engine.sub(engine.softplus(o), engine.mul(x, o)), 1);
    const slopes = (of: engine.Tensor) => engine.gradient(engine.mean(engine.square(of)), [x, o]);
    const [dx, dO] = slopes(rows);
    const [wantedX, wantedO] = slopes(entries);
    const outputs = { rows, entries, dx: dx!, dO: dO!, wantedX: wantedX!, wantedO: wantedO! };
    const stream = random(3);
    const feeds = {
      x: float32([n, d], stream.fillUniform(new Float32Array(n * d))),
      o: float32(
        [n, d],
        stream.fillNormal(new Float32Array(n * d)).map((v) => 10 * v),
      ),
    };
    const results = [];
    for (const threads of [1, 2]) {
      const program = await (await engine.runtime()).program(outputs, { inputs: [x, o], threads });
      results.push(await program.run(feeds));
      await program.release();
    }
    const [one, two] = results;
    expectClose(one!.rows!.data, [...(one!.entries!.data as Float32Array)], 5e-6, "rows");
    expectClose(one!.dx!.data, [...(one!.wantedX!.data as Float32Array)], 5e-6, "d/dx");
    expectClose(one!.dO!.data, [...(one!.wantedO!.data as Float32Array)], 5e-6, "d/do");
    for (const name of ["rows", "dx", "dO"]) expect(two![name]!.data).toEqual(one![name]!.data);
  });

  test.each([20, 90, 1e4])(
    "cross-entropy of logits as large as %s has the digits of each entry's",
    async (scale) => {
      const [n, d] = [16, 784];
      const [x, o] = [engine.input("x", [n, d]), engine.input("o", [n, d])];
      const stream = random(4);
      const logits = stream.fillNormal(new Float32Array(n * d)).map((v) => scale * v);
      // Rows that are told right but for a few columns: little is left of much.
      const rows = logits.map((v, i) => (v > 0 !== (i % 97 === 0) ? 1 : 0));
      const program = await (await engine.runtime()).program({ y: engine.crossEntropyOfLogits(x, o) });
      const { y } = await program.run({ x: float32([n, d], rows), o: float32([n, d], logits) });
      await program.release();
      const wanted = Array.from({ length: n }, (_, i) => {
        let sum = 0;
        for (let at = i * d; at < (i + 1) * d; at++) {
          const v = logits[at]!;
          sum += Math.max(0, v) - v * rows[at]! + Math.log1p(Math.exp(-Math.abs(v)));
        }
        return sum;
      });
      wanted.forEach((want, i) => {
        expect(Math.abs((y!.data[i] as number) - want)).toBeLessThan(1e-6 * want);
      });
    },
  );

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
