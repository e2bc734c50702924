/**
 * @file Types of columns: what is stored, what it stands for, and whether the two go together.
 *
 * Source: Apache Parquet, "Parquet Logical Type Definitions".
 */
import type { ConvertedType, LogicalType, ParquetParsers, ParquetType, SchemaElement } from "hyparquet";
import { convert, DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { Damage, decoded, want } from "./damage.js";
import type { Values } from "./encodings.js";

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

/** Integers that are stored in more bits than they have: least and greatest. */
const RANGES: Partial<Record<ConvertedType, readonly [number, number]>> = {
  INT_8: [-128, 127],
  INT_16: [-32768, 32767],
  UINT_8: [0, 255],
  UINT_16: [0, 65535],
};
// Longer ones are beyond any number.
const LONGEST_DECIMAL = 32;

/**
 * The element of a leaf, its old and its new way of telling the type brought together.
 * @throws Damage if they contradict each other or what is stored.
 */
export function checkedElement(element: SchemaElement): SchemaElement {
  const { type, type_length: length, converted_type: old, logical_type: logical } = element;
  const where = `column ${JSON.stringify(element.name)}`;
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
  want(newer >= 0, `${where} has the scale ${newer}`);
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

/** Kind that a flat column is read as; `"skip"` for what is neither numbers nor text. */
export function kindOf(element: SchemaElement): "number" | "text" | "skip" {
  const { type, converted_type: converted, logical_type: logical, type_length: length = 0 } = element;
  if (element.repetition_type === "REPEATED") return "skip";
  if (converted === "DECIMAL") return length <= LONGEST_DECIMAL ? "number" : "skip";
  if (converted === "INTERVAL" || converted === "BSON") return "skip";
  if (/^(?:GEO|VARIANT)/.test(logical?.type ?? "")) return "skip";
  if (logical?.type === "FLOAT16") return "number";
  if (type === "FIXED_LEN_BYTE_ARRAY") return logical?.type === "UUID" ? "text" : "skip";
  const isTime = /^(?:DATE|TIME)/.test(converted ?? "") || /^TIME/.test(logical?.type ?? "");
  return type === "BYTE_ARRAY" || type === "INT96" || isTime ? "text" : "number";
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
const anyText = new TextDecoder();

/** Values as they are stored to values as they are meant. */
export function convertValues(values: Values, element: SchemaElement): ArrayLike<unknown> {
  const isNothing = element.logical_type?.type === "NULL" && values.length > 0;
  want(!isNothing, "a value in a column that has none");
  const range = element.converted_type && RANGES[element.converted_type];
  if (range) {
    const wrong = (values as Int32Array).find((value) => value < range[0] || value > range[1]);
    want(wrong === undefined, `the value ${wrong} in a column of ${element.converted_type}`);
  }
  // Bytes that are not said to be text may be anything.
  const decoder = element.converted_type ? utf8 : anyText;
  const text = (bytes: Uint8Array) => decoded("a text is not UTF-8", () => decoder.decode(bytes));
  const parsers: ParquetParsers = { ...DEFAULT_PARSERS, stringFromBytes: text, jsonFromBytes: text };
  return decoded("values cannot be converted", () =>
    convert(values as never, { element, parsers, schemaPath: [] } as never),
  );
}

export function toNumber(value: unknown): number {
  if (value === null) return Number.NaN;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return Number(value);
  throw new Damage(`a value of type ${typeof value} among numbers`);
}

export function toText(value: unknown): string {
  if (value === null) return "";
  if (!(value instanceof Date)) return String(value);
  want(!Number.isNaN(value.getTime()), "a time more than 270,000 years away");
  return value.toISOString();
}
