/**
 * @file Decoded images of a folder to `Dataset`.
 */
import type { Dataset } from "./dataset.js";
import { imagesContent, type NamedImage, toColor } from "./image.js";
import { arrayDataset } from "./table-dataset.js";

/** Facts about a folder beside its images. */
export interface BesideImages {
  /** Entries that are no images. */
  readonly others: number;
  /** Images that are partly transparent, and were laid on white. */
  readonly transparent: number;
}

/**
 * The data set of images, one a row.
 * @param folder its name in notes and errors.
 * @throws RangeError where they differ in size.
 */
export function imageDataset(
  images: readonly NamedImage[],
  folder: string,
  { others, transparent }: BesideImages,
): Dataset {
  const notes: string[] = [];
  if (others > 0) {
    const what = others === 1 ? "entry is no image" : "entries are no images";
    notes.push(`${folder}: ${others} ${what} and left out`);
  }
  if (transparent > 0) {
    const what =
      transparent === 1 ? "image is partly transparent and was" : "images are partly transparent and were";
    notes.push(`${folder}: ${transparent} ${what} laid on white`);
  }
  // Gray ones among those in color have a red, a green and a blue as well.
  const isColor = images.some(({ image }) => image.channels === 3);
  const alike = isColor ? images.map(({ name, image }) => ({ name, image: toColor(image) })) : images;
  return arrayDataset({ ...imagesContent(alike, folder), notes }, folder, "images", {});
}
