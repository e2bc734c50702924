import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { csvPieces } from "../../src/data/csv/write.js";
import { type CsvOptions, csvReader, readCsv } from "../../src/data/csv.js";
import { joinBytes } from "../../src/data/pieces.js";
import type { Table } from "../../src/data/table/table.js";
import { testWith } from "./shared.js";
import { contentOf, numbersOf, tableOf } from "./tables.js";

const read = (text: string, options: CsvOptions = {}) => readCsv(text, { name: "data.csv", ...options });
const names = (table: Table) => table.columns.map(({ name }) => name);
const numbers = (text: string, options?: CsvOptions) => numbersOf(read(text, options));

describe("what is read", () => {
  test("numbers in every usual form", () => {
    expect(numbers("a,b\n1,-2\n+1e5,-1E+5\n .5 ,5.\n007.,1e-50\n")).toEqual([
      1, -2, 100000, -100000, 0.5, 5, 7, 1e-50,
    ]);
    expect(numbers("a\n16777217\n0.1\n1234567.89\n20240103\n")).toEqual([
      16777217, 0.1, 1234567.89, 20240103,
    ]);
    expect(Object.is(numbers("-0")[0], -0)).toBe(true);
  });

  test("an empty field is missing, and so are the usual words among numbers, which are counted", () => {
    expect(numbers("a,b\n1,\n,2\n  ,3\n")).toEqual([1, Number.NaN, Number.NaN, 2, Number.NaN, 3]);
    const words = ["NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "-", "?", "#N/A", "<NA>"];
    const [column] = read(`a,b\n1,2\n${words.map((word) => `${word},3\n`).join("")}NA,4\n`).columns;
    if (column?.kind !== "number") throw new Error("no column of numbers");
    expect([...column.values].filter((value) => !Number.isNaN(value))).toEqual([1]);
    expect(column.missing?.get("NA")).toBe(2);
    expect([...column.missing!.keys()]).toEqual(words);
    expect(numbers("a,b\n1,unknown\nx y,2\n", { missing: ["unknown", "x y"] })).toEqual([
      1,
      Number.NaN,
      Number.NaN,
      2,
    ]);
  });

  test("a number that stands for nothing is missing however it is written, and counted", () => {
    for (const rows of ["1,-999\n-999,2\n", '"1",-999\n-999,"2"\n', "1,-999.0\n -999 ,2\n"]) {
      const table = read(`a,b\n${rows}`, { missing: ["-999"] });
      expect(contentOf(table)).toEqual({ a: [1, Number.NaN], b: [Number.NaN, 2] });
      for (const column of table.columns)
        expect(column.kind === "number" && [...column.missing!.values()]).toEqual([1]);
    }
    expect(contentOf(read("a,t\n1,-999\n2,x\n", { missing: ["-999"] })).t).toEqual(["-999", "x"]);
  });

  test("text is never touched: NA of Namibia is text", () => {
    expect(contentOf(read("country,a\nNA,NA\nFR,2\n"))).toEqual({
      country: ["NA", "FR"],
      a: [Number.NaN, 2],
    });
  });

  test("quotes, line breaks in quotes, CRLF, a lone CR, a byte order mark, blank lines", () => {
    const table = read('\ufeffname,v\r\n"x, ""y""",1\r\n\r\n"two\r\nlines","2"\r\n');
    expect(contentOf(table)).toEqual({ name: ['x, "y"', "two\nlines"], v: [1, 2] });
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
    expect(numbers("a|b\n1|2\n3|4\n")).toEqual([1, 2, 3, 4]);
    expect(numbers("a b\n1 2\n3 4\n", { delimiter: " " })).toEqual([1, 2, 3, 4]);
    expect(numbers("a:b\n1:2\n", { delimiter: ":" })).toEqual([1, 2]);
    for (const mark of ["sep=;", "SEP=;"]) expect(numbers(`${mark}\na;b\n1;2\n`)).toEqual([1, 2]);
    expect(numbers("sep=\t\na\tb\n1\t2\n")).toEqual([1, 2]);
  });

  test("text columns are carried, a column of nothing but missing values is numbers", () => {
    const table = read("id,species,empty\n1,setosa,\n2,virginica,\n");
    expect(contentOf(table)).toEqual({
      id: [1, 2],
      species: ["setosa", "virginica"],
      empty: [Number.NaN, Number.NaN],
    });
  });

  test("a column of numbers and texts is text, wherever the first text stands", () => {
    expect(contentOf(read("t,v\nA/5 21171,1\n113803,2\n"))).toEqual({
      t: ["A/5 21171", "113803"],
      v: [1, 2],
    });
    const many = "1.50,2\n".repeat(200_000);
    for (const late of ["x,3\n", '"x",3\n']) {
      const { columns } = read(`t,v\n${many}${late}`);
      expect(columns[0]!.kind).toBe("text");
      expect([columns[0]!.values.at(0), columns[0]!.values.at(200_000)]).toEqual(["1.50", "x"]);
    }
  });

  test("codes keep their zeros and numbers of more digits than float64 holds theirs", () => {
    expect(contentOf(read("x,id\n1,007\n2,010\n")).id).toEqual(["007", "010"]);
    expect(contentOf(read("x,id\n1,12345678901234567\n2,12345678901234568\n")).id).toEqual([
      "12345678901234567",
      "12345678901234568",
    ]);
    const asText = () => [1];
    expect(contentOf(read("x,id\n1,7\n2,12345678901\n", { asText })).id).toEqual(["7", "12345678901"]);
  });

  test("decimal commas, separators of thousands, currency and units, where a whole column has them", () => {
    expect(numbers("a;b;c\n1,5;2,3;4,0\n2,5;3,1;5,25\n")).toEqual([1.5, 2.3, 4, 2.5, 3.1, 5.25]);
    expect(numbers('v\n"1,234.50"\n"12,345,678"\n-3\n')).toEqual([1234.5, 12345678, -3]);
    expect(numbers("v;w\n1.234,5;1\n12.345;2\n")).toEqual([1234.5, 1, 12345, 2]);
    expect(numbers('v\n"$1,000"\n"-$2,500.75"\n"($3)"\n')).toEqual([1000, -2500.75, -3]);
    expect(numbers("v,w\n12 %,5 kg\n7.5%,6kg\n")).toEqual([12, 5, 7.5, 6]);
    expect(numbers("v;w\n€ 1.200;1 000\n€ 5;2 000\n")).toEqual([1200, 1000, 5, 2000]);
    expect(read("v\n1,5\n2,5\n", { delimiter: ";" }).notes).toEqual([
      "data.csv: numbers not in plain digits: v (decimal commas) (--decimal, --thousands)",
    ]);
    // One such column tells that of the others.
    expect(numbers("a;b\n1,25;1.234\n2,5;2.345\n")).toEqual([1.25, 1234, 2.5, 2345]);
    expect(numbers("a;b\n1,5;1.234\n", { decimal: ".", known: new Map([["a", "text"]]) })).toEqual([1.234]);
    expect(numbers('v\n"1,234"\n"5,678"\n')).toEqual([1234, 5678]);
    expect(numbers('v\n"1,234"\n"5,678"\n', { decimal: "," })).toEqual([1.234, 5.678]);
  });

  test("lines of comment and remarks at the top are passed over", () => {
    expect(numbers("# made by x\n# on 2020\na,b\n1,2\n3,4\n")).toEqual([1, 2, 3, 4]);
    expect(names(read("#id,v\n1,2\n"))).toEqual(["#id", "v"]);
    const text = '% one\na,b\n1,2\n% "two\n3,4\n';
    expect(numbers(text, { comment: "%" })).toEqual([1, 2, 3, 4]);
    expect(numbers(`${text}"5",6\n%`, { comment: "%" })).toEqual([1, 2, 3, 4, 5, 6]);
    // A line ends where it does elsewhere: at a return alone, too.
    expect(numbers("a,b\r% one\r1,2\r%\r3,4\r% two", { comment: "%" })).toEqual([1, 2, 3, 4]);
    expect(numbers("a,b\r\n% one\r\n1,2\r\n%\r\n3,4\r\n", { comment: "%" })).toEqual([1, 2, 3, 4]);
    expect(() => read("made by x\na,b\n1,2\n")).toThrow(
      "--skip-rows 1 or --comment; tried comma, semicolon, tab and bar",
    );
  });

  test("UTF-16 with a byte order mark; bytes that are not UTF-8 are refused with their line", () => {
    for (const big of [false, true]) {
      const bytes = new Uint8Array(2 * 9 + 2);
      const view = new DataView(bytes.buffer);
      [..."\ufeffa,b\n1,é\n"].forEach((letter, i) => {
        view.setUint16(2 * i, letter.charCodeAt(0), !big);
      });
      expect(contentOf(readCsv(bytes.subarray(0, 18)))).toEqual({ a: [1], b: ["é"] });
    }
    const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    for (const [text, line] of [
      ["ville,t\nQuébec,2\n", 2],
      ['v,t\na,1\n"Québec",2\n', 3],
      ["ville,t\nx,1\ny,2\né,2\n", 4],
      ["températures,t\nx,1\n", 1],
    ] as const) {
      expect(() => readCsv(latin1(text), { name: "l.csv" })).toThrow(
        `l.csv:${line}: byte 0xE9 is not UTF-8 (use --encoding latin1`,
      );
    }
    const far = `v,t\n${"a,1\n".repeat(200_000)}é,2\n`;
    expect(() => readCsv(latin1(far), { name: "l.csv" })).toThrow("l.csv:200002: byte 0xE9");
  });
});

// As Python's csv module splits them, but that it takes what follows a closing quote for text.
describe("a quote", () => {
  const texts = (text: string, options: CsvOptions = {}) => {
    const { columns } = read(text, { delimiter: ",", header: true, ...options });
    return columns.map((column) => [column.name, ...(column.kind === "text" ? [...column.values] : [])]);
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
      const values = lines.map((_, i) => (i % 7 === 0 ? `x" ${i}` : `x, ${i}`));
      expect(contentOf(reader.end().table)).toEqual({ 't"u': values, n: lines.map((_, i) => i) });
    }
  });

  test("may hold more lines than the first quarter of a megabyte that the layout is told from", () => {
    const long = `"${"a line of text, and no record\n".repeat(30_000)}"`;
    expect(numbers(`t;n\n${long};1\nx;2\n${"y;3\n".repeat(10)}`).slice(0, 3)).toEqual([1, 2, 3]);
    const header = `${long};n\nx;1\ny;2\n`;
    expect(numbers(header)).toEqual([1, 2]);
  });
});

// Each took a minute or more where time grew with the square of the length.
test("long fields and many columns take no longer than other bytes", () => {
  for (const field of [`${"1".repeat(400_000)}x`, `1.${" ".repeat(400_000)}x`])
    expect(contentOf(read(`a,b\n1,2\n3,${field}\n`)).b).toEqual(["2", field]);
  expect(() => read(`a,b\n1,2\n3,${'"'.repeat(400_001)}\n`)).toThrow(/^data\.csv:3.{0,200}$/);
  const many = Array.from({ length: 100_000 }, (_, j) => `n${j}`);
  const wide = `${many.join(",")}\n${many.map((_, j) => j).join(",")}\n`;
  expect(read(wide).columns).toHaveLength(many.length);
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

  test("numbers and dates that are not in plain digits are no names above others of their kind", () => {
    const rowsOf = (text: string, options?: CsvOptions) => {
      const table = read(text, options);
      return [names(table)[0], table.rows];
    };
    expect(rowsOf("1,5;2,5\n3,5;4,25\n")).toEqual(["x1", 2]);
    expect(rowsOf("1,5\t2,5\n3,5\t4,25\n")).toEqual(["x1", 2]);
    expect(rowsOf("$1;x\n$2;y\n$3;z\n")).toEqual(["x1", 3]);
    expect(rowsOf("12 %|a\n13 %|b\n")).toEqual(["x1", 2]);
    expect(rowsOf("2024-01-01,a\n2024-01-02,b\n,c\n")).toEqual(["x1", 3]);
    expect(rowsOf("1.234,5;x\n")).toEqual(["x1", 1]);
    // Above what they are not like they are names.
    expect(rowsOf("name;$1;$2\na;3;4\nb;5;6\n")).toEqual(["name", 2]);
    expect(rowsOf("name,2024-01-01,2024-01-02\na,3,4\nb,5,6\n")).toEqual(["name", 2]);
    expect(rowsOf("5 m;10 m\n0,5;1,5\n")).toEqual(["5 m", 1]);
  });

  test("header and skipRows do as they say", () => {
    expect(names(read("2019,2020\n1,2\n", { header: true }))).toEqual(["2019", "2020"]);
    expect(numbers("# made by hand\n\na,b\n1,2\n", { skipRows: 1 })).toEqual([1, 2]);
    expect(contentOf(read("a,b\n1,2\n", { header: false }))).toEqual({ x1: ["a", "1"], x2: ["b", "2"] });
  });

  test("numbers are names where they count columns or years, and those below do not", () => {
    expect(names(read("country,1990,2000,2010\nFrance,58.2,60.9,65\nSpain,38.9,40.6,46.6\n"))).toEqual([
      "country",
      "1990",
      "2000",
      "2010",
    ]);
    expect(names(read("0,1,2\n0.08,0.02,0.83\n0.77,0.87,0.97\n"))).toEqual(["0", "1", "2"]);
    expect(names(read("2019,2020\n5,17\n8,12\n"))).toEqual(["2019", "2020"]);
    expect(names(read(`1,2\n${"0.5,0.7\n".repeat(6)}`))).toEqual(["1", "2"]);
    expect(names(read("0,1,2\n3,4,5\n6,7,8\n"))).toEqual(["x1", "x2", "x3"]);
    expect(names(read("2019,2020\n2021,2022\n"))).toEqual(["x1", "x2"]);
    expect(names(read("1,2\n0.5,0.7\n"))).toEqual(["x1", "x2"]);
    expect(names(read("5,7\n0.5,0.7\n"))).toEqual(["x1", "x2"]);
  });

  test("names that are empty or the same are made different, with a note", () => {
    const { columns, notes } = read("x,x,,x.1,x\n1,2,3,4,5\n");
    expect(columns.map(({ name }) => name)).toEqual(["x", "x.2", "x3", "x.1", "x.3"]);
    expect(notes[0]).toBe('data.csv: two columns are called "x", the later one is read as "x.2"');
    expect(names(read(",x1,x2\n0,1.5,2.5\n"))).toEqual(["x1_", "x1", "x2"]);
    // R names one column less than there are.
    expect(contentOf(read('"a" "b"\n"r1" 1 2\n"r2" 3 4\n', { delimiter: " " }))).toEqual({
      x1: ["r1", "r2"],
      a: [1, 3],
      b: [2, 4],
    });
  });

  for (const name of ["iris.csv", "wine_data.csv", "breast_cancer.csv"]) {
    testWith(name, `${name} begins with n, d, names: refused, or read as told`, (path) => {
      const bytes = readFileSync(path);
      const rows = Number(bytes.toString("utf8").split(",")[0]);
      expect(() => readCsv(bytes, { name })).toThrow(new RegExp(`^${name}:1: .*--skip-rows 1`));
      expect(readCsv(bytes, { name, skipRows: 1 }).rows).toBe(rows);
    });
  }
  testWith("iris.csv", "iris.csv with its first line taken as names", (path) => {
    const table = readCsv(readFileSync(path), { header: true });
    expect(names(table)).toEqual(["150", "4", "setosa", "versicolor", "virginica"]);
    expect([table.rows, table.columns.length]).toEqual([150, 5]);
  });
});

describe("what is refused, with file, line and column", () => {
  test.each([
    ["a,b\n1,2\n3\n", "data.csv:3: 1 field, the lines before have 2"],
    ["a,b\n1,2\n3,4,5\n6,7\n", "data.csv:3: 3 fields, the lines before have 2"],
    ["", "data.csv: the file is empty"],
    ["\n \n", "data.csv: no rows"],
    ["a,b\n", "data.csv: only a header, no rows"],
    ['a,b\n"x,1\ny,2\n', "data.csv:2: a quoted field is not closed"],
    ['a,b\n"x"y,1\n', "data.csv:2: a quote inside a quoted field is not doubled"],
    ["a\u0000b\n1\n", "data.csv: byte 1 is 0, this is no text"],
  ])("%j", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test("an unknown delimiter", () => {
    for (const delimiter of ["", "a", "7", ".", '"', ",,", "constructor", null]) {
      expect(() => read("a,b\n1,2\n", { delimiter: delimiter as "," })).toThrow(/^csv: delimiter must be/);
    }
  });

  test("lines of other lengths far down, on either path, at their line", () => {
    const plain = `a,b\n${"3,4\n".repeat(200_000)}`;
    expect(() => read(`${plain}5\n`)).toThrow("data.csv:200002: 1 field");
    const quoted = `a,b\n${'3,"4"\n'.repeat(200_000)}`;
    expect(() => read(`${quoted}"5"\n`)).toThrow("data.csv:200002: 1 field");
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
  const v = [0.1, Number.NaN, -0, 16777217, 1e300, 5e-324];
  expect(contentOf(readCsv(joinBytes([...csvPieces(tableOf({ v }))])))).toEqual({ v });
  const table = tableOf({ "id, quoted": ['a"b', " c", "d\ne", "", "x", "y"], v });
  for (const delimiter of [",", ";", "\t"])
    expect(contentOf(readCsv(joinBytes([...csvPieces(table, delimiter)])))).toEqual(contentOf(table));
});
