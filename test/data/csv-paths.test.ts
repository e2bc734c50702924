import fc from "fast-check";
import { expect, test } from "vitest";
import { type CsvOptions, csvReader, readCsv, writeCsv } from "../../src/data/csv.js";
import { matrixTable, type Table } from "../../src/data/table.js";
import { expectSameBits, readsOrRefuses } from "./damage.js";

// Below the largest float32 by enough that no rounding of the decimal goes past it.
const LARGEST = 1e38;
const finite = fc.double({ min: -LARGEST, max: LARGEST, noNaN: true });
const float = fc.float({ noNaN: true, noDefaultInfinity: true });

/** Decimals as people and programs write them. */
const decimal = fc.oneof(
  finite.map(String),
  float.map(String),
  fc.tuple(finite, fc.integer({ min: 1, max: 21 })).map(([value, digits]) => value.toPrecision(digits)),
  fc
    .tuple(fc.double({ min: -1e20, max: 1e20, noNaN: true }), fc.nat(20))
    .map(([value, digits]) => value.toFixed(digits)),
  fc.tuple(finite, fc.nat(20)).map(([value, digits]) => value.toExponential(digits).toUpperCase()),
  fc.integer().map((value) => (value >= 0 ? `+${value}` : String(value))),
  fc.nat().map((value) => `.${value}`),
  fc.nat().map((value) => `000${value}.`),
  fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 38n }), fc.integer({ min: -40, max: 0 }))
    .map(([m, e]) => `${m}e${e}`),
  fc.constant(""),
);

/** Halfway between two neighboring float32, and the float64 next to it on either side. */
const halfway = fc
  .tuple(fc.float({ min: 2 ** -100, max: 2 ** 100, noNaN: true }), fc.constantFrom(-1, 0, 1))
  .map(([value, side]) => {
    const next = new Float32Array([value]);
    new Int32Array(next.buffer)[0]!++;
    const bits = new Float64Array([(value + next[0]!) / 2]);
    new BigInt64Array(bits.buffer)[0]! += BigInt(side);
    return bits[0]!.toPrecision(17);
  });

const rowsOf = (cell: fc.Arbitrary<string>) =>
  fc
    .integer({ min: 2, max: 5 })
    .chain((cols) =>
      fc.array(fc.array(cell, { minLength: cols, maxLength: cols }), { minLength: 1, maxLength: 20 }),
    );

function read(text: string, options: CsvOptions = {}): Table {
  return readCsv(text, { name: "data.csv", header: false, delimiter: ",", ...options });
}

test("both paths give the float32 nearest to the float64 of the decimal", () => {
  fc.assert(
    fc.property(rowsOf(fc.oneof(decimal, halfway)), (rows) => {
      const wanted = rows.flat().map((text) => (text === "" ? Number.NaN : Number(text)));
      const plain = rows.map((row) => row.join(",")).join("\n");
      const quoted = rows.map((row) => row.map((text) => `"${text}"`).join(",")).join("\r\n");
      // A row of empty fields is a row; only a file of one column could confuse it with a blank line.
      expectSameBits(read(plain).x.data, wanted);
      expectSameBits(read(quoted).x.data, wanted);
    }),
    { numRuns: 1000 },
  );
});

test("where the bytes are cut into pieces makes no difference", () => {
  const line = fc.oneof(
    fc.constantFrom(
      "1,x,2",
      '"3","y, ""z""",4',
      '5,"two\nlines",6',
      "",
      "  ",
      "7,w,",
      '8,"ü",9\r',
      "10,é,11",
    ),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.array(fc.nat(60), { maxLength: 20 }), (lines, cuts) => {
      const text = `n,t,m\n1,a,2\n${lines.join("\n")}`;
      const bytes = new TextEncoder().encode(text);
      const reader = csvReader();
      let at = 0;
      for (const cut of cuts) {
        reader.push(bytes.subarray(at, at + cut));
        at += cut;
      }
      reader.push(bytes.subarray(at));
      expect(reader.end()).toEqual(readCsv(bytes));
    }),
  );
});

// The sample that decides the layout is half a megabyte: past it, pieces are read as they come.
test("a long file in small pieces, plain and quoted lines in turn", () => {
  const lines = Array.from({ length: 60_000 }, (_, i) =>
    i % 97 === 0 ? `"${i}",-${i},q` : `${i},-${i},"p"`,
  );
  const plain = lines.map((line) => line.replaceAll('"', ""));
  const tables = [lines, plain].map((all) => {
    const reader = csvReader({ name: "long.csv" });
    const bytes = new TextEncoder().encode(`a,b,c\n${all.join("\n")}`);
    for (let at = 0; at < bytes.length; at += 7919) reader.push(bytes.subarray(at, at + 7919));
    return reader.end();
  });
  expect(tables[0]).toEqual(tables[1]);
  const wanted = Float32Array.from({ length: 120_000 }, (_, k) => (k % 2 === 0 ? k / 2 : -((k - 1) / 2)));
  expect(tables[0]!.x.data.every((value, k) => value === wanted[k])).toBe(true);
});

test("round trip: any matrix and any text", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1 }).map((value) => `t${value.replaceAll("\r", "")}`);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof(float, fc.constant(Number.NaN)), text), { minLength: 1 }),
      (rows) => {
        const x = { data: Float32Array.from(rows, ([value]) => value), rows: rows.length, cols: 1 };
        const values = rows.map(([, value]) => value);
        const table = matrixTable(x, ["v"], [{ name: "t", kind: "text", values }]);
        const back = readCsv(writeCsv(table), { delimiter: ",", header: true, text: ["t"] });
        expectSameBits(back.x.data, x.data);
        expect(back.columns[0]).toEqual({ name: "t", kind: "text", values });
      },
    ),
  );
});

test("any bytes are read or refused in one line", async () => {
  const soup = fc.array(
    fc.constantFrom("1", "2.5", "-", "e", ".", ",", ";", "\t", '"', "\n", "\r", " ", "x", "ü"),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        soup.map((parts) => parts.join("")),
        fc.string(),
      ),
      (text) => readsOrRefuses("data.csv", () => readCsv(text, { name: "data.csv" })),
    ),
    { numRuns: 2000 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) =>
      readsOrRefuses("data.csv", () => readCsv(bytes, { name: "data.csv" })),
    ),
  );
});
