/** @file Losses of denoising, contractive and sparse autoencoders beside PyTorch's, and their gradients. */
import { describe, expect, test } from "vitest";
import { methodNamed } from "../../src/index.js";
import { expectClose, float32, generated, readGolden } from "../golden/golden.js";
import { checkTrainingGradients, trainingLoss } from "./training-loss.js";

interface Golden {
  seed: number;
  cases: {
    method: string;
    options: { latentDim: number; latentActivation?: string; sparsity?: string };
    tensors: { name: string; shape: number[]; low: number; high: number }[];
    /** Flat, what the loss draws: one number for each of x in a denoising one, else of the code. */
    noise: number[] | null;
    loss: number;
    gradients: Record<string, number[]>;
  }[];
}
const golden = readGolden<Golden>("regularized-autoencoders.json");
const [ROWS, D] = [5, 6];

const cases = await Promise.all(
  golden.cases.map(async (one) => ({ ...one, entry: await methodNamed(one.method) })),
);

describe.each(cases)("$method $options", (one) => {
  const { options, loss: wanted, gradients: slopes } = one;
  const method = one.entry.create(options);
  const { x, ...parameters } = generated(golden.seed, one.tensors);
  const width = one.method === "denoisingAutoencoder" ? D : options.latentDim;
  const noise = one.noise ? float32([ROWS, width], one.noise) : undefined;

  test("loss and gradients are PyTorch's", async () => {
    const { loss, gradients } = await trainingLoss(method, parameters, x!, noise);
    expectClose([loss], [wanted], 1e-6, "loss");
    expect(Object.keys(slopes).sort()).toEqual(Object.keys(parameters).sort());
    for (const [name, slope] of Object.entries(slopes)) expectClose(gradients[name]!.data, slope, 5e-6, name);
  });

  // A step of 1e-2 crosses kinks of rectified codes and changes which are largest: PyTorch alone judges those.
  const kinks = options.latentActivation === "relu" || /^(l1|topK)/.test(options.sparsity ?? "");
  if (!kinks)
    test("gradients are those of central differences", () =>
      checkTrainingGradients(method, parameters, x!, noise));
});
