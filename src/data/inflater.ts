/**
 * @file The platform's decompressor of gzip, fed and read at the same time.
 *
 * `DecompressionStream` serves everywhere but in Node, where it ends without a word at a zero byte between the members of a
 * file (RFC 1952, 2.2), whatever follows. Node's own zlib does so too, but tells how far it has read.
 */
import { piecesOf } from "./pieces.js";

export interface Inflater {
  /** Resolves when there is room for more. Rejects if the bytes are no gzip. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Rejects if the file is cut off. */
  end(): Promise<void>;
  /** Bytes written that belong to no member, in order: padding, or what lies behind it. */
  unread(): number;
  readonly output: AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Lets go of everything; what is written later is rejected. */
  close(): void;
}

export function inflater(): Inflater {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const zlib = process?.getBuiltinModule?.("node:zlib") as NodeZlib | undefined;
  return zlib ? nodeInflater(zlib.createGunzip()) : streamInflater(new DecompressionStream("gzip"));
}

type Done = (error?: Error | null) => void;

interface NodeZlib {
  createGunzip(): NodeGunzip;
}

interface NodeGunzip extends AsyncIterable<Uint8Array> {
  /** Bytes that were read of those written. */
  readonly bytesWritten: number;
  write(bytes: Uint8Array, done: Done): void;
  end(done: Done): void;
  on(event: "error" | "close", told: Done): void;
  destroy(): void;
}

function nodeInflater(gunzip: NodeGunzip): Inflater {
  let written = 0;
  // A stream that fails or is closed forgets whoever waits for a write.
  const over = new Promise<void>((resolve, reject) => {
    gunzip.on("error", reject);
    gunzip.on("close", () => resolve());
  });
  over.catch(() => {});
  const settled = (start: (done: Done) => void) => {
    const done = new Promise<void>((resolve, reject) =>
      start((error) => (error ? reject(error) : resolve())),
    );
    return Promise.race([done, over]);
  };
  return {
    write(bytes) {
      written += bytes.length;
      return settled((done) => gunzip.write(bytes, done));
    },
    end: () => settled((done) => gunzip.end(done)),
    unread: () => written - gunzip.bytesWritten,
    output: piecesOf(gunzip, "gzip"),
    close: () => gunzip.destroy(),
  };
}

function streamInflater({ readable, writable }: DecompressionStream): Inflater {
  const writer = writable.getWriter();
  const reader = readable.getReader();
  return {
    write: (bytes) => writer.write(bytes),
    end: () => writer.close(),
    // Bytes after the end are an error.
    unread: () => 0,
    output: {
      async *[Symbol.asyncIterator]() {
        for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read())
          yield value!;
      },
    },
    close() {
      reader.cancel().catch(() => {});
      writer.abort().catch(() => {});
    },
  };
}
