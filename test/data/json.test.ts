/**
 * @file JSON to plain columns and back, held against Python's json and against JSON.parse.
 */
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scanJson } from "../../src/data/json/scan.js";
import { jsonLinesPieces, jsonPieces, readJsonColumns, readJsonLines } from "../../src/data/json.js";
import { joinBytes } from "../../src/data/pieces.js";
import { type PlainColumn, type PlainColumns, partedPlain } from "../../src/data/plain-columns.js";
import { damaged, readsOrRefuses } from "./damage.js";
import { pythonWith } from "./python.js";

const parted = ({ rows, columns }: PlainColumns) => ({
  rows,
  columns: columns.map((column) => partedPlain(column, "JSON")),
});
const writeJson = (table: PlainColumns) => joinBytes([...jsonPieces(parted(table))]);
const writeJsonLines = (table: PlainColumns) => joinBytes([...jsonLinesPieces(parted(table))]);

/** Columns by name in their order: numbers as a plain array, texts, and the type where there is one. */
function read(text: string | Uint8Array, name = "d.json") {
  const { rows, columns } = readJsonColumns(text, name);
  const plain = columns.map(({ name, numbers, texts, type }) => [
    type ? `${name}: ${type}` : name,
    numbers ? [...numbers] : texts,
  ]);
  for (const { numbers, texts } of columns) expect((numbers ?? texts)!.length).toBe(rows);
  return plain;
}

const gap = Number.NaN;

describe("the same records", () => {
  const records = `{"a": 1, "b": "x", "c": true}|{"b": "", "d": {"e": 0.5, "f": [1, 2]}}|{"a": null, "c": false, "d": {"f": [3, null]}}`;
  const wanted = [
    ["a", [1, gap, gap]],
    ["b", ["x", "", ""]],
    ["c: boolean", [1, gap, 0]],
    ["d.e", [gap, 0.5, gap]],
    ["d.f_0", [gap, 1, 3]],
    ["d.f_1", [gap, 2, gap]],
  ];
  const parts = records.split("|");
  test.each([
    ["one a line", parts.join("\n")],
    ["one a line, Windows, blank lines, byte order mark", `\ufeff${parts.join("\r\n\r\n")}\r\n`],
    ["an array", `[${parts.join(", ")}]`],
    ["an array over lines", `[\n${parts.join(",\n")}\n]\n`],
    [
      "an array, indented",
      JSON.stringify(
        parts.map((one) => JSON.parse(one) as unknown),
        null,
        2,
      ),
    ],
  ])("%s", (_, text) => {
    expect(read(text)).toEqual(wanted);
    expect(read(new TextEncoder().encode(text))).toEqual(wanted);
  });
});

test("columns, rows and single records", () => {
  const wanted = [
    ["a", [1, gap, 3]],
    ["b", ["x", "y", ""]],
  ];
  expect(read('{"a": [1, null, 3], "b": ["x", "y", null]}')).toEqual(wanted);
  expect(read('[[1, "x"], [null, "y"], [3, null]]')).toEqual([
    ["x1", [1, gap, 3]],
    ["x2", ["x", "y", ""]],
  ]);
  expect(read("[1, 2]\n[3, 4]\n", "d.jsonl")).toEqual([
    ["x1", [1, 3]],
    ["x2", [2, 4]],
  ]);
  expect(read('{"a": 1, "b": "x"}')).toEqual([
    ["a", [1]],
    ["b", ["x"]],
  ]);
  expect(read('{"a": [1, 2]}', "d.ndjson")).toEqual([
    ["a_0", [1]],
    ["a_1", [2]],
  ]);
  expect(readJsonColumns("[]", "d")).toEqual({ rows: 0, columns: [] });
  expect(readJsonColumns("[{}, {}]", "d")).toEqual({ rows: 2, columns: [] });
});

test("keys that look like whole numbers stand where they stand", () => {
  const wanted = ["country", "2010", "2000", "x.7", "x.a"];
  const record = (k: number) => `{"country": "c${k}", "2010": 1, "2000": 2, "x": {"7": 1, "a": {}}}`;
  const more = '{"x": {"a": 1}}';
  expect(read(`${record(1)}\n${record(2)}\n${more}`).map(([name]) => name)).toEqual(wanted);
  expect(read(`[${record(1)}, ${more}]`).map(([name]) => name)).toEqual(wanted);
  expect(read('{"b": [1], "1": [2], "0": [3]}').map(([name]) => name)).toEqual(["b", "1", "0"]);
});

test("whole numbers that float64 rounds keep their digits, and no others", () => {
  const long = "9007199254740993";
  expect(
    read(
      `[{"id": ${long}, "x": 0.12345678901234567, "s": "12345678901234567890", "y": 12345678901234567e2}]`,
    ),
  ).toEqual([
    ["id", [long]],
    ["x", [Number("0.12345678901234567")]],
    ["s", ["12345678901234567890"]],
    ["y", [Number("12345678901234567e2")]],
  ]);
  expect(read(`{"id": -${long}, "l": [1, ${long}]}\n{"id": 7}`)).toEqual([
    ["id", [`-${long}`, "7"]],
    ["l", [`[1,${long}]`, ""]],
  ]);
  expect(read('[{"a": 9007199254740991, "k\\"1234567890123456789": 1}]')).toEqual([
    ["a", [9007199254740991]],
    ['k"1234567890123456789', [1]],
  ]);
});

test("what is of no one kind is text", () => {
  expect(
    read(
      '[{"a": 1, "b": true, "c": [1], "d": [[1]], "e": [1]}, {"a": "x", "b": 2.5, "c": [1, 2], "d": [], "e": "x"}]',
    ),
  ).toEqual([
    ["a", ["1", "x"]],
    ["b", ["true", "2.5"]],
    ["c", ["[1]", "[1,2]"]],
    ["d", ["[[1]]", "[]"]],
    ["e", ["[1]", "x"]],
  ]);
  // An entry would bear a name that is taken.
  expect(read('[{"a": [1, 2], "a_1": 3}]')).toEqual([
    ["a", ["[1,2]"]],
    ["a_1", [3]],
  ]);
});

test("NaN and Infinity, as Python's json writes them", () => {
  expect(read('{"a": NaN, "b": -Infinity, "c": "NaN"}\n{"a": 1, "b": Infinity, "c": "x"}')).toEqual([
    ["a", [gap, 1]],
    ["b", [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]],
    ["c", ["NaN", "x"]],
  ]);
});

test.each([
  ['{"a": 1}\n{"a": 2\n{"a": 3}', "d.json:2: no JSON: column 8: it ends too soon"],
  ['{"a": 1}\n\n{"a": x}\n', 'd.json:3: no JSON: column 7: "x}" is out of place'],
  ['[\n{"a": 1},\n{"a": 2,}\n]', 'd.json:3 column 9: no JSON: "}\\n]" is out of place'],
  ['[{"a": 1}', "d.json:1 column 10: no JSON: it ends too soon"],
  ["a,b\n1,2\n", 'd.json:1 column 1: no JSON: "a,b\\n1,2\\n" is out of place'],
  [
    '{"data": [{"a": 1}], "next": null}',
    'd.json: an object with "data", "next", want an array of objects, one object a line, or an object of columns of one length: keep what is in "data" alone',
  ],
  [
    '{"columns": ["a", "b"], "index": [0, 1], "data": [[1, 2], [3, 4]]}',
    'd.json: an object with "columns", "index", "data", want an array of objects',
  ],
  [
    '{"a": {"0": 1, "1": 2}, "b": {"0": 3, "1": 4}}',
    'd.json: an object with "a", "b", want an array of objects',
  ],
  ["{}", "d.json: an empty object, want an array of objects"],
  ['{"a": [1, 2], "b": [1]}', 'd.json: columns of different lengths: "a" has 2 entries, "b" 1'],
  ["[1, 2]", "d.json: entry 1: a number, want an object or an array"],
  ["[[1, 2], [3]]", "d.json: entry 2: an array of 1, those before it are of 2"],
  ["[[1, [2]]]", "d.json: entry 1: an array in an array, want numbers or texts"],
  ["[[1], {}]", "d.json: entry 2: an object, the entry before it is an array"],
  ["{}\n[1]", "d.json:2: an array, the line before it is an object"],
  ['[{"a.b": 1, "a": {"b": 2}}]', 'd.json: entry 1: two fields are called "a.b"'],
  ["12", "d.json: one a number, want"],
  [" \n", "d.json: the file is empty"],
])("%s is refused", (text, says) => {
  const error = (() => {
    try {
      readJsonColumns(text, "d.json");
      return undefined;
    } catch (reason) {
      return reason as Error;
    }
  })();
  expect(error).toBeInstanceOf(RangeError);
  expect(error!.message.startsWith(says), error!.message).toBe(true);
  expect(error!.message).not.toContain("\n");
});

test("bytes that are not UTF-8 are refused with the line", () => {
  const bytes = Buffer.concat([Buffer.from('{"a": "x"}\n{"a": "'), Uint8Array.of(0xe9), Buffer.from('"}\n')]);
  expect(() => readJsonColumns(bytes, "d.jsonl")).toThrow(
    new RangeError("d.jsonl:2: bytes that are not UTF-8"),
  );
  expect(() => readJsonColumns(bytes.subarray(11), "d.json")).toThrow("d.json:1: bytes that are not UTF-8");
});

test("any damage is read as other JSON or refused in one line", async () => {
  const lines =
    '{"a": 1, "b": "x", "c": {"d": [1, 2]}, "2020": 12345678901234567890}\n{"a": NaN, "b": null}\n';
  const table = '{"a": [1, null, 3], "b": ["x", "y", "\\u00fc"], "c": [[1, 2], [3, 4], null]}';
  for (const text of [lines, table, `[${lines.trim().replace("\n", ",")}]`]) {
    const read = (bytes: Uint8Array) => readsOrRefuses("d.json", () => readJsonColumns(bytes, "d.json"));
    await fc.assert(fc.asyncProperty(damaged(new TextEncoder().encode(text)), read), { numRuns: 1500 });
  }
});

test("deep nesting is text or refused, never a crash", async () => {
  const deep = `[{"a": ${"[".repeat(200_000)}${"]".repeat(200_000)}}]`;
  await readsOrRefuses("d", () => readJsonColumns(deep, "d"));
  const objects = `[${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}]`;
  await readsOrRefuses("d", () => readJsonColumns(objects, "d"));
});

test("the place of a mistake is where JSON.parse stops taking the text", () => {
  const valid = fc.json().map((text) => ` ${text}\n`);
  fc.assert(
    fc.property(valid, (text) => {
      expect(scanJson(text)).toBeUndefined();
    }),
  );
  const broken = fc.tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom(...'[]{},:"x0\\-.e \n\u0001'));
  fc.assert(
    fc.property(broken, ([text, place, by]) => {
      const at = place % (text.length + 1);
      const changed = text.slice(0, at) + by + text.slice(at + 1);
      let isJson = true;
      try {
        JSON.parse(changed);
      } catch {
        isJson = false;
      }
      expect(scanJson(changed) === undefined).toBe(isJson);
    }),
    { numRuns: 2000 },
  );
});

const columnOf = (rows: number): fc.Arbitrary<Omit<PlainColumn, "name">> => {
  const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: rows, maxLength: rows });
  const orGap = (one: fc.Arbitrary<number>) => fc.oneof({ weight: 5, arbitrary: one }, fc.constant(gap));
  // Some value, so that the kind of the column is told; a text of its own.
  const some = <T>(values: readonly T[], value: T) => [value, ...values.slice(1)];
  return fc.oneof(
    many(orGap(fc.double({ noNaN: true }))).map((all) => ({ numbers: Float64Array.from(all) })),
    many(orGap(fc.maxSafeInteger())).map((all) => ({ numbers: Float64Array.from(all) })),
    many(orGap(fc.constantFrom(0, 1))).map((all) => ({
      numbers: Float64Array.from(some(all, 1)),
      type: "boolean" as const,
    })),
    many(fc.string({ unit: "binary" })).map((texts) => ({ texts: some(texts, "text") })),
  );
};
const tables: fc.Arbitrary<PlainColumns> = fc.integer({ min: 1, max: 30 }).chain((rows) =>
  fc
    .uniqueArray(fc.tuple(fc.string({ minLength: 1 }), columnOf(rows)), {
      minLength: 1,
      maxLength: 5,
      selector: ([name]) => name,
    })
    .map((columns) => ({
      rows,
      columns: columns.map(([name, column]): PlainColumn => ({ name, ...column })),
    })),
);

test("what is written is read again", () => {
  fc.assert(
    fc.property(tables, (table) => {
      expect(readJsonColumns(writeJson(table), "d.json")).toEqual(table);
      expect(readJsonColumns(writeJsonLines(table), "d.jsonl")).toEqual(table);
    }),
    { numRuns: 300 },
  );
});

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const room = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    room.set(piece);
    yield room.subarray(0, piece.length);
  }
}

test("lines are read from pieces of any size as from one text, and told of by the same numbers", async () => {
  const good = '\ufeff{"b":1,"7":"ü"}\n\n{"7":"\\n","b":-0}\r\n  \n{"b":null,"7":"x"}';
  const wrong = `${good}\n\n{"b":`;
  const spoiled = new TextEncoder().encode(`${good}\n{"b":"x"}\n`);
  spoiled[spoiled.length - 4] = 0xff;
  for (const size of [1, 2, 3, 7, 64, 1000]) {
    const from = (bytes: Uint8Array) => readJsonLines(() => cut(bytes, size), "d.jsonl");
    const bytes = new TextEncoder().encode(good);
    expect(await from(bytes)).toEqual(readJsonColumns(good, "d.jsonl"));
    await expect(from(new TextEncoder().encode(wrong))).rejects.toThrow("d.jsonl:7: no JSON: column 6");
    await expect(from(spoiled)).rejects.toThrow("d.jsonl:6: bytes that are not UTF-8");
    await expect(from(new TextEncoder().encode(" \n \n"))).rejects.toThrow("d.jsonl: the file is empty");
  }
});

test("float32 is written as its shortest decimal; nothing is written for no rows", () => {
  const columns = [
    { name: "f", numbers: Float32Array.of(0.1, 16777216, gap) },
    { name: "g", numbers: Float64Array.of(0.1, -0, Number.POSITIVE_INFINITY) },
    { name: "b", numbers: Float64Array.of(1, 0, gap), type: "boolean" as const },
    { name: "s", texts: ['"\n', "", "ü"] },
    { name: "w", numbers: Float64Array.of(2 ** 53, 1e20, 1e21) },
  ];
  const text = new TextDecoder().decode(writeJsonLines({ rows: 3, columns }));
  expect(text).toBe(
    '{"f":0.1,"g":0.1,"b":true,"s":"\\"\\n","w":9007199254740992.0}\n{"f":16777216,"g":-0,"b":false,"s":null,"w":100000000000000000000.0}\n{"f":null,"g":1e999,"b":null,"s":"ü","w":1e+21}\n',
  );
  expect(new TextDecoder().decode(writeJson({ rows: 0, columns: [] }))).toBe("[]\n");
  expect(writeJsonLines({ rows: 0, columns: [] })).toHaveLength(0);
  const twice = [columns[0]!, columns[0]!];
  expect(() => writeJson({ rows: 3, columns: twice })).toThrow('JSON: two columns are called "f"');
});

const python = pythonWith("json");
test.skipIf(python === undefined && process.env.CI === undefined)(
  "Python reads what is written (skipped without Python)",
  () => {
    const [table]: PlainColumns[] = fc.sample(tables, { numRuns: 1, seed: 7 });
    const many = {
      rows: 2500,
      columns: [
        { name: "x", numbers: Float64Array.from({ length: 2500 }, (_, i) => Math.sin(i) * 10 ** (i % 40)) },
        { name: "s", texts: Array.from({ length: 2500 }, (_, i) => (i % 3 ? `t"${i}` : "")) },
      ],
    };
    const written: PlainColumns[] = [table!, many];
    for (const { rows, columns } of written) {
      const program = "import json,sys\nprint(json.dumps(json.load(sys.stdin)))";
      const ran = spawnSync(python ?? "python3", ["-c", program], { input: writeJson({ rows, columns }) });
      expect(String(ran.stderr)).toBe("");
      const records = JSON.parse(
        String(ran.stdout).replaceAll(/(?<=[ [])(-?)Infinity/g, "$11e999"),
      ) as Record<string, unknown>[];
      for (const { name, numbers, texts, type } of columns) {
        const got = records.map((record) => record[name]);
        const wanted = texts
          ? texts.map((text) => text || null)
          : Array.from(numbers!, (value) => (Number.isNaN(value) ? null : type ? value === 1 : value));
        expect(got).toEqual(wanted);
      }
    }
  },
);

// Generous: a second reading of each line before it would take minutes.
test("200,000 lines take seconds", { timeout: 20_000 }, () => {
  const lines = Array.from(
    { length: 200_000 },
    (_, i) => `{"id": ${i}, "x": ${Math.sin(i)}, "s": "t${i % 9}"}`,
  );
  expect(readJsonColumns(lines.join("\n"), "d.jsonl").rows).toBe(200_000);
});
