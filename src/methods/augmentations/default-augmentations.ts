/**
 * @file The augmentations of data of which nothing is known but the shape of its rows.
 */

/** Sides of an image are so many times as long as it is shifted. */
const SIDES_TO_SHIFT = 14;

/**
 * Augmentations in words for rows of a shape: of images `[channels, height, width]` a shift by up to a fourteenth of the shorter side, a
 * crop, brightness and contrast; of sequences `[steps, features]` a stretch, scale and jitter; of all others swaps, as in SCARF. Images are neither
 * mirrored nor turned: whether a 6 is a 9, nobody knows but who has them.
 */
export function defaultAugmentations(shape: readonly number[]): readonly string[] {
  if (shape.length === 3) {
    const pixels = Math.round(Math.min(shape[1]!, shape[2]!) / SIDES_TO_SHIFT);
    return [...(pixels > 0 ? [`shift:${pixels}`] : []), "crop:0.4", "brightness:0.4", "contrast:0.4"];
  }
  if (shape.length === 2) return ["cropSteps:0.5", "scale:0.1", "jitter:0.05"];
  return ["swap:0.6"];
}
