/**
 * @file Data that no example would have: rows that are equal, columns that never change, one row far from all others, numbers
 * near the ends of float32, and hardly more rows than are needed.
 */
import { type Matrix, matrix } from "../src/data/matrix.js";
import type { Random } from "../src/random.js";

export interface Degenerate {
  /** Says how it was made. */
  readonly name: string;
  readonly x: Matrix;
}

type Make = (random: Random, rows: number, cols: number) => Float32Array;

const normals: Make = (random, rows, cols) => random.fillNormal(new Float32Array(rows * cols));

const outlier =
  (far: number, which: (rows: number, random: Random) => number): Make =>
  (random, rows, cols) => {
    const data = normals(random, rows, cols);
    data[which(rows, random) * cols + random.integer(cols)] = far;
    return data;
  };

const first = () => 0;
const any = (rows: number, random: Random) => random.integer(rows);

const MAKES: Readonly<Record<string, Make>> = {
  normal: normals,
  duplicates: (random, rows, cols) => {
    const data = normals(random, rows, cols);
    for (let i = 0; i < rows; i++) data.copyWithin(i * cols, (i % 3) * cols, ((i % 3) + 1) * cols);
    return data;
  },
  "half duplicates": (random, rows, cols) =>
    normals(random, rows, cols).map((value, at) => (at < (rows * cols) / 2 ? 1 : value)),
  equal: (_, rows, cols) => new Float32Array(rows * cols).fill(0.1),
  zeros: (_, rows, cols) => new Float32Array(rows * cols),
  "constant columns": (random, rows, cols) =>
    normals(random, rows, cols).map((value, at) => (at % cols < cols / 2 ? 7.3 : value)),
  "rank 1": (random, rows, cols) => {
    const [a, b] = [normals(random, rows, 1), normals(random, 1, cols)];
    return Float32Array.from({ length: rows * cols }, (_, at) => a[Math.floor(at / cols)]! * b[at % cols]!);
  },
  "outlier 1e4 in row 0": outlier(1e4, first),
  "outlier 1e8 in row 0": outlier(1e8, first),
  "outlier -1e4": outlier(-1e4, any),
  "outlier 1e8": outlier(1e8, any),
  "far clusters": (random, rows, cols) =>
    normals(random, rows, cols).map((value, at) => value + 1e4 * (Math.floor(at / cols) % 3)),
  lattice: (random, rows, cols) => Float32Array.from({ length: rows * cols }, () => random.integer(3)),
  "fine lattice": (random, rows, cols) =>
    Float32Array.from({ length: rows * cols }, () => 0.1 * random.integer(4)),
  offset: (random, rows, cols) => normals(random, rows, cols).map((value) => 1e6 + value),
  "uneven columns": (random, rows, cols) =>
    normals(random, rows, cols).map((value, at) => value * 10 ** (3 * (at % cols) - 3)),
};

const UNITS = [1, 1, 1, 1, 1e-30, 1e-10, 1e10, 1e30];

/** @param leastRows rows that the check wants at least; every other case has hardly more. */
export function degenerateData(random: Random, leastRows: number): Degenerate {
  const names = Object.keys(MAKES);
  const name = names[random.integer(names.length)]!;
  const rows = leastRows + (random.integer(2) === 0 ? random.integer(3) : random.integer(50));
  const cols = [1, 2, 3, 5, 8, 40][random.integer(6)]!;
  const unit = UNITS[random.integer(UNITS.length)]!;
  const data = MAKES[name]!(random, rows, cols).map((value) => value * unit);
  const finite = data.every((value) => Math.abs(value) < 1e37);
  return finite
    ? { name: `${name}, ${rows} × ${cols}, in units of ${unit}`, x: matrix(rows, cols, data) }
    : degenerateData(random, leastRows);
}
