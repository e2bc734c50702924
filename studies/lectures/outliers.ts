/**
 * @file Outliers: what errors of reconstruction tell of them, and whether an unsquared loss tells more.
 */
import { columnMeans, type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { autoencoder, fit, linearAutoencoder, pca } from "../../src/index.js";
import { rocAuc } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { Progress } from "./progress.js";
import { atLeast, type Claim, type Measuring, type Results, type Study } from "./study.js";
import type { StudyData } from "./study-data.js";

const small = {
  /** Rows of planted data, their numbers, and the dimensions of the subspace that they lie near. */
  rows: 1000,
  columns: 16,
  rank: 4,
  shares: [0.02, 0.05, 0.1, 0.2],
  latentDim: 8,
  hidden: [64],
  epochs: 40,
  linearEpochs: 60,
  /** Classes that are made rare in turn. */
  classes: 5,
};
const settings = { small, full: { ...small, classes: 10, linearEpochs: 100 } };

type Room = Record<string, number | readonly number[]>;

/** Rows, and which of them are outliers. */
interface Planted {
  readonly x: Matrix;
  readonly isOutlier: readonly boolean[];
}

const PLANTED = {
  scattered: "in all directions",
  "one direction": "in one direction across the subspace",
  within: "far away within the subspace",
} as const;
type Kind = keyof typeof PLANTED;
const KINDS = Object.keys(PLANTED) as Kind[];

async function measure(measuring: Measuring) {
  const { data, size } = measuring;
  const set = settings[size];
  const figures: Room = {};
  const own = rareLabel(data);
  const progress = new Progress(
    measuring,
    KINDS.length + set.shares.length * (KINDS.length + 1) + set.classes,
  );
  for (const kind of KINDS) {
    await byErrors(measuring, planted(kind, 0.05, measuring), set.rank, `planted ${kind}`, figures);
    progress.done();
    for (const share of set.shares) {
      await byLoss(measuring, planted(kind, share, measuring), set.rank, `${kind} ${share}`, figures);
      progress.done();
    }
  }
  const k = Math.min(set.latentDim, data.x.cols - 1);
  if (own) {
    await byErrors(measuring, own, k, "own", figures);
    await byLoss(measuring, own, k, "own", figures);
  } else if (data.labels) await rareClasses(measuring, k, figures, progress);
  return figures;
}

/** Rows near a subspace, and a share of others. */
function planted(kind: Kind, share: number, { size, seed }: Measuring): Planted {
  const { rows, columns, rank } = settings[size];
  const stream = random(seed).fork("planted", kind);
  const normals = (count: number) => Array.from({ length: count }, () => stream.normal());
  const basis = Array.from({ length: rank }, () =>
    normals(columns).map((value) => (1.5 * value) / Math.sqrt(columns)),
  );
  const across = normals(columns).map((value) => (8 * value) / Math.sqrt(columns));
  const x = matrix(rows, columns);
  const isOutlier: boolean[] = [];
  for (let i = 0; i < rows; i++) {
    const out = i < share * rows;
    isOutlier.push(out);
    const codes = normals(rank).map((value) => value * (out && kind === "within" ? 5 : 1));
    const other = normals(columns);
    const along = 1 + 0.1 * stream.normal();
    for (let j = 0; j < columns; j++) {
      const inside = codes.reduce((sum, code, p) => sum + code * basis[p]![j]!, 0);
      const extra =
        !out || kind === "within" ? 0 : kind === "scattered" ? 0.5 * other[j]! : along * across[j]!;
      x.data[i * columns + j] = inside + 0.1 * stream.normal() + extra;
    }
  }
  return { x, isOutlier };
}

/** Rows whose label is one of two, and that of a fifth at most. */
function rareLabel({ x, labels }: StudyData): Planted | undefined {
  if (!labels) return undefined;
  const names = [...new Set(labels)];
  const rare = names.find((name) => labels.filter((label) => label === name).length <= labels.length / 5);
  if (names.length !== 2 || rare === undefined) return undefined;
  return { x, isOutlier: labels.map((label) => label === rare) };
}

/** All rows but those of a class, of which there are as many that they are a twentieth. */
function withRareClass({ x, labels }: StudyData, rare: string, seed: number): Planted {
  const others = labels!.filter((label) => label !== rare).length;
  let left = Math.round(others / 19);
  const order = random(seed).fork("rare", rare).permutation(x.rows);
  const kept = Array.from(order).filter((row) => labels![row] !== rare || left-- > 0);
  return { x: takeRows(x, kept), isOutlier: kept.map((row) => labels![row] === rare) };
}

async function rareClasses(
  measuring: Measuring,
  k: number,
  figures: Room,
  progress: Progress,
): Promise<void> {
  const { data, seed, size } = measuring;
  const names = [...new Set(data.labels)].sort();
  const sums: Record<string, number> = {};
  const classes = names.slice(0, settings[size].classes);
  for (const name of classes) {
    const room: Room = {};
    const rows = withRareClass(data, name, seed);
    await byErrors(measuring, rows, k, "rare class", room);
    await byLoss(measuring, rows, k, "rare class", room);
    for (const [key, value] of Object.entries(room))
      sums[key] = (sums[key] ?? 0) + (value as number) / classes.length;
    progress.done();
  }
  Object.assign(figures, sums);
}

/** Area under the curve of errors of PCA and of an autoencoder, and of the distance to the mean. */
async function byErrors(
  { size, seed, signal }: Measuring,
  { x, isOutlier }: Planted,
  k: number,
  name: string,
  figures: Room,
): Promise<void> {
  const { hidden, epochs } = settings[size];
  const components = await fit(pca({ latentDim: k }), x, { seed, signal });
  figures[`pca ${name}`] = rocAuc(await components.score(x), isOutlier);
  const deep = await fit(autoencoder({ latentDim: k, hidden }), x, {
    epochs,
    learningRate: 3e-3,
    seed,
    signal,
  });
  figures[`deep ${name}`] = rocAuc(await deep.score(x), isOutlier);
  const means = columnMeans(x);
  const distances = Float64Array.from({ length: x.rows }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < x.cols; j++) sum += (x.data[i * x.cols + j]! - means[j]!) ** 2;
    return sum;
  });
  figures[`mean ${name}`] = rocAuc(distances, isOutlier);
}

/** The same of linear autoencoders with the squared loss and the unsquared one. */
async function byLoss(
  { size, seed, signal }: Measuring,
  { x, isOutlier }: Planted,
  latentDim: number,
  name: string,
  figures: Room,
): Promise<void> {
  for (const loss of ["squaredError", "unsquared"] as const) {
    const method = linearAutoencoder({ latentDim, loss });
    const model = await fit(method, x, {
      epochs: settings[size].linearEpochs,
      schedule: "cosine",
      seed,
      signal,
    });
    figures[`${loss} ${name}`] = rocAuc(await model.score(x), isOutlier);
  }
}

const less = (results: Results, a: string, b: string) =>
  results.numbers(a).map((value, seed) => value - results.numbers(b)[seed]!);

const MEASURED = [
  ...KINDS.map((kind) => [`planted ${kind}`, `a twentieth of planted outliers, ${PLANTED[kind]}`] as const),
  ["rare class", `rows of a class that is a twentieth of all, k = ${small.latentDim}`],
  ["own", `the rare one of two labels, k = ${small.latentDim}`],
] as const;

const claims: readonly Claim[] = [
  {
    id: "E7",
    quote: "outliers have a large reconstruction error",
    source: "004",
    statement:
      "Errors tell outliers with an area under the curve of at least .8, and as well as the distance to the mean does.",
    means:
      "They do where outliers lie off what the others have in common. Outliers that are far away along it are reconstructed as well as all others, and the distance to the mean finds them: look at both. (Give a table with two labels, one of them rare, as `--data` to see it for yours.)",
    picture: "errors",
    sides: (results, threshold) =>
      MEASURED.filter(([name]) => results.has(`pca ${name}`)).flatMap(([name, what]) => [
        ...(["pca", "deep"] as const).map((way) =>
          atLeast(
            `${what}, ${way === "pca" ? "PCA" : `an autoencoder with a layer of ${small.hidden[0]}`}: area under the curve`,
            results.numbers(`${way} ${name}`),
            threshold ?? 0.8,
          ),
        ),
        atLeast(
          `${what}, PCA: area less that of the distance to the mean`,
          less(results, `pca ${name}`, `mean ${name}`),
          threshold ?? 0,
        ),
      ]),
  },
  {
    id: "E8",
    quote: "an unsquared loss detects better",
    source: "004",
    statement: "The area under the curve of errors is larger by .02 or more with an unsquared loss.",
    means:
      "It does where outliers are alike and far, so that a squared loss spends a dimension on few of them. Where they are scattered it makes no difference, and beyond some share it spends a dimension on them too.",
    picture: "loss",
    sides: (results, threshold = 0.02) => [
      ...(["scattered", "one direction"] as const).flatMap((kind) =>
        small.shares.map((share) =>
          atLeast(
            `planted outliers ${PLANTED[kind]}, a share of ${share}: area with the unsquared loss less that with the squared one`,
            less(results, `unsquared ${kind} ${share}`, `squaredError ${kind} ${share}`),
            threshold,
          ),
        ),
      ),
      ...(["rare class", "own"] as const)
        .filter((name) => results.has(`unsquared ${name}`))
        .map((name) =>
          atLeast(
            name === "own" ? "the rare one of two labels" : "rows of a class that is a twentieth of all",
            less(results, `unsquared ${name}`, `squaredError ${name}`),
            threshold,
          ),
        ),
    ],
  },
];

const pictures: Study["pictures"] = {
  errors: (results) => {
    const measured = MEASURED.filter(([name]) => results.has(`pca ${name}`));
    return {
      kind: "bars",
      title: "Area under the curve, by kind of outlier",
      see: "Errors find what lies off the subspace; the distance to the mean finds what lies far away.",
      valueName: "area under the curve",
      names: measured.map(([name]) => name.replace("planted ", "")),
      series: (["pca", "deep", "mean"] as const).map((way) => ({
        name: { pca: "error of PCA", deep: "error of an autoencoder", mean: "distance to the mean" }[way],
        values: measured.map(([name]) => results.mean(`${way} ${name}`)),
      })),
    };
  },
  loss: (results) => ({
    kind: "curves",
    title: "Area under the curve by the share of outliers",
    see: "The unsquared loss is ahead where outliers lie in one direction, until they are too many.",
    xName: "share of outliers",
    yName: "area under the curve",
    logY: false,
    x: small.shares,
    series: (["scattered", "one direction"] as const).flatMap((kind) =>
      (["squaredError", "unsquared"] as const).map((loss) => ({
        name: `${loss === "unsquared" ? "unsquared" : "squared"}, ${kind}`,
        values: small.shares.map((share) => results.mean(`${loss} ${kind} ${share}`)),
      })),
    ),
  }),
};

export const outliers: Study = {
  id: "outliers",
  title: "Do errors tell outliers?",
  question:
    "Which outliers have a large error of reconstruction, and does an unsquared loss find more of them?",
  claims,
  settings,
  measure,
  pictures,
};
