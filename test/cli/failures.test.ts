import { mkdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
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
    "word.csv": "a,b\n1,2\n3,n/a\n5,6\n",
    "ragged.csv": "a,b\n1,2\n3\n4,5\n",
    "infinite.csv": "a,b\n1,2\n3,inf\n4,5\n",
    "missing.csv": "a,b\n1,2\n3,\n4,5\n",
    "texts.csv": "a,b\nx,y\nz,w\n",
    "quote.csv": 'a,b\n"1,2\n3,4\n',
    "comma.csv": "a;b\n1,5;2\n3,5;4\n",
    "binary.csv": Uint8Array.from({ length: 400 }, (_, i) => (i * 37) % 256),
    "cut.npy": Buffer.concat([npyHeader("(3, 4)"), Buffer.alloc(20)]),
    "huge.npy": npyHeader("(2147483648, 64)"),
    "huge.idx": idxHeader(4294967295, 28, 28),
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
    "a word among numbers",
    fit("word.csv"),
    /word\.csv:3 column "b": "n\/a" is not a number \(use --missing n\/a/,
  ],
  ["rows of two lengths", fit("ragged.csv"), /ragged\.csv:3: 1 field/],
  ["an infinite number", fit("infinite.csv"), /infinite\.csv:3 column "b": "inf"/],
  ["a missing number", fit("missing.csv"), /missing\.csv: row 2 column "b" is missing, pca/],
  ["no column of numbers", fit("texts.csv"), /texts\.csv: no column of numbers/],
  ["a quote that is not closed", fit("quote.csv"), /quote\.csv/],
  ["decimal commas", fit("comma.csv"), /comma\.csv:2/],
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
  ["a text column", fit("flowers.csv", "--columns", "name"), /column "name"/],
  ["an unknown label", fit("flowers.csv", "--label", "nam"), /no column is called "nam" \(near: "name"/],
  ["names said to be data", fit("flowers.csv", "--no-header"), /flowers\.csv/],
  ["a code larger than PCA has", fit("flowers.csv", "--latent-dim", "4"), /latentDim 4 exceeds/],
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

test("a model refuses data it was not fitted on", async () => {
  await unlabeled([
    "fit",
    "flowers.csv",
    "--method",
    "pca",
    "--latent-dim",
    "2",
    "-o",
    "flowers.safetensors",
  ]);
  await writeFile(path("renamed.csv"), FLOWERS.replace("petal", "leaf"));
  expectError(await unlabeled(["encode", "renamed.csv", "-m", "flowers.safetensors"]), 1, /called "petal"/);
  expectError(await unlabeled(["encode", "digits", "-m", "flowers.safetensors"]), 1, /3 numbers, got 64/);
});

test("with UNLABELED_DEBUG the stack follows the line", async () => {
  const { code, stderr } = await spawned(fit("none.csv"), { env: { UNLABELED_DEBUG: "1" } });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^unlabeled: none\.csv.*\n(.|\n)*\n +at /);
});
