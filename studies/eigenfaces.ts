/**
 * @file Recognition on the ORL faces by the protocol of the reference figures: images 1 to 5 of each of 40 people train,
 * 6 to 10 test, in full size and of means of 2 × 2 pixels; every number of components, plain, whitened, without the first 3.
 *
 *   node dist/studies/eigenfaces.js
 */
import { readFileSync } from "node:fs";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { readFileData } from "../node/read.js";
import { type Matrix, matrix, takeRows, toMatrix } from "../src/data/matrix.js";
import { configureRuntime, eigenfaces } from "../src/index.js";
import { keepFigures } from "./results.js";

const VARIANTS = {
  euclidean: {},
  whitened: { whiten: true },
  euclidean_without_first_3: { skipFirst: 3 },
};

interface Accuracies {
  readonly nn1: number;
  readonly nearest_class_mean: number;
}
type Reference = Record<string, Record<string, Record<string, Accuracies | undefined> | number>>;

/** Means of 2 × 2 pixels of images of 112 × 92. */
function pooled(images: Matrix): Matrix {
  const [height, width] = [56, 46];
  const out = matrix(images.rows, height * width);
  for (let at = 0; at < out.data.length; at++) {
    const [i, r, c] = [Math.floor(at / out.cols), Math.floor((at % out.cols) / width), at % width];
    const first = i * images.cols + 4 * r * width + 2 * c;
    const four = [first, first + 1, first + 2 * width, first + 2 * width + 1];
    out.data[at] = four.reduce((sum, pixel) => sum + images.data[pixel]!, 0) / 4;
  }
  return out;
}

configureRuntime({ backend: "native", threads: 2 });
const read = await readFileData(sharedFile("data/orl_faces/orl-images-idx3-ubyte.gz"), {
  labelFile: sharedFile("data/orl_faces/orl-labels-idx1-ubyte.gz"),
});
const file = sharedFile("reference/07_eigenfaces_orl.json");
const reference = (JSON.parse(readFileSync(file, "utf8")) as { results: Reference }).results;
const sizes: Record<string, Matrix> = {
  "full 112x92 pixels/255": toMatrix(read.x),
  "2x2 mean-pooled 56x46 pixels/255": pooled(toMatrix(read.x)),
};
const numbers = Array.from({ length: read.x.rows }, (_, i) => i);
const train = numbers.filter((i) => i % 10 < 5);
const test = numbers.filter((i) => i % 10 >= 5);
const labels = (rows: number[]) => rows.map((i) => read.labels![i]!);
const actual = labels(test);

const results: Record<string, Record<string, Record<string, Accuracies>>> = {};
let [equal, compared] = [0, 0];
for (const [size, x] of Object.entries(sizes)) {
  results[size] = {};
  for (const [k, figures] of Object.entries(reference[size]!)) {
    if (!(Number(k) >= 1)) continue;
    const found: Record<string, Accuracies> = {};
    for (const [variant, options] of Object.entries(VARIANTS)) {
      const wanted = (figures as Record<string, Accuracies | undefined>)[variant];
      if (!wanted) continue;
      const faces = await eigenfaces(takeRows(x, train), labels(train), { latentDim: Number(k), ...options });
      const accuracy = async (classifier: "nearest-neighbor" | "nearest-class-mean") => {
        const predicted = (await faces.recognize(takeRows(x, test), classifier)).labels;
        return predicted.filter((label, i) => label === actual[i]).length / actual.length;
      };
      const ours = {
        nn1: await accuracy("nearest-neighbor"),
        nearest_class_mean: await accuracy("nearest-class-mean"),
      };
      for (const key of ["nn1", "nearest_class_mean"] as const) {
        compared++;
        if (ours[key] === wanted[key]) equal++;
        else
          console.error(
            `${size}, ${k} components, ${variant}, ${key}: ${ours[key]}, reference ${wanted[key]}`,
          );
      }
      found[variant] = ours;
    }
    results[size][k] = found;
  }
}
console.error(`${equal} of ${compared} accuracies are those of the reference`);
keepFigures("eigenfaces", {
  protocol: "images 1 to 5 of each of 40 people train (200), 6 to 10 test (200)",
  accuraciesEqualToTheReference: `${equal} of ${compared}`,
  results,
  machine: machine(),
  date: new Date().toISOString(),
});
