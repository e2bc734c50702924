/**
 * @file Figures that may not be there.
 */

/** A value, or the reason why there is none: a figure that cannot be computed takes no others with it. */
export async function settled<T>(
  compute: () => Promise<T>,
): Promise<
  { readonly value: T; readonly reason?: undefined } | { readonly value?: undefined; readonly reason: string }
> {
  try {
    return { value: await compute() };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { reason: error.message };
  }
}
