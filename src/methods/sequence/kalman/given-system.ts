/**
 * @file Parts of a system that the user gives, checked: sizes, symmetry, definiteness.
 */
import { type MatrixLike, toNumbers } from "../../../data/matrix.js";
import { factorSmall } from "../../../linalg/small-cholesky.js";
import { isSemidefinite } from "./semidefinite.js";
import type { Given } from "./starting-system.js";

/** Parts as options give them; words say a structure and no matrix. */
export interface GivenOptions {
  readonly transition?: MatrixLike | undefined;
  readonly observation?: MatrixLike | undefined;
  readonly processNoise?: MatrixLike | "full" | "diagonal" | undefined;
  readonly observationNoise?: MatrixLike | "full" | "diagonal" | undefined;
  readonly initialMean?: readonly number[] | undefined;
  readonly initialCovariance?: MatrixLike | undefined;
}

/** A share of the largest entry by which a covariance may be unsymmetric. */
const ASYMMETRY = 1e-9;

/**
 * The parts that are matrices, for states of k numbers.
 * @throws RangeError for a size that does not match, or a covariance that is none.
 */
export function givenSystem(options: GivenOptions, k: number, where: string): Given {
  const { transition, observation, processNoise, observationNoise, initialMean, initialCovariance } = options;
  const d = observation && toNumbers(observation).rows;
  if (initialMean && initialMean.length !== k)
    throw new RangeError(
      `${where}: initialMean must have latentDim numbers, ${k}, got ${initialMean.length}`,
    );
  const matrixOf = (name: string, value: MatrixLike | string | undefined, rows?: number, cols = rows) => {
    if (value === undefined || typeof value === "string") return undefined;
    const numbers = toNumbers(value, where);
    const wanted = [rows ?? numbers.rows, cols ?? numbers.rows];
    if (numbers.rows !== wanted[0] || numbers.cols !== wanted[1])
      throw new RangeError(
        `${where}: ${name} must be ${wanted.join(" × ")}, got ${numbers.rows} × ${numbers.cols}`,
      );
    return Float64Array.from(numbers.data);
  };
  const covarianceOf = (name: string, value: MatrixLike | string | undefined, size?: number) => {
    const found = matrixOf(name, value, size);
    if (found) checkCovariance(found, name, name === "observationNoise", where);
    return found;
  };
  const given = {
    transition: matrixOf("transition", transition, k),
    observation: matrixOf("observation", observation, d, k),
    processNoise: covarianceOf("processNoise", processNoise, k),
    observationNoise: covarianceOf("observationNoise", observationNoise, d),
    initialMean: initialMean && Float64Array.from(initialMean),
    initialCovariance: covarianceOf("initialCovariance", initialCovariance, k),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given;
}

/** @throws RangeError unless the matrix is symmetric and has no eigenvalue < 0, or ≤ 0 if it must be definite. */
function checkCovariance(a: Float64Array, name: string, definite: boolean, where: string): void {
  const n = Math.sqrt(a.length);
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(a[i * n + j]! - a[j * n + i]!) <= ASYMMETRY * largest) continue;
      throw new RangeError(
        `${where}: ${name} must be symmetric, got ${a[i * n + j]} at row ${i} column ${j} and ${a[j * n + i]} at row ${j} column ${i}`,
      );
    }
  }
  if (definite ? factorSmall(a.slice(), n, n) : isSemidefinite(a, n)) return;
  throw new RangeError(
    `${where}: ${name} must be positive ${definite ? "definite" : "semidefinite"}, a covariance, and is not`,
  );
}
