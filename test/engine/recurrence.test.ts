/** @file Recurrence over time against PyTorch, central differences and closed forms. */
import { describe, expect, test } from "vitest";
import * as engine from "../../src/engine/index.js";
import { causalConvolution } from "../../src/methods/networks/causal-convolution.js";
import { nothingCarried } from "../../src/methods/networks/sequence-network.js";
import { diagonalStateSpace } from "../../src/methods/networks/state-space.js";
import { expectClose, float32, readGolden } from "../golden/golden.js";
import { checkGradients, SINGLE } from "./central-differences.js";

interface Array1 {
  shape: number[];
  data: number[];
}
interface Case {
  name: string;
  inputs: Record<string, Array1>;
  output: Array1;
  cotangent: number[];
  vectorJacobianProducts: Record<string, number[]>;
}
type Tensors = Readonly<Record<string, engine.Tensor>>;

/** Names of a convolution's parameters as the network has them. */
const convolution = causalConvolution({ name: "c", inputs: 2, size: 4, layers: 3 });
const diagonal = diagonalStateSpace({ name: "d", inputs: 4, size: 4 });
const identity = engine.constant(
  float32(
    [4, 4],
    Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
  ),
);

const networks: Record<string, (inputs: Tensors) => engine.Tensor> = {
  gru({ x, first, inputWeight, inputBias, weight, bias }) {
    const [steps, batch, n] = x!.shape as [number, number, number];
    const given = engine.affine(engine.reshape(x!, [steps * batch, n]), inputWeight!, inputBias!);
    return engine.gru(engine.reshape(given, [steps, batch, 12]), first!, weight!, bias!);
  },
  linear: ({ v, first, transition }) => engine.linearRecurrence(v!, first!, transition!),
  diagonal({ v, first, decay, angle }) {
    const nothing = engine.constant([0, 0, 0, 0]);
    const p = { "d.inputWeight": identity, "d.inputBias": nothing, "d.decay": decay!, "d.angle": angle! };
    return diagonal.run(v!, first!, p).states;
  },
  convolution({ x, ...parameters }) {
    const p = Object.fromEntries(
      Object.entries(parameters).map(([name, t]) => [name.replace(/^(\w+?)(\d)$/, "c.$2.$1"), t!]),
    );
    return convolution.run(x!, nothingCarried(x!, convolution.carrySize), p).states;
  },
};

const { cases } = readGolden<{ cases: Case[] }>("recurrence.json");

test("every network has its golden figures", () => {
  expect(cases.map(({ name }) => name)).toEqual(Object.keys(networks));
});

test.each(cases.map((one) => [one.name, one] as const))(
  "%s and its vector-Jacobian products against PyTorch",
  async (name, { inputs, output, cotangent, vectorJacobianProducts }) => {
    const names = Object.keys(inputs);
    const symbols = Object.fromEntries(names.map((n) => [n, engine.input(n, inputs[n]!.shape)]));
    const y = networks[name]!(symbols);
    expect(y.shape).toEqual(output.shape);
    const products = engine.vectorJacobian(
      y,
      engine.constant(float32(output.shape, cotangent)),
      names.map((n) => symbols[n]!),
    );
    const program = await (await engine.runtime()).program(
      { y, ...Object.fromEntries(names.map((n, i) => [`d${n}`, products[i]!])) },
      { inputs: Object.values(symbols) },
    );
    const found = await program.run(
      Object.fromEntries(names.map((n) => [n, float32(inputs[n]!.shape, inputs[n]!.data)])),
    );
    // Seven steps of float32.
    expectClose(found.y!.data, output.data, 1e-5, "states");
    for (const n of names) expectClose(found[`d${n}`]!.data, vectorJacobianProducts[n]!, 1e-5, `∂/∂${n}`);
    await program.release();
  },
);

describe("gradients against central differences, first and second order", () => {
  test("gru", () =>
    checkGradients({
      shapes: [[3, 2, 9], [2, 3], [3, 9], [3]],
      f: engine.gru,
    }));
  test("gru, one step", () =>
    checkGradients({
      shapes: [[1, 2, 9], [2, 3], [3, 9], [3]],
      f: engine.gru,
    }));
  test("linearRecurrence", () =>
    checkGradients({
      shapes: [
        [4, 2, 3],
        [2, 3],
        [3, 3],
      ],
      f: engine.linearRecurrence,
    }));
  test("split", () =>
    checkGradients({
      shapes: [[2, 5, 2]],
      f: (a) => {
        const [first, second, third] = engine.split(a, 1, [2, 1, 2]);
        return engine.mul(engine.mul(first!, third!), engine.square(second!));
      },
    }));
  test("causal convolution", () =>
    checkGradients({
      shapes: [[5, 2, 2], [4, 3], [3], [6, 3], [3]],
      // Away from the kinks of relu, where sums of a few numbers hardly come.
      at: (normal) => Math.abs(normal) + 0.1,
      precision: SINGLE,
      f: (x, weight, bias, second, secondBias) => {
        const network = causalConvolution({ name: "c", inputs: 2, size: 3, layers: 2 });
        const p = {
          "c.0.weight": weight!,
          "c.0.bias": bias!,
          "c.1.weight": second!,
          "c.1.bias": secondBias!,
        };
        return network.run(x!, nothingCarried(x!, network.carrySize), p).states;
      },
    }));
});

test("a linear recurrence is the sum of powers of its matrix", async () => {
  const [steps, k] = [40, 3];
  const a = [0.5, 0.3, 0, -0.3, 0.5, 0.1, 0.2, 0, 0.9];
  const v = Array.from({ length: steps * k }, (_, i) => Math.sin(3 * i + 1));
  const first = [1, -2, 0.5];
  const apply = (row: number[]) =>
    [0, 1, 2].map((j) => row.reduce((sum, value, i) => sum + value * a[3 * i + j]!, 0));
  const wanted: number[] = [];
  for (let t = 0; t < steps; t++) {
    // h_t = h₀ A^(t+1) + Σ_s v_s A^(t−s), each term by itself.
    const total = [0, 0, 0];
    const addTerm = (row: number[], powers: number) => {
      let term = row;
      for (let i = 0; i < powers; i++) term = apply(term);
      term.forEach((value, j) => {
        total[j]! += value;
      });
    };
    addTerm(first, t + 1);
    for (let s = 0; s <= t; s++) addTerm(v.slice(s * k, (s + 1) * k), t - s);
    wanted.push(...total);
  }
  const given = [float32([steps, 1, k], v), float32([1, k], first), float32([k, k], a)];
  const y = engine.linearRecurrence(
    ...(given.map((array) => engine.constant(array)) as [engine.Tensor, engine.Tensor, engine.Tensor]),
  );
  const program = await (await engine.runtime()).program({ y });
  expectClose((await program.run({})).y!.data, wanted, 1e-5, "states");
});

test("sizes that do not fit are refused in a sentence", () => {
  const of = (...shape: number[]) => engine.input("x", shape);
  expect(() => engine.gru(of(3, 2, 8), of(2, 3), of(3, 9), of(3))).toThrow(
    "gru: x must be [3, 2, 9], got [3, 2, 8]",
  );
  expect(() => engine.linearRecurrence(of(3, 2, 4), of(2, 3), of(4, 4))).toThrow(
    "linearRecurrence: first must be [2, 4], got [2, 3]",
  );
  expect(() => engine.linearRecurrence(of(3, 2), of(2, 3), of(4, 4))).toThrow("wants [steps, batch, …]");
  expect(() => engine.split(of(3, 2), 0, [1, 1])).toThrow("split: sizes add up to 2, the axis has 3");
});
