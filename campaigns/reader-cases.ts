/**
 * @file The child's side of the campaigns that read files: bytes to numbers.
 */
import { type ReadOptions, readData } from "../src/data/format.js";
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
  readonly numbers: Float32Array;
  readonly columns: readonly string[];
  readonly texts: readonly { readonly name: string; readonly values: readonly string[] }[];
  /** Seconds of the processor. */
  readonly seconds: number;
}

serveCases(async ({ bytes, name, options }: ReaderCase): Promise<ReaderAnswer> => {
  const before = process.cpuUsage();
  const { format, x, columns, carried } = await readData(bytes, name, options);
  const { user, system } = process.cpuUsage(before);
  const texts = carried.map((column) => ({ name: column.name, values: column.values }));
  const seconds = (user + system) / 1e6;
  return { format, rows: x.rows, cols: x.cols, numbers: x.data, columns: columns ?? [], texts, seconds };
});
