/**
 * @file A signal is heard in the midst of long linear algebra, which keeps timers out unless it pauses. Each of these ran
 * to its end without hearing one.
 */
import { expect, test } from "vitest";
import { type Matrix, matrix } from "../../src/data/matrix.js";
import {
  classicalMds,
  fit,
  logisticPca,
  lowRankCompletion,
  type Method,
  pca,
  sparseCoding,
  tsne,
  umap,
} from "../../src/index.js";
import { dense } from "../../src/linalg/dense.js";
import { eigh } from "../../src/linalg/eigh.js";
import { leastSquares } from "../../src/linalg/least-squares.js";
import { qr } from "../../src/linalg/qr.js";
import { svd } from "../../src/linalg/svd.js";
import type { Solved } from "../../src/methods/method.js";
import { random } from "../../src/random.js";
import { breather } from "../../src/training/breather.js";

/** Well before the work is done; timers fire late where work holds the thread. */
const SOON_MS = 40;

function rows(n: number, d: number): Matrix {
  const x = matrix(n, d);
  random(4).fillNormal(x.data);
  return x;
}

async function expectHeard(work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const reason = new Error("enough");
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(reason), SOON_MS);
  await expect(work(controller.signal)).rejects.toBe(reason);
  clearTimeout(timer);
}

test.each<[string, Method, Matrix]>([
  ["pca by an SVD", pca({ latentDim: 4 }), rows(900, 800)],
  ["pca by a covariance", pca({ latentDim: 4, solver: "exact" }), rows(2700, 800)],
  ["classicalMds of few coordinates", classicalMds({ latentDim: 4 }), rows(900, 800)],
  ["classicalMds of many", classicalMds({ latentDim: 200 }), rows(900, 800)],
  [
    "logisticPca",
    logisticPca({ latentDim: 2 }),
    matrix(
      900,
      600,
      rows(900, 600).data.map((v) => +(v > 0)),
    ),
  ],
  ["lowRankCompletion", lowRankCompletion({ latentDim: 4 }), rows(600, 500)],
  [
    "sparseCoding by groups",
    sparseCoding({ latentDim: 128, penalty: "group", groupSize: 4, update: "batch" }),
    rows(600, 300),
  ],
  ["sparseCoding by K-SVD", sparseCoding({ latentDim: 128, penalty: "l0", update: "kSvd" }), rows(1200, 300)],
  ["umap", umap(), rows(3000, 400)],
  ["tsne of all pairs", tsne({ algorithm: "exact" }), rows(1200, 400)],
])("%s hears a signal while it works", async (_, method, x) => {
  await expectHeard((signal) => fit(method, x, { seed: 0, signal }));
});

const square = dense(600, 600, Float64Array.from(rows(600, 600).data));
const symmetric = dense(
  600,
  600,
  square.data.map((value, at) => value + square.data[(at % 600) * 600 + Math.floor(at / 600)]!),
);
test.each<[string, (pauses: { breathe: () => Promise<void> }) => Promise<unknown>]>([
  ["svd", (pauses) => svd(square, pauses)],
  ["eigh", (pauses) => eigh(symmetric, pauses)],
  ["qr", (pauses) => qr(dense(3000, 600, Float64Array.from(rows(3000, 600).data)), pauses)],
  ["leastSquares", (pauses) => leastSquares(square, square, pauses)],
])("%s pauses, and what a pause throws ends it", async (_, work) => {
  await expectHeard((signal) => work({ breathe: breather(signal) }));
});

/** Pieces between two looks at a signal take a tenth of a second; with much room, for a machine with other work. */
const HEARD_MS = 3000;

test.each<[string, Method]>([
  ["pca", pca({ latentDim: 4 })],
  ["pca of all components", pca({ latentDim: 1200 })],
  ["pca by random projections", pca({ latentDim: 4, solver: "randomized" })],
  ["classicalMds", classicalMds({ latentDim: 4 })],
])("%s of 1300 × 1200 rejects with the reason, soon", async (_, method) => {
  const x = rows(1300, 1200);
  for (const delay of [0, 20, 200]) {
    const reason = new Error("enough");
    const controller = new AbortController();
    let abortedAt = Number.NaN;
    const timer = setTimeout(() => {
      abortedAt = performance.now();
      controller.abort(reason);
    }, delay);
    const outcome = await fit(method, x, { seed: 0, signal: controller.signal }).catch((error) => error);
    clearTimeout(timer);
    // A fit that was through before it was told to stop has its model.
    if (Number.isNaN(abortedAt)) continue;
    expect(outcome, `after ${delay} ms`).toBe(reason);
    expect(performance.now() - abortedAt).toBeLessThan(HEARD_MS);
  }
});

test("a signal in the very last piece of a solver's work is heard", async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  const last: Method = {
    ...pca({ latentDim: 1 }),
    fitting: {
      kind: "solved",
      async solve(x, context) {
        const { fitting } = pca({ latentDim: 1 });
        const parameters = await (fitting as Solved).solve(x, context);
        controller.abort(reason);
        return parameters;
      },
    },
  };
  await expect(fit(last, rows(20, 3), { signal: controller.signal })).rejects.toBe(reason);
});
