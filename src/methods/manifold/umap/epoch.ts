/**
 * @file Words that tell the threads of an epoch, as assembly/umap/epoch.ts reads them.
 */
const WHOLE = ["dims", "stride", "others", "draws", "own", "key0", "key1", "dense"] as const;
const REAL = [
  "a",
  "b",
  "repulsion",
  "step",
  "decay1",
  "decay2",
  "correction1",
  "correction2",
  "densityWeight",
] as const;
const ARRAYS = [
  "rowStart",
  "columns",
  "weights",
  "degrees",
  "places",
  "next",
  "fixed",
  "mean",
  "square",
  "densities",
  "sums",
] as const;

/** Numbers and arrays of an epoch, as assembly/umap/epoch.ts describes them. */
export type Epoch = Record<(typeof WHOLE)[number] | (typeof REAL)[number], number> &
  Record<(typeof ARRAYS)[number], { readonly byteOffset: number }>;

export const EPOCH_WORDS = WHOLE.length + REAL.length + ARRAYS.length;

/** @param words filled, `EPOCH_WORDS` of them. */
export function tellOfEpoch(words: Int32Array, epoch: Epoch): void {
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  words.set(WHOLE.map((name) => epoch[name]));
  floats.set(
    REAL.map((name) => epoch[name]),
    WHOLE.length,
  );
  words.set(
    ARRAYS.map((name) => epoch[name].byteOffset),
    WHOLE.length + REAL.length,
  );
}
