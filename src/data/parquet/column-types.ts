/**
 * @file Types of columns: what is stored, what it stands for, and whether the two go together.
 *
 * Source: Apache Parquet, "Parquet Logical Type Definitions".
 */
import type { ConvertedType, LogicalType, ParquetType, SchemaElement } from "hyparquet";
import { quoted } from "../quoted.js";
import { want } from "./damage.js";
import { LONGEST_DECIMAL, MOST_DIGITS } from "./values.js";

/** Meaning of the values of a column. */
export type Kind = "number" | "boolean" | "date" | "text";

const STORED_AS: Readonly<Record<ConvertedType, readonly ParquetType[]>> = {
  UTF8: ["BYTE_ARRAY"],
  ENUM: ["BYTE_ARRAY"],
  JSON: ["BYTE_ARRAY"],
  BSON: ["BYTE_ARRAY"],
  DECIMAL: ["INT32", "INT64", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"],
  DATE: ["INT32"],
  TIME_MILLIS: ["INT32"],
  TIME_MICROS: ["INT64"],
  TIMESTAMP_MILLIS: ["INT64"],
  TIMESTAMP_MICROS: ["INT64"],
  UINT_8: ["INT32"],
  UINT_16: ["INT32"],
  UINT_32: ["INT32"],
  UINT_64: ["INT64"],
  INT_8: ["INT32"],
  INT_16: ["INT32"],
  INT_32: ["INT32"],
  INT_64: ["INT64"],
  INTERVAL: ["FIXED_LEN_BYTE_ARRAY"],
  MAP: [],
  MAP_KEY_VALUE: [],
  LIST: [],
};

/**
 * The element of a leaf, its old and its new way of telling the type brought together.
 * @throws Damage if they contradict each other or what is stored.
 */
export function checkedElement(element: SchemaElement): SchemaElement {
  const { type, type_length: length, converted_type: old, logical_type: logical } = element;
  const where = `column ${quoted(element.name)}`;
  want(type !== undefined, `${where} has no type`);
  want(element.repetition_type !== undefined, `${where} does not say whether values may be missing`);
  want(type !== "FIXED_LEN_BYTE_ARRAY" || (length !== undefined && length > 0), `${where} has no length`);
  const converted = logical && convertedOf(logical, where);
  // Types that are newer than this reader have no name, and the old way stands for them.
  const contradicts = old && logical?.type && old !== converted;
  want(!contradicts, `${where} is both ${old} and ${converted ?? logical?.type}`);
  const agreed = old ?? converted;
  want(!agreed || STORED_AS[agreed].includes(type), `${where} is ${agreed} stored as ${type}`);
  if (logical?.type === "UUID" || logical?.type === "FLOAT16") {
    const wanted = logical.type === "UUID" ? 16 : 2;
    const fits = type === "FIXED_LEN_BYTE_ARRAY" && length === wanted;
    want(fits, `${where} is ${logical.type}, which is stored in ${wanted} bytes, not as ${type}`);
  }
  if (logical?.type === "TIMESTAMP" || logical?.type === "TIME") {
    want(
      type === (logical.unit === "MILLIS" && logical.type === "TIME" ? "INT32" : "INT64"),
      `${where} is ${logical.type} stored as ${type}`,
    );
  }
  const { converted_type: _, ...rest } = element;
  if (agreed !== "DECIMAL") return agreed ? { ...rest, converted_type: agreed } : rest;
  const { scale = 0 } = element;
  const newer = logical?.type === "DECIMAL" ? logical.scale : scale;
  want(old === undefined || scale === newer, `${where} has the scales ${scale} and ${newer}`);
  want(newer >= 0 && newer <= MOST_DIGITS, `${where} has the scale ${newer}`);
  return { ...rest, converted_type: agreed, scale: newer };
}

function convertedOf(logical: LogicalType, where: string): ConvertedType | undefined {
  switch (logical.type) {
    case "STRING":
      return "UTF8";
    case "ENUM":
    case "DECIMAL":
    case "DATE":
    case "JSON":
    case "BSON":
    case "MAP":
    case "LIST":
      return logical.type;
    case "TIME":
    case "TIMESTAMP":
      return logical.unit === "NANOS" ? undefined : `${logical.type}_${logical.unit}`;
    case "INTEGER": {
      const known = [8, 16, 32, 64].includes(logical.bitWidth);
      want(known, `${where} is of integers of ${logical.bitWidth} bits`);
      return `${logical.isSigned ? "" : "U"}INT_${logical.bitWidth}` as ConvertedType;
    }
    default:
      return undefined;
  }
}

/** Kind that the values of a leaf are read as, or the reason why they are not read. */
export function kindOf(element: SchemaElement): Kind | { readonly unread: string } {
  const { type, converted_type: converted, logical_type: logical, type_length: length = 0 } = element;
  if (converted === "DECIMAL") {
    return length <= LONGEST_DECIMAL ? "number" : { unread: `decimals of ${length} bytes` };
  }
  if (converted === "INTERVAL" || converted === "BSON") return { unread: `of type ${converted}` };
  if (/^(?:GEO|VARIANT)/.test(logical?.type ?? "")) return { unread: `of type ${logical!.type}` };
  if (logical?.type === "FLOAT16") return "number";
  if (type === "FIXED_LEN_BYTE_ARRAY") return logical?.type === "UUID" ? "text" : { unread: "bytes" };
  if (converted === "DATE" || type === "INT96") return "date";
  if (/^TIMESTAMP/.test(converted ?? logical?.type ?? "")) return "date";
  if (type === "BYTE_ARRAY" || /^TIME/.test(converted ?? logical?.type ?? "")) return "text";
  return type === "BOOLEAN" ? "boolean" : "number";
}
