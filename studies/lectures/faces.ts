/**
 * @file Eigenfaces: whether faces are a subspace, and what is told of persons by it. Where there are no faces, the labels of the rows stand
 * for persons.
 */
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { fit, pca } from "../../src/index.js";
import { neighborsAccuracy, rocAuc, squaredErrorPerSample } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { Progress } from "./progress.js";
import { atLeast, atMost, type Claim, type Measuring, type Results, type Study } from "./study.js";

const small = {
  sizes: [2, 4, 8, 16, 32],
  /** Groups of persons that are held out in turn. */
  folds: 5,
};
const settings = { small, full: { ...small, sizes: [2, 4, 8, 16, 32, 64, 100], folds: 10 } };

type Room = Record<string, number | readonly number[]>;

async function measure(measuring: Measuring) {
  const { data, size, seed, signal } = measuring;
  const { folds } = settings[size];
  const figures: Room = {};
  const { raw, labels } = data;
  const rows = raw;
  const persons = [...new Set(labels)].sort();
  const sizes = settings[size].sizes.filter((k) => k < Math.min(rows.cols, rows.rows / 2));
  const progress = new Progress(measuring, (1 + Math.min(folds, persons.length)) * sizes.length);
  for (const k of sizes) {
    // The subspace through 0, as the notes write it: a face is Σ aᵢvᵢ.
    const model = await fit(pca({ latentDim: k, center: false }), rows, { seed, signal });
    const error = async (x: Matrix) => squaredErrorPerSample(x, await model.reconstruct(x));
    const energy = squaredErrorPerSample(rows, matrix(rows.rows, rows.cols));
    const negative = { ...rows, data: rows.data.map((value) => -value) };
    const [own, turned] = [await error(rows), await error(negative)];
    figures[`own ${k}`] = own / energy;
    figures[`turned ${k}`] = turned / own;
    const both = matrix(2 * rows.rows, rows.cols);
    both.data.set(rows.data);
    both.data.set(negative.data, rows.data.length);
    const scores = await model.score(both);
    figures[`auc turned ${k}`] = rocAuc(
      scores,
      Array.from(scores, (_, i) => i >= rows.rows),
    );
    progress.done();
  }
  if (!labels || persons.length < 2) return figures;
  const order = random(seed).fork("persons").permutation(persons.length);
  const count = Math.min(folds, persons.length);
  for (const k of sizes) {
    let [left, all] = [0, 0];
    for (let fold = 0; fold < count; fold++) {
      const held = new Set(
        Array.from(
          order.filter((_, at) => at % count === fold),
          (at) => persons[at]!,
        ),
      );
      const part = (inside: boolean) =>
        takeRows(
          rows,
          Array.from({ length: rows.rows }, (_, i) => i).filter((i) => held.has(labels[i]!) === inside),
        );
      const [train, test] = [part(false), part(true)];
      const model = await fit(pca({ latentDim: k }), train, { seed, signal });
      left += test.rows * squaredErrorPerSample(test, await model.reconstruct(test));
      all += test.rows * squaredErrorPerSample(test, meanOf(train, test.rows));
      progress.done();
    }
    figures[`held out ${k}`] = left / all;
  }
  await recognized(measuring, sizes, figures);
  return figures;
}

/** The mean of rows, so many times. */
function meanOf(x: Matrix, rows: number): Matrix {
  const out = matrix(rows, x.cols);
  for (let j = 0; j < x.cols; j++) {
    let mean = 0;
    for (let i = 0; i < x.rows; i++) mean += x.data[i * x.cols + j]! / x.rows;
    for (let i = 0; i < rows; i++) out.data[i * x.cols + j] = mean;
  }
  return out;
}

/** Half of the images of every person are known; the others are told by the nearest of these. */
async function recognized(
  { data: { raw, labels }, seed, signal }: Measuring,
  sizes: readonly number[],
  figures: Room,
): Promise<void> {
  const order = random(seed).fork("recognized").permutation(raw.rows);
  const seen = new Map<string, number>();
  const known: number[] = [];
  const asked: number[] = [];
  for (const row of order) {
    const before = seen.get(labels![row]!) ?? 0;
    seen.set(labels![row]!, before + 1);
    (before % 2 === 0 ? known : asked).push(row);
  }
  const of = (rows: readonly number[]) => rows.map((row) => labels![row]!);
  for (const k of sizes.filter((one) => one < known.length)) {
    const model = await fit(pca({ latentDim: k }), takeRows(raw, known), { seed, signal });
    const codes = await model.encode(raw);
    figures[`recognized ${k}`] = await neighborsAccuracy(
      takeRows(codes, known),
      of(known),
      takeRows(codes, asked),
      of(asked),
      { nNeighbors: 1 },
    );
  }
}

const sizesOf = (results: Results, name: string) => {
  const sizes = settings.full.sizes.filter((k) => results.has(`${name} ${k}`));
  return sizes;
};

const claims: readonly Claim[] = [
  {
    id: "D11",
    quote: "eigenfaces: any face is about Σ aᵢvᵢ; faces are a subspace",
    source: "002",
    statement:
      "Of persons who were not among those that the components are of, at most .2 of the variance is left; and the subspace leaves at least one and a half times as much of −x as of x.",
    means:
      "New persons are as near to the subspace as its size and the number of persons allow. That faces are a subspace is another matter: with a face x every subspace has −x in it, which nobody takes for a face.",
    picture: "persons",
    sides: (results, threshold) => [
      ...sizesOf(results, "held out")
        .filter((k) => k >= 8)
        .map((k) =>
          atMost(
            `k = ${k}: share of the variance of other persons that is left`,
            results.numbers(`held out ${k}`),
            threshold ?? 0.2,
          ),
        ),
      ...sizesOf(results, "turned")
        .filter((k) => k === 8 || k === 32)
        .map((k) =>
          atLeast(
            `k = ${k}: error of −x as a multiple of that of x`,
            results.numbers(`turned ${k}`),
            threshold ?? 1.5,
          ),
        ),
    ],
  },
  {
    id: "D12",
    quote: "recognition by the nearest ‖A − A_k‖",
    source: "002",
    statement:
      "The nearest known image, by k components, is of the same person for at least .9 of the others.",
    means: "The nearest code tells persons as soon as it has some numbers.",
    picture: "persons",
    sides: (results, threshold = 0.9) =>
      sizesOf(results, "recognized")
        .filter((k) => k >= 4)
        .map((k) => atLeast(`k = ${k}: accuracy`, results.numbers(`recognized ${k}`), threshold)),
  },
];

const pictures: Study["pictures"] = {
  persons: (results) => {
    const sizes = sizesOf(results, "own");
    const list = (name: string) =>
      sizes.map((k) => (results.has(`${name} ${k}`) ? results.mean(`${name} ${k}`) : Number.NaN));
    return {
      kind: "curves",
      title: "Persons by the number of components",
      see: "Other persons are left in part where those of the components are not; the nearest code tells persons.",
      xName: "k",
      yName: "share",
      logX: true,
      logY: false,
      x: sizes,
      series: [
        { name: "left of the persons' own images, of all energy", values: list("own") },
        { name: "left of other persons, of the variance", values: list("held out") },
        { name: "recognized", values: list("recognized") },
        { name: "−x told from x by errors (area)", values: list("auc turned") },
      ],
    };
  },
};

export const faces: Study = {
  id: "faces",
  title: "Are faces a subspace?",
  question:
    "Is any face a sum of a few components, and does the nearest code tell persons? (No faces come with the program: labels of the rows stand for persons, unless `--data` are faces.)",
  claims,
  settings,
  measure,
  pictures,
};
