/**
 * @file The structures of a Parquet file, as far as they say where and what its values are.
 *
 * Source: Apache Parquet, parquet.thrift; names and numbers of fields are those of that file.
 */
import type { Struct } from "./thrift.js";

const nothing: Struct = { struct: "an empty structure", fields: {} };

const timeUnit: Struct = {
  struct: "a time unit",
  fields: { 1: ["MILLIS", nothing], 2: ["MICROS", nothing], 3: ["NANOS", nothing] },
};

const time: Struct = {
  struct: "a time type",
  fields: { 1: ["isAdjustedToUTC", "bool", true], 2: ["unit", timeUnit, true] },
};

const logicalType: Struct = {
  struct: "a logical type",
  fields: {
    1: ["STRING", nothing],
    2: ["MAP", nothing],
    3: ["LIST", nothing],
    4: ["ENUM", nothing],
    5: [
      "DECIMAL",
      { struct: "a decimal type", fields: { 1: ["scale", "i32", true], 2: ["precision", "i32", true] } },
    ],
    6: ["DATE", nothing],
    7: ["TIME", time],
    8: ["TIMESTAMP", time],
    10: [
      "INTEGER",
      { struct: "an integer type", fields: { 1: ["bitWidth", "i8", true], 2: ["isSigned", "bool", true] } },
    ],
    11: ["UNKNOWN", nothing],
    12: ["JSON", nothing],
    13: ["BSON", nothing],
    14: ["UUID", nothing],
    15: ["FLOAT16", nothing],
  },
};

const schemaElement: Struct = {
  struct: "a schema element",
  fields: {
    1: ["type", { codes: 8 }],
    2: ["type_length", "i32"],
    3: ["repetition_type", { codes: 3 }],
    4: ["name", "binary", true],
    5: ["num_children", "i32"],
    6: ["converted_type", { codes: 22 }],
    7: ["scale", "i32"],
    8: ["precision", "i32"],
    10: ["logicalType", logicalType],
  },
};

const columnMetaData: Struct = {
  struct: "a column's metadata",
  fields: {
    1: ["type", { codes: 8 }, true],
    2: ["encodings", { list: "i32" }, true],
    3: ["path_in_schema", { list: "binary" }, true],
    4: ["codec", { codes: 8 }, true],
    5: ["num_values", "i64", true],
    6: ["total_uncompressed_size", "i64", true],
    7: ["total_compressed_size", "i64", true],
    9: ["data_page_offset", "i64", true],
    10: ["index_page_offset", "i64"],
    11: ["dictionary_page_offset", "i64"],
  },
};

const columnChunk: Struct = {
  struct: "a column chunk",
  fields: {
    1: ["file_path", "binary"],
    2: ["file_offset", "i64", true],
    3: ["meta_data", columnMetaData],
    8: ["crypto_metadata", { struct: "encryption", fields: {} }],
  },
};

const rowGroup: Struct = {
  struct: "a row group",
  fields: {
    1: ["columns", { list: columnChunk }, true],
    2: ["total_byte_size", "i64", true],
    3: ["num_rows", "i64", true],
  },
};

export const FILE_META_DATA: Struct = {
  struct: "the metadata",
  fields: {
    1: ["version", "i32", true],
    2: ["schema", { list: schemaElement }, true],
    3: ["num_rows", "i64", true],
    4: ["row_groups", { list: rowGroup }, true],
  },
};

export const PAGE_HEADER: Struct = {
  struct: "a page header",
  fields: {
    1: ["type", { codes: 4 }, true],
    2: ["uncompressed_page_size", "i32", true],
    3: ["compressed_page_size", "i32", true],
    4: ["crc", "i32"],
    5: [
      "data_page_header",
      {
        struct: "a data page header",
        fields: {
          1: ["num_values", "i32", true],
          2: ["encoding", "i32", true],
          3: ["definition_level_encoding", "i32", true],
          4: ["repetition_level_encoding", "i32", true],
        },
      },
    ],
    7: [
      "dictionary_page_header",
      {
        struct: "a dictionary page header",
        fields: { 1: ["num_values", "i32", true], 2: ["encoding", "i32", true] },
      },
    ],
    8: [
      "data_page_header_v2",
      {
        struct: "a data page header",
        fields: {
          1: ["num_values", "i32", true],
          2: ["num_nulls", "i32", true],
          3: ["num_rows", "i32", true],
          4: ["encoding", "i32", true],
          5: ["definition_levels_byte_length", "i32", true],
          6: ["repetition_levels_byte_length", "i32", true],
          7: ["is_compressed", "bool"],
        },
      },
    ],
  },
};
