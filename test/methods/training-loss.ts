/** @file The loss that a method trains on and its gradients, for parameters, rows and noise that are given. */

import { expect } from "vitest";
import { gradient, input, type NdArray, type Program, runtime } from "../../src/engine/index.js";
import { ownScalars } from "../../src/engine/training-step.js";
import type { Method, Trained, TrainingBatch } from "../../src/methods/method.js";
import type { Parameters } from "../../src/methods/parameters.js";

export interface TrainingLoss {
  loss: number;
  /** One for every parameter, under its name. */
  gradients: Record<string, NdArray>;
  /** The loss with other values of one parameter. */
  lossWith(name: string, data: Float32Array): Promise<number>;
}

/** @param noise what the loss is to draw with `batch.normal` or `batch.bernoulli`. */
export async function trainingLoss(
  method: Method,
  parameters: Parameters,
  x: NdArray,
  noise?: NdArray,
): Promise<TrainingLoss> {
  const p = Object.fromEntries(Object.entries(parameters).map(([name, a]) => [name, input(name, a.shape)]));
  const batch = {
    data: { x: input("x", x.shape) },
    training: true,
    hasMissing: (x.data as Float32Array).some(Number.isNaN),
    normal: () => input("noise", noise!.shape),
    bernoulli: () => input("noise", noise!.shape),
    scalar: ownScalars,
  } as unknown as TrainingBatch;
  const { loss } = (method.fitting as Trained).loss(batch, p);
  const names = Object.keys(p);
  const outputs = gradient(
    loss,
    names.map((name) => p[name]!),
  ).map((g, i) => [`d ${names[i]}`, g]);
  const program: Program = await (await runtime()).program({ loss, ...Object.fromEntries(outputs) });
  const feeds = { ...parameters, x, ...(noise && { noise }) };
  const results = await program.run(feeds);
  return {
    loss: Number(results.loss!.data[0]),
    gradients: Object.fromEntries(names.map((name) => [name, results[`d ${name}`]!])),
    async lossWith(name, data) {
      const changed = { ...feeds, [name]: { ...parameters[name]!, data } };
      return Number((await program.run(changed)).loss!.data[0]);
    },
  };
}

/** Every gradient beside central differences. */
export async function checkTrainingGradients(
  method: Method,
  parameters: Parameters,
  x: NdArray,
  noise?: NdArray,
): Promise<void> {
  const { gradients, lossWith } = await trainingLoss(method, parameters, x, noise);
  // Float32: rounding 1e-6 / 2h and truncation h² f‴ / 6 meet near 1e-4; a term left out is off by 1e-2.
  const step = 1e-2;
  for (const [name, { data: values }] of Object.entries(parameters)) {
    for (let i = 0; i < values.length; i++) {
      const at = (change: number) => {
        const data = Float32Array.from(values as Float32Array);
        data[i]! += change;
        return lossWith(name, data);
      };
      const numeric = ((await at(step)) - (await at(-step))) / (2 * step);
      const size = Math.max(1, Math.abs(numeric));
      expect(Math.abs(Number(gradients[name]!.data[i]) - numeric) / size, `${name} ${i}`).toBeLessThan(2e-3);
    }
  }
}
