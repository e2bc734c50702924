import { mkdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { writeNpy } from "../../src/data/npy.js";
import { expectError, FLOWERS, workplace } from "./command.js";

const { unlabeled, spawned, path, files } = await workplace();

/** An npy header alone. */
function npyHeader(shape: string): Uint8Array {
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  return Buffer.concat([
    Buffer.from("\x93NUMPY\x01\x00", "latin1"),
    Buffer.from([118, 0]),
    Buffer.from(`${dict}\n`),
  ]);
}

function idxHeader(...sizes: number[]): Uint8Array {
  const bytes = Buffer.alloc(4 + 4 * sizes.length);
  bytes.set([0, 0, 8, sizes.length]);
  for (const [i, size] of sizes.entries()) bytes.writeUInt32BE(size, 4 + 4 * i);
  return bytes;
}

beforeAll(async () => {
  const contents: Record<string, string | Uint8Array> = {
    "flowers.csv": FLOWERS,
    "empty.csv": "",
    "header.csv": "a,b\n",
    "word.csv": "a,b\n1,2\n3,abc\n5,6\n7,x y\n",
    "ragged.csv": "a,b\n1,2\n3\n4,5\n",
    "long.csv": "a,b\n1,2\n3,4,5\n4,5\n",
    "infinite.csv": "a,b\n1,2\n3,inf\n4,5\n",
    "infinite.npy": writeNpy({
      data: Float64Array.of(1, 2, 3, Number.POSITIVE_INFINITY, 5, 6),
      rows: 3,
      cols: 2,
    }),
    "infinite3.npy": writeNpy({ data: Float64Array.of(1, 2, Number.POSITIVE_INFINITY), rows: 1, cols: 3 }),
    "missing.csv": "a,b\n1,2\n3,\n4,5\n",
    "missing.npy": writeNpy({ data: Float64Array.of(1, 2, 3, Number.NaN, 5, 6), rows: 3, cols: 2 }),
    "holes.csv": "a,b\n1,2\n,3\n2,\n,4\n5,6\n",
    "texts.csv": "a,b\nx,y\nz,w\n",
    "quote.csv": 'a,b\n"1,2\n3,4\n',
    "bar.csv": "a|b\n1|2\n3|4\n",
    "latin1.csv": Buffer.from("ville,temp\nQuébec,2\nLévis,3\n", "latin1"),
    "list.json": "[1, 2",
    "lines.jsonl": '{"a": 1, "b": 2}\n{"a": 3, "b": \n',
    "strange.xlsx": Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0),
    "days.csv": "day,v\n03/04/2024,1\n05/06/2024,2\n07/08/2024,3\n",
    "binary.csv": Uint8Array.from({ length: 400 }, (_, i) => (i * 37) % 256),
    "cut.npy": Buffer.concat([npyHeader("(3, 4)"), Buffer.alloc(20)]),
    "huge.npy": npyHeader("(2147483648, 64)"),
    "huge.idx": idxHeader(4294967295, 28, 28),
    "bytes.csv": Buffer.concat([Buffer.from("a,b\n1,2\n"), Buffer.of(0xff, 0xfe), Buffer.from(",3\n")]),
    "cut.csv.gz": gzipSync(FLOWERS).subarray(0, 60),
    "cut.parquet": Buffer.from("PAR1 and no more"),
    "picture.png": Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
  };
  for (const [name, content] of Object.entries(contents)) await writeFile(path(name), content);
  await mkdir(path("folder"));
});

const fit = (data: string, ...more: string[]) =>
  ["fit", data, "--method", "pca", "--latent-dim", "1", "-o", "out.safetensors", ...more] as const;

test.each<[string, readonly string[], RegExp]>([
  ["no such file", fit("none.csv"), /none\.csv: no such file/],
  ["a mistyped embedded name", fit("digit"), /digit: .*nearest: digits/],
  ["a folder without images", fit("folder"), /folder: no images/],
  ["one picture", fit("picture.png"), /picture\.png: .*folder of images/],
  ["an empty file", fit("empty.csv"), /empty\.csv: the file is empty/],
  ["a header alone", fit("header.csv"), /header\.csv: only a header/],
  [
    "a column of numbers and texts that is asked for, with all its texts",
    fit("word.csv", "--columns", "a,b"),
    /word\.csv column "b": numbers and texts mixed: "abc", "x y" \(--missing takes texts as missing/,
  ],
  [
    "texts in a column that is said to be numbers, all of them",
    fit("word.csv", "--types", "b=number"),
    /word\.csv column "b": "abc", "x y", first in row 2: not a number \(--missing/,
  ],
  ["a row that is too short", fit("ragged.csv"), /ragged\.csv:3: 1 field, the lines before have 2/],
  ["a row that is too long", fit("long.csv"), /long\.csv:3: 3 fields, the lines before have 2/],
  [
    "an infinite number that is asked for",
    fit("infinite.csv", "--columns", "a,b"),
    /infinite\.csv column "b": numbers and texts mixed: "inf"/,
  ],
  [
    "an infinite number in an array",
    fit("infinite.npy"),
    /infinite\.npy: row 2 column .*2.* is Infinity, pca wants finite/,
  ],
  [
    "a missing number that is not to be filled",
    fit("missing.csv", "--fill", "no"),
    /missing\.csv: row 2 column "b" is missing, pca wants every number \(--fill yes/,
  ],
  ["a missing number in an array", fit("missing.npy"), /missing\.npy: row 2 column .*2.* is missing, pca/],
  [
    "too many gaps",
    fit("holes.csv"),
    /holes\.csv: row 2 column "a" is missing, pca wants every number \(--fill yes/,
  ],
  ["nothing to learn from", fit("texts.csv"), /texts\.csv: no column to learn from: a \(.*\), b \(/],
  [
    "nothing left to learn from",
    fit("missing.csv", "--exclude", "a,b"),
    /missing\.csv: no column to learn from: a \(.*left out, as told\)/,
  ],
  ["a quote that is not closed", fit("quote.csv"), /quote\.csv:2: a quoted field is not closed/],
  [
    "a delimiter that is not there",
    fit("bar.csv", "--delimiter", "semicolon"),
    /bar\.csv: no column to learn from: a\|b \(/,
  ],
  [
    "letters of another encoding",
    fit("latin1.csv"),
    /latin1\.csv:2: byte 0xE9 is not UTF-8 \(use --encoding/,
  ],
  [
    "an unknown encoding",
    fit("latin1.csv", "--encoding", "nope"),
    /latin1\.csv: no encoding is called "nope"/,
  ],
  ["bytes of no encoding", fit("bytes.csv"), /bytes\.csv:3: byte 0xFF is not UTF-8/],
  ["JSON cut short", fit("list.json"), /list\.json:1 column 6: no JSON/],
  ["a line of JSON cut short", fit("lines.jsonl"), /lines\.jsonl:2/],
  ["a spreadsheet", fit("strange.xlsx"), /strange\.xlsx: .*cut off/],
  ["bytes that are no text", fit("binary.csv"), /binary\.csv/],
  ["an array cut short", fit("cut.npy"), /cut\.npy/],
  ["a header that promises 2³¹ rows", fit("huge.npy"), /huge\.npy/],
  ["a header that promises 2³² images", fit("huge.idx"), /huge\.idx/],
  ["gzip cut short", fit("cut.csv.gz"), /cut\.csv\.gz/],
  ["Parquet cut short", fit("cut.parquet"), /cut\.parquet/],
  [
    "an unknown column",
    fit("flowers.csv", "--columns", "petals"),
    /no column is called "petals" \(near: "petal"/,
  ],
  [
    "a position that is not there",
    fit("flowers.csv", "--columns", "2,5"),
    /there is no column 5, the file has 4/,
  ],
  [
    "a range that runs backwards",
    fit("flowers.csv", "--columns", "stem-petal"),
    /"stem-petal" runs backwards/,
  ],
  ["a pattern that fits nothing", fit("flowers.csv", "--columns", "q*"), /no column is called "q\*"/],
  ["an unknown column to leave out", fit("flowers.csv", "--exclude", "petl"), /"petl" \(near: "petal"/],
  ["an unknown key", fit("flowers.csv", "--id", "nam"), /"nam" \(near: "name"/],
  ["a type of an unknown column", fit("flowers.csv", "--types", "nam=category"), /"nam" \(near: "name"/],
  ["an unknown type", fit("flowers.csv", "--types", "name=kind"), /there is no type "kind" \(want number, /],
  [
    "a type that the values are not of",
    fit("flowers.csv", "--types", "name=date"),
    /column "name": its values are no dates/,
  ],
  [
    "a scale without all its steps",
    fit("flowers.csv", "--order", "name=rose<tulip"),
    /column "name": "lily" 12 ×, first in row 2: not a step of its scale/,
  ],
  [
    "dates that may be either",
    fit("days.csv", "--types", "day=date"),
    /column "day": its dates may be .* or .*--types "day=date:/,
  ],
  [
    "a text column",
    fit("texts.csv", "--columns", "a"),
    /texts\.csv column "a": a text of its own in every row, not numbers .*--types "a=category"/,
  ],
  ["an unknown label", fit("flowers.csv", "--label", "nam"), /no column is called "nam" \(near: "name"/],
  [
    "names said to be data",
    fit("flowers.csv", "--no-header", "--columns", "2-4"),
    /flowers\.csv column "x2": .*"petal"/,
  ],
  [
    "a code larger than PCA has",
    fit("flowers.csv", "--exclude", "name", "--latent-dim", "4"),
    /latentDim 4 exceeds/,
  ],
  ["a folder as output", fit("flowers.csv", "--output", "folder"), /folder: is a folder/],
  [
    "an output in no folder",
    fit("flowers.csv", "--output", "none/m.safetensors"),
    /none\/m.*: no such folder/,
  ],
  [
    "an output that is there",
    fit("flowers.csv", "--output", "word.csv"),
    /word\.csv: is there already \(use --force/,
  ],
  ["a model that is not there", ["encode", "flowers.csv", "-m", "none"], /none: no such file/],
  ["a model that is none", ["encode", "flowers.csv", "-m", "word.csv"], /word\.csv: not a safetensors file/],
  ["info of what is no model", ["info", "flowers.csv"], /flowers\.csv: not a safetensors file/],
  [
    "resuming from what is no checkpoint",
    fitNetwork("--resume", "word.csv"),
    /word\.csv: not a safetensors file/,
  ],
])("%s is one line and exit code 1, with no output", async (_, args, line) => {
  const before = await files();
  expectError(await unlabeled(args), 1, line);
  expect(await files()).toEqual(before);
});

function fitNetwork(...more: string[]): string[] {
  return ["fit", "flowers.csv", "--method", "autoencoder", "--latent-dim", "1", ...more];
}

test("a loss that is no longer finite keeps the last good state and says what to try", async () => {
  const outcome = await unlabeled(
    fitNetwork(
      "--learning-rate",
      "1e25",
      "--epochs",
      "50",
      "--seed",
      "1",
      "-o",
      "diverged.safetensors",
      "--quiet",
    ),
  );
  expectError(outcome, 1, /learning rate below 1e\+25.*diverged\.checkpoint\.safetensors/);
  expect(await files()).toContain("diverged.checkpoint.safetensors");
  expect(await files()).not.toContain("diverged.safetensors");
  // The last good state is a model like any other.
  const { code, stdout } = await unlabeled([
    "encode",
    "flowers.csv",
    "-m",
    "diverged.checkpoint.safetensors",
  ]);
  expect(code).toBe(0);
  expect(stdout).not.toContain("NaN");
});

describe("a model refuses data that are not of its columns", () => {
  beforeAll(async () => {
    const fitted = "fit flowers.csv --label name --method pca --latent-dim 2 -o flowers.safetensors";
    expect((await unlabeled(fitted.split(" "))).code).toBe(0);
    const lines = FLOWERS.split("\n");
    await writeFile(path("renamed.csv"), FLOWERS.replace("petal", "leaf"));
    await writeFile(path("worded.csv"), FLOWERS.replace(/,1\.\d+/, ",long").replace(/,4\.\d+/, ",short"));
    await writeFile(
      path("dated.csv"),
      lines.map((line, i) => (i && line ? line.replace(/,[\d.]+,/, ",2024-01-01,") : line)).join("\n"),
    );
    await writeFile(path("gappy.csv"), FLOWERS.replace(/,2\.\d+/, ","));
  });

  test.each<[string, string, RegExp]>([
    ["a column less", "renamed.csv", /renamed\.csv: no column is called "petal" \(near: /],
    [
      "words for numbers",
      "worded.csv",
      /worded\.csv column "petal": "long", "short", first in row 1: not a number/,
    ],
    [
      "dates for numbers",
      "dated.csv",
      /dated\.csv column "petal": "2024-01-01" 24 ×, first in row 1: not a number/,
    ],
    [
      "a gap",
      "gappy.csv",
      /gappy\.csv: row 1 column "sepal" is missing, pca wants every number \(--fill yes fills gaps/,
    ],
    ["rows of another size", "digits", /rows must have 3 numbers, got 64/],
    ["an infinite number", "infinite3.npy", /infinite3\.npy: row 1 column .* is Infinity, pca wants finite/],
  ])("%s", async (_, data, line) => {
    const before = await files();
    for (const verb of ["encode", "score", "reconstruct", "evaluate"]) {
      const output = verb === "evaluate" ? [] : ["-o", "never.csv"];
      const flags = ["-m", "flowers.safetensors", "--fill", "no", ...output];
      expectError(await unlabeled([verb, data, ...flags]), 1, line);
    }
    expect(await files()).toEqual(before);
  });
});

test("with UNLABELED_DEBUG the stack follows the line", async () => {
  const { code, stderr } = await spawned(fit("none.csv"), { env: { UNLABELED_DEBUG: "1" } });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^unlabeled: none\.csv.*\n(.|\n)*\n +at /);
});
