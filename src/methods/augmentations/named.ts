/**
 * @file Augmentations that come with the package, under the names that words and files give them.
 */
export { defaultAugmentations } from "./default-augmentations.js";
export { crop, flip, rotate, shift } from "./image-geometry.js";
export { blur, brightness, contrast, cutOut, hidePatches } from "./image-pixels.js";
export { gaussian, relativeGaussian, saltAndPepper, zero } from "./noise.js";
export { cropSteps, hideSteps, jitter, scale } from "./sequence.js";
export { hide, swap } from "./table.js";
