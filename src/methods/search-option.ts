/**
 * @file The option `search` of methods that work with neighbors of rows.
 */
import { oneOf } from "./options.js";

export const searchOption = oneOf(["auto", "exact", "approximate"], {
  default: "auto",
  help: "search of neighbors",
});
