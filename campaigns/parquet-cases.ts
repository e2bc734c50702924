/**
 * @file The child's side of campaigns on Parquet: reads bytes, or a path, by the reader under test.
 */
import { readFileSync } from "node:fs";
import { readParquetColumns } from "../src/data/parquet.js";
import { serveCases } from "./case-process.js";
import type { ReadColumn } from "./parquet-values.js";

serveCases(async (file: Uint8Array | string): Promise<ReadColumn[]> => {
  const bytes = typeof file === "string" ? new Uint8Array(readFileSync(file)) : file;
  const { columns } = await readParquetColumns(bytes, { name: "p.parquet" });
  return columns
    .filter(({ unread }) => unread === undefined)
    .map(({ name, numbers, texts }) =>
      numbers ? { name, numbers: Float64Array.from(numbers) } : { name, texts },
    );
});
