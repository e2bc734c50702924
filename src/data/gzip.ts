/**
 * @file gzip (RFC 1952) by the platform's `DecompressionStream`, with a limit on what it may grow to.
 */

/** Most bytes a gzip file may inflate to: 4 GiB. */
export const MAX_INFLATED = 2 ** 32;

/** True if the bytes start as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflates piece by piece.
 * @param limit most bytes that may come out, at most and by default `MAX_INFLATED`.
 * @throws RangeError if it grows past `limit` or the file is damaged or cut off.
 */
export async function* gunzipStream(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name: string,
  limit = MAX_INFLATED,
): AsyncGenerator<Uint8Array> {
  const inflater = new DecompressionStream("gzip");
  const writer = inflater.writable.getWriter();
  const reader = inflater.readable.getReader();
  let inputError: unknown;
  const feeding = (async () => {
    try {
      for await (const piece of source) await writer.write(new Uint8Array(piece));
      await writer.close();
    } catch (error) {
      inputError = error;
      await writer.abort(error).catch(() => {});
    }
  })();
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw new RangeError(`${name}: damaged gzip file (${message(inputError ?? error)})`, {
          cause: error,
        });
      });
      if (done) break;
      size += value.length;
      if (size > limit) throw new RangeError(`${name}: inflates to more than ${limit} bytes`);
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
    await feeding;
  }
}

/** Inflates a whole file. See `gunzipStream`. */
export async function gunzip(bytes: Uint8Array, name: string, limit = MAX_INFLATED): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of gunzipStream([bytes], name, limit)) pieces.push(piece);
  return joinBytes(pieces);
}

/** One array of many, each let go as soon as it is copied. */
export function joinBytes(pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (let i = 0; i < pieces.length; i++) {
    whole.set(pieces[i]!, at);
    at += pieces[i]!.length;
    pieces[i] = new Uint8Array(0);
  }
  return whole;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
