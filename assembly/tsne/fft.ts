/**
 * @file Fast Fourier transforms of eight series at once, of lengths 2ᵃ 3ᵇ 5ᶜ.
 *
 *   X_k = Σ_t x_t e^{−2πi kt/n}
 *
 * Stockham's form: the order of the results is right after the last stage, and the innermost loop of every stage runs
 * over neighboring numbers. Source: Van Loan (1992), "Computational Frameworks for the Fast Fourier Transform",
 * section 1.7.
 */

/** Series transformed side by side. */
export const LANES: i32 = 8;
/** Bytes of one entry of all of them. */
export const ENTRY: usize = 32;

const SIN_60: f32 = 0.8660254037844386;
const COS_72: f32 = 0.30901699437494745;
const SIN_72: f32 = 0.9510565162951535;
const COS_144: f32 = -0.8090169943749475;
const SIN_144: f32 = 0.5877852522924731;

/**
 * Entry t of lane j at t · 8 + j; with real and imaginary parts swapped it is the inverse times the length.
 * @param twiddles of each stage, radix 4 before 2, 3 and 5, and of each of its butterflies p: cos and −sin of
 * 2π p k / (its length), k = 1 … radix − 1.
 * @returns whether the result is in `re2`, `im2` and not in `re`, `im`; the other two are overwritten.
 */
export function fft(size: i32, twiddles: usize, re: usize, im: usize, re2: usize, im2: usize): bool {
  let xr = re;
  let xi = im;
  let yr = re2;
  let yi = im2;
  let stride = ENTRY;
  let length = size;
  while (length > 1) {
    const radix = length % 4 === 0 ? 4 : length % 2 === 0 ? 2 : length % 3 === 0 ? 3 : 5;
    length /= radix;
    if (radix === 4) radix4(length, stride, twiddles, xr, xi, yr, yi);
    else if (radix === 2) radix2(length, stride, twiddles, xr, xi, yr, yi);
    else if (radix === 3) radix3(length, stride, twiddles, xr, xi, yr, yi);
    else radix5(length, stride, twiddles, xr, xi, yr, yi);
    twiddles += <usize>(length * (radix - 1)) << 3;
    stride *= radix;
    const read = xr;
    const readIm = xi;
    xr = yr;
    xi = yi;
    yr = read;
    yi = readIm;
  }
  return xr !== re;
}

// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

// @ts-ignore: decorator
@inline
function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

// @ts-ignore: decorator
@inline
function times(a: f32, b: v128): v128 {
  return f32x4.mul(f32x4.splat(a), b);
}

/** (r + i·√−1)(cr + ci·√−1) to where it belongs. */
// @ts-ignore: decorator
@inline
function turned(r: v128, i: v128, cr: v128, ci: v128, yr: usize, yi: usize): void {
  v128.store(yr, sub(mul(r, cr), mul(i, ci)));
  v128.store(yi, add(mul(r, ci), mul(i, cr)));
}

function radix2(
  butterflies: i32,
  stride: usize,
  table: usize,
  xr: usize,
  xi: usize,
  yr: usize,
  yi: usize,
): void {
  const half = stride * butterflies;
  for (let p = 0; p < butterflies; p++, table += 8) {
    const c1r = v128.load32_splat(table);
    const c1i = v128.load32_splat(table, 4);
    let to: usize = 2 * stride * p;
    for (let at: usize = stride * p, end = at + stride; at < end; at += 16, to += 16) {
      const ar = v128.load(xr + at);
      const ai = v128.load(xi + at);
      const br = v128.load(xr + at + half);
      const bi = v128.load(xi + at + half);
      v128.store(yr + to, add(ar, br));
      v128.store(yi + to, add(ai, bi));
      turned(sub(ar, br), sub(ai, bi), c1r, c1i, yr + to + stride, yi + to + stride);
    }
  }
}

function radix3(
  butterflies: i32,
  stride: usize,
  table: usize,
  xr: usize,
  xi: usize,
  yr: usize,
  yi: usize,
): void {
  const third = stride * butterflies;
  for (let p = 0; p < butterflies; p++, table += 16) {
    const c1r = v128.load32_splat(table);
    const c1i = v128.load32_splat(table, 4);
    const c2r = v128.load32_splat(table, 8);
    const c2i = v128.load32_splat(table, 12);
    let to: usize = 3 * stride * p;
    for (let at: usize = stride * p, end = at + stride; at < end; at += 16, to += 16) {
      const ar = v128.load(xr + at);
      const ai = v128.load(xi + at);
      const br = v128.load(xr + at + third);
      const bi = v128.load(xi + at + third);
      const cr = v128.load(xr + at + 2 * third);
      const ci = v128.load(xi + at + 2 * third);
      const sr = add(br, cr);
      const si = add(bi, ci);
      const mr = sub(ar, times(0.5, sr));
      const mi = sub(ai, times(0.5, si));
      const tr = times(SIN_60, sub(bi, ci));
      const ti = times(SIN_60, sub(cr, br));
      v128.store(yr + to, add(ar, sr));
      v128.store(yi + to, add(ai, si));
      turned(add(mr, tr), add(mi, ti), c1r, c1i, yr + to + stride, yi + to + stride);
      turned(sub(mr, tr), sub(mi, ti), c2r, c2i, yr + to + 2 * stride, yi + to + 2 * stride);
    }
  }
}

function radix4(
  butterflies: i32,
  stride: usize,
  table: usize,
  xr: usize,
  xi: usize,
  yr: usize,
  yi: usize,
): void {
  const quarter = stride * butterflies;
  for (let p = 0; p < butterflies; p++, table += 24) {
    const c1r = v128.load32_splat(table);
    const c1i = v128.load32_splat(table, 4);
    const c2r = v128.load32_splat(table, 8);
    const c2i = v128.load32_splat(table, 12);
    const c3r = v128.load32_splat(table, 16);
    const c3i = v128.load32_splat(table, 20);
    let to: usize = 4 * stride * p;
    for (let at: usize = stride * p, end = at + stride; at < end; at += 16, to += 16) {
      const ar = v128.load(xr + at);
      const ai = v128.load(xi + at);
      const br = v128.load(xr + at + quarter);
      const bi = v128.load(xi + at + quarter);
      const cr = v128.load(xr + at + 2 * quarter);
      const ci = v128.load(xi + at + 2 * quarter);
      const dr = v128.load(xr + at + 3 * quarter);
      const di = v128.load(xi + at + 3 * quarter);
      const er = add(ar, cr);
      const ei = add(ai, ci);
      const fr = sub(ar, cr);
      const fi = sub(ai, ci);
      const gr = add(br, dr);
      const gi = add(bi, di);
      const hr = sub(bi, di);
      const hi = sub(dr, br);
      v128.store(yr + to, add(er, gr));
      v128.store(yi + to, add(ei, gi));
      turned(add(fr, hr), add(fi, hi), c1r, c1i, yr + to + stride, yi + to + stride);
      turned(sub(er, gr), sub(ei, gi), c2r, c2i, yr + to + 2 * stride, yi + to + 2 * stride);
      turned(sub(fr, hr), sub(fi, hi), c3r, c3i, yr + to + 3 * stride, yi + to + 3 * stride);
    }
  }
}

function radix5(
  butterflies: i32,
  stride: usize,
  table: usize,
  xr: usize,
  xi: usize,
  yr: usize,
  yi: usize,
): void {
  const fifth = stride * butterflies;
  for (let p = 0; p < butterflies; p++, table += 32) {
    const c1r = v128.load32_splat(table);
    const c1i = v128.load32_splat(table, 4);
    const c2r = v128.load32_splat(table, 8);
    const c2i = v128.load32_splat(table, 12);
    const c3r = v128.load32_splat(table, 16);
    const c3i = v128.load32_splat(table, 20);
    const c4r = v128.load32_splat(table, 24);
    const c4i = v128.load32_splat(table, 28);
    let to: usize = 5 * stride * p;
    for (let at: usize = stride * p, end = at + stride; at < end; at += 16, to += 16) {
      const ar = v128.load(xr + at);
      const ai = v128.load(xi + at);
      const br = v128.load(xr + at + fifth);
      const bi = v128.load(xi + at + fifth);
      const cr = v128.load(xr + at + 2 * fifth);
      const ci = v128.load(xi + at + 2 * fifth);
      const dr = v128.load(xr + at + 3 * fifth);
      const di = v128.load(xi + at + 3 * fifth);
      const er = v128.load(xr + at + 4 * fifth);
      const ei = v128.load(xi + at + 4 * fifth);
      const s1r = add(br, er);
      const s1i = add(bi, ei);
      const s2r = add(cr, dr);
      const s2i = add(ci, di);
      const d1r = sub(br, er);
      const d1i = sub(bi, ei);
      const d2r = sub(cr, dr);
      const d2i = sub(ci, di);
      const m1r = add(ar, add(times(COS_72, s1r), times(COS_144, s2r)));
      const m1i = add(ai, add(times(COS_72, s1i), times(COS_144, s2i)));
      const m2r = add(ar, add(times(COS_144, s1r), times(COS_72, s2r)));
      const m2i = add(ai, add(times(COS_144, s1i), times(COS_72, s2i)));
      const t1r = add(times(SIN_72, d1i), times(SIN_144, d2i));
      const t1i = add(times(SIN_72, d1r), times(SIN_144, d2r));
      const t2r = sub(times(SIN_144, d1i), times(SIN_72, d2i));
      const t2i = sub(times(SIN_144, d1r), times(SIN_72, d2r));
      v128.store(yr + to, add(ar, add(s1r, s2r)));
      v128.store(yi + to, add(ai, add(s1i, s2i)));
      turned(add(m1r, t1r), sub(m1i, t1i), c1r, c1i, yr + to + stride, yi + to + stride);
      turned(add(m2r, t2r), sub(m2i, t2i), c2r, c2i, yr + to + 2 * stride, yi + to + 2 * stride);
      turned(sub(m2r, t2r), add(m2i, t2i), c3r, c3i, yr + to + 3 * stride, yi + to + 3 * stride);
      turned(sub(m1r, t1r), add(m1i, t1i), c4r, c4i, yr + to + 4 * stride, yi + to + 4 * stride);
    }
  }
}
