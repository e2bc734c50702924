/**
 * @file Gradient descent with momentum and gains, first with exaggerated attraction.
 *
 *   g = α · attraction − repulsion / Z  (¼ of the gradient)
 *
 * For 250 steps α is the exaggeration and momentum is 0.5, then α = 1 and momentum 0.8.
 * Source: van der Maaten (2014), section 5; gains: Jacobs (1988), "Increased rates of convergence through learning
 * rate adaptation", Neural Networks 1; η = n/12 while α = 12: Belkina et al. (2019), Nature Communications 10.
 */
import { gatherTeam } from "../../../parallel/team.js";
import { float32On } from "../../../parallel/wasm.js";
import { MOVE_CHUNK, movePoints } from "./descent-kernel.js";
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

/** Moves `forces.places` so many steps. */
export async function descend(
  forces: Forces,
  { learningRate, exaggeration, maxIter }: DescentOptions,
  afterStep: AfterStep,
): Promise<void> {
  const { memory, places, attraction, repulsion } = forces;
  const velocity = float32On(memory, places.length);
  const gains = float32On(memory, places.length).fill(1);
  const team = gatherTeam(movePoints, { memory, places, velocity, gains, attraction, repulsion });
  const chunks = Math.ceil(places.length / 4 / MOVE_CHUNK);
  try {
    for (let step = 1; step <= maxIter; step++) {
      const early = step <= EXAGGERATED_STEPS;
      const factor = early ? exaggeration : 1;
      const share = 1 / forces.update();
      team.run(chunks, learningRate(factor), early ? 0.5 : 0.8, factor, share);
      await afterStep(step);
    }
  } finally {
    team.release();
  }
}
