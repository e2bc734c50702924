/**
 * @file Reading images between their pixels.
 */
import { operation, show, type Tensor } from "../tensor.js";

/**
 * Images `[n, channels, height, width]` read at places `[n, h, w, 2]`, by bilinear interpolation: `[n, channels, h, w]`. A place is
 * (x, y), each from −1, the outer edge of the first pixel, to 1, that of the last; beyond the middles of the outermost pixels
 * these go on. No gradient flows through it.
 * @throws RangeError for tensors of other ranks.
 */
export function gridSample(images: Tensor, places: Tensor): Tensor {
  const [n, h, w, two] = places.shape;
  if (images.shape.length !== 4 || places.shape.length !== 4 || two !== 2 || images.shape[0] !== n)
    throw new RangeError(
      `gridSample: wants images [n, channels, height, width] and places [n, h, w, 2], got ${show(images.shape)} and ${show(places.shape)}`,
    );
  return operation("GridSample", {
    inputs: [images, places],
    shape: [n!, images.shape[1]!, h!, w!],
    attributes: { mode: "bilinear", padding_mode: "border", align_corners: 0 },
  });
}
