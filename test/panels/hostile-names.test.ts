/** @file Names that would steer a terminal or break a document are spelled out wherever they are shown. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { svgOf, svgOfAll } from "../../panels/picture-file.js";
import { printable, printableJson } from "../../panels/printable.js";
import type { ScatterPanel } from "../../panels/report.js";
import { textTable } from "../../panels/text-table.js";
import { matrix } from "../../src/data/matrix.js";
import { HOSTILE, harmless } from "./hostile-names.js";

/** An XML parser that is none of ours: expat, in Python. */
const PARSE = `
import sys, xml.parsers.expat
texts = []
parser = xml.parsers.expat.ParserCreate()
parser.StartElementHandler = lambda name, attributes: texts.append("<" + name)
parser.CharacterDataHandler = lambda text: texts.append(text)
parser.buffer_text = True
parser.Parse(sys.stdin.buffer.read(), True)
sys.stdout.buffer.write("\\u241e".join(texts).encode())
`;

const python = ["python3", "/usr/bin/python3"].find((one) => spawnSync(one, ["-c", "0"]).status === 0);

test("spelled out, and left alone where they do no harm", () => {
  expect(HOSTILE.map(printable)).toEqual([
    "\\x1b]0;x\\x07",
    "\\u009b31m",
    "a\\nb",
    "a\\r\\tb",
    "</text><script>alert('1')</script>",
    '" onload="alert(1)',
    "]]>&amp;&",
    "\\ud800",
    "x\\udc00y",
    "\\u202e\\u2066mirrored",
    "\\u2028\\u0085\\x7f\\x00",
    "\\ufffe\\uffff\\ufeff",
    "plain ü 漢 👩‍👩‍👧",
  ]);
});

test("a table keeps its lines and columns, JSON its meaning", () => {
  const table = textTable(HOSTILE.map((name) => [name, "1"]));
  expect(table.split("\n")).toHaveLength(HOSTILE.length + 1);
  expect(harmless(table)).toBe(true);
  const json = printableJson(JSON.stringify({ names: HOSTILE }, null, 2));
  expect(harmless(json)).toBe(true);
  expect(JSON.parse(json)).toEqual({ names: HOSTILE });
});

/** Elements of pictures: none of them does anything. */
const KNOWN = new Set(
  ["svg", "title", "desc", "style", "rect", "text", "g", "path", "defs", "use"].map((name) => `<${name}`),
);

describe("pictures are well-formed XML that shows the names", () => {
  const codes = matrix(
    HOSTILE.length,
    2,
    Float32Array.from({ length: 2 * HOSTILE.length }, (_, i) => i % 7),
  );
  const scatter = (title: string, labels: readonly string[]): ScatterPanel => ({
    kind: "scatter",
    title,
    see: title,
    x: Float32Array.from({ length: codes.rows }, (_, i) => codes.data[2 * i]!),
    y: Float32Array.from({ length: codes.rows }, (_, i) => codes.data[2 * i + 1]!),
    xName: HOSTILE[3]!,
    yName: HOSTILE[4]!,
    color: { name: HOSTILE[5]!, labels },
  });
  const each = HOSTILE.map((name) => name);
  const values = HOSTILE.map((_, i) => i - 4);
  const said = { title: HOSTILE.join(" "), see: HOSTILE.join(" "), caption: HOSTILE.join(" ") };
  const pictures: Record<string, string> = {
    embedding: svgOf(scatter(HOSTILE.join(" "), each)),
    several: svgOfAll(HOSTILE.map((title) => scatter(title, each))),
    // Cut between the halves of a character.
    "long names": svgOf(
      scatter(
        "long",
        each.map((_, i) => `${"a".repeat(i)}👩👩👩👩👩👩👩👩👩👩👩👩👩`),
      ),
    ),
    multiples: svgOf(
      scatter(
        "many",
        Array.from({ length: codes.rows }, (_, i) => HOSTILE[i % 13]! + i),
      ),
    ),
    bars: svgOf({
      kind: "bars",
      ...said,
      names: each,
      valueName: HOSTILE[3]!,
      series: [{ name: HOSTILE[4]!, values }],
    }),
    curves: svgOf({
      kind: "curves",
      ...said,
      xName: HOSTILE[3]!,
      yName: HOSTILE[4]!,
      x: values,
      series: [
        { name: HOSTILE[5]!, values },
        { name: HOSTILE[6]!, values },
      ],
    }),
    spectrum: svgOf({
      kind: "spectrum",
      ...said,
      shares: [0.5, 0.2],
      xName: HOSTILE[3]!,
      yName: HOSTILE[4]!,
    }),
    "heat map": svgOf({
      kind: "heatMap",
      ...said,
      rowNames: each,
      columnNames: each,
      values: each.flatMap(() => values),
    }),
  };
  test.for(Object.entries(pictures))("%s", ([name, svg], context) => {
    if (python === undefined && !process.env.CI) return context.skip("there is no Python");
    expect(harmless(svg)).toBe(true);
    const { status, stdout, stderr } = spawnSync(python ?? "python3", ["-c", PARSE], { input: svg });
    expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: "" });
    const parts = String(stdout)
      .split("\u241e")
      .map((part) => part.trim());
    const elements = parts.filter((part) => /^<[a-z]+$/.test(part));
    expect(elements.filter((part) => !KNOWN.has(part))).toEqual([]);
    if (name === "several") for (const title of HOSTILE) expect(parts).toContain(printable(title));
  });
});
