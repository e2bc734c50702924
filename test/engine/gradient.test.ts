import { describe, expect, test } from "vitest";
import * as engine from "../../src/engine/index.js";
import { type Case, checkGradients, MULTILINEAR, SINGLE } from "./central-differences.js";

const positive = (x: number) => Math.abs(x) + 0.5;
/** Away from kinks at 0. */
const apart = (x: number) => x + Math.sign(x) * 0.2;
/** All different, so that no two elements tie for a maximum. */
const distinct = (x: number, i: number) => 0.1 * x + ((i * 7) % 11);
const indices = (...values: number[]) => engine.constant(values, "int64");
const m = [[3, 4]];
const mm = [
  [3, 4],
  [3, 4],
];

const cases: Record<string, Case> = {
  add: { shapes: mm, f: engine.add },
  "add, broadcast in front": { shapes: [[2, 3, 4], [4]], f: (a, b) => engine.mul(engine.add(a, b), b) },
  "sub, broadcast within": {
    shapes: [
      [3, 4],
      [3, 1],
    ],
    f: (a, b) => engine.square(engine.sub(a, b)),
  },
  mul: { shapes: mm, f: engine.mul },
  div: { shapes: mm, f: engine.div, at: positive },
  neg: { shapes: m, f: engine.neg },
  exp: { shapes: m, f: engine.exp },
  log: { shapes: m, f: engine.log, at: positive },
  sqrt: { shapes: m, f: engine.sqrt, at: positive },
  abs: { shapes: m, f: engine.abs, at: apart },
  square: { shapes: m, f: engine.square },
  pow: { shapes: m, f: (a) => engine.pow(a, 2.5), at: positive },
  sin: { shapes: m, f: engine.sin },
  cos: { shapes: m, f: engine.cos },
  erf: { shapes: m, f: engine.erf, precision: SINGLE },
  relu: { shapes: m, f: (a) => engine.square(engine.relu(a)), at: apart },
  sigmoid: { shapes: m, f: engine.sigmoid },
  tanh: { shapes: m, f: engine.tanh },
  softplus: { shapes: m, f: engine.softplus },
  gelu: { shapes: m, f: engine.gelu, precision: SINGLE },
  softmax: { shapes: m, f: (a) => engine.softmax(a) },
  "softmax over the first axis": { shapes: m, f: (a) => engine.softmax(a, 0) },
  logSoftmax: { shapes: m, f: (a) => engine.logSoftmax(a) },
  logSumExp: { shapes: m, f: (a) => engine.logSumExp(a, 1) },
  maximum: { shapes: mm, f: (a, b) => engine.square(engine.maximum(a, b)) },
  minimum: { shapes: mm, f: (a, b) => engine.square(engine.minimum(a, b)) },
  where: {
    shapes: mm,
    f: (a, b) => engine.where(engine.greater(a, 0), engine.square(a), engine.exp(b)),
    at: apart,
  },
  "sum over all": { shapes: m, f: (a) => engine.square(engine.sum(a)) },
  "sum over an axis": { shapes: [[2, 3, 4]], f: (a) => engine.square(engine.sum(a, 1)) },
  "mean, axes kept": {
    shapes: [[2, 3, 4]],
    f: (a) => engine.square(engine.mean(a, [0, 2], { keepDims: true })),
  },
  max: { shapes: m, f: (a) => engine.square(engine.max(a, 1)), at: distinct },
  reshape: { shapes: m, f: (a) => engine.square(engine.reshape(a, [2, 6])) },
  expand: { shapes: [[3, 1]], f: (a) => engine.square(engine.expand(a, [2, 3, 4])) },
  transpose: { shapes: [[2, 3, 4]], f: (a) => engine.square(engine.transpose(a, [1, 2, 0])) },
  slice: { shapes: m, f: (a) => engine.square(engine.slice(a, 1, 1, 3)) },
  "slice with a step": { shapes: [[3, 7]], f: (a) => engine.square(engine.slice(a, 1, 1, 7, 2)) },
  pad: {
    shapes: m,
    f: (a) =>
      engine.square(
        engine.pad(
          a,
          [
            [1, 0],
            [2, 3],
          ],
          0.5,
        ),
      ),
  },
  concat: {
    shapes: [
      [2, 3],
      [2, 2],
    ],
    f: (a, b) => engine.square(engine.concat([a, b], 1)),
  },
  "gather, with repeats": { shapes: [[4, 3]], f: (a) => engine.square(engine.gather(a, indices(2, 0, 2))) },
  "gather along the last axis": {
    shapes: [[2, 3, 4]],
    f: (a) => engine.square(engine.gather(a, indices(3, 1), 2)),
  },
  takeElements: { shapes: [[6]], f: (a) => engine.square(engine.takeElements(a, indices(5, 1, 1))) },
  "takeElements along an axis": {
    shapes: [[3, 2]],
    f: (a) => {
      const data = BigInt64Array.from([2n, 0n, 2n, 1n, 0n, 0n, 1n, 1n]);
      return engine.square(engine.takeElements(a, engine.constant({ dtype: "int64", shape: [4, 2], data })));
    },
  },
  addElements: { shapes: [[3]], f: (a) => engine.square(engine.addElements(a, indices(4, 0, 4), 6)) },
  matmul: {
    shapes: [
      [3, 4],
      [4, 2],
    ],
    f: (a, b) => engine.matmul(a, b),
  },
  "matmul, aᵀ": {
    shapes: [
      [4, 3],
      [4, 2],
    ],
    f: (a, b) => engine.matmul(a, b, { transposeA: true }),
  },
  "matmul, bᵀ": {
    shapes: [
      [3, 4],
      [2, 4],
    ],
    f: (a, b) => engine.matmul(a, b, { transposeB: true }),
  },
  "matmul, aᵀ bᵀ": {
    shapes: [
      [4, 3],
      [2, 4],
    ],
    f: (a, b) => engine.matmul(a, b, { transposeA: true, transposeB: true }),
  },
  "matmul, one factor in turn": {
    shapes: [
      [3, 4],
      [4, 4],
    ],
    f: (a, w) => engine.matmul(engine.tanh(engine.matmul(a, w)), w, { transposeB: true }),
  },
  "matmul, batched": {
    shapes: [
      [2, 3, 4],
      [2, 4, 2],
    ],
    f: (a, b) => engine.matmul(a, b),
  },
  "matmul, batched and broadcast": {
    shapes: [
      [2, 4, 3],
      [2, 4],
    ],
    f: (a, b) => engine.matmul(a, b, { transposeA: true, transposeB: true }),
  },
  affine: { shapes: [[3, 4], [4, 2], [2]], f: (x, w, b) => engine.affine(x, w, b) },
  "affine, Wᵀ": {
    shapes: [[3, 4], [2, 4], [2]],
    f: (x, w, b) => engine.affine(x, w, b, { transposeB: true }),
  },
  inverse: {
    shapes: [[3, 5]],
    f: (b) => engine.inverse(engine.matmul(b, b, { transposeB: true })),
  },
  l2Normalize: { shapes: m, f: (a) => engine.l2Normalize(a) },
  batchNormalize: {
    shapes: [[5, 3], [3], [3]],
    f: (a, gamma, beta) => engine.batchNormalize(a, { gamma, beta }).output,
  },
  "batchNormalize, images": {
    shapes: [[3, 2, 2, 3], [2], [2]],
    f: (a, gamma, beta) => engine.batchNormalize(a, { gamma, beta }).output,
  },
  "batchNormalize, its statistics": {
    shapes: [[3, 2, 2, 3], [2], [2]],
    f(a, gamma, beta) {
      const { output, mean, variance } = engine.batchNormalize(a, { gamma, beta });
      const of = (v: engine.Tensor) => engine.reshape(v, [2, 1, 1]);
      return engine.add(engine.mul(output, of(mean)), engine.square(of(variance)));
    },
  },
};

const convolutions: Record<string, Case> = {
  conv: { shapes: [[2, 2, 5, 5], [3, 2, 3, 3], [3]], f: (x, w, b) => engine.conv(x, w, b) },
  "conv, stride that does not divide, padding": {
    shapes: [
      [2, 1, 8, 7],
      [2, 1, 3, 3],
    ],
    f: (x, w) => engine.conv(x, w, undefined, { stride: [3, 2], padding: 1 }),
  },
  "conv, dilation": {
    shapes: [
      [1, 2, 7, 7],
      [2, 2, 3, 3],
    ],
    f: (x, w) => engine.conv(x, w, undefined, { dilation: 2 }),
  },
  "conv of one image": {
    shapes: [
      [1, 2, 4, 5],
      [3, 2, 3, 2],
    ],
    f: (x, w) => engine.conv(x, w, undefined, { padding: [1, 0] }),
  },
  "convTranspose of one image": {
    shapes: [
      [1, 2, 3, 4],
      [2, 3, 2, 3],
    ],
    f: (x, w) => engine.convTranspose(x, w, undefined, { padding: [0, 1] }),
  },
  convTranspose: {
    shapes: [[2, 2, 3, 3], [2, 3, 3, 3], [3]],
    f: (x, w, b) => engine.convTranspose(x, w, b, { stride: 2 }),
  },
  "convTranspose, padding and output padding": {
    shapes: [
      [1, 2, 3, 4],
      [2, 1, 3, 3],
    ],
    f: (x, w) => engine.convTranspose(x, w, undefined, { stride: 3, padding: 1, outputPadding: 2 }),
  },
};

const pools: Record<string, Case> = {
  "averagePool, overlapping and padded": {
    shapes: [[2, 2, 5, 5]],
    f: (x) => engine.averagePool(x, 3, { stride: 2, padding: 1 }),
    precision: MULTILINEAR,
  },
  "maxPool, overlapping": {
    shapes: [[2, 2, 5, 5]],
    f: (x) => engine.square(engine.maxPool(x, 3, { stride: 2 })),
    at: distinct,
  },
};

describe("first and second derivatives agree with central differences", () => {
  for (const [name, gradientCase] of Object.entries({ ...cases, ...pools })) {
    test(name, () => checkGradients(gradientCase));
  }
  for (const [name, gradientCase] of Object.entries(convolutions)) {
    test(name, () => checkGradients({ ...gradientCase, precision: MULTILINEAR }));
  }
});

test("a gradient wants a scalar", () => {
  expect(() => engine.gradient(engine.input("x", [3]), [])).toThrow("wants a scalar loss, got shape [3]");
});

test("the gradient of a factor of several products is added up by the products", () => {
  const [a, b, w] = [engine.input("a", [6, 3]), engine.input("b", [6, 3]), engine.input("w", [3, 2])];
  const loss = engine.sum(engine.square(engine.add(engine.matmul(a, w), engine.tanh(engine.matmul(b, w)))));
  const [gradient] = engine.gradient(loss, [w]);
  expect(gradient!.source.op).toBe("Gemm");
  expect(gradient!.source.inputs[2]!.source.op).toBe("Gemm");
});
