import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readData, readDataStream, writeTable } from "../../src/data/format.js";
import { writeIdx } from "../../src/data/idx.js";
import { matrix } from "../../src/data/matrix.js";
import { writeNetpbm } from "../../src/data/netpbm.js";
import { writeNpy } from "../../src/data/npy.js";
import { writeParquet } from "../../src/data/parquet.js";
import { makeTable, numberColumns } from "../../src/data/table/table.js";
import { fit, pca } from "../../src/index.js";
import { readsOrRefuses } from "./damage.js";
import { testWith } from "./shared.js";
import { contentOf, tableOf, wholeDataset } from "./tables.js";

const x = matrix(2, 4, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
const table = makeTable(numberColumns(x, ["a", "b", "c", "d"]));
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
  const named = (read: unknown) => JSON.parse(JSON.stringify(read).replaceAll(`"${name}.gz`, `"${name}`));
  const whole = await wholeDataset(plain);
  expect(named(await wholeDataset(await readData(gzipSync(bytes), `${name}.gz`)))).toEqual(named(whole));
  const byByte = async function* () {
    for (const byte of bytes) yield Uint8Array.of(byte);
  };
  expect(await wholeDataset(await readDataStream(byByte(), name))).toEqual(whole);
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
      "wide.csv": new Uint8Array(Buffer.from(`\ufeffa,b\n${lines.join("\n")}\n`, "utf16le")),
      "a.npy": writeNpy(long),
      "a.idx": writeIdx(long),
      "a.parquet": writeParquet(makeTable(numberColumns(long, ["a", "b"]))),
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
          const { x: read } = await readDataStream(pieces(buffer), name);
          expect([read.rows, read.cols, ...read.data], name).toEqual([rows, 2, ...long.data]);
        }
      }
    }
  },
);

test("bytes of numbers that happen to be brackets are no JSON", async () => {
  for (const type of [8, 11, 12, 13, 14]) {
    const bytes = new Uint8Array(8 + 8).fill(0);
    bytes.set([0, 0, type, 1, 0, 0, 0, 8 / { 8: 1, 11: 2, 12: 4, 13: 4, 14: 8 }[type]!, 0, 91, 0, 123]);
    for (const name of ["a", "a.idx", "a.json"]) expect((await readData(bytes, name)).format).toBe("idx");
  }
  for (const start of ["", "\ufeff", "\ufeff \r\n\t", " "]) {
    const json = new TextEncoder().encode(`${start}[{"a":1},{"a":2}]`);
    expect((await readData(json, "a")).format).toBe("json");
  }
});

test("names and texts of a file stay on one line of a message, and short", async () => {
  const hostile = ["a\nb", "a\rb", "a\u2028b", "a\u0007b", "a\u202eb", `${"a".repeat(5000)}b`, 'a"b'];
  const refusalOf = (text: string, options = {}) =>
    readData(new TextEncoder().encode(text), "d.csv", options).then(
      ({ notes }) => notes.join(" "),
      ({ message }: Error) => message,
    );
  for (const name of hostile) {
    const field = `"${name.replaceAll('"', '""')}"`;
    const messages = await Promise.all([
      refusalOf(`${field},t\nw x y,1 a\nu v w,b\n`),
      refusalOf(`n,t\n${field},1 a\nu v w,b\n`),
      refusalOf(`${field},t\n"1,5",1\n"2,25",2\n`, { delimiter: "," }),
      refusalOf(`${field},${field}\n1.5,1\n2,2\n`),
      refusalOf(`${field},t\n01/02/2024,w\n02/03/2024,x\n`, { types: { "1": "date" } }),
      refusalOf(`${field},t\nq w,w\nr w,x\n`, { columns: ["1"] }),
      refusalOf(`a,t\n1,w\n2,x\n`, { columns: [name] }),
      refusalOf(`a,t\n1,w\n2,x\n`, { types: { a: name } }),
    ]);
    for (const message of messages) {
      expect(message.length).toBeGreaterThan(20);
      expect(message.length).toBeLessThan(1000);
      expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  }
});

test("infinity in an array is read, and called infinite where a method refuses it", async () => {
  const data = Float64Array.of(1, 2, 3, Number.NEGATIVE_INFINITY, 5, 6);
  const read = await readData(writeNpy({ data, rows: 3, cols: 2 }), "inf.npy");
  expect([...read.x.data]).toEqual([...data]);
  const refused = await fit(pca({ latentDim: 1 }), read).catch(({ message }: Error) => message);
  expect(refused).toContain("row 1 column 1 is -Infinity");
  expect(refused).not.toMatch(/missing/);
});

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
  const bytes = new TextEncoder().encode("1,5\t2,5\n3,5\t4,25\n");
  for (const name of ["data.tsv", "data.tab"]) {
    const { x, notes } = await readData(bytes, name);
    expect([x.cols, ...x.data]).toEqual([2, 1.5, 2.5, 3.5, 4.25]);
    expect(notes).toEqual([
      `${name}: numbers not in plain digits: x1 (decimal commas), x2 (decimal commas) (--decimal, --thousands)`,
    ]);
  }
});

test("a table is kept whole beside what is learned from it", async () => {
  const bytes = new TextEncoder().encode("name,v,v,kind\nA,1.50,7,p\nB,-,8,q\nC,3,9,p\nD,4,9,q\n");
  const data = await readData(bytes, "data.csv");
  expect(contentOf(data.table!)).toEqual({
    name: ["A", "B", "C", "D"],
    v: [1.5, Number.NaN, 3, 4],
    "v.1": [7, 8, 9, 9],
    kind: ["p", "q", "p", "q"],
  });
  expect(data.guesses!.map(({ name, type, role }) => `${name} ${type} ${role}`)).toEqual([
    "name id carried",
    "v number feature",
    "v.1 number feature",
    "kind category feature",
  ]);
  expect(data.columns).toEqual(["v", "v.1", "kind=p", "kind=q"]);
  expect(data.groups).toEqual([[2, 4]]);
  expect([...data.x.data]).toEqual([1.5, 7, 1, 0, Number.NaN, 8, 0, 1, 3, 9, 1, 0, 4, 9, 0, 1]);
  expect(data.notes).toEqual(['data.csv: two columns are called "v", the later one is read as "v.1"']);
});

test("a mixed column is carried as text, and refused with all its texts where it is asked for", async () => {
  const lines = Array.from({ length: 40 }, (_, i) => `${i % 9 === 4 ? "sold" : i * 1.5},${i % 7}`);
  const bytes = new TextEncoder().encode(`price,v\n${lines.join("\n")}\n`);
  const data = await readData(bytes, "data.csv");
  expect(data.columns).toEqual(["v"]);
  expect(data.guesses![0]).toMatchObject({ type: "text", role: "carried" });
  expect(data.guesses![0]!.why).toContain('"sold" 4 ×');
  expect(data.table!.columns[0]!.values.at(3)).toBe("4.5");
  await expect(readData(bytes, "data.csv", { columns: ["price"] })).rejects.toThrow('"sold" 4 ×');
  expect((await readData(bytes, "data.csv", { missing: ["sold"] })).columns).toEqual(["price", "v"]);
});

test("numbers that float32 would round come back as they are, whatever holds them", async () => {
  const exact = [16777217, 0.1, 1234567.89, 20240103, 900000001, 2 ** 53 - 1, -1e300, 5e-324];
  const made = { data: Float64Array.from(exact), rows: 4, cols: 2 };
  const columns = makeTable(numberColumns(made, ["a", "b"]));
  for (const name of ["x.csv", "x.tsv", "x.json", "x.jsonl", "x.parquet", "x.npy", "x.csv.gz"]) {
    const { x: back } = await readData(await writeTable(columns, name), name, { columns: ["1", "2"] });
    expect([...back.data], name).toEqual(exact);
  }
});

test.each([
  ["data.npy", "a,b\n1,2\n", "data.npy: no .npy file"],
  ["data.parquet", "a,b\n1,2\n", "data.parquet: no Parquet file"],
  ["train-images.idx3-ubyte", "a,b\n1,2\n", "no IDX file"],
  ["data.npz", "PK\u0003\u0004", "data.npz: damaged zip archive: it is cut off"],
  [
    "data.xls",
    "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1",
    "data.xls: is an Excel workbook, which is not read",
  ],
  ["x.jpg", "\u00ff\u00d8\u00ff", "one PNG or JPEG is no data set"],
  ["x.csv", "a,b\nx,z\n", "x.csv: no column to learn from: a (text: "],
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
    expect([...(await readData(await writeTable(table, name), name)).x.data]).toEqual([...x.data]);
  }
  const withText = tableOf({ a: [1, 2], t: ["p", "q"] });
  await expect(writeTable(withText, "z.npy")).rejects.toThrow('z.npy: .npy holds numbers alone, "t" is text');
  for (const name of ["z.xlsx", "csv", "z.idx", "z.gz"])
    await expect(writeTable(table, name)).rejects.toThrow(`${name}: want a name that ends in .csv`);
});

testWith("ett/ETTh1.csv", "a time series with a column of dates", async (path) => {
  const { x: series, columns, guesses, table: all } = await readData(readFileSync(path), "ETTh1.csv");
  expect([series.rows, series.cols]).toEqual([17420, 8]);
  expect([columns![0], columns!.at(-1)]).toEqual(["date", "OT"]);
  expect(guesses![0]).toMatchObject({ type: "date", role: "feature" });
  // Days since 1970: 2016-07-01 is the 16,983rd.
  expect(series.data[series.cols]).toBe(16983 + 1 / 24);
  expect(all!.columns[0]!.values.at(1)).toBe("2016-07-01 01:00:00");
});

testWith("anomaly/cardio.csv.gz", "labeled outliers", async (path) => {
  const { x: cardio, labels } = await readData(readFileSync(path), "cardio.csv.gz", { label: "label" });
  expect([cardio.rows, cardio.cols]).toEqual([1831, 21]);
  expect(labels!.filter((label) => label === "1").length).toBe(176);
});
