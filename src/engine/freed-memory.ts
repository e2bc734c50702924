/**
 * @file Memory that is freed and at once wanted again, kept by the process meanwhile.
 *
 * glibc gives large blocks back to the system as they are freed, and takes fresh pages for the next: that costs three times
 * the arithmetic of a product of few columns. It stops doing so for blocks as large as the largest that it has seen come
 * back, up to 32 MiB.
 */

/** Just below glibc's `DEFAULT_MMAP_THRESHOLD_MAX`. */
const LARGEST = 31 * 2 ** 20;

/** Lets a large block come back: never written to, it costs an address and the next collection of garbage. */
export function keepFreedMemory(): number {
  return new ArrayBuffer(LARGEST).byteLength;
}
