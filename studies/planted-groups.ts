/**
 * @file Tables of planted groups: 2 to 8 normal ones of unequal size and spread, and one row in a hundred anywhere.
 */
import { type Matrix, matrix } from "../src/data/matrix.js";
import { random } from "../src/random.js";

/** A table and what was planted in it. */
export interface PlantedGroups {
  readonly x: Matrix;
  /** Number of groups. */
  readonly groups: number;
  /** The group of every row `[n]`, from 0; −1 for rows that were put anywhere. */
  readonly labels: Int32Array;
}

/**
 * 300 to 1,200 rows of 2, 3, 5 or 10 columns. Groups have standard deviations of .6 to 1.4 in every column, sizes that differ by up to
 * four times, and centers in a cube; every hundredth row is drawn evenly from a cube three times as wide.
 * @param apart the least distance of centers. @param seed says all.
 */
export function plantedGroups(seed: number, apart: number): PlantedGroups {
  const stream = random(seed).fork("planted groups");
  const draw = () => stream.uniform();
  const among = (low: number, high: number) => low + Math.floor(draw() * (high - low + 1));
  const groups = among(2, 8);
  const cols = [2, 3, 5, 10][among(0, 3)]!;
  const rows = among(300, 1200);
  let half = 10;
  const centers: number[][] = [];
  for (let tries = 1; centers.length < groups; tries++) {
    const center = Array.from({ length: cols }, () => half * (2 * draw() - 1));
    const free = centers.every((other) => Math.hypot(...other.map((v, j) => v - center[j]!)) >= apart);
    if (free) centers.push(center);
    else if (tries % 2000 === 0) half *= 1.3;
  }
  const shares = centers.map(() => 1 + 3 * draw());
  const total = shares.reduce((sum, share) => sum + share, 0);
  const anywhere = Math.max(1, Math.round(rows / 100));
  const sizes = shares.map((share) => Math.round((share / total) * (rows - anywhere)));
  const n = sizes.reduce((sum, size) => sum + size, 0);
  const x = matrix(n + anywhere, cols);
  const labels = new Int32Array(n + anywhere).fill(-1);
  let at = 0;
  for (const [group, center] of centers.entries()) {
    const spread = center.map(() => 0.6 + 0.8 * draw());
    const noise = stream.fillNormal(new Float32Array(sizes[group]! * cols));
    for (let i = 0; i < sizes[group]!; i++, at++) {
      for (let j = 0; j < cols; j++) x.data[at * cols + j] = center[j]! + spread[j]! * noise[i * cols + j]!;
      labels[at] = group;
    }
  }
  for (; at < x.rows; at++)
    for (let j = 0; j < cols; j++) x.data[at * cols + j] = 3 * half * (2 * draw() - 1);
  return { x, groups, labels };
}
