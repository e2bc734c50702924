/**
 * @file Parquet.
 */
import { isParquet, readParquet, writeParquet } from "../parquet.js";
import { columnsOf, type Format } from "./format.js";

export const parquetFormat: Format = {
  name: "parquet",
  title: "Parquet",
  endings: ["parquet", "pq"],
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
  writes: ["parquet"],
  write: (results) => writeParquet({ columns: columnsOf(results) }),
};
