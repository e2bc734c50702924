/**
 * @file Parquet. Its reader is loaded when there is such a file: it is a third of all modules that commands would load.
 */
import { columnsOf, type Format } from "./format.js";
import { FORMAT_NAMES } from "./names.js";

export const parquetFormat: Format = {
  name: "parquet",
  ...FORMAT_NAMES.parquet,
  begins: ([p, a, r, one]) => p === 0x50 && a === 0x41 && r === 0x52 && one === 0x31,
  async read(source) {
    const { name, size, slice } = source;
    const { readParquet } = await import("../parquet.js");
    if (!slice || size === undefined) return { table: await readParquet(await source.bytes(), { name }) };
    const file = {
      byteLength: size,
      slice: async (start: number, end = size) => (await slice(start, end)).buffer,
    };
    return { table: await readParquet(file, { name }) };
  },
  async *write(results) {
    const { parquetPieces } = await import("../parquet/write.js");
    yield* parquetPieces({ columns: columnsOf(results) });
  },
};
