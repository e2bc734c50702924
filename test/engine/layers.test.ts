import { describe, expect, test } from "vitest";
import * as engine from "../../src/engine/index.js";
import { expectClose, float32, readGolden } from "../golden/golden.js";

interface Array1 {
  shape: number[];
  data: number[];
}
interface LayerCase {
  layer: string;
  note?: string;
  attributes: Record<string, number | boolean | string>;
  inputs: Record<string, Array1>;
  output: Array1;
  cotangent: number[];
  vectorJacobianProducts: Record<string, number[]>;
}
type Tensors = Readonly<Record<string, engine.Tensor>>;
type Layer = (inputs: Tensors, attributes: Record<string, never>) => engine.Tensor;

const { cases, batchNormRunningStatistics: running } = readGolden<{
  cases: LayerCase[];
  batchNormRunningStatistics: {
    momentum: number;
    batches: Array1[];
    after: { mean: number[]; variance: number[] }[];
  };
}>("layers.json");

const layers: Record<string, Layer> = {
  batchNorm: ({ x, gamma, beta, mean, variance }, { mode }) =>
    mode === "training"
      ? engine.batchNormalize(x!, { gamma: gamma!, beta: beta! }).output
      : engine.normalizeWith(x!, mean!, variance!, { gamma: gamma!, beta: beta! }),
  maxPool: ({ x }, { kernel, ...options }) => engine.maxPool(x!, kernel, options),
  averagePool: ({ x }, { kernel, stride, padding }) => engine.averagePool(x!, kernel, { stride, padding }),
  conv: ({ x, w, b }, options) => engine.conv(x!, w!, b!, options),
  transposedConv: ({ x, w, b }, options) => engine.convTranspose(x!, w!, b!, options),
  softplus: ({ x }) => engine.softplus(x!),
  sigmoid: ({ x }) => engine.sigmoid(x!),
  tanh: ({ x }) => engine.tanh(x!),
  gelu: ({ x }) => engine.gelu(x!),
  softmax: ({ x }, { axis }) => engine.softmax(x!, axis),
  logSoftmax: ({ x }, { axis }) => engine.logSoftmax(x!, axis),
  logSumExp: ({ x }, { axis, keepDims }) => engine.logSumExp(x!, axis, { keepDims }),
  l2Normalize: ({ x }, { axis }) => engine.l2Normalize(x!, axis),
  inverse: ({ x }) => engine.inverse(x!),
  bceWithLogits: ({ x, target }) => engine.mean(engine.sub(engine.softplus(x!), engine.mul(x!, target!))),
};

/** What PyTorch has and the engine does not: averages that leave padding out, and the tanh form of gelu. */
const absent = ({ attributes }: LayerCase) =>
  attributes.countIncludePad === false || attributes.approximate === "tanh";

// PyTorch's own float32 is within 4e-7 of these float64 figures (3e-5 where numbers are near 1000): on the scale of
// each tensor's largest entry that is 1e-7 or so, and 1e-5 allows for sums of another order.
const TOLERANCE = 1e-5;

describe("layers and their vector-Jacobian products against PyTorch", () => {
  test("every layer of the golden file is looked at", () => {
    expect(new Set(cases.map(({ layer }) => layer))).toEqual(new Set(Object.keys(layers)));
    expect(cases.filter(absent)).toHaveLength(2);
  });

  for (const golden of cases.filter((one) => !absent(one))) {
    const { layer, attributes, inputs, output, cotangent, vectorJacobianProducts, note } = golden;
    const shapes = Object.values(inputs).map(({ shape }) => `[${shape.join(", ")}]`);
    test(`${layer} ${JSON.stringify(attributes)} of ${shapes.join(", ")}${note ? `: ${note}` : ""}`, async () => {
      const names = Object.keys(inputs);
      const symbols = Object.fromEntries(
        names.map((name) => [name, engine.input(name, inputs[name]!.shape)]),
      );
      const y = layers[layer]!(symbols, attributes as Record<string, never>);
      expect(y.shape).toEqual(output.shape);
      const products = engine.vectorJacobian(
        y,
        engine.constant(float32(output.shape, cotangent)),
        names.map((name) => symbols[name]!),
      );
      const outputs = { y, ...Object.fromEntries(names.map((name, i) => [`d${name}`, products[i]!])) };
      const program = await (await engine.runtime()).compile(
        engine.emit(outputs, { inputs: Object.values(symbols) }),
      );
      const results = await program.run(
        Object.fromEntries(names.map((name) => [name, float32(inputs[name]!.shape, inputs[name]!.data)])),
      );
      expectClose(results.y!.data, output.data, TOLERANCE, "output");
      for (const name of Object.keys(vectorJacobianProducts)) {
        expectClose(results[`d${name}`]!.data, vectorJacobianProducts[name]!, TOLERANCE, `∂/∂${name}`);
      }
      await program.release();
    });
  }
});

// What running statistics are made of: the batch's mean, and its variance, which PyTorch takes by n − 1.
test("means and variances of batches add up to PyTorch's running statistics", async () => {
  const x = engine.input("x", running.batches[0]!.shape);
  const ones = engine.constant([1, 1, 1]);
  const { output: _, ...statistics } = engine.batchNormalize(x, { gamma: ones, beta: ones });
  const program = await (await engine.runtime()).program(statistics);
  let [mean, variance] = [
    [0, 0, 0],
    [1, 1, 1],
  ];
  for (const [i, batch] of running.batches.entries()) {
    const results = await program.run({ x: float32(batch.shape, batch.data) });
    const n = batch.data.length / 3;
    const toward = (old: number[], values: engine.NdArray, factor: number) =>
      old.map((v, c) => (1 - running.momentum) * v + running.momentum * factor * Number(values.data[c]));
    mean = toward(mean, results.mean!, 1);
    variance = toward(variance, results.variance!, n / (n - 1));
    expectClose(mean, running.after[i]!.mean, TOLERANCE, `running mean after batch ${i}`);
    expectClose(variance, running.after[i]!.variance, TOLERANCE, `running variance after batch ${i}`);
  }
  await program.release();
});
