/**
 * @file Training steps per second of next-step prediction, beside eager PyTorch on two threads: the same network, windows and
 * optimizer, on uniform random rows of one sequence.
 */
import { configureRuntime, nextStep } from "../src/index.js";
import { benchmarks, compare } from "./harness.js";
import { pythonServers } from "./python-server.js";
import { SECONDS, stepsPerSecond, uniformRows } from "./steps.js";

const [ROWS, COLS, WINDOW, STRIDE] = [8640, 7, 48, 12];
/** Windows of them. */
const EXAMPLES = Math.floor((ROWS - WINDOW) / STRIDE) + 1;

export async function sequenceBenchmarks(only?: string): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const servers = await pythonServers("torch_sequences.py", 2);
  const x = uniformRows(ROWS, COLS);
  for (const network of ["gru", "diagonal"] as const) {
    if (only && only !== network) continue;
    await compare({
      name: `next-step-${network}`,
      unit: "steps/s",
      higherIsBetter: true,
      aim: 1,
      ours: () =>
        stepsPerSecond(
          {
            method: nextStep({ latentDim: 64, network, window: WINDOW, stride: STRIDE }),
            options: { optimizer: "adam", learningRate: 1e-3, batchSize: 32 },
          },
          x,
          EXAMPLES,
        ),
      peers: servers.map((server) => ({
        name: server.name,
        versions: server.versions,
        measure: async () => (await server.ask<{ rate: number }>({ case: network, seconds: SECONDS })).rate,
      })),
    });
  }
}

if (process.argv[1]?.endsWith("sequences.js")) benchmarks(() => sequenceBenchmarks(process.argv[2]));
