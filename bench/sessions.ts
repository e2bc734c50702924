/**
 * @file Cost of training held in the hand, at the size of the digits: a step taken alone, and looks at a training on its way, as multiples
 * of the same steps in one run, in alternating rounds.
 */
import { digits } from "../src/data/index.js";
import {
  autoencoder,
  configureRuntime,
  linearAutoencoder,
  type Method,
  startTraining,
  type TrainingSession,
} from "../src/index.js";
import { follow, spacedSteps } from "../studies/lectures/linear-training.js";
import { digitsData } from "../studies/lectures/study-data.js";
import { benchmarks, median } from "./harness.js";
import { keepResult, machine } from "./results.js";

/** Many and short ones: what else the machine does meets both ways alike. */
const ROUNDS = 61;
/** Rounds of whole trainings. */
const LONG_ROUNDS = 15;
/** The most that a step alone, and looks on the way, may cost, as multiples. */
const AIMS = { alone: 2, looks: 1.3 };
/** Enough for a training to have settled on its threads and on the length of its runs. */
const WARM_UP_STEPS = 6000;
const STEPS = 285;
const BATCH = 32;
const TRACED = 6000;
const EPOCHS = 1_000_000;

/** Two ways to the same, in seconds. */
interface Pair {
  readonly name: string;
  readonly aim: number;
  readonly rounds?: number;
  readonly ways: readonly [held: () => Promise<number>, plain: () => Promise<number>];
  release?(): Promise<void>;
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

async function begun<Model>(method: Method<Model>): Promise<TrainingSession<Model>> {
  const session = await startTraining(method, digits().x, { epochs: EPOCHS, batchSize: BATCH, seed: 1 });
  await session.step(WARM_UP_STEPS);
  return session;
}

const deep = () => autoencoder({ latentDim: 2, hidden: [32] });
const METHODS = {
  "linear, 64-8-64": () => linearAutoencoder({ latentDim: 8, bias: false }),
  "64-32-2-32-64": deep,
  "64-128-64-8-64-128-64": () => autoencoder({ latentDim: 8, hidden: [128, 64] }),
} as const;

async function stepsAlone(name: keyof typeof METHODS): Promise<Pair> {
  const session = await begun<unknown>(METHODS[name]());
  return {
    name: `steps one by one, ${name}, batch ${BATCH}`,
    aim: AIMS.alone,
    ways: [
      () =>
        seconds(async () => {
          for (let i = 0; i < STEPS; i++) await session.step();
        }),
      () => seconds(async () => void (await session.step(STEPS))),
    ],
    release: () => session.release(),
  };
}

/** Codes of all rows after every epoch, as the lab draws them. */
async function codesOnTheWay(): Promise<Pair> {
  const session = await begun(deep());
  const { x } = digits();
  const epochs = Math.round(STEPS / session.stepsPerEpoch);
  const all = epochs * session.stepsPerEpoch;
  return {
    name: `codes of all digits after every epoch, 64-32-2-32-64, batch ${BATCH}`,
    aim: AIMS.looks,
    ways: [
      () =>
        seconds(async () => {
          for (let epoch = 0; epoch < epochs; epoch++) {
            await session.step(session.stepsPerEpoch);
            await session.encode(x, session.snapshot());
          }
        }),
      () => seconds(async () => void (await session.step(all))),
    ],
    release: () => session.release(),
  };
}

/** The map W at steps ever wider apart, as studies trace it, beside the same trainings looked at once. */
async function mapsOnTheWay(): Promise<Pair> {
  const data = await digitsData();
  const course = {
    parameterization: "free",
    latentDim: 16,
    optimizer: "adam",
    learningRate: 1e-2,
    seed: 1,
  } as const;
  const traced = (marks: readonly number[]) => () => seconds(() => follow(data, course, marks, () => false));
  return {
    name: `the map at ${spacedSteps(TRACED, 1.1).length} of ${TRACED} steps, linear, 61-16-61, full gradients`,
    aim: AIMS.looks,
    rounds: LONG_ROUNDS,
    ways: [traced(spacedSteps(TRACED, 1.1)), traced([TRACED])],
  };
}

export async function sessionBenchmarks(): Promise<void> {
  // Steps of this size settle on one thread, and a trial of two in one round and not in the other would be what is measured.
  configureRuntime({ backend: "native", threads: 1 });
  const figures: Record<string, object> = {};
  const names = Object.keys(METHODS) as (keyof typeof METHODS)[];
  for (const make of [...names.map((name) => () => stepsAlone(name)), codesOnTheWay, mapsOnTheWay]) {
    const { name, aim, rounds = ROUNDS, ways, release } = await make();
    const [held, plain]: [number[], number[]] = [[], []];
    for (const way of ways) await way();
    for (let round = 0; round < rounds; round++) {
      // The order turns, so that a machine that slows down favors neither.
      for (const which of round % 2 === 0 ? [0, 1] : [1, 0])
        (which === 0 ? held : plain).push(await ways[which]!());
    }
    await release?.();
    const ratios = held.map((value, i) => value / plain[i]!);
    const ratio = median(held) / median(plain);
    figures[name] = {
      ratio,
      aim,
      met: ratio <= aim,
      seconds: { held: median(held), plain: median(plain) },
      ratios,
    };
    console.log(`${name.padEnd(72)} ${ratio.toFixed(2)} times, aim ≤ ${aim}`);
  }
  keepResult("sessions", {
    unit: "time as a multiple of the same steps in one run",
    figures,
    date: new Date().toISOString(),
    machine: machine(),
  });
}

if (process.argv[1]?.endsWith("sessions.js")) benchmarks(sessionBenchmarks);
