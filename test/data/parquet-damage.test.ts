/**
 * @file Parquet files by other writers are read, and what the format lets a reader notice about damage is noticed.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { unpackZstd } from "../../src/data/parquet/zstd.js";
import { readParquet } from "../../src/data/parquet.js";
import { expectSameBits } from "./damage.js";
import { numbersOf } from "./tables.js";

const folder = fileURLToPath(new URL("../golden/parquet/", import.meta.url));
const golden = (name: string) => new Uint8Array(readFileSync(`${folder}${name}.parquet`));
const read = (bytes: Uint8Array) => readParquet(bytes, { name: "p" });

/** The columns of test/golden/parquet.py. */
const rows = Array.from({ length: 40 }, (_, i) => i);
const numbers: Record<string, number[]> = {
  a: rows.map((i) => ((i * 7919) % 1000) / 64 - 7),
  b: rows.map((i) => i % 4),
  c: rows.map((i) => (i % 5 === 0 ? Number.NaN : i * 1.5)),
  f: rows.map((i) => (i % 3 === 1 ? Number.NaN : 1 - (i % 2))),
  h: rows.map((i) => ((i * 7919) % 1000) / 64 - 7),
  u: rows.map((i) => 2 ** 32 - 1 - i),
};
const texts: Record<string, string[]> = {
  s: rows.map((i) => (i % 7 === 0 ? "" : `t${i % 3}`)),
  t: rows.map((i) => `text ${i % 5}`),
  // Whole numbers beyond those that float64 tells apart, to the last digit.
  l: rows.map((i) => `${(-3n) ** BigInt(i)}`),
};

test.each(readdirSync(folder).map((file) => file.replace(".parquet", "")))("%s is read", async (name) => {
  const { columns, unread } = await read(golden(name));
  expect(unread).toEqual([]);
  for (const column of columns) {
    if (column.kind === "text") {
      const missing = name.startsWith("fastparquet") ? "none" : "";
      expect([...column.values]).toEqual(texts[column.name]!.map((text) => text || missing));
    } else {
      // Half precision keeps eleven bits, and so all of these.
      expectSameBits([...column.values], numbers[column.name]!);
    }
  }
});

/** Reads a copy with one byte changed. */
function changed(file: Uint8Array, at: number, byte: number) {
  const copy = file.slice();
  copy[at] = byte;
  return read(copy);
}

test("a page that does not match its checksum is refused", async () => {
  for (const name of ["arrow-none-v1-checksum", "arrow-zstd-v2-checksum"]) {
    const file = golden(name);
    // The first page's values: behind its header, which is shorter than this.
    for (let at = 60; at < 90; at++) {
      await expect(changed(file, at, file[at]! ^ 1)).rejects.toThrow(
        'p: damaged Parquet: column "a": page at byte 4: does not match its checksum',
      );
    }
  }
});

test("gzip's checksum is looked at: a flipped bit never gives another number", async () => {
  const file = golden("polars-gzip");
  const whole = await read(file);
  const start = file.findIndex((byte, i) => byte === 0x1f && file[i + 1] === 0x8b);
  let refused = 0;
  for (let bit = 8 * start; bit < 8 * (start + 120); bit += 3) {
    const table = await changed(file, bit >> 3, file[bit >> 3]! ^ (1 << (bit & 7))).catch((error: Error) => {
      expect(error.message).toMatch(/^p: damaged Parquet: column "a": page at byte 4: .*gzip/);
      refused++;
    });
    // What is left are the time and the system in gzip's header.
    if (table) expectSameBits(numbersOf(table), numbersOf(whole));
  }
  expect(refused).toBeGreaterThan(250);
});

test("pages unpack to as many bytes as they promise, whatever packs them", async () => {
  for (const codec of ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]) {
    const file = golden(`arrow-${codec}-v2`);
    // The second number of the page header, two bytes of seven bits, folded: one more is two more.
    expect(file.subarray(4, 7).join()).toMatch(/^21,6,21$/);
    const at = 7;
    await expect(changed(file, at, file[at]! + 2), codec).rejects.toThrow(
      /^p: damaged Parquet: column "a": page at byte 4: .*(?:promises|length|does not unpack)/,
    );
  }
});

test("levels must cover the values before what follows is decoded", async () => {
  const data = Array.from({ length: 60 }, (_, i) => (i === 30 ? null : i));
  const columnData = [{ name: "v", type: "INT32", nullable: true, data }] as const;
  const file = new Uint8Array(parquetWriteBuffer({ columnData: [...columnData], codec: "UNCOMPRESSED" }));
  const whole = await read(file);
  expect(whole.rows).toBe(60);
  let told = 0;
  for (let at = 4; at < 60; at++) {
    const error = await changed(file, at, file[at]! - 2).catch((reason: Error) => reason);
    if (!(error instanceof Error)) continue;
    expect(error.message).toMatch(/^p: damaged Parquet: column "v"/);
    if (/runs hold \d+ of 60 numbers/.test(error.message)) told++;
  }
  expect(told).toBeGreaterThan(0);
});

test("every single bit of the metadata may flip, and what is refused is refused in our words", async () => {
  const file = golden("arrow-snappy-v2");
  const start = file.length - 8 - new DataView(file.buffer).getUint32(file.length - 8, true);
  let refused = 0;
  for (let bit = 8 * start; bit < 8 * file.length; bit++) {
    const error = await changed(file, bit >> 3, file[bit >> 3]! ^ (1 << (bit & 7))).catch(
      (reason: Error) => reason,
    );
    if (!(error instanceof Error)) continue;
    refused++;
    expect(error.message).toMatch(/^p: (?:damaged Parquet: .|column|two columns|.*which is not read)/);
    expect(error.message).not.toMatch(/undefined|bounds|not a function|Cannot read|parquet /);
  }
  expect(refused).toBeGreaterThan(500);
});

test("the old and the new way of telling a type may not contradict each other", async () => {
  const file = golden("arrow-encodings-v2");
  for (const [bit, other] of [
    [4, "NULL"],
    [6, "UUID"],
  ] as const) {
    await expect(changed(file, 1912, file[1912]! ^ (1 << bit))).rejects.toThrow(
      `p: damaged Parquet: metadata: column "u" is both UINT_32 and ${other}`,
    );
  }
});

/** A Zstandard frame of one block of bytes as they are. */
function zstdFrame(bytes: number[], checksum: number[]): Uint8Array {
  const flags = 0b0010_0000 | (checksum.length > 0 ? 0b100 : 0);
  const block = [(bytes.length << 3) | 1, 0, 0, ...bytes];
  return Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, flags, bytes.length, ...block, ...checksum);
}

test("Zstandard: checksum, size, and tables without end", async () => {
  const abc = [0x61, 0x62, 0x63];
  // XXH64 of "abc" is 44bc2cf5ad770999; a frame keeps the lower half.
  const frame = zstdFrame(abc, [0x99, 0x09, 0x77, 0xad]);
  expect([...unpackZstd(frame, 3)]).toEqual(abc);
  const two = Uint8Array.of(...frame, ...zstdFrame(abc, []));
  expect([...unpackZstd(two, 6)]).toEqual([...abc, ...abc]);
  expect(() => unpackZstd(zstdFrame(abc, [0x98, 0x09, 0x77, 0xad]), 3)).toThrow("checksum");
  expect(() => unpackZstd(frame, 4)).toThrow("unpacks to 3 bytes, promises 4");
  expect(() => unpackZstd(frame, 2)).toThrow("unpacks to more than 2 bytes");
  expect(() => unpackZstd(frame.subarray(0, -1), 3)).toThrow("cut off");
  // One weight that takes no bits: others read it without end.
  const file = golden("arrow-zstd-v2");
  await expect(changed(file, 45, file[45]! ^ 128)).rejects.toThrow("a Zstandard code has too many weights");
});
