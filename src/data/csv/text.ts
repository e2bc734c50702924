/**
 * @file Bytes of a CSV file to text.
 */

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text of `bytes` in `[start, end)`. */
export function decode(bytes: Uint8Array, start: number, end: number): string {
  // A decoder call costs more than the characters of a short field.
  if (end - start > 32) return utf8.decode(bytes.subarray(start, end));
  let text = "";
  for (let pos = start; pos < end; pos++) {
    const byte = bytes[pos]!;
    if (byte >= 128) return utf8.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}
