/**
 * @file Masks that hide entries of rows at random, or patches of images.
 */
import { mul } from "../../engine/ops/arithmetic.js";
import { expand, reshape } from "../../engine/ops/shape.js";
import { constant, type Tensor } from "../../engine/tensor.js";
import type { TrainingBatch } from "../method.js";

/** Entries that are hidden, and which together. */
export interface MaskOptions {
  /** The probability, in [0, 1], with which an entry or a patch is hidden. */
  readonly maskRatio: number;
  /** Side of the square patches of an image that are hidden as a whole; without it, single entries are. */
  readonly patchSize?: number | undefined;
  /** `[height, width]` or `[channels, height, width]`; default: a square. */
  readonly rowShape?: readonly number[] | undefined;
}

/** Fresh for every step, `[n, d]`: 1 for what is shown and 0 for what is hidden. */
export function randomMask(x: Tensor, batch: TrainingBatch, options: MaskOptions): Tensor {
  const { maskRatio, patchSize, rowShape } = options;
  const [n, d] = x.shape as [number, number];
  const shown = (shape: readonly number[]) => batch.bernoulli(1 - maskRatio, shape);
  if (patchSize === undefined) return shown([n, d]);
  const [channels, height, width] = sizesOf(d, rowShape);
  const [down, across] = [height / patchSize, width / patchSize];
  const patches = reshape(shown([n, down * across]), [n, 1, down, 1, across, 1]);
  const pixels = expand(constant(1), [1, channels, 1, patchSize, 1, patchSize]);
  return reshape(mul(patches, pixels), [n, d]);
}

/** @throws RangeError if rows of d numbers are no images that patches of this size tile. */
export function checkPatches(
  method: string,
  d: number,
  { patchSize, rowShape }: Omit<MaskOptions, "maskRatio">,
): void {
  if (patchSize === undefined) return;
  const [channels, height, width] = sizesOf(d, rowShape);
  if (channels * height * width !== d) {
    throw new RangeError(
      rowShape
        ? `${method}: rowShape ${rowShape.join(" × ")} is ${channels * height * width} numbers, a row has ${d}`
        : `${method}: rows of ${d} numbers are no square images, patchSize wants rowShape`,
    );
  }
  if (height % patchSize !== 0 || width % patchSize !== 0) {
    throw new RangeError(
      `${method}: patchSize must divide height and width, got ${patchSize} for ${height} × ${width}`,
    );
  }
}

/** Channels, height and width of rows of d numbers; a square where nothing is said. */
export function sizesOf(
  d: number,
  rowShape: readonly number[] | undefined,
): readonly [number, number, number] {
  const side = Math.floor(Math.sqrt(d));
  const [width = side, height = side, channels = 1] = rowShape?.toReversed() ?? [];
  return [channels, height, width];
}
