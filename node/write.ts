/**
 * @file Files that are there whole or not at all: written beside their place, then moved into it.
 */
import { checkedDestination, openOutput, type WriteOptions } from "./output.js";

/**
 * Says before long work whether `writeFileAtomic` would refuse, as far as that can be told without opening anything:
 * `openOutput` also tells whether the system lets us write there.
 * @throws RangeError if the path is a folder, socket or block device, is taken and `force` is not set, or lies in no
 *   folder.
 */
export async function checkWritable(path: string, options: WriteOptions = {}): Promise<void> {
  await checkedDestination(path, options);
}

/**
 * Writes a file in one step as others see it: it appears whole, or not at all if anything fails, and is on the disk when
 * this resolves. Links, devices and FIFOs are treated as `openOutput` says.
 * @param content bytes, text as UTF-8, or pieces of either.
 * @throws RangeError as `openOutput`, or if the system refuses later; whatever `content` throws.
 */
export async function writeFileAtomic(
  path: string,
  content: Uint8Array | string | Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
  options: WriteOptions = {},
): Promise<void> {
  const output = await openOutput(path, options);
  try {
    const whole = typeof content === "string" || content instanceof Uint8Array;
    for await (const piece of whole ? [content] : content) await output.write(piece);
    await output.commit();
  } finally {
    await output.abandon();
  }
}
