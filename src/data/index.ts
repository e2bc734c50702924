/**
 * @file Data: bytes and arrays in, `Matrix` out, and back. Also `import … from "unlabeled/data"`.
 * @module unlabeled/data
 */
export type { BytesLike } from "./bytes.js";
export { type Corrupted, gaussianNoise, hideEntries, zeroMask } from "./corrupt.js";
export type { CsvOptions } from "./csv/layout.js";
export { readCsv } from "./csv.js";
export type { DataFormat, Dataset } from "./dataset.js";
export { DIGITS_LICENSE, type Digits, digits } from "./digits.js";
export { EMBEDDED_NAMES, type EmbeddedDataset, type EmbeddedName, embedded } from "./embedded.js";
export { encodeTable, type ReadOptions, readData } from "./format.js";
export { readIdx, writeIdx } from "./idx.js";
export {
  type Matrix,
  type MatrixLike,
  matrix,
  type Numbers,
  type NumericArray,
  takeColumns,
  takeRows,
  toMatrix,
  toNumbers,
} from "./matrix.js";
export { type Image, readNetpbm, writeNetpbm } from "./netpbm.js";
export { type ArrayRows, readNpy, writeNpy } from "./npy.js";
export { type ByteSource, type ParquetOptions, readParquet, writeParquet } from "./parquet.js";
export {
  applyScale,
  type ColumnMoments,
  fitScale,
  type ScaleHints,
  type ScaleKind,
  type Scaling,
  undoScale,
  undoScaleWide,
} from "./scale.js";
export {
  type Blobs,
  blobs,
  lowRank,
  type RollOptions,
  type Synthetic,
  sCurve,
  swissRoll,
} from "./synthetic.js";
export {
  type Column,
  matrixTable,
  type NumberColumn,
  type Table,
  type TableMatrix,
  type TableMatrixOptions,
  type TextColumn,
  tableToMatrix,
} from "./table.js";
