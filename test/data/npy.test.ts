import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNpy, readNpyFrom, writeNpy } from "../../src/data/npy.js";
import type { Source } from "../../src/data/source.js";
import { damaged, expectSameBits, readsOrRefuses } from "./damage.js";

/** A file as NumPy writes it. */
function file(header: string, data: Uint8Array, version = 1): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const text = new TextEncoder().encode(
    header.padEnd(Math.ceil((start + header.length + 1) / 64) * 64 - start - 1),
  );
  const bytes = new Uint8Array(start + text.length + 1 + data.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, text.length + 1, true);
  else view.setUint32(8, text.length + 1, true);
  bytes.set(text, start);
  bytes[start + text.length] = 10;
  bytes.set(data, start + text.length + 1);
  return bytes;
}

function header(descr: string, shape: string, fortran = false): string {
  return `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${shape}, }`;
}

type Setter = (view: DataView, at: number, value: number, little: boolean) => void;
const types: [string, number, Setter][] = [
  ["u1", 1, (view, at, value) => view.setUint8(at, value)],
  ["i1", 1, (view, at, value) => view.setInt8(at, value)],
  ["u2", 2, (view, at, value, little) => view.setUint16(at, value, little)],
  ["i2", 2, (view, at, value, little) => view.setInt16(at, value, little)],
  ["u4", 4, (view, at, value, little) => view.setUint32(at, value, little)],
  ["i4", 4, (view, at, value, little) => view.setInt32(at, value, little)],
  ["u8", 8, (view, at, value, little) => view.setBigUint64(at, BigInt(value), little)],
  ["i8", 8, (view, at, value, little) => view.setBigInt64(at, BigInt(value), little)],
  ["f4", 4, (view, at, value, little) => view.setFloat32(at, value, little)],
  ["f8", 8, (view, at, value, little) => view.setFloat64(at, value, little)],
];

describe.each(types)("dtype %s", (type, size, set) => {
  test.each(["<", ">"])("byte order %s, C and Fortran order, versions 1 to 3", (order) => {
    const values = type.startsWith("u") ? [0, 1, 2, 3, 100, 127] : [0, -1, 2, -3, 100, -128];
    const data = new Uint8Array(6 * size);
    values.forEach((value, i) => {
      set(new DataView(data.buffer), i * size, value, order === "<");
    });
    for (const version of [1, 2, 3]) {
      const byRows = readNpy(file(header(order + type, "(2, 3)"), data, version));
      expect([byRows.x.rows, byRows.x.cols]).toEqual([2, 3]);
      expectSameBits(byRows.x.data, values);
      const byColumns = readNpy(file(header(order + type, "(3, 2)", true), data, version));
      expectSameBits(
        byColumns.x.data,
        [0, 3, 1, 4, 2, 5].map((i) => values[i]!),
      );
    }
  });
});

test("rank 0, 1, 3 and 4; Fortran order of rank 3", () => {
  const bytes = Uint8Array.from({ length: 24 }, (_, i) => i);
  const shapeOf = (shape: string, fortran = false) => readNpy(file(header("|u1", shape, fortran), bytes));
  expect([shapeOf("(24,)").x.rows, shapeOf("(24,)").x.cols]).toEqual([24, 1]);
  expect([shapeOf("(2, 3, 4)").x.rows, shapeOf("(2, 3, 4)").x.cols]).toEqual([2, 12]);
  expect(shapeOf("(2, 3, 2, 2)").shape).toEqual([2, 3, 2, 2]);
  expect(readNpy(file(header("|u1", "()"), bytes.subarray(7, 8))).x.data[0]).toBe(7);
  // numpy.arange(24).reshape((2, 3, 4), order="F").ravel()[:8]
  expect([...shapeOf("(2, 3, 4)", true).x.data.subarray(0, 8)]).toEqual([0, 6, 12, 18, 2, 8, 14, 20]);
});

test("float16, bool, and NaN", () => {
  const half = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7e00, 0xfc00);
  const read = readNpy(file(header("<f2", "(6,)"), new Uint8Array(half.buffer)));
  expectSameBits(read.x.data, [1, -2, 65504, 2 ** -24, Number.NaN, Number.NEGATIVE_INFINITY]);
  expectSameBits(readNpy(file(header("|b1", "(2,)"), Uint8Array.of(0, 1))).x.data, [0, 1]);
});

test("a boolean is 1 whatever byte stands for it, as in NumPy", () => {
  expectSameBits(readNpy(file(header("|b1", "(3,)"), Uint8Array.of(0, 54, 255))).x.data, [0, 1, 1]);
});

test("what float32 cannot hold comes back as it is, in either order", () => {
  const values = [0.1, 2, -1e300, 5e-324, Number.POSITIVE_INFINITY, 2 ** 53 - 1];
  const data = new Uint8Array(Float64Array.from(values).buffer);
  const read = (fortran: boolean) => readNpy(file(header("<f8", "(2, 3)", fortran), data), "data.npy").x.data;
  expectSameBits(read(false), values);
  expectSameBits(
    read(true),
    [0, 2, 4, 1, 3, 5].map((i) => values[i]!),
  );
});

test.each([
  ["u4", [2 ** 24 + 1, 2 ** 32 - 1], Uint32Array],
  ["i4", [-(2 ** 24) - 1, 2 ** 31 - 1], Int32Array],
  ["u8", [2 ** 24 + 1, 2 ** 53 - 1], BigUint64Array],
  ["i8", [-(2 ** 53) + 1, 20240103], BigInt64Array],
] as const)("whole numbers of %s beyond 2²⁴ keep their last digit", (type, values, Numbers) => {
  const wide = type.endsWith("8");
  const { buffer } = wide
    ? (Numbers as typeof BigInt64Array).from(values.map(BigInt))
    : (Numbers as typeof Int32Array).from(values);
  expectSameBits(readNpy(file(header(`<${type}`, "(2,)"), new Uint8Array(buffer))).x.data, values);
});

test("numbers are float64 only where float32 does not hold those of their type", () => {
  const made = (descr: string, size: number) =>
    readNpy(file(header(descr, "(1,)"), new Uint8Array(size))).x.data;
  for (const [type, size] of Object.entries({ u1: 1, i1: 1, u2: 2, i2: 2, f2: 2, f4: 4, b1: 1 }))
    expect(made(`<${type}`, size), type).toBeInstanceOf(Float32Array);
  for (const [type, size] of Object.entries({ u4: 4, i4: 4, u8: 8, i8: 8, f8: 8 }))
    expect(made(`<${type}`, size), type).toBeInstanceOf(Float64Array);
});

test("versions are those of NumPy, the second number too", () => {
  const bytes = file(header("|u1", "(1,)"), new Uint8Array(1));
  bytes[7] = 1;
  expect(() => readNpy(bytes, "data.npy")).toThrow("data.npy: .npy version 1.1 is not known");
});

test("shapes as Python writes them, and no others", () => {
  const shapes = { "(1,)": [1], "( 1 , )": [1], "(1,1)": [1, 1], "(1L, 1L)": [1, 1], "(1, 1,)": [1, 1] };
  for (const [text, shape] of Object.entries(shapes)) {
    expect(readNpy(file(header("|u1", text), new Uint8Array(1))).shape).toEqual(shape);
  }
  for (const text of ["(1)", "(,)", "(1,,1)", "(1 1,)", "(1LL,)", "(01,)", "( )", `(${"1,".repeat(33)})`]) {
    const read = () => readNpy(file(header("|u1", text), new Uint8Array(1)), "data.npy");
    if (text === "( )") expect(read().shape).toEqual([]);
    else expect(read, text).toThrow("data.npy: unreadable header");
  }
});

// Took minutes where time grew with the square of the length.
test("spaces in a header take no longer than other bytes", () => {
  for (const text of [`(1${" ".repeat(60_000)}x,)`, `(${"1 ,".repeat(20_000)}x)`, `(${" ".repeat(60_000)}`]) {
    const bytes = file(header("|u1", text), new Uint8Array(1), 2);
    expect(() => readNpy(bytes, "data.npy")).toThrow(/^data.npy: unreadable header .{0,100}$/);
  }
});

test.each([
  [`${header("<f4", "(2,)")} x`, "unreadable header"],
  [header("<f4", "(2147483648, 1)"), "data.npy: at most 2147483647 numbers fit one matrix"],
  [header("<f4", "(2147483647,)"), "data.npy: (2147483647) of '<f4' is 8589934588 bytes, the file has 8"],
  [header("<f4", "(99999999999999999999, 2)"), "data.npy: unreadable header"],
  [header("<f4", "(3,)"), "is 12 bytes, the file has 8 after its header"],
  [header("<f4", "(2)"), "unreadable header"],
  [header("<c16", "(1,)"), 'dtype "<c16" is not read'],
  [header("|O", "(1,)"), 'dtype "|O" is not read'],
  ["{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", "is not read"],
  ["{'descr': '<f4', 'shape': (2,), }", "unreadable header"],
  ["{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "unreadable header"],
  ["__import__('os')", "unreadable header"],
])("refuses %s", (text, message) => {
  expect(() => readNpy(file(text, new Uint8Array(8)), "data.npy")).toThrow(message);
});

test("round trip, and the data start at a multiple of 64", () => {
  fc.assert(
    fc.property(fc.oneof(fc.float32Array({ maxLength: 60 }), fc.float64Array({ maxLength: 60 })), (data) => {
      const x = { data, rows: data.length, cols: 1 };
      const bytes = writeNpy(x);
      expect((bytes.length - data.byteLength) % 64).toBe(0);
      expectSameBits(readNpy(bytes).x.data, data);
      expect(readNpy(writeNpy(x, [1, 1, data.length])).shape).toEqual([1, 1, data.length]);
    }),
  );
});

/** A file that is read in parts, as one on a disk is. */
function parted(bytes: Uint8Array): Source {
  return {
    name: "data.npy",
    size: bytes.length,
    slice: async (start, end) => new Uint8Array(bytes.slice(start, end)),
    fill: async (buffer, start) =>
      new Uint8Array(buffer).set(bytes.subarray(start, start + buffer.byteLength)),
    pieces: () => expect.unreachable("no part of it is read twice"),
    bytes: () => expect.unreachable("it may be larger than one array of bytes"),
  };
}

test.each(types)("of %s, a file is never held as one array of bytes", async (type, size, set) => {
  for (const little of [true, false]) {
    for (const fortran of [true, false]) {
      const data = new Uint8Array(6 * size);
      for (let i = 0; i < 6; i++) set(new DataView(data.buffer), i * size, 100 + i, little);
      const bytes = file(header(`${little ? "<" : ">"}${type}`, "(2, 3)", fortran), data);
      const read = await readNpyFrom(parted(bytes));
      expect(read).toEqual(readNpy(bytes));
      expect([...read.x.data]).toEqual(
        (fortran ? [0, 2, 4, 1, 3, 5] : [0, 1, 2, 3, 4, 5]).map((i) => 100 + i),
      );
    }
  }
});

test("a file that promises other than it has is refused before there is memory for it", async () => {
  const bytes = file(header("<f8", "(2, 3)"), new Uint8Array(40));
  const refused = readNpyFrom({ ...parted(bytes), fill: () => expect.unreachable("nothing is read") });
  await expect(refused).rejects.toThrow(
    "data.npy: (2, 3) of '<f8' is 48 bytes, the file has 40 after its header",
  );
});

test("any damage is refused in one line", async () => {
  const good = file(header("<f4", "(2, 3)"), new Uint8Array(24));
  await fc.assert(
    fc.asyncProperty(damaged(good), (bytes) => readsOrRefuses("data.npy", () => readNpy(bytes, "data.npy"))),
    { numRuns: 2000 },
  );
});
