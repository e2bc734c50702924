/**
 * @file The size of images as callers say it.
 */

/** `[channels, height, width]`. @throws RangeError for what is no size of images. */
export function channelsFirst(where: string, rowShape: readonly number[]): [number, number, number] {
  const [channels, height, width] = rowShape.length === 2 ? [1, ...rowShape] : rowShape;
  const fits = rowShape.length === 2 || rowShape.length === 3;
  if (!fits || rowShape.some((size) => !(Number.isSafeInteger(size) && size >= 1))) {
    throw new RangeError(
      `${where}: rowShape must be [height, width] or [channels, height, width], got [${rowShape.join(", ")}]`,
    );
  }
  return [channels!, height!, width!];
}
