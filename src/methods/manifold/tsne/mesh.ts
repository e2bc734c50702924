/**
 * @file A mesh over the points of an embedding, and how assembly/tsne is told of it.
 */

/** Numbers of nodes along each axis, 1 for an axis there is not. */
export interface Mesh {
  readonly nx: number;
  readonly ny: number;
  readonly nz: number;
  /** Lengths of the padded transforms. */
  readonly mx: number;
  readonly my: number;
  readonly mz: number;
  /** Nodes per unit of length. */
  readonly scale: number;
  /** s₀, the square of the distance at which the kernel is split; 0 if all is left to the grid. */
  readonly splitting: number;
}

/** Their names in assembly/tsne/mesh.ts, in its order. */
const ARRAYS = [
  "places",
  "px",
  "py",
  "pz",
  "cells",
  "order",
  "cellStart",
  "grid",
  "re",
  "im",
  "transfer",
  "twiddlesX",
  "twiddlesY",
  "twiddlesZ",
  "sums",
  "forces",
] as const;

export type MeshArrays = Record<(typeof ARRAYS)[number], { readonly byteOffset: number }>;

const FIRST_FLOAT = 7;
const FIRST_ADDRESS = 12;
export const MESH_WORDS = FIRST_ADDRESS + ARRAYS.length;
/** Place of the lengths mx, my, mz among the words. */
const LENGTHS = { from: 3, to: 6 };

/** @param words filled, `MESH_WORDS` of them. @param origin node 0. */
export function tellOfMesh(
  words: Int32Array,
  { nx, ny, nz, mx, my, mz, scale, splitting }: Mesh,
  points: number,
  origin: readonly [number, number, number],
  arrays: MeshArrays,
): void {
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  words.set([nx, ny, nz, mx, my, mz, points]);
  floats.set([...origin, scale, splitting], FIRST_FLOAT);
  words.set(
    ARRAYS.map((name) => arrays[name].byteOffset),
    FIRST_ADDRESS,
  );
}

/** The longest of the lengths of the mesh that the words tell of. */
export const longestTransform = (words: Int32Array): number =>
  Math.max(...words.subarray(LENGTHS.from, LENGTHS.to));

// As in assembly/tsne.
/** Series transformed side by side. */
const LANES = 8;
/** Rows of nodes to a chunk of spreading, along the last axis. */
const SPREAD_CHUNK = 8;
/** Points to a chunk of reading. */
const READ_CHUNK = 256;

/** Numbers kept of a row's spectrum, mx/2 + 1, made up to whole chunks. */
export const spectrumLength = (mx: number): number => ((mx >> 1) + LANES) & ~(LANES - 1);

/** Numbers of all spectra. */
export const spectrumSize = ({ mx, my, mz }: Mesh): number => mz * my * spectrumLength(mx);

/** Chunks of each stage. */
export const chunksOf = {
  spread: ({ ny, nz }: Mesh): number => Math.ceil((nz > 1 ? nz : ny) / SPREAD_CHUNK),
  rows: ({ ny, nz }: Mesh): number => Math.ceil((ny * nz) / (2 * LANES)),
  middle: ({ nz, mx }: Mesh): number => (nz * spectrumLength(mx)) / LANES,
  last: ({ nz, mx, my }: Mesh): number => ((nz > 1 ? my : 1) * spectrumLength(mx)) / LANES,
  read: (points: number): number => Math.ceil(points / READ_CHUNK),
};
