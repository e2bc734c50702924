/**
 * @file Encodings of text: bytes of any that the platform knows to UTF-8.
 */

import { splitHead } from "../pieces.js";
import { quoted } from "../quoted.js";

/** The encoding that a byte order mark tells; `undefined` for UTF-8 or none. */
function markedEncoding(head: Uint8Array): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return undefined;
}

/** @throws RangeError for an encoding that the platform does not know. */
function decoderOf(encoding: string, name: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (error) {
    throw new RangeError(
      `${name}: no encoding is called ${quoted(encoding)} (such as latin1, utf-16, windows-1252)`,
      {
        cause: error,
      },
    );
  }
}

const isUtf8 = (encoding: string) => /^utf-?8$/i.test(encoding);

/**
 * The same text in UTF-8.
 * @param encoding default: that of its byte order mark, or UTF-8.
 * @throws RangeError for an unknown encoding, or bytes that it does not have.
 */
export function toUtf8(bytes: Uint8Array, name: string, encoding = markedEncoding(bytes)): Uint8Array {
  if (encoding === undefined || isUtf8(encoding)) return bytes;
  const decoder = decoderOf(encoding, name);
  try {
    return new TextEncoder().encode(decoder.decode(bytes));
  } catch (error) {
    throw new RangeError(`${name}: the bytes are not ${encoding}`, { cause: error });
  }
}

/** As `toUtf8`, of a text that comes in pieces. */
export async function* piecesToUtf8(
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  name: string,
  encoding?: string,
): AsyncGenerator<Uint8Array> {
  // A mark may come in two pieces.
  const { head, rest } = await splitHead(pieces, 2);
  const own = encoding ?? markedEncoding(head);
  const decoder = own === undefined || isUtf8(own) ? undefined : decoderOf(own, name);
  const encoder = new TextEncoder();
  const decode = (bytes?: Uint8Array) => {
    try {
      return encoder.encode(decoder!.decode(bytes, { stream: bytes !== undefined }));
    } catch (error) {
      throw new RangeError(`${name}: the bytes are not ${decoder!.encoding}`, { cause: error });
    }
  };
  for await (const piece of rest) {
    if (!decoder) yield piece;
    else {
      const bytes = decode(piece);
      if (bytes.length > 0) yield bytes;
    }
  }
  if (decoder) yield decode();
}
