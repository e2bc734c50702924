/**
 * @file Convolution of a real grid with an even kernel, by Fourier transforms padded so that nothing wraps around.
 *
 *   ψ = F⁻¹[ F[ρ] · T ]
 *
 * The transform T of the kernel is real. Two rows of ρ are the real and imaginary parts of one series, of whose
 * spectrum half is kept; what padding adds is never stored along the last axis. Each function does one chunk.
 */
import { fft, fftPlan } from "./fft.js";

/** Nodes `[nz, ny, nx]` of the grid, and lengths `mz, my, mx` of its padded transforms; 1 for an axis there is not. */
export interface GridSize {
  readonly nx: number;
  readonly ny: number;
  readonly nz: number;
  readonly mx: number;
  readonly my: number;
  readonly mz: number;
}

/** Series transformed side by side. */
const LANES = 8;

/** Each thread's own room for a panel of series: real and imaginary parts, twice. */
let panels: readonly Float64Array[] = [];

function panelsOf(length: number): readonly Float64Array[] {
  if ((panels[0]?.length ?? 0) < length) panels = [0, 1, 2, 3].map(() => new Float64Array(length));
  return panels;
}

/** Chunks of `forwardRows` and `inverseRows`. */
export const rowChunks = ({ ny, nz }: GridSize): number => Math.ceil((ny * nz) / (2 * LANES));

/** Numbers kept of a row's spectrum. */
export const halfSpectrum = (mx: number): number => (mx >> 1) + 1;

/** Real rows of ρ `[nz, ny, nx]` to the left half of their spectra `[nz, my, halfSpectrum]`. */
export function forwardRows(
  rho: Float64Array,
  re: Float64Array,
  im: Float64Array,
  { nx, ny, nz, mx, my }: GridSize,
  chunk: number,
): void {
  const [ar, ai, br, bi] = panelsOf(mx * LANES) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const kept = halfSpectrum(mx);
  const rows = ny * nz;
  const from = chunk * 2 * LANES;
  for (let lane = 0; lane < LANES; lane++) {
    const even = from + 2 * lane;
    const hasEven = even < rows;
    const hasOdd = even + 1 < rows;
    for (let k = 0, at = even * nx, to = lane; k < nx; k++, at++, to += LANES) {
      ar[to] = hasEven ? rho[at]! : 0;
      ai[to] = hasOdd ? rho[at + nx]! : 0;
    }
  }
  ar.fill(0, nx * LANES, mx * LANES);
  ai.fill(0, nx * LANES, mx * LANES);
  const moved = fft(fftPlan(mx), ar, ai, br, bi, LANES);
  const zr = moved ? br : ar;
  const zi = moved ? bi : ai;
  for (let lane = 0; lane < LANES; lane++) {
    for (let odd = 0; odd < 2; odd++) {
      const row = from + 2 * lane + odd;
      if (row >= rows) return;
      let to = (Math.floor(row / ny) * my + (row % ny)) * kept;
      for (let k = 0; k < kept; k++, to++) {
        const at = k * LANES + lane;
        const mirror = k === 0 ? lane : (mx - k) * LANES + lane;
        if (odd === 0) {
          re[to] = 0.5 * (zr[at]! + zr[mirror]!);
          im[to] = 0.5 * (zi[at]! - zi[mirror]!);
        } else {
          re[to] = 0.5 * (zi[at]! + zi[mirror]!);
          im[to] = 0.5 * (zr[mirror]! - zr[at]!);
        }
      }
    }
  }
}

/** The way back, times mx. */
export function inverseRows(
  re: Float64Array,
  im: Float64Array,
  psi: Float64Array,
  { nx, ny, nz, mx, my }: GridSize,
  chunk: number,
): void {
  const [ar, ai, br, bi] = panelsOf(mx * LANES) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const kept = halfSpectrum(mx);
  const rows = ny * nz;
  const from = chunk * 2 * LANES;
  for (let lane = 0; lane < LANES; lane++) {
    const even = from + 2 * lane;
    const odd = even + 1;
    const hasEven = even < rows;
    const hasOdd = odd < rows;
    let evenAt = hasEven ? (Math.floor(even / ny) * my + (even % ny)) * kept : 0;
    let oddAt = hasOdd ? (Math.floor(odd / ny) * my + (odd % ny)) * kept : 0;
    for (let k = 0; k < kept; k++, evenAt++, oddAt++) {
      const er = hasEven ? re[evenAt]! : 0;
      const ei = hasEven ? im[evenAt]! : 0;
      const or = hasOdd ? re[oddAt]! : 0;
      const oi = hasOdd ? im[oddAt]! : 0;
      const to = k * LANES + lane;
      const mirror = k === 0 ? lane : (mx - k) * LANES + lane;
      ar[mirror] = er + oi;
      ai[mirror] = or - ei;
      ar[to] = er - oi;
      ai[to] = ei + or;
    }
  }
  const moved = fft(fftPlan(mx), ai, ar, bi, br, LANES);
  const zr = moved ? br : ar;
  const zi = moved ? bi : ai;
  for (let lane = 0; lane < LANES; lane++) {
    const even = from + 2 * lane;
    if (even >= rows) return;
    const hasOdd = even + 1 < rows;
    for (let k = 0, to = even * nx, at = lane; k < nx; k++, to++, at += LANES) {
      psi[to] = zr[at]!;
      if (hasOdd) psi[to + nx] = zi[at]!;
    }
  }
}

/** Series along one axis: entry t of series j of group g at g · outerStride + t · stride + j. */
export interface Axis {
  readonly groups: number;
  readonly outerStride: number;
  readonly series: number;
  readonly stride: number;
  /** Entries that are not padding, before. */
  readonly filled: number;
  /** Entries wanted after. */
  readonly wanted: number;
  /** Padded length. */
  readonly length: number;
}

export const axisChunks = ({ groups, series }: Axis): number => groups * Math.ceil(series / LANES);

/**
 * Transforms along an axis: forward, or forward with a product and back, or back; without the factor 1/length.
 * @param transfer what to multiply by between, laid out as the one group.
 */
export function alongAxis(
  re: Float64Array,
  im: Float64Array,
  { outerStride, series, stride, filled, wanted, length }: Axis,
  what: "forward" | "inverse" | Float64Array,
  chunk: number,
): void {
  const panelsPerGroup = Math.ceil(series / LANES);
  const group = Math.floor(chunk / panelsPerGroup);
  const first = (chunk % panelsPerGroup) * LANES;
  const lanes = Math.min(LANES, series - first);
  const [ar, ai, br, bi] = panelsOf(length * LANES) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const start = group * outerStride + first;
  for (let t = 0, to = 0; t < filled; t++) {
    for (let j = 0, at = start + t * stride; j < lanes; j++, at++, to++) {
      ar[to] = re[at]!;
      ai[to] = im[at]!;
    }
  }
  ar.fill(0, filled * lanes, length * lanes);
  ai.fill(0, filled * lanes, length * lanes);

  const plan = fftPlan(length);
  let moved = false;
  if (what === "inverse") {
    moved = fft(plan, ai, ar, bi, br, lanes);
  } else {
    moved = fft(plan, ar, ai, br, bi, lanes);
    if (what !== "forward") {
      const zr = moved ? br : ar;
      const zi = moved ? bi : ai;
      for (let t = 0, to = 0; t < length; t++) {
        for (let j = 0, at = start + t * stride; j < lanes; j++, at++, to++) {
          zr[to]! *= what[at]!;
          zi[to]! *= what[at]!;
        }
      }
      const back = moved ? fft(plan, bi, br, ai, ar, lanes) : fft(plan, ai, ar, bi, br, lanes);
      moved = moved !== back;
    }
  }
  const zr = moved ? br : ar;
  const zi = moved ? bi : ai;
  for (let t = 0, from = 0; t < wanted; t++) {
    for (let j = 0, at = start + t * stride; j < lanes; j++, at++, from++) {
      re[at] = zr[from]!;
      im[at] = zi[from]!;
    }
  }
}

/** The last axis: transformed, multiplied and transformed back in one go. */
export function lastAxis({ nx: _, ny, nz, mx, my, mz }: GridSize): Axis {
  const kept = halfSpectrum(mx);
  if (nz > 1) {
    return {
      groups: 1,
      outerStride: 0,
      series: my * kept,
      stride: my * kept,
      filled: nz,
      wanted: nz,
      length: mz,
    };
  }
  return { groups: 1, outerStride: 0, series: kept, stride: kept, filled: ny, wanted: ny, length: my };
}

/** In three dimensions, the axis between: padded on the way there, cut on the way back. */
export function middleAxis({ ny, nz, mx, my }: GridSize, back: boolean): Axis {
  const kept = halfSpectrum(mx);
  return {
    groups: nz,
    outerStride: my * kept,
    series: kept,
    stride: kept,
    filled: back ? my : ny,
    wanted: back ? ny : my,
    length: my,
  };
}
