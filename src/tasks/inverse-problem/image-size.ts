/**
 * @file The size of images as callers say it.
 */

/** `[channels, height, width]`. @throws RangeError for what is no size of images. */
export function channelsFirst(where: string, imageShape: readonly number[]): [number, number, number] {
  const [channels, height, width] = imageShape.length === 2 ? [1, ...imageShape] : imageShape;
  const fits = imageShape.length === 2 || imageShape.length === 3;
  if (!fits || imageShape.some((size) => !(Number.isSafeInteger(size) && size >= 1))) {
    throw new RangeError(
      `${where}: imageShape must be [height, width] or [channels, height, width], got [${imageShape.join(", ")}]`,
    );
  }
  return [channels!, height!, width!];
}
