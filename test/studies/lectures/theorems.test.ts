/** @file Theorems of linear reduction, each on data of several kinds. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readFileData } from "../../../node/index.js";
import { blobs, digits, swissRoll } from "../../../src/data/index.js";
import { type Matrix, matrix, type Numbers, toNumbers } from "../../../src/data/matrix.js";
import { autoencoder, fit, pca } from "../../../src/index.js";
import { random } from "../../../src/random.js";
import { leafPatches } from "../../../studies/lectures/dead-leaves.js";
import { bestLinearError, ENCODERS } from "../../../studies/lectures/how-gradient-descent-learns.js";
import { studyData, tailOf } from "../../../studies/lectures/study-data.js";

const shared = (name: string) => fileURLToPath(new URL(`../../../../shared/data/${name}`, import.meta.url));

/** Rows far from 0 along one direction, as readings of a scale are. */
function farRows(): Matrix {
  const stream = random(5);
  return matrix(
    200,
    12,
    Float32Array.from({ length: 200 * 12 }, (_, at) => 40 + (at % 12) * stream.normal()),
  );
}

const BUILT_IN: Readonly<Record<string, () => Numbers>> = {
  digits: () => digits().x,
  "a roll": () => swissRoll({ rows: 300, seed: 1 }).x,
  clusters: () => blobs({ rows: 300, cols: 8, centers: 4, seed: 1 }).x,
  "patches of dead leaves": () => leafPatches(300, 6, 1),
  "rows far from 0": farRows,
};
const OF_FILES = ["iris.csv", "wine_data.csv", "breast_cancer.csv"].filter((name) =>
  existsSync(shared(name)),
);

/** Squared errors of PCA for k = 0 … d: what the first k codes of a row leave of its squared norm. */
async function errorsBySize(x: Numbers, center: boolean): Promise<number[]> {
  const latentDim = Math.min(x.rows - 1, x.cols);
  const model = await fit(pca({ latentDim, center }), x, { scale: "none", seed: 1 });
  const codes = await model.encode(x);
  const mean = Array.from({ length: x.cols }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < x.rows; i++) sum += x.data[i * x.cols + j]!;
    return center ? sum / x.rows : 0;
  });
  const total = Float64Array.from(x.data).reduce(
    (sum, value, at) => sum + (value - mean[at % x.cols]!) ** 2,
    0,
  );
  const left = [total / x.rows];
  for (let k = 0; k < latentDim; k++) {
    let kept = 0;
    for (let i = 0; i < x.rows; i++) kept += codes.data[i * latentDim + k]! ** 2;
    left.push(left[k]! - kept / x.rows);
  }
  return left;
}

async function expectSandwich(x: Numbers): Promise<void> {
  const [centered, uncentered] = [await errorsBySize(x, true), await errorsBySize(x, false)];
  // Codes are float32.
  const rounding = 1e-5 * uncentered[0]!;
  for (let k = 1; k < centered.length; k++) {
    expect(uncentered[k]! - centered[k]!, `err(${k}) ≤ err without mean(${k})`).toBeGreaterThan(-rounding);
    expect(centered[k - 1]! - uncentered[k]!, `err without mean(${k}) ≤ err(${k - 1})`).toBeGreaterThan(
      -rounding,
    );
  }
}

test.each(Object.keys(BUILT_IN))("A3: the mean costs one component at most, for every k: %s", async (name) =>
  expectSandwich(BUILT_IN[name]!()),
);

test.skipIf(OF_FILES.length === 0).each(OF_FILES)("A3: the same of %s", async (name) => {
  const { x } = await readFileData(shared(name), { skipRows: 1, header: false });
  await expectSandwich(toNumbers(x));
});

test.each(["digits", "clusters", "rows far from 0"])(
  "A22: no encoder leaves less than the tail of the spectrum under a linear decoder: %s",
  async (name) => {
    const all = BUILT_IN[name]!();
    const count = Math.min(all.rows, 300);
    const data = await studyData(name, { ...all, rows: count, data: all.data.slice(0, count * all.cols) });
    const latentDim = 3;
    const bound = tailOf(data, latentDim);
    const training = { batchSize: 32, learningRate: 3e-3, scale: "none", seed: 1 } as const;
    for (const encoder of ENCODERS) {
      const method = autoencoder({ latentDim, ...encoder });
      for (const epochs of [1, 15]) {
        const model = await fit(method, data.x, { ...training, epochs });
        expect(
          (await bestLinearError(data, model)) / bound,
          JSON.stringify({ encoder, epochs }),
        ).toBeGreaterThan(1 - 1e-5);
        if (encoder.hidden.length > 0) continue;
        const own = (await model.squaredErrors(data.x)).reduce((sum, value) => sum + value, 0) / data.x.rows;
        expect(own / bound, `${JSON.stringify(encoder)}, its own decoder`).toBeGreaterThan(1 - 1e-5);
      }
    }
  },
);
