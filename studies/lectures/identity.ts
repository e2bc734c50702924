/**
 * @file Copies: which parameterization of a linear autoencoder learns the identity, and when.
 */
import { takeRows } from "../../src/data/matrix.js";
import { linearAutoencoder, startTraining } from "../../src/index.js";
import { type Dense, dense } from "../../src/linalg/dense.js";
import { gemm } from "../../src/linalg/gemm.js";
import { svd } from "../../src/linalg/svd.js";
import {
  identityDistance,
  leaveOneOutAccuracy,
  linearMap,
  linearProbe,
  mapError,
  noiseGain,
} from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { follow, spacedSteps, trainedMap } from "./linear-training.js";
import { Progress } from "./progress.js";
import {
  atLeast,
  atMost,
  type Claim,
  type Figures,
  type Measuring,
  type Results,
  type Study,
} from "./study.js";
import type { StudyData } from "./study-data.js";

/** P1, P2, P3, P4 of the notes. */
const NAMES = {
  free: "P1 free",
  projection: "P2 projection",
  shared: "P3 shared",
  unrolled: "P4 unrolled",
} as const;
type Kind = keyof typeof NAMES;
const KINDS = Object.keys(NAMES) as Kind[];

const small = {
  /** Sizes of codes as shares of d. */
  shares: [0.125, 0.25, 0.5, 0.75, 1, 1.5, 2],
  /** Steps on all rows by Adam, .01, along a cosine. */
  steps: 600,
  longSteps: 2000,
  /** Passes of the method's own training, batches of 64 rows, after which it is looked at. */
  epochs: [1, 2, 5, 10, 20, 50, 100],
  depths: [1, 3, 10],
  /** Steps of plain gradient descent. */
  descent: 1000,
};
const settings = { small, full: { ...small, steps: 3000, descent: 4000 } };

const adam = (seed: number) => ({ optimizer: "adam", learningRate: 1e-2, schedule: "cosine", seed }) as const;
const sizeOf = (share: number, d: number) => Math.max(1, Math.round(share * d));
const isWide = (share: number) => share >= 1;

async function measure(measuring: Measuring): Promise<Figures> {
  const { data, size, seed, signal } = measuring;
  const set = settings[size];
  const d = data.x.cols;
  const figures: Record<string, number | readonly number[]> = {
    d,
    steps: set.steps,
    "long steps": set.longSteps,
    descent: set.descent,
  };
  const progress = new Progress(measuring, KINDS.length * set.shares.length + 2 * set.depths.length + 16);

  for (const kind of KINDS) {
    for (const share of set.shares) {
      const latentDim = sizeOf(share, d);
      const course = { parameterization: kind, latentDim, ...adam(seed) };
      const { map } = await trainedMap(data, course, set.steps, signal);
      figures[`distance ${kind} ${share}`] = identityDistance(map);
      figures[`gain ${kind} ${share}`] = noiseGain(map);
      figures[`error ${kind} ${share}`] = await mapError(map, data.moments);
      progress.done();
    }
  }

  await ownTraining(measuring, figures, progress);

  for (const depth of set.depths) {
    const course = { parameterization: "unrolled", latentDim: d, steps: depth, ...adam(seed) } as const;
    for (const steps of [set.steps, set.longSteps]) {
      const { map } = await trainedMap(data, course, steps, signal);
      figures[`distance by depth ${depth} ${steps === set.steps ? "short" : "long"}`] = identityDistance(map);
      progress.done();
    }
  }

  // Plain gradient descent, in which Adam's steps of one length for large and small directions have no part.
  const fixed = { parameterization: "unrolled", stepSize: 0.1 } as const;
  for (const [name, course] of [
    ["free", { parameterization: "free", learningRate: 0.05 }],
    ["shared", { parameterization: "shared", learningRate: 0.02 }],
    ["unrolled", { parameterization: "unrolled", learningRate: 0.02 }],
    ["unrolled fixed", { ...fixed, learningRate: 0.02 }],
    ["free small", { parameterization: "free", learningRate: 0.05, initialScale: 0.1 }],
    ["unrolled fixed small", { ...fixed, learningRate: 0.02, initialScale: 0.1 }],
  ] as const) {
    const own = { ...course, latentDim: d, optimizer: "sgd", seed } as const;
    const { map } = await trainedMap(data, own, set.descent, signal);
    figures[`descent ${name}`] = identityDistance(map);
    progress.done();
  }

  let farthest = 0;
  for (const latentDim of [d, 2 * d]) {
    const course = { parameterization: "projection", latentDim, ...adam(seed) } as const;
    await follow(
      data,
      course,
      spacedSteps(set.steps, 1.5),
      ({ map }) => {
        farthest = Math.max(farthest, identityDistance(map));
        return false;
      },
      signal,
    );
    progress.done();
  }
  figures["farthest projection"] = farthest;
  for (const [name, value] of Object.entries(await adjustments(d, seed))) figures[name] = value;
  for (const [name, value] of Object.entries(await usefulness(data, seed, set.longSteps, signal)))
    figures[name] = value;
  return figures;
}

/** Distances while the method is trained as it is where nobody says otherwise, on the rows as they are. */
async function ownTraining(
  { data: { raw }, size, seed, signal }: Measuring,
  figures: Record<string, number | readonly number[]>,
  progress: Progress,
): Promise<void> {
  const { epochs } = settings[size];
  for (const times of [1, 2]) {
    for (const [name, options] of Object.entries({
      free: { parameterization: "free" },
      shared: { parameterization: "shared" },
      unrolled: { parameterization: "unrolled" },
      "unrolled once": { parameterization: "unrolled", steps: 1 },
    } as const)) {
      const method = linearAutoencoder({ latentDim: times * raw.cols, ...options });
      const session = await startTraining(method, raw, {
        epochs: epochs.at(-1)!,
        seed,
        signal,
        scale: "none",
      });
      const steps = Math.ceil(raw.rows / 64);
      const distances: number[] = [];
      // The wider code is followed as far as the comparison needs it.
      for (const epoch of times === 1 ? epochs : epochs.filter((one) => one <= 10)) {
        await session.step(epoch * steps - session.stepsTaken);
        const { matrix } = await linearMap({
          inputDim: raw.cols,
          reconstruct: (asked) => session.reconstruct(asked),
        });
        distances.push(identityDistance(matrix));
        figures[`own ${name} ${times} ${epoch}`] = distances.at(-1)!;
      }
      if (times === 1) figures[`own ${name}`] = distances;
      await session.release();
      progress.done();
    }
  }
}

/** Differences at k = d between the forms for k ≤ d and for k ≥ d, of random matrices. */
async function adjustments(d: number, seed: number): Promise<Figures> {
  const stream = random(seed).fork("adjustments");
  const b = dense(
    d,
    d,
    Float64Array.from({ length: d * d }, () => stream.normal()),
  );
  const narrow = await inverse(await gemm(b, b, { transposeA: true }));
  const wide = await inverse(await gemm(b, b, { transposeB: true }));
  const first = await gemm(narrow, b, { transposeB: true });
  const second = await gemm(b, wide, { transposeA: true });
  const norm = Math.hypot(...first.data);
  return { "adjustments differ": Math.hypot(...first.data.map((v, i) => v - second.data[i]!)) / norm };
}

async function inverse(a: Dense): Promise<Dense> {
  const { u, s, vt } = await svd(a);
  const scaled = dense(
    vt.rows,
    vt.cols,
    vt.data.map((value, at) => value / s[Math.floor(at / vt.cols)]!),
  );
  return gemm(scaled, u, { transposeA: true, transposeB: true });
}

/** Accuracy of labels told from codes of models that copy, and from the rows themselves. */
async function usefulness(
  { x, labels }: StudyData,
  seed: number,
  steps: number,
  signal: AbortSignal | undefined,
): Promise<Figures> {
  if (!labels) return {};
  const order = random(seed).fork("held out").permutation(x.rows);
  const [test, train] = [order.subarray(0, Math.floor(x.rows / 4)), order.subarray(Math.floor(x.rows / 4))];
  const told = async (codes: typeof x) => ({
    neighbors: await leaveOneOutAccuracy(codes, labels),
    probe: (
      await linearProbe(
        takeRows(codes, train),
        Array.from(train, (i) => labels[i]!),
        takeRows(codes, test),
        Array.from(test, (i) => labels[i]!),
      )
    ).accuracy,
  });
  const figures: Record<string, number> = {};
  const raw = await told(x);
  figures["neighbors raw"] = raw.neighbors;
  figures["probe raw"] = raw.probe;
  for (const parameterization of ["free", "unrolled"] as const) {
    const method = linearAutoencoder({ latentDim: x.cols, parameterization });
    const session = await startTraining(method, x, {
      seed,
      signal,
      epochs: Math.ceil(steps / Math.ceil(x.rows / 64)),
      scale: "none",
    });
    await session.run();
    const found = await told(await session.encode(x));
    figures[`neighbors ${parameterization}`] = found.neighbors;
    figures[`probe ${parameterization}`] = found.probe;
    await session.release();
  }
  return figures;
}

const wideShares = (set: typeof small) => set.shares.filter(isWide);

const claims: readonly Claim[] = [
  {
    id: "A10",
    quote: "BA cannot be the identity for k < d (rank)",
    source: "000 §15.3.1, §15.4",
    statement: "For k < d no parameterization comes nearer to the identity than ‖W − I‖_F/√d = √((d − k)/d).",
    means: "With fewer codes than numbers nothing has to be done against copying: no linear code can.",
    picture: "size",
    sides: (results, threshold = 1 - 1e-5) =>
      small.shares
        .filter((share) => share < 1)
        .map((share) => {
          const bound = bounds(results, share);
          const least = results.bySeed.map((_, seed) =>
            Math.min(...KINDS.map((kind) => results.numbers(`distance ${kind} ${share}`)[seed]! / bound)),
          );
          const condition = `k = ${shown(share)}, the nearest parameterization: ‖W − I‖_F/√d as a multiple of √((d − k)/d)`;
          return atLeast(condition, least, threshold);
        }),
  },
  {
    id: "B7",
    quote: "none of P1–P4 learns the identity for k < d",
    source: "000 §15.4",
    statement: "Each of P1 to P4, trained with k = d/4, stays √((d − k)/d) from the identity.",
    means:
      "As long as the code is smaller than the row, the choice among the four is one of speed, not of copying.",
    picture: "size",
    sides: (results, threshold) =>
      KINDS.map((kind) =>
        atLeast(
          `${NAMES[kind]}, k = d/4: ‖W − I‖_F/√d`,
          results.numbers(`distance ${kind} 0.25`),
          threshold ?? bounds(results, 0.25) * (1 - 1e-5),
        ),
      ),
  },
  {
    id: "B8",
    quote: "k ≥ d: P2 always is the identity",
    source: "000 §15.4",
    statement: "With k ≥ d the map of P2 is the identity at every step of its training.",
    means: "With as many codes as numbers P2 has nothing to learn, and no early stopping helps it.",
    sides: (results, threshold = 1e-3) => [
      atMost(
        "k = d and k = 2 d, at whatever step: ‖W − I‖_F/√d",
        results.numbers("farthest projection"),
        threshold,
      ),
    ],
  },
  {
    id: "B9",
    quote: "k ≥ d: P1, P3 may learn the identity",
    source: "000 §15.4",
    statement: "With k ≥ d, P1 and P3 end within .1 of the identity, trained by Adam on all rows.",
    means:
      "They copy the directions that the data have much of, and are slow in all others: rows come back, noise along small directions may not.",
    sides: (results, threshold = 0.1) =>
      wideShares(small).flatMap((share) =>
        (["free", "shared"] as const).map((kind) =>
          atMost(
            `${NAMES[kind]}, k = ${shown(share)}, ${results.mean("steps")} steps: ‖W − I‖_F/√d`,
            results.numbers(`distance ${kind} ${share}`),
            threshold,
          ),
        ),
      ),
  },
  {
    id: "B10",
    quote: "k ≥ d: P4 will likely not learn the identity because of early stopping",
    source: "000 §15.4, the main argument for it",
    statement:
      "With k ≥ d, P4 stays farther from the identity than P1 and P3 do: its distance is at least that of the nearer of them.",
    means:
      "Do not count on a few unrolled steps as a protection from copying. BBᵀ = I/η makes BA the identity for every number of steps T ≥ 1, and training finds it: late for T = 1, or where a small fixed η and small first weights make all learning late, and sooner than P1 and P3 with ten steps and the default step. Noise or masks protect.",
    picture: "training",
    sides(results, threshold = 1) {
      const side = (condition: string, own: string, others: readonly [string, string]) =>
        atLeast(
          `${condition}: distance of P4 as a multiple of the nearer of P1 and P3`,
          results
            .numbers(own)
            .map((value, seed) => value / Math.min(...others.map((name) => results.numbers(name)[seed]!))),
          threshold,
        );
      const trained = (times: number, epoch: number, name = "unrolled") =>
        side(
          `k = ${times === 1 ? "d" : "2 d"}, T = ${name === "unrolled" ? 10 : 1}, trained by default, epoch ${epoch}`,
          `own ${name} ${times} ${epoch}`,
          [`own free ${times} ${epoch}`, `own shared ${times} ${epoch}`],
        );
      return [
        trained(1, 10),
        trained(1, 100),
        trained(2, 10),
        trained(1, 10, "unrolled once"),
        trained(2, 10, "unrolled once"),
        ...[1, 2].map((share) =>
          side(
            `k = ${shown(share)}, T = 10, ${results.mean("steps")} steps of Adam on all rows`,
            `distance unrolled ${share}`,
            [`distance free ${share}`, `distance shared ${share}`],
          ),
        ),
        side(
          `k = d, T = 10, ${results.mean("descent")} steps of gradient descent on all rows`,
          "descent unrolled",
          ["descent free", "descent shared"],
        ),
        side(
          `k = d, T = 10, the same with a fixed η = .1, and first weights of a tenth beside those of P1`,
          "descent unrolled fixed small",
          ["descent free small", "descent free small"],
        ),
      ];
    },
  },
  {
    id: "B16",
    quote: "the adjustments for k ≥ d, A = Bᵀ(BBᵀ)⁻¹ and A = BᵀC, agree with the forms for k < d at k = d",
    source: "000 §15.4",
    statement: "At k = d the two forms of P2's encoder are one: B⁻¹.",
    means: "Nothing jumps in P2 and P3 as k grows past d but what a matrix of that shape can do.",
    sides: (results, threshold = 1e-9) => [
      atMost("random B: ‖A − A′‖_F/‖A‖_F", results.numbers("adjustments differ"), threshold),
    ],
  },
  {
    id: "B17",
    quote: "behavior for k smaller and larger than d (a wish)",
    source: "000 §15.6.3",
    statement: "From k = d on, each of P1 to P4 is within .1 of the identity.",
    means:
      "At k = d only P2 turns into a copy at once. The others go on learning one; P4 is the first of them to be there.",
    picture: "size",
    sides: (results, threshold = 0.1) =>
      KINDS.flatMap((kind) =>
        [1, 2].map((share) =>
          atMost(
            `${NAMES[kind]}, k = ${shown(share)}: ‖W − I‖_F/√d`,
            results.numbers(`distance ${kind} ${share}`),
            threshold,
          ),
        ),
      ),
  },
  {
    id: "A15",
    quote: "with a code that large the latent is not useful",
    source: "000 §15.3.2",
    statement: "Labels are told worse, by .02 or more, from codes of a model that copies than from the rows.",
    means: "A code of as many numbers as the row is as useful as the row: no more, and no less.",
    sides: (results, threshold = 0.02) =>
      results.has("probe raw")
        ? (["neighbors", "probe"] as const).flatMap((way) =>
            (["free", "unrolled"] as const).map((kind) =>
              atLeast(
                `${NAMES[kind]}, k = d, ${way === "neighbors" ? "five nearest neighbors" : "linear probe"}: accuracy on rows less accuracy on codes`,
                results
                  .numbers(`${way} raw`)
                  .map((raw, seed) => raw - results.numbers(`${way} ${kind}`)[seed]!),
                threshold,
              ),
            ),
          )
        : [],
  },
];

const bounds = (results: Results, share: number) => {
  const d = results.mean("d");
  return Math.sqrt((d - sizeOf(share, d)) / d);
};

const shown = (share: number) => ({ 0.125: "d/8", 0.25: "d/4", 0.5: "d/2", 1: "d" })[share] ?? `${share} d`;

const byShare = (results: Results, figure: string, kind: Kind) =>
  small.shares.map((share) => results.mean(`${figure} ${kind} ${share}`));

const sizes = (results: Results) => small.shares.map((share) => sizeOf(share, results.mean("d")));

const pictures: Study["pictures"] = {
  training: (results) => ({
    kind: "curves",
    title: "Distance from a copy while training, k = d",
    see: "With ten steps P4 is nearer to a copy than P1 and P3 at every epoch.",
    xName: "epoch",
    yName: "‖W − I‖ / √d",
    logX: true,
    x: small.epochs,
    series: [
      ...(["free", "shared"] as const).map((kind) => ({
        name: NAMES[kind],
        values: results.list(`own ${kind}`),
      })),
      { name: "P4, T = 10", values: results.list("own unrolled") },
      { name: "P4, T = 1", values: results.list("own unrolled once") },
    ],
  }),
  size: (results) => ({
    kind: "curves",
    title: "Distance from a copy by the size of the code",
    see: "Below k = d all lie on the bound of maps of rank k; from k = d on P2 is a copy, and with k = 1.5 d and more P4 is the next.",
    xName: "k",
    yName: "‖W − I‖ / √d",
    logY: false,
    x: sizes(results),
    series: [
      ...KINDS.map((kind) => ({ name: NAMES[kind], values: byShare(results, "distance", kind) })),
      {
        name: "bound for rank k",
        values: small.shares.map((share) => (isWide(share) ? 0 : bounds(results, share))),
      },
    ],
  }),
  depth: (results) => ({
    kind: "bars",
    title: "Distance of P4 from a copy by its number of steps, k = d",
    see: "Fewer steps T make P4 slower to copy, and do not keep it from copying.",
    valueName: "‖W − I‖ / √d",
    names: small.depths.map((depth) => `T = ${depth}`),
    series: (["short", "long"] as const).map((length) => ({
      name: `after ${results.mean(length === "short" ? "steps" : "long steps")} steps of Adam`,
      values: small.depths.map((depth) => results.mean(`distance by depth ${depth} ${length}`)),
    })),
  }),
  noise: (results) => ({
    kind: "curves",
    title: "Share of noise on rows that is left",
    see: "Up to k = d the share of noise that is let through is about k/d, whatever the parameterization.",
    xName: "k",
    yName: "‖W‖² / d",
    logY: false,
    x: sizes(results),
    series: KINDS.map((kind) => ({ name: NAMES[kind], values: byShare(results, "gain", kind) })),
  }),
};

export const identity: Study = {
  id: "identity",
  title: "Which linear autoencoder copies?",
  question:
    "Which of four linear autoencoders learns to copy its input, and does a code larger than the input need protection from it?",
  claims,
  settings,
  measure,
  pictures,
};
