/**
 * @file Memory of training 784-512-256-32-256-512-784 on 60,000 × 784 numbers, batch 128, Adam: the largest resident set
 * of a fresh process, beside PyTorch's, above what holds the data.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { autoencoder, configureRuntime } from "../src/index.js";
import { benchmarks, compare } from "./harness.js";
import { blasConfigurations, type PythonServer, pythonServer } from "./python-server.js";
import { trainUntil, uniformRows } from "./steps.js";

const ROWS = 60_000;
const COLS = 784;
/** Enough for an epoch to end, whose last batch is a shorter one, and for the trial of one thread. */
const STEPS = 600;
const MEGABYTE = 1e6;

/** Bytes. */
interface Memory {
  /** The largest resident set of the process. */
  peak: number;
  /** The same before there were data. */
  before: number;
  data: number;
}

/** Trains in this process. */
async function train(): Promise<Memory> {
  configureRuntime({ backend: "native", threads: 2 });
  const peak = () => process.resourceUsage().maxRSS * 1024;
  const before = peak();
  const x = uniformRows(ROWS, COLS);
  const method = autoencoder({
    latentDim: 32,
    hidden: [512, 256],
    latentActivation: "relu",
    outputActivation: "sigmoid",
  });
  const options = { optimizer: "adam", learningRate: 1e-3, batchSize: 128 } as const;
  await trainUntil({ method, options }, x, (steps) => steps >= STEPS);
  return { peak: peak(), before, data: x.data.byteLength };
}

/** The same in a fresh process. */
function trainElsewhere(): Memory {
  const { stdout, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "train"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`training-memory: the training process ended with ${status}`);
  return JSON.parse(stdout) as Memory;
}

export async function trainingMemoryBenchmark(): Promise<void> {
  const seen: Record<string, number> = {};
  const aboveData = (who: string, { peak, before, data }: Memory) => {
    seen[`${who}: MB before there were data`] = Math.round(before / MEGABYTE);
    seen[`${who}: MB of data`] = Math.round(data / MEGABYTE);
    return (peak - data) / MEGABYTE;
  };
  await compare({
    name: "training-memory",
    unit: "MB",
    quiet: false,
    higherIsBetter: false,
    // At most 1.5 times PyTorch's.
    aim: 1 / 1.5,
    rounds: 3,
    warmUp: false,
    ours: async () => aboveData("ours", trainElsewhere()),
    peers: blasConfigurations(2).map(({ name, env }) => ({
      name,
      async measure() {
        const server: PythonServer = await pythonServer("torch_autoencoders.py", env, name);
        const memory = await server.ask<Memory>({ memory: "plain", steps: STEPS });
        server.close();
        return aboveData(name, memory);
      },
    })),
    note: "The largest resident set of a fresh process, less the bytes of the data: runtime, parameters, moments, batches.",
    details: () => seen,
  });
}

if (process.argv[1]?.endsWith("training-memory.js")) {
  if (process.argv[2] === "train") console.log(JSON.stringify(await train()));
  else benchmarks(trainingMemoryBenchmark);
}
