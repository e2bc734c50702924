/**
 * @file A place that bytes come from, as often as they are asked for: what was read is looked at once more where a column turns out
 * to be text, and given back with the results.
 */
import { gunzipStream } from "./gzip.js";
import { collect, type PieceSource, piecesOf } from "./pieces.js";

/** Bytes of one file. */
export interface Source {
  /** Name in messages; its ending may tell the format. */
  readonly name: string;
  /** Number of bytes, where it is known beforehand. */
  readonly size?: number;
  /** The bytes from the start, in pieces, each valid until the next is asked for. */
  pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>>;
  /** All bytes. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /** Bytes in `[start, end)`, where a part can be had without the rest. */
  slice?(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Fills memory of any size with the bytes from `start` on, where a part can be had without the rest. */
  fill?(buffer: ArrayBuffer, start: number): Promise<void>;
  /** Lets go of what the bytes come from, where they come once. */
  close?(): Promise<void>;
}

/** Bytes in memory (not copied). */
export function memorySource(bytes: Uint8Array<ArrayBuffer>, name: string): Source {
  return {
    name,
    size: bytes.length,
    async *pieces() {
      yield bytes;
    },
    bytes: async () => bytes,
  };
}

/** Bytes that come once, such as those of a pipe: they are kept, so that they can be read again. */
export function keptSource(pieces: PieceSource, name: string): Source {
  const coming = piecesOf(pieces, name);
  const kept: Uint8Array<ArrayBuffer>[] = [];
  let ended = false;
  async function* again() {
    for (let i = 0; ; i++) {
      if (i === kept.length && !ended) {
        const { done, value } = await coming.next();
        if (done) ended = true;
        else kept.push(value.slice());
      }
      if (i >= kept.length) return;
      yield kept[i]!;
    }
  }
  const close = async () => {
    ended = true;
    await coming.return(undefined);
  };
  return { name, pieces: again, bytes: () => collect(again()), close };
}

/** Content of a source compressed by gzip. */
export function gunzipped(source: Source): Source {
  const pieces = () => gunzipStream(source.pieces(), source.name);
  return { name: source.name, pieces, bytes: () => collect(pieces()), close: async () => source.close?.() };
}

/** The first bytes of a source; less than `size` only if there are no more. */
export async function headOf(source: Source, size: number): Promise<Uint8Array> {
  if (source.slice) return source.slice(0, Math.min(size, source.size ?? size));
  const head = new Uint8Array(size);
  let held = 0;
  for await (const piece of source.pieces()) {
    const part = piece.subarray(0, size - held);
    head.set(part, held);
    held += part.length;
    if (held === size) break;
  }
  return head.subarray(0, held);
}
