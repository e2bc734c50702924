/**
 * @file Contrastive and negative-free methods on Fashion-MNIST: what 64 numbers, learned from 20 000 images without labels, tell of
 * the classes of 10 000 others, beside raw pixels and PCA of as many numbers.
 *
 * `node dist/studies/contrastive.js [--seeds 3] [--epochs 20] [--encoder convolutional] [METHOD…]`, without a method all of them.
 * Figures: accuracy of the vote of the 20 nearest by cosine, and of a linear probe on 100 labels, ten of each class.
 */
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { readFileData } from "../node/read.js";
import { matrix, takeRows, toMatrix } from "../src/data/matrix.js";
import {
  barlowTwins,
  byol,
  configureRuntime,
  type Encoder,
  fit,
  type Matrix,
  type Method,
  pca,
  random,
  simclr,
  simSiam,
  spectralContrastive,
  triplet,
  type ViewOptions,
  vicReg,
} from "../src/index.js";
import { linearProbe, neighborsAccuracy } from "../src/metrics/index.js";
import { keepFigures, resultFile } from "./results.js";

const NAME = "contrastive";
const IMAGES = 20_000;
const NUMBERS = 64;
const NEIGHBORS = 20;
const LABELED_OF_CLASS = 10;

const METHODS: Readonly<Record<string, (options: ViewOptions) => Method<Encoder>>> = {
  spectralContrastive,
  triplet,
  simclr,
  byol,
  simSiam,
  vicReg,
  barlowTwins,
};

interface Images {
  readonly x: Matrix;
  readonly labels: readonly string[];
}

interface Accuracies {
  readonly neighbors: number;
  readonly probe: number;
}

async function images(name: string, most = Number.POSITIVE_INFINITY): Promise<Images> {
  const file = (kind: string) => sharedFile(`data/fashion-mnist/${name}-${kind}.gz`);
  const pixels = toMatrix((await readFileData(file("images-idx3-ubyte"))).x);
  const labels = toMatrix((await readFileData(file("labels-idx1-ubyte"))).x);
  const first = Uint32Array.from({ length: Math.min(most, pixels.rows) }, (_, i) => i);
  return {
    x: takeRows({ ...pixels, data: pixels.data.map((pixel) => pixel / 255) }, first),
    labels: Array.from(first, (i) => String(labels.data[i])),
  };
}

/** Rows of length 1: nearest by distance are then nearest by cosine. */
function directions({ data, rows, cols }: Matrix): Matrix {
  const unit = matrix(rows, cols);
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * cols, (i + 1) * cols);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value ** 2, 0)) || 1;
    unit.data.set(
      row.map((value) => value / length),
      i * cols,
    );
  }
  return unit;
}

/** So many rows of every class, drawn by the seed. */
function fewOf(labels: readonly string[], seed: number): number[] {
  const order = random(seed).permutation(labels.length);
  const taken = new Map<string, number>();
  return [...order].filter((i) => {
    const count = taken.get(labels[i]!) ?? 0;
    taken.set(labels[i]!, count + 1);
    return count < LABELED_OF_CLASS;
  });
}

/** Figures of features of the training and test images. */
async function accuracies(train: Images, test: Images, seed: number): Promise<Accuracies> {
  const few = fewOf(train.labels, seed);
  const neighbors = await neighborsAccuracy(
    directions(train.x),
    train.labels,
    directions(test.x),
    test.labels,
    {
      nNeighbors: NEIGHBORS,
    },
  );
  const labelsOfFew = few.map((i) => train.labels[i]!);
  const { accuracy } = await linearProbe(takeRows(train.x, few), labelsOfFew, test.x, test.labels);
  return { neighbors, probe: accuracy };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function summary(runs: readonly Accuracies[]) {
  const of = (key: keyof Accuracies) => runs.map((run) => run[key]);
  return {
    neighbors: mean(of("neighbors")),
    probe: mean(of("probe")),
    runs: { neighbors: of("neighbors"), probe: of("probe") },
  };
}

/** Cases that are kept already, so that methods can be measured one by one. */
function kept(): Record<string, unknown> {
  const file = resultFile(`${NAME}.json`);
  if (!existsSync(file)) return {};
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: Record<string, unknown> }).cases;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "3" },
    epochs: { type: "string", default: "20" },
    encoder: { type: "string", default: "convolutional" },
    // For trying things out: figures are printed and not kept.
    dry: { type: "boolean", default: false },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(METHODS);
for (const name of names)
  if (!Object.hasOwn(METHODS, name))
    throw new RangeError(`there is no method ${name} (there are ${Object.keys(METHODS).join(", ")})`);
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const epochs = Number(values.epochs);
const encoder = values.encoder as NonNullable<ViewOptions["encoder"]>;

configureRuntime({ backend: "native", threads: 2 });
const [train, test] = [await images("train", IMAGES), await images("t10k")];
const cases: Record<string, unknown> = kept();
const told = (name: string, { neighbors, probe }: Accuracies) =>
  console.log(`${name}: neighbors ${(100 * neighbors).toFixed(2)} %, probe ${(100 * probe).toFixed(2)} %`);

/** Figures of a way to make features, for every seed. */
async function measure(
  name: string,
  features: (seed: number) => Promise<{ train: Matrix; test: Matrix; more?: object }>,
) {
  const runs: Accuracies[] = [];
  const more: object[] = [];
  for (const seed of seeds) {
    const made = await features(seed);
    const found = await accuracies({ ...train, x: made.train }, { ...test, x: made.test }, seed);
    told(`${name}, seed ${seed}`, found);
    runs.push(found);
    if (made.more) more.push(made.more);
  }
  cases[name] = { ...summary(runs), ...(more.length > 0 && { fits: more }) };
}

await measure("pixels", async () => ({ train: train.x, test: test.x }));
const principal = await fit(pca({ latentDim: NUMBERS }), train.x, { seed: 1 });
await measure("pca", async () => ({
  train: await principal.encode(train.x),
  test: await principal.encode(test.x),
}));
for (const name of names) {
  const method = METHODS[name]!({ latentDim: NUMBERS, encoder, rowShape: [28, 28] });
  await measure(name, async (seed) => {
    const begun = performance.now();
    const model = await fit(method, train.x, {
      seed,
      epochs,
      onProgress: ({ epoch, epochEnd, loss, figures }) => {
        if (!epochEnd) return;
        const shown = Object.entries(figures ?? {}).map(([figure, value]) => `${figure} ${value.toFixed(3)}`);
        console.log(`  epoch ${epoch}: loss ${loss.toFixed(4)}, ${shown.join(", ")}`);
      },
    });
    const seconds = (performance.now() - begun) / 1000;
    for (const note of model.notes) console.log(`  ${note}`);
    const more = { seconds, notes: model.notes, last: model.history.at(-1) };
    return { train: await model.encode(train.x), test: await model.encode(test.x), more };
  });
  if (!values.dry)
    keepFigures(NAME, {
      name: NAME,
      data: `Fashion-MNIST, ${IMAGES} training images without labels, 10000 test images`,
      training: `${encoder} encoder, ${NUMBERS} numbers, ${epochs} epochs, the methods' own defaults, seeds ${seeds.join(", ")}`,
      figures: `accuracy of the vote of the ${NEIGHBORS} nearest by cosine, and of a linear probe on ${10 * LABELED_OF_CLASS} labels; means over seeds`,
      cases,
      date: new Date().toISOString(),
      machine: machine(),
    });
}
