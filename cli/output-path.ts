/**
 * @file Where results go, looked at before the work starts.
 */
import { resolve } from "node:path";
import { checkWritable } from "../node/write.js";
import { UsageError } from "./exit.js";

/**
 * @param inputs paths that are read.
 * @throws RangeError if the path is taken and `force` is not set, or its folder is not there; UsageError if it is one
 *   of the inputs.
 */
export async function checkOutput(path: string, force: boolean, inputs: readonly string[]): Promise<void> {
  const same = inputs.find((input) => resolve(input) === resolve(path));
  if (same !== undefined) throw new UsageError(`${path}: the output is the same file as the input`);
  await checkWritable(path, { force });
}
