/**
 * @file Data: bytes and arrays in, `Matrix` out, and back. Also `import … from "unlabeled/data"`.
 * @module unlabeled/data
 */
export type { BytesLike } from "./bytes.js";
export { type Corrupted, gaussianNoise, hideEntries, zeroMask } from "./corrupt.js";
export type { CsvOptions } from "./csv/layout.js";
export { readCsv } from "./csv.js";
export type { DataFormat, Dataset, RowOrder, RowsLike, SequencesLike } from "./dataset.js";
export { DIGITS_LICENSE, type Digits, digits } from "./digits.js";
export { EMBEDDED_NAMES, type EmbeddedDataset, type EmbeddedName, embedded } from "./embedded.js";
export { readData, writeTable } from "./format.js";
export type { ReadOptions } from "./formats/format.js";
export { readIdx, writeIdx } from "./idx.js";
export { type ImitateGapsOptions, imitateGaps } from "./imitated-gaps.js";
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
export { paddedRows, type WindowOptions, type Windows, windows } from "./moment-rows.js";
export { type Image, readNetpbm, writeNetpbm } from "./netpbm.js";
export { type ArrayRows, readNpy, writeNpy } from "./npy.js";
export { type ByteSource, type ParquetColumnsOptions, readParquet, writeParquet } from "./parquet.js";
export { recordsTable } from "./records.js";
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
export type { Sequences } from "./sequences.js";
export {
  type Blobs,
  blobs,
  lowRank,
  type RollOptions,
  type Synthetic,
  sCurve,
  swissRoll,
} from "./synthetic.js";
export type { DateFormat } from "./table/dates.js";
export {
  type ColumnEncoding,
  decodeTable,
  type Encoded,
  encodeTable,
  featureNames,
  type MomentRows,
  type Period,
  type TableEncoding,
  type TimeEncoding,
} from "./table/encoding.js";
export {
  COLUMN_TYPES,
  type ColumnGuess,
  type ColumnOptions,
  type ColumnRole,
  type ColumnType,
  guessColumns,
} from "./table/guess.js";
export {
  type Column,
  makeTable,
  type NumberColumn,
  type NumberStyle,
  NumberValues,
  numberColumns,
  type Origin,
  type OriginRecord,
  type Table,
  type TextColumn,
} from "./table/table.js";
export { Texts } from "./table/texts.js";
export { type DatasetOptions, tableDataset } from "./table-dataset.js";
