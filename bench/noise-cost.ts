/**
 * @file Cost of noise, masks, sampling and augmented views, as a share of a step: the same net with them and without, in alternating rounds.
 */
import {
  autoencoder,
  configureRuntime,
  denoisingAutoencoder,
  engine,
  maskedAutoencoder,
  restrictedBoltzmannMachine,
} from "../src/index.js";
import { contrastive, DEFAULT_VIEWS } from "./contrastive-trainee.js";
import { benchmarks, median } from "./harness.js";
import { keepResult, machine } from "./results.js";
import { stepsPerSecond, type Trainee, uniformRows } from "./steps.js";

const ROUNDS = 5;
const ROWS = 60_000;
/** The most that they may cost. */
const AIM = 0.15;

interface Pair {
  name: string;
  drawn: Trainee;
  without: Trainee;
}

const adam = { optimizer: "adam", learningRate: 1e-3, batchSize: 128 } as const;
const sgd = { optimizer: "sgd", learningRate: 0.01, batchSize: 128 } as const;
const layers = {
  latentDim: 32,
  hidden: [512, 256],
  latentActivation: "relu",
  outputActivation: "sigmoid",
} as const;

const denoising = { options: adam, method: denoisingAutoencoder({ ...layers, noise: { gaussian: 0.3 } }) };
const plain = { options: adam, method: autoencoder(layers) };
const masked = {
  options: adam,
  method: maskedAutoencoder({ ...layers, maskRatio: 0.5, maskToken: "channel" }),
};
const boltzmann = { options: sgd, method: restrictedBoltzmannMachine({ latentDim: 500 }) };

const views = { optimizer: "adam", learningRate: 1e-3, batchSize: 256 } as const;
const images = { options: views, method: contrastive([]) };

const pairs: Pair[] = [
  { name: "gaussian noise, beside none", drawn: denoising, without: plain },
  { name: "masks, beside one that hides nothing", drawn: masked, without: undrawn(masked) },
  { name: "Gibbs sampling, beside units that are rounded", drawn: boltzmann, without: undrawn(boltzmann) },
  {
    name: "two views of images by default, beside the images",
    drawn: { options: views, method: contrastive(DEFAULT_VIEWS) },
    without: images,
  },
  {
    name: "the same with rotations, beside the images",
    drawn: { options: views, method: contrastive([...DEFAULT_VIEWS, "rotate"]) },
    without: images,
  },
];

/** The same with a fixed number in place of each that is drawn. */
function undrawn({ method, options }: Trainee): Trainee {
  const { fitting } = method;
  if (fitting.kind !== "trained") throw new TypeError("noise-cost: wants a method that is trained");
  const { constant, expand } = engine;
  const loss: typeof fitting.loss = (batch, p) =>
    fitting.loss(
      {
        ...batch,
        uniform: (shape) => expand(constant(0.5), shape),
        bernoulli: (_probability, shape) => expand(constant(1), shape),
      },
      p,
    );
  return { options, method: { ...method, fitting: { ...fitting, loss } } };
}

export async function noiseCostBenchmarks(): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const x = uniformRows(ROWS, 784);
  const figures: Record<string, object> = {};
  for (const { name, drawn, without } of pairs) {
    const shares: number[] = [];
    const rates = { drawn: [] as number[], without: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      // The order turns, so that a machine that slows down favors neither.
      for (const which of round % 2 === 0 ? (["drawn", "without"] as const) : (["without", "drawn"] as const))
        rates[which].push(await stepsPerSecond(which === "drawn" ? drawn : without, x));
      shares.push(1 - rates.drawn[round]! / rates.without[round]!);
    }
    const share = median(shares);
    figures[name] = { share, aim: AIM, met: share < AIM, shares, stepsPerSecond: rates };
    console.log(`${name.padEnd(48)} ${(100 * share).toFixed(1)} % of a step, aim < ${100 * AIM} %`);
  }
  keepResult("noise-cost", {
    unit: "share of a step",
    figures,
    date: new Date().toISOString(),
    machine: machine(),
  });
}

if (process.argv[1]?.endsWith("noise-cost.js")) benchmarks(noiseCostBenchmarks);
