/**
 * @file Training steps per second through `fit`, and rows encoded per second, beside eager PyTorch on two threads.
 *
 * Ours and theirs train the same architectures with the same optimizers on uniform random data in memory, shuffled anew every
 * epoch. PyTorch is given its two best BLAS configurations; the better one counts.
 */
import {
  autoencoder,
  configureRuntime,
  convolutionalAutoencoder,
  fit,
  linearAutoencoder,
} from "../src/index.js";
import { benchmarks, compare } from "./harness.js";
import { pythonServers } from "./python-server.js";
import { SECONDS, stepsPerSecond, type TrainingCase, uniformRows } from "./steps.js";

const ROWS = 60_000;

interface Case extends TrainingCase {
  name: string;
  aim: number;
  /** The reason why an aim was missed, and what was tried. */
  note?: string;
}

const ADAM_NOTE =
  "Products run near the peak of the processor in both, and what differs is the rest. Adam is one pass over the parameters here, " +
  "on one thread, and about six in PyTorch on two. Where the two cores lie on different core complexes (a round trip between them takes " +
  "340 ns instead of 120), whatever one core wrote and the other reads takes long: the pass then takes 1.8 ms in place of .7.";
const CONV_NOTE =
  "Steps of many small products: two threads wait for each other at each of 128 images in a transposed convolution, so " +
  "that training mostly settles on one thread. Max-pooling with positions takes a sixth of a step. Tried: rectifying after " +
  "pooling (+8 %), one thread where it is faster (+20 %); pooling through blocks of a depth would give 6 % more. " +
  "Where both cores lie on one core complex, 1.7 to 2.0 times PyTorch was seen.";

const adam = { optimizer: "adam", learningRate: 1e-3 } as const;
const mlp = autoencoder({
  latentDim: 32,
  hidden: [512, 256],
  outputActivation: "sigmoid",
  latentActivation: "relu",
});

const lectureConv = convolutionalAutoencoder({
  layers: "lecture",
  outputActivation: "tanh",
  loss: "meanSquared",
});

const cases: Case[] = [
  {
    name: "mlp-128",
    aim: 1.5,
    rows: ROWS,
    cols: 784,
    method: mlp,
    options: { ...adam, batchSize: 128 },
    note: ADAM_NOTE,
  },
  {
    name: "mlp-1024",
    aim: 1.1,
    rows: ROWS,
    cols: 784,
    method: mlp,
    options: { ...adam, batchSize: 1024 },
    note: ADAM_NOTE,
  },
  {
    name: "conv-128",
    aim: 1.5,
    rows: ROWS,
    cols: 784,
    method: lectureConv,
    options: { ...adam, batchSize: 128 },
    note: CONV_NOTE,
  },
  {
    name: "linear-32",
    aim: 4,
    rows: 1797,
    cols: 64,
    method: linearAutoencoder({ latentDim: 8, bias: false }),
    options: { optimizer: "sgd", learningRate: 1e-2 / 64, batchSize: 32 },
  },
  {
    name: "unrolled-128",
    aim: 1.2,
    rows: ROWS,
    cols: 784,
    method: linearAutoencoder({
      latentDim: 64,
      parameterization: "unrolled",
      stepSize: "learned",
      bias: false,
    }),
    options: { ...adam, batchSize: 128 },
  },
];

export async function trainingBenchmarks(only?: string): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const servers = await pythonServers("torch_train.py", 2);
  const peersOf = (name: string) =>
    servers.map((server) => ({
      name: server.name,
      versions: server.versions,
      measure: async () => (await server.ask<{ rate: number }>({ case: name, seconds: SECONDS })).rate,
    }));
  for (const one of cases.filter(({ name }) => !only || name === only)) {
    const x = uniformRows(one.rows, one.cols);
    await compare({
      name: `train-${one.name}`,
      unit: "steps/s",
      higherIsBetter: true,
      aim: one.aim,
      ours: () => stepsPerSecond(one, x),
      note: one.note,
      peers: peersOf(one.name),
    });
  }
  if (only && only !== "encode") return;
  const x = uniformRows(ROWS, 784);
  const model = await fit(mlp, uniformRows(1024, 784), { epochs: 1, seed: 0 });
  for (const name of ["encode-1024", "encode-full"]) {
    await compare({
      name,
      unit: "rows/s",
      higherIsBetter: true,
      aim: 1,
      ours: async () => {
        const begun = performance.now();
        await model.encode(x);
        return (ROWS / (performance.now() - begun)) * 1000;
      },
      peers: peersOf(name),
    });
  }
}

if (process.argv[1]?.endsWith("training.js")) benchmarks(() => trainingBenchmarks(process.argv[2]));
