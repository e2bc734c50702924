/**
 * @file Bytes with something wrong in them: what a disk, a network, a careless program or a spiteful person does to a file.
 */
import type { Random } from "../src/random.js";

/** Bytes that mean something to one reader or another, and the ends of their ranges. */
const TELLING = [0, 1, 9, 10, 13, 32, 34, 35, 40, 41, 44, 45, 46, 48, 57, 59, 101, 127, 128, 255];

/** A file with one to four things done to it; of `length` 0 only grown. */
export function damaged(file: Uint8Array, random: Random): Uint8Array {
  let bytes = file;
  for (let times = 1 + random.integer(4); times > 0; times--) bytes = damagedOnce(bytes, random);
  return bytes;
}

function damagedOnce(bytes: Uint8Array, random: Random): Uint8Array {
  const place = () => random.integer(bytes.length + 1);
  // Headers are short, and most of what can go wrong goes wrong there.
  const at = random.integer(2) === 0 ? place() : Math.min(place(), random.integer(64));
  const length = Math.min(bytes.length - at, 1 + random.integer(16));
  const part = bytes.subarray(at, at + length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at + length)];
  switch (random.integer(8)) {
    case 0:
      return join(
        before,
        part.map((byte, i) => (i === 0 ? byte ^ (1 << random.integer(8)) : byte)),
        after,
      );
    case 1:
      return join(before, Uint8Array.of(TELLING[random.integer(TELLING.length)]!), bytes.subarray(at + 1));
    case 2:
      return join(before, after);
    case 3:
      return join(before, part, part, after);
    case 4:
      return join(
        before,
        Uint8Array.from({ length }, () => random.integer(256)),
        after,
      );
    case 5:
      return before;
    case 6:
      return join(
        before,
        Uint8Array.from({ length }, () => TELLING[random.integer(TELLING.length)]!),
        bytes.subarray(at),
      );
    default:
      return join(
        before,
        Uint8Array.from({ length }, () => 48 + random.integer(10)),
        after,
      );
  }
}

/** One array of many. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
