/**
 * @file Deep and convolutional autoencoders on Fashion-MNIST: 60 000 images to learn from, errors on the 10 000 test images
 * after every epoch, and PCA with codes of the same size beside them.
 *
 * `node dist/studies/fashion-mnist.js [CASE…]`, without a case all of them: some six minutes on two cores.
 */
import { existsSync, readFileSync } from "node:fs";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { readFileData } from "../node/read.js";
import { type Matrix, takeRows, toMatrix } from "../src/data/matrix.js";
import {
  autoencoder,
  type Coder,
  configureRuntime,
  convolutionalAutoencoder,
  type FitOptions,
  fit,
  type Method,
  pca,
  type StackedAutoencoder,
  stackedAutoencoder,
} from "../src/index.js";
import { keepFigures, resultFile } from "./results.js";

const NAME = "fashion-mnist";
const PIXELS = 784;

/** ‖x − x̂‖² of pixels in [0, 1]. */
const IMAGE = "squared error per image";
/** Mean over pixels in [−1, 1], of training on such. */
const ENTRY = "squared error per pixel, of pixels in [-1, 1]";

interface Case {
  what: string;
  method: Method<Coder | StackedAutoencoder>;
  training?: FitOptions;
  /** So many of the training images, the first ones. Default: all. */
  images?: number;
  /** The figure to reach, in the unit of the case. */
  aim?: number;
  unit: typeof IMAGE | typeof ENTRY;
}

const adam = (epochs: number): FitOptions => ({
  epochs,
  batchSize: 128,
  learningRate: 1e-3,
  optimizer: "adam",
});
const deep = { latentDim: 30, hidden: [1000, 500, 250], outputActivation: "sigmoid" } as const;
const convolutional = { normalize: true, outputActivation: "tanh", loss: "meanSquared" } as const;
const sigmoid = { ...deep, activation: "sigmoid", loss: "binaryCrossEntropy" } as const;
const FEW = 2_000;

const cases: Record<string, Case> = {
  "pca-30": { what: "PCA, 30 numbers", method: pca({ latentDim: 30 }), unit: IMAGE },
  "pca-32": { what: "PCA, 32 numbers", method: pca({ latentDim: 32 }), unit: ENTRY },
  deep: {
    what: "784-1000-500-250-30 rectified, from random weights",
    method: autoencoder(deep),
    training: adam(8),
    aim: 9.4,
    unit: IMAGE,
  },
  "deep-2000": {
    what: "the same on the first 2 000 images",
    method: autoencoder(deep),
    training: adam(10),
    images: FEW,
    unit: IMAGE,
  },
  "deep-2000-pretrained": {
    what: "the same on the first 2 000 images, each layer pretrained for 10 epochs",
    method: stackedAutoencoder(deep),
    training: adam(10),
    images: FEW,
    unit: IMAGE,
  },
  "sigmoid-2000": {
    what: "sigmoid layers and cross-entropy on the first 2 000 images, from random weights",
    method: autoencoder(sigmoid),
    training: adam(10),
    images: FEW,
    unit: IMAGE,
  },
  "sigmoid-2000-plain": {
    what: "the same, each layer pretrained for 10 epochs",
    method: stackedAutoencoder(sigmoid),
    training: adam(10),
    images: FEW,
    unit: IMAGE,
  },
  "sigmoid-2000-machines": {
    what: "the same, layers pretrained as restricted Boltzmann machines (preset hinton2006) for 10 epochs",
    method: stackedAutoencoder({ latentDim: 30, preset: "hinton2006" }),
    training: adam(10),
    images: FEW,
    unit: IMAGE,
  },
  lecture: {
    what: "the lecture's convolutional network, 32 numbers",
    method: convolutionalAutoencoder({ ...convolutional, layers: "lecture" }),
    training: adam(10),
    aim: 0.08,
    unit: ENTRY,
  },
  strong: {
    what: "the stronger convolutional preset, 32 numbers",
    method: convolutionalAutoencoder({ ...convolutional, layers: "strong" }),
    training: adam(5),
    aim: 0.061,
    unit: ENTRY,
  },
};

async function measure({ what, method, training, images, aim, unit }: Case, all: Matrix, test: Matrix) {
  const train =
    images === undefined
      ? all
      : takeRows(
          all,
          Uint32Array.from({ length: images }, (_, i) => i),
        );
  const begun = performance.now();
  const model = await fit(method, train, {
    seed: 0,
    ...training,
    ...(training && images === undefined && { validation: test }),
    onProgress: ({ epoch, epochEnd, loss, validationLoss }) => {
      if (epochEnd)
        console.log(
          `  epoch ${epoch}: loss ${loss.toFixed(5)}, test ${validationLoss?.toFixed(5) ?? "later"}`,
        );
    },
  });
  const seconds = (performance.now() - begun) / 1000;
  const errors = await model.squaredErrors(test);
  const perImage = errors.reduce((sum, error) => sum + error) / test.rows;
  const value = unit === IMAGE ? perImage : (perImage * 4) / PIXELS;
  return {
    what,
    unit,
    value,
    ...(aim !== undefined && { aim, met: value <= aim }),
    ...(training && {
      epochs: training.epochs,
      trainingLoss: model.history.map(({ loss }) => loss),
      ...(images === undefined && { testLoss: model.history.map(({ validationLoss }) => validationLoss) }),
    }),
    ...("pretrainingLosses" in model && { pretrainingLosses: model.pretrainingLosses }),
    images: train.rows,
    parameters: Object.values(model.parameters).reduce((sum, { data }) => sum + data.length, 0),
    seconds,
  };
}

async function unitImages(name: string): Promise<Matrix> {
  const x = toMatrix((await readFileData(sharedFile(`data/fashion-mnist/${name}-images-idx3-ubyte.gz`))).x);
  return { ...x, data: x.data.map((pixel) => pixel / 255) };
}

/** Cases that are kept already, so that they can be measured one by one. */
function kept(): Record<string, unknown> {
  const file = resultFile(`${NAME}.json`);
  if (!existsSync(file)) return {};
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: Record<string, unknown> }).cases;
}

configureRuntime({ backend: "native", threads: 2 });
const [train, test] = [await unitImages("train"), await unitImages("t10k")];
for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(cases)) {
  const one = cases[name];
  if (!one) throw new RangeError(`there is no case ${name} (there are ${Object.keys(cases).join(", ")})`);
  console.log(`${name}: ${one.what}`);
  const result = await measure(one, train, test);
  console.log(`  ${result.value.toFixed(4)} ${result.unit}, ${result.seconds.toFixed(0)} s`);
  const all = { ...kept(), [name]: result };
  const ordered = Object.fromEntries(
    Object.keys(cases).flatMap((key) => (key in all ? [[key, all[key]]] : [])),
  );
  keepFigures(NAME, {
    name: NAME,
    data: "Fashion-MNIST, 60000 training images or the first of them, 10000 test images",
    training: "Adam 0.001, batches of 128, seed 0; losses of the method, as the history tells them",
    cases: ordered,
    date: new Date().toISOString(),
    machine: machine(),
  });
}
