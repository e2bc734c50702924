/**
 * @file Patches of an image in groups of those that look alike, each group freed of noise by what its patches have in common.
 *
 * For a patch p the group holds the patches q nearest to it in a window about it. With their mean m and covariance C, and noise of variance σ²,
 *
 *   first pass:   p̂ = m + Σ_i max(0, λ_i − β σ²) / λ_i · v_i v_iᵀ (p − m),   C = Σ λ_i v_i v_iᵀ of the noisy patches
 *   second pass:  p̂ = m + C (C + σ² I)⁻¹ (p − m),                           C and m of the patches of a first estimate, in which groups are looked for, too
 *
 * A group whose numbers differ by no more than noise is its mean. Every patch of a group is estimated at once, and is not asked for a group of
 * its own; where estimates of a pixel overlap their mean is taken. A chunk is a band of one image, and adds its estimates up for itself.
 * Source: Lebrun, Buades & Morel (2013), "A nonlocal Bayesian image denoising algorithm", SIAM Journal on Imaging Sciences 6(3); for the first pass Zhang, Dong,
 * Zhang & Shi (2010), "Two-stage image denoising by principal component analysis with local pixel grouping", Pattern Recognition 43(4).
 */
import type { Kernel } from "../../parallel/kernel.js";
import { factorSmall, solveLower, solveUpper } from "../small-cholesky.js";
import { smallEigen } from "../small-eigen.js";

interface PatchGroupsArgs extends Record<string, Float64Array | number> {
  /** Planes of the images `[images, channels, height · width]`; patches are compared in the first. */
  noisy: Float64Array;
  /** A first estimate of them, or of length 0 in the first pass. */
  guide: Float64Array;
  channels: number;
  height: number;
  width: number;
  /** σ². */
  variance: number;
  /** Side of a patch, at most that of an image. */
  side: number;
  /** Patches of a group at most. */
  members: number;
  /** Sums of estimates `[chunks, channels + 1, rows of a slab · width]`, the last plane how many they are; written. */
  sums: Float64Array;
}

/** Rows of the places that a chunk begins groups at. */
export const BAND = 48;
/** Places to each side that a group is looked for in. */
export const REACH = 11;
/** Places from one that begins a group to the next. */
const STEP = 3;
/** Noise that the first pass takes off: by finite groups eigenvalues of noise are spread about σ². */
const FIRST_NOISE = 1.3;
/** Variance of a group that is flat, in σ². */
const FLAT = 1.05 ** 2;

/** Rows of a slab: of a band, with those that its groups may reach. */
export const slabRows = (side: number): number => BAND + 2 * REACH + side;

/** Bands of an image. */
export const bandsOf = (height: number, side: number): number =>
  Math.max(1, Math.ceil((height - side + 1) / BAND));

/** Scalars: the first chunk among all bands of all images. */
export const patchGroups: Kernel<PatchGroupsArgs> = {
  name: "patchGroups",
  run(args, chunk, scalars) {
    const { channels, height, width, side, members, sums } = args;
    const bands = bandsOf(height, side);
    const at = scalars[0]! + chunk;
    const top = (at % bands) * BAND;
    const slab = slabRows(side) * width;
    const own = sums.subarray(chunk * (channels + 1) * slab, (chunk + 1) * (channels + 1) * slab).fill(0);
    const plane = height * width;
    const of = (planes: Float64Array) => {
      const from = Math.floor(at / bands) * channels * plane;
      return planes.subarray(from, from + channels * plane);
    };
    const noisy = of(args.noisy);
    const guide = args.guide.length > 0 ? of(args.guide) : undefined;
    const looked = (guide ?? noisy).subarray(0, plane);
    const [down, across] = [height - side + 1, width - side + 1];
    const bottom = Math.min(down, top + BAND);
    const known = new Uint8Array((bottom - top) * across);
    const search = new Search(looked, width, down, across, side, members);
    const filter = new GroupFilter(side, width, args.variance, members);
    // The last place of each direction is one to begin at, so that every pixel has an estimate.
    for (const i of placesFrom(top, bottom, down))
      for (const j of placesFrom(0, across, across)) {
        if (known[(i - top) * across + j]) continue;
        const count = search.around(i, j);
        const { places } = search;
        for (let t = 0; t < count; t++) {
          const row = Math.floor(places[t]! / width);
          if (row >= top && row < bottom) known[(row - top) * across + (places[t]! % width)] = 1;
        }
        const shift = (REACH - top) * width;
        for (let c = 0; c < channels; c++) {
          const estimates = filter.estimate(
            places,
            count,
            noisy.subarray(c * plane, (c + 1) * plane),
            guide?.subarray(c * plane, (c + 1) * plane),
          );
          filter.add(estimates, places, count, own.subarray(c * slab, (c + 1) * slab), shift);
        }
        filter.count(places, count, own.subarray(channels * slab), shift);
      }
  },
};

function* placesFrom(from: number, to: number, all: number): Generator<number> {
  let last = -1;
  for (let i = from; i < to; i += STEP) yield (last = i);
  if (to === all && last !== all - 1) yield all - 1;
}

/** The patches nearest to one, itself first. */
class Search {
  /** Places in the plane that they begin at. */
  readonly places: Int32Array;
  readonly #image: Float64Array;
  readonly #width: number;
  readonly #down: number;
  readonly #across: number;
  readonly #side: number;
  readonly #members: number;
  readonly #distances = new Float64Array((2 * REACH + 1) ** 2);
  readonly #sorted = new Float64Array((2 * REACH + 1) ** 2);
  readonly #all = new Int32Array((2 * REACH + 1) ** 2);

  constructor(
    image: Float64Array,
    width: number,
    down: number,
    across: number,
    side: number,
    members: number,
  ) {
    this.places = new Int32Array(members);
    this.#image = image;
    this.#width = width;
    this.#down = down;
    this.#across = across;
    this.#side = side;
    this.#members = members;
  }

  around(i: number, j: number): number {
    const image = this.#image;
    const [width, side, all, distances] = [this.#width, this.#side, this.#all, this.#distances];
    const own = i * width + j;
    const [left, right] = [Math.max(0, j - REACH), Math.min(this.#across - 1, j + REACH)];
    let n = 0;
    for (let a = Math.max(0, i - REACH); a <= Math.min(this.#down - 1, i + REACH); a++)
      for (let b = left; b <= right; b++) {
        const other = a * width + b;
        if (other === own) continue;
        let sum = 0;
        for (let u = 0, p = own, q = other; u < side; u++, p += width, q += width)
          for (let v = 0; v < side; v++) {
            const difference = image[p + v]! - image[q + v]!;
            sum += difference * difference;
          }
        distances[n] = sum;
        all[n++] = other;
      }
    const wanted = Math.min(this.#members - 1, n);
    this.places[0] = own;
    if (wanted === 0) return 1;
    this.#sorted.set(distances.subarray(0, n));
    const limit = smallest(this.#sorted, n, wanted - 1);
    let count = 1;
    for (let t = 0; t < n; t++) if (distances[t]! < limit) this.places[count++] = all[t]!;
    for (let t = 0; t < n && count <= wanted; t++) if (distances[t] === limit) this.places[count++] = all[t]!;
    return count;
  }
}

/** The number that would stand at a place among n in ascending order; they are moved. Source: Hoare (1961), "Algorithm 65: find". */
function smallest(values: Float64Array, n: number, place: number): number {
  let [low, high] = [0, n - 1];
  while (low < high) {
    const pivot = values[place]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) continue;
      const moved = values[i]!;
      values[i++] = values[j]!;
      values[j--] = moved;
    }
    if (j < place) low = i;
    if (place < i) high = j;
  }
  return values[place]!;
}

class GroupFilter {
  readonly #side: number;
  readonly #width: number;
  readonly #variance: number;
  /** Patches `[members, side²]`, less their mean, and those of the guide. */
  readonly #patches: Float64Array;
  readonly #guides: Float64Array;
  readonly #mean: Float64Array;
  readonly #covariance: Float64Array;
  readonly #values: Float64Array;
  readonly #sum: Float64Array;

  constructor(side: number, width: number, variance: number, members: number) {
    const p = side * side;
    this.#side = side;
    this.#width = width;
    this.#variance = variance;
    this.#patches = new Float64Array(members * p);
    this.#guides = new Float64Array(members * p);
    this.#covariance = new Float64Array(p * p);
    [this.#mean, this.#values, this.#sum] = [new Float64Array(p), new Float64Array(p), new Float64Array(p)];
  }

  /** Estimates of the patches at places of one plane `[count, side²]`, valid until the next are asked for. */
  estimate(
    places: Int32Array,
    count: number,
    noisy: Float64Array,
    guide: Float64Array | undefined,
  ): Float64Array {
    const patches = this.#patches;
    this.#gather(noisy, places, count, patches);
    if (guide) {
      this.#gather(guide, places, count, this.#guides);
      this.#center(this.#guides, count);
      this.#subtractMean(patches, count);
      this.#wiener(patches, count);
    } else if (!this.#flatten(patches, count)) {
      this.#center(patches, count);
      this.#shrink(patches, count);
    }
    return patches;
  }

  add(estimates: Float64Array, places: Int32Array, count: number, sums: Float64Array, shift: number): void {
    const [side, width] = [this.#side, this.#width];
    for (let t = 0, from = 0; t < count; t++)
      for (let u = 0, at = places[t]! + shift; u < side; u++, at += width)
        for (let v = 0; v < side; v++) sums[at + v]! += estimates[from++]!;
  }

  count(places: Int32Array, count: number, counts: Float64Array, shift: number): void {
    const [side, width] = [this.#side, this.#width];
    for (let t = 0; t < count; t++)
      for (let u = 0, at = places[t]! + shift; u < side; u++, at += width)
        for (let v = 0; v < side; v++) counts[at + v]!++;
  }

  #gather(plane: Float64Array, places: Int32Array, count: number, into: Float64Array): void {
    const [side, width] = [this.#side, this.#width];
    for (let t = 0, to = 0; t < count; t++)
      for (let u = 0, at = places[t]!; u < side; u++, at += width)
        for (let v = 0; v < side; v++) into[to++] = plane[at + v]!;
  }

  /** True if the group differs by no more than noise: then it is its mean. */
  #flatten(patches: Float64Array, count: number): boolean {
    const n = count * this.#side ** 2;
    let sum = 0;
    for (let t = 0; t < n; t++) sum += patches[t]!;
    const mean = sum / n;
    let squares = 0;
    for (let t = 0; t < n; t++) squares += (patches[t]! - mean) ** 2;
    if (squares >= FLAT * this.#variance * (n - 1)) return false;
    patches.fill(mean, 0, n);
    return true;
  }

  /** Takes their mean off them, and takes their covariance. */
  #center(patches: Float64Array, count: number): void {
    const p = this.#mean.length;
    const [mean, covariance] = [this.#mean.fill(0), this.#covariance.fill(0)];
    for (let t = 0, at = 0; t < count; t++) for (let a = 0; a < p; a++) mean[a]! += patches[at++]!;
    for (let a = 0; a < p; a++) mean[a]! /= count;
    this.#subtractMean(patches, count);
    for (let t = 0; t < count; t++) {
      const from = t * p;
      for (let a = 0; a < p; a++) {
        const value = patches[from + a]!;
        const row = a * p;
        for (let b = 0; b <= a; b++) covariance[row + b]! += value * patches[from + b]!;
      }
    }
    const scale = 1 / Math.max(1, count - 1);
    for (let a = 0; a < p; a++)
      for (let b = 0; b <= a; b++) {
        const value = scale * covariance[a * p + b]!;
        covariance[a * p + b] = value;
        covariance[b * p + a] = value;
      }
  }

  #subtractMean(patches: Float64Array, count: number): void {
    const mean = this.#mean;
    const p = mean.length;
    for (let t = 0, at = 0; t < count; t++) for (let a = 0; a < p; a++) patches[at++]! -= mean[a]!;
  }

  #shrink(patches: Float64Array, count: number): void {
    const [mean, values, vectors, sum] = [this.#mean, this.#values, this.#covariance, this.#sum];
    const p = mean.length;
    const noise = FIRST_NOISE * this.#variance;
    smallEigen(vectors, p, values, sum);
    for (let t = 0; t < count; t++) {
      const from = t * p;
      sum.set(mean);
      for (let e = 0; e < p; e++) {
        if (!(values[e]! > noise)) continue;
        const row = e * p;
        let coefficient = 0;
        for (let a = 0; a < p; a++) coefficient += vectors[row + a]! * patches[from + a]!;
        coefficient *= (values[e]! - noise) / values[e]!;
        for (let a = 0; a < p; a++) sum[a]! += coefficient * vectors[row + a]!;
      }
      for (let a = 0; a < p; a++) patches[from + a] = sum[a]!;
    }
  }

  /** C (C + σ² I)⁻¹ x = x − σ² (C + σ² I)⁻¹ x. */
  #wiener(patches: Float64Array, count: number): void {
    const [mean, covariance, sum, variance] = [this.#mean, this.#covariance, this.#sum, this.#variance];
    const p = mean.length;
    for (let a = 0; a < p; a++) covariance[a * p + a]! += variance;
    factorSmall(covariance, p, p);
    for (let t = 0; t < count; t++) {
      const from = t * p;
      for (let a = 0; a < p; a++) sum[a] = patches[from + a]!;
      solveLower(covariance, p, 0, p, sum, 0);
      solveUpper(covariance, p, p, sum, 0);
      for (let a = 0; a < p; a++) patches[from + a]! += mean[a]! - variance * sum[a]!;
    }
  }
}
