/**
 * @file Fast Fourier transforms of many series at once, of lengths 2ᵃ 3ᵇ 5ᶜ.
 *
 *   X_k = Σ_t x_t e^{−2πi kt/n}
 *
 * Stockham's form: the order of the results is right after the last stage, and the innermost loop of every stage runs over
 * neighbouring numbers, of which each series side by side ("lane") is one. Source: Van Loan (1992), "Computational
 * Frameworks for the Fast Fourier Transform", section 1.7.
 */
import { cos } from "../../../elementary.js";

/** What the transforms of one length share. */
export interface FftPlan {
  readonly size: number;
  readonly radices: readonly number[];
  /** Of each stage and each of its butterflies p: cos and −sin of 2π p k / (its length), k = 1 … radix − 1. */
  readonly twiddles: readonly Float64Array[];
}

const plans = new Map<number, FftPlan>();

/** @param size of the form 2ᵃ 3ᵇ 5ᶜ. */
export function fftPlan(size: number): FftPlan {
  let plan = plans.get(size);
  if (!plan) {
    plan = makePlan(size);
    plans.set(size, plan);
  }
  return plan;
}

/** The smallest length ≥ `least` of the form 2ᵃ 3ᵇ 5ᶜ, even except for 1. */
export function fftSize(least: number): number {
  if (least <= 1) return 1;
  for (let size = 2 * Math.ceil(least / 2); ; size += 2) {
    let rest = size;
    for (const factor of [2, 3, 5]) while (rest % factor === 0) rest /= factor;
    if (rest === 1) return size;
  }
}

function makePlan(size: number): FftPlan {
  const radices: number[] = [];
  let rest = size;
  for (const radix of [4, 2, 3, 5]) {
    for (; rest % radix === 0; rest /= radix) radices.push(radix);
  }
  if (rest !== 1) throw new RangeError(`fft: want a length 2ᵃ 3ᵇ 5ᶜ, got ${size}`);
  const twiddles: Float64Array[] = [];
  let length = size;
  for (const radix of radices) {
    const butterflies = length / radix;
    const table = new Float64Array(butterflies * (radix - 1) * 2);
    for (let p = 0, at = 0; p < butterflies; p++) {
      for (let k = 1; k < radix; k++, at += 2) {
        table[at] = cosOfTurn((p * k) / length);
        table[at + 1] = cosOfTurn((p * k) / length + 0.25);
      }
    }
    twiddles.push(table);
    length = butterflies;
  }
  return { size, radices, twiddles };
}

/** cos 2πt for t ≥ 0. */
function cosOfTurn(t: number): number {
  const part = t - Math.floor(t);
  const half = part > 0.5 ? 1 - part : part;
  return half > 0.25 ? -cos(2 * Math.PI * (0.5 - half)) : cos(2 * Math.PI * half);
}

const SIN_60 = Math.sqrt(3) / 2;
const [COS_72, SIN_72] = [cosOfTurn(1 / 5), -cosOfTurn(1 / 5 + 0.25)];
const [COS_144, SIN_144] = [cosOfTurn(2 / 5), -cosOfTurn(2 / 5 + 0.25)];

/**
 * Transforms `lanes` series, entry t of lane j at t · lanes + j; with real and imaginary parts swapped it is the inverse
 * times the length.
 * @returns whether the result is in `re2`, `im2` and not in `re`, `im`; the other two are overwritten.
 */
export function fft(
  plan: FftPlan,
  re: Float64Array,
  im: Float64Array,
  re2: Float64Array,
  im2: Float64Array,
  lanes: number,
): boolean {
  let [fromRe, fromIm, toRe, toIm] = [re, im, re2, im2];
  let stride = lanes;
  let length = plan.size;
  for (let stage = 0; stage < plan.radices.length; stage++) {
    const radix = plan.radices[stage]!;
    const butterflies = length / radix;
    const table = plan.twiddles[stage]!;
    if (radix === 4) radix4(butterflies, stride, table, fromRe, fromIm, toRe, toIm);
    else if (radix === 2) radix2(butterflies, stride, table, fromRe, fromIm, toRe, toIm);
    else if (radix === 3) radix3(butterflies, stride, table, fromRe, fromIm, toRe, toIm);
    else radix5(butterflies, stride, table, fromRe, fromIm, toRe, toIm);
    [fromRe, fromIm, toRe, toIm] = [toRe, toIm, fromRe, fromIm];
    stride *= radix;
    length = butterflies;
  }
  return fromRe !== re;
}

function radix2(
  butterflies: number,
  stride: number,
  table: Float64Array,
  xr: Float64Array,
  xi: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
): void {
  const half = stride * butterflies;
  for (let p = 0; p < butterflies; p++) {
    const cr = table[2 * p]!;
    const ci = table[2 * p + 1]!;
    let to = 2 * stride * p;
    for (let at = stride * p, end = at + stride; at < end; at++, to++) {
      const ar = xr[at]!;
      const ai = xi[at]!;
      const br = xr[at + half]!;
      const bi = xi[at + half]!;
      const dr = ar - br;
      const di = ai - bi;
      yr[to] = ar + br;
      yi[to] = ai + bi;
      yr[to + stride] = dr * cr - di * ci;
      yi[to + stride] = dr * ci + di * cr;
    }
  }
}

function radix3(
  butterflies: number,
  stride: number,
  table: Float64Array,
  xr: Float64Array,
  xi: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
): void {
  const third = stride * butterflies;
  for (let p = 0; p < butterflies; p++) {
    const w = 4 * p;
    const c1r = table[w]!;
    const c1i = table[w + 1]!;
    const c2r = table[w + 2]!;
    const c2i = table[w + 3]!;
    let to = 3 * stride * p;
    for (let at = stride * p, end = at + stride; at < end; at++, to++) {
      const ar = xr[at]!;
      const ai = xi[at]!;
      const br = xr[at + third]!;
      const bi = xi[at + third]!;
      const cr = xr[at + 2 * third]!;
      const ci = xi[at + 2 * third]!;
      const sr = br + cr;
      const si = bi + ci;
      const mr = ar - 0.5 * sr;
      const mi = ai - 0.5 * si;
      const tr = SIN_60 * (bi - ci);
      const ti = SIN_60 * (cr - br);
      yr[to] = ar + sr;
      yi[to] = ai + si;
      const ur = mr + tr;
      const ui = mi + ti;
      yr[to + stride] = ur * c1r - ui * c1i;
      yi[to + stride] = ur * c1i + ui * c1r;
      const vr = mr - tr;
      const vi = mi - ti;
      yr[to + 2 * stride] = vr * c2r - vi * c2i;
      yi[to + 2 * stride] = vr * c2i + vi * c2r;
    }
  }
}

function radix4(
  butterflies: number,
  stride: number,
  table: Float64Array,
  xr: Float64Array,
  xi: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
): void {
  const quarter = stride * butterflies;
  for (let p = 0; p < butterflies; p++) {
    const w = 6 * p;
    const c1r = table[w]!;
    const c1i = table[w + 1]!;
    const c2r = table[w + 2]!;
    const c2i = table[w + 3]!;
    const c3r = table[w + 4]!;
    const c3i = table[w + 5]!;
    let to = 4 * stride * p;
    for (let at = stride * p, end = at + stride; at < end; at++, to++) {
      const ar = xr[at]!;
      const ai = xi[at]!;
      const br = xr[at + quarter]!;
      const bi = xi[at + quarter]!;
      const cr = xr[at + 2 * quarter]!;
      const ci = xi[at + 2 * quarter]!;
      const dr = xr[at + 3 * quarter]!;
      const di = xi[at + 3 * quarter]!;
      const er = ar + cr;
      const ei = ai + ci;
      const fr = ar - cr;
      const fi = ai - ci;
      const gr = br + dr;
      const gi = bi + di;
      const hr = bi - di;
      const hi = dr - br;
      yr[to] = er + gr;
      yi[to] = ei + gi;
      const ur = fr + hr;
      const ui = fi + hi;
      yr[to + stride] = ur * c1r - ui * c1i;
      yi[to + stride] = ur * c1i + ui * c1r;
      const vr = er - gr;
      const vi = ei - gi;
      yr[to + 2 * stride] = vr * c2r - vi * c2i;
      yi[to + 2 * stride] = vr * c2i + vi * c2r;
      const zr = fr - hr;
      const zi = fi - hi;
      yr[to + 3 * stride] = zr * c3r - zi * c3i;
      yi[to + 3 * stride] = zr * c3i + zi * c3r;
    }
  }
}

function radix5(
  butterflies: number,
  stride: number,
  table: Float64Array,
  xr: Float64Array,
  xi: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
): void {
  const fifth = stride * butterflies;
  for (let p = 0; p < butterflies; p++) {
    const w = 8 * p;
    const c1r = table[w]!;
    const c1i = table[w + 1]!;
    const c2r = table[w + 2]!;
    const c2i = table[w + 3]!;
    const c3r = table[w + 4]!;
    const c3i = table[w + 5]!;
    const c4r = table[w + 6]!;
    const c4i = table[w + 7]!;
    let to = 5 * stride * p;
    for (let at = stride * p, end = at + stride; at < end; at++, to++) {
      const ar = xr[at]!;
      const ai = xi[at]!;
      const br = xr[at + fifth]!;
      const bi = xi[at + fifth]!;
      const cr = xr[at + 2 * fifth]!;
      const ci = xi[at + 2 * fifth]!;
      const dr = xr[at + 3 * fifth]!;
      const di = xi[at + 3 * fifth]!;
      const er = xr[at + 4 * fifth]!;
      const ei = xi[at + 4 * fifth]!;
      const s1r = br + er;
      const s1i = bi + ei;
      const s2r = cr + dr;
      const s2i = ci + di;
      const d1r = br - er;
      const d1i = bi - ei;
      const d2r = cr - dr;
      const d2i = ci - di;
      const m1r = ar + COS_72 * s1r + COS_144 * s2r;
      const m1i = ai + COS_72 * s1i + COS_144 * s2i;
      const m2r = ar + COS_144 * s1r + COS_72 * s2r;
      const m2i = ai + COS_144 * s1i + COS_72 * s2i;
      const t1r = SIN_72 * d1i + SIN_144 * d2i;
      const t1i = -SIN_72 * d1r - SIN_144 * d2r;
      const t2r = SIN_144 * d1i - SIN_72 * d2i;
      const t2i = -SIN_144 * d1r + SIN_72 * d2r;
      yr[to] = ar + s1r + s2r;
      yi[to] = ai + s1i + s2i;
      const ur = m1r + t1r;
      const ui = m1i + t1i;
      yr[to + stride] = ur * c1r - ui * c1i;
      yi[to + stride] = ur * c1i + ui * c1r;
      const vr = m2r + t2r;
      const vi = m2i + t2i;
      yr[to + 2 * stride] = vr * c2r - vi * c2i;
      yi[to + 2 * stride] = vr * c2i + vi * c2r;
      const zr = m2r - t2r;
      const zi = m2i - t2i;
      yr[to + 3 * stride] = zr * c3r - zi * c3i;
      yi[to + 3 * stride] = zr * c3i + zi * c3r;
      const qr = m1r - t1r;
      const qi = m1i - t1i;
      yr[to + 4 * stride] = qr * c4r - qi * c4i;
      yi[to + 4 * stride] = qr * c4i + qi * c4r;
    }
  }
}
