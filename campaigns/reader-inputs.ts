/**
 * @file Files of every format but Parquet, made of random numbers, that must be read.
 */
import { gzipSync } from "node:zlib";
import type { ReadOptions } from "../src/data/formats/format.js";
import type { Random } from "../src/random.js";
import { join } from "./damaged.js";
import { type PandasOptions, toldTable } from "./told-tables.js";

/** A file, and how it is to be read. */
export interface Input {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly options: ReadOptions;
  /** It must be read; else it may be refused. */
  readonly sound: boolean;
  /** Says to pandas how to read it, where it is a second reader of it. */
  readonly pandas?: PandasOptions | null;
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random.integer(items.length)]!;

/**
 * A file of one of the formats, one in four of them compressed.
 * @param most rows of it.
 */
export function soundInput(random: Random, most = 12): Input {
  const make = pick(random, [csvInput, csvInput, toldInput, toldInput, npyInput, idxInput, netpbmInput]);
  const input = make(random, most);
  if (random.integer(4) > 0) return input;
  // A gzip file may have several members, as those that were appended to have.
  const cut = random.integer(3) === 0 ? random.integer(input.bytes.length) : 0;
  const parts = [input.bytes.subarray(0, cut), input.bytes.subarray(cut)].filter(({ length }) => length > 0);
  return { ...input, bytes: join(...parts.map((part) => gzipSync(part))), name: `${input.name}.gz` };
}

function toldInput(random: Random, most: number): Input {
  return { ...toldTable(random, most), name: "data.csv", sound: true };
}

function csvInput(random: Random, most: number): Input {
  const delimiter = pick(random, [",", ";", "\t", "|"] as const);
  const newline = pick(random, ["\n", "\n", "\r\n", "\r"]);
  const cols = 1 + random.integer(5);
  const rows = 1 + random.integer(most);
  // At least one column of numbers.
  const textual = Array.from({ length: cols }, (_, j) => j > 0 && random.integer(3) === 0);
  const lines: string[] = [];
  if (random.integer(8) === 0) lines.push(" ".repeat(random.integer(3)));
  const header = random.integer(3) > 0;
  if (header) {
    const names = Array.from(
      { length: cols },
      (_, j) => `${pick(random, ["x", "größe ", 'a"b', 'say ""', "c,d", " n"])}${j}`,
    );
    lines.push(names.map((name) => field(name, delimiter, random)).join(delimiter));
  }
  for (let i = 0; i < rows; i++) {
    const cells = textual.map((isText) => {
      const text = isText ? word(random) : decimal(random);
      // An empty field alone on its line would be a blank line.
      return text === "" && cols === 1 ? '""' : field(text, delimiter, random);
    });
    lines.push(cells.join(delimiter));
    if (random.integer(20) === 0) lines.push(" ".repeat(random.integer(3)));
  }
  const mark = random.integer(8) === 0 ? "\ufeff" : "";
  const text = mark + lines.join(newline) + (random.integer(2) === 0 ? newline : "");
  const told = random.integer(4) > 0;
  return {
    bytes: utf8(text),
    name: pick(random, ["data.csv", "data.txt", "data"]),
    options: told ? { delimiter, header } : {},
    // An option left to be found out may be found out otherwise.
    sound: told,
  };
}

function field(text: string, delimiter: string, random: Random): string {
  const must = text.startsWith('"') || /[\r\n]/.test(text) || text.includes(delimiter);
  if (!must && random.integer(6) > 0) return text;
  return `"${text.replaceAll('"', '""')}"${random.integer(8) === 0 ? " " : ""}`;
}

function word(random: Random): string {
  const parts = ["t", "ü", " ", '"', ",", ";", "\t", "\n", "1", "λ", "💧", "-", "''"];
  return `w${Array.from({ length: random.integer(6) }, () => pick(random, parts)).join("")}`;
}

/** A decimal as people and programs write it, or nothing. */
export function decimal(random: Random): string {
  const value = (random.uniform() - 0.5) * 10 ** (random.integer(600) - 300);
  switch (random.integer(12)) {
    case 0:
      return "";
    case 1:
      return String(value);
    case 2:
      return value.toPrecision(1 + random.integer(21));
    case 3:
      return value.toExponential(random.integer(20)).toUpperCase();
    case 4:
      return `${pick(random, ["+", "-", ""])}${random.bits()}`;
    case 5:
      return `${pick(random, ["+", "-", ""])}.${random.bits()}`;
    case 6:
      return `000${random.bits()}.`;
    case 7:
      return ` ${random.bits() / 1024} `;
    case 8:
      return halfway(random);
    case 9:
      return `${digits(random, 1 + random.integer(36))}e-${random.integer(60)}`;
    case 10:
      return `0.${digits(random, 1 + random.integer(400))}`;
    default:
      return String(random.integer(1000));
  }
}

function digits(random: Random, length: number): string {
  return Array.from({ length }, () => random.integer(10)).join("");
}

/** Halfway between two neighbors of float64, or next to it: where rounding goes wrong first. */
function halfway(random: Random): string {
  const whole = 2n ** 53n + 2n * (BigInt(random.bits()) * 2n ** 20n + BigInt(random.integer(2 ** 20)));
  return `${whole + 1n}.${pick(random, ["", "0", "1", "000000000000000001"])}`;
}

const NPY_TYPES = ["b1", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"];

function npyInput(random: Random, most: number): Input {
  const type = pick(random, NPY_TYPES);
  const shape = shapeOf(random.integer(5), most, random);
  const order = type.endsWith("1") ? "|" : pick(random, ["<", ">"]);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(pick(random, [", ", ",", " , "]))})`;
  const fortran = random.integer(2) === 0 ? "True" : "False";
  const text = `{'descr': '${order}${type}', 'fortran_order': ${fortran}, 'shape': ${tuple}, }`;
  const version = 1 + random.integer(3);
  const start = version === 1 ? 10 : 12;
  const header = utf8(`${text.padEnd(64 * Math.ceil((start + text.length + 1) / 64) - start - 1)}\n`);
  const prefix = new Uint8Array(start);
  prefix.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  new DataView(prefix.buffer).setUint16(8, header.length, true);
  const count = shape.reduce((product, size) => product * size, 1);
  const data = numbers(type, count, random);
  return {
    bytes: join(prefix, header, data),
    name: pick(random, ["data.npy", "data"]),
    options: {},
    sound: true,
  };
}

const IDX_TYPES: readonly (readonly [number, string])[] = [
  [8, "u1"],
  [9, "i1"],
  [11, "i2"],
  [12, "i4"],
  [13, "f4"],
  [14, "f8"],
];

function idxInput(random: Random, most: number): Input {
  const [code, type] = pick(random, IDX_TYPES);
  const shape = shapeOf(1 + random.integer(4), most, random);
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, code);
  header.setUint8(3, shape.length);
  for (const [axis, size] of shape.entries()) header.setUint32(4 + 4 * axis, size);
  const count = shape.reduce((product, size) => product * size, 1);
  const bytes = join(new Uint8Array(header.buffer), numbers(type, count, random));
  return { bytes, name: pick(random, ["data.idx", "data-idx3-ubyte"]), options: {}, sound: true };
}

function shapeOf(rank: number, most: number, random: Random): number[] {
  return Array.from({ length: rank }, (_, axis) => 1 + random.integer(axis === 0 ? most : 4));
}

/** Random bits, and of booleans 0 and 1. */
function numbers(type: string, count: number, random: Random): Uint8Array {
  const size = Number(type[1]);
  const view = new DataView(new ArrayBuffer(count * size));
  for (let at = 0; at < view.byteLength; at += size) {
    if (type === "b1") view.setUint8(at, random.integer(2));
    else for (let byte = 0; byte < size; byte++) view.setUint8(at + byte, random.integer(256));
  }
  return new Uint8Array(view.buffer);
}

function netpbmInput(random: Random, tallest: number): Input {
  const kind = pick(random, [2, 3, 5, 6]);
  const [width, height] = [1 + random.integer(5), 1 + random.integer(tallest)];
  const most = pick(random, [1, 15, 255, 255, 256, 4095, 65535]);
  const space = () => pick(random, [" ", "\n", "\t", "  ", " # a note\n", "\n#\n"]);
  const header = utf8(`P${kind}${pick(random, [" ", "\n"])}${width}${space()}${height}${space()}${most}`);
  const count = width * height * (kind === 3 || kind === 6 ? 3 : 1);
  const pixels = Array.from({ length: count }, () => random.integer(most + 1));
  const wide = most > 255;
  const raw = Uint8Array.from(pixels.flatMap((pixel) => (wide ? [pixel >> 8, pixel & 255] : [pixel])));
  const body =
    kind < 5
      ? utf8(`\n${pixels.join(space())}${random.integer(2) === 0 ? "\n" : ""}`)
      : join(utf8("\n"), raw);
  return { bytes: join(header, body), name: pick(random, ["image.pgm", "image"]), options: {}, sound: true };
}
