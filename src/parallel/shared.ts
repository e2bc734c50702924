/**
 * @file Arrays that all threads see. Where pages may not share memory, they are ordinary arrays, and work stays on one thread.
 */
import { checkedElements } from "./memory.js";

const shares = typeof SharedArrayBuffer !== "undefined";
function buffer(n: number, bytesEach: number): ArrayBuffer {
  const bytes = checkedElements([n], bytesEach, "an array") * bytesEach;
  // Typed as what every typed array may stand on; nothing here asks which it is.
  return (shares ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)) as ArrayBuffer;
}

/** n zeros. */
export const sharedFloat64 = (n: number) => new Float64Array(buffer(n, 8));
/** n zeros. */
export const sharedFloat32 = (n: number) => new Float32Array(buffer(n, 4));
/** n zeros. */
export const sharedInt32 = (n: number) => new Int32Array(buffer(n, 4));
/** n zeros. */
export const sharedUint32 = (n: number) => new Uint32Array(buffer(n, 4));

/** A copy that all threads see. */
export function sharedCopy<T extends Float64Array | Float32Array | Int32Array>(numbers: T): T {
  const { length, BYTES_PER_ELEMENT } = numbers;
  const Numbers = numbers.constructor as new (on: ArrayBuffer) => T;
  const copy = new Numbers(buffer(length, BYTES_PER_ELEMENT));
  copy.set(numbers);
  return copy;
}
