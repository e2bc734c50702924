/**
 * @file Training steps per second of the autoencoders and their relatives through `fit`, beside the same written by hand
 * for eager PyTorch (bench/peers/torch_autoencoders.py), on two threads: Adam with 1e-3, batches of 128, float32, uniform
 * random data in memory.
 */
import {
  autoDecoder,
  configureRuntime,
  contractiveAutoencoder,
  convolutionalAutoencoder,
  denoisingAutoencoder,
  maskedAutoencoder,
  predictiveSparseDecomposition,
  restrictedBoltzmannMachine,
  sparseAutoencoder,
  variationalAutoencoder,
} from "../src/index.js";
import { benchmarks, compare } from "./harness.js";
import { pythonServers } from "./python-server.js";
import { SECONDS, stepsPerSecond, type TrainingCase, uniformRows } from "./steps.js";

const ROWS = 60_000;
const AIM = 1.3;

interface Case extends TrainingCase {
  /** Names the figure, `autoencoder-NAME`, and the peer's case. */
  name: string;
  /** Cases of the peer, where there is more than the one of the same name. */
  peers?: readonly string[];
  /** The reason why an aim was missed, and what was tried. */
  note?: string;
}

const adam = { optimizer: "adam", learningRate: 1e-3, batchSize: 128 } as const;
const images = { rows: ROWS, cols: 784, options: adam } as const;
const layers = {
  latentDim: 32,
  hidden: [512, 256],
  latentActivation: "relu",
  outputActivation: "sigmoid",
} as const;

const wide = { latentDim: 1024, hidden: [], tied: false } as const;
const boltzmann = {
  cols: 784,
  method: restrictedBoltzmannMachine({ latentDim: 500 }),
  options: { optimizer: "sgd", learningRate: 0.01, batchSize: 128 },
} as const;

const cases: Case[] = [
  { ...images, name: "denoising", method: denoisingAutoencoder({ ...layers, noise: { gaussian: 0.3 } }) },
  {
    ...images,
    name: "contractive",
    method: contractiveAutoencoder({ latentDim: 128, contraction: 0.1, outputActivation: "sigmoid" }),
  },
  { ...images, name: "sparse-l1", method: sparseAutoencoder({ ...wide, sparsity: { l1: 0.01 } }) },
  {
    ...images,
    name: "sparse-top-k",
    method: sparseAutoencoder({ ...wide, latentActivation: "relu", sparsity: { topK: 50 } }),
  },
  {
    ...images,
    name: "variational",
    method: variationalAutoencoder({ latentDim: 32, hidden: [512, 256], likelihood: "bernoulli" }),
  },
  { ...boltzmann, name: "boltzmann", rows: ROWS },
  {
    name: "predictive-sparse",
    rows: 20_000,
    cols: 64,
    options: adam,
    method: predictiveSparseDecomposition({
      latentDim: 256,
      sparsity: 0.1,
      predictionWeight: 1,
      predictor: "sigmoid",
      steps: 10,
    }),
  },
  {
    ...images,
    name: "masked",
    method: maskedAutoencoder({ ...layers, maskRatio: 0.5, maskToken: "channel" }),
  },
  {
    ...images,
    name: "auto-decoder",
    rows: 10_000,
    method: autoDecoder({ latentDim: 32, hidden: [512, 256], outputActivation: "sigmoid" }),
    peers: ["auto-decoder", "auto-decoder-sparse"],
  },
  {
    ...images,
    name: "convolutional",
    method: convolutionalAutoencoder({ layers: "strong", outputActivation: "sigmoid" }),
  },
];

export async function autoencoderBenchmarks(only?: string): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const servers = await pythonServers("torch_autoencoders.py", 2);
  for (const one of cases.filter(({ name }) => !only || name === only)) {
    const x = uniformRows(one.rows, one.cols);
    await compare({
      name: `autoencoder-${one.name}`,
      unit: "steps/s",
      higherIsBetter: true,
      aim: AIM,
      ours: () => stepsPerSecond(one, x),
      note: one.note,
      peers: servers.flatMap((server) =>
        (one.peers ?? [one.name]).map((name) => ({
          name: name === one.name ? server.name : `${name}, ${server.name}`,
          versions: server.versions,
          measure: async () => (await server.ask<{ rate: number }>({ case: name, seconds: SECONDS })).rate,
        })),
      ),
    });
  }
  if (!only || only === "boltzmann-sklearn") await besideScikitLearn();
}

/** A Boltzmann machine of the same size and batches beside scikit-learn's, seconds an epoch. */
async function besideScikitLearn(): Promise<void> {
  const rows = 10_000;
  const { method, options, cols } = boltzmann;
  const x = uniformRows(rows, cols);
  const servers = await pythonServers("sklearn_rbm.py", 2);
  const [latentDim, { batchSize, learningRate }] = [500, options];
  await compare({
    name: "boltzmann-sklearn",
    unit: "s",
    higherIsBetter: false,
    aim: 5,
    ours: async () => Math.ceil(rows / batchSize) / (await stepsPerSecond({ method, options }, x)),
    note:
      "Seconds an epoch. scikit-learn takes chains that live on for what CD-1 takes from the data: as many products. Five " +
      "products of 0.1 GFLOP are what a step is made of in both, and OpenBLAS multiplies as fast as the runtime: with " +
      "all else free, ours would be two to three times as fast, not five.",
    peers: servers.flatMap((server) =>
      ["float32", "float64"].map((dtype) => ({
        name: `scikit-learn ${dtype}, ${server.name}`,
        versions: server.versions,
        measure: async () => {
          const request = { rows, cols, latentDim, batchSize, learningRate, dtype, epochs: 2 };
          return (await server.ask<{ seconds: number }>(request)).seconds;
        },
      })),
    ),
  });
}

if (process.argv[1]?.endsWith("autoencoders.js")) {
  benchmarks(() => autoencoderBenchmarks(process.argv[2]));
}
