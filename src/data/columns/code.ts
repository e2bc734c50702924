/**
 * @file Exports of assembly/columns, on some memory. Addresses are in bytes.
 */
import { instanceOn } from "../../parallel/wasm.js";
import { code } from "./code.wasm.js";

type Measure = (
  x: number,
  rows: number,
  cols: number,
  low: number,
  high: number,
  counts: number,
  sums: number,
  finite: number,
) => void;

type Deviations = (
  x: number,
  rows: number,
  cols: number,
  offset: number,
  squares: number,
  rests: number,
  finite: number,
) => void;

interface ColumnsCode {
  readonly measure32: Measure;
  readonly measure64: Measure;
  readonly deviations32: Deviations;
  readonly deviations64: Deviations;
  allFinite32(x: number, count: number): number;
  allFinite64(x: number, count: number): number;
  sameMissing32(x: number, count: number): void;
  sameMissing64(x: number, count: number): void;
  mixWords(words: number, count: number, lanes: number): void;
}

/** This thread's own. */
export const codeOn = (memory: WebAssembly.Memory) => instanceOn(memory, code) as unknown as ColumnsCode;
