/** @file Tables written and read again, and given back with more in them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readContent, readData, resultPieces, writeTable } from "../../src/data/format.js";
import type { Written } from "../../src/data/formats/format.js";
import { collect } from "../../src/data/pieces.js";
import { memorySource } from "../../src/data/source.js";
import { type Column, NumberValues, type Table } from "../../src/data/table/table.js";
import { Texts } from "../../src/data/table/texts.js";
import { tableDataset } from "../../src/data/table-dataset.js";
import { contentOf, tableOf } from "./tables.js";

const written = (results: Written, name: string) => collect(resultPieces(results, name));

async function tableIn(bytes: Uint8Array, name: string): Promise<Table> {
  const { content } = await readContent(memorySource(new Uint8Array(bytes), name));
  if (!("table" in content)) throw new Error("no table");
  return content.table;
}

const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(Number.NaN, -0, 0.1, 1234567.89, 900000001, 20240103, 2 ** 53, 1e300),
);
// A text that is a number, or begins or ends with a space, is one of its column's kind or none in CSV.
const texts = fc
  .string({ unit: "grapheme" })
  .map((text) => (text === "" ? "" : `t${text.replaceAll("\r", "").trim()}`));

function anyTable(): fc.Arbitrary<Record<string, number[] | string[]>> {
  return fc.integer({ min: 1, max: 12 }).chain((rows) => {
    const column = fc.oneof(
      fc.array(numbers, { minLength: rows, maxLength: rows }),
      fc.array(texts, { minLength: rows, maxLength: rows }),
    );
    const names = fc.uniqueArray(
      fc.string({ unit: "grapheme", minLength: 1 }).map((name) => `n${name.replaceAll("\r", "").trim()}`),
      { minLength: 1, maxLength: 5 },
    );
    return names.chain((all) =>
      fc
        .tuple(...all.map(() => column))
        .map((columns) => Object.fromEntries(all.map((name, j) => [name, columns[j]!]))),
    );
  });
}

test.each(["a.csv", "a.tsv", "a.json", "a.jsonl", "a.parquet", "a.csv.gz", "a.jsonl.gz"])(
  "any table written as %s is read again as it was",
  async (name) => {
    await fc.assert(
      fc.asyncProperty(anyTable(), async (columns) => {
        const table = tableOf(columns);
        const back = contentOf(await tableIn(await writeTable(table, name), name));
        // A column of nothing at all has no kind.
        const wanted = Object.fromEntries(
          Object.entries(contentOf(table)).map(([key, values]) => {
            const isEmpty = values.every((value) => value === "" || Number.isNaN(value));
            return [key, isEmpty ? values.map(() => Number.NaN) : values];
          }),
        );
        const got = Object.fromEntries(
          Object.entries(back).map(([key, values]) => [
            key,
            values.every((value) => value === "") ? values.map(() => Number.NaN) : values,
          ]),
        );
        expect(got).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  },
);

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const score: Column = { name: "score", kind: "number", values: new NumberValues(Float32Array.of(0.5, 1.25)) };

async function givenBack(
  text: string,
  name: string,
  ending: string,
  filled?: Written["filled"],
): Promise<string> {
  const { table } = await readData(encode(text), name);
  const numbersAlone = { data: Float32Array.of(0.5, 1.25), rows: 2, cols: 1 };
  return decode(await written({ table, added: [score], numbers: numbersAlone, filled }, `out${ending}`));
}

test.each([
  ["id,v,t\n0009,1.50,a\n0010,2.00,b\n", "id,v,t,score\n0009,1.50,a,0.5\n0010,2.00,b,1.25\n"],
  // Quotes, spaces, carriage returns, a blank line, a comment and no break at the end.
  [
    'v,t\r\n 1 ,"x, ""y"""\r\n\r\n+2e0,"two\nlines"',
    'v,t,score\n 1 ,"x, ""y""",0.5\n+2e0,"two\nlines",1.25\n',
  ],
  ["# made\nv;t\n1,5;NA\n2,25;?\n", "v;t;score\n1,5;NA;0.5\n2,25;?;1.25\n"],
  ["sep=;\nv;t\n1;a\n2;b\n", "v;t;score\n1;a;0.5\n2;b;1.25\n"],
  [",x,x\n0,1,2\n1,3,4\n", ",x,x,score\n0,1,2,0.5\n1,3,4,1.25\n"],
  ["1,2\n3,4\n", "x1,x2,score\n1,2,0.5\n3,4,1.25\n"],
  ["\ufeffv,t\n1,é\n2,ü\n", "v,t,score\n1,é,0.5\n2,ü,1.25\n"],
])("CSV comes back character by character: %j", async (text, wanted) => {
  expect(await givenBack(text, "in.csv", ".csv")).toBe(wanted);
});

test("other delimiters and formats take the values", async () => {
  expect(await givenBack("v\tt\n1.50\ta,b\n2\tc\n", "in.tsv", ".csv")).toBe(
    'v,t,score\n1.50,"a,b",0.5\n2,c,1.25\n',
  );
  expect(await givenBack('v,t\n1.50,"a\tb"\n2,c\n', "in.csv", ".tsv")).toBe(
    'v\tt\tscore\n1.50\t"a\tb"\t0.5\n2\tc\t1.25\n',
  );
  expect(await givenBack("v,t\n1.50,\n2,c\n", "in.csv", ".jsonl")).toBe(
    '{"v":1.5,"t":null,"score":0.5}\n{"v":2,"t":"c","score":1.25}\n',
  );
});

test("what is filled stands in the gaps, in the way of its column, and nothing else changes", async () => {
  const text = 'id,v,t,w\n900000001,"1,234.50",a,NA\n900000002,,?,7\n';
  const values = (...all: number[]) => new NumberValues(Float64Array.from(all));
  const style = { decimal: ".", thousands: ",", prefix: "", suffix: "" } as const;
  const filled = new Map<number, Column>([
    [1, { name: "v", kind: "number", values: values(Number.NaN, 4321.25), style }],
    [2, { name: "t", kind: "text", values: Texts.from(["", "b"]) }],
    [3, { name: "w", kind: "number", values: values(5.5, Number.NaN) }],
  ]);
  expect(await givenBack(text, "in.csv", ".csv", filled)).toBe(
    'id,v,t,w,score\n900000001,"1,234.50",a,5.5,0.5\n900000002,"4,321.25",b,7,1.25\n',
  );
  expect(await givenBack(text, "in.csv", ".jsonl", filled)).toBe(
    '{"id":900000001,"v":1234.5,"t":"a","w":5.5,"score":0.5}\n{"id":900000002,"v":4321.25,"t":"b","w":7,"score":1.25}\n',
  );
});

test("a file that has changed since it was read is not given back", async () => {
  const bytes = encode("v,t\n1,a\n2,b\n");
  const { table } = await readData(bytes, "in.csv");
  bytes[bytes.lastIndexOf(10, bytes.length - 2)] = 32;
  const results = { table, added: [score], numbers: { data: Float32Array.of(0.5, 1.25), rows: 2, cols: 1 } };
  await expect(written(results, "out.csv")).rejects.toThrow("in.csv: the file has changed since it was read");
});

test("columns in another order, and rows, permute the numbers and nothing else", async () => {
  const lines = Array.from({ length: 30 }, (_, i) => [
    `k${i}`,
    String(i * i + 0.5),
    "red blue green".split(" ")[i % 3]!,
    `2024-01-${String(1 + (i % 28)).padStart(2, "0")}`,
  ]);
  const read = async (columns: number[], rows: number[]) => {
    const names = ["key", "v", "color", "when"];
    const text = [columns.map((j) => names[j]), ...rows.map((i) => columns.map((j) => lines[i]![j]))]
      .map((line) => line.join(","))
      .join("\n");
    const { x, columns: features } = await readData(encode(`${text}\n`), "in.csv");
    const order = [...features!.keys()].sort((a, b) => (features![a]! < features![b]! ? -1 : 1));
    return rows
      .map((row, at) => [row, ...order.map((j) => x.data[at * x.cols + j]!)])
      .sort((a, b) => a[0]! - b[0]!);
  };
  const forwards = lines.map((_, i) => i);
  const plain = await read([0, 1, 2, 3], forwards);
  expect(await read([3, 1, 0, 2], forwards)).toEqual(plain);
  expect(await read([0, 1, 2, 3], forwards.toReversed())).toEqual(plain);
});

test("a data set says what it has of columns that were not read", async () => {
  const table = { ...tableOf({ a: [1, 2] }), unread: [{ name: "m", reason: "a map" }] };
  expect(tableDataset(table, "parquet").notes).toEqual(["table: not read: m (a map)"]);
});
