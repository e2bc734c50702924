/**
 * @file Terms that a neighborhood adds to the matrix M of which an embedding Y minimizes tr YᵀMY, in three variants.
 *
 * With U the leading left singular vectors of the coordinates of K rows, in the first two the neighbors and the row
 * itself about their mean, in the third the neighbors alone about the row:
 *
 *   local tangents   I − Q Qᵀ,   Q = orthonormal [1 | U₁ … U_q]: what is no affine function of the tangent coordinates.
 *                    Zhang & Zha (2004), "Principal manifolds and nonlinear dimensionality reduction via tangent space
 *                    alignment", SIAM J. Sci. Comput. 26(1).
 *   Hessians         H Hᵀ,   H = the last q (q + 1) / 2 columns of orthonormal [1 | U₁ … U_q | Uₐ∘U_b]: second
 *                    derivatives. Donoho & Grimes (2003), "Hessian eigenmaps", PNAS 100(10).
 *   multiple weights (e_i 1ᵀ − W)(e_i 1ᵀ − W)ᵀ,   W = V H + (1 − α) w 1ᵀ, of s weight vectors that all nearly
 *                    reconstruct the row: w the usual one, V an orthonormal basis of the s smallest singular directions,
 *                    α = ‖Vᵀ1‖ / √s, and H the reflection with H Vᵀ1 = α 1.
 *                    Zhang & Wang (2007), "MLLE: modified locally linear embedding using multiple weights", NIPS 19.
 *
 * Since H 1 = Vᵀ1 / α and V Vᵀ = I − U Uᵀ = P, the last is made of P and w alone:
 *   W Wᵀ = P + (1 − α)/α (P1 wᵀ + w (P1)ᵀ) + s (1 − α)² w wᵀ,   W 1 = P1 / α + s (1 − α) w.
 */
import { jacobiEigen } from "../../linalg/jacobi-eigen.js";
import type { Kernel } from "../../parallel/kernel.js";

interface AlignmentArgs extends Record<string, Float32Array | Float64Array | Uint32Array | number> {
  /** `[n, d]` */
  rows: Float32Array;
  /** `[n, k]` */
  neighbors: Uint32Array;
  n: number;
  d: number;
  k: number;
  /** Numbers in a code, q. */
  latentDim: number;
  reg: number;
  /** `[n, k + 1, k + 1]`, written; the row itself is the last of its neighborhood. */
  blocks: Float64Array;
  /** `[n]`, written by `localSpreads`: variance off the tangent, as a share of that along it. */
  spreads: Float64Array;
}

/** Rows a chunk. */
export const CHUNK_ROWS = 32;
/** Squared singular values below this share of the largest are rounding: their directions are left out. */
const NEGLIGIBLE = 1e-13;

/** The coordinates of one neighborhood after the other. */
class Neighborhood {
  /** Squared singular values, descending `[min(K, d)]`. */
  readonly values: Float64Array;
  /** U by rows `[min(K, d), K]`; zeros where a value is negligible. */
  readonly left: Float64Array;
  /** Values that are not negligible. */
  rank = 0;
  readonly #args: AlignmentArgs;
  readonly #size: number;
  readonly #coordinates: Float64Array;
  readonly #products: Float64Array;
  readonly #vectors: Float64Array;

  constructor(args: AlignmentArgs, about: "row" | "mean") {
    this.#args = args;
    this.#size = args.k + (about === "mean" ? 1 : 0);
    const { d } = args;
    const m = Math.min(d, this.#size);
    this.values = new Float64Array(m);
    this.left = new Float64Array(m * this.#size);
    this.#coordinates = new Float64Array(this.#size * d);
    this.#products = new Float64Array(m * m);
    this.#vectors = new Float64Array(m * m);
  }

  /** Decomposes the neighborhood of row i. */
  decompose(i: number): void {
    const { rows, neighbors, d, k } = this.#args;
    const [x, size] = [this.#coordinates, this.#size];
    for (let j = 0, at = 0; j < size; j++) {
      const row = (j < k ? neighbors[i * k + j]! : i) * d;
      // Differences from the row itself first: they are exact where the mean of the rows would not be.
      for (let c = 0; c < d; c++, at++) x[at] = rows[row + c]! - rows[i * d + c]!;
    }
    if (size > k) center(x, size, d);
    if (d < size) this.#byColumns(d, size);
    else this.#byRows(d, size);
    this.rank = 0;
    for (let j = 0; j < this.values.length; j++) {
      if (this.values[j]! > NEGLIGIBLE * this.values[0]!) this.rank = j + 1;
      else {
        this.values[j] = 0;
        this.left.fill(0, j * size, (j + 1) * size);
      }
    }
  }

  /** XᵀX = V Σ² Vᵀ, U = X V Σ⁻¹. */
  #byColumns(d: number, k: number): void {
    const [x, products, vectors] = [this.#coordinates, this.#products, this.#vectors];
    for (let p = 0; p < d; p++) {
      for (let q = 0; q <= p; q++) {
        let total = 0;
        for (let j = 0; j < k; j++) total += x[j * d + p]! * x[j * d + q]!;
        products[p * d + q] = total;
        products[q * d + p] = total;
      }
    }
    jacobiEigen(products, d, this.values, vectors);
    for (let p = 0; p < d; p++) {
      const scale = this.values[p]! > 0 ? 1 / Math.sqrt(this.values[p]!) : 0;
      for (let j = 0; j < k; j++) {
        let total = 0;
        for (let c = 0; c < d; c++) total += x[j * d + c]! * vectors[p * d + c]!;
        this.left[p * k + j] = total * scale;
      }
    }
  }

  /** XXᵀ = U Σ² Uᵀ. */
  #byRows(d: number, k: number): void {
    const [x, products] = [this.#coordinates, this.#products];
    for (let p = 0; p < k; p++) {
      for (let q = 0; q <= p; q++) {
        let total = 0;
        for (let c = 0, a = p * d, b = q * d; c < d; c++, a++, b++) total += x[a]! * x[b]!;
        products[p * k + q] = total;
        products[q * k + p] = total;
      }
    }
    jacobiEigen(products, k, this.values, this.left);
  }
}

export const localTangents: Kernel<AlignmentArgs> = {
  name: "localTangents",
  run(args, chunk) {
    const { latentDim, blocks } = args;
    const k = args.k + 1;
    const near = new Neighborhood(args, "mean");
    forRows(args, chunk, (i) => {
      near.decompose(i);
      const directions = Math.min(latentDim, near.rank);
      for (let p = 0, at = i * k * k; p < k; p++) {
        for (let q = 0; q < k; q++, at++) {
          let entry = (p === q ? 1 : 0) - 1 / k;
          for (let c = 0; c < directions; c++) entry -= near.left[c * k + p]! * near.left[c * k + q]!;
          blocks[at] = entry;
        }
      }
    });
  },
};

export const localHessians: Kernel<AlignmentArgs> = {
  name: "localHessians",
  run(args, chunk) {
    const { latentDim, blocks } = args;
    const k = args.k + 1;
    const near = new Neighborhood(args, "mean");
    const affine = 1 + latentDim;
    const columns = affine + (latentDim * (latentDim + 1)) / 2;
    const y = new Float64Array(columns * k);
    forRows(args, chunk, (i) => {
      near.decompose(i);
      y.fill(1, 0, k);
      y.set(near.left.subarray(0, latentDim * k), k);
      for (let a = 0, at = affine * k; a < latentDim; a++) {
        for (let b = a; b < latentDim; b++) {
          for (let j = 0; j < k; j++, at++) y[at] = near.left[a * k + j]! * near.left[b * k + j]!;
        }
      }
      orthonormalize(y, columns, k);
      for (let p = 0, at = i * k * k; p < k; p++) {
        for (let q = 0; q < k; q++, at++) {
          let entry = 0;
          for (let c = affine; c < columns; c++) entry += y[c * k + p]! * y[c * k + q]!;
          blocks[at] = entry;
        }
      }
    });
  },
};

export const localSpreads: Kernel<AlignmentArgs> = {
  name: "localSpreads",
  run(args, chunk) {
    const near = new Neighborhood(args, "row");
    forRows(args, chunk, (i) => {
      near.decompose(i);
      let [along, off] = [0, 0];
      for (let j = 0; j < near.values.length; j++) {
        if (j < args.latentDim) along += near.values[j]!;
        else off += near.values[j]!;
      }
      args.spreads[i] = along > 0 ? off / along : 0;
    });
  },
};

/** Scalar: the spread η up to which directions count as off the tangent. */
export const multipleWeights: Kernel<AlignmentArgs> = {
  name: "multipleWeights",
  run(args, chunk, scalars) {
    const { k, reg, blocks } = args;
    const eta = scalars[0]!;
    const near = new Neighborhood(args, "row");
    const [w, p1] = [new Float64Array(k), new Float64Array(k)];
    const b = k + 1;
    forRows(args, chunk, (i) => {
      near.decompose(i);
      const { left, values } = near;
      regularWeights(near, k, reg, w);
      const top = Math.min(leadingDirections(values, eta), near.rank, k - 1);
      const s = k - top;
      p1.fill(1);
      for (let c = 0; c < top; c++) {
        let sum = 0;
        for (let j = 0; j < k; j++) sum += left[c * k + j]!;
        for (let j = 0; j < k; j++) p1[j]! -= sum * left[c * k + j]!;
      }
      let squares = 0;
      for (let j = 0; j < k; j++) squares += p1[j]! * p1[j]!;
      const alpha = Math.sqrt(squares / s);
      const inverse = alpha > 0 ? 1 / alpha : 0;
      const [mixed, pure] = [(1 - alpha) * inverse, s * (1 - alpha) * (1 - alpha)];
      const at = i * b * b;
      for (let p = 0; p < k; p++) {
        for (let q = 0; q <= p; q++) {
          let entry = p === q ? 1 : 0;
          for (let c = 0; c < top; c++) entry -= left[c * k + p]! * left[c * k + q]!;
          entry += mixed * (p1[p]! * w[q]! + w[p]! * p1[q]!) + pure * w[p]! * w[q]!;
          blocks[at + p * b + q] = entry;
          blocks[at + q * b + p] = entry;
        }
        const own = -(p1[p]! * inverse + s * (1 - alpha) * w[p]!);
        blocks[at + p * b + k] = own;
        blocks[at + k * b + p] = own;
      }
      blocks[at + k * b + k] = s;
    });
  },
};

function center(x: Float64Array, rows: number, d: number): void {
  for (let c = 0; c < d; c++) {
    let mean = 0;
    for (let at = c; at < rows * d; at += d) mean += x[at]!;
    mean /= rows;
    for (let at = c; at < rows * d; at += d) x[at]! -= mean;
  }
}

/** (C + r I) w = 1 from C = U Σ² Uᵀ, scaled to sum 1; r = reg · tr C. */
function regularWeights({ values, left }: Neighborhood, k: number, reg: number, w: Float64Array): void {
  let trace = 0;
  for (let c = 0; c < values.length; c++) trace += values[c]!;
  const ridge = trace > 0 ? reg * trace : reg;
  w.fill(1);
  for (let c = 0; c < values.length; c++) {
    let sum = 0;
    for (let j = 0; j < k; j++) sum += left[c * k + j]!;
    const share = (sum * values[c]!) / (values[c]! + ridge);
    for (let j = 0; j < k; j++) w[j]! -= share * left[c * k + j]!;
  }
  let total = 0;
  for (let j = 0; j < k; j++) total += w[j]!;
  for (let j = 0; j < k; j++) w[j]! /= total;
}

/** The fewest leading directions beside which the others' variance, as a share of theirs, is below η; at least 1. */
function leadingDirections(values: Float64Array, eta: number): number {
  let rest = 0;
  for (let c = 0; c < values.length; c++) rest += values[c]!;
  let sum = 0;
  for (let c = 0; c < values.length - 1; c++) {
    sum += values[c]!;
    rest -= values[c]!;
    if (rest < eta * sum) return c + 1;
  }
  return values.length;
}

/** Modified Gram–Schmidt, twice; rows that depend on those before become 0. */
function orthonormalize(rows: Float64Array, count: number, k: number): void {
  for (let c = 0; c < count; c++) {
    let before = 0;
    for (let j = 0; j < k; j++) before += rows[c * k + j]! * rows[c * k + j]!;
    for (let pass = 0; pass < 2; pass++) {
      for (let o = 0; o < c; o++) {
        let dot = 0;
        for (let j = 0; j < k; j++) dot += rows[c * k + j]! * rows[o * k + j]!;
        for (let j = 0; j < k; j++) rows[c * k + j]! -= dot * rows[o * k + j]!;
      }
    }
    let after = 0;
    for (let j = 0; j < k; j++) after += rows[c * k + j]! * rows[c * k + j]!;
    const scale = after > NEGLIGIBLE * before ? 1 / Math.sqrt(after) : 0;
    for (let j = 0; j < k; j++) rows[c * k + j]! *= scale;
  }
}

function forRows({ n }: AlignmentArgs, chunk: number, work: (i: number) => void): void {
  const first = chunk * CHUNK_ROWS;
  const end = Math.min(n, first + CHUNK_ROWS);
  for (let i = first; i < end; i++) work(i);
}
