/**
 * @file Zip archives: the list of what is in them, and each file of it, stored or deflated.
 *
 * A deflated file is handed to the reader of gzip, which is the same stream between another head and another end, so that
 * lengths, checksums and limits are looked at in one place.
 * Source: PKWARE, "APPNOTE.TXT: .ZIP File Format Specification", 4.3 to 4.5.
 */
import { crc32 } from "./crc32.js";
import { GzipDamage, gunzipStream, MAX_INFLATED } from "./gzip.js";
import { collect } from "./pieces.js";
import { quoted } from "./quoted.js";

/** A file in an archive. */
export interface ZipEntry {
  /** Path in the archive, with `/` between folders. */
  readonly name: string;
  /** Bytes that it has when it is unpacked. */
  readonly size: number;
  /**
   * Unpacks it.
   * @throws RangeError if it is damaged, encrypted, packed in another way than deflate, or grows past the limits of gzip.
   */
  read(): Promise<Uint8Array<ArrayBuffer>>;
  /** Unpacks no more than its start: `length` bytes or a few more, less only if there are no more. */
  readStart(length: number): Promise<Uint8Array<ArrayBuffer>>;
}

const LOCAL_FILE = 0x04034b50;
const CENTRAL_FILE = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;

const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const LOCATOR_64_BYTES = 20;
const END_64_BYTES = 56;
const LONGEST_COMMENT = 0xffff;

const IN_ZIP64 = 0xffffffff;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;
const METHODS: Readonly<Record<number, string>> = {
  9: "deflate64",
  12: "bzip2",
  14: "LZMA",
  93: "Zstandard",
  95: "XZ",
};

// Pieces that a stream is fed with.
const PIECE_BYTES = 2 ** 16;
const GZIP_HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** True if the bytes start as a zip archive does, be it an empty one. */
export function isZip(bytes: Uint8Array): boolean {
  const empty = bytes[2] === 5 && bytes[3] === 6;
  return bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || empty);
}

/**
 * Lists the files of an archive, in its order, without its folders. Nothing is unpacked yet.
 * @throws RangeError if the archive is cut off, damaged, or one of several volumes.
 */
export function zipEntries(bytes: Uint8Array<ArrayBuffer>, name: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, start, end } = directoryOf(view, name);
  const entries: ZipEntry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    const isWhole = end - at >= CENTRAL_BYTES && view.getUint32(at, true) === CENTRAL_FILE;
    if (!isWhole) throw damaged(name, `its list ends after ${i} of ${count} files`);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
      view.getUint16(at + field, true),
    );
    const next = at + CENTRAL_BYTES + nameLength! + extraLength! + commentLength!;
    if (next > end) throw damaged(name, `its list ends within file ${i + 1} of ${count}`);
    const nameStart = at + CENTRAL_BYTES;
    const path = new TextDecoder().decode(bytes.subarray(nameStart, nameStart + nameLength!));
    const extra = new DataView(bytes.buffer, bytes.byteOffset + nameStart + nameLength!, extraLength);
    const packed: Packed = {
      path,
      encrypted: (view.getUint16(at + 8, true) & ENCRYPTED) !== 0,
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      ...sizesOf(view, at, extra, name, path),
    };
    if (!path.endsWith("/")) entries.push(entryOf(bytes, view, packed, name));
    at = next;
  }
  return entries;
}

interface Packed {
  readonly path: string;
  readonly encrypted: boolean;
  readonly method: number;
  readonly checksum: number;
  readonly size: number;
  readonly packedSize: number;
  /** Start of its local header. */
  readonly start: number;
}

/** The place of the list of files, which stands at the end of the archive. */
function directoryOf(view: DataView, name: string): { count: number; start: number; end: number } {
  const size = view.byteLength;
  let at = size - END_BYTES;
  const first = Math.max(0, at - LONGEST_COMMENT);
  // A comment may follow, whose length the record tells.
  const isEnd = () =>
    view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === size;
  while (at >= first && !isEnd()) at--;
  if (at < first) throw damaged(name, "it is cut off: the list of its files is missing");
  if (view.getUint16(at + 4, true) !== 0 && view.getUint16(at + 4, true) !== 0xffff) {
    throw new RangeError(`${name}: is one of several volumes of a zip archive, which are not read`);
  }
  const locator = at - LOCATOR_64_BYTES;
  const isLong = locator >= 0 && view.getUint32(locator, true) === LOCATOR_64;
  const [count, bytes, start] = isLong
    ? longEnd(view, wholeNumber(view, locator + 8), name)
    : [view.getUint16(at + 10, true), view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
  const end = start + bytes;
  if (!(end <= at))
    throw damaged(name, `its list of ${bytes} bytes at ${start} does not fit before byte ${at}`);
  return { count, start, end };
}

/** The Zip64 record, which has longer numbers. */
function longEnd(view: DataView, at: number, name: string): [count: number, bytes: number, start: number] {
  if (!(at + END_64_BYTES <= view.byteLength) || view.getUint32(at, true) !== END_64) {
    throw damaged(name, "its Zip64 record is not where it should be");
  }
  return [wholeNumber(view, at + 32), wholeNumber(view, at + 40), wholeNumber(view, at + 48)];
}

/** Sizes and place, from the extra field of Zip64 where they do not fit the plain fields. */
function sizesOf(view: DataView, at: number, extra: DataView, name: string, path: string) {
  const plain = [24, 20, 42].map((field) => view.getUint32(at + field, true));
  let long: number | undefined;
  let longEnd = 0;
  for (let from = 0; from + 4 <= extra.byteLength; from += 4 + extra.getUint16(from + 2, true)) {
    if (extra.getUint16(from, true) !== 1) continue;
    long = from + 4;
    longEnd = Math.min(extra.byteLength, long + extra.getUint16(from + 2, true));
  }
  const [size, packedSize, start] = plain.map((value) => {
    if (value !== IN_ZIP64) return value;
    if (long === undefined || long + 8 > longEnd) throw damaged(name, `${quoted(path)} has no Zip64 sizes`);
    long += 8;
    return wholeNumber(extra, long - 8);
  });
  return { size: size!, packedSize: packedSize!, start: start! };
}

function wholeNumber(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function entryOf(bytes: Uint8Array<ArrayBuffer>, view: DataView, packed: Packed, name: string): ZipEntry {
  const { path, size } = packed;
  return {
    name: path,
    size,
    async read() {
      const whole = await collect(unpacked(bytes, view, packed, name));
      if (whole.length === size && (packed.method !== STORED || crc32(whole) === packed.checksum))
        return whole;
      throw damaged(name, `${quoted(path)} is not what it was: its length or its checksum differs`);
    },
    async readStart(length) {
      const start: Uint8Array<ArrayBuffer>[] = [];
      let held = 0;
      for await (const piece of unpacked(bytes, view, packed, name)) {
        start.push(piece.slice());
        held += piece.length;
        if (held >= length) break;
      }
      return collect(piecesOf(start));
    },
  };
}

async function* piecesOf(
  pieces: readonly Uint8Array<ArrayBuffer>[],
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield* pieces;
}

async function* unpacked(
  bytes: Uint8Array<ArrayBuffer>,
  view: DataView,
  { path, encrypted, method, checksum, size, packedSize, start }: Packed,
  name: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (encrypted) throw new RangeError(`${name}: ${quoted(path)} is encrypted, which is not read`);
  if (method !== STORED && method !== DEFLATED) {
    const by = METHODS[method] ?? `method ${method}`;
    throw new RangeError(`${name}: ${quoted(path)} is packed by ${by}, want deflate or none`);
  }
  const isThere = start + LOCAL_BYTES <= bytes.length && view.getUint32(start, true) === LOCAL_FILE;
  const from = isThere
    ? start + LOCAL_BYTES + view.getUint16(start + 26, true) + view.getUint16(start + 28, true)
    : Number.NaN;
  if (!(from + packedSize <= bytes.length)) {
    throw damaged(name, `${quoted(path)} is not where the list says, or is cut off`);
  }
  const data = bytes.subarray(from, from + packedSize);
  if (method === STORED) {
    yield data;
    return;
  }
  const end = new Uint8Array(8);
  new DataView(end.buffer).setUint32(0, checksum, true);
  new DataView(end.buffer).setUint32(4, size % 2 ** 32, true);
  function* asGzip() {
    yield GZIP_HEAD;
    for (let at = 0; at < data.length; at += PIECE_BYTES) yield data.subarray(at, at + PIECE_BYTES);
    yield end;
  }
  try {
    yield* gunzipStream(asGzip(), `${name}: ${quoted(path)}`, MAX_INFLATED);
  } catch (error) {
    if (!(error instanceof GzipDamage)) throw error;
    throw damaged(name, `${quoted(path)} is not what it was: its stream, its length or its checksum differs`);
  }
}

function damaged(name: string, how: string): RangeError {
  return new RangeError(`${name}: damaged zip archive: ${how}`);
}
