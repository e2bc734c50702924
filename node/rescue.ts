/**
 * @file Rescue of what cannot be written where it was wanted, in the system's folder for temporary files.
 */
import { mkdtemp, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { messageOf, oneLine } from "./error-text.js";
import { writeFileAtomic } from "./write.js";

/**
 * Keeps a content under the name of `path` in a folder of their own, which nobody else may read.
 * @param error why they are not at `path`.
 * @returns why, and the path where they are; without it if they are nowhere.
 */
export async function rescue(
  path: string,
  content: Uint8Array | string | AsyncIterable<Uint8Array | string>,
  error: unknown,
): Promise<{ readonly said: string; readonly kept: string | undefined }> {
  let folder: string | undefined;
  try {
    folder = await mkdtemp(join(tmpdir(), "unlabeled-"));
    const kept = join(folder, basename(path));
    await writeFileAtomic(kept, content);
    return { said: `${oneLine(messageOf(error))}; kept as ${kept}`, kept };
  } catch (failure) {
    if (folder !== undefined) await rmdir(folder).catch(() => {});
    return {
      said: `${oneLine(messageOf(error))}; nor can it be kept elsewhere: ${oneLine(messageOf(failure))}`,
      kept: undefined,
    };
  }
}
