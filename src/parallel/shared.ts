/**
 * @file Arrays that all threads see. Where pages may not share memory, they are ordinary arrays, and work stays on one thread.
 */

const shares = typeof SharedArrayBuffer !== "undefined";
const buffer = (bytes: number): ArrayBuffer =>
  // Typed as what every typed array may stand on; nothing here asks which it is.
  (shares ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)) as ArrayBuffer;

/** n zeros. */
export const sharedFloat64 = (n: number) => new Float64Array(buffer(8 * n));
/** n zeros. */
export const sharedFloat32 = (n: number) => new Float32Array(buffer(4 * n));
/** n zeros. */
export const sharedInt32 = (n: number) => new Int32Array(buffer(4 * n));
/** n zeros. */
export const sharedUint32 = (n: number) => new Uint32Array(buffer(4 * n));
