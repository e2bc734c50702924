/**
 * @file The text of unlabeled-worker.js, for bundles that have no such file.
 */

/** scripts/build-worker.mjs puts it here; before the package is built there is none. */
export const code: string | undefined = undefined;
