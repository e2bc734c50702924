/**
 * @file Training of single layers before the whole, and decoders that are there for the sake of the encoder.
 */
import { takeRows } from "../../src/data/matrix.js";
import {
  type Activation,
  autoencoder,
  convolutionalAutoencoder,
  fit,
  type Layer,
  stackedAutoencoder,
} from "../../src/index.js";
import { linearProbe, neighborsAccuracy, squaredErrorPerSample } from "../../src/metrics/index.js";
import { heldOutRows } from "./held-out-rows.js";
import { Progress } from "./progress.js";
import { atLeast, atMost, type Claim, type Measuring, type Results, type Study } from "./study.js";

const small = {
  hidden: [128, 64, 32],
  latentDim: 8,
  epochs: 40,
  /** Passes for each layer alone. */
  layerEpochs: 50,
  /** Passes over the whole, as many times as the short training. */
  longer: 5,
  /** Widths of the decoder's layers, by its depth. */
  decoders: [[], [64], [64, 128], [64, 128, 128]],
  encoder: [128, 64],
  decoderEpochs: 80,
};
const settings = { small, full: { ...small, epochs: 60, layerEpochs: 100 } };

type Room = Record<string, number | readonly number[]>;

async function measure(measuring: Measuring) {
  const { size } = measuring;
  const figures: Room = {};
  const progress = new Progress(measuring, 7 + settings[size].decoders.length);
  await layerwise(measuring, figures, progress);
  await scaffolds(measuring, figures, progress);
  return figures;
}

async function layerwise(
  { data: { raw }, size, seed, signal }: Measuring,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { hidden, latentDim, epochs, layerEpochs, longer } = settings[size];
  const inUnit = raw.data.every((value) => value >= 0 && value <= 1);
  const { train, test } = heldOutRows(raw, seed);
  const training = { batchSize: 64, seed, signal };
  for (const activation of ["sigmoid", "relu"] as const satisfies readonly Activation[]) {
    // Boltzmann machines are made for what the cross-entropy is for: numbers in [0, 1].
    const loss = inUnit ? "binaryCrossEntropy" : "squaredError";
    const layers = { latentDim, hidden, activation, loss };
    for (const times of [1, longer]) {
      const whole = await fit(autoencoder(layers), train, { ...training, epochs: times * epochs });
      figures[`whole ${activation} ${times}`] = squaredErrorPerSample(test, await whole.reconstruct(test));
      progress.done();
    }
    for (const pretraining of ["plain", "rbm"] as const) {
      if (pretraining === "rbm" && (activation !== "sigmoid" || !inUnit)) continue;
      const method = stackedAutoencoder({
        ...layers,
        pretraining,
        pretrainingEpochs: layerEpochs,
        pretrainingBatchSize: 32,
        pretrainingLearningRate: pretraining === "rbm" ? 1e-2 : 3e-3,
      });
      const model = await fit(method, train, { ...training, epochs });
      figures[`${pretraining} ${activation}`] = squaredErrorPerSample(test, await model.reconstruct(test));
      progress.done();
    }
  }
}

/** One encoder with decoders of growing depth: what its codes tell of labels. */
async function scaffolds(
  { data: { x, labels }, size, seed, signal }: Measuring,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { decoders, encoder, latentDim, decoderEpochs } = settings[size];
  const { train, test, trainRows, testRows } = heldOutRows(x, seed);
  const dense = (widths: readonly number[]): Layer[] => widths.map((width) => ({ dense: width }));
  for (const [depth, widths] of decoders.entries()) {
    const method = convolutionalAutoencoder({
      rowShape: [1, x.cols],
      layers: {
        encoder: [...dense(encoder), { dense: latentDim }],
        decoder: [...dense(widths), { dense: x.cols, activation: "linear" }, { reshape: [1, 1, x.cols] }],
      },
    });
    const model = await fit(method, train, {
      epochs: decoderEpochs,
      learningRate: 2e-3,
      batchSize: 64,
      schedule: "cosine",
      seed,
      signal,
    });
    figures[`error ${depth}`] = squaredErrorPerSample(test, await model.reconstruct(test));
    if (labels) {
      const codes = await model.encode(x);
      const of = (rows: Uint32Array) => Array.from(rows, (row) => labels[row]!);
      const [a, b] = [takeRows(codes, trainRows), takeRows(codes, testRows)];
      figures[`probe ${depth}`] = (await linearProbe(a, of(trainRows), b, of(testRows))).accuracy;
      figures[`neighbors ${depth}`] = await neighborsAccuracy(a, of(trainRows), b, of(testRows));
    }
    progress.done();
  }
}

const ratio = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value / results.numbers(b)[seed]!);
const less = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value - results.numbers(b)[seed]!);

const layers = `layers of ${small.hidden.join(", ")}, k = ${small.latentDim}`;
const depths = small.decoders.map((_, depth) => depth);

const claims: readonly Claim[] = [
  {
    id: "D7",
    quote: "layerwise pretraining was key; replaced by end-to-end training",
    source: "000 §15.3.2, 002, 004",
    statement:
      "After layers were trained one by one, the whole ends with at most .8 of the error that it ends with without, on other rows.",
    means:
      "It is key for sigmoid layers, where training of the whole hardly moves at first. For rectified ones it is worth little, and longer training is worth more.",
    picture: "errors",
    sides: (results, threshold = 0.8) =>
      (
        [
          ["plain", "sigmoid"],
          ["rbm", "sigmoid"],
          ["plain", "relu"],
        ] as const
      )
        .filter(([way, activation]) => results.has(`${way} ${activation}`))
        .flatMap(([way, activation]) =>
          [1, small.longer].map((times) =>
            atMost(
              `${activation === "relu" ? "rectified" : "sigmoid"} ${layers}, ${way === "rbm" ? "Boltzmann machines" : "autoencoders"} first: error as a multiple of that without${times > 1 ? `, which was trained ${times} times as long` : ""}`,
              ratio(results, `${way} ${activation}`, `whole ${activation} ${times}`),
              threshold,
            ),
          ),
        ),
  },
  {
    id: "D8",
    quote: "the decoder is scaffolding, and one might need scaffolding parts",
    source: "003",
    statement:
      "With a decoder of one layer or more codes tell labels by .02 or more better than with a linear one.",
    means:
      "A hidden layer or two in the decoder halve the error. What codes tell of labels gains less: some hundredths for a linear probe, next to nothing for neighbors.",
    picture: "depth",
    sides: (results, threshold = 0.02) =>
      results.has("probe 0")
        ? depths
            .slice(1)
            .flatMap((depth) =>
              (["probe", "neighbors"] as const).map((way) =>
                atLeast(
                  `${depth} hidden layer${depth > 1 ? "s" : ""} in the decoder, ${way === "probe" ? "linear probe" : "five nearest neighbors"}: accuracy less that with none`,
                  less(results, `${way} ${depth}`, `${way} 0`),
                  threshold,
                ),
              ),
            )
        : [],
  },
];

const pictures: Study["pictures"] = {
  errors: (results) => ({
    kind: "bars",
    title: "Error on other rows",
    see: "Layers that were trained alone help sigmoid networks, and rectified ones hardly.",
    valueName: "squared error",
    names: ["whole", `whole, ${small.longer} × as long`, "layers first", "machines first"],
    series: (["sigmoid", "relu"] as const).map((activation) => ({
      name: activation === "relu" ? "rectified" : "sigmoid",
      values: [
        `whole ${activation} 1`,
        `whole ${activation} ${small.longer}`,
        `plain ${activation}`,
        `rbm ${activation}`,
      ].map((name) => (results.has(name) ? results.mean(name) : Number.NaN)),
    })),
  }),
  depth: (results) => ({
    kind: "curves",
    title: "Accuracy of codes by the depth of the decoder",
    see: "A deeper decoder lowers the error more than it improves the codes.",
    xName: "hidden layers of the decoder",
    yName: "accuracy",
    logY: false,
    x: depths,
    series: (["probe", "neighbors"] as const).map((way) => ({
      name: way === "probe" ? "linear probe" : "five nearest neighbors",
      values: depths.map((depth) =>
        results.has(`${way} ${depth}`) ? results.mean(`${way} ${depth}`) : Number.NaN,
      ),
    })),
  }),
};

export const pretraining: Study = {
  id: "pretraining",
  title: "Layers one by one, and scaffolding",
  question: "Do layers have to be trained one by one, and is a deep decoder worth anything to the codes?",
  claims,
  settings,
  measure,
  pictures,
};
