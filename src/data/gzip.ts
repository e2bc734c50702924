/**
 * @file gzip (RFC 1952), with limits on what it may grow to.
 */
import { inflater } from "./inflater.js";
import type { BytePieces } from "./pieces.js";

/** Most bytes that what is held whole may inflate to: 4 GiB. */
export const MAX_INFLATED = 2 ** 32;
// A thousandfold is the most that gzip can do, and what it does to a file of nothing but one byte; tables of numbers
// shrink to a half or a tenth, sparse ones to a hundredth.
const MOST_EXPANSION = 200;
// Small files may grow as they like.
const FREE_BYTES = 2 ** 26;

const DAMAGED = "it is cut off, or its bytes are not what they were";
const FOREIGN = "what follows its end is not gzip";

/** A gzip file that is cut off or changed. */
export class GzipDamage extends RangeError {}

/** True if the bytes start as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflates piece by piece.
 * @param limit most bytes that may come out. Default: none, for readers that hold no more than a piece.
 * @throws RangeError if it grows past `limit`, or past 64 MiB and 200 times what went in, or is damaged or cut off; what
 * the source throws.
 */
export async function* gunzipStream(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name: string,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { write, end, unread, output, close } = inflater();
  let taken = 0;
  let failure: { readonly error: unknown } | undefined;
  const feeding = (async () => {
    for await (const piece of failing(source)) {
      taken += piece.length;
      // A copy: what is written may be read after the next piece was asked for.
      if (unread() === 0) await write(new Uint8Array(piece));
      const padding = piece.subarray(piece.length - Math.min(piece.length, unread()));
      if (padding.some((byte) => byte !== 0)) fail(new GzipDamage(`${name}: damaged gzip file: ${FOREIGN}`));
    }
    if (unread() === 0) await end();
  })();
  // Nothing more comes out then. The error is told below, where `feeding` is waited for.
  feeding.catch(close);
  function fail(error: unknown): never {
    failure ??= { error };
    throw error;
  }
  async function* failing(pieces: typeof source) {
    try {
      yield* pieces;
    } catch (error) {
      fail(error);
    }
  }

  let size = 0;
  try {
    for await (const piece of output) {
      size += piece.length;
      if (size > limit) fail(new RangeError(`${name}: inflates to more than ${limit} bytes`));
      if (size > FREE_BYTES && size > MOST_EXPANSION * taken) {
        const advice = "unpack it first if that is right";
        fail(new RangeError(`${name}: inflates to more than ${MOST_EXPANSION} times its size (${advice})`));
      }
      yield piece;
    }
    await feeding;
  } catch (error) {
    if (failure) throw failure.error;
    throw new GzipDamage(`${name}: damaged gzip file: ${DAMAGED}`, { cause: error });
  } finally {
    close();
    await feeding.catch(() => {});
  }
}

/** Compresses piece by piece. */
export async function* gzipped(pieces: BytePieces): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const each = (async function* () {
    yield* pieces;
  })();
  const plain = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await each.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await each.return();
    },
  });
  const reader = plain.pipeThrough(new CompressionStream("gzip")).getReader();
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read())
      yield value!;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
