/**
 * @file Structures in Thrift's compact protocol, held against their shapes before anything believes them.
 *
 * hyparquet takes lengths, types and missing fields as they come. Here every length is held against the bytes that
 * are left, and every field that is named in a shape must have its kind. Fields that are not named are stepped over.
 * Source: Apache Thrift, "Thrift Compact protocol encoding".
 */
import { Damage, want } from "./damage.js";

/** `codes` is an i32 that is an enumeration of so many names. */
export type Shape =
  | "bool"
  | "i8"
  | "i32"
  | "i64"
  | "binary"
  | { readonly codes: number }
  | { readonly list: Shape }
  | Struct;

export interface Struct {
  readonly struct: string;
  /** Fields by their numbers: name and shape, and true if it must be there. */
  readonly fields: Readonly<Record<number, readonly [name: string, shape: Shape, required?: boolean]>>;
}

const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const STRUCT = 12;

// Nothing in Parquet is nested half as deep.
const DEEPEST = 24;

/**
 * Steps through a structure.
 * @returns the offset of the byte after it.
 * @throws Damage if it is not as its shape says.
 */
export function checkStruct(bytes: Uint8Array, start: number, shape: Struct): number {
  let at = start;

  function struct(shape: Struct | undefined, depth: number): void {
    want(depth < DEEPEST, "structures are nested too deep");
    const seen = new Set<number>();
    let id = 0;
    for (;;) {
      const byte = next();
      if (byte === 0) break;
      id = byte >> 4 ? id + (byte >> 4) : zigzag();
      seen.add(id);
      const field = shape?.fields[id];
      value(byte & 15, field?.[1], depth, () => `${field?.[0]} of ${shape?.struct}`);
    }
    for (const [number, [name, , required]] of Object.entries(shape?.fields ?? {})) {
      want(!required || seen.has(Number(number)), `${name} of ${shape?.struct} is missing`);
    }
  }

  function value(type: number, shape: Shape | undefined, depth: number, what: () => string): void {
    if (shape !== undefined && !isOf(type, shape)) throw new Damage(`${what()} has the wrong type`);
    if (type === TRUE || type === FALSE) return;
    if (type === BYTE) skip(1);
    else if (type === I16 || type === I32) {
      const code = zigzag();
      if (typeof shape === "object" && "codes" in shape && !(code >= 0 && code < shape.codes)) {
        throw new Damage(`${what()} has the unknown code ${code}`);
      }
    } else if (type === I64) varint(10);
    else if (type === DOUBLE) skip(8);
    else if (type === BINARY) skip(varint(5));
    else if (type === LIST || type === SET) {
      const head = next();
      const size = head >> 4 === 15 ? varint(5) : head >> 4;
      want(size <= bytes.length - at, `a list of ${size} does not fit its ${bytes.length - at} bytes`);
      want(depth < DEEPEST, "lists are nested too deep");
      const items = typeof shape === "object" && "list" in shape ? shape.list : undefined;
      const type = head & 15;
      // In a list, unlike in a structure, a truth value takes a byte.
      const taken = type === TRUE || type === FALSE ? BYTE : type;
      for (let i = 0; i < size; i++) value(taken, items, depth + 1, () => `an item of ${what()}`);
    } else if (type === STRUCT) {
      struct(typeof shape === "object" && "struct" in shape ? shape : undefined, depth + 1);
    } else throw new Damage(`an unknown type, ${type}`);
  }

  function next(): number {
    skip(1);
    return bytes[at - 1]!;
  }

  function skip(length: number): void {
    if (length > bytes.length - at) throw new Damage("a structure is cut off");
    at += length;
  }

  /** A number of seven bits a byte, exact to 2⁵³. */
  function varint(longest: number): number {
    let result = 0;
    for (let i = 0; i < longest; i++) {
      const byte = next();
      result += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) {
        want(result < 2 ** (longest === 5 ? 32 : 64), "a number is too large for its type");
        return result;
      }
    }
    throw new Damage(`a number is longer than ${longest} bytes`);
  }

  function zigzag(): number {
    const folded = varint(5);
    return folded % 2 ? -(folded + 1) / 2 : folded / 2;
  }

  struct(shape, 0);
  return at;
}

function isOf(type: number, shape: Shape): boolean {
  if (shape === "bool") return type === TRUE || type === FALSE || type === BYTE;
  if (shape === "i8") return type === BYTE;
  if (shape === "i32") return type === I32;
  if (shape === "i64") return type === I64;
  if (shape === "binary") return type === BINARY;
  if ("codes" in shape) return type === I32;
  return "list" in shape ? type === LIST : type === STRUCT;
}
