/**
 * @file Formats of files: their names are told apart, help and errors say them all, and what is written is read again.
 */
import { readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { DATA_HELP, OUTPUT_HELP } from "../../cli/common-flags.js";
import { EMBEDDED_NAMES } from "../../src/data/embedded.js";
import { readContent, resultPieces } from "../../src/data/format.js";
import { detectFormat, formats, OUTPUT_ENDINGS, outputFormat } from "../../src/data/formats/all.js";
import type { Written } from "../../src/data/formats/format.js";
import { FORMAT_NAMES } from "../../src/data/formats/names.js";
import { collect } from "../../src/data/pieces.js";
import { memorySource } from "../../src/data/source.js";
import type { Column } from "../../src/data/table/table.js";
import { numberColumns } from "../../src/data/table/table.js";
import { contentOf, tableOf } from "./tables.js";

const written = (results: Written, name: string) => collect(resultPieces(results, name));

/** Numbers that float32 would round. */
const numbers = { data: Float64Array.of(0.1, 16777217, -3, Number.NaN, 20240103, 1e-300), rows: 3, cols: 2 };

describe("names", () => {
  test("every format has some, and none has those of another", () => {
    expect(formats.map(({ name }) => name)).toEqual(Object.keys(FORMAT_NAMES));
    const titles = formats.map(({ title }) => title);
    const endings = formats.flatMap((format) => format.endings);
    for (const names of [titles, endings]) {
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => name.trim() === "" || name !== name.trim())).toEqual([]);
    }
    for (const ending of endings) expect(ending).toMatch(/^[a-z0-9][a-z0-9-]*$/);
  });

  test("every file of a format is among them", () => {
    const files = readdirSync(new URL("../../src/data/formats/", import.meta.url));
    const others = ["all.ts", "format.ts", "names.ts", "filled-column.ts", "arrays.ts"];
    const own = files.filter((file) => !others.includes(file)).map((file) => file.replace(".ts", ""));
    // Two arrays in one file, and JSON lines in that of JSON.
    expect([...own, "npy", "idx", "jsonl"].sort()).toEqual(formats.map(({ name }) => name).sort());
  });

  test("an ending tells its format, in any letters", () => {
    const nothing = new Uint8Array(0);
    for (const format of formats)
      for (const ending of format.endings)
        for (const name of [`a.${ending}`, `a.b.${ending.toUpperCase()}`, `a.${ending}.gz`])
          expect(detectFormat(nothing, name).name, name).toBe(format.name);
  });

  test("what is written is read under the same ending, and says how", () => {
    for (const { name, endings, writes, write } of formats) {
      expect(writes === undefined, name).toBe(write === undefined);
      for (const ending of writes ?? []) expect(endings).toContain(ending);
    }
    expect(OUTPUT_ENDINGS.length).toBe(new Set(OUTPUT_ENDINGS).size);
  });
});

describe("help", () => {
  test("of DATA says every format and every embedded set", () => {
    for (const { title } of formats) expect(DATA_HELP).toContain(title);
    expect(DATA_HELP).toContain(`or ${EMBEDDED_NAMES.join(", ")}`);
  });

  test("of outputs says endings that are written, and the usual one of every format", () => {
    const said = OUTPUT_HELP.match(/\.[a-z]+/g)!;
    expect(said.filter((ending) => ending !== ".gz" && !OUTPUT_ENDINGS.includes(ending))).toEqual([]);
    for (const { writes } of formats) if (writes) expect(said).toContain(`.${writes[0]}`);
  });

  test("and an error for another ending says them all", async () => {
    const refused = written({ added: numberColumns(numbers, ["a", "b"]), numbers }, "a.xlsx");
    await expect(refused).rejects.toThrow(`a.xlsx: want a name that ends in ${OUTPUT_ENDINGS.join(", ")}`);
  });
});

describe.each(OUTPUT_ENDINGS.flatMap((ending) => [ending, `${ending}.gz`]))("%s", (ending) => {
  const name = `a${ending}`;
  const format = outputFormat(name)!.format;

  test("is read again as it was written, by its name and without one", async () => {
    const { columns } = tableOf({ t: ["x, y", "", 'q"'] });
    const added: Column[] = [...numberColumns(numbers, ["a", "b"]), ...columns];
    const bytes = await written({ added, numbers }, name);
    // A name that tells nothing; tabs and JSON lines are told by theirs.
    const names = /tsv|jsonl|ndjson/.test(ending) ? [name] : [name, "a"];
    for (const given of names) {
      const read = await readContent(memorySource(bytes, given));
      expect(read.format).toBe(format.name);
      if ("array" in read.content) expect(read.content.array.x).toEqual(numbers);
      else
        expect(contentOf(read.content.table)).toEqual({
          a: [0.1, -3, 20240103],
          b: [16777217, Number.NaN, 1e-300],
          t: ["x, y", "", 'q"'],
        });
    }
  });

  test("is compressed where its name says so, and nowhere else", async () => {
    const bytes = await written({ added: numberColumns(numbers, ["a", "b"]), numbers }, name);
    const isGzip = bytes[0] === gzipSync("")[0] && bytes[1] === gzipSync("")[1];
    expect(isGzip).toBe(ending.endsWith(".gz"));
  });
});
