/**
 * @file A step by Adam: forces divided by the root of their mean square, so that a row of many edges does not overshoot.
 *
 *   m ← β₁ m + (1 − β₁) f,   v ← β₂ v + (1 − β₂) f²,   y ← y + α (m / c₁) / (√(v / c₂) + ε),   cᵢ = 1 − βᵢᵗ
 *
 * Source: Kingma & Ba (2015), "Adam: a method for stochastic optimization", ICLR.
 */
import { Epoch } from "./epoch";

const EPSILON: f32 = 1e-7;

/** m */
// @ts-ignore: decorator
@inline
export function mean(epoch: Epoch, before: v128, force: v128): v128 {
  return mixed(epoch.decay1, before, force);
}

/** v */
// @ts-ignore: decorator
@inline
export function square(epoch: Epoch, before: v128, force: v128): v128 {
  return mixed(epoch.decay2, before, f32x4.mul(force, force));
}

/** The way that y moves. */
// @ts-ignore: decorator
@inline
export function step(epoch: Epoch, mean: v128, square: v128): v128 {
  const root = f32x4.sqrt(f32x4.div(square, f32x4.splat(epoch.correction2)));
  return f32x4.div(
    f32x4.mul(f32x4.splat(epoch.step / epoch.correction1), mean),
    f32x4.add(root, f32x4.splat(EPSILON)),
  );
}

// @ts-ignore: decorator
@inline
function mixed(decay: f32, before: v128, now: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.splat(decay), before), f32x4.mul(f32x4.splat(1 - decay), now));
}
