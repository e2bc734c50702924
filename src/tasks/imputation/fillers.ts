/**
 * @file Ways to fill gaps that are compared with each other: each a method, with the options and the training that suit the size of the rows.
 */
import type { Numbers } from "../../data/matrix.js";
import { maskedAutoencoder } from "../../methods/autoencoder/masked.js";
import { iterativeRidge } from "../../methods/imputation/iterative-ridge.js";
import { nearestNeighborImputation } from "../../methods/imputation/nearest-neighbor-imputation.js";
import { linearAutoencoder } from "../../methods/linear/linear-autoencoder.js";
import { lowRankCompletion } from "../../methods/linear/low-rank-completion.js";
import type { Method } from "../../methods/method.js";
import type { Coder } from "../../methods/model.js";
import type { TrainingOptions } from "../../training/training-options.js";
import type { FillerName } from "./filler-names.js";

/** A method as it is fitted to rows of one size. */
export interface Filler {
  readonly method: Method<Coder>;
  readonly training?: TrainingOptions;
}

/** Options that a fit has chosen, for further fits to nearly the same rows. */
export type Chosen = Readonly<Record<string, number>>;

/** Rows that neighbors are searched among. */
const MOST_DONORS = 20_000;
/** Operations of a round of ridge regressions: more would take minutes. */
const MOST_OF_A_ROUND = 5e8;
/** Singular values that are computed in every round of completion. */
const HIGHEST_RANK = 64;

/** Rows that a way to fill is fitted to, at most. */
export const mostRows = (name: FillerName): number =>
  name === "nearestNeighborImputation" ? MOST_DONORS : Number.POSITIVE_INFINITY;

/**
 * The method for rows x, with gaps.
 * @param chosen options that an earlier fit has chosen.
 * @throws RangeError where it would take too long.
 */
export function fillerOf(name: Exclude<FillerName, "columnMeans">, x: Numbers, chosen: Chosen = {}): Filler {
  const { rows, cols } = x;
  switch (name) {
    case "nearestNeighborImputation":
      return { method: nearestNeighborImputation(chosen) as Method<Coder> };
    case "iterativeRidge":
      if (roundOf(x) > MOST_OF_A_ROUND)
        throw new RangeError("iterativeRidge: too many columns lack numbers in too many rows");
      return { method: iterativeRidge(chosen) as Method<Coder> };
    case "lowRankCompletion": {
      const latentDim = Math.max(1, Math.min(HIGHEST_RANK, rows - 1, cols - 1));
      return { method: lowRankCompletion({ latentDim, ...chosen }) as Method<Coder> };
    }
    case "linearAutoencoder": {
      const latentDim = Math.min(cols, HIGHEST_RANK);
      const method = linearAutoencoder({
        latentDim,
        parameterization: "unrolled",
        stepWeights: "shared",
        maskRatio: 0.4,
      });
      // Ten steps of two products each.
      const weights = 20 * latentDim * cols;
      return { method: method as Method<Coder>, training: { ...training(rows, weights), weightDecay: 0.1 } };
    }
    case "maskedAutoencoder": {
      const [hidden, latentDim] = [256, 32];
      const method = maskedAutoencoder({ latentDim, hidden: [hidden], maskToken: "channel", maskRatio: 0.4 });
      const weights = 3 * cols * hidden + 2 * hidden * latentDim;
      // Few rows are soon learned by heart.
      return {
        method: method as Method<Coder>,
        training: { ...training(rows, weights), weightDecay: rows < FEW_ROWS ? 1 : 0.1 },
      };
    }
  }
}

/** Options that a fit has chosen by itself. */
export function chosenBy(name: FillerName, model: Coder): Chosen {
  const own = model as unknown as Readonly<Record<string, number>>;
  if (name === "nearestNeighborImputation") return { nNeighbors: own.nNeighbors! };
  if (name === "iterativeRidge") return { ridge: own.ridge! };
  return name === "lowRankCompletion" ? { weight: own.weight! } : {};
}

const FEW_ROWS = 400;
const [MOST_EPOCHS, FEWEST_EPOCHS] = [300, 15];
/** Rows times weights that a training goes over. */
const EFFORT = 2.4e10;

function training(rows: number, weights: number): TrainingOptions {
  const epochs = Math.round(EFFORT / Math.max(1, rows * weights));
  return {
    epochs: Math.max(FEWEST_EPOCHS, Math.min(MOST_EPOCHS, epochs)),
    batchSize: rows < FEW_ROWS ? 32 : 64,
    learningRate: rows < FEW_ROWS ? 3e-3 : 4e-3,
    schedule: "cosine",
    optimizer: "adam",
  };
}

/** Multiplications of one round: of every row, the cube of the numbers that it lacks. */
function roundOf({ data, rows, cols }: Numbers): number {
  let sum = cols ** 3;
  for (let i = 0; i < rows; i++) {
    let lacks = 0;
    for (let at = i * cols; at < (i + 1) * cols; at++) lacks += Number(Number.isNaN(data[at]!));
    sum += lacks ** 3;
  }
  return sum;
}
