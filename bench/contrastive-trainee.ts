/**
 * @file A small convolutional encoder trained on two views of every image, to measure what the views cost.
 */
import { augmentations, engine, type Method } from "../src/index.js";
import { type Augmenting, augmentationOfAll } from "../src/methods/augmentations/augmentations-option.js";
import { convolutionalLayers, planLayers } from "../src/methods/networks/convolutional-layers.js";
import { layersFor } from "../src/methods/networks/convolutional-presets.js";
import { INFERENCE } from "../src/methods/networks/network.js";

const IMAGE = [1, 28, 28] as const;

/** Augmentations that are the default for these images. */
export const DEFAULT_VIEWS = augmentations.defaultAugmentations(IMAGE);

/** The spectral contrastive loss −2 E[f(x)ᵀf(x⁺)] + E[(f(x)ᵀf(x′))²] on two views; none is the image itself. */
export function contrastive(list: readonly Augmenting[]): Method {
  const { layers, latentDim } = layersFor(IMAGE);
  const network = convolutionalLayers(planLayers("contrastive", layers, IMAGE, latentDim));
  const { view } = augmentationOfAll(list);
  const { concat, matmul, mean, mul, slice, square, sub, sum } = engine;
  const defaults = { epochs: 1, batchSize: 256, learningRate: 1e-3, optimizer: { name: "adam" } } as const;
  return {
    name: "contrastive",
    options: {},
    codeSize: () => latentDim,
    fitting: {
      kind: "trained",
      defaults,
      initial: (x, random) => {
        const all = Object.entries(network.initial(x.cols, random));
        return Object.fromEntries(all.filter(([name]) => name.startsWith("encoder")));
      },
      loss(batch, p) {
        const x = batch.data.x!;
        const n = x.shape[0] as number;
        const from = { batch, shape: IMAGE, parameters: p };
        const codes = network.encode(concat([view(x, from), view(x, from)]), p, INFERENCE);
        const [a, b] = [slice(codes, 0, 0, n), slice(codes, 0, n, 2 * n)];
        const near = mean(sum(mul(a, b), 1));
        return { loss: sub(mean(square(matmul(a, b, { transposeB: true }))), mul(near, 2)) };
      },
    },
    parts: () => ({ encode: (x, p) => network.encode(x, p, INFERENCE) }),
    results: () => ({}),
  };
}
