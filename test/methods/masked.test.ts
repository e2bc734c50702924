/** @file The masked autoencoder and the unrolled linear one under masks: beside PyTorch, with what is missing, in patches. */
import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, row } from "../../src/data/matrix.js";
import type { NdArray, Tensor } from "../../src/engine/index.js";
import { input, runtime } from "../../src/engine/index.js";
import {
  fit,
  impute,
  type Loss,
  linearAutoencoder,
  load,
  type MaskedAutoencoderOptions,
  maskedAutoencoder,
} from "../../src/index.js";
import { randomMask } from "../../src/methods/augmentations/random-mask.js";
import { squaredError } from "../../src/methods/losses.js";
import type { Method, TrainingBatch } from "../../src/methods/method.js";
import { rmseHidden } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { expectClose, float32, generated, readGolden } from "../golden/golden.js";
import { digitRows } from "./digit-rows.js";
import { checkTrainingGradients, trainingLoss } from "./training-loss.js";

interface Golden {
  seed: number;
  shown: number[];
  there: number[];
  cases: {
    case: Partial<MaskedAutoencoderOptions> & { unrolled?: boolean; missing: boolean };
    tensors: { name: string; shape: number[]; low: number; high: number }[];
    loss: number;
    gradients: Record<string, number[]>;
  }[];
}
const golden = readGolden<Golden>("masked.json");

describe.each(golden.cases)(
  "the loss of $case",
  ({ case: given, tensors, loss: wanted, gradients: slopes }) => {
    const { unrolled, missing, ...options } = given;
    const { x: complete, ...parameters } = generated(golden.seed, tensors);
    const x: NdArray = missing
      ? float32(
          complete!.shape,
          (complete!.data as Float32Array).map((value, at) => (golden.there[at] ? value : Number.NaN)),
        )
      : complete!;
    const shown = float32(complete!.shape, golden.shown);
    const method: Method = unrolled
      ? linearAutoencoder({
          latentDim: 2,
          parameterization: "unrolled",
          steps: 3,
          stepSize: 0.25,
          maskRatio: 0.3,
        })
      : maskedAutoencoder({ latentDim: 2, hidden: [4], activation: "tanh", maskRatio: 0.3, ...options });

    test("and its gradients are PyTorch's", async () => {
      const { loss, gradients } = await trainingLoss(method, parameters, x, shown);
      expectClose([loss], [wanted], 1e-6, "loss");
      expect(Object.keys(slopes).sort()).toEqual(Object.keys(parameters).sort());
      // Float32 through two layers.
      for (const [name, slope] of Object.entries(slopes))
        expectClose(gradients[name]!.data, slope, 1e-5, name);
    });

    test("has the gradient that central differences have", () =>
      checkTrainingGradients(method, parameters, x, shown));
  },
);

const options = { latentDim: 8, hidden: [32] } as const;
const quick = { epochs: 2, seed: 1 } as const;

/** Some numbers hidden, and no row without any. */
function holed(x: Matrix, share: number, seed = 4): { x: Matrix; hidden: Uint8Array } {
  const stream = random(seed);
  const hidden = Uint8Array.from(x.data, (_, at) => (at % x.cols > 0 && stream.uniform() < share ? 1 : 0));
  const data = x.data.map((value, at) => (hidden[at] ? Number.NaN : value));
  return { x: matrix(x.rows, x.cols, data), hidden };
}

describe("missing values", () => {
  const { x, hidden } = holed(digitRows, 0.3);

  test.each(["learned", "channel", "mean", "zero"] as const)(
    "%s: what stands in a missing place changes nothing, in training and after",
    async (maskToken) => {
      const method = maskedAutoencoder({ ...options, maskToken });
      const model = await fit(method, x, quick);
      expect(model.history.every(({ loss }) => Number.isFinite(loss))).toBe(true);
      const z = await model.encode(x);
      const xHat = await model.reconstruct(x);
      expect(z.data.every(Number.isFinite)).toBe(true);
      expect(xHat.data.every(Number.isFinite)).toBe(true);
      // A row whose missing numbers were put there again is another row.
      const whole = await model.encode(digitRows);
      expect(row(whole, 3)).not.toEqual(row(z, 3));
      if (maskToken === "channel") return;
      // Where the token itself stands is what the encoder is given of a missing number.
      const filled = x.data.map((v, at) => (Number.isNaN(v) ? model.maskToken[at % x.cols]! : v));
      expectClose((await model.encode(matrix(x.rows, x.cols, filled))).data, [...z.data], 1e-5, "codes");
    },
  );

  test("the mask token: means over what is there, which training moves if it is learned", async () => {
    const mean = await fit(maskedAutoencoder({ ...options, maskToken: "mean" }), x, quick);
    const wanted = Array.from({ length: x.cols }, (_, j) => {
      const known = Array.from({ length: x.rows }, (_, i) => row(x, i)[j]!).filter((v) => !Number.isNaN(v));
      return known.reduce((sum, v) => sum + v, 0) / known.length;
    });
    expectClose(mean.maskToken, wanted, 1e-6, "means");
    const learned = await fit(maskedAutoencoder({ ...options, maskToken: "learned" }), x, quick);
    expect(learned.maskToken).not.toEqual(mean.maskToken);
    const zero = await fit(maskedAutoencoder({ ...options, maskToken: "zero" }), x, quick);
    expect(zero.maskToken).toEqual(new Float32Array(64));
    expect((await load(learned.save())).parameters).toEqual(learned.parameters);
  });

  // 0 is a common number here, and a hidden one cannot be told from it.
  test("zeros fill worse than means or what is learned in their place", async () => {
    const data = { data: digits().x.data.map((v) => v / 16), rows: 1797, cols: 64 };
    const { x: part, hidden } = holed(data, 0.3);
    const training = { epochs: 40, batchSize: 64, schedule: "cosine", seed: 1 } as const;
    const error = async (maskToken: "zero" | "mean" | "learned") => {
      const model = await fit(maskedAutoencoder({ latentDim: 16, hidden: [64], maskToken }), part, training);
      return rmseHidden(data, await impute(model, part), hidden);
    };
    const zero = await error("zero");
    // The columns' means: 0.27.
    expect(zero).toBeLessThan(0.24);
    expect(await error("mean")).toBeLessThan(0.97 * zero);
    expect(await error("learned")).toBeLessThan(0.97 * zero);
  });

  test("masks teach the unrolled linear autoencoder with k = d to fill", async () => {
    const training = { epochs: 100, schedule: "cosine", seed: 1 } as const;
    const error = async (maskRatio: number) => {
      const method = linearAutoencoder({ latentDim: 64, parameterization: "unrolled", maskRatio });
      return rmseHidden(digitRows, await impute(await fit(method, x, training), x), hidden);
    };
    expect(await error(0.3)).toBeLessThan(0.9 * (await error(0)));
  });
});

describe("patches", () => {
  const mask = async (n: number, d: number, options: Parameters<typeof randomMask>[2]) => {
    const stream = random(9);
    const draws: Tensor[] = [];
    const feeds: Record<string, NdArray> = {};
    const batch = {
      bernoulli(probability: number, shape: readonly number[]) {
        const name = `draw${draws.length}`;
        const size = shape.reduce((p, s) => p * s, 1);
        feeds[name] = float32(shape, stream.fillBernoulli(new Float32Array(size), probability));
        draws.push(input(name, shape));
        return draws.at(-1)!;
      },
    } as unknown as TrainingBatch;
    const y = randomMask(input("x", [n, d]), batch, options);
    const program = await (await runtime()).program({ y }, { inputs: draws });
    const { y: got } = await program.run(feeds);
    await program.release();
    return got!.data as Float32Array;
  };

  test("are hidden as a whole, in all channels alike, and at their rate", async () => {
    const [n, channels, height, width, size] = [200, 3, 4, 6, 2];
    const rowShape = [channels, height, width];
    const y = await mask(n, channels * height * width, { maskRatio: 0.25, patchSize: size, rowShape });
    let hidden = 0;
    for (let i = 0; i < n; i++) {
      for (let at = 0; at < channels * height * width; at++) {
        const [line, column] = [Math.floor(at / width) % height, at % width];
        const corner = (line - (line % size)) * width + column - (column % size);
        const value = y[i * channels * height * width + at];
        expect(value).toBe(y[i * channels * height * width + corner]);
        expect(value === 0 || value === 1).toBe(true);
        if (at === corner) hidden += 1 - value!;
      }
    }
    // 1200 patches: a standard deviation is 0.0125.
    expect(hidden / (n * 6)).toBeGreaterThan(0.2);
    expect(hidden / (n * 6)).toBeLessThan(0.3);
  });

  test("train on square images by default", async () => {
    const method = maskedAutoencoder({ ...options, patchSize: 2, lossOn: "hidden" });
    const model = await fit(method, digitRows, { ...quick, epochs: 20 });
    expect(model.history.at(-1)!.loss).toBeLessThan(0.8 * model.history[0]!.loss);
  });

  test("that do not tile the image, and rows that are no images, are refused", async () => {
    const refused = (given: object, x: Matrix, message: string) =>
      expect(fit(maskedAutoencoder({ ...options, ...given }), x, quick)).rejects.toThrow(message);
    await refused({ patchSize: 3 }, digitRows, "patchSize must divide height and width, got 3 for 8 × 8");
    await refused({ patchSize: 2 }, matrix(5, 10), "rows of 10 numbers are no square images");
    await refused({ patchSize: 2, rowShape: [4, 8] }, digitRows, "rowShape 4 × 8 is 32 numbers");
    expect(() => maskedAutoencoder({ ...options, patchSize: 2, rowShape: [64] })).toThrow(
      "rowShape must be [height, width] or [channels, height, width], integers ≥ 1, got [64]",
    );
  });
});

describe("options that do not go together", () => {
  const refused = (given: object, message: string) =>
    expect(() => maskedAutoencoder({ ...options, ...given })).toThrow(message);

  test("are refused when the method is made", () => {
    refused({ tied: true, maskToken: "channel" }, 'tied wants another maskToken than "channel"');
    refused({ lossOn: "hidden", maskRatio: 0 }, 'lossOn "hidden" wants a maskRatio > 0');
  });

  test("a loss that cannot leave anything out is refused; one of a file is not", async () => {
    const blind: Loss = { name: "blind", rows: (x, output) => squaredError.rows(x, output) };
    refused({ loss: blind }, 'the loss "blind" must leave out what is hidden');
    const seeing: Loss = {
      name: "seeing",
      rows: (x, output, observed) => squaredError.rows(x, output, observed),
    };
    const model = await fit(maskedAutoencoder({ ...options, loss: seeing }), digitRows, quick);
    expect((await load(model.save())).options).toMatchObject({ loss: { custom: "seeing" } });
  });
});
