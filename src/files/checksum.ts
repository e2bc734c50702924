/**
 * @file The checksum of a model file: 64 bits over its description and its arrays, to notice damage.
 *
 * It is that of `fingerprint`, over bytes: first JSON of the description's text and of the name, type and shape of every
 * array, sorted by name; then the arrays in that order; each with zeros behind it up to a multiple of 16 bytes. Four lanes
 * of 32 bits take every fourth word. One word that is another always gives another checksum.
 */
import { digest, mixed, PRIME_1, PRIME_2, PRIME_3, PRIME_4 } from "../data/hash-lanes.js";
import type { NdArray } from "../engine/tensor.js";

/** 16 hex digits. */
export function checksum(text: string, arrays: Readonly<Record<string, NdArray>>): string {
  const sorted = Object.entries(arrays).sort(([a], [b]) => (a < b ? -1 : 1));
  const lanes = new Lanes();
  const layout = sorted.map(([name, { dtype, shape }]) => [name, dtype, shape]);
  lanes.take(new TextEncoder().encode(JSON.stringify([text, ...layout])));
  for (const [, { data }] of sorted) {
    lanes.take(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return lanes.digest();
}

class Lanes {
  #a = PRIME_1;
  #b = PRIME_2;
  #c = PRIME_3;
  #d = PRIME_4;

  take(bytes: Uint8Array): void {
    const whole = bytes.length & ~15;
    // Words want alignment.
    const blocks = bytes.byteOffset % 4 === 0 ? bytes.subarray(0, whole) : bytes.slice(0, whole);
    this.#takeBlocks(blocks);
    if (whole === bytes.length) return;
    const rest = new Uint8Array(16);
    rest.set(bytes.subarray(whole));
    this.#takeBlocks(rest);
  }

  #takeBlocks({ buffer, byteOffset, byteLength }: Uint8Array): void {
    const words = new Int32Array(buffer, byteOffset, byteLength / 4);
    let [a, b, c, d] = [this.#a, this.#b, this.#c, this.#d];
    for (let i = 0; i < words.length; i += 4) {
      a = mixed(a, words[i]!);
      b = mixed(b, words[i + 1]!);
      c = mixed(c, words[i + 2]!);
      d = mixed(d, words[i + 3]!);
    }
    [this.#a, this.#b, this.#c, this.#d] = [a, b, c, d];
  }

  digest(): string {
    return digest(this.#a, this.#b, this.#c, this.#d);
  }
}
