/**
 * @file The size of images that rows hold.
 */

/** Size of an image in a row, channel by channel. */
export type ImageSize = readonly [channels: number, height: number, width: number];

/**
 * `[channels, height, width]` of rows of d numbers.
 * @param shape `[height, width]` or `[channels, height, width]`; without it a square of one channel.
 * @throws RangeError if they are no such images.
 */
export function imageSize(method: string, d: number, shape: readonly number[] | undefined): ImageSize {
  const side = Math.round(Math.sqrt(d));
  const [width = side, height = side, channels = 1] = [...(shape ?? [])].reverse();
  if (channels * height * width === d) return [channels, height, width];
  throw new RangeError(
    shape
      ? `${method}: images of ${shape.join(" × ")} are rows of ${channels * height * width} numbers, these have ${d}`
      : `${method}: rows of ${d} numbers are no square images, say rowShape`,
  );
}
