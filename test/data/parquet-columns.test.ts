/**
 * @file Parquet to plain columns with nothing rounded, from files by DuckDB, by Arrow (test/golden) and by hyparquet-writer, and back.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { ByteWriter, type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readParquetColumns, writeParquetColumns } from "../../src/data/parquet.js";
import type { PlainColumn } from "../../src/data/plain-columns.js";
import { damaged, readsOrRefuses } from "./damage.js";

let folder: string;
let duckdb: DuckDBConnection;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unlabeled-parquet-"));
  duckdb = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
  await duckdb.run("SET TimeZone = 'UTC'");
});
afterAll(async () => {
  duckdb.closeSync();
  await rm(folder, { recursive: true });
});

async function byDuckDB(query: string, options = "PARQUET_VERSION V1"): Promise<Uint8Array> {
  const path = join(folder, "one.parquet");
  await duckdb.run(`COPY (${query}) TO '${path}' (FORMAT parquet, ${options})`);
  // A plain array: `slice` of a Buffer shares its memory.
  return new Uint8Array(await readFile(path));
}

/** Columns by name, their numbers as plain arrays. */
async function columnsOf(bytes: Uint8Array): Promise<Record<string, unknown>> {
  const { columns } = await readParquetColumns(bytes, { name: "p" });
  return Object.fromEntries(
    columns.map(({ name, numbers, texts, unread }) => [name, unread ?? (numbers ? [...numbers] : texts)]),
  );
}

// A reader may take each of these for another type at its own peril: dictionaries, differences, and plain values.
const WAYS = [
  "PARQUET_VERSION V1, DICTIONARY_SIZE_LIMIT 1000",
  "PARQUET_VERSION V1, DICTIONARY_SIZE_LIMIT 0",
  "PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 1000",
  "PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 0",
];

describe.each(WAYS)("DuckDB, %s", (options) => {
  test.each([
    ["UTINYINT", [0, 200, 255]],
    ["TINYINT", [-128, 0, 127]],
    ["USMALLINT", [0, 40_000, 65_535]],
    ["SMALLINT", [-32_768, 0, 32_767]],
    ["UINTEGER", [0, 2_147_483_648, 4_294_967_295]],
    ["INTEGER", [-2_147_483_648, 0, 2_147_483_647]],
    ["UBIGINT", [0, 4_294_967_296, 9_007_199_254_740_991]],
    ["BIGINT", [-9_007_199_254_740_991, 0, 9_007_199_254_740_991]],
    ["DECIMAL(4, 1)", [-999.9, 0.1, 999.9]],
    ["DECIMAL(9, 2)", [-1_234_567.89, 0.07, 9_999_999.99]],
    ["DECIMAL(18, 4)", [-12_345_678_901.2345, 0.0003, 4_234_567.93]],
    ["DECIMAL(38, 6)", [-7_000_001.75, 0.000001, 123_456_789.123457]],
    ["DOUBLE", [-0.1, 1e300, 5e-324]],
  ])("%s: the ends of the range and a gap", async (type, values) => {
    const rows = [...values, "NULL", ...values]
      .map((value) => (value === "NULL" ? value : `'${value}'`))
      .map((value) => `(${value}::${type})`)
      .join(", ");
    const read = await columnsOf(await byDuckDB(`SELECT v FROM (VALUES ${rows}) t(v)`, options));
    expect(read).toEqual({ v: [...values, Number.NaN, ...values] });
  });

  test("whole numbers that float64 rounds are text, with every digit", async () => {
    const query = `SELECT u::UBIGINT AS u, b::BIGINT AS b, d::DECIMAL(38, 0) AS d, e::DECIMAL(38, 3) AS e FROM (VALUES
      (18446744073709551615, 9223372036854775807, '12345678901234567890123456789012345678', '9007199254740993.005'),
      (1, -9223372036854775808, '-5', '-0.050'), (NULL, NULL, NULL, NULL)) t(u, b, d, e)`;
    expect(await columnsOf(await byDuckDB(query, options))).toEqual({
      u: ["18446744073709551615", "1", ""],
      b: ["9223372036854775807", "-9223372036854775808", ""],
      d: ["12345678901234567890123456789012345678", "-5", ""],
      e: ["9007199254740993.005", "-0.050", ""],
    });
  });

  test("float32 stays float32, and truth values and dates say what they are", async () => {
    const query = `SELECT 0.1::FLOAT AS f, true AS b, DATE '2024-02-29' AS d, TIMESTAMP '1969-12-31 23:59:59.000001' AS t,
      TIMESTAMP_MS '2024-01-01 12:00:00.25' AS m, TIMESTAMP_NS '2024-01-01 12:00:00.123456789' AS n,
      TIMESTAMPTZ '2024-01-01 12:00:00+02' AS z, TIME '01:02:03.5' AS c, 'ü' AS s`;
    const { columns } = await readParquetColumns(await byDuckDB(query, options));
    expect(columns.map(({ name, type, numbers, texts }) => [name, type, numbers ?? texts![0]])).toEqual([
      ["f", undefined, Float32Array.of(0.1)],
      ["b", "boolean", Float64Array.of(1)],
      ["d", "date", "2024-02-29"],
      ["t", "date", "1969-12-31T23:59:59.000001"],
      ["m", "date", "2024-01-01T12:00:00.250"],
      ["n", "date", "2024-01-01T12:00:00.123456789"],
      ["z", "date", "2024-01-01T10:00:00.000Z"],
      ["c", undefined, "01:02:03.500"],
      ["s", undefined, "ü"],
    ]);
  });

  test("lists of one length become columns, and others say why not", async () => {
    const query = `SELECT * FROM (SELECT i AS id,
      CASE WHEN i <> 2 THEN [i, NULL, i * 0.5]::DOUBLE[] END AS emb, [i, 7]::FLOAT[2] AS arr, [i % 2 = 0] AS flag,
      [4294967295 - i, i]::UINTEGER[] AS u, range(i) AS ragged, CASE WHEN i > 9 THEN [1] END AS none,
      [18446744073709551615 - i]::UBIGINT[] AS wide FROM range(4) t(i))`;
    const gap = Number.NaN;
    expect(await columnsOf(await byDuckDB(query, options))).toEqual({
      id: [0, 1, 2, 3],
      emb_0: [0, 1, gap, 3],
      emb_1: [gap, gap, gap, gap],
      emb_2: [0, 0.5, gap, 1.5],
      arr_0: [0, 1, 2, 3],
      arr_1: [7, 7, 7, 7],
      flag_0: [1, 0, 1, 0],
      u_0: [4294967295, 4294967294, 4294967293, 4294967292],
      u_1: [0, 1, 2, 3],
      ragged: "lists of different lengths: 0 in row 1, 1 in row 2",
      none: "lists without any entry",
      wide: "a list of whole numbers beyond ±2⁵³, which would be rounded",
    });
  });

  test("lists over many row groups and pages", async () => {
    const query = "SELECT CASE WHEN i % 5 <> 1 THEN [i, -i, sin(i)] END AS e FROM range(5000) t(i)";
    const read = await columnsOf(await byDuckDB(query, `${options}, ROW_GROUP_SIZE 2048`));
    const entry = (value: (i: number) => number) =>
      Array.from({ length: 5000 }, (_, i) => (i % 5 === 1 ? Number.NaN : value(i)));
    expect(Object.keys(read)).toEqual(["e_0", "e_1", "e_2"]);
    expect(read.e_1).toEqual(entry((i) => 0 - i));
    expect((read.e_2 as number[])[4999]).toBeCloseTo(Math.sin(4999), 14);
  });
});

type Element = NonNullable<Parameters<typeof parquetWriteBuffer>[0]["schema"]>[number];

/** A file of version 2 pages with this schema below its root. */
function withSchema(schema: Element[], columnData: ColumnSource[], options = {}): Uint8Array {
  const root = { name: "root", num_children: columnData.length };
  return new Uint8Array(parquetWriteBuffer({ schema: [root, ...schema], columnData, ...options }));
}

describe("pages of version 2", () => {
  const integers = [
    ["UINT_8", "INT32", [0, 255]],
    ["UINT_16", "INT32", [0, 65_535]],
    ["UINT_32", "INT32", [0, 4_294_967_295]],
    ["UINT_64", "INT64", [0, 9_007_199_254_740_991]],
    ["INT_8", "INT32", [-128, 127]],
    ["INT_64", "INT64", [-9_007_199_254_740_991, 3]],
  ] as const;
  const encodings = ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT", "RLE_DICTIONARY"] as const;
  const cases = integers.flatMap(([converted, type, values]) =>
    encodings.map((encoding) => [converted, encoding, type, values] as const),
  );
  test.each(cases)("%s in %s", async (converted, encoding, type, values) => {
    const given = (value: number) => (type === "INT64" ? BigInt(value) : value);
    const schema = { name: "v", type, repetition_type: "OPTIONAL", converted_type: converted } as const;
    const data = [values[0], values[1], null, values[1], values[0]].map((v) =>
      v === null ? null : given(v),
    );
    const bytes = withSchema([schema], [{ name: "v", data, encoding }]);
    expect(await columnsOf(bytes)).toEqual({ v: [values[0], values[1], Number.NaN, values[1], values[0]] });
  });
});

test("Arrow's encodings, pages of version 1 and 2, in float64", async () => {
  for (const version of ["v1", "v2"]) {
    const path = new URL(`../golden/parquet/arrow-encodings-${version}.parquet`, import.meta.url);
    const { columns } = await readParquetColumns(await readFile(fileURLToPath(path)));
    const by = (name: string) => columns.find((column) => column.name === name)!;
    const wide = Array.from({ length: 40 }, (_, i) => String((-3n) ** BigInt(i)));
    expect(by("l").texts).toEqual(wide);
    expect([...by("u").numbers!]).toEqual(Array.from({ length: 40 }, (_, i) => 2 ** 32 - 1 - i));
    expect(by("h").numbers).toBeInstanceOf(Float32Array);
    expect(by("f").type).toBe("boolean");
  }
});

/** The same pages of lists of float64 below other elements. Levels say the same whatever their groups are called. */
function nested(required: boolean, schema: Element[], path: string[], options = {}): Uint8Array {
  const data = required ? LISTS : [...LISTS, null];
  const outer = { num_children: 1, converted_type: "LIST" } as const;
  const three: Element[] = [
    { name: "e", ...outer, repetition_type: required ? "REQUIRED" : "OPTIONAL" },
    { name: "list", num_children: 1, repetition_type: "REPEATED" },
    { name: "element", type: "DOUBLE", repetition_type: "REQUIRED" },
  ];
  const file = withSchema(three, [{ name: "e", data }], {
    codec: "UNCOMPRESSED",
    statistics: false,
    ...options,
  });
  const metadata = parquetMetadata(file.slice().buffer);
  for (const group of metadata.row_groups) {
    for (const column of group.columns) column.meta_data!.path_in_schema = path;
  }
  const writer = new ByteWriter();
  const length = new DataView(file.buffer).getUint32(file.length - 8, true);
  writer.appendBytes(file.subarray(0, file.length - 8 - length));
  writeMetadata(writer, { ...metadata, schema: [metadata.schema[0]!, ...schema] });
  writer.appendBytes(new TextEncoder().encode("PAR1"));
  return new Uint8Array(writer.getBuffer());
}

const LISTS = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const repeated: Element = { name: "e", type: "DOUBLE", repetition_type: "REPEATED" };

describe("lists as older writers nest them", () => {
  const list: Element = { name: "e", num_children: 1, repetition_type: "OPTIONAL", converted_type: "LIST" };
  const plain: Element = { name: "e", num_children: 1, repetition_type: "OPTIONAL" };
  const leaf: Element = { name: "item", type: "DOUBLE", repetition_type: "REQUIRED" };
  const group = (name: string): Element => ({ name, num_children: 1, repetition_type: "REPEATED" });
  const columns = { e_0: [1, 3, 5, Number.NaN], e_1: [2, 4, 6, Number.NaN] };
  test.each<[string, Element[], unknown]>([
    ["a repeated leaf", [repeated], { e_0: [1, 3, 5], e_1: [2, 4, 6] }],
    ["two levels", [list, { ...repeated, name: "array" }], columns],
    ["three levels", [list, group("bag"), leaf], columns],
    ["a structure of one field, by its name", [list, group("e_tuple"), leaf], { e: "a list of structures" }],
    ["the same, called array", [list, group("array"), leaf], { e: "a list of structures" }],
    ["a group that is no list", [plain, { ...repeated, name: "array" }], { e: "a structure" }],
  ])("%s", async (_, schema, wanted) => {
    const path = schema.map(({ name }) => name);
    const bytes = nested(schema.length === 1, schema, path, { rowGroupSize: 2, pageSize: 8 });
    expect(await columnsOf(bytes)).toEqual(wanted);
  });
});

test("what is no list of numbers says what it is", async () => {
  const query = `SELECT [['a']] AS deep, ['a', 'b'] AS words, {'x': 1} AS struct, [{'x': 1}] AS structs,
    MAP {'k': 1} AS map, [DATE '2020-01-01'] AS dates, INTERVAL 1 DAY AS span`;
  expect(await columnsOf(await byDuckDB(query))).toEqual({
    deep: "a list of lists",
    words: "a list of texts",
    struct: "a structure",
    structs: "a list of structures",
    map: "a map",
    dates: "a list of dates",
    span: "of type INTERVAL",
  });
});

test("an entry that would be called as another column is, and columns of one name", async () => {
  const both = await byDuckDB("SELECT [1, 2] AS e, 3 AS e_1");
  expect(await columnsOf(both)).toEqual({
    e: 'another column is called "e_1", as an entry of this one would be',
    e_1: [3],
  });
  const { columns } = await readParquetColumns(both, { wanted: (names) => [names.indexOf("e_1")] });
  expect(columns.map(({ name }) => name)).toEqual(["e_1"]);
});

test("a decimal of more digits than its type has is damage", async () => {
  const schema = { name: "v", type: "INT32", converted_type: "DECIMAL", precision: 4, scale: 1 } as const;
  const bytes = withSchema([{ ...schema, repetition_type: "REQUIRED" }], [{ name: "v", data: [10000.5] }]);
  await expect(readParquetColumns(bytes, { name: "p" })).rejects.toThrow(
    /^p: damaged Parquet: column "v": .*the decimal 100005 in a column of 4 digits$/,
  );
});

const columnArbitrary = (rows: number): fc.Arbitrary<Omit<PlainColumn, "name">> => {
  const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: rows, maxLength: rows });
  const orGap = (one: fc.Arbitrary<number>) =>
    fc.oneof({ weight: 5, arbitrary: one }, fc.constant(Number.NaN));
  return fc.oneof(
    many(orGap(fc.double())).map((all) => ({ numbers: Float64Array.from(all) })),
    many(orGap(fc.maxSafeInteger())).map((all) => ({ numbers: Float64Array.from(all) })),
    many(orGap(fc.float())).map((all) => ({ numbers: Float32Array.from(all) })),
    many(orGap(fc.constantFrom(0, 1))).map((all) => ({
      numbers: Float64Array.from(all),
      type: "boolean" as const,
    })),
    many(fc.string()).map((texts) => ({ texts })),
  );
};

test("what is written is read again, by us and by hyparquet", async () => {
  const tables = fc.integer({ min: 1, max: 20 }).chain((rows) =>
    fc.array(columnArbitrary(rows), { minLength: 1, maxLength: 5 }).map((columns) => ({
      rows,
      columns: columns.map((column, j): PlainColumn => ({ name: `c${j}`, ...column })),
    })),
  );
  await fc.assert(
    fc.asyncProperty(tables, async (table) => {
      const bytes = writeParquetColumns(table);
      expect(await readParquetColumns(bytes)).toEqual(table);
      const file = bytes.slice().buffer;
      const objects = await parquetReadObjects({ file });
      for (const { name, numbers, texts } of table.columns) {
        const theirs = objects.map((row) => row[name] as unknown);
        if (texts) expect(theirs.map((value) => value ?? "")).toEqual(texts);
        else
          expect(theirs.map((value) => (value === null ? Number.NaN : Number(value)))).toEqual([...numbers!]);
      }
    }),
    { numRuns: 200 },
  );
});

test("whole numbers are INT64, so that ids come back as ids; others DOUBLE; float32 FLOAT", async () => {
  const columns = [
    { name: "id", numbers: Float64Array.of(900000001, Number.NaN) },
    { name: "x", numbers: Float64Array.of(0.1, 2) },
    { name: "zero", numbers: Float64Array.of(-0, 2) },
    { name: "none", numbers: Float64Array.of(Number.NaN, Number.NaN) },
    { name: "f", numbers: Float32Array.of(1, 2) },
    { name: "b", numbers: Float64Array.of(1, Number.NaN), type: "boolean" as const },
    { name: "s", texts: ["a", ""] },
  ];
  const path = join(folder, "types.parquet");
  await writeFile(path, writeParquetColumns({ columns }));
  const described = await duckdb.runAndReadAll(`DESCRIBE SELECT * FROM '${path}'`);
  expect(described.getRows().map((row) => `${row[0]} ${row[1]}`)).toEqual([
    "id BIGINT",
    "x DOUBLE",
    "zero DOUBLE",
    "none DOUBLE",
    "f FLOAT",
    "b BOOLEAN",
    "s VARCHAR",
  ]);
});

test("every bit of the levels of lists may flip", async () => {
  const query = "SELECT CASE WHEN i % 3 <> 1 THEN [i, 7] END AS c0, [] AS c1 FROM range(30) t(i)";
  const bytes = await byDuckDB(query, "CODEC uncompressed");
  let refused = 0;
  for (let bit = 0; bit < 8 * 120; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    await readsOrRefuses("p", () =>
      readParquetColumns(changed, { name: "p" }).catch((error: unknown) => {
        refused++;
        throw error;
      }),
    );
  }
  expect(refused).toBeGreaterThan(200);
});

test("damage to lists is refused in one line", async () => {
  const bytes = await byDuckDB("SELECT [i, 2 * i] AS e, i AS v FROM range(20) t(i)", "CODEC uncompressed");
  const flat = nested(true, [repeated], ["e"]);
  const read = (file: Uint8Array) => readsOrRefuses("p", () => readParquetColumns(file, { name: "p" }));
  await fc.assert(fc.asyncProperty(damaged(bytes), read), { numRuns: 1500 });
  await fc.assert(fc.asyncProperty(damaged(flat), read), { numRuns: 1500 });
});
