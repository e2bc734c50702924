/**
 * @file The child's side of the campaigns that read files: bytes to numbers.
 */
import { readData } from "../src/data/format.js";
import type { ReadOptions } from "../src/data/formats/format.js";
import { serveCases } from "./case-process.js";

export interface ReaderCase {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly options: ReadOptions;
}

export interface ReaderAnswer {
  readonly format: string;
  readonly rows: number;
  readonly cols: number;
  readonly numbers: Float32Array | Float64Array;
  readonly columns: readonly string[];
  readonly texts: readonly { readonly name: string; readonly values: readonly string[] }[];
  /** Seconds of the processor. */
  readonly seconds: number;
}

serveCases(async ({ bytes, name, options }: ReaderCase): Promise<ReaderAnswer> => {
  const before = process.cpuUsage();
  const { format, x, columns, table } = await readData(bytes, name, options);
  const { user, system } = process.cpuUsage(before);
  const texts = (table?.columns ?? []).flatMap(({ name, values, kind }) =>
    kind === "text" ? [{ name, values: [...values] }] : [],
  );
  const seconds = (user + system) / 1e6;
  return { format, rows: x.rows, cols: x.cols, numbers: x.data, columns: columns ?? [], texts, seconds };
});
