/**
 * @file Powers of four numbers at a time, from +, −, × and shifts of bits alone: the same bits everywhere.
 */

/** The bits of ½√2 below those of 1. */
const HALF_OCTAVE: i32 = 0x3f800000 - 0x3f3504f3;

/**
 * log₂ x for x ≥ 2⁻¹²⁶, to an absolute error of 3 · 10⁻⁷ and the rounding of float32: x = (1 + t) 2ᵉ with 1 + t in
 * [½√2, √2), and log₂(1 + t) / t by a polynomial fitted at Chebyshev's nodes.
 */
// @ts-ignore: decorator
@inline
export function log2(x: v128): v128 {
  const bits = i32x4.add(x, i32x4.splat(HALF_OCTAVE));
  const exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_s(bits, 23), i32x4.splat(127)));
  const mantissa = i32x4.add(v128.and(bits, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3));
  const t = f32x4.sub(mantissa, f32x4.splat(1));
  let p = f32x4.splat(-0.14620353);
  p = next(p, t, 0.23420985);
  p = next(p, t, -0.2488218);
  p = next(p, t, 0.2870756);
  p = next(p, t, -0.360242);
  p = next(p, t, 0.48092404);
  p = next(p, t, -0.72135276);
  p = next(p, t, 1.44269496);
  return f32x4.add(exponent, f32x4.mul(p, t));
}

/** 2ˣ, of x between −126 and 126 or cut to that, to a relative error of 10⁻⁷ and rounding. */
// @ts-ignore: decorator
@inline
export function exp2(x: v128): v128 {
  const within = f32x4.max(f32x4.splat(-126), f32x4.min(f32x4.splat(126), x));
  const whole = f32x4.nearest(within);
  const f = f32x4.sub(within, whole);
  let p = f32x4.splat(0.00134004);
  p = next(p, f, 0.00967604);
  p = next(p, f, 0.05550327);
  p = next(p, f, 0.24022107);
  p = next(p, f, 0.69314721);
  p = next(p, f, 1);
  return i32x4.add(p, i32x4.shl(i32x4.trunc_sat_f32x4_s(whole), 23));
}

// @ts-ignore: decorator
@inline
function next(p: v128, x: v128, coefficient: f32): v128 {
  return f32x4.add(f32x4.mul(p, x), f32x4.splat(coefficient));
}
