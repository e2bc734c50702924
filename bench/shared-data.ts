/**
 * @file Place of the shared data sets and reference figures, beside the repository; they are no part of it.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./repository.js";

/**
 * Path of a shared file, such as `data/fashion-mnist/train-images-idx3-ubyte.gz` or `reference/09_imputation.json`.
 * @throws RangeError if it is not there.
 */
export function sharedFile(path: string): string {
  const file = join(repositoryRoot, "..", "shared", path);
  if (!existsSync(file)) throw new RangeError(`${file}: no such file; this figure wants the shared data`);
  return file;
}
