import { describe, expect, test } from "vitest";
import {
  batchNormalize,
  conv,
  convTranspose,
  exp,
  gradient,
  input,
  log,
  logSumExp,
  matmul,
  maxPool,
  mean,
  mul,
  type ProgramOptions,
  runtime,
  type Shape,
  sigmoid,
  softplus,
  square,
  sum,
  type Tensor,
  tanh,
} from "../../src/engine/index.js";
import { random } from "../../src/random.js";

type DType = "float32" | "float64";

const THREADS = [2, 3, 5, 9, 16, 32];

/** Numbers of threads at which some output has other bits than on one. */
async function differing(
  shapes: readonly (readonly number[])[],
  f: (...inputs: Tensor[]) => Record<string, Tensor>,
  { dtype = "float32", ...options }: ProgramOptions & { dtype?: DType; named?: Shape[] } = {},
): Promise<number[]> {
  const inputs = shapes.map((shape, i) => input(`x${i}`, options.named?.[i] ?? shape, dtype));
  const outputs = f(...inputs);
  const feeds = Object.fromEntries(
    shapes.map((shape, i) => {
      const values = random(7)
        .fork(i)
        .fillNormal(new Float32Array(shape.reduce((a, b) => a * b, 1)));
      return [`x${i}`, { dtype, shape, data: dtype === "float64" ? Float64Array.from(values) : values }];
    }),
  );
  const on = async (threads: number) => {
    const program = await (await runtime()).program(outputs, { ...options, inputs, threads, spin: false });
    const result = await program.run(feeds);
    await program.release();
    return Object.values(result).map(({ data }) => data);
  };
  const one = await on(1);
  const found: number[] = [];
  for (const threads of THREADS) {
    const many = await on(threads);
    if (many.some((data, i) => !same(data, one[i]!))) found.push(threads);
  }
  return found;
}

function same(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

const pick = <T>(from: readonly T[], stream: ReturnType<typeof random>) => from[stream.integer(from.length)]!;

// Where slices are narrow, hold one row or one column, or end within sixteen columns.
const SIZES = [
  1, 2, 3, 5, 8, 15, 16, 17, 31, 33, 48, 64, 65, 80, 127, 129, 144, 160, 200, 256, 300, 512, 784,
];
const PRODUCTS: [number, number, number][] = [
  [128, 784, 512],
  [32, 512, 64],
  [5, 512, 64],
  [31, 1000, 31],
  [17, 1500, 16],
  [1, 784, 300],
  [784, 300, 1],
  [96, 130, 129],
  ...Array.from({ length: 24 }, (_, i): [number, number, number] => {
    const stream = random(i).fork("sizes");
    return [pick(SIZES, stream), pick(SIZES, stream), pick(SIZES, stream)];
  }),
];

describe.each<DType>(["float32", "float64"])("the same bits on any number of threads, %s", (dtype) => {
  test.each(PRODUCTS)("a product of %i × %i × %i in all forms", async (m, k, n) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const shapes = [transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]];
        const product = (a: Tensor, b: Tensor) => ({ y: matmul(a, b, { transposeA, transposeB }) });
        expect(await differing(shapes, product, { dtype })).toEqual([]);
      }
    }
  });

  test("a product whose sizes are known by name", async () => {
    const named = [
      ["m", "k"],
      ["k", "n"],
    ];
    const product = (a: Tensor, b: Tensor) => ({ y: matmul(a, b) });
    const shapes = [
      [32, 512],
      [512, 64],
    ];
    expect(await differing(shapes, product, { dtype, named })).toEqual([]);
    expect(await differing(shapes, product, { dtype, named, sizes: { m: 32, k: 512, n: 64 } })).toEqual([]);
  });

  test("stacks of products", async () => {
    for (const [m, k, n] of PRODUCTS.slice(0, 8)) {
      const shapes = [
        [3, m, k],
        [3, k, n],
      ];
      expect(await differing(shapes, (a, b) => ({ y: matmul(a, b) }), { dtype })).toEqual([]);
    }
  });

  test("functions of numbers, however many", async () => {
    for (const shape of [
      [4099, 17],
      [1, 40000],
      [128, 784],
    ]) {
      const functions = (x: Tensor) => ({
        log: log(square(x)),
        exp: exp(x),
        sigmoid: sigmoid(x),
        tanh: tanh(x),
        softplus: softplus(x),
        logSumExp: logSumExp(x, 1),
      });
      expect(await differing([shape], functions, { dtype })).toEqual([]);
    }
  });

  test.each([
    [[2, 16, 28, 28]],
    [[5, 3, 14, 14]],
    [[128, 8, 7, 7]],
    [[1, 5, 33, 31]],
    [[3, 64, 81]],
    [[128, 784]],
  ])("sums and means of %j over any axes", async (shape) => {
    const subsets = Array.from({ length: 2 ** shape.length - 1 }, (_, bits) =>
      [...shape.keys()].filter((axis) => ((bits + 1) >> axis) & 1),
    );
    const sums = (x: Tensor) =>
      Object.fromEntries(
        subsets.flatMap((axes) => [
          [`sum ${axes}`, sum(x, axes)],
          [`mean ${axes}`, mean(x, axes)],
        ]),
      );
    expect(await differing([shape], sums, { dtype })).toEqual([]);
  });
});

interface Layer {
  n: number;
  c: number;
  h: number;
  w: number;
  o: number;
  k: number;
  stride: number;
  padding: number;
}

// One image with narrow outputs, one output alone, fewer filters than slices, one channel: each is dealt out in its own way.
const LAYERS: Layer[] = [
  { n: 1, c: 64, h: 28, w: 7, o: 4, k: 4, stride: 1, padding: 1 },
  { n: 1, c: 200, h: 12, w: 12, o: 16, k: 1, stride: 1, padding: 0 },
  { n: 3, c: 200, h: 7, w: 7, o: 31, k: 4, stride: 1, padding: 1 },
  { n: 17, c: 64, h: 5, w: 5, o: 100, k: 5, stride: 2, padding: 0 },
  { n: 4, c: 64, h: 2, w: 1, o: 100, k: 5, stride: 2, padding: 2 },
  { n: 32, c: 1, h: 14, w: 14, o: 16, k: 5, stride: 1, padding: 2 },
  { n: 128, c: 4, h: 14, w: 14, o: 31, k: 3, stride: 2, padding: 1 },
  ...Array.from({ length: 12 }, (_, i): Layer => {
    const stream = random(i).fork("layers");
    const k = pick([1, 2, 3, 5], stream);
    return {
      n: pick([1, 1, 2, 5, 17, 32], stream),
      c: pick([1, 3, 16, 64], stream),
      h: k + stream.integer(12),
      w: k + stream.integer(12),
      o: pick([1, 4, 8, 16, 31, 64], stream),
      k,
      stride: pick([1, 1, 2], stream),
      padding: stream.integer(k),
    };
  }),
];

test.each(LAYERS)("the same bits for a convolution, its transpose and their gradients: %j", async (layer) => {
  const { n, c, h, w, o, k, stride, padding } = layer;
  const options = { stride, padding };
  const shapes = [
    [n, c, h, w],
    [o, c, k, k],
  ];
  const both = (f: typeof conv) => (x: Tensor, filters: Tensor) => {
    const y = f(x, filters, undefined, options);
    const [dx, dw] = gradient(sum(square(y)), [x, filters]);
    return { y, dx: dx!, dw: dw! };
  };
  expect(await differing(shapes, both(conv))).toEqual([]);
  const named = [["rows", c, h, w], shapes[1]!];
  expect(await differing(shapes, (x, f) => ({ y: conv(x, f, undefined, options) }), { named })).toEqual([]);
  if ((Math.min(h, w) - 1) * stride - 2 * padding + k < 1) return;
  const transposed = [shapes[0]!, [c, o, k, k]];
  expect(await differing(transposed, both(convTranspose))).toEqual([]);
});

test("the same bits for batch normalization, its statistics and its gradient", async () => {
  for (const shape of [
    [300, 96],
    [64, 32, 14, 14],
    [3, 64, 7, 9],
  ]) {
    const normalization = (a: Tensor, gamma: Tensor, beta: Tensor, weights: Tensor) => {
      const { output, mean, variance } = batchNormalize(a, { gamma, beta });
      const [da, dGamma, dBeta] = gradient(sum(mul(output, weights)), [a, gamma, beta]);
      return { output, mean, variance, da: da!, dGamma: dGamma!, dBeta: dBeta! };
    };
    expect(await differing([shape, [shape[1]!], [shape[1]!], shape], normalization)).toEqual([]);
  }
});

test("the same bits for pooling and its gradient", async () => {
  const pooled = (x: Tensor) => {
    const y = maxPool(x, 3, { stride: 2, padding: 1 });
    return { y, dx: gradient(sum(square(y)), [x])[0]! };
  };
  expect(await differing([[17, 8, 15, 13]], pooled)).toEqual([]);
});
