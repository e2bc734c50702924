/**
 * @file Noise: the plane of error on clean rows and share of noise let through, in which every linear map is a point, and how
 * trainings walk through it.
 */
import { fit, linearAutoencoder } from "../../src/index.js";
import { type Dense, dense, identity as unit } from "../../src/linalg/dense.js";
import { degrees, principalAngles } from "../../src/linalg/principal-angles.js";
import { svd } from "../../src/linalg/svd.js";
import type { Parameters } from "../../src/methods/parameters.js";
import {
  leastNoiseGain,
  linearMap,
  mapError,
  noiseGain,
  spectralNorm,
  wienerFilter,
} from "../../src/metrics/index.js";
import { type Course, diagonalData, follow, spacedSteps, trainedMap } from "./linear-training.js";
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
import { type StudyData, tailOf } from "./study-data.js";

const small = {
  /** Steps of a walk through the plane at most. */
  walk: 6000,
  /** Steps of Adam on all rows, .01 along a cosine. */
  steps: 1500,
  /** Steps of the trainings of all combinations, and the early stop. */
  combined: 200,
  early: 20,
  /** Variance of noise on pixels in [0, 1]. */
  noise: 0.1,
  masks: 0.3,
  /** Passes over rows with drawn noise. */
  epochs: 60,
};
const settings = { small, full: { ...small, walk: 20_000, steps: 3000, combined: 1000, early: 50 } };

/** Errors on clean rows, as shares of the variance, at which gains are compared. */
const SHARES = [0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.12, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03];
const AT = 0.03;

type Walk = Omit<Course, "seed" | "latentDim">;
const sgd = (learningRate: number) => ({ optimizer: "sgd", learningRate }) as const;
const WALKS = {
  "P1 free": { parameterization: "free", ...sgd(0.05) },
  "P1 free, small": { parameterization: "free", initialScale: 0.1, ...sgd(0.05) },
  "P1 free, Adam": { parameterization: "free", optimizer: "adam", learningRate: 3e-3 },
  "P3 shared": { parameterization: "shared", ...sgd(0.01) },
  "P3 shared, small": { parameterization: "shared", initialScale: 0.3, ...sgd(0.05) },
  "tied, small": { parameterization: "tied", initialScale: 0.1, ...sgd(0.02) },
  "P4 unrolled": { parameterization: "unrolled", ...sgd(0.02) },
  "P4 unrolled, η = .1": { parameterization: "unrolled", stepSize: 0.1, ...sgd(0.02) },
  "P4 unrolled, η = .1, small": {
    parameterization: "unrolled",
    stepSize: 0.1,
    initialScale: 0.1,
    ...sgd(0.02),
  },
} as const satisfies Record<string, Walk>;
type WalkName = keyof typeof WALKS;
const WALK_NAMES = Object.keys(WALKS) as WalkName[];

const adam = (seed: number) => ({ optimizer: "adam", learningRate: 1e-2, schedule: "cosine", seed }) as const;

/** Factors of all combinations, and their levels. */
const FACTORS = {
  parameterization: ["free", "projection", "shared", "unrolled"],
  "size of the code": [0.5, 1, 2],
  "first weights": [1, 0.1],
  stopping: ["early", "late"],
  training: ["clean", "noise", "masks"],
} as const;
type Factor = keyof typeof FACTORS;
const FACTOR_NAMES = Object.keys(FACTORS) as Factor[];

async function measure(measuring: Measuring): Promise<Figures> {
  const { data, size, seed, signal } = measuring;
  const set = settings[size];
  const d = data.x.cols;
  const k = Math.round(d / 4);
  const figures: Record<string, number | readonly number[]> = {
    d,
    k,
    steps: set.steps,
    early: set.combined,
    late: 10 * set.combined,
  };
  const combinations = 4 * 3 * 2 * 3;
  const progress = new Progress(measuring, WALK_NAMES.length * 4 + combinations + 12);
  const total = tailOf(data, 0);

  for (const name of WALK_NAMES) {
    const course: Course = { ...WALKS[name], latentDim: d, seed };
    figures[`walk ${name}`] = await gainsOf(data, course, set.walk, signal);
    for (let i = 0; i < 4; i++) progress.done();
  }
  figures.frontier = await Promise.all(SHARES.map((share) => leastNoiseGain(data.moments, share * total)));
  figures["cut off"] = SHARES.map((share) => cutOff(data, share * total) / d);

  Object.assign(figures, await shares(measuring, progress));

  // Error under noise of the best filter, of a copy, and of the best filter for other noise.
  const noisy = async (map: Dense, variance = set.noise) =>
    (await mapError(map, data.moments)) + variance * d * noiseGain(map);
  const wiener = await wienerFilter(data.moments, set.noise);
  const best = await noisy(wiener);
  figures["copy over best"] = (await noisy(unit(d))) / best;
  for (const factor of [0.1, 1, 10]) {
    const variance = factor * set.noise;
    const own = await noisy(await wienerFilter(data.moments, variance), variance);
    figures[`mismatch ${factor}`] = (await noisy(wiener, variance)) / own;
  }

  // k = d/4: what is let through, and lengthened, on the way and at the end.
  for (const parameterization of ["free", "projection", "shared"] as const) {
    const course = { parameterization, latentDim: k, ...adam(seed), schedule: undefined } as const;
    await follow(
      data,
      course,
      [set.combined, 10 * set.combined],
      async ({ step, map }) => {
        const when = step === set.combined ? "early" : "late";
        figures[`gain ${parameterization} ${when}`] = (noiseGain(map) * d) / k;
        figures[`norm ${parameterization} ${when}`] = await spectralNorm(map);
        return false;
      },
      signal,
    );
    progress.done();
  }
  const flat = diagonalData([...data.eigenvalues, 0, 0, 0]);
  const { map: leaking } = await trainedMap(
    flat,
    { parameterization: "free", latentDim: k, ...adam(seed), schedule: undefined },
    10 * set.combined,
    signal,
  );
  figures["norm free flat"] = await spectralNorm(leaking);
  figures["gain free flat"] = (noiseGain(leaking) * (d + 3)) / k;
  progress.done();

  // P4's singular values, and what depth does for denoising.
  const corruption = { noise: set.noise };
  for (const [name, own] of [
    ["clean", {}],
    ["noisy", { corruption }],
  ] as const) {
    const course = {
      parameterization: "unrolled",
      stepSize: 0.1,
      latentDim: k,
      ...own,
      ...adam(seed),
    } as const;
    const { parameters } = await trainedMap(data, course, set.steps, signal);
    figures[`spectrum ${name}`] = await singularValues(parameters);
    progress.done();
  }
  for (const steps of [1, 3, 10]) {
    const course = { parameterization: "unrolled", stepSize: 0.1, steps, latentDim: d, corruption } as const;
    const { map } = await trainedMap(data, { ...course, ...adam(seed) }, set.steps, signal);
    figures[`depth ${steps}`] = (await noisy(map)) / best;
    progress.done();
  }

  // P2 with and without noise.
  const [clean, noised] = await Promise.all(
    [undefined, corruption].map((own) =>
      trainedMap(
        data,
        { parameterization: "projection", latentDim: k, corruption: own, ...adam(seed) },
        2 * set.steps,
        signal,
      ),
    ),
  );
  const angles = await principalAngles(decoder(clean!.parameters), decoder(noised!.parameters));
  figures["angle projection"] = degrees(angles.at(-1)!);
  const wide = await trainedMap(
    data,
    { parameterization: "projection", latentDim: d, corruption, ...adam(seed) },
    set.combined,
    signal,
  );
  figures["projection copies"] = Math.abs(noiseGain(wide.map) - 1);
  progress.done();

  // Drawn noise on the rows themselves, by the method's own option.
  const method = linearAutoencoder({ latentDim: d, bias: false, noise: { gaussian: Math.sqrt(set.noise) } });
  const drawn = await fit(method, data.x, {
    seed,
    signal,
    epochs: set.epochs,
    schedule: "cosine",
    scale: "none",
  });
  figures["drawn noise"] = (await noisy((await linearMap(drawn)).matrix)) / best;
  progress.done();
  return figures;
}

/** Gain at each share of error, on the way to the last of them; NaN is not reached. */
async function gainsOf(
  data: StudyData,
  course: Course,
  most: number,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const total = tailOf(data, 0);
  const gains: number[] = [];
  let before: { error: number; gain: number } | undefined;
  await follow(
    data,
    course,
    spacedSteps(most, 1.1),
    async ({ map }) => {
      const now = { error: (await mapError(map, data.moments)) / total, gain: noiseGain(map) };
      while (gains.length < SHARES.length && now.error <= SHARES[gains.length]!) {
        const share = SHARES[gains.length]!;
        // A training that begins below a share has none of it.
        const part = before && Math.log(before.error / share) / Math.log(before.error / now.error);
        gains.push(before && part !== undefined ? before.gain + part * (now.gain - before.gain) : Number.NaN);
      }
      before = now;
      return gains.length === SHARES.length;
    },
    signal,
  );
  while (gains.length < SHARES.length) gains.push(Number.NaN);
  return gains.map((gain) => (Number.isNaN(gain) ? -1 : gain));
}

/** The least number of principal components with so small an error. */
function cutOff(data: StudyData, error: number): number {
  let k = 0;
  while (k < data.eigenvalues.length && tailOf(data, k) > error) k++;
  return k;
}

/** Shares of the variance, over all combinations, of the logarithm of the error under noise, that each factor explains by itself. */
async function shares({ data, size, seed, signal }: Measuring, progress: Progress): Promise<Figures> {
  const set = settings[size];
  const d = data.x.cols;
  const best = await (async () => {
    const w = await wienerFilter(data.moments, set.noise);
    return (await mapError(w, data.moments)) + set.noise * d * noiseGain(w);
  })();
  const seen: { levels: Record<Factor, string | number>; response: number }[] = [];
  for (const parameterization of FACTORS.parameterization)
    for (const code of FACTORS["size of the code"])
      for (const initialScale of FACTORS["first weights"])
        for (const training of FACTORS.training) {
          const course: Course = {
            parameterization,
            initialScale,
            latentDim: Math.round(code * d),
            ...(training === "noise" && { corruption: { noise: set.noise } }),
            ...(training === "masks" && { corruption: { masks: set.masks } }),
            ...adam(seed),
            schedule: undefined,
          };
          await follow(
            data,
            course,
            [set.early, set.combined],
            async ({ step, map }) => {
              const error = (await mapError(map, data.moments)) + set.noise * d * noiseGain(map);
              const stopping = step === set.early ? "early" : "late";
              const levels = {
                parameterization,
                "size of the code": code,
                "first weights": initialScale,
                stopping,
                training,
              };
              seen.push({ levels, response: Math.log(error / best) });
              return false;
            },
            signal,
          );
          progress.done();
        }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const middle = mean(seen.map(({ response }) => response));
  const total = seen.reduce((sum, { response }) => sum + (response - middle) ** 2, 0);
  const figures: Record<string, number | readonly number[]> = {};
  for (const factor of FACTOR_NAMES) {
    let explained = 0;
    const means = FACTORS[factor].map((level) => {
      const own = seen.filter(({ levels }) => levels[factor] === level).map(({ response }) => response);
      explained += own.length * (mean(own) - middle) ** 2;
      return Math.exp(mean(own));
    });
    figures[`share ${factor}`] = explained / total;
    figures[`levels ${factor}`] = means;
  }
  return figures;
}

const decoder = ({ decoder: b }: Parameters): Dense =>
  dense(b!.shape[0]!, b!.shape[1]!, Float64Array.from(b!.data as Float32Array));

const singularValues = async (parameters: Parameters) => [...(await svd(decoder(parameters))).s];

const at = (results: Results, name: WalkName) => {
  const place = SHARES.indexOf(AT);
  return results.bySeed.map((figures) => (figures[`walk ${name}`] as readonly number[])[place]!);
};

const ratioTo = (results: Results, own: WalkName, others: readonly WalkName[]) =>
  at(results, own).map((gain, seed) => gain / Math.min(...others.map((name) => at(results, name)[seed]!)));

const percent = (share: number) => `${Math.round(100 * share)} %`;

const claims: readonly Claim[] = [
  {
    id: "B11",
    quote: "P1–P3 may rely on spurious directions and amplify noise",
    source: "000 §15.4",
    statement: "With k = d/4 the map of P1, P2 and P3 makes some direction longer by a twentieth or more.",
    means:
      "P1 does so while it is trained, and for good along directions in which the data do not vary. Train it to the end, or take P2, P3 or tied weights, whose maps are projections.",
    sides: (results, threshold = 1.05) => [
      ...(["free", "projection", "shared"] as const).flatMap((kind) =>
        (["early", "late"] as const).map((when) =>
          atLeast(
            `${{ free: "P1", projection: "P2", shared: "P3" }[kind]} after ${results.mean(when)} steps of Adam: σ_max(W)`,
            results.numbers(`norm ${kind} ${when}`),
            threshold,
          ),
        ),
      ),
      atLeast(
        `P1 after ${results.mean("late")} steps, with three columns that never change: σ_max(W)`,
        results.numbers("norm free flat"),
        threshold,
      ),
    ],
  },
  {
    id: "B12",
    quote: "P4: B usually gets large and small singular values",
    source: "000 §15.4",
    statement:
      "The largest singular value of B, k = d/4, is 1.5 times the smallest or more once P4 is trained.",
    means:
      "Clean training makes them alike. It is noise in training that spreads them, to what each direction is worth.",
    picture: "spectrum",
    sides: (results, threshold = 1.5) =>
      (["clean", "noisy"] as const).map((name) =>
        atLeast(
          `trained on ${name} rows, η = .1, ${results.mean("steps")} steps: σ_max(B) / σ_min(B)`,
          results.bySeed.map((figures) => {
            const values = figures[`spectrum ${name}`] as readonly number[];
            return values[0]! / values.at(-1)!;
          }),
          threshold,
        ),
      ),
  },
  {
    id: "B13",
    quote: "P4 is more robust to noise; P1–P3 have no such bias built in",
    source: "000 §15.4",
    statement: `On its way to an error of ${percent(AT)} on clean rows, P4 lets through no more noise than the best of P1 and P3 with first weights of the same size.`,
    means:
      "The size of the first weights and the time of training do most of it: with small first weights every parameterization passes near the best there is. Which one it is comes second.",
    picture: "plane",
    sides: (results, threshold = 1) => [
      atMost(
        "usual first weights, default step: gain of P4 as a multiple",
        ratioTo(results, "P4 unrolled", ["P1 free", "P3 shared"]),
        threshold,
      ),
      atMost(
        "usual first weights, fixed η = .1: the same",
        ratioTo(results, "P4 unrolled, η = .1", ["P1 free", "P3 shared"]),
        threshold,
      ),
      atMost(
        "small first weights, fixed η = .1: the same",
        ratioTo(results, "P4 unrolled, η = .1, small", ["P1 free, small", "P3 shared, small", "tied, small"]),
        threshold,
      ),
      atMost(
        "P4 with usual first weights and η = .1, beside P1 and P3 with small ones: the same",
        ratioTo(results, "P4 unrolled, η = .1", ["P1 free, small", "P3 shared, small"]),
        threshold,
      ),
    ],
  },
  {
    id: "B14",
    quote: "which component is it: k < d, early stopping, or denoising? (a wish)",
    source: "000 §15.6.2",
    statement:
      "Of all that differs between trainings, the parameterization explains the most of how well they do under noise.",
    means: "Choose noise in training, and the size of the code, before the parameterization.",
    picture: "shares",
    sides: (results, threshold = 0) =>
      FACTOR_NAMES.filter((factor) => factor !== "parameterization").map((factor) =>
        atLeast(
          `share of the variance that the parameterization explains, less that of: ${factor}`,
          results
            .numbers("share parameterization")
            .map((share, seed) => share - results.numbers(`share ${factor}`)[seed]!),
          threshold,
        ),
      ),
  },
  {
    id: "C1",
    quote: "input noise of dσ² becomes kσ² after projecting",
    source: "000 §15.5.1",
    statement: "With k = d/4, ‖W‖²_F is k, to a hundredth.",
    means:
      "It is so for orthogonal projections, which P2 and P3 are; an oblique map, as P1 has on its way, lets more through.",
    sides: (results, threshold = 1.01) =>
      (["projection", "shared", "free"] as const).flatMap((kind) =>
        (["early", "late"] as const).map((when) =>
          atMost(
            `${{ free: "P1", projection: "P2", shared: "P3" }[kind]} after ${results.mean(when)} steps: ‖W‖²_F / k`,
            results.numbers(`gain ${kind} ${when}`),
            threshold,
          ),
        ),
      ),
  },
  {
    id: "C2",
    quote: "with noise the identity is no longer optimal",
    source: "000 §15.5",
    statement: `Under noise of variance ${small.noise} a copy has a larger error than the best linear map.`,
    means: "Noise in training makes a code of any size learn more than copying.",
    sides: (results, threshold = 1.01) => [
      atLeast("error of a copy over that of the best map", results.numbers("copy over best"), threshold),
    ],
  },
  {
    id: "C3",
    quote: "…except P2, which has no choice",
    source: "000 §15.5",
    statement: "Noise teaches P2 nothing, for k ≥ d and for k < d.",
    means: "Noise in training is wasted on P2. Take another parameterization, or choose k.",
    sides: (results, threshold = 0.01) => [
      atMost(
        "k = d/4: largest angle between the subspaces learned with and without noise, in degrees",
        results.numbers("angle projection"),
        threshold,
      ),
      atMost(
        "k = d, trained with noise: share of noise let through, less 1",
        results.numbers("projection copies"),
        threshold,
      ),
    ],
  },
  {
    id: "C4",
    quote: "denoising biases towards averaging noise out",
    source: "000 §15.5.1",
    statement:
      "Training on noisy rows ends in the map that is best under the penalty σ²‖BA‖²_F, the Wiener filter.",
    means:
      "Drawn noise is a penalty on what is let through: a number of noise levels and a ridge are one thing here.",
    sides: (results, threshold = 1.02) => [
      atMost(
        `P1, k = d, ${small.epochs} epochs with drawn noise: error under noise, as a multiple of the best`,
        results.numbers("drawn noise"),
        threshold,
      ),
    ],
  },
  {
    id: "C5",
    quote: "for k ≥ d, P4 denoises with a deep (but not infinitely deep) network",
    source: "000 §15.5.1",
    statement: "P4 with ten steps denoises better, by a hundredth or more, than with one or three.",
    means: "One step is enough with a fixed η: any T reaches λ/(λ + σ²) for every direction.",
    sides: (results, threshold = 0.01) =>
      [1, 3].map((depth) =>
        atLeast(
          `T = ${depth}: error under noise less that of T = 10, as a share of the best`,
          results.numbers(`depth ${depth}`).map((value, seed) => value - results.numbers("depth 10")[seed]!),
          threshold,
        ),
      ),
  },
  {
    id: "C6",
    quote: "(trained with one σ, used with another)",
    source: "000 §15.5.1, implied",
    statement: `The best map for noise of variance ${small.noise} is within a tenth of the best for other noise.`,
    means: "Train with the noise that there will be: a tenth or ten times of it costs a factor.",
    sides: (results, threshold = 1.1) =>
      [0.1, 1, 10].map((factor) =>
        atMost(
          `noise of ${shownNoise(factor)} the variance: error as a multiple of the best`,
          results.numbers(`mismatch ${factor}`),
          threshold,
        ),
      ),
  },
];

const shownNoise = (factor: number) => ({ 0.1: "a tenth of", 1: "once", 10: "ten times" })[factor]!;

/** Means over seeds; what was not reached is left out. */
const walked = (results: Results, name: WalkName) =>
  results.list(`walk ${name}`).map((gain) => (gain < 0 ? Number.NaN : gain));

const pictures: Study["pictures"] = {
  plane: (results) => ({
    kind: "curves",
    title: "Noise let through at each error on clean rows, k = d",
    see: "No linear map lies below the Wiener frontier. Trainings come from the right, from large errors; those with small first weights keep near it, whatever the parameterization.",
    xName: "error on clean rows, as a share of the variance",
    yName: "share of noise let through",
    logX: true,
    logY: false,
    x: SHARES.toReversed(),
    series: [
      { name: "Wiener frontier", values: results.list("frontier").toReversed() },
      { name: "PCA, cut off", values: results.list("cut off").toReversed() },
      ...WALK_NAMES.map((name) => ({ name, values: walked(results, name).toReversed() })),
    ],
  }),
  shares: (results) => ({
    kind: "bars",
    title: "Share of the differences under noise that each factor explains",
    see: "Trainings of all combinations: the rest is of combinations of factors.",
    valueName: "share of the variance of the logarithm of the error",
    ranked: true,
    names: FACTOR_NAMES,
    series: [{ name: "share", values: FACTOR_NAMES.map((factor) => results.mean(`share ${factor}`)) }],
  }),
  levels: (results) => ({
    kind: "bars",
    title: "Error under noise by each choice",
    see: "Geometric means over all other choices, as multiples of the best there is.",
    valueName: "error, as a multiple of the best",
    names: FACTOR_NAMES.flatMap((factor) => FACTORS[factor].map((level) => levelName(factor, level))),
    series: [
      { name: "error", values: FACTOR_NAMES.flatMap((factor) => [...results.list(`levels ${factor}`)]) },
    ],
  }),
  spectrum: (results) => {
    const [clean, noisy] = ["clean", "noisy"].map((name) => results.list(`spectrum ${name}`));
    return {
      kind: "curves",
      title: "Singular values of P4's B, k = d/4",
      see: "Clean training makes them alike, 1/√η = 3.16; noise spreads them.",
      xName: "number of the singular value",
      yName: "σ(B)",
      logY: false,
      x: clean!.map((_, i) => i + 1),
      series: [
        { name: "trained on clean rows", values: clean! },
        { name: "trained on noisy rows", values: noisy! },
      ],
    };
  },
};

function levelName(factor: Factor, level: string | number): string {
  if (factor === "size of the code") return `k = ${level === 1 ? "" : level === 2 ? "2 " : "½ "}d`;
  return factor === "first weights" ? `first weights × ${level}` : String(level);
}

export const noisePlane: Study = {
  id: "noise-plane",
  title: "What makes a linear autoencoder robust to noise?",
  question:
    "Is it the parameterization, the size of the code, early stopping or noise in training that keeps noise out of what a linear autoencoder gives back?",
  claims,
  settings,
  measure,
  pictures,
};
