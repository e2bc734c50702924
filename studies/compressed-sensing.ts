/**
 * @file Compressed sensing, deblurring and enlarging of Fashion-MNIST images that no model was trained on: an
 * autoencoder as the prior against the Lasso, in studies/results/compressed-sensing.json, with pictures beside it.
 *
 * The setting is that of Bora et al. (2017): m measurements with A ~ N(0, 1/m), and the error ‖x − x̂‖² of an image. The
 * weight of the prior is chosen on other test images; the Lasso has its penalty chosen on the very images it is judged by.
 * Names of problems as arguments measure these alone, and leave what is kept of the others.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeServers, pythonServer } from "../bench/python-server.js";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { readFileData } from "../node/read.js";
import { type Matrix, matrix, takeRows, toMatrix } from "../src/data/matrix.js";
import { readNpy, writeNpy } from "../src/data/npy.js";
import { tileImages, writePng } from "../src/files/png.js";
import { autoencoder, fit } from "../src/index.js";
import { squaredErrorPerSample } from "../src/metrics/reconstruction.js";
import { random } from "../src/random.js";
import { invert } from "../src/tasks/inverse-problem/invert.js";
import {
  blur,
  downsample,
  gaussianKernel,
  linear,
  type Measurement,
  measure,
} from "../src/tasks/inverse-problem/measurements.js";
import { keepFigures, resultFile } from "./results.js";

const SIZES = [10, 25, 50, 100, 200, 300, 500];
const WEIGHTS = [0.003, 0.03, 0.3];
const [IMAGES, TUNING, SHOWN] = [100, 30, 10];
const [LATENT_DIM, EPOCHS, STARTS, STEPS] = [24, 12, 4, 300];
const SHAPE = [28, 28];
const D = 784;

interface Entry {
  alpha: number;
  error: number;
  check?: object;
}
interface Peers {
  pixel: Entry;
  dct: Entry;
  ridge: Entry;
}

async function images(name: string): Promise<Matrix> {
  const x = toMatrix((await readFileData(sharedFile(`data/fashion-mnist/${name}-images-idx3-ubyte.gz`))).x);
  return matrix(
    x.rows,
    x.cols,
    x.data.map((value) => value / 255),
  );
}

const range = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i);
const train = await images("train");
const test = await images("t10k");
const x = takeRows(test, range(0, IMAGES));
const tuning = takeRows(test, range(IMAGES, IMAGES + TUNING));

const started = performance.now();
const method = autoencoder({ latentDim: LATENT_DIM, hidden: [512, 256], outputActivation: "sigmoid" });
const model = await fit(method, train, { epochs: EPOCHS, batchSize: 128, schedule: "cosine", seed: 0 });
const trainingSeconds = (performance.now() - started) / 1000;
const codes = await model.encode(takeRows(train, range(0, 10_000)));
const common = { codes, starts: STARTS, steps: STEPS, seed: 0 };
const floor = squaredErrorPerSample(x, (await invert(model, x, common)).x);
console.log(`trained in ${trainingSeconds.toFixed(0)} s; representation error ${floor.toFixed(3)}`);

const folder = mkdtempSync(join(tmpdir(), "unlabeled-lasso-"));
const peer = await pythonServer("sklearn_lasso.py", { OMP_NUM_THREADS: "2", OPENBLAS_NUM_THREADS: "2" });
/** Errors of the prior and of the peers for one way to measure, with normal noise of deviation `noise`. */
async function compare(name: string, measurement: Measurement, noise: number, picture?: string) {
  const noisy = async (rows: Matrix, stream: string) => {
    const y = await measure(measurement, rows);
    const drawn = random(1).fork(stream).fillNormal(new Float32Array(y.data.length));
    return matrix(
      y.rows,
      y.cols,
      y.data.map((value, at) => value + noise * drawn[at]!),
    );
  };
  const [y, other] = [await noisy(x, "noise"), await noisy(tuning, "noise for tuning")];
  const tried: { weight: number; error: number }[] = [];
  for (const weight of WEIGHTS) {
    const found = await invert(model, other, { ...common, measurement, penalties: [`l2:${weight}`] });
    tried.push({ weight, error: squaredErrorPerSample(tuning, found.x) });
  }
  const { weight } = tried.reduce((a, b) => (b.error < a.error ? b : a));
  const begun = performance.now();
  const found = await invert(model, y, { ...common, measurement, penalties: [`l2:${weight}`] });
  const seconds = (performance.now() - begun) / 1000;

  const unit = matrix(D, D);
  for (let j = 0; j < D; j++) unit.data[j * D + j] = 1;
  const columns = await measure(measurement, unit);
  const a = matrix(columns.cols, D);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < D; j++) a.data[i * D + j] = columns.data[j * a.rows + i]!;
  const files = Object.fromEntries(
    ["a", "y", "x", "estimate"].map((name) => [name, join(folder, `${name}.npy`)]),
  );
  for (const [name, rows] of Object.entries({ a, y, x })) writeFileSync(files[name]!, writeNpy(rows));
  const lasso = await peer.ask<Peers>({ ...files, iterations: 300, check: picture !== undefined });
  if (picture !== undefined) {
    const best = toMatrix(readNpy(new Uint8Array(readFileSync(files.estimate!))).x);
    await show(picture, [x, found.x, best]);
  }
  const prior = squaredErrorPerSample(x, found.x);
  const ratio = prior / Math.min(lasso.pixel.error, lasso.dct.error);
  console.log(
    `${name}: prior ${prior.toFixed(2)} (weight ${weight}), Lasso pixel ${lasso.pixel.error.toFixed(2)}, ` +
      `DCT ${lasso.dct.error.toFixed(2)}, ridge ${lasso.ridge.error.toFixed(2)}, ratio ${ratio.toFixed(3)}, ${seconds.toFixed(1)} s`,
  );
  return { m: y.cols, noise, prior, weight, lasso, ratioToBestLasso: ratio, seconds };
}

/** The first images, below them what was found of them, as studies/results/compressed-sensing-NAME.png. */
async function show(name: string, parts: readonly Matrix[]): Promise<void> {
  const sheet = matrix(parts.length * SHOWN, D);
  parts.forEach((part, i) => {
    sheet.data.set(part.data.subarray(0, SHOWN * D), i * SHOWN * D);
  });
  const png = await writePng(tileImages(sheet, SHAPE, SHOWN, [0, 1]));
  writeFileSync(resultFile(`compressed-sensing-${name}.png`), png);
}

const problems: Record<string, () => Promise<object>> = {};
for (const m of SIZES) {
  problems[`m = ${m}`] = () => {
    const a = random(2)
      .fork("A", m)
      .fillNormal(new Float32Array(m * D));
    const scaled = a.map((value) => value / Math.sqrt(m));
    return compare(`m = ${m}`, linear(matrix(m, D, scaled)), 0, m === 50 ? "50" : undefined);
  };
}
const NOISE = 0.05;
const others = {
  blur: blur(gaussianKernel(5, 1.5), SHAPE),
  "downsample 2": downsample(2, SHAPE),
  "downsample 4": downsample(4, SHAPE),
};
for (const [name, measurement] of Object.entries(others)) {
  problems[name] = () => compare(name, measurement, NOISE, name.replace(" ", "-"));
}

const file = resultFile("compressed-sensing.json");
const before = existsSync(file)
  ? (JSON.parse(readFileSync(file, "utf8")) as { results: object }).results
  : {};
const results: Record<string, object> = { ...before };
const asked = process.argv.slice(2);
try {
  for (const [name, solve] of Object.entries(problems)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    results[name] = await solve();
    keepFigures("compressed-sensing", {
      about:
        "mean over images of ‖x − x̂‖², pixels in [0, 1]; the prior's weight was chosen on other images, every penalty of a peer on these",
      data: `Fashion-MNIST: trained on 60000, ${IMAGES} test images, weights chosen on ${TUNING} others`,
      prior: { method: model.method, options: model.options, epochs: EPOCHS, starts: STARTS, steps: STEPS },
      problems:
        "m = …: Gaussian measurements without noise; blur (Gaussian, 5 × 5, σ 1.5) and downsample with normal noise of .05",
      representationError: floor,
      results,
      pictures: "compressed-sensing-NAME.png: images, prior, better Lasso",
      peer: peer.versions,
      date: new Date().toISOString(),
      machine: machine(),
    });
  }
} finally {
  closeServers();
  rmSync(folder, { recursive: true, force: true });
}
