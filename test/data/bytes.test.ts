/**
 * @file Bytes are bytes: every reader takes them in whatever holds them, and says so of what does not.
 */
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { asBytes, type BytesLike } from "../../src/data/bytes.js";
import { readCsv } from "../../src/data/csv.js";
import { readData } from "../../src/data/format.js";
import { readIdx, writeIdx } from "../../src/data/idx.js";
import { matrix } from "../../src/data/matrix.js";
import { readNetpbm, writeNetpbm } from "../../src/data/netpbm.js";
import { readNpy, writeNpy } from "../../src/data/npy.js";
import { readParquet, writeParquet } from "../../src/data/parquet.js";
import { makeTable, numberColumns } from "../../src/data/table/table.js";
import { autoencoder, fit, load, pca } from "../../src/index.js";
import { wholeDataset } from "./tables.js";

function within<Bytes extends Uint8Array>(larger: Bytes, bytes: Uint8Array): Bytes {
  larger.fill(0x31).set(bytes, 3);
  return larger.subarray(3, 3 + bytes.length) as Bytes;
}

const HOLDERS: Readonly<Record<string, (bytes: Uint8Array) => BytesLike>> = {
  "a Buffer of the pool": (bytes) => Buffer.from(bytes),
  "a slice of a Buffer": (bytes) => within(Buffer.alloc(bytes.length + 5), bytes),
  "a view with an offset": (bytes) => within(new Uint8Array(bytes.length + 5), bytes),
  "an ArrayBuffer": (bytes) => bytes.slice().buffer as ArrayBuffer,
  "a DataView": (bytes) => {
    const { buffer, byteOffset, length } = within(new Uint8Array(bytes.length + 5), bytes);
    return new DataView(buffer, byteOffset, length);
  },
  "shared memory": (bytes) => {
    const shared = new SharedArrayBuffer(bytes.length);
    new Uint8Array(shared).set(bytes);
    return shared;
  },
  "a view of shared memory": (bytes) =>
    within(new Uint8Array(new SharedArrayBuffer(bytes.length + 5)), bytes),
  "an array of another realm": (bytes) =>
    runInNewContext("Uint8Array.from(bytes)", { bytes: Array.from(bytes) }) as Uint8Array,
};

const x = matrix(
  4,
  3,
  Float32Array.from({ length: 12 }, (_, i) => Math.fround(Math.sqrt(i))),
);
const table = makeTable(numberColumns(x, ["a", "b", "c"]));
const image = writeNetpbm({ width: 2, height: 1, channels: 1, maxValue: 9, pixels: Uint8Array.of(1, 2) });
const csv = new TextEncoder().encode("a,b\n1,2\n3,4\n");

describe.each(Object.entries(HOLDERS))("%s", (_, hold) => {
  test("gives every reader what a plain array gives it", async () => {
    const files = { "a.csv": csv, "a.npy": writeNpy(x), "a.idx": writeIdx(x), a: image };
    for (const [name, bytes] of Object.entries({ ...files, "a.parquet": writeParquet(table) })) {
      const whole = async (held: BytesLike) => wholeDataset(await readData(held, name));
      expect(await whole(hold(bytes))).toEqual(await whole(bytes));
    }
    expect(readCsv(hold(csv))).toEqual(readCsv(csv));
    expect(readNpy(hold(files["a.npy"]))).toEqual(readNpy(files["a.npy"]));
    expect(readIdx(hold(files["a.idx"]))).toEqual(readIdx(files["a.idx"]));
    expect(readNetpbm(hold(image))).toEqual(readNetpbm(image));
    const parquet = writeParquet(table);
    expect(await readParquet(hold(parquet))).toEqual(await readParquet(parquet));
  });

  test("loads a model and resumes a training", async () => {
    const saved = (await fit(pca({ latentDim: 1 }), x, { seed: 0 })).save();
    expect((await load(hold(saved))).save()).toEqual(saved);
    const checkpoints: Uint8Array[] = [];
    const method = autoencoder({ latentDim: 1, hidden: [2] });
    const options = { seed: 0, epochs: 2, batchSize: 4 };
    await fit(method, x, { ...options, onCheckpoint: (make) => void checkpoints.push(make()) });
    const whole = await fit(method, x, { ...options, resume: checkpoints[0]! });
    expect((await fit(method, x, { ...options, resume: hold(checkpoints[0]!) })).save()).toEqual(
      whole.save(),
    );
  });
});

test("what holds no bytes is refused in one line that names it", async () => {
  for (const [bad, got] of [
    ["a,b\n1,2\n", "got text"],
    [[1, 2], "got an array"],
    [null, "got null"],
    [undefined, "got undefined"],
    [7, "got a number"],
    [{ length: 3 }, "got an object (Object)"],
    [new Blob(["a"]), "got an object (Blob)"],
    [() => 1, "got a function"],
  ] as const) {
    const message = `data.csv: want bytes (a Uint8Array, another view or an ArrayBuffer), ${got}`;
    expect(() => asBytes(bad as unknown as BytesLike, "data.csv")).toThrow(new TypeError(message));
    await expect(readData(bad as unknown as BytesLike, "data.csv")).rejects.toThrow(message);
    await expect(load(bad as unknown as BytesLike, undefined, "data.csv")).rejects.toThrow(message);
    const options = { name: "data.csv" };
    await expect(readParquet(bad as unknown as BytesLike, options)).rejects.toThrow(message);
  }
});

test("memory that was handed to another thread is no empty file", async () => {
  const bytes = csv.slice();
  structuredClone(bytes, { transfer: [bytes.buffer] });
  await expect(readData(bytes, "data.csv")).rejects.toThrow("data.csv: the memory of these bytes was handed");
  await expect(readData(new ArrayBuffer(0), "data.csv")).rejects.toThrow("data.csv: the file is empty");
});
