/**
 * @file Bytes that arrive in pieces, and who owns them.
 *
 * A piece belongs to its source, which may write over it as soon as the next is asked for: files are read into one buffer
 * again and again. So a piece is used up at once, and bytes that are wanted for longer are copied. This file alone keeps
 * any; to read on, use a generator of it.
 */
import { inBytes, MAX_BYTES, MemoryError } from "../parallel/memory.js";
import { asBytes, type BytesLike } from "./bytes.js";

/** Anything that gives bytes one piece after the other. */
export type PieceSource = AsyncIterable<BytesLike> | Iterable<BytesLike>;

/** Bytes that are made one piece after the other, none of which is written over. */
export type BytePieces = AsyncIterable<Uint8Array<ArrayBuffer>> | Iterable<Uint8Array<ArrayBuffer>>;

/** The pieces of a source as plain bytes, each valid until the next is asked for. */
export async function* piecesOf(source: PieceSource, where: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const piece of source) yield asBytes(piece, where);
}

/**
 * The first bytes of a stream, and the stream from its start.
 * @returns `head` of `size` bytes or more, less only if there are no more.
 */
export async function splitHead(
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  size: number,
): Promise<{ head: Uint8Array; rest: AsyncGenerator<Uint8Array<ArrayBuffer>> }> {
  const kept: Uint8Array<ArrayBuffer>[] = [];
  for (let held = 0; held < size; ) {
    const { done, value } = await pieces.next();
    if (done) break;
    kept.push(value.slice());
    held += value.length;
  }
  const head = joinBytes(kept);
  async function* whole() {
    yield head;
    yield* pieces;
  }
  return { head, rest: whole() };
}

/** All bytes of a stream in one array. @throws MemoryError if no array holds them. */
export async function collect(pieces: BytePieces): Promise<Uint8Array<ArrayBuffer>> {
  const kept: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    refuseMoreThanAnArray(size);
    kept.push(piece.slice());
  }
  return joinBytes(kept);
}

/** One array of many, each let go as soon as it is copied. @throws MemoryError if no array holds them. */
export function joinBytes(pieces: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (pieces.length === 1) return pieces[0]!;
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  refuseMoreThanAnArray(size);
  const whole = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < pieces.length; i++) {
    whole.set(pieces[i]!, at);
    at += pieces[i]!.length;
    pieces[i] = new Uint8Array(0);
  }
  return whole;
}

function refuseMoreThanAnArray(bytes: number): void {
  if (bytes > MAX_BYTES)
    throw new MemoryError(`one array of bytes holds at most ${inBytes(MAX_BYTES)}, these are more`);
}
