/**
 * @file Features that labels are learned on: the codes of a model, and beside them always the numbers it was given and as many of their
 * principal components.
 */
import type { RowsLike } from "../../data/dataset.js";
import { givenRows, inPlaces } from "../../data/given-rows.js";
import {
  allFinite,
  firstNonFinite,
  type Matrix,
  type MatrixLike,
  matrix,
  toMatrix,
} from "../../data/matrix.js";
import { applyScale } from "../../data/scale.js";
import { pca } from "../../methods/linear/pca.js";
import type { Encoder } from "../../methods/model.js";
import { fit } from "../../training/fit.js";

/** `codes` of the model, `raw` numbers, or their principal components, `pca`. */
export type FeatureName = "codes" | "raw" | "pca";

/** One number or more a row. */
export interface Features {
  readonly name: FeatureName;
  /** `[n, k]`, finite. */
  readonly x: Matrix;
}

/** True of a fitted model, and not of codes. */
export function isModel(given: Encoder | MatrixLike): given is Encoder {
  return typeof given === "object" && given !== null && "encode" in given && "partNames" in given;
}

/**
 * Codes, raw numbers and principal components of all rows.
 * @param x rows `[n, d]` in the user's units; without a model, in such that columns may be compared.
 * @throws RangeError for codes that are not of these rows, or not finite.
 */
export async function featuresOf(
  where: string,
  given: Encoder | MatrixLike,
  x: RowsLike,
  signal: AbortSignal | undefined,
): Promise<readonly Features[]> {
  const model = isModel(given) ? given : undefined;
  const codes = model ? await model.encode(x) : toMatrix(given as MatrixLike, `${where}: codes`);
  const raw = rawFeatures(where, x, model);
  if (codes.rows !== raw.rows) throw new RangeError(`${where}: ${raw.rows} rows, but ${codes.rows} codes`);
  const bad = firstNonFinite(codes);
  if (bad)
    throw new RangeError(
      `${where}: code ${bad.column} of row ${bad.row} is ${bad.value}; want finite numbers`,
    );
  return [
    { name: "codes", x: codes },
    { name: "raw", x: raw },
    { name: "pca", x: await principalComponents(raw, codes.cols, signal) },
  ];
}

/** Rows as an encoder is shown them, in the units of its fit; a missing number counts as the mean of its column. */
export function rawFeatures(
  where: string,
  x: RowsLike,
  model: Pick<Encoder, "encoding" | "scaling" | "sequential"> | undefined,
): Matrix {
  const found = givenRows(x, model ?? { encoding: undefined, sequential: false }, where);
  // Codes of a table stand in its order too.
  const rows = { ...found.x, data: inPlaces(found.x.data, found.order) };
  const scaled = model ? applyScale(rows, model.scaling, where) : toMatrix(rows, where);
  return allFinite(scaled.data) ? scaled : withMeans(scaled, where);
}

/** Codes of as many principal components of all rows, at most as there are. */
export async function principalComponents(
  x: Matrix,
  most: number,
  signal: AbortSignal | undefined,
): Promise<Matrix> {
  const latentDim = Math.min(most, x.rows, x.cols);
  const model = await fit(pca({ latentDim }), x, { seed: 0, signal });
  return model.encode(x);
}

function withMeans(x: Matrix, where: string): Matrix {
  const sums = new Float64Array(x.cols);
  const counts = new Float64Array(x.cols);
  x.data.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    if (!Number.isFinite(value))
      throw new RangeError(
        `${where}: row ${Math.floor(at / x.cols)} column ${at % x.cols} is ${value}; want finite numbers or NaN`,
      );
    sums[at % x.cols]! += value;
    counts[at % x.cols]! += 1;
  });
  const filled = x.data.map((value, at) => {
    const j = at % x.cols;
    return Number.isNaN(value) ? sums[j]! / Math.max(1, counts[j]!) : value;
  });
  return matrix(x.rows, x.cols, filled);
}
