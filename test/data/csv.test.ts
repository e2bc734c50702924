import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type CsvOptions, csvReader, readCsv, writeCsv } from "../../src/data/csv.js";
import { matrixTable, type Table } from "../../src/data/table.js";
import { expectSameBits } from "./damage.js";
import { testWith } from "./shared.js";

const read = (text: string, options: CsvOptions = {}) => readCsv(text, { name: "data.csv", ...options });
const names = (table: Table) => table.columns.map(({ name }) => name);
const numbers = (text: string, options?: CsvOptions) => Array.from(read(text, options).x.data);

describe("what is read", () => {
  test("numbers in every usual form", () => {
    const table = read("a,b\n1,-2\n+1e5,-1E+5\n .5 ,5.\n007,1e-50\n");
    expectSameBits(table.x.data, [1, -2, 100000, -100000, 0.5, 5, 7, 0]);
    expect(Object.is(numbers("-0")[0], -0)).toBe(true);
  });

  test("an empty field is missing, other texts only if named", () => {
    expect(numbers("a,b\n1,\n,2\n  ,3\n")).toEqual([1, Number.NaN, Number.NaN, 2, Number.NaN, 3]);
    expect(numbers("a,b\n1,n/a\n?,2\n", { missing: ["n/a", "?"] })).toEqual([1, Number.NaN, Number.NaN, 2]);
  });

  test("quotes, line breaks in quotes, CRLF, a lone CR, a byte order mark, blank lines", () => {
    const table = read('\ufeffname,v\r\n"x, ""y""",1\r\n\r\n"two\r\nlines","2"\r\n');
    expect(table.columns[0]).toEqual({ name: "name", kind: "text", values: ['x, "y"', "two\nlines"] });
    expectSameBits(table.x.data, [1, 2]);
    expect(numbers("a,b\r1,2\r3,4")).toEqual([1, 2, 3, 4]);
  });

  test("a blank line is no row, a quoted empty field is", () => {
    expect(numbers('a\n1\n\n""\n3\n\n')).toEqual([1, Number.NaN, 3]);
  });

  test("delimiters are told from the lines", () => {
    expect(numbers("a;b\n1.5;2\n")).toEqual([1.5, 2]);
    expect(numbers("a\tb\n1\t\n\t2\n")).toEqual([1, Number.NaN, Number.NaN, 2]);
    const mixed = read('name,v\n"x;y",1\n"z;w",2\n');
    expect(names(mixed)).toEqual(["name", "v"]);
    expect(numbers("1;2\n", { delimiter: ";" })).toEqual([1, 2]);
  });

  test("text columns are carried, a column of nothing but missing values is numbers", () => {
    const table = read("id,species,empty\n1,setosa,\n2,virginica,\n");
    expect(table.columns.map(({ kind }) => kind)).toEqual(["number", "text", "number"]);
    expectSameBits(table.x.data, [1, Number.NaN, 2, Number.NaN]);
  });

  test("columns asked for are read, others of text carried, the rest left out", () => {
    const table = read("a,mixed,note,c\n1,x,p,2\n2,3,q,2\n", { columns: ["a", "4"] });
    expect(names(table)).toEqual(["a", "note", "c"]);
    expect(table.unread).toEqual(["mixed"]);
    expectSameBits(table.x.data, [1, 2, 2, 2]);
  });

  test("a label of digits stays text as written", () => {
    const table = read("x,id\n1,007\n2,12345678901\n", { text: ["id"] });
    expect(table.columns[1]).toEqual({ name: "id", kind: "text", values: ["007", "12345678901"] });
  });
});

// As Python's csv module splits them, but that it takes what follows a closing quote for text.
describe("a quote", () => {
  const texts = (text: string, options: CsvOptions = {}) => {
    const { columns } = read(text, { delimiter: ",", header: true, ...options });
    return columns.map((column) => [column.name, ...(column.kind === "text" ? column.values : [])]);
  };

  test("inside a field that does not begin with one is text, in names and below", () => {
    expect(texts('a"b,c"\nx"y,1\nu""v",2\n"w",3\n')).toEqual([['a"b', 'x"y', 'u""v"', "w"], ['c"']]);
    expect(texts('5"t,n\nx,1\n\ny 3",2\nz,3\n')).toEqual([['5"t', "x", 'y 3"', "z"], ["n"]]);
    expect(texts('t,n\n "x",1\n')).toEqual([["t", ' "x"'], ["n"]]);
    expect(texts("t,n\n'x,1\n")).toEqual([["t", "'x"], ["n"]]);
  });

  test("that closes a field may be followed by spaces", () => {
    expect(texts('t,n\n"x" ,"1" \n"" , 2\n')).toEqual([["t", "x ", ""], ["n"]]);
  });

  test.each([
    ['t,n\nx,1\n"y"z,2\nu,3\n', "data.csv:3: a quote inside a quoted field is not doubled"],
    ['t,n\nx,1\n"y" z,2\nu,3\n', "data.csv:3: a quote inside a quoted field is not doubled"],
    ['"t"x,n\nx,1\n', "data.csv:1: a quote inside a quoted field is not doubled"],
    ['t,n\nx,1\n"y,2\nu,3\n', "data.csv:3: a quoted field is not closed"],
    ['"t,n\nx,1\n', "data.csv:1: a quoted field is not closed"],
  ])("that is wrong is refused with its line: %j", (text, message) => {
    expect(() => read(text, { delimiter: ",", header: true })).toThrow(message);
  });

  test("loses no row, wherever pieces are cut", () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => (i % 7 === 0 ? `x" ${i},${i}` : `"x, ${i}",${i}`));
    const bytes = new TextEncoder().encode(`t"u,n\n${lines.join("\n")}\n`);
    for (const size of [511, 65_536, bytes.length]) {
      const reader = csvReader({ name: "data.csv" });
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      const { x, columns } = reader.end();
      expectSameBits(
        x.data,
        lines.map((_, i) => i),
      );
      const values = lines.map((_, i) => (i % 7 === 0 ? `x" ${i}` : `x, ${i}`));
      expect(columns[0]).toEqual({ name: 't"u', kind: "text", values });
    }
  });

  test("may hold more lines than the first half megabyte that the layout is told from", () => {
    const long = `"${"a line of text, and no record\n".repeat(30_000)}"`;
    expect(numbers(`t;n\n${long};1\nx;2\n${"y;3\n".repeat(10)}`).slice(0, 3)).toEqual([1, 2, 3]);
    const header = `${long};n\nx;1\ny;2\n`;
    expect(numbers(header)).toEqual([1, 2]);
  });
});

// Each took a minute or more where time grew with the square of the length.
test("long fields and many columns take no longer than other bytes", () => {
  for (const field of [`${"1".repeat(400_000)}x`, `1.${" ".repeat(400_000)}x`, `${'"'.repeat(400_001)}`]) {
    expect(() => read(`a,b\n1,2\n3,${field}\n`)).toThrow(/^data\.csv:3/);
    expect(() => readCsv(`a,b\n1,2\n3,${field}\n`)).toThrow(/^.{0,200}$/);
  }
  const many = Array.from({ length: 100_000 }, (_, j) => `n${j}`);
  const wide = `${many.join(",")}\n${many.map((_, j) => j).join(",")}\n`;
  expect(read(wide, { columns: many.toReversed() }).x.cols).toBe(many.length);
  expect(() => read(wide, { columns: ["m".repeat(100_000)] })).toThrow(
    /^data.csv: no column is called .{0,200}$/,
  );
  const reader = csvReader({ name: "data.csv" });
  const header = new TextEncoder().encode(`${many.slice(0, 40_000).join(",")}\n`);
  for (const byte of header) reader.push(Uint8Array.of(byte));
  expect(() => reader.end()).toThrow("only a header");
});

describe("the header", () => {
  test("names are told from numbers", () => {
    expect(names(read("1,2\n3,4\n"))).toEqual(["x1", "x2"]);
    expect(names(read("a,b\n3,4\n"))).toEqual(["a", "b"]);
    expect(names(read(",a\n0,4\n"))).toEqual(["x1", "a"]);
    expect(names(read("1,setosa\n3,virginica\n"))).toEqual(["x1", "x2"]);
  });

  test("header and skipRows do as they say", () => {
    expect(names(read("2019,2020\n1,2\n", { header: true }))).toEqual(["2019", "2020"]);
    expect(numbers("# made by hand\n\na,b\n1,2\n", { skipRows: 1 })).toEqual([1, 2]);
    expect(() => read("a,b\n1,2\n", { header: false })).toThrow(
      'data.csv:1 column "x1": "a" is not a number',
    );
  });

  for (const name of ["iris.csv", "wine_data.csv", "breast_cancer.csv"]) {
    testWith(name, `${name} begins with n, d, names: refused, or read as told`, (path) => {
      const bytes = readFileSync(path);
      const rows = Number(bytes.toString("utf8").split(",")[0]);
      expect(() => readCsv(bytes, { name })).toThrow(new RegExp(`^${name}:1: .*--skip-rows 1`));
      expect(() => readCsv(bytes, { name, header: false })).toThrow(`${name}:1`);
      expect(readCsv(bytes, { name, skipRows: 1 }).x.rows).toBe(rows);
    });
  }
  testWith("iris.csv", "iris.csv with its first line taken as names", (path) => {
    const table = readCsv(readFileSync(path), { header: true });
    expect(names(table)).toEqual(["150", "4", "setosa", "versicolor", "virginica"]);
    expect([table.x.rows, table.x.cols]).toEqual([150, 5]);
  });
});

describe("what is refused, with file, line and column", () => {
  test.each([
    [
      "a,petal\n1,2\n3,n/a\n",
      'data.csv:3 column "petal": "n/a" is not a number (use --missing n/a or --columns)',
    ],
    ["a;b\n1,5;2\n", 'data.csv:2 column "a": "1,5" has a comma (write 1.5, and 1234 for a thousand)'],
    ["1,5;2,5\n3,5;4,5\n", 'data.csv:1 column "x1": "1,5" has a comma'],
    ['a,b\n"1,234",2\n', 'data.csv:2 column "a": "1,234" has a comma'],
    ["a,b\n1 234,2\n", 'data.csv:2 column "a": "1 234" has thousands separators'],
    ["a,b\n1,0x1F\n", 'data.csv:2 column "b": "0x1F" is hexadecimal'],
    ["a\n1\n-Infinity\n", 'data.csv:3 column "a": "-Infinity" is not finite'],
    ["a\n1e39\n", 'data.csv:2 column "a": "1e39" is too large for float32'],
    ["a\nnan\n", 'data.csv:2 column "a": "nan" is not a number (use --missing nan or --columns)'],
    ["a,b\n1,2\n3\n", "data.csv:3: 1 field, the lines before have 2"],
    ["a,b\n1,2\n3,4,5\n6,7\n", "data.csv:3: 3 fields, the lines before have 2"],
    ["a,b,a\n1,2,3\n", 'data.csv:1: columns 1 and 3 are both called "a"'],
    ["", "data.csv: the file is empty"],
    ["\n \n", "data.csv: no rows"],
    ["a,b\n", "data.csv: only a header, no rows"],
    ['a,b\n"x,1\ny,2\n', "data.csv:2: a quoted field is not closed"],
    ['a,b\n"x"y,1\n', "data.csv:2: a quote inside a quoted field is not doubled"],
    ["code,v\nA1,1\n12,2\nB2,3\n", 'data.csv:3 column "code": "12" is a number in a column of text'],
    ['n,v\n"two\nlines",1\nz,bad\n', 'data.csv:4 column "v": "bad" is not a number'],
    ["a\u0000b\n1\n", "data.csv: byte 1 is 0, this is no text"],
  ])("%j", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test("an unknown delimiter", () => {
    for (const delimiter of ["", "|", ",,", "constructor", null]) {
      expect(() => read("a,b\n1,2\n", { delimiter: delimiter as "," })).toThrow(/^csv: delimiter must be/);
    }
  });

  test("an unknown column, with the near ones", () => {
    expect(() => read("petal,sepal\n1,2\n", { columns: ["petla"] })).toThrow(
      'no column is called "petla" (near: "petal"',
    );
  });

  test("bad values far down, on either path, at their line", () => {
    const plain = `a,b\n${"3,4\n".repeat(200_000)}`;
    expect(() => read(`${plain}5,x\n`)).toThrow('data.csv:200002 column "b": "x" is not a number');
    expect(() => read(`${plain}5\n`)).toThrow("data.csv:200002: 1 field");
    const quoted = `a,b\n${'3,"4"\n'.repeat(200_000)}`;
    expect(() => read(`${quoted}5,x\n`)).toThrow('data.csv:200002 column "b": "x" is not a number');
    const text = `a,b\n${"u,4\n".repeat(200_000)}`;
    expect(() => read(`${text}7,4\n`)).toThrow(
      'data.csv:200002 column "a": "7" is a number in a column of text',
    );
  });

  test("a record without an end", () => {
    const reader = csvReader({ name: "data.csv" });
    reader.push(new TextEncoder().encode(`a,b\n${"1,2\n".repeat(200_000)}"`));
    const piece = new Uint8Array(2 ** 23).fill(0x61);
    expect(() => {
      for (let i = 0; i < 9; i++) reader.push(piece);
    }).toThrow("data.csv:200002: no end of this record in 64 MiB");
  });
});

test("what is written is read again, a lone missing value included", () => {
  const x = { data: Float32Array.of(0.1, Number.NaN, -0, 16777216, 3.4e38, 1e-45), rows: 6, cols: 1 };
  expectSameBits(readCsv(writeCsv(matrixTable(x, ["v"]))).x.data, x.data);
  const text = [{ name: "id, quoted", kind: "text", values: ['a"b', " c", "d\ne", "", "x", "y"] } as const];
  const table = matrixTable(x, ["v"], text);
  expect(readCsv(writeCsv(table)).columns).toEqual(table.columns);
});
