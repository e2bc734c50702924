/**
 * @file Files that are there whole or not at all: written beside their place, then moved into it.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, open, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

export interface WriteOptions {
  /** Replace a file that is there. Default false: refuse. */
  readonly force?: boolean | undefined;
  /** Make the folder if it is not there. Default false: refuse. */
  readonly makeFolder?: boolean | undefined;
}

/**
 * Says before long work whether `writeFileAtomic` would refuse.
 * @throws RangeError if the path is a folder, is taken and `force` is not set, or lies in no folder.
 */
export async function checkWritable(path: string, options: WriteOptions = {}): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new RangeError(`${path}: is a folder`);
  if (found && !options.force) throw taken(path);
  if (found || options.makeFolder) return;
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder) throw new RangeError(`${path}: no such folder`);
  if (!folder.isDirectory()) throw new RangeError(`${dirname(path)}: is no folder`);
}

/**
 * Writes a file in one step as others see it: it appears whole, or not at all if anything fails.
 * @param content bytes, text as UTF-8, or pieces of either.
 * @throws RangeError as `checkWritable`, or if the system refuses.
 */
export async function writeFileAtomic(
  path: string,
  content: Uint8Array | string | Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
  options: WriteOptions = {},
): Promise<void> {
  await checkWritable(path, options);
  const folder = dirname(path);
  if (options.makeFolder) await mkdir(folder, { recursive: true });
  // In the same folder, because a move between file systems is a copy.
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, "wx");
    try {
      const whole = typeof content === "string" || content instanceof Uint8Array;
      for await (const piece of whole ? [content] : content) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    if (options.force) await rename(temporary, path);
    else await moveToFreePlace(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    const code = (error as NodeJS.ErrnoException).code;
    if (typeof code !== "string" || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new RangeError(`${path}: cannot be written (${code})`, { cause: error });
  }
}

/** A link fails where the place is taken, even if it was taken a moment ago; a rename would not. */
async function moveToFreePlace(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw taken(path);
    // Not every file system has links.
    await checkWritable(path);
    await rename(temporary, path);
    return;
  }
  await unlink(temporary);
}

function taken(path: string): RangeError {
  return new RangeError(`${path}: is there already (use --force to replace it)`);
}
