/**
 * @file Values as they are stored to values as they are meant, with nothing lost: decimals to the nearest float64, times to
 * the last digit.
 *
 * Source: Apache Parquet, "Parquet Logical Type Definitions".
 */
import type { ConvertedType, SchemaElement } from "hyparquet";
import { DEFAULT_PARSERS, parseFloat16 } from "hyparquet/src/convert.js";
import { Damage, decoded, want } from "./damage.js";
import type { Values } from "./encodings.js";

/** Integers that are stored in more bits than they have: least and greatest. */
const RANGES: Partial<Record<ConvertedType, readonly [number, number]>> = {
  INT_8: [-128, 127],
  INT_16: [-32768, 32767],
  UINT_8: [0, 255],
  UINT_16: [0, 65535],
};

/** Most bytes of a decimal; longer ones are beyond any number. */
export const LONGEST_DECIMAL = 32;

/** Digits of the longest decimals. */
export const MOST_DIGITS = 77;

// 10²² is the largest power of ten that is a float64, so that a division by it is rounded once.
const LARGEST_EXACT_POWER = 22;
const JULIAN_DAY_OF_EPOCH = 2_440_588n;
const MS_PER_DAY = 86_400_000;

const utf8 = new TextDecoder("utf-8", { fatal: true });
const anyText = new TextDecoder();

/** A value as it is meant: dates, times and texts are strings. */
export type Value = number | bigint | boolean | string;

/**
 * @param exact gives integers of 64 bits and decimals as they are, as bigint and text; else the nearest float64.
 * @throws Damage for a value that its type cannot have.
 */
export function convertValues(values: Values, element: SchemaElement, exact = false): ArrayLike<Value> {
  const isNothing = element.logical_type?.type === "NULL" && values.length > 0;
  want(!isNothing, "a value in a column that has none");
  const { type, converted_type: converted, logical_type: logical } = element;
  const range = converted && RANGES[converted];
  if (range) {
    const wrong = (values as Int32Array).find((value) => value < range[0] || value > range[1]);
    want(wrong === undefined, `the value ${wrong} in a column of ${converted}`);
  }
  if (converted === "DECIMAL") {
    const write = exact ? decimalText : decimalNumber;
    const { scale = 0, precision = 0 } = element;
    const limit = precision > 0 ? 10 ** precision : Number.POSITIVE_INFINITY;
    return Array.from(values as ArrayLike<Unscaled>, (value) => {
      const whole = unscaled(value);
      if (whole >= limit || -whole >= limit) {
        throw new Damage(`the decimal ${whole} in a column of ${precision} digits`);
      }
      return write(whole, scale);
    });
  }
  if (logical?.type === "FLOAT16")
    return Float32Array.from(values as readonly Uint8Array[], (bytes) => parseFloat16(bytes)!);
  if (logical?.type === "UUID")
    return Array.from(values as readonly Uint8Array[], (bytes) => DEFAULT_PARSERS.uuidFromBytes(bytes));
  if (converted === "DATE")
    return Array.from(values as Int32Array, (days) => isoOf(days * MS_PER_DAY).slice(0, -14));
  if (logical?.type === "TIMESTAMP" || converted?.startsWith("TIMESTAMP_")) {
    const zone = logical?.type === "TIMESTAMP" && !logical.isAdjustedToUTC ? "" : "Z";
    const perMs = ticksPerMs(element);
    return Array.from(values as BigInt64Array, (ticks) => `${timestampOf(ticks, perMs)}${zone}`);
  }
  if (logical?.type === "TIME" || converted?.startsWith("TIME_")) {
    const perMs = ticksPerMs(element);
    return Array.from(values as ArrayLike<number | bigint>, (ticks) => timeOfDay(BigInt(ticks), perMs));
  }
  if (type === "INT96") return Array.from(values as readonly bigint[], (value) => `${int96Time(value)}Z`);
  if (type === "BYTE_ARRAY") {
    // Bytes that are not said to be text may be anything.
    const decoder = converted ? utf8 : anyText;
    const text = (bytes: Uint8Array) => decoded("a text is not UTF-8", () => decoder.decode(bytes));
    return Array.from(values as readonly Uint8Array[], text);
  }
  if (converted === "UINT_32") return new Uint32Array((values as Int32Array).slice().buffer);
  if (type !== "INT64") return values as ArrayLike<Value>;
  const wide = values as BigInt64Array;
  const whole = converted === "UINT_64" ? new BigUint64Array(wide.slice().buffer) : wide;
  if (exact) return whole;
  const numbers = new Float64Array(whole.length);
  for (let i = 0; i < whole.length; i++) numbers[i] = Number(whole[i]);
  return numbers;
}

type Unscaled = number | bigint | Uint8Array;

function unscaled(value: Unscaled): number | bigint {
  if (!(value instanceof Uint8Array)) return value;
  if (value.length > LONGEST_DECIMAL) throw new Damage(`a decimal of ${value.length} bytes`);
  let whole = 0n;
  for (const byte of value) whole = (whole << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * value.length, whole);
}

/** The float64 that is nearest to value · 10^−scale. */
function decimalNumber(value: number | bigint, scale: number): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && scale <= LARGEST_EXACT_POWER) return number / 10 ** scale;
  return Number(`${value}e-${scale}`);
}

function decimalText(value: number | bigint, scale: number): string {
  const digits = String(value).replace("-", "");
  const padded = digits.padStart(scale + 1, "0");
  const whole = padded.slice(0, padded.length - scale);
  return `${value < 0 ? "-" : ""}${whole}${scale > 0 ? `.${padded.slice(-scale)}` : ""}`;
}

/** Ticks of a time in a millisecond. */
function ticksPerMs({ converted_type: converted, logical_type: logical }: SchemaElement): bigint {
  const unit =
    logical?.type === "TIME" || logical?.type === "TIMESTAMP" ? logical.unit : converted!.split("_")[1]!;
  return unit === "MILLIS" ? 1n : unit === "MICROS" ? 1000n : 1_000_000n;
}

/** A time in ISO 8601 without a zone: milliseconds, and what is finer where there is any. */
function timestampOf(ticks: bigint, perMs: bigint): string {
  const rest = ((ticks % perMs) + perMs) % perMs;
  const iso = isoOf(Number((ticks - rest) / perMs));
  return `${iso.slice(0, -1)}${finer(rest, perMs)}`;
}

/** Digits behind the milliseconds: none, three or six. */
function finer(rest: bigint, perMs: bigint): string {
  if (rest === 0n) return "";
  const digits = String(rest).padStart(String(perMs).length - 1, "0");
  return digits.endsWith("000") && digits.length === 6 ? digits.slice(0, 3) : digits;
}

function timeOfDay(ticks: bigint, perMs: bigint): string {
  want(ticks >= 0n && ticks <= BigInt(MS_PER_DAY) * perMs, `a time of day of ${ticks} ticks`);
  const rest = ticks % perMs;
  const ms = Number(ticks / perMs);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const clock = `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}`;
  if (rest === 0n && ms % 1000 === 0) return clock;
  return `${clock}.${String(ms % 1000).padStart(3, "0")}${finer(rest, perMs)}`;
}

/** Days since the Julian epoch in the upper 32 bits, nanoseconds of the day in the lower 64. */
function int96Time(value: bigint): string {
  const days = (value >> 64n) - JULIAN_DAY_OF_EPOCH;
  const nanoseconds = BigInt.asUintN(64, value);
  return timestampOf(days * BigInt(MS_PER_DAY) * 1_000_000n + nanoseconds, 1_000_000n);
}

function isoOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  want(!Number.isNaN(date.getTime()), "a time more than 270,000 years away");
  return date.toISOString();
}
