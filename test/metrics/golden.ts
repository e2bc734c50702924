import { readFileSync } from "node:fs";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { scatterMatrix } from "../../src/linalg/covariance.js";
import { columns, toFloat32 } from "../../src/linalg/dense.js";
import { eigh } from "../../src/linalg/eigh.js";
import { gemm32 } from "../../src/linalg/gemm.js";

export interface Labeled {
  readonly train: Matrix;
  readonly trainLabels: readonly string[];
  readonly test: Matrix;
  readonly testLabels: readonly string[];
}

interface Figures {
  readonly linearProbe: { readonly objective: number; readonly testAccuracy: number };
  readonly kNearestNeighbors: readonly {
    readonly k: number;
    readonly testAccuracy: number;
    readonly testRowsWithTiedDistanceAtK: number;
    readonly testRowsWithTiedVotes: number;
  }[];
}

/** scikit-learn's figures for the two splits below. */
export const golden: { readonly pixels: Figures; readonly pca8: Figures } = JSON.parse(
  readFileSync(new URL("../golden/probe.json", import.meta.url), "utf8"),
);

/** The digits, even rows for training, odd rows for the test. */
export function digitsSplit(): Labeled {
  const { x, labels } = digits();
  const rows = (first: number) =>
    Array.from({ length: Math.ceil((x.rows - first) / 2) }, (_, i) => first + 2 * i);
  return {
    train: takeRows(x, rows(0)),
    trainLabels: rows(0).map((i) => labels[i]!),
    test: takeRows(x, rows(1)),
    testLabels: rows(1).map((i) => labels[i]!),
  };
}

/** The same rows as codes of the training rows' 8 principal components. */
export async function pcaCodes(split: Labeled): Promise<Labeled> {
  const { matrix: scatter, mean } = await scatterMatrix(split.train);
  const components = toFloat32(columns((await eigh(scatter)).vectors, 0, 8));
  const codes = ({ data, rows, cols }: Matrix) => {
    const centered = data.map((entry, at) => entry - mean[at % cols]!);
    return gemm32(matrix(rows, cols, centered), components);
  };
  return { ...split, train: await codes(split.train), test: await codes(split.test) };
}
