/**
 * @file Inverses by steps: what P2 and P3 learn in the place of (BᵀB)⁻¹, and when the steps of P4 come to the same.
 */
import { linearAutoencoder, startTraining } from "../../src/index.js";
import { type Dense, dense } from "../../src/linalg/dense.js";
import { gemm } from "../../src/linalg/gemm.js";
import { qr } from "../../src/linalg/qr.js";
import { svd } from "../../src/linalg/svd.js";
import type { Parameters } from "../../src/methods/parameters.js";
import { mapError, rmseHidden, squaredErrorPerSample } from "../../src/metrics/index.js";
import { type Random, random } from "../../src/random.js";
import { heldOutRows } from "./held-out-rows.js";
import { follow, trainedMap } from "./linear-training.js";
import { Progress } from "./progress.js";
import { showOneOfEach } from "./shown-numbers.js";
import { atLeast, atMost, type Claim, type Measuring, type Results, type Study } from "./study.js";
import { tailOf } from "./study-data.js";

const small = {
  latentDim: 16,
  /** Steps of gradient descent on P2. */
  descent: 500,
  /** Steps of Adam. */
  steps: 1500,
  /** η σ_max², by which the steps of P4 converge or do not. */
  lengths: [0.5, 1, 1.9, 2.1],
  /** Numbers of steps T. */
  depths: [1, 2, 5, 10, 20, 50, 100],
  far: 3000,
  /** Ratios of largest to least singular value of B. */
  conditions: [1.2, 1.5, 2.4, 3.3, 5, 10],
  cells: [1, 3, 10],
  /** Probability with which a number is hidden. */
  hidden: 0.5,
  epochs: 40,
};
const settings = { small, full: { ...small, epochs: 80, steps: 3000 } };

type Room = Record<string, number | readonly number[]>;

async function measure(measuring: Measuring) {
  const { data, size, seed, signal } = measuring;
  const set = settings[size];
  const figures: Room = {};
  const progress = new Progress(measuring, 6 + 3 * set.cells.length);
  const k = Math.max(1, Math.min(set.latentDim, Math.floor(data.x.cols / 2)));
  figures.k = k;
  figures.steps = set.steps;
  await projections(measuring, k, figures);
  progress.done();

  const adam = { optimizer: "adam", learningRate: 1e-2, schedule: "cosine", seed } as const;
  const shared = await trainedMap(
    data,
    { parameterization: "shared", latentDim: k, ...adam },
    set.steps,
    signal,
  );
  const b = decoderOf(shared.parameters);
  const gram = await gemm(b, b, { transposeA: true });
  const mixing = shared.parameters.mixing!;
  const c = dense(k, k, Float64Array.from(mixing.data as Float32Array));
  figures["mixing beside the inverse"] = distance(await gemm(c, gram), identityOf(k)) / Math.sqrt(k);
  progress.done();

  const stream = random(seed).fork("matrices");
  await convergence(set, normalMatrix(data.x.cols, k, stream.fork("tall")), figures);
  progress.done();
  for (const [name, rows, cols] of [
    ["tall", data.x.cols, k],
    ["wide", k, data.x.cols],
  ] as const) {
    const matrix = normalMatrix(rows, cols, stream.fork(name));
    const codes = await codesAfter(matrix, [set.far], 1);
    figures[`inverse ${name}`] = await distanceToInverse(matrix, codes.at(-1)!);
  }
  progress.done();
  await byCondition(set, data.x.cols, k, stream.fork("conditions"), figures);
  progress.done();
  const unrolled = { parameterization: "unrolled", latentDim: k, steps: 10, ...adam } as const;
  const trained = await trainedMap(data, unrolled, set.steps, signal);
  const own = decoderOf(trained.parameters);
  figures["left trained"] = await leftAfter(own, 10);
  const { s } = await svd(own);
  figures["condition trained"] = s[0]! / s.at(-1)!;
  progress.done();
  await cells(measuring, k, figures, progress);
  return figures;
}

const decoderOf = ({ decoder }: Parameters) =>
  dense(decoder!.shape[0]!, decoder!.shape[1]!, Float64Array.from(decoder!.data as Float32Array));

const norm = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
const distance = (a: Dense, b: Dense) => norm(a.data.map((value, at) => value - b.data[at]!));

export function identityOf(n: number): Dense {
  const eye = dense(n, n);
  for (let i = 0; i < n; i++) eye.data[i * (n + 1)] = 1;
  return eye;
}

export function normalMatrix(rows: number, cols: number, stream: Random): Dense {
  return dense(
    rows,
    cols,
    Float64Array.from({ length: rows * cols }, () => stream.normal()),
  );
}

/** Plain gradient descent on P2: its error, the angle of steps to B, and the norm of B. */
async function projections({ data, size, seed, signal }: Measuring, k: number, figures: Room): Promise<void> {
  const { descent } = settings[size];
  const marks = [0, 1, 10, 11, 100, 101, descent];
  const course = {
    parameterization: "projection",
    latentDim: k,
    optimizer: "sgd",
    learningRate: 0.5,
    seed,
  } as const;
  const seen = new Map<number, Dense>();
  let error = 0;
  await follow(
    data,
    course,
    marks,
    async ({ step, map, parameters }) => {
      seen.set(step, decoderOf(parameters));
      error = await mapError(map, data.moments);
      return false;
    },
    signal,
  );
  figures["excess projection"] = error / tailOf(data, k) - 1;
  let cosine = 0;
  for (const from of [0, 10, 100]) {
    const [b, next] = [seen.get(from)!, seen.get(from + 1)!];
    const change = next.data.map((value, at) => value - b.data[at]!);
    const inner = change.reduce((sum, value, at) => sum + value * b.data[at]!, 0);
    cosine = Math.max(cosine, Math.abs(inner) / (norm(change) * norm(b.data)));
  }
  figures["cosine of steps to B"] = cosine;
  const norms = marks.map((mark) => norm(seen.get(mark)!.data));
  figures["growth of B"] = norms.at(-1)! / norms[0]!;
  figures["least growth"] = Math.min(...norms.slice(1).map((value, i) => value / norms[i]!));
}

/** Codes y_T of the unit vectors, y_{t+1} = y_t + η Bᵀ(x − B y_t), y₀ = 0, after some numbers of steps. */
export async function codesAfter(b: Dense, depths: readonly number[], length: number): Promise<Dense[]> {
  const { s } = await svd(b);
  const eta = length / s[0]! ** 2;
  const gram = await gemm(b, b, { transposeA: true });
  let y = dense(b.cols, b.rows);
  const found: Dense[] = [];
  for (let t = 1; t <= depths.at(-1)!; t++) {
    const pulled = await gemm(gram, y);
    const next = dense(y.rows, y.cols);
    for (let i = 0; i < y.rows; i++)
      for (let j = 0; j < y.cols; j++) {
        const at = i * y.cols + j;
        next.data[at] = y.data[at]! + eta * (b.data[j * b.cols + i]! - pulled.data[at]!);
      }
    y = next;
    if (depths.includes(t)) found.push(y);
  }
  return found;
}

/** B⁺ by singular values. */
export async function pseudoInverse(b: Dense): Promise<Dense> {
  const { u, s, vt } = await svd(b);
  const scaled = dense(
    vt.rows,
    vt.cols,
    vt.data.map((value, at) => value / s[Math.floor(at / vt.cols)]!),
  );
  return gemm(scaled, u, { transposeA: true, transposeB: true });
}

async function distanceToInverse(b: Dense, codes: Dense): Promise<number> {
  const inverse = await pseudoInverse(b);
  return distance(codes, inverse) / norm(inverse.data);
}

async function convergence({ lengths, depths, far }: typeof small, b: Dense, figures: Room): Promise<void> {
  const projection = await gemm(b, await pseudoInverse(b));
  for (const length of lengths) {
    const codes = await codesAfter(b, depths, length);
    const errors: number[] = [];
    for (const y of codes) errors.push(distance(await gemm(b, y), projection) / norm(projection.data));
    figures[`errors ${length}`] = errors;
    figures[`error ${length}`] = errors.at(-1)!;
  }
  const { s } = await svd(b);
  figures["condition of B"] = s[0]! / s.at(-1)!;
  // The sum of the series, term by term: η (I − ηBᵀB)ᵗBᵀ.
  const eta = 1 / s[0]! ** 2;
  const gram = await gemm(b, b, { transposeA: true });
  const cell = dense(
    gram.rows,
    gram.rows,
    gram.data.map((value, at) => (at % (gram.rows + 1) === 0 ? 1 : 0) - eta * value),
  );
  let term = dense(b.cols, b.rows);
  for (let i = 0; i < b.rows; i++)
    for (let j = 0; j < b.cols; j++) term.data[j * b.rows + i] = eta * b.data[i * b.cols + j]!;
  const sum = dense(b.cols, b.rows);
  for (let t = 0; t < far; t++) {
    term.data.forEach((value, at) => {
      sum.data[at]! += value;
    });
    term = await gemm(cell, term);
  }
  figures["series beside the inverse"] = await distanceToInverse(b, sum);
}

/** ‖B y_T − P x‖ over unit vectors x, as a share of ‖P‖, with η = 1/σ_max². */
async function leftAfter(b: Dense, steps: number): Promise<number> {
  const [y] = await codesAfter(b, [steps], 1);
  const projection = await gemm(b, await pseudoInverse(b));
  return distance(await gemm(b, y!), projection) / norm(projection.data);
}

const ENOUGH = 0.01;

/** Matrices of given condition, with singular values from 1 to that in equal ratios: what 10 steps leave, and how many are needed. */
async function byCondition(
  { conditions }: typeof small,
  d: number,
  k: number,
  stream: Random,
  figures: Room,
): Promise<void> {
  const left = (await qr(normalMatrix(d, k, stream.fork("left")))).q;
  const right = (await qr(normalMatrix(k, k, stream.fork("right")))).q;
  const needed: number[] = [];
  for (const condition of conditions) {
    const values = Array.from({ length: k }, (_, i) => condition ** (k === 1 ? 0 : i / (k - 1)));
    const scaled = dense(
      d,
      k,
      left.data.map((value, at) => value * values[at % k]!),
    );
    const b = await gemm(scaled, right, { transposeB: true });
    figures[`left ${condition}`] = await leftAfter(b, 10);
    const remains = (steps: number) =>
      Math.sqrt(
        values.reduce((sum, value) => sum + (1 - (value / condition) ** 2) ** (2 * steps), 0) / values.length,
      );
    let steps = 1;
    while (remains(steps) > ENOUGH) steps++;
    needed.push(steps);
  }
  figures["steps needed"] = needed;
}

/** Unrolled encoders with matrices of their own in the steps: errors on whole rows, and on hidden numbers of others. */
async function cells(
  { data, size, seed, signal }: Measuring,
  k: number,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { cells: depths, epochs, hidden } = settings[size];
  const { train, test } = heldOutRows(data.x, seed);
  const mask = random(seed).fork("hidden").fillBernoulli(new Float32Array(test.data.length), hidden);
  showOneOfEach(mask, test.cols, 1);
  const seen = { ...test, data: test.data.map((value, at) => (mask[at] === 1 ? Number.NaN : value)) };
  const training = { epochs, learningRate: 3e-3, schedule: "cosine", seed, signal, scale: "none" } as const;
  for (const stepWeights of WEIGHTS) {
    for (const steps of depths) {
      const options = { latentDim: k, parameterization: "unrolled", steps, stepWeights } as const;
      const whole = await startTraining(linearAutoencoder(options), train, training);
      await whole.run();
      figures[`whole ${stepWeights} ${steps}`] = squaredErrorPerSample(test, await whole.reconstruct(test));
      await whole.release();
      const masked = linearAutoencoder({ ...options, maskRatio: hidden, lossOn: "hidden" });
      const session = await startTraining(masked, train, training);
      await session.run();
      figures[`hidden ${stepWeights} ${steps}`] = rmseHidden(test, await session.reconstruct(seen), mask);
      await session.release();
      progress.done();
    }
  }
}

const WEIGHTS = ["decoder", "shared", "separate"] as const;

const ratio = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value / results.numbers(b)[seed]!);

const claims: readonly Claim[] = [
  {
    id: "B1",
    quote: "P2 is differentiable, gradients learn B",
    source: "000 §15.4.1",
    statement:
      "Gradient descent on P2 ends within .01 of the least error, with steps that stand at right angles to B (a cosine of .001 at most), so that ‖B‖ never falls.",
    means:
      "P2 can be trained as it is. Its B grows a little with every step and is never pulled back, which does no harm as long as its columns stay independent.",
    sides: (results, threshold) => [
      atMost(
        `${small.descent} steps: excess of the error over the least of rank k, as a share`,
        results.numbers("excess projection"),
        threshold ?? 0.01,
      ),
      atMost(
        "cosine between a step and B, the largest of steps 1, 11, 101",
        results.numbers("cosine of steps to B"),
        threshold ?? 1e-3,
      ),
      atLeast(
        "‖B‖ as a multiple of what it was before, the least",
        results.numbers("least growth"),
        threshold ?? 1 - 1e-6,
      ),
    ],
  },
  {
    id: "B2",
    quote: "P3: C takes the place of (BᵀB)⁻¹",
    source: "000 §15.4.2",
    statement: "After training ‖C BᵀB − I‖_F/√k is at most .05, for k < d.",
    means: "C learns the inverse, and no inverse has to be computed.",
    sides: (results, threshold = 0.05) => [
      atMost(
        `k = ${results.mean("k")}, ${results.mean("steps")} steps of Adam`,
        results.numbers("mixing beside the inverse"),
        threshold,
      ),
    ],
  },
  {
    id: "B3",
    quote: "after infinite gradient steps y_t converges to A x",
    source: "000 §15.4.3",
    statement: "After 100 steps ‖B y_T − P x‖ is at most .01 of ‖P x‖, over all x.",
    means:
      "It does for steps 0 < η < 2/σ_max(B)², which the notes do not say. A longer one diverges, and B changes while it is trained: let η follow it, as 1/σ_max².",
    picture: "convergence",
    sides: (results, threshold = 0.01) =>
      small.lengths.map((length) =>
        atMost(`η = ${length}/σ_max²`, results.numbers(`error ${length}`), threshold),
      ),
  },
  {
    id: "B4",
    quote: "truncate by a fixed depth, e.g. 10 layers",
    source: "000 §15.4.3",
    statement: "After 10 steps of η = 1/σ_max² at most .01 is left of the difference to the projection.",
    means:
      "Ten steps are enough where the singular values of B are nearly equal, which is what training without noise makes of them. Otherwise the number that is needed grows as the square of their ratio.",
    picture: "needed",
    sides: (results, threshold = ENOUGH) => [
      ...small.conditions.map((condition) =>
        atMost(`σ_max/σ_min = ${condition}`, results.numbers(`left ${condition}`), threshold),
      ),
      atMost("B as training with ten steps leaves it", results.numbers("left trained"), threshold),
    ],
  },
  {
    id: "B5",
    quote: "the inverse is an infinite series of such cells",
    source: "000 §15.4.3",
    statement: `The sum of ${small.far} terms η(I − ηBᵀB)ᵗBᵀ differs from B⁺ by 1e-6 of it at most, with η = 1/σ_max².`,
    means: "The steps are the sum of a series; where they converge it is the inverse.",
    sides: (results, threshold = 1e-6) => [
      atMost("a random B", results.numbers("series beside the inverse"), threshold),
    ],
  },
  {
    id: "B6",
    quote: "P4's cells may have other learnable weights",
    source: "000 §15.4.3",
    statement:
      "Steps with matrices of their own leave at most .97 of the error on other rows that steps with B and Bᵀ leave.",
    means:
      "They may, and on whole rows it gains nothing: what B and Bᵀ leave is the least there is. Where numbers are hidden, few steps with matrices of their own find more than few steps with B.",
    picture: "cells",
    sides: (results, threshold = 0.97) =>
      (["whole", "hidden"] as const).flatMap((what) =>
        small.cells.flatMap((steps) =>
          (["shared", "separate"] as const).map((weights) =>
            atMost(
              `${what === "whole" ? "whole rows" : `numbers hidden with a probability of ${small.hidden}`}, T = ${steps}, ${weights === "shared" ? "one pair for all steps" : "a pair for every step"}: error as a multiple`,
              ratio(results, `${what} ${weights} ${steps}`, `${what} decoder ${steps}`),
              threshold,
            ),
          ),
        ),
      ),
  },
  {
    id: "B15",
    quote: "P4 does not care whether B is tall or wide",
    source: "000 §15.4",
    statement: `After ${small.far} steps the codes differ from B⁺x by 1e-3 of it at most, for B of both shapes.`,
    means: "One code serves both: from y₀ = 0 the limit is the code of least norm.",
    sides: (results, threshold = 1e-3) =>
      (["tall", "wide"] as const).map((shape) =>
        atMost(`${shape} B`, results.numbers(`inverse ${shape}`), threshold),
      ),
  },
];

const pictures: Study["pictures"] = {
  convergence: (results) => ({
    kind: "curves",
    title: "Difference to the projection by the number of steps",
    see: "Steps shorter than 2/σ_max² converge, longer ones do not.",
    xName: "steps T",
    yName: "share",
    logX: true,
    logY: true,
    x: small.depths,
    series: small.lengths.map((length) => ({
      name: `η = ${length}/σ_max²`,
      values: results.list(`errors ${length}`).map((error) => Math.max(error, 1e-12)),
    })),
  }),
  needed: (results) => ({
    kind: "curves",
    title: "Steps that leave a hundredth, by the condition of B",
    see: "The number of steps grows as the square of the ratio of singular values.",
    xName: "σ_max/σ_min",
    yName: "steps",
    logX: true,
    logY: true,
    x: small.conditions,
    series: [
      { name: "needed", values: results.list("steps needed") },
      { name: "ten", values: small.conditions.map(() => 10) },
    ],
  }),
  cells: (results) => ({
    kind: "bars",
    title: "Error on hidden numbers by the matrices of the steps",
    see: "Matrices of their own matter where steps are few.",
    valueName: "root of the mean squared error",
    names: small.cells.map((steps) => `T = ${steps}`),
    series: WEIGHTS.map((weights) => ({
      name: { decoder: "B and Bᵀ", shared: "one pair", separate: "a pair a step" }[weights],
      values: small.cells.map((steps) => results.mean(`hidden ${weights} ${steps}`)),
    })),
  }),
};

export const unrolling: Study = {
  id: "unrolling",
  title: "Inverses by steps",
  question:
    "What do gradients make of an inverse in the encoder, of a matrix in its place, and of a number of steps that lead to it?",
  claims,
  settings,
  measure,
  pictures,
};
