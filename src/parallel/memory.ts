/**
 * @file Memory, counted before it is taken: what cannot be had is refused in a sentence, and not by a machine that stands
 * still or a process that is killed.
 */
import { memoryBytes } from "./platform.js";

/** The most numbers in one array. */
export const MAX_ELEMENTS = 2 ** 31 - 1;
/** The most bytes in one array of bytes. */
export const MAX_BYTES = 2 ** 32 - 1;
/** The most bytes behind arrays: as many numbers of eight bytes as one has at most. */
export const MAX_BUFFER = 8 * MAX_ELEMENTS;
/** Addresses of 32 bits, as in WebAssembly. */
export const ADDRESSABLE_32 = 2 ** 32;

/** More memory is asked for than there is. */
export class MemoryError extends RangeError {}

/** Bytes that can be had: the machine's memory, where that can be told, else what WebAssembly reaches. */
const most = memoryBytes() ?? ADDRESSABLE_32;

/**
 * @param what asks for them, as errors say it.
 * @param limit bytes that there are at most, where that is less than the machine has.
 * @throws MemoryError if so many bytes are more than can be had.
 */
export function refuseMoreThanMemory(bytes: number, what: () => string, limit = most): void {
  const least = Math.min(limit, most);
  if (bytes > least)
    throw new MemoryError(
      `${what()} asks for ${inBytes(bytes)} of memory, there are at most ${inBytes(least)}`,
    );
}

/**
 * Checks an array before it is allocated.
 * @returns its number of elements.
 * @throws MemoryError if they are more than one array or the memory holds.
 */
export function checkedElements(
  shape: readonly number[],
  bytesEach: number,
  what: string,
  most = MAX_ELEMENTS,
): number {
  const elements = shape.reduce((product, size) => product * size, 1);
  const shown = () => `${what} [${shape.join(", ")}]`;
  if (elements > most) {
    throw new MemoryError(
      `${shown()} asks for ${inBytes(elements * bytesEach)}, one array holds at most ${most} numbers`,
    );
  }
  refuseMoreThanMemory(elements * bytesEach, shown);
  return elements;
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];

/** `238 GB` */
export function inBytes(bytes: number): string {
  const power = Math.max(0, Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${UNITS[power]}`;
}
