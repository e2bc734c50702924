/**
 * @file Recognition in the space of principal components: eigenfaces, where rows are images of faces.
 *
 *   z = V_kᵀ (x − μ),   label of x = that of the nearest code zᵢ, or of the nearest class mean z̄_c
 *
 * V are the eigenvectors of the covariance of the training rows, the eigenfaces. Distances are Euclidean; whitened, every
 * zⱼ is divided by its standard deviation first (Mahalanobis distance within the subspace). Of faces the first components
 * mostly tell the light, so that some leave them out.
 * Source: Turk & Pentland (1991), "Eigenfaces for recognition", J. Cognitive Neuroscience 3(1); without the first three:
 * Belhumeur, Hespanha & Kriegman (1997), "Eigenfaces vs. Fisherfaces", IEEE PAMI 19(7).
 */
import { type Dataset, isDataset } from "../data/dataset.js";
import { type Matrix, type MatrixLike, matrix, takeColumns, toNumbers } from "../data/matrix.js";
import type { ScaleKind } from "../data/scale.js";
import { neighborIndex } from "../linalg/neighbors/neighbor-index.js";
import { type Pca, pca } from "../methods/linear/pca.js";
import { classesOf } from "../metrics/classes.js";
import { fit } from "../training/fit.js";

/** Options of `eigenfaces`. */
export interface EigenfacesOptions {
  /** Principal components k, from 1 to min(n, d). */
  latentDim: number;
  /** Divide codes by their standard deviations. Default false. */
  whiten?: boolean | undefined;
  /** The first so many components are left out of the codes, 0 … latentDim − 1. Default 0. */
  skipFirst?: number | undefined;
  /** Scaling of the columns before all else. Default `none`. */
  scale?: ScaleKind | undefined;
  /** Names of the columns, kept with the model. */
  columns?: readonly string[] | undefined;
  /** Height and width of images, kept with the model. */
  rowShape?: readonly number[] | undefined;
  /** Stops it with its reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Rule that labels a code: the label of the nearest training code, or that of the nearest class mean. Distances are
 * Euclidean.
 */
export type Classifier = "nearest-neighbor" | "nearest-class-mean";
export const CLASSIFIERS: readonly Classifier[] = ["nearest-neighbor", "nearest-class-mean"];

/** Labeled rows as codes. */
export interface Eigenfaces {
  /** Its `mean` is the mean face, its `components` are the eigenfaces. */
  readonly model: Pca;
  /** Codes of the training rows `[n, k − skipFirst]`. */
  readonly codes: Matrix;
  /** The K different labels, in code-unit order. */
  readonly classes: readonly string[];
  /** Their mean codes `[K, k − skipFirst]`. */
  readonly classMeans: Matrix;
  /**
   * Labels of rows `[m, d]`, in the units of the training rows.
   * @param classifier default `nearest-neighbor`; of equally near rows the earlier counts.
   */
  recognize(x: MatrixLike, classifier?: Classifier): Promise<Recognition>;
}

/** Labels found for m rows. */
export interface Recognition {
  /** The label of every row `[m]`. */
  readonly labels: readonly string[];
  /** Distance to the nearest code or class mean `[m]`: large for what is like nothing known. */
  readonly distances: Float32Array;
  /** The training row, or the class, that is nearest `[m]`, from 0. */
  readonly nearest: Uint32Array;
}

/**
 * Learns to recognize labeled rows, such as images of faces, in the space of their principal components.
 *
 *   z = V_kᵀ (x − μ),   label of x = that of the nearest code zᵢ, or of the nearest class mean z̄_c
 *
 * Source: Turk & Pentland (1991), "Eigenfaces for recognition", J. Cognitive Neuroscience 3(1); without the first
 * three: Belhumeur, Hespanha & Kriegman (1997), "Eigenfaces vs. Fisherfaces", IEEE PAMI 19(7).
 * @param train `[n, d]`, or a data set.
 * @param labels one a row, none empty.
 * @throws RangeError for sizes or options that do not fit, or a label that is missing; the reason of the signal.
 */
export async function eigenfaces(
  train: MatrixLike | Dataset,
  labels: readonly string[],
  options: EigenfacesOptions,
): Promise<Eigenfaces> {
  const { latentDim, whiten = false, skipFirst = 0, ...further } = options;
  const x = isDataset(train) ? train.x : toNumbers(train, "eigenfaces");
  if (labels.length !== x.rows)
    throw new RangeError(`eigenfaces: ${x.rows} rows, but ${labels.length} labels`);
  const { names, indices } = classesOf(labels, "eigenfaces:");
  const method = pca({ latentDim, whiten });
  if (!(Number.isSafeInteger(skipFirst) && skipFirst >= 0 && skipFirst < latentDim)) {
    throw new RangeError(
      `eigenfaces: skipFirst must be an integer from 0 to ${latentDim - 1}, got ${skipFirst}`,
    );
  }
  const model = await fit(method, isDataset(train) ? train : x, { seed: 0, ...further });
  const kept = Uint32Array.from({ length: latentDim - skipFirst }, (_, j) => skipFirst + j);
  const encode = async (rows: MatrixLike) => takeColumns(await model.encode(rows), kept);
  const codes = await encode(x);
  const classMeans = meansOf(codes, indices, names.length);
  const known = { "nearest-neighbor": neighborIndex(codes), "nearest-class-mean": neighborIndex(classMeans) };
  return {
    model,
    codes,
    classes: names,
    classMeans,
    async recognize(rows, classifier = "nearest-neighbor") {
      if (!CLASSIFIERS.includes(classifier)) {
        throw new RangeError(
          `eigenfaces: classifier must be one of ${CLASSIFIERS.join(", ")}, got ${JSON.stringify(classifier)}`,
        );
      }
      const byRow = classifier === "nearest-neighbor";
      const z = await encode(rows);
      const { indices: nearest, distances } = await known[classifier].query(z, 1);
      return {
        labels: Array.from(nearest, (at) => (byRow ? labels[at]! : names[at]!)),
        distances: Float32Array.from(distances),
        nearest,
      };
    },
  };
}

function meansOf(codes: Matrix, classOf: Int32Array, classes: number): Matrix {
  const { cols } = codes;
  const sums = new Float64Array(classes * cols);
  const counts = new Float64Array(classes);
  for (let i = 0; i < codes.rows; i++) {
    counts[classOf[i]!]!++;
    for (let j = 0; j < cols; j++) sums[classOf[i]! * cols + j]! += codes.data[i * cols + j]!;
  }
  return matrix(
    classes,
    cols,
    Float32Array.from(sums, (sum, at) => sum / counts[Math.floor(at / cols)]!),
  );
}
