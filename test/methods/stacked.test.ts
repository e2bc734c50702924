import { describe, expect, test } from "vitest";
import { matrix, takeRows } from "../../src/data/matrix.js";
import { constant, runtime } from "../../src/engine/index.js";
import {
  autoencoder,
  fit,
  load,
  type Preparation,
  type StackedAutoencoderOptions,
  stackedAutoencoder,
} from "../../src/index.js";
import { linearFreeEnergy, linearHiddenUnits } from "../../src/methods/energy/linear-hidden-units.js";
import type { Fitted } from "../../src/methods/method.js";
import { random } from "../../src/random.js";
import { checkGradients } from "../engine/central-differences.js";
import { expectClose, float32 } from "../golden/golden.js";
import { digitRows as x } from "./digit-rows.js";

const sigmoidLayers = {
  latentDim: 6,
  hidden: [32, 16],
  activation: "sigmoid",
  outputActivation: "sigmoid",
} as const;
const KINDS = ["plain", "denoising", "rbm"] as const;
const pretrained = (pretraining: (typeof KINDS)[number], more: Partial<StackedAutoencoderOptions> = {}) =>
  stackedAutoencoder({
    ...sigmoidLayers,
    pretraining,
    pretrainingEpochs: 30,
    pretrainingBatchSize: 20,
    pretrainingLearningRate: 0.02,
    ...more,
  });
const meanError = async (model: { squaredErrors(rows: typeof x): Promise<Float64Array> }, rows: typeof x) =>
  (await model.squaredErrors(rows)).reduce((t, e) => t + e) / rows.rows;

// Few rows and few epochs, through sigmoids: what Hinton, Osindero & Teh (2006) and Bengio et al. (2007) found hard.
describe("a deep sigmoid network on few digits and few epochs", () => {
  const rows = (from: number, to: number) =>
    takeRows(
      x,
      Array.from({ length: to - from }, (_, i) => from + i),
    );
  const [train, unseen] = [rows(0, 200), rows(200, 300)];
  const training = { epochs: 10, batchSize: 20, seed: 1 } as const;

  test.each(KINDS)(
    "%s: every layer learns, and the whole starts and ends below random weights",
    async (kind) => {
      const fromRandom = await fit(autoencoder(sigmoidLayers), train, training);
      const model = await fit(pretrained(kind), train, training);
      expect(model.pretrainingLosses).toHaveLength(3);
      for (const losses of model.pretrainingLosses) {
        expect(losses).toHaveLength(30);
        expect(losses.at(-1)!).toBeLessThan(losses[0]!);
      }
      // Seen: 0.13 to 0.27 of the loss, 0.36 to 0.58 of the error on rows not trained on.
      expect(model.history[0]!.loss).toBeLessThan(0.4 * fromRandom.history[0]!.loss);
      expect(await meanError(model, unseen)).toBeLessThan(0.75 * (await meanError(fromRandom, unseen)));
    },
  );
});

// A step of next to nothing shows what training together starts from.
const still = { epochs: 1, batchSize: "all", learningRate: 1e-30, optimizer: "sgd", seed: 1 } as const;

describe("unrolled", () => {
  test("one layer is what it was alone", async () => {
    const method = stackedAutoencoder({ latentDim: 6, hidden: [], pretrainingEpochs: 40 });
    const model = await fit(method, x, still);
    const [losses] = model.pretrainingLosses;
    // The last epoch's mean was taken while the layer still learned.
    expect(model.history[0]!.loss).toBeLessThan(losses!.at(-1)!);
    expect(model.history[0]!.loss).toBeGreaterThan(0.9 * losses!.at(-1)!);
  });

  test("a machine's weights lead up, and transposed down", async () => {
    const { parameters } = await fit(pretrained("rbm"), x, still);
    for (const l of [0, 1, 2]) {
      expect(parameters[`decoder.${2 - l}.weight`]).toEqual(parameters[`encoder.${l}.weight`]);
    }
    const tied = await fit(pretrained("rbm", { tied: true }), x, still);
    expect(Object.keys(tied.parameters).filter((name) => /decoder.*weight/.test(name))).toEqual([]);
  });
});

test("the preset fills in what is not said", () => {
  const { options } = stackedAutoencoder({ latentDim: 2, preset: "hinton2006", hidden: [500, 250] });
  expect(options).toMatchObject({
    hidden: [500, 250],
    activation: "sigmoid",
    latentActivation: "linear",
    loss: "binaryCrossEntropy",
    pretraining: "rbm",
    pretrainingLearningRate: 0.01,
  });
  expect(stackedAutoencoder({ latentDim: 30, preset: "hinton2006" }).options).toMatchObject({
    hidden: [1000, 500, 250],
  });
});

test("losses of another shape than the options', as a damaged file may have them, are refused", () => {
  const { results } = stackedAutoencoder({ latentDim: 2, hidden: [8], pretrainingEpochs: 3 });
  const damaged = { "pretraining.losses": float32([2 ** 40, 0], []) };
  expect(() => results(damaged, 64, {} as Fitted)).toThrow(
    "pretraining.losses wants shape [2, 3], got [1099511627776, 0]",
  );
});

describe("training", () => {
  const method = stackedAutoencoder({ latentDim: 3, hidden: [8], pretrainingEpochs: 3 });

  test("goes on from a checkpoint to the same bits, without pretraining again", async () => {
    let checkpoint: Uint8Array | undefined;
    const options = { epochs: 3, seed: 1 } as const;
    const onCheckpoint = (make: () => Uint8Array) => void (checkpoint ??= make());
    const whole = (await fit(method, x, { ...options, onCheckpoint })).save();
    const before = (await load(checkpoint!)).parameters["pretraining.losses"]!;
    const resumed = await fit(method, x, { ...options, resume: checkpoint });
    expect(resumed.save()).toEqual(whole);
    expect(resumed.parameters["pretraining.losses"]).toEqual(before);
  });

  test("tells of every layer's epochs before its own", async () => {
    const told: Preparation[] = [];
    const onPreparing = (progress: Preparation) => void told.push(progress);
    let first = 0;
    const onProgress = () => void (first ||= told.length);
    const model = await fit(method, x, { epochs: 1, seed: 1, onPreparing, onProgress });
    expect(first).toBe(told.length);
    expect(told.map(({ layer, epoch }) => [layer, epoch])).toEqual(
      [1, 2].flatMap((l) => [1, 2, 3].map((e) => [l, e])),
    );
    expect(told.map(({ fraction }) => fraction)).toEqual(
      [1, 2, 3, 4, 5, 6].map((done) => expect.closeTo(done / 6, 10)),
    );
    expectClose(
      told.map(({ loss }) => loss),
      model.pretrainingLosses.flat(),
      1e-6,
      "losses, in float32",
    );
  });

  test("of a layer that diverges is stopped by name", async () => {
    const wild = stackedAutoencoder({ latentDim: 3, hidden: [8], pretrainingLearningRate: 1e30 });
    await expect(fit(wild, x)).rejects.toThrow(
      "stackedAutoencoder: layer 1 by itself: the loss is no longer finite in epoch 1; try a learning rate below 1e+30",
    );
  });

  test("is stopped by a signal while layers are pretrained", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason));
    const long = stackedAutoencoder({ latentDim: 3, hidden: [8], pretrainingEpochs: 100_000 });
    await expect(fit(long, x, { signal: controller.signal })).rejects.toBe(reason);
  });
});

describe("machines", () => {
  test("want sigmoid layers, a code they can make, and numbers in [0, 1]", async () => {
    const refused = (options: object, message: string) =>
      expect(() => stackedAutoencoder({ latentDim: 2, pretraining: "rbm", ...options })).toThrow(
        `stackedAutoencoder: pretraining rbm wants ${message}`,
      );
    refused({}, "activation sigmoid, got relu");
    refused(
      { activation: "sigmoid", latentActivation: "tanh" },
      "latentActivation sigmoid or linear, got tanh",
    );
    const bytes = matrix(
      300,
      64,
      x.data.map((v) => 16 * v),
    );
    await expect(fit(pretrained("rbm"), bytes)).rejects.toThrow("pretraining rbm wants numbers in [0, 1]");
  });

  // F(v) = −log ∫ exp(−E(v, h)) dh with E(v, h) = −bᵀv − v·w h + ½ (h − c)², by the trapezoidal rule.
  test("the free energy of a linear hidden unit is that of its energy, integrated", async () => {
    const [weights, hiddenBias, visibleBias] = [[0.7, -1.2], [0.3], [0.5, -0.4]];
    const rows = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ];
    const wanted = rows.map(([a, b]) => {
      const field = a! * weights[0]! + b! * weights[1]!;
      let integral = 0;
      for (let h = -12; h <= 12; h += 0.01)
        integral += Math.exp(field * h - (h - hiddenBias[0]!) ** 2 / 2) * 0.01;
      return -(a! * visibleBias[0]! + b! * visibleBias[1]!) - Math.log(integral);
    });
    const p = {
      weights: constant(float32([2, 1], weights)),
      hiddenBias: constant(float32([1], hiddenBias)),
      visibleBias: constant(float32([2], visibleBias)),
    };
    const energies = linearFreeEnergy(constant(float32([4, 2], rows.flat())), p);
    const program = await (await runtime()).program({ energies });
    const got = [...((await program.run({})).energies!.data as Float32Array)];
    // Up to a constant; float32.
    expectClose(
      got.map((v) => v - got[0]!),
      wanted.map((v) => v - wanted[0]!),
      1e-6,
      "free energies",
    );
  });

  test("its gradient is that of central differences", () =>
    checkGradients({
      shapes: [[3, 4], [4, 2], [2], [4]],
      f: (v, weights, hiddenBias, visibleBias) =>
        linearFreeEnergy(v!, { weights: weights!, hiddenBias: hiddenBias!, visibleBias: visibleBias! }),
    }));

  test("linear hidden units start small and unbiased", async () => {
    const { weights, hiddenBias, visibleBias } = await linearHiddenUnits(4).initial(x, random(1));
    const data = weights!.data as Float32Array;
    expect(weights!.shape).toEqual([64, 4]);
    expect(Math.sqrt(data.reduce((s, v) => s + v * v, 0) / data.length)).toBeCloseTo(0.01, 3);
    for (const bias of [hiddenBias!, visibleBias!]) expect(bias.data.every((v) => v === 0)).toBe(true);
  });
});
