/** @file Names that would steer a terminal or break a document are spelled out wherever they are shown. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { svgOf } from "../../panels/picture-file.js";
import { printable, printableJson } from "../../panels/printable.js";
import { scatterPlot } from "../../panels/scatter.js";
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

describe("pictures are well-formed XML that shows the names", () => {
  const codes = matrix(
    HOSTILE.length,
    2,
    Float32Array.from({ length: 2 * HOSTILE.length }, (_, i) => i % 7),
  );
  // At most twelve classes have a key.
  const labels = HOSTILE.map((name, i) => (i === 12 ? HOSTILE[0]! : name));
  const pictures: Record<string, string> = {
    embedding: embeddingPicture(codes, labels, HOSTILE.join(" ")),
    scatter: scatterPlot(
      HOSTILE.map((title) => ({ title, codes })),
      labels,
    ),
    // Cut between the halves of a character.
    "long names": embeddingPicture(
      codes,
      labels.map((_, i) => `${"a".repeat(i)}👩👩👩👩👩👩👩👩👩👩👩👩👩`),
      "long",
    ),
  };
  test.for(Object.entries(pictures))("%s", ([name, svg], context) => {
    if (python === undefined && !process.env.CI) return context.skip("there is no Python");
    expect(harmless(svg)).toBe(true);
    const { status, stdout, stderr } = spawnSync(python ?? "python3", ["-c", PARSE], { input: svg });
    expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: "" });
    const parts = String(stdout)
      .split("\u241e")
      .map((part) => part.trim());
    expect(new Set(parts.filter((part) => part.startsWith("<") && part.length < 9))).toEqual(
      new Set(["<svg", "<rect", "<text", "<circle", "<g", "<path"].filter((tag) => svg.includes(`${tag} `))),
    );
    if (name === "scatter") for (const title of HOSTILE) expect(parts).toContain(printable(title));
  });
});
