/**
 * @file Strength of the pull of an edge and of the push of a draw, of four squared distances s at a time.
 *
 *   φ = 1/(1 + a s^b)
 *   pull: −∂ ln φ / ∂s = a b s^(b − 1) φ,   push: −∂ ln(1 − φ) / ∂s = −b φ / s, with s + 0.001 for s
 *
 * As forces on a place both are multiplied by 2 (y − yⱼ), and cut to 4 in every coordinate.
 * Source: McInnes, Healy & Melville (2018), arXiv:1802.03426, section 4.2 and appendix C.
 */
import { exp2, log2 } from "./powers";

/** The least s, of which powers are taken. */
const TINY: f32 = 1e-30;
const APART: f32 = 0.001;
const MOST: f32 = 4;

/** s^b */
// @ts-ignore: decorator
@inline
export function powered(s: v128, b: v128): v128 {
  return exp2(f32x4.mul(b, log2(f32x4.max(s, f32x4.splat(TINY)))));
}

/** 2 a b s^(b − 1) φ. */
// @ts-ignore: decorator
@inline
export function pull(s: v128, power: v128, a: v128, b: v128): v128 {
  const reach = f32x4.mul(f32x4.max(s, f32x4.splat(TINY)), f32x4.add(f32x4.splat(1), f32x4.mul(a, power)));
  return f32x4.div(f32x4.mul(f32x4.mul(f32x4.splat(2), f32x4.mul(a, b)), power), reach);
}

/** 2 b φ / (s + 0.001). */
// @ts-ignore: decorator
@inline
export function push(s: v128, power: v128, a: v128, b: v128): v128 {
  const reach = f32x4.mul(
    f32x4.add(s, f32x4.splat(APART)),
    f32x4.add(f32x4.splat(1), f32x4.mul(a, power)),
  );
  return f32x4.div(f32x4.mul(f32x4.splat(2), b), reach);
}

/**
 * Strength by which an edge of unit weight is drawn together for the sake of densities: 2 (uᵢ Dᵢⱼ + uⱼ Dⱼᵢ), where
 * Dᵢⱼ = φ ((1 − b (1 − φ)) vᵢ + a b s^(b − 1) φ).
 *
 * With rᵢ = ln(ε + Σⱼ φ s / Σⱼ φ), the log radius on the map, uᵢ is −∂C/∂rᵢ over Σⱼ φ of row i, vᵢ is e^−rᵢ, and C the correlation with the
 * log radii in the data. Source: Narayan, Berger & Cho (2021), "Assessing single-cell transcriptomic variability through
 * density-preserving data visualization", Nature Biotechnology 39.
 */
// @ts-ignore: decorator
@inline
export function densityPull(
  s: v128,
  power: v128,
  a: v128,
  b: v128,
  ui: v128,
  vi: v128,
  uj: v128,
  vj: v128,
): v128 {
  const one = f32x4.splat(1);
  const phi = f32x4.div(one, f32x4.add(one, f32x4.mul(a, power)));
  const far = f32x4.mul(f32x4.splat(0.5), pull(s, power, a, b));
  const near = f32x4.sub(one, f32x4.mul(b, f32x4.sub(one, phi)));
  const own = f32x4.mul(ui, f32x4.add(f32x4.mul(near, vi), far));
  const other = f32x4.mul(uj, f32x4.add(f32x4.mul(near, vj), far));
  return f32x4.mul(f32x4.mul(f32x4.splat(2), phi), f32x4.add(own, other));
}

/** Cut to what one pair may do. */
// @ts-ignore: decorator
@inline
export function cut(force: v128): v128 {
  return f32x4.max(f32x4.splat(-MOST), f32x4.min(f32x4.splat(MOST), force));
}
