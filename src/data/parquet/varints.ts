/**
 * @file Whole numbers of seven bits a byte, as encodings of Parquet have them.
 */
import { Damage, want } from "./damage.js";

export class Varints {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** A number below 2³². */
  unsigned(): number {
    const number = this.#read(5);
    want(number < 2n ** 32n, "a number is too large");
    return Number(number);
  }

  zigzag(): bigint {
    const folded = BigInt.asUintN(64, this.#read(10));
    return (folded >> 1n) ^ -(folded & 1n);
  }

  #read(longest: number): bigint {
    let result = 0n;
    for (let i = 0; i < longest; i++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new Damage("a number is cut off");
      result |= BigInt(byte & 127) << BigInt(7 * i);
      if (byte < 128) return result;
    }
    throw new Damage(`a number is longer than ${longest} bytes`);
  }
}
