/**
 * @file The child's side of campaigns on Parquet: reads bytes, or a path, by the reader under test.
 */
import { readFileSync } from "node:fs";
import { readParquet } from "../src/data/parquet.js";
import { serveCases } from "./case-process.js";
import type { ReadColumn } from "./parquet-values.js";

serveCases(async (file: Uint8Array | string): Promise<ReadColumn[]> => {
  const bytes = typeof file === "string" ? new Uint8Array(readFileSync(file)) : file;
  const { columns, x } = await readParquet(bytes, { name: "p.parquet" });
  return columns.map((column) => {
    const { name } = column;
    if (column.kind === "text") return { name, texts: column.values };
    return {
      name,
      numbers: Float64Array.from({ length: x.rows }, (_, i) => x.data[i * x.cols + column.at]!),
    };
  });
});
