import fc from "fast-check";
import { expect, test } from "vitest";
import { csvPieces } from "../../src/data/csv/write.js";
import { type CsvOptions, csvReader, readCsv } from "../../src/data/csv.js";
import { joinBytes } from "../../src/data/pieces.js";
import { NumberValues, type Table } from "../../src/data/table/table.js";
import { readsOrRefuses } from "./damage.js";
import { contentOf, numbersOf, tableOf } from "./tables.js";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const float = fc.float({ noNaN: true, noDefaultInfinity: true });

/** Decimals as people and programs write them. */
const decimal = fc
  .oneof(
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
  )
  .filter((text) => {
    // Whole numbers that float64 would round are read as text.
    const isWide = /^[+-]?\d+$/.test(text) && !Number.isSafeInteger(Number(text));
    return Number.isFinite(Number(text)) && !isWide;
  });

/** Digits of the middle between two neighboring float64, up or down by one in the last of 18 places. */
const halfway = fc
  .tuple(
    fc.bigInt({ min: 2n ** 52n, max: 2n ** 53n - 1n }),
    fc.integer({ min: 0, max: 6 }),
    fc.constantFrom(-1n, 0n, 1n),
  )
  .map(([mantissa, power, side]) => {
    // (2 m + 1) / 2^(p + 1), in decimal: times 5^(p + 1), with p + 1 places.
    const places = power + 1;
    const digits = (2n * mantissa + 1n) * 5n ** BigInt(places) + side;
    const text = String(digits).padStart(places + 1, "0");
    return `${text.slice(0, -places)}.${text.slice(-places)}`;
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

test("both paths give the float64 nearest to the decimal", () => {
  fc.assert(
    fc.property(rowsOf(fc.oneof(decimal, halfway)), (rows) => {
      const wanted = rows.flat().map((text) => (text === "" ? Number.NaN : Number(text)));
      const plain = rows.map((row) => row.join(",")).join("\n");
      const quoted = rows.map((row) => row.map((text) => `"${text}"`).join(",")).join("\r\n");
      // A row of empty fields is a row; only a file of one column could confuse it with a blank line.
      expect(numbersOf(read(plain))).toEqual(wanted);
      expect(numbersOf(read(quoted))).toEqual(wanted);
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
      const { table, mixed } = reader.end();
      if (mixed.length === 0) expect(contentOf(table)).toEqual(contentOf(readCsv(bytes)));
    }),
  );
});

// The sample that decides the layout is a quarter of a megabyte: past it, pieces are read as they come.
test("a long file in small pieces, plain and quoted lines in turn", () => {
  const lines = Array.from({ length: 60_000 }, (_, i) =>
    i % 97 === 0 ? `"${i}",-${i},q` : `${i},-${i},"p"`,
  );
  const plain = lines.map((line) => line.replaceAll('"', ""));
  const tables = [lines, plain].map((all) => {
    const reader = csvReader({ name: "long.csv" });
    const bytes = new TextEncoder().encode(`a,b,c\n${all.join("\n")}`);
    for (let at = 0; at < bytes.length; at += 7919) reader.push(bytes.subarray(at, at + 7919));
    return contentOf(reader.end().table);
  });
  expect(tables[0]).toEqual(tables[1]);
  const wanted = Array.from({ length: 60_000 }, (_, i) => i);
  expect(tables[0]!.a).toEqual(wanted);
  expect(tables[0]!.b).toEqual(wanted.map((i) => -i));
});

test("round trip: any matrix and any text", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1 }).map((value) => `t${value.replaceAll("\r", "")}`);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof(finite, fc.constant(Number.NaN)), text), { minLength: 1 }),
      (rows) => {
        const content = { t: rows.map(([, value]) => value), v: rows.map(([value]) => value) };
        const asText = () => [0];
        const back = readCsv(joinBytes([...csvPieces(tableOf(content))]), {
          delimiter: ",",
          header: true,
          asText,
        });
        expect(contentOf(back)).toEqual(content);
        expect(back.columns[1]!.values).toBeInstanceOf(NumberValues);
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
