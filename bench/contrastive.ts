/**
 * @file Training steps per second of methods of two views through `fit`, beside the same written by hand for eager PyTorch
 * (bench/peers/torch_contrastive.py), on two threads: images of 28 × 28 pixels, the small convolutional encoder, 64 numbers, batches
 * of 256, Adam, views with normal noise, uniform random data in memory.
 */
import { byol, configureRuntime, simclr, vicReg } from "../src/index.js";
import { benchmarks, compare } from "./harness.js";
import { pythonServers } from "./python-server.js";
import { SECONDS, stepsPerSecond, type TrainingCase, uniformRows } from "./steps.js";

const AIM = 1.2;

const options = { latentDim: 64, rowShape: [28, 28], augment: ["gaussian:0.1"] };
const images = {
  rows: 60_000,
  cols: 784,
  options: { optimizer: "adam", learningRate: 1e-3, batchSize: 256 },
} as const;

const cases: (TrainingCase & { name: string })[] = [
  { ...images, name: "simclr", method: simclr(options) },
  { ...images, name: "vic-reg", method: vicReg(options) },
  { ...images, name: "byol", method: byol(options) },
];

export async function contrastiveBenchmarks(only?: string): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const servers = await pythonServers("torch_contrastive.py", 2);
  for (const one of cases.filter(({ name }) => !only || name === only)) {
    const x = uniformRows(one.rows, one.cols);
    await compare({
      name: `contrastive-${one.name}`,
      unit: "steps/s",
      higherIsBetter: true,
      aim: AIM,
      ours: () => stepsPerSecond(one, x),
      peers: servers.map((server) => ({
        name: server.name,
        versions: server.versions,
        measure: async () => (await server.ask<{ rate: number }>({ case: one.name, seconds: SECONDS })).rate,
      })),
    });
  }
}

if (process.argv[1]?.endsWith("contrastive.js")) benchmarks(() => contrastiveBenchmarks(process.argv[2]));
