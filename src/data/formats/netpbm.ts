/**
 * @file One PGM or PPM image, a data set of one row.
 */
import { imagesContent } from "../image.js";
import { isNetpbm, readNetpbm } from "../netpbm.js";
import type { Format } from "./format.js";
import { FORMAT_NAMES } from "./names.js";

export const netpbmFormat: Format = {
  name: "netpbm",
  ...FORMAT_NAMES.netpbm,
  begins: isNetpbm,
  async read(source) {
    const image = readNetpbm(await source.bytes(), source.name);
    return { array: imagesContent([{ name: source.name, image }], source.name) };
  },
};
