/**
 * @file Path of the checkpoint of a model in training.
 */
import { createHash } from "node:crypto";
import { basename, dirname, extname, join } from "node:path";

/** Bytes in a name on most file systems. */
const LONGEST_NAME = 255;
const ENDING = ".checkpoint.safetensors";

/** Beside the output, under its name; of a name that would become too long, what fits and a hash of it all. */
export function checkpointPath(output: string): string {
  const stem = basename(output, extname(output));
  const room = LONGEST_NAME - ENDING.length;
  if (Buffer.byteLength(stem) <= room) return join(dirname(output), `${stem}${ENDING}`);
  const hash = createHash("sha256").update(stem).digest("hex").slice(0, 8);
  let kept = "";
  for (const character of stem) {
    if (Buffer.byteLength(kept + character) > room - hash.length - 1) break;
    kept += character;
  }
  return join(dirname(output), `${kept}-${hash}${ENDING}`);
}
