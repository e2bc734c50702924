/**
 * @file Lone rows: those that are far from all others, which would be clusters of their own or draw centers to them.
 *
 * A row is alone if its fifth nearest is four times as far away as that of three quarters of all rows, and the logarithm of the distance lies beyond
 * the upper outer fence, Q₃ + 3 (Q₃ − Q₁), of those of all rows. By five neighbors, so that four rows that lie together far out are lone rows too; by the logarithm, since distances within
 * clusters of unlike density differ by factors; over numbers alone, since a category is never far.
 * Source of the fence: Tukey (1977), "Exploratory data analysis", section 2D.
 */

import { type Numbers, takeColumns } from "../../data/matrix.js";
import { applyScale, type ScaleHints, type Scaling } from "../../data/scale.js";
import { log } from "../../elementary.js";
import { neighborsWithin } from "../../linalg/neighbors/neighbors-within.js";
import { quantileOf } from "../robust-units.js";

const NEIGHBORS = 5;
/** With fewer rows nobody can say what is far. */
const LEAST_ROWS = 12;
const FENCE = 3;
const TIMES = 4;
/** More rows than this share of all are not alone: they are the thinner part of the data. */
const MOST_SHARE = 0.05;

/**
 * Columns in which a row can be far from others: those of more than two different numbers. A category is another one or the same, and a rare
 * one is not far.
 * @param groups spans of columns that are indicators of one category.
 */
export function measuredColumns(x: Numbers, groups: ScaleHints["groups"] = []): number[] {
  const { data, rows, cols } = x;
  const ofMany = (j: number) => {
    const seen = new Set<number>();
    for (let i = 0; i < rows && seen.size < 3; i++) seen.add(data[i * cols + j]!);
    return seen.size > 2;
  };
  return Array.from({ length: cols }, (_, j) => j).filter(
    (j) => !groups.some(([from, to]) => j >= from && j < to) && ofMany(j),
  );
}

/**
 * Rows of x `[n, d]` that are alone, ascending.
 * @param x without missing numbers. @param units that distances are taken in. @param columns that they are taken over.
 */
export async function loneRows(
  x: Numbers,
  units: Scaling,
  columns: readonly number[],
  seed: number,
): Promise<Uint32Array> {
  if (x.rows < LEAST_ROWS || columns.length === 0) return new Uint32Array();
  const scaled = takeColumns(applyScale(x, units, "lone rows"), columns);
  const { distances } = await neighborsWithin(scaled, NEIGHBORS, { seed });
  const fifth = Float64Array.from({ length: x.rows }, (_, i) => distances[(i + 1) * NEIGHBORS - 1]!);
  const least = fifth.reduce((a, b) => (b > 0 && b < a ? b : a), Number.POSITIVE_INFINITY);
  if (least === Number.POSITIVE_INFINITY) return new Uint32Array();
  // Rows that stand five times have distance 0, whose logarithm is none: they count as ten times as near as the nearest others.
  const logs = fifth.map((distance) => log(Math.max(distance, least / 10)));
  const sorted = logs.slice().sort();
  const [low, high] = [quantileOf(sorted, 0.25), quantileOf(sorted, 0.75)];
  const limit = high + Math.max(FENCE * (high - low), log(TIMES));
  const far = Uint32Array.from(logs.keys()).filter((i) => logs[i]! > limit);
  return far.length <= MOST_SHARE * x.rows ? far : new Uint32Array();
}
