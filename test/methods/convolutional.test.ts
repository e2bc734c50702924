import { describe, expect, test } from "vitest";
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { applyScale, fitScale } from "../../src/data/scale.js";
import { constant, gradient, input, runtime } from "../../src/engine/index.js";
import {
  type ConvolutionalAutoencoder,
  type ConvolutionalAutoencoderOptions,
  convolutionalAutoencoder,
  fit,
  type LayerStack,
  load,
  pca,
} from "../../src/index.js";
import type { Trained, TrainingBatch } from "../../src/methods/method.js";
import { random } from "../../src/random.js";
import { expectClose, generated, readGolden } from "../golden/golden.js";
import { digitRows } from "./digit-rows.js";

interface Golden {
  seed: number;
  tensors: { name: string; shape: number[]; low: number; high: number }[];
  loss: number;
  codes: number[];
  gradients: Record<string, { norm: number; indices: number[]; values: number[] }>;
}
const golden = readGolden<Record<"lecture" | "strong", Golden>>("convolutional.json");

const small: LayerStack = {
  encoder: [{ conv: 4, kernel: 3, stride: 2, padding: 1, activation: "relu" }, { maxPool: 2 }],
  decoder: [
    { convTranspose: 4, kernel: 2, stride: 2 },
    { convTranspose: 1, kernel: 4, stride: 2, padding: 1 },
  ],
};
const quick = { epochs: 2, seed: 1 } as const;

describe("the presets beside PyTorch", () => {
  // Sums of up to some thousand float32 terms, on the scale of each gradient's largest entry.
  const TOLERANCE = 2e-5;

  test.each(["lecture", "strong"] as const)("%s: codes, loss and gradients", async (layers) => {
    const { seed, tensors, loss: wanted, codes, gradients } = golden[layers];
    const { x, ...parameters } = generated(seed, tensors);
    const method = convolutionalAutoencoder({ layers, outputActivation: "tanh", loss: "meanSquared" });
    const symbols = Object.fromEntries(
      Object.entries(parameters).map(([name, { shape }]) => [name, input(name, shape)]),
    );
    const batch = { data: { x: constant(x!) }, training: true } as unknown as TrainingBatch;
    const { loss } = (method.fitting as Trained).loss(batch, symbols);
    const names = Object.keys(parameters);
    const slopes = gradient(
      loss,
      names.map((name) => symbols[name]!),
    );
    const z = method.parts(784).encode!(constant(x!), symbols);
    const outputs = Object.fromEntries(names.map((name, i) => [`d${name}`, slopes[i]!]));
    const program = await (await runtime()).program({ loss, z, ...outputs });
    const got = await program.run(parameters);
    await program.release();
    expectClose(got.loss!.data, [wanted], TOLERANCE, "loss");
    expectClose(got.z!.data, codes, TOLERANCE, "codes");
    expect(names).toEqual(Object.keys(gradients));
    for (const [name, { norm, indices, values }] of Object.entries(gradients)) {
      const data = got[`d${name}`]!.data as Float32Array;
      expectClose([Math.hypot(...data)], [norm], TOLERANCE, `norm of ∂loss/∂${name}`);
      const largest = norm / Math.sqrt(data.length);
      expectClose(
        [...indices.map((i) => data[i]!), largest],
        [...values, largest],
        TOLERANCE,
        `∂loss/∂${name}`,
      );
    }
  });

  test("codes of 32 numbers, and the lecture's 5729 parameters", async () => {
    for (const layers of ["lecture", "strong"] as const)
      expect(convolutionalAutoencoder({ layers }).codeSize(784)).toBe(32);
    const { fitting } = convolutionalAutoencoder({ layers: "lecture" });
    const initial = await (fitting as Trained).initial(matrix(1, 784), random(0));
    const sizes = Object.values(initial).map(({ data }) => data.length);
    expect(sizes.reduce((a, b) => a + b)).toBe(5729);
  });
});

// Filters as large as the image make it a linear autoencoder: Baldi & Hornik (1989).
test("filters of the whole image reach the error of PCA and no less", async () => {
  // Centered, since the decoder has one bias for all pixels.
  const centered = applyScale(digitRows, {
    ...fitScale(digitRows, "standard"),
    factor: new Array(64).fill(1),
  });
  const meanError = async (model: { squaredErrors(x: Matrix): Promise<Float64Array> }) =>
    (await model.squaredErrors(centered)).reduce((t, e) => t + e) / centered.rows;
  const bound = await meanError(await fit(pca({ latentDim: 3 }), centered));
  const method = convolutionalAutoencoder({
    layers: { encoder: [{ conv: 3, kernel: 8 }], decoder: [{ convTranspose: 1, kernel: 8 }] },
  });
  const training = {
    epochs: 1500,
    batchSize: "all",
    learningRate: 0.03,
    schedule: "cosine",
    seed: 0,
  } as const;
  const ratio = (await meanError(await fit(method, centered, training))) / bound;
  expect(ratio).toBeLessThan(1 + 1e-3);
  expect(ratio).toBeGreaterThan(1 - 1e-6);
});

describe("layers made for the size of the images", () => {
  const shapes: [number, ...number[]][] = [
    [8, 8],
    [28, 28],
    [3, 32, 32],
    [100, 60],
    [5, 5],
    [3, 3],
    [1, 1],
    [1, 40],
    [3, 17, 9],
    [2, 7, 31],
  ];

  test.each(shapes)("%d × %d %d: a code and images of the same size", async (...rowShape) => {
    const d = rowShape.filter((n) => n !== undefined).reduce((a, b) => a * b);
    const method = convolutionalAutoencoder({ rowShape });
    expect(method.codeSize(d)).toBe(Math.max(1, Math.min(32, Math.floor(d / 4))));
    const model = await fit(method, matrix(6, d, random(1).fillUniform(new Float32Array(6 * d))), {
      epochs: 1,
      seed: 1,
    });
    expect((await model.reconstruct(matrix(2, d))).cols).toBe(d);
    // Said in the options, which the file keeps.
    expect(model.options.layers).toEqual(model.layers);
    expect((await load(model.save(), method)).layers).toEqual(model.layers);
  });

  test("each direction is halved as long as 4 pixels are left of it", () => {
    const strides = (rowShape: number[]) => {
      const { layers } = convolutionalAutoencoder({ rowShape }).options as unknown as { layers: LayerStack };
      return layers.encoder.map((layer) => (layer as { stride: unknown }).stride);
    };
    expect(strides([28, 28])).toEqual([2, 2]);
    expect(strides([8, 8])).toEqual([2]);
    expect(strides([5, 5])).toEqual([1]);
    expect(strides([3, 32, 32])).toEqual([2, 2, 2]);
    expect(strides([100, 60])).toEqual([2, 2, 2, [2, 1]]);
  });

  test("of 28 × 28 pixels they are the strong preset", () => {
    const { layers, latentDim } = convolutionalAutoencoder({ layers: "strong" }).options;
    expect(convolutionalAutoencoder({ rowShape: [28, 28] }).options).toMatchObject({ layers, latentDim });
  });

  test("squares need not be said, and the defaults learn: less error than as many principal components leave", async () => {
    const error = async (model: { squaredErrors(x: Matrix): Promise<Float64Array> }) =>
      (await model.squaredErrors(digitRows)).reduce((t, e) => t + e);
    const model = await fit(convolutionalAutoencoder({ latentDim: 2 }), digitRows, {
      epochs: 300,
      learningRate: 5e-3,
      seed: 1,
    });
    expect(model.layers.encoder).toHaveLength(1);
    expect(await error(model)).toBeLessThan(await error(await fit(pca({ latentDim: 2 }), digitRows)));
    expect((await load<ConvolutionalAutoencoder>(model.save())).layers).toEqual(model.layers);
  });
});

describe("images", () => {
  const color = matrix(40, 3 * 6 * 4, random(3).fillUniform(new Float32Array(40 * 72)));

  test("of several channels, not square, through pairs of sizes", async () => {
    const layers: LayerStack = {
      encoder: [{ conv: 5, kernel: [3, 2], stride: [1, 2], padding: [1, 0] }, { averagePool: [2, 1] }],
      decoder: [{ convTranspose: 3, kernel: [3, 2], stride: 2, padding: [1, 0], outputPadding: [1, 0] }],
    };
    const model = await fit(convolutionalAutoencoder({ layers, rowShape: [3, 6, 4] }), color, quick);
    expect(model.latentDim).toBe(5 * 3 * 2);
    expect((await model.reconstruct(color)).cols).toBe(72);
    expect(model.options).toMatchObject({ layers, rowShape: [3, 6, 4] });
    const loaded = await load(model.save());
    expect(await loaded.encode(color)).toEqual(await model.encode(color));
  });

  test("are normalized on request, so that their unit does not matter, and given back in it", async () => {
    const options: ConvolutionalAutoencoderOptions = {
      layers: small,
      normalize: true,
      outputActivation: "tanh",
    };
    // A power of two, which no rounding notices.
    const bright = matrix(
      300,
      64,
      digitRows.data.map((v) => 256 * v),
    );
    const model = await fit(convolutionalAutoencoder(options), digitRows, quick);
    const other = await fit(convolutionalAutoencoder(options), bright, quick);
    const z = await model.encode(digitRows);
    expect(await other.encode(bright)).toEqual(z);
    expect((await other.decode(z)).data).toEqual((await model.decode(z)).data.map((v) => 256 * v));
    // What was learned is what it would be of [−1, 1].
    const inside = matrix(
      300,
      64,
      digitRows.data.map((v) => 2 * v - 1),
    );
    const plain = await fit(convolutionalAutoencoder({ ...options, normalize: false }), inside, quick);
    expectClose((await plain.encode(inside)).data, [...z.data], 1e-5, "codes");
    expect(model.history.at(-1)!.loss).toBeCloseTo(plain.history.at(-1)!.loss, 4);
  });

  test("are normalized to [0, 1] for outputs that lie there", async () => {
    const bytes = matrix(
      300,
      64,
      digitRows.data.map((v) => 255 * v),
    );
    for (const output of [{ outputActivation: "sigmoid" }, { loss: "binaryCrossEntropy" }] as const) {
      const method = convolutionalAutoencoder({ layers: small, normalize: true, ...output });
      const model = await fit(method, bytes, quick);
      expect(model.parameters["pixels.factor"]!.data[0]).toBe(255);
      const { data } = await model.reconstruct(takeRows(bytes, [0, 1]));
      expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...data)).toBeLessThanOrEqual(255);
    }
    const method = convolutionalAutoencoder({ layers: small, loss: "binaryCrossEntropy" });
    await expect(fit(method, bytes, quick)).rejects.toThrow("binaryCrossEntropy wants numbers in [0, 1]");
  });
});

test("latentDim leads through fully connected layers to a code of any size, and back to the image", async () => {
  const model = await fit(convolutionalAutoencoder({ layers: small, latentDim: 7 }), digitRows, quick);
  expect(model.latentDim).toBe(7);
  expect(model.parameters["encoder.2.weight"]!.shape).toEqual([16, 7]);
  expect(model.parameters["decoder.0.weight"]!.shape).toEqual([16, 7]);
});

describe("layers that do not fit are refused by name", () => {
  const refused = (layers: unknown, message: string) =>
    expect(() => convolutionalAutoencoder({ layers } as ConvolutionalAutoencoderOptions)).toThrow(
      `convolutionalAutoencoder: ${message}`,
    );
  const misfit = (options: ConvolutionalAutoencoderOptions, message: string) =>
    expect(fit(convolutionalAutoencoder(options), digitRows)).rejects.toThrow(
      `convolutionalAutoencoder: ${message}`,
    );
  const { encoder, decoder } = small;

  test("when the method is made", () => {
    refused("weak", "layers must be auto, lecture, strong, or { encoder, decoder }");
    refused({ encoder }, "layers must be");
    refused({ encoder: [{ conv: 1, dense: 2 }], decoder }, "layers must be");
    const wrong = (layer: object, message: string) =>
      refused({ encoder: [{ maxPool: 2 }, layer], decoder }, `encoder layer 2 (${message}`);
    wrong({ conv: 0, kernel: 3 }, "conv 0): conv must be an integer ≥ 1");
    wrong({ conv: 8 }, "conv 8): kernel must be an integer ≥ 1, or two, got none");
    wrong({ conv: 8, kernel: 3, padding: -1 }, "conv 8): padding must be an integer ≥ 0, or two, got -1");
    wrong(
      { conv: 8, kernel: 3, outputPadding: 1 },
      'conv 8): there is no "outputPadding" here (there is kernel,',
    );
    wrong({ maxPool: [2, 2, 2] }, "maxPool [2,2,2]): maxPool must be an integer ≥ 1, or two");
    wrong(
      { dense: 3, activation: "sine" },
      'dense 3): activation must be one of relu, sigmoid, tanh, gelu, linear, got "sine"',
    );
    wrong({ reshape: [3, 3] }, "reshape [3,3]): reshape must be three integers ≥ 1: channels, height, width");
    refused(
      { encoder, decoder: [{ dense: 64, activation: "relu" }] },
      "decoder layer 1 (dense 64): outputActivation is the function of the last layer",
    );
  });

  test("when the size of the images is known", async () => {
    await misfit({ layers: "lecture" }, "encoder layer 4 (maxPool 2): nothing is left of 8 × 1 × 1");
    await misfit({ rowShape: [8, 7] }, "images of 8 × 7 are rows of 56 numbers, these have 64");
    await misfit(
      { layers: small, rowShape: [2, 4, 8] },
      "the decoder ends with 1 × 4 × 8, the image is 2 × 4 × 8",
    );
    const misfits = (layers: LayerStack, message: string) => misfit({ layers }, message);
    await misfits(
      { encoder: [{ dense: 4 }, { maxPool: 2 }], decoder },
      "encoder layer 2 (maxPool 2): wants an image, gets 4 numbers",
    );
    await misfits(
      { encoder, decoder: [{ reshape: [2, 2, 2] }] },
      "decoder layer 1 (reshape [2,2,2]): 4 × 2 × 2 numbers do not make 2 × 2 × 2",
    );
    await misfits({ encoder, decoder: [{ dense: 63 }] }, "the decoder ends with 63, the image is 1 × 8 × 8");
    await misfits(
      { encoder: [{ maxPool: 2, padding: 2 }], decoder },
      "encoder layer 1 (maxPool 2): padding must be at most half of the window",
    );
    await misfits(
      { encoder, decoder: [{ convTranspose: 1, kernel: 2, outputPadding: 1 }] },
      "decoder layer 1 (convTranspose 1): outputPadding must be smaller than the stride",
    );
    const wide = convolutionalAutoencoder({
      layers: { encoder: [{ averagePool: 2 ** 20 }], decoder: [] },
      rowShape: [2 ** 20, 2 ** 20],
    });
    expect(() => wide.codeSize(2 ** 40)).toThrow("averagePool 1048576): windows have at most 1048576 pixels");
    await expect(fit(convolutionalAutoencoder({ layers: small }), matrix(3, 65))).rejects.toThrow(
      "convolutionalAutoencoder: rows of 65 numbers are no square images, say rowShape",
    );
  });
});
