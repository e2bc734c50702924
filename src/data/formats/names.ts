/**
 * @file Names and endings of the formats, apart from their readers and writers: help and completion load nothing else.
 */

/** The names of one format. */
export interface FormatNames {
  /** Name in texts: `Parquet`. */
  readonly title: string;
  /** Endings of names, without the point, in small letters; the first is the usual one. */
  readonly endings: readonly string[];
  /** Endings that it is written with, the usual one first; none if it is only read. */
  readonly writes?: readonly string[];
}

export const FORMAT_NAMES = {
  csv: { title: "CSV or TSV", endings: ["csv", "tsv", "tab", "txt", "dat"], writes: ["csv", "tsv", "txt"] },
  json: { title: "JSON", endings: ["json"], writes: ["json"] },
  jsonl: { title: "JSON lines", endings: ["jsonl", "ndjson"], writes: ["jsonl", "ndjson"] },
  parquet: { title: "Parquet", endings: ["parquet", "pq"], writes: ["parquet"] },
  npy: { title: "npy", endings: ["npy"], writes: ["npy"] },
  idx: { title: "IDX", endings: ["idx", "idx1-ubyte", "idx2-ubyte", "idx3-ubyte", "idx4-ubyte"] },
  netpbm: { title: "PGM or PPM", endings: ["pgm", "ppm", "pnm"] },
} as const satisfies Readonly<Record<string, FormatNames>>;
