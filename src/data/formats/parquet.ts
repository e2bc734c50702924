/**
 * @file Parquet.
 */
import { isParquet, readParquet, writeParquet } from "../parquet.js";
import { columnsOf, type Format } from "./format.js";
import { FORMAT_NAMES } from "./names.js";

export const parquetFormat: Format = {
  name: "parquet",
  ...FORMAT_NAMES.parquet,
  begins: isParquet,
  async read(source) {
    const { name, size, slice } = source;
    if (!slice || size === undefined) return { table: await readParquet(await source.bytes(), { name }) };
    const file = {
      byteLength: size,
      slice: async (start: number, end = size) => (await slice(start, end)).buffer,
    };
    return { table: await readParquet(file, { name }) };
  },
  write: (results) => writeParquet({ columns: columnsOf(results) }),
};
