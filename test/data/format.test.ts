import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeTable, readData, readDataStream } from "../../src/data/format.js";
import { writeIdx } from "../../src/data/idx.js";
import { matrix } from "../../src/data/matrix.js";
import { writeNetpbm } from "../../src/data/netpbm.js";
import { writeNpy } from "../../src/data/npy.js";
import { writeParquet } from "../../src/data/parquet.js";
import { matrixTable } from "../../src/data/table.js";
import { readsOrRefuses } from "./damage.js";
import { testWith } from "./shared.js";

const x = matrix(2, 4, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
const table = matrixTable(x, ["a", "b", "c", "d"]);
const text = new TextEncoder().encode("a,b,c,d\n1,2,3,4\n5,6,7,8\n");
const square = writeNetpbm({
  width: 2,
  height: 2,
  channels: 1,
  maxValue: 255,
  pixels: Uint8Array.of(1, 2, 3, 4),
});

test.each([
  ["csv", "data.csv", text],
  ["csv", "anything", text],
  ["npy", "anything", writeNpy(x)],
  ["idx", "anything", writeIdx(x, "u1", [2, 2, 2])],
  ["parquet", "anything", writeParquet(table)],
  ["netpbm", "anything", square],
])("%s is told by its first bytes or its name, as it is and compressed", async (format, name, bytes) => {
  const plain = await readData(bytes, name);
  expect(plain.format).toBe(format);
  expect([...plain.x.data]).toEqual(format === "netpbm" ? [1, 2, 3, 4] : [...x.data]);
  expect({ ...(await readData(gzipSync(bytes), `${name}.gz`)), name }).toEqual(plain);
  const byByte = async function* () {
    for (const byte of bytes) yield Uint8Array.of(byte);
  };
  expect(await readDataStream(byByte(), name)).toEqual(plain);
});

// A file is read into one buffer again and again.
test.each([1, 7, 511, 512, 513, 65_536])(
  "a source may write over its piece of %i bytes when it is asked for the next",
  async (size) => {
    const rows = 400;
    const long = matrix(
      rows,
      2,
      Float32Array.from({ length: 2 * rows }, (_, i) => i),
    );
    const lines = Array.from({ length: rows }, (_, i) => `${2 * i},${2 * i + 1}`);
    const files = {
      "a.csv": new TextEncoder().encode(`a,b\n${lines.join("\n")}\n`),
      "a.npy": writeNpy(long),
      "a.idx": writeIdx(long),
      "a.parquet": writeParquet(matrixTable(long, ["a", "b"])),
    };
    for (const [name, plain] of Object.entries(files)) {
      for (const bytes of [plain, gzipSync(plain)]) {
        function* pieces(buffer: Uint8Array) {
          for (let at = 0; at < bytes.length; at += size) {
            const piece = bytes.subarray(at, at + size);
            buffer.set(piece);
            yield buffer.subarray(0, piece.length);
            buffer.fill(0x37);
          }
        }
        for (const buffer of [new Uint8Array(size), Buffer.alloc(size)]) {
          expect((await readDataStream(pieces(buffer), name)).x).toEqual(long);
        }
      }
    }
  },
);

test("arrays without rows are refused, whatever number of columns they claim", async () => {
  const claim = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 0, 255, 255, 255, 255);
  await expect(readData(claim, "a.idx", { columns: ["1"] })).rejects.toThrow("a.idx: no rows");
});

test("images keep their shape, tables their names", async () => {
  expect((await readData(writeIdx(x, "u1", [2, 2, 2]), "i")).rowShape).toEqual([2, 2]);
  expect((await readData(writeNpy(x, [2, 1, 2, 2]), "i")).rowShape).toEqual([1, 2, 2]);
  expect((await readData(writeNpy(x), "i")).rowShape).toBeUndefined();
  expect((await readData(text, "i")).columns).toEqual(["a", "b", "c", "d"]);
});

test("a label and columns, in tables and in arrays", async () => {
  const fromText = await readData(text, "data.csv", { label: "d", columns: ["a", "c"] });
  expect(fromText.labels).toEqual(["4", "8"]);
  expect([...fromText.x.data]).toEqual([1, 3, 5, 7]);
  const fromArray = await readData(writeNpy(x), "data.npy", { label: "4" });
  expect(fromArray.labels).toEqual(["4", "8"]);
  expect(fromArray.columns).toEqual(["x1", "x2", "x3"]);
  const fromParquet = await readData(writeParquet(table), "p", { label: "d" });
  expect(fromParquet.x.cols).toBe(3);
});

test("tabs in a file that ends in .tsv, where commas would do as well", async () => {
  const bytes = new TextEncoder().encode("1,5\t2,5\n");
  await expect(readData(bytes, "data.tsv")).rejects.toThrow('"1,5" has a comma');
});

test("text is named in a warning and carried along", async () => {
  const bytes = new TextEncoder().encode("id,v\nA,1\nB,2\n");
  const { warnings, carried } = await readData(bytes, "data.csv");
  expect(warnings).toEqual(["data.csv: text, carried along unused: id"]);
  expect(carried[0]!.values).toEqual(["A", "B"]);
});

test.each([
  ["data.npy", "a,b\n1,2\n", "data.npy: no .npy file"],
  ["data.parquet", "a,b\n1,2\n", "data.parquet: no Parquet file"],
  ["train-images.idx3-ubyte", "a,b\n1,2\n", "no IDX file"],
  ["data.npz", "PK\u0003\u0004", "a zip archive is not read"],
  ["x.jpg", "\u00ff\u00d8\u00ff", "one PNG or JPEG is no data set"],
  ["x.csv", "a,b\nx,y\n", "x.csv: no column of numbers"],
  ["x.bin", "\u0001\u0000\u0002", "x.bin: byte 1 is 0, this is no text"],
])("refuses %s", async (name, content, message) => {
  const bytes = Uint8Array.from(content, (character) => character.charCodeAt(0));
  await expect(readData(bytes, name)).rejects.toThrow(message);
});

test("any bytes under any name are read or refused in one line", async () => {
  const magic = fc.constantFrom(
    "",
    "\u0093NUMPY\u0001\u0000",
    "PAR1",
    "\u001f\u008b\b",
    "\0\0\b\u0001",
    "P5\n",
  );
  const name = fc.constantFrom("f", "f.csv", "f.tsv", "f.npy", "f.gz", "f.parquet", "f.idx");
  const options = fc.record({
    label: fc.constantFrom(undefined, "1"),
    header: fc.constantFrom(true, false, undefined),
  });
  await fc.assert(
    fc.asyncProperty(magic, fc.uint8Array({ maxLength: 80 }), name, options, (start, rest, file, how) => {
      const bytes = Uint8Array.from([...Array.from(start, (c) => c.charCodeAt(0)), ...rest]);
      return readsOrRefuses("", () => readData(bytes, file, how));
    }),
    { numRuns: 1000 },
  );
});

test("results are written in the format of their name", async () => {
  for (const name of ["z.csv", "z.npy", "z.parquet"]) {
    expect([...(await readData(encodeTable(table, name), name)).x.data]).toEqual([...x.data]);
  }
  const withText = matrixTable(x, ["a", "b", "c", "d"], [{ name: "t", kind: "text", values: ["p", "q"] }]);
  expect(() => encodeTable(withText, "z.npy")).toThrow('z.npy: .npy holds numbers alone, "t" is text');
  expect(() => encodeTable(table, "z.xlsx")).toThrow("z.xlsx: want a name that ends in .csv");
  expect(() => encodeTable(table, "csv")).toThrow(RangeError);
});

testWith("ett/ETTh1.csv", "a time series with a column of dates", async (path) => {
  const { x: series, columns, carried } = await readData(readFileSync(path), "ETTh1.csv");
  expect([series.rows, series.cols]).toEqual([17420, 7]);
  expect(columns!.at(-1)).toBe("OT");
  expect(carried[0]!.values[1]).toBe("2016-07-01 01:00:00");
});

testWith("anomaly/cardio.csv.gz", "labeled outliers", async (path) => {
  const { x: cardio, labels } = await readData(readFileSync(path), "cardio.csv.gz", { label: "label" });
  expect([cardio.rows, cardio.cols]).toEqual([1831, 21]);
  expect(labels!.filter((label) => label === "1").length).toBe(176);
});
