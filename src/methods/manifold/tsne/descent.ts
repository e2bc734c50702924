/**
 * @file Gradient descent with momentum and a gain for every coordinate, first with exaggerated attraction.
 *
 *   g = α · attraction − repulsion / Z  (¼ of the gradient),   v ← μ v − η γ g,   y ← y + v
 *   γ ← γ + 0.2 where g and v point apart,  0.8 γ where they do not,  never below 0.01
 *
 * For 250 steps α is the exaggeration and μ = 0.5, then α = 1 and μ = 0.8.
 * Source: van der Maaten (2014), section 5; gains: Jacobs (1988), "Increased rates of convergence through learning
 * rate adaptation", Neural Networks 1; η = n/12 while α = 12: Belkina et al. (2019), Nature Communications 10.
 */
import type { Forces } from "./forces.js";

export const EXAGGERATED_STEPS = 250;

export interface DescentOptions {
  /** η while attraction is multiplied by this. */
  learningRate(exaggeration: number): number;
  readonly exaggeration: number;
  readonly maxIter: number;
}

/** Told which step this was, from 1. */
type AfterStep = (step: number) => Promise<void>;

/** Moves `forces.y` so many steps. */
export async function descend(
  forces: Forces,
  { learningRate, exaggeration, maxIter }: DescentOptions,
  afterStep: AfterStep,
): Promise<void> {
  const { y } = forces;
  const velocity = new Float64Array(y.length);
  const gains = new Float64Array(y.length).fill(1);
  for (let step = 1; step <= maxIter; step++) {
    const early = step <= EXAGGERATED_STEPS;
    const share = 1 / forces.update();
    const factor = early ? exaggeration : 1;
    move(forces, velocity, gains, learningRate(factor), early ? 0.5 : 0.8, factor, share);
    await afterStep(step);
  }
}

function move(
  { y, attraction, repulsion }: Forces,
  velocity: Float64Array,
  gains: Float64Array,
  learningRate: number,
  momentum: number,
  exaggeration: number,
  share: number,
): void {
  for (let i = 0; i < y.length; i++) {
    const gradient = exaggeration * attraction[i]! - share * repulsion[i]!;
    const apart = gradient > 0 !== velocity[i]! > 0;
    const gain = apart ? gains[i]! + 0.2 : Math.max(0.01, 0.8 * gains[i]!);
    gains[i] = gain;
    const v = momentum * velocity[i]! - learningRate * gain * gradient;
    velocity[i] = v;
    y[i]! += v;
  }
}
