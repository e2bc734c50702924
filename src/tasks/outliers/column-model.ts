/**
 * @file Every column from the others: what a value was to be expected as, and how far off it is.
 *
 *   numbers   tⱼ = (Λ(u − μ))ⱼ / √Λⱼⱼ    in units of how far it is off for the usual rows
 *   levels    −log P(level | others),   P by Gaussians with one covariance about the mean of each level
 *
 * μ and Λ = Σ⁻¹ are those of the rows that are left when the tenth with the largest (u − μ)ᵀ Λ (u − μ) is left out, thrice. tⱼ² is what the
 * Mahalanobis distance of a row loses if nothing is known of column j: of one wrong number it is larger than that of any other column.
 * Sources: Lauritzen (1996), "Graphical models", section 5.1; Paulheim & Meusel (2015), "A decomposition of the outlier detection problem
 * into a set of supervised learning problems", Machine Learning 100; Rousseeuw & Van Driessen (1999), "A fast algorithm for the
 * minimum covariance determinant estimator", Technometrics 41(3), for the steps.
 */
import type { Numbers } from "../../data/matrix.js";
import { exp, log } from "../../elementary.js";
import { inverseSpd } from "../../linalg/cholesky.js";
import { type Dense, dense } from "../../linalg/dense.js";
import { normalQuantile } from "../../normal-quantile.js";
import { quantileOf } from "../robust-units.js";
import { type ColumnUnits, inUnits, levelOf, type UnitColumn } from "./column-units.js";

/** Numbers in a row from which on nothing is made of this: the covariance would cost too much, and pixels have no names. */
export const MOST_NUMBERS = 256;
/** Numbers farther out than this are taken as so far where others are expected from them. */
const REACH = 4;
const STEPS = 3;
const KEPT = 0.9;
/** Added to every variance. */
const RIDGE = 0.01;
/** Share of rows whose level says nothing of the others: no level is impossible. */
const STRAY = 0.001;
/** Sweeps over missing numbers. */
const SWEEPS = 20;
/** Rows of a column that may be outliers: beyond them its tail is measured. */
const CERTAIN_ROWS = 8;
/** 97.5 % quantile of a normal distribution, and the surprise of one row in twenty. */
const NORMAL_95 = 1.959963984540054;
const ONE_IN_TWENTY = Math.log(20);

/** A column in the model. */
interface ModelColumn {
  readonly column: UnitColumn;
  /** Its features, numbers in a row of the model. */
  readonly from: number;
  readonly to: number;
  /** Distributions of a column of levels. */
  readonly levels?: Levels;
  /** Deviation that counts as 1, and quartiles of t among the usual rows, of a number. */
  readonly unit: number;
  readonly quartiles: readonly [number, number, number];
}

/** Levels told by the other features. */
interface Levels {
  /** Probability of a level that no row had. */
  readonly unknown: number;
  /** Share of each `[k]`. */
  readonly shares: Float64Array;
  /** Means of all features `[k, f]`. */
  readonly means: Float64Array;
  /** Inverse covariance about the means, of features that are not its own `[f, f]`; 0 for its own. */
  readonly within: Dense;
}

/** The fitted model. */
export interface ColumnModel {
  readonly units: ColumnUnits;
  readonly columns: readonly ModelColumn[];
  /** Number of a row of x that each feature is. */
  readonly features: Int32Array;
  readonly mean: Float64Array;
  readonly precision: Dense;
}

/** Rows as the model has them: features, missing ones as expected, and levels. */
export interface ModelRows {
  /** `[n, f]` */
  readonly u: Float64Array;
  readonly rows: number;
  /** Level of every column of levels `[n]`; −1 where it is missing. */
  readonly levels: readonly (Int32Array | undefined)[];
  /** Features that were missing, by their place in u. */
  readonly missing: Uint8Array;
}

/**
 * Fits the model.
 * @param x `[n, d]`; NaN is missing. Every column that varies counts.
 */
export async function fitColumnModel(x: Numbers, units: ColumnUnits): Promise<ColumnModel> {
  const places: number[] = [];
  const spans = units.columns.map(({ from, to }) => {
    const first = places.length;
    for (let j = from; j < to; j++) places.push(j);
    return [first, places.length] as const;
  });
  const features = Int32Array.from(places);
  const f = features.length;
  const { u, missing, rows } = featuresOf(x, features, units);
  const start = new Float64Array(f);
  let model: ColumnModel = {
    units,
    features,
    mean: start,
    precision: dense(
      f,
      f,
      Float64Array.from({ length: f * f }, (_, at) => Number(at % (f + 1) === 0)),
    ),
    columns: units.columns.map((column, c) => ({
      column,
      from: spans[c]![0],
      to: spans[c]![1],
      unit: 1,
      quartiles: [0, 0, 0],
    })),
  };
  const near = u.map((value) => Math.max(-REACH, Math.min(REACH, value)));
  let kept = Uint32Array.from({ length: rows }, (_, i) => i);
  for (let step = 0; step <= STEPS; step++) {
    expectMissing(near, missing, rows, model);
    const { mean, precision } = await moments(near, f, kept);
    model = { ...model, mean, precision };
    if (step === STEPS) break;
    const distances = mahalanobis(near, rows, model);
    const limit = quantileOf(distances.slice().sort(), KEPT);
    kept = Uint32Array.from(distances.keys()).filter((i) => distances[i]! <= limit);
  }
  const columns: ModelColumn[] = [];
  const levelsOf = units.columns.map((column) =>
    column.levelled ? Int32Array.from({ length: rows }, (_, i) => levelOf(x, i, column)) : undefined,
  );
  for (const [c, one] of model.columns.entries()) {
    const own = levelsOf[c];
    columns.push(own ? { ...one, levels: await fitLevels(near, f, kept, own, one) } : one);
  }
  model = { ...model, columns };
  expectMissing(u, missing, rows, model);
  const all: ModelRows = { u, rows, levels: levelsOf, missing };
  const off = deviations(all, model);
  return { ...model, columns: columns.map((one, c) => inOwnUnit(one, off[c]!, all)) };
}

/** With the unit in which one row in twenty is off by more than `NORMAL_95`. */
function inOwnUnit(one: ModelColumn, off: Float64Array, { u, rows, missing }: ModelRows): ModelColumn {
  const f = u.length / rows;
  const known = Float64Array.from(off).filter((_, i) => !missing[i * f + one.from]);
  if (known.length === 0) return one;
  const sizes = known.map(Math.abs).sort();
  const common = quantileOf(sizes, 0.95);
  if (one.levels) return { ...one, unit: Math.max(common, ONE_IN_TWENTY) / NORMAL_95 };
  const sorted = known.sort();
  const quartiles = [0.25, 0.5, 0.75].map((q) => quantileOf(sorted, q)) as [number, number, number];
  const spread = (quartiles[2] - quartiles[0]) / 1.349;
  // A column that is a sum of others is off by rounding alone.
  const far = Math.max(0.01, CERTAIN_ROWS / sizes.length);
  const rare = far < 0.05 ? quantileOf(sizes, 1 - far) / normalQuantile(1 - far / 2) : 0;
  return { ...one, unit: Math.max(spread, common / NORMAL_95, rare, 1e-4), quartiles };
}

/** Numbers of rows that the model looks at, in its units; missing ones are 0. */
function featuresOf(x: Numbers, features: Int32Array, units: ColumnUnits) {
  const { data, rows, cols } = x;
  const f = features.length;
  const u = new Float64Array(rows * f);
  const missing = new Uint8Array(rows * f);
  for (let i = 0, at = 0; i < rows; i++)
    for (let k = 0; k < f; k++, at++) {
      const value = data[i * cols + features[k]!]!;
      if (Number.isNaN(value)) missing[at] = 1;
      else u[at] = inUnits(value, features[k]!, units);
    }
  return { u, missing, rows };
}

/** Rows as the model has them. @param x `[n, d]`; NaN is missing. */
export function modelRows(x: Numbers, model: ColumnModel): ModelRows {
  const { u, missing, rows } = featuresOf(x, model.features, model.units);
  expectMissing(u, missing, rows, model);
  const levels = model.units.columns.map((column) =>
    column.levelled ? Int32Array.from({ length: rows }, (_, i) => levelOf(x, i, column)) : undefined,
  );
  return { u, rows, levels, missing };
}

/** One row alone. */
export function rowOf({ u, rows, levels, missing }: ModelRows, i: number): ModelRows {
  const f = u.length / rows;
  return {
    u: u.slice(i * f, (i + 1) * f),
    rows: 1,
    levels: levels.map((own) => own?.slice(i, i + 1)),
    missing: missing.slice(i * f, (i + 1) * f),
  };
}

/** Puts numbers that are missing where they are expected from those that are there, by Gauss–Seidel sweeps. */
function expectMissing(
  u: Float64Array,
  missing: Uint8Array,
  rows: number,
  { mean, precision: { data } }: Pick<ColumnModel, "mean" | "precision">,
): void {
  const f = mean.length;
  for (let i = 0; i < rows; i++) {
    const base = i * f;
    const gaps: number[] = [];
    for (let k = 0; k < f; k++) if (missing[base + k]) gaps.push(k);
    if (gaps.length === 0) continue;
    for (const k of gaps) u[base + k] = mean[k]!;
    for (let sweep = 0; sweep < SWEEPS && gaps.length > 0; sweep++)
      for (const k of gaps) {
        let sum = 0;
        for (let l = 0; l < f; l++)
          if (l !== k) {
            const out = u[base + l]! - mean[l]!;
            sum += data[k * f + l]! * Math.max(-REACH, Math.min(REACH, out));
          }
        u[base + k] = mean[k]! - sum / data[k * f + k]!;
      }
  }
}

/** Mean and inverse covariance of some rows. */
async function moments(
  u: Float64Array,
  f: number,
  kept: Uint32Array,
): Promise<{ mean: Float64Array; precision: Dense }> {
  const mean = new Float64Array(f);
  for (const i of kept) for (let k = 0; k < f; k++) mean[k]! += u[i * f + k]! / kept.length;
  const covariance = dense(f, f);
  addScatter(covariance, u, kept, mean);
  return { mean, precision: await inverseOf(covariance, kept.length) };
}

/** Adds Σ (u − m)(u − m)ᵀ of some rows to the lower triangle. */
function addScatter({ data }: Dense, u: Float64Array, rows: ArrayLike<number>, mean: Float64Array): void {
  const f = mean.length;
  const off = new Float64Array(f);
  for (let r = 0; r < rows.length; r++) {
    const base = rows[r]! * f;
    for (let k = 0; k < f; k++) off[k] = u[base + k]! - mean[k]!;
    for (let k = 0; k < f; k++) {
      const own = off[k]!;
      if (own !== 0) for (let l = 0; l <= k; l++) data[k * f + l]! += own * off[l]!;
    }
  }
}

/** (S / n, drawn to its diagonal where rows are few, + ridge)⁻¹ of a scatter whose lower triangle is given. */
async function inverseOf({ data, rows: f }: Dense, n: number): Promise<Dense> {
  const drawn = Math.min(0.5, f / Math.max(1, n));
  const full = dense(f, f);
  for (let k = 0; k < f; k++)
    for (let l = 0; l <= k; l++) {
      const value = (data[k * f + l]! / Math.max(1, n)) * (k === l ? 1 : 1 - drawn);
      full.data[k * f + l] = full.data[l * f + k] = value + (k === l ? RIDGE : 0);
    }
  return inverseSpd(full);
}

function mahalanobis(
  u: Float64Array,
  rows: number,
  { mean, precision: { data } }: ColumnModel,
): Float64Array {
  const f = mean.length;
  const off = new Float64Array(f);
  return Float64Array.from({ length: rows }, (_, i) => {
    for (let k = 0; k < f; k++) off[k] = u[i * f + k]! - mean[k]!;
    let sum = 0;
    for (let k = 0; k < f; k++) {
      let own = 0;
      for (let l = 0; l < f; l++) own += data[k * f + l]! * off[l]!;
      sum += own * off[k]!;
    }
    return sum;
  });
}

async function fitLevels(
  near: Float64Array,
  f: number,
  kept: Uint32Array,
  own: Int32Array,
  { column, from, to }: ModelColumn,
): Promise<Levels> {
  const count = column.levels?.length ?? 2;
  const rows: number[][] = Array.from({ length: count }, () => []);
  for (const i of kept) if (own[i]! >= 0) rows[own[i]!]!.push(i);
  const means = new Float64Array(count * f);
  const scatter = dense(f, f);
  for (const [k, some] of rows.entries()) {
    const mean = means.subarray(k * f, (k + 1) * f);
    for (const i of some) for (let l = 0; l < f; l++) mean[l]! += near[i * f + l]! / some.length;
    addScatter(scatter, near, some, mean);
  }
  // Levels of all rows: those left out may be the only ones that have some.
  const all = new Float64Array(count);
  for (const level of own) if (level >= 0) all[level]!++;
  const known = all.reduce((sum, n) => sum + n, 0);
  const within = await inverseOf(without(scatter, from, to), kept.length);
  for (let k = from; k < to; k++)
    for (let l = 0; l < f; l++) within.data[k * f + l] = within.data[l * f + k] = 0;
  return {
    unknown: STRAY / (known + 1),
    shares: all.map((n) => (n + 1 / count) / (known + 1)),
    means,
    within,
  };
}

/** A scatter in which some features vary with no other. */
function without({ data, rows: f }: Dense, from: number, to: number): Dense {
  return dense(
    f,
    f,
    data.map((value, at) => {
      const [k, l] = [Math.floor(at / f), at % f];
      const own = (j: number) => j >= from && j < to;
      return own(k) || own(l) ? Number(k === l) : value;
    }),
  );
}

/** Deviations of every column from what is expected of it `[columns][n]`, 0 where it is missing: t of numbers, −log P of levels, in the column's unit. */
export function deviations(rows: ModelRows, model: ColumnModel): Float64Array[] {
  const { u, missing, levels } = rows;
  const { mean, precision, columns } = model;
  const f = mean.length;
  return columns.map((one, c) => {
    const off = new Float64Array(rows.rows);
    const { from, unit, quartiles } = one;
    const own = levels[c];
    if (own) {
      const posterior = levelTeller(one, f);
      for (let i = 0; i < rows.rows; i++)
        if (own[i]! !== -1) off[i] = -log(posterior(u, i * f)[own[i]!] ?? one.levels!.unknown) / unit;
      return off;
    }
    const weights = precision.data.subarray(from * f, (from + 1) * f);
    // Left out, as a column that goes has no precision.
    if (weights[from] === 0) return off;
    const scale = 1 / Math.sqrt(weights[from]!);
    for (let i = 0; i < rows.rows; i++) {
      if (missing[i * f + from]) continue;
      let sum = 0;
      for (let l = 0; l < f; l++) {
        const out = u[i * f + l]! - mean[l]!;
        // Others that are far out themselves say no more of this one than those that are four units out.
        sum += weights[l]! * (l === from ? out : Math.max(-REACH, Math.min(REACH, out)));
      }
      off[i] = (sum * scale - quartiles[1]) / unit;
    }
    return off;
  });
}

/** Probabilities of the levels of a row that begins at a place in u, valid until the next are asked for. */
function levelTeller(
  { levels }: ModelColumn,
  f: number,
  within = levels!.within,
): (u: Float64Array, base: number) => Float64Array {
  const { shares, means } = levels!;
  const count = shares.length;
  const directions = new Float64Array(count * f);
  const constants = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    let square = 0;
    for (let l = 0; l < f; l++) {
      let sum = 0;
      for (let m = 0; m < f; m++) sum += within.data[l * f + m]! * means[k * f + m]!;
      directions[k * f + l] = sum;
      square += sum * means[k * f + l]!;
    }
    constants[k] = log(shares[k]!) - square / 2;
  }
  const told = new Float64Array(count);
  return (u, base) => {
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < count; k++) {
      let sum = constants[k]!;
      for (let l = 0; l < f; l++)
        sum += directions[k * f + l]! * Math.max(-REACH, Math.min(REACH, u[base + l]!));
      told[k] = sum;
      most = Math.max(most, sum);
    }
    let total = 0;
    for (let k = 0; k < count; k++) total += told[k] = exp(told[k]! - most);
    for (let k = 0; k < count; k++) told[k] = ((1 - STRAY) * told[k]!) / total + STRAY * shares[k]!;
    return told;
  };
}

/** A model to which nothing is known of some columns: they tell nothing of the others. */
export function withoutColumns(model: ColumnModel, left: readonly number[]): ColumnModel {
  if (left.length === 0) return model;
  const spans = left.flatMap((c) => {
    const { from, to } = model.columns[c]!;
    return Array.from({ length: to - from }, (_, k) => from + k);
  });
  return {
    ...model,
    precision: eliminated(model.precision, spans),
    columns: model.columns.map((one) =>
      one.levels ? { ...one, levels: { ...one.levels, within: eliminated(one.levels.within, spans) } } : one,
    ),
  };
}

/** Λ of the features that are left: Λ − λ λᵀ / λₖ for each that goes. */
function eliminated({ data: given, rows: f }: Dense, features: readonly number[]): Dense {
  const data = given.slice();
  for (const k of features) {
    const pivot = data[k * f + k]!;
    if (pivot > 0) {
      const row = data.slice(k * f, (k + 1) * f);
      for (let i = 0; i < f; i++) {
        const factor = row[i]! / pivot;
        if (factor !== 0) for (let j = 0; j < f; j++) data[i * f + j]! -= factor * row[j]!;
      }
    }
    for (let i = 0; i < f; i++) data[k * f + i] = data[i * f + k] = 0;
  }
  return dense(f, f, data);
}

/** Expectation of a column in a row: of numbers a place in units with the quartiles about it, of levels the likeliest and its probability. */
export type Expected =
  | { readonly kind: "number"; readonly place: number; readonly half: readonly [number, number] }
  | { readonly kind: "level"; readonly level: number; readonly share: number; readonly own: number };

/** Expectation of column c in row i from the others. */
export function expectedOf(rows: ModelRows, i: number, c: number, model: ColumnModel): Expected {
  const one = model.columns[c]!;
  const f = model.mean.length;
  const own = rows.levels[c];
  if (own) {
    const told = levelTeller(one, f)(rows.u, i * f);
    let level = 0;
    for (let k = 1; k < told.length; k++) if (told[k]! > told[level]!) level = k;
    return { kind: "level", level, share: told[level]!, own: told[own[i]!] ?? one.levels!.unknown };
  }
  const { from, quartiles } = one;
  const weights = model.precision.data.subarray(from * f, (from + 1) * f);
  let sum = 0;
  for (let l = 0; l < f; l++)
    if (l !== from)
      sum += weights[l]! * Math.max(-REACH, Math.min(REACH, rows.u[i * f + l]! - model.mean[l]!));
  const place = model.mean[from]! - sum / weights[from]!;
  const scale = 1 / Math.sqrt(weights[from]!);
  return {
    kind: "number",
    place: place + quartiles[1] * scale,
    half: [place + quartiles[0] * scale, place + quartiles[2] * scale],
  };
}

/** Puts numbers that are missing in rows of x where they are expected; x is changed. @param back from a place in units to a number. */
export function putExpected(
  x: Numbers,
  rows: ModelRows,
  { features }: ColumnModel,
  back: (place: number, j: number) => number,
): void {
  const f = features.length;
  for (let i = 0; i < x.rows; i++)
    for (let k = 0; k < f; k++) {
      const j = features[k]!;
      if (rows.missing[i * f + k]) x.data[i * x.cols + j] = back(rows.u[i * f + k]!, j);
    }
}
