/**
 * @file gzip (RFC 1952) by the platform's `DecompressionStream`, with limits on what it may grow to.
 */

/** Most bytes a gzip file may inflate to: 4 GiB. */
export const MAX_INFLATED = 2 ** 32;
// A thousandfold is the most that gzip can do, and what it does to a file of nothing but one byte; tables of numbers
// shrink to a half or a tenth, sparse ones to a hundredth.
const MOST_EXPANSION = 200;
// Small files may grow as they like.
const FREE_BYTES = 2 ** 26;

/** True if the bytes start as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflates piece by piece.
 * @param limit most bytes that may come out, at most and by default `MAX_INFLATED`.
 * @throws RangeError if it grows past `limit`, or past 64 MiB and 200 times what went in, or is damaged or cut off; what
 * the source throws.
 */
export async function* gunzipStream(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name: string,
  limit = MAX_INFLATED,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const inflater = new DecompressionStream("gzip");
  const writer = inflater.writable.getWriter();
  const reader = inflater.readable.getReader();
  let taken = 0;
  let sourceFailed: { readonly error: unknown } | undefined;
  const feeding = (async () => {
    try {
      for await (const piece of watched(source)) {
        taken += piece.length;
        // A copy: the writer may return before it has read the bytes.
        await writer.write(new Uint8Array(piece));
      }
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => {});
    }
  })();
  async function* watched(pieces: typeof source) {
    try {
      yield* pieces;
    } catch (error) {
      sourceFailed = { error };
      throw error;
    }
  }

  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        if (sourceFailed) throw sourceFailed.error;
        throw new RangeError(
          `${name}: damaged gzip file: it is cut off, or its bytes are not what they were`,
          {
            cause: error,
          },
        );
      });
      if (done) break;
      size += value.length;
      if (size > limit) throw new RangeError(`${name}: inflates to more than ${limit} bytes`);
      if (size > FREE_BYTES && size > MOST_EXPANSION * taken) {
        const advice = "unpack it first if that is right";
        throw new RangeError(`${name}: inflates to more than ${MOST_EXPANSION} times its size (${advice})`);
      }
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
    await feeding;
  }
}
