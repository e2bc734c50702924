/**
 * @file Bytes in whatever a caller holds them, as one plain `Uint8Array`.
 */

/** Everything that holds bytes: an `ArrayBuffer`, one that threads share, or a view of either (a `Buffer`, a `DataView`, …). */
export type BytesLike = ArrayBufferLike | ArrayBufferView<ArrayBufferLike>;

/** True of what `asBytes` takes. */
export function holdsBytes(value: unknown): value is BytesLike {
  return ArrayBuffer.isView(value) || isBuffer(value);
}

/**
 * The bytes that a value stands for: those of its window, where it is a view. Readers call it at their entrance, because
 * subclasses such as Node's `Buffer` give methods of `Uint8Array` another meaning.
 * @returns bytes in the memory of `value`; a copy where threads share that memory, which may change meanwhile.
 * @throws TypeError for what holds no bytes.
 */
export function asBytes(value: BytesLike, where: string): Uint8Array<ArrayBuffer> {
  if (!holdsBytes(value)) {
    throw new TypeError(
      `${where}: want bytes (a Uint8Array, another view or an ArrayBuffer), got ${nameOf(value)}`,
    );
  }
  const [buffer, start] = ArrayBuffer.isView(value) ? [value.buffer, value.byteOffset] : [value, 0];
  if (value.byteLength === 0 && isDetached(buffer)) {
    throw new TypeError(`${where}: the memory of these bytes was handed to another thread`);
  }
  const bytes = new Uint8Array(buffer, start, value.byteLength);
  return tagOf(buffer) === "ArrayBuffer" ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

function isBuffer(value: unknown): value is ArrayBufferLike {
  return tagOf(value) === "ArrayBuffer" || tagOf(value) === "SharedArrayBuffer";
}

/** `"ArrayBuffer"` for one of any realm; `instanceof` knows those of its own realm alone. */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string") return "text";
  return typeof value === "object" ? `an object (${tagOf(value)})` : `a ${typeof value}`;
}

function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
