/**
 * @file Damage found in a Parquet file, told with its place.
 */

/** A promise of the format that the file breaks; those who catch it add the place in front. */
export class Damage extends RangeError {}

export function want(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Damage(otherwise);
}

/** Runs `read`, and tells of the damage it finds as at `place`. */
export async function within<T>(place: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Damage) throw new Damage(`${place}: ${error.message}`, { cause: error.cause });
    throw error;
  }
}

/** Runs a decoder that may throw errors of any kind on damaged bytes, and says of all `otherwise`. */
export function decoded<T>(otherwise: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Damage) throw error;
    throw new Damage(otherwise, { cause: error });
  }
}
