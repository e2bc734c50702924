/**
 * @file The augmentations of data of which nothing is known but the shape of its rows.
 */

/** Shorter sides of an image are so many times as long as the largest standard deviation of its blur. */
const SIDES_TO_BLUR = 28;
/** Largest standard deviation in pixels: wider blurs take long, and large images are seldom made so small. */
const MOST_BLUR = 4;

/**
 * Augmentations in words for rows of a shape: of images `[channels, height, width]` a crop, brightness, contrast and a blur of at
 * most a 28th of the shorter side; of sequences `[steps, features]` a stretch, scale and jitter; of all others swaps, as in SCARF. Images are neither
 * mirrored nor turned: whether a 6 is a 9, nobody knows but who has them.
 */
export function defaultAugmentations(shape: readonly number[]): readonly string[] {
  if (shape.length === 3) {
    const sigma = Number((Math.min(shape[1]!, shape[2]!) / SIDES_TO_BLUR).toFixed(2));
    return ["crop:0.5", "brightness:0.6", "contrast:0.6", `blur:${Math.min(sigma, MOST_BLUR)}`];
  }
  if (shape.length === 2) return ["cropSteps:0.5", "scale:0.1", "jitter:0.05"];
  return ["swap:0.6"];
}
