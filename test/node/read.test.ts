import { execFileSync, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { writeIdx } from "../../src/data/idx.js";
import { matrix } from "../../src/data/matrix.js";
import { writeNetpbm } from "../../src/data/netpbm.js";
import { writeNpy } from "../../src/data/npy.js";
import { writeParquet } from "../../src/data/parquet.js";
import { makeTable, numberColumns } from "../../src/data/table/table.js";
import { wholeDataset } from "../data/tables.js";

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unlabeled-read-"));
});
afterAll(() => rm(folder, { recursive: true }));

const x = matrix(
  3,
  4,
  Float32Array.from({ length: 12 }, (_, i) => i),
);
const table = makeTable(numberColumns(x, ["a", "b", "c", "d"]));

test.each([
  ["data.csv", new TextEncoder().encode("a,b,c,d\n0,1,2,3\n4,5,6,7\n8,9,10,11\n")],
  ["data.tsv", new TextEncoder().encode("a\tb\tc\td\n0\t1\t2\t3\n4\t5\t6\t7\n8\t9\t10\t11")],
  ["data.npy", writeNpy(x)],
  ["data.idx", writeIdx(x, "u1", [3, 2, 2])],
  ["data.parquet", writeParquet(table)],
])("%s, as it is and compressed", async (name, bytes) => {
  await writeFile(at(name), bytes);
  await writeFile(at(`${name}.gz`), gzipSync(bytes));
  const plain = await readFileData(at(name));
  expect([plain.x.rows, plain.x.cols, ...plain.x.data]).toEqual([x.rows, x.cols, ...x.data]);
  const named = (read: unknown) => JSON.parse(JSON.stringify(read).replaceAll(at(`${name}.gz`), at(name)));
  const compressed = await readFileData(at(`${name}.gz`));
  expect(named(await wholeDataset(compressed))).toEqual(named(await wholeDataset(plain)));
});

test("a file longer than a piece, and its label", async () => {
  const lines = Array.from({ length: 200_000 }, (_, i) => `${i},${i / 2},c${i % 3}`);
  await writeFile(at("long.csv"), `id,half,class\n${lines.join("\n")}\n`);
  await writeFile(at("long.csv.gz"), gzipSync(`id,half,class\n${lines.join("\n")}\n`));
  for (const name of ["long.csv", "long.csv.gz"]) {
    const data = await readFileData(at(name), { label: "class" });
    // What counts the rows is carried.
    expect([data.x.rows, data.columns]).toEqual([200_000, ["half"]]);
    expect(data.x.data.at(-1)).toBe(99_999.5);
    expect(data.table!.columns[0]!.values.at(199_999)).toBe(199_999);
    const all = await readFileData(at(name), { label: "class", columns: ["id", "half"] });
    expect([...all.x.data.subarray(-2)]).toEqual([199_999, 99_999.5]);
    expect(data.labels!.at(-1)).toBe("c1");
  }
});

test("labels from a file", async () => {
  await writeFile(at("images-idx3-ubyte"), writeIdx(x, "u1", [3, 2, 2]));
  await writeFile(at("labels-idx1-ubyte"), writeIdx(matrix(3, 1, Float32Array.of(7, 0, 7)), "u1", [3]));
  const data = await readFileData(at("images-idx3-ubyte"), { labelFile: at("labels-idx1-ubyte") });
  expect(data.labels).toEqual(["7", "0", "7"]);
  expect(data.rowShape).toEqual([2, 2]);
  const wrong = readFileData(at("labels-idx1-ubyte"), { labelFile: at("images-idx3-ubyte") });
  await expect(wrong).rejects.toThrow("images-idx3-ubyte: want labels in one column, got 4");
});

/** What a process of its own reads from paths, one line each; READ stands for that process in the shell's command. */
function readElsewhere(shell: string, redirect = ""): string[] {
  const module = pathToFileURL(join(import.meta.dirname, "../../dist/node/read.js")).href;
  const script = `
    import { readFileData } from ${JSON.stringify(module)};
    for (const path of process.argv.slice(1)) {
      const { x, name } = await readFileData(path).catch((error) => ({ name: error.message }));
      console.log(name, x?.rows, x?.cols, x?.data.join());
    }`;
  const command = `"$NODE" --input-type=module -e "$SCRIPT" -- ${redirect}`;
  const output = execFileSync("bash", ["-c", shell.replace("READ", command)], {
    env: { ...process.env, NODE: process.execPath, SCRIPT: script },
    cwd: folder,
    encoding: "utf8",
  });
  return output.trimEnd().split("\n");
}

const FILES: readonly (readonly [string, Uint8Array])[] = [
  ["five.csv", new TextEncoder().encode("a,b\n0,1\n2,3\n4,5\n6,7\n8,9\n")],
  ["five.npy", writeNpy(five())],
  ["five.idx", writeIdx(five(), "u1")],
  ["five.parquet", writeParquet(makeTable(numberColumns(five(), ["a", "b"])))],
];

function five() {
  return matrix(
    5,
    2,
    Float32Array.from({ length: 10 }, (_, i) => i),
  );
}

// A shell that knows <(…), and named pipes.
describe.skipIf(process.platform === "win32")("what is no plain file", () => {
  describe.each(FILES)("%s", (name, plain) => {
    test.each(["", ".gz"])("as it is, or compressed: %j", async (gz) => {
      const file = name + gz;
      await writeFile(at(file), gz ? gzipSync(plain) : plain);
      const want = "5 2 0,1,2,3,4,5,6,7,8,9";
      // In pieces: the first 10 bytes, a while later the others.
      const slowly = `(head -c 10 ${file}; sleep 0.1; tail -c +11 ${file})`;
      const pipe = `pipe-${file}`;
      execFileSync("mkfifo", [at(pipe)]);
      const read = readElsewhere(`${slowly} > ${pipe} & ${slowly} | READ`, `- ${pipe} <(${slowly})`);
      expect(read.map((line) => line.replace(/^\/dev\/fd\/\d+/, "<(…)"))).toEqual([
        `stdin ${want}`,
        `${pipe} ${want}`,
        `<(…) ${want}`,
      ]);
      expect(readElsewhere(`${slowly} | READ`, "/dev/stdin")).toEqual([`/dev/stdin ${want}`]);
    });
  });

  test("a file, or a folder, on standard input", async () => {
    await writeFile(at("five.csv"), FILES[0]![1]);
    expect(readElsewhere("READ", "/dev/stdin < five.csv")[0]).toMatch(/^\/dev\/stdin 5 2 0,1,/);
    expect(readElsewhere("READ", "- < .")[0]).toMatch(/^stdin: /);
    await expect(readFileData("/dev/null")).rejects.toThrow("/dev/null: the file is empty");
  });

  // Node connects its children by sockets, which cannot be opened by their path.
  test("a socket on standard input", async () => {
    const module = pathToFileURL(join(import.meta.dirname, "../../dist/node/read.js")).href;
    const script = `import { readFileData } from ${JSON.stringify(module)};
      console.log((await readFileData("/dev/stdin")).x.data.join());`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
    child.stdin.end("a,b\n1,2\n");
    expect(await text(child.stdout)).toBe("1,2\n");
  });
});

test("labels of another number of rows are refused, and so are two kinds of labels", async () => {
  await writeFile(at("two.csv"), "a,b\n0.5,p\n1.5,q\n");
  await writeFile(at("three.csv"), "label\nx\ny\nz\n");
  const labelFile = at("three.csv");
  await expect(readFileData(at("two.csv"), { labelFile })).rejects.toThrow("three.csv: want 2 labels, got 3");
  await expect(readFileData(at("two.csv"), { labelFile, label: "b" })).rejects.toThrow("not both");
});

describe("a folder of images", () => {
  const gray = (...pixels: number[]) =>
    writeNetpbm({ width: 2, height: 1, channels: 1, maxValue: 255, pixels: Uint8Array.from(pixels) });
  const png = (channels: 1 | 3, pixels: number[]) => {
    const raw = { raw: { width: 2, height: 1, channels } };
    return sharp(Uint8Array.from(pixels), raw)
      .toColourspace(channels === 1 ? "b-w" : "srgb")
      .png()
      .toBuffer();
  };

  test("in the order of their names, numbers as numbers", async () => {
    await mkdir(at("mixed"));
    await writeFile(at("mixed/img10.pgm"), gray(5, 6));
    await writeFile(at("mixed/img2.pgm"), gray(3, 4));
    await writeFile(at("mixed/img1.png"), await png(1, [1, 2]));
    await writeFile(at("mixed/notes.txt"), "no image");
    const data = await readFileData(at("mixed"));
    expect([...data.x.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(data.rowShape).toEqual([1, 2]);
    expect(data.notes).toEqual([`${at("mixed")}: 1 entry is no image and left out`]);
  });

  test("those in folders of a folder have its name as their label", async () => {
    for (const name of ["s10", "s9", "none"]) await mkdir(at(`people/${name}`), { recursive: true });
    await writeFile(at("people/s10/1.pgm"), gray(5, 6));
    await writeFile(at("people/s9/2.pgm"), gray(3, 4));
    await writeFile(at("people/s9/1.pgm"), gray(1, 2));
    await writeFile(at("people/s9/notes.txt"), "no image");
    const data = await readFileData(at("people"));
    expect([...data.x.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(data.labels).toEqual(["s9", "s9", "s10"]);
    expect(data.notes).toEqual([`${at("people")}: 2 entries are no images and left out`]);
  });

  test("gray by default, color if asked for", async () => {
    await mkdir(at("color"));
    await writeFile(at("color/a.png"), await png(3, [255, 0, 0, 0, 0, 255]));
    const gray = await readFileData(at("color"));
    expect([...gray.x.data]).toEqual([76, 29]);
    const color = await readFileData(at("color"), { color: true });
    expect(color.rowShape).toEqual([3, 1, 2]);
    expect([...color.x.data]).toEqual([255, 0, 0, 0, 0, 255]);
  });

  test("names the odd one, the damaged one, and an empty folder", async () => {
    await mkdir(at("odd"));
    await writeFile(at("odd/a.pgm"), gray(1, 2));
    await writeFile(
      at("odd/b.pgm"),
      writeNetpbm({ width: 1, height: 1, channels: 1, maxValue: 9, pixels: Uint8Array.of(1) }),
    );
    await expect(readFileData(at("odd"))).rejects.toThrow(
      `${at("odd/b.pgm")}: 1 × 1 × 1, the images before it`,
    );
    await mkdir(at("damaged"));
    await writeFile(at("damaged/a.png"), "no image");
    await expect(readFileData(at("damaged"))).rejects.toThrow(`${at("damaged/a.png")}: `);
    await mkdir(at("empty"));
    await expect(readFileData(at("empty"))).rejects.toThrow("no images in this folder");
  });
});

test("what is not there, and what is too large", async () => {
  await expect(readFileData(at("nowhere.csv"))).rejects.toThrow(
    `${at("nowhere.csv")}: no such file or folder`,
  );
  await writeFile(at("empty.csv"), "");
  await expect(readFileData(at("empty.csv"))).rejects.toThrow(`${at("empty.csv")}: the file is empty`);
});

// Files with holes: their size is real, their blocks are not.
test("files that no memory holds are refused in one line", async () => {
  await writeFile(at("large.npy"), writeNpy(matrix(1, 1)));
  await truncate(at("large.npy"), 2 ** 40);
  await expect(readFileData(at("large.npy"))).rejects.toThrow(
    "large.npy: (1, 1) of '<f4' is 4 bytes, the file has 1099511627648 after its header",
  );
  await writeFile(at("large.idx"), writeIdx(matrix(1, 1)));
  await truncate(at("large.idx"), 2 ** 40);
  await expect(readFileData(at("large.idx"))).rejects.toThrow(
    "large.idx: such a file is read at once, and 1.1 TB are more than one array holds",
  );
  await writeFile(at("large.csv"), "a,b\n1,2\n");
  await truncate(at("large.csv"), 2 ** 40);
  await expect(readFileData(at("large.csv"))).rejects.toThrow("large.csv: byte 8 is 0, this is no text");
});
