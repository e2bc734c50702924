/**
 * @file Pauses in long work, for what waits outside of it.
 */

const BREATH_MS = 50;

/**
 * Lets timers and signals in, which a run keeps out; often enough to answer, and not after every short run.
 * @param signal if it has stopped the work, its reason is thrown.
 */
export function breather(signal?: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last >= BREATH_MS) {
      await new Promise((resolve) => setTimeout(resolve));
      last = performance.now();
    }
    if (signal?.aborted) throw signal.reason;
  };
}
