/**
 * @file Logistic PCA of binary digits beside PCA cut to probabilities: the share of deviance explained, on rows that were
 * learned from and on others.
 *
 * `node dist/studies/logistic-pca-digits.js`: some seconds on two cores.
 */

import { machine } from "../bench/results.js";
import { digits } from "../src/data/digits.js";
import { type Matrix, matrix, takeRows } from "../src/data/matrix.js";
import { configureRuntime, fit, logisticPca, pca } from "../src/index.js";
import { keepFigures } from "./results.js";

/** Probabilities of PCA are kept so far from 0 and 1; the best on the training rows counts. */
const CUTS = [1e-4, 1e-3, 0.01, 0.03, 0.1];
const SATURATIONS = [2, 4];

function deviance(rows: Matrix, p: (i: number) => number): number {
  return rows.data.reduce((total, value, i) => total - 2 * Math.log(value === 1 ? p(i) : 1 - p(i)), 0);
}

/** Deviance where every row is the training rows' mean, kept from 0 and 1 by one row more of each. */
function nullDeviance(train: Matrix, rows: Matrix): number {
  const rates = Array.from({ length: train.cols }, (_, j) => {
    let ones = 1;
    for (let i = 0; i < train.rows; i++) ones += train.data[i * train.cols + j]!;
    return ones / (train.rows + 2);
  });
  return deviance(rows, (i) => rates[i % rows.cols]!);
}

async function logisticPcaDigits(): Promise<void> {
  configureRuntime({ backend: "native", threads: 2 });
  const { x } = digits();
  const binary = matrix(
    x.rows,
    x.cols,
    x.data.map((ink) => (ink > 8 ? 1 : 0)),
  );
  const all = Array.from({ length: x.rows }, (_, i) => i);
  const train = takeRows(
    binary,
    all.filter((i) => i % 5 !== 0),
  );
  const test = takeRows(
    binary,
    all.filter((i) => i % 5 === 0),
  );
  const explained = (rows: Matrix, value: number) => 1 - value / nullDeviance(train, rows);
  const table = [];
  for (const latentDim of [2, 8, 16]) {
    const linear = await fit(pca({ latentDim }), train);
    const [onTrain, onTest] = [await linear.reconstruct(train), await linear.reconstruct(test)];
    const cutAt = (rows: Matrix, xHat: Matrix, cut: number) =>
      explained(
        rows,
        deviance(rows, (i) => Math.min(1 - cut, Math.max(cut, xHat.data[i]!))),
      );
    const cut = CUTS.reduce((a, b) => (cutAt(train, onTrain, a) > cutAt(train, onTrain, b) ? a : b));
    table.push({
      latentDim,
      method: `PCA, cut to [${cut}, ${1 - cut}]`,
      train: cutAt(train, onTrain, cut),
      test: cutAt(test, onTest, cut),
    });
    for (const saturation of SATURATIONS) {
      const model = await fit(logisticPca({ latentDim, saturation }), train);
      const total = async (rows: Matrix) => (await model.score(rows)).reduce((sum, value) => sum + value, 0);
      table.push({
        latentDim,
        method: `logistic PCA, saturation ${saturation}`,
        train: explained(train, await total(train)),
        test: explained(test, await total(test)),
      });
      console.error(table.at(-1));
    }
  }
  keepFigures("logistic-pca-digits", {
    name: "logistic-pca-digits",
    unit: "share of deviance explained",
    data: `8 × 8 digits, 1 where ink is over 8 of 16: ${train.rows} rows to learn from, every fifth row to test on`,
    table,
    machine: machine(),
    date: new Date().toISOString().slice(0, 10),
  });
}

if (process.argv[1]?.endsWith("logistic-pca-digits.js")) await logisticPcaDigits();
