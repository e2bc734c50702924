/**
 * @file The first 300 digits, scaled to [0, 1].
 */
import { digits } from "../../src/data/digits.js";
import { matrix } from "../../src/data/matrix.js";

export const digitRows = matrix(
  300,
  64,
  digits()
    .x.data.slice(0, 300 * 64)
    .map((value) => value / 16),
);
