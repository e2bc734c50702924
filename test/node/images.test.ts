/**
 * @file PNG and JPEG in a folder: what is damaged, disguised or too large is refused in one line before it is decoded.
 */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFileData } from "../../node/read.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unlabeled-images-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A folder with these files. */
async function folderOf(name: string, files: Record<string, Uint8Array | string>): Promise<string> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(path, file), bytes);
  return path;
}

const [width, height] = [40, 30];
const noise = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 256);
const picture = () => sharp(noise, { raw: { width, height, channels: 3 } });
const png = await picture().png().toBuffer();
const jpeg = await picture().jpeg().toBuffer();

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = new Uint8Array([...new TextEncoder().encode(type), ...data]);
  const bytes = new Uint8Array(body.length + 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(body, 4);
  view.setUint32(bytes.length - 4, crc32(body));
  return bytes;
}

/** A black PNG of 1 bit a pixel, whose rows compress to a thousandth. */
function blackPng(width: number, height: number): Uint8Array {
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header[8] = 1;
  const rows = deflateSync(new Uint8Array(height * (Math.ceil(width / 8) + 1)));
  return Buffer.concat([
    png.subarray(0, 8),
    chunk("IHDR", header),
    chunk("IDAT", rows),
    chunk("IEND", new Uint8Array()),
  ]);
}

describe("one line says what is wrong with", () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="9" height="9"/></svg>`;
  const animated = Buffer.concat([png.subarray(0, 33), chunk("acTL", new Uint8Array(8)), png.subarray(33)]);
  test.each<
    [
      what: string,
      file: string,
      bytes: () => Promise<Uint8Array | string> | Uint8Array | string,
      says: string,
    ]
  >([
    ["a drawing called PNG", "a.png", () => svg, "is no PNG image"],
    ["a GIF called JPEG", "a.jpg", () => picture().gif().toBuffer(), "is no JPEG image"],
    ["a JPEG called PNG", "a.png", () => jpeg, "is no PNG image"],
    ["an empty file", "a.png", () => "", "is no PNG image"],
    ["a PNG that is cut off", "a.png", () => png.subarray(0, -300), "is a damaged PNG image"],
    ["a PNG that ends in its header", "a.png", () => png.subarray(0, 12), "is a damaged PNG image"],
    ["a JPEG that is cut off", "a.jpeg", () => jpeg.subarray(0, -200), "is a damaged JPEG image"],
    ["a PNG that moves", "a.png", () => animated, "is an animation"],
    [
      "a JPEG for print",
      "a.jpg",
      () => picture().toColourspace("cmyk").jpeg().toBuffer(),
      "its colors are CMYK",
    ],
  ])("%s", async (what, file, bytes, says) => {
    const path = await folderOf(what, { [file]: await bytes() });
    const error: unknown = await readFileData(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(new RegExp(`^${join(path, file)}: ${says}[^\\n]*$`));
  });
});

test("whole ones are read, and a folder called like an image is none", async () => {
  const path = await folderOf("whole", { "a.png": png, "b.jpg": jpeg });
  await mkdir(join(path, "c.png"));
  const data = await readFileData(path, { color: true });
  expect([data.x.rows, data.rowShape]).toEqual([2, [3, height, width]]);
  expect(data.x.data[1]).toBe(noise[3]);
  expect(data.notes).toEqual([`${path}: 1 entry is no image and left out`]);
});

test("a size that differs is found before anything is decoded", async () => {
  const cut = png.subarray(0, -300);
  const path = await folderOf("sizes", { "a.png": cut, "b.png": blackPng(8, 8) });
  await expect(readFileData(path)).rejects.toThrow(
    `${join(path, "b.png")}: 8 × 8, the images before it are 40 × 30`,
  );
});

// Read in a process of its own, whose memory is its own: decoded, they would take 2.5 GB.
test("three small files that promise large pictures take no memory", async () => {
  const bomb = blackPng(15_000, 15_000);
  const path = await folderOf("bombs", { "a.png": bomb, "b.png": bomb, "c.png": bomb });
  const reader = new URL("../../dist/node/index.js", import.meta.url);
  const script = `
    import { readFileData } from ${JSON.stringify(reader.href)};
    const message = await readFileData(${JSON.stringify(path)}).catch((error) => error.message);
    console.log(JSON.stringify([message, process.resourceUsage().maxRSS]));`;
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
  });
  const [message, kilobytes] = JSON.parse(String(out)) as [string, number];
  expect(message).toMatch(
    /b\.png: images up to this one have 450000000 numbers in \d+ bytes, want at most 64 a byte$/,
  );
  expect(kilobytes).toBeLessThan(500_000);
});
