/** @file Names that would steer a terminal or break a document are spelled out wherever they are shown. */
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { resumeCommand } from "../../cli/checkpoint.js";
import { embeddingPicture } from "../../panels/embedding-picture.js";
import { printable, printableJson } from "../../panels/printable.js";
import { scatterPlot } from "../../panels/scatter.js";
import { textTable } from "../../panels/text-table.js";
import { matrix } from "../../src/data/matrix.js";
import { rewritten, saved } from "../files/saved-models.js";
import { workplace } from "./command.js";

const HOSTILE = [
  "\u001b]0;x\u0007",
  "\u009b31m",
  "a\nb",
  "a\r\tb",
  "</text><script>alert('1')</script>",
  '" onload="alert(1)',
  "]]>&amp;&",
  "\ud800",
  "x\udc00y",
  "\u202e\u2066mirrored",
  "\u2028\u0085\u007f\u0000",
  "\ufffe\uffff\ufeff",
  "plain ü 漢 👩‍👩‍👧",
];
/** Everything that is shown may be these and the ends of lines. */
const HARMLESS = /^[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]*$/u;
const harmless = (text: string) => text.split("\n").every((line) => HARMLESS.test(line));

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

test("a shell reads the command to go on with as the words that were given", (context) => {
  if (spawnSync("bash", ["-c", ":"]).status !== 0) return context.skip("there is no bash");
  const words = ["fit", "a\u001b[31m'b\\c\n.csv", "it's.csv", "--columns", "\t"];
  const command = resumeCommand(words, 7, "x\u0007.checkpoint");
  expect(harmless(command)).toBe(true);
  const { stdout } = spawnSync("bash", ["-c", `unlabeled() { printf '%s\\0' "$@"; }; ${command}`], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  expect(stdout.split("\0").slice(0, -1)).toEqual([
    ...words,
    "--seed",
    "7",
    "--resume",
    "x\u0007.checkpoint",
  ]);
});

describe("the command", async () => {
  const { unlabeled, path } = await workplace();

  test("info on a model of hostile names: text, JSON", async () => {
    const columns = HOSTILE.slice(0, 5);
    await writeFile(
      path("m.safetensors"),
      rewritten(saved[0]!.bytes, (header) => ({ ...header, columns })),
    );
    const text = await unlabeled(["info", "m.safetensors"]);
    expect(text).toMatchObject({ code: 0, stderr: "" });
    expect(harmless(text.stdout)).toBe(true);
    expect(text.stdout).toContain("\\x1b]0;x\\x07");
    const json = await unlabeled(["info", "m.safetensors", "--json"]);
    expect(harmless(json.stdout)).toBe(true);
    expect(JSON.parse(json.stdout).columns).toEqual(columns);
  });

  test("errors and notes are one line each, whatever is in names of files, columns, options and texts", async () => {
    const evil = "e\u001b[2J\u202e";
    await writeFile(path(`${evil}.csv`), `"a\n${evil}",b,"t${evil}"\n1,2,x\n3,4,y\n5,${evil},z\n`);
    for (const args of [
      ["fit", `${evil}.csv`, "--method", "pca", "--latent-dim", "1"],
      ["fit", `nothing\n${evil}`, "--method", "pca"],
      ["fit", "digits", "--method", `${evil}\n`],
      ["fit", "digits", "--method", "pca", "--option", `${evil}=1`],
      ["fit", "digits", `--${evil}`],
      ["encode", "digits", "--model", `${evil}.csv`],
      ["encode", `${evil}.csv`, "--model", "m.safetensors"],
      [`verb\n${evil}`],
    ]) {
      const { stdout, stderr } = await unlabeled(args);
      expect(stdout).toBe("");
      expect(harmless(stderr), args.join(" ")).toBe(true);
      expect(stderr).toMatch(/^unlabeled: [^\n]+\n$/);
    }
  });

  test("data written stays the data read", async () => {
    const label = "l\u001b[31m";
    await writeFile(path("data.csv"), `a,b,kind\n1,2,${label}\n2,1,${label}\n0,3,k\n4,4,k\n`);
    const fitted = await unlabeled(
      ["embed", "data.csv", "--label", "kind", "--method", "pca", "--latent-dim", "2"].concat([
        ...["-o", "codes.csv", "--picture", "p.svg"],
      ]),
    );
    expect(fitted.code).toBe(0);
    expect(await readFile(path("codes.csv"), "utf8")).toContain(label);
    expect(harmless(await readFile(path("p.svg"), "utf8"))).toBe(true);
  });
});
