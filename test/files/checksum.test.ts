import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readModelFile, writeDescribed } from "../../src/files/model-file.js";
import { readSafetensors, writeSafetensors } from "../../src/files/safetensors.js";
import { load } from "../../src/index.js";
import { asFirstFormat } from "./first-format.js";
import { rewritten, saved, x } from "./saved-models.js";

/** As the description of the format has it, word by word, in whole numbers of any size. */
const READER = `
import json, struct, sys
M = 0xffffffff
def rotl(v): return ((v << 13) | (v >> 19)) & M
def fmix(h):
    h ^= h >> 16; h = h * 0x85ebca6b & M; h ^= h >> 13; h = h * 0xc2b2ae35 & M; return h ^ (h >> 16)
def show(path):
  raw = open(path, "rb").read()
  n = struct.unpack("<Q", raw[:8])[0]
  header = json.loads(raw[8:8 + n])
  metadata = header.pop("__metadata__")
  names = {"F32": "float32", "F64": "float64", "I64": "int64", "I32": "int32", "U8": "uint8"}
  arrays = sorted(header.items())
  head = json.dumps([metadata["unlabeled"]] + [[k, names[v["dtype"]], v["shape"]] for k, v in arrays],
                    separators=(",", ":"), ensure_ascii=False).encode()
  pieces = [head] + [raw[8 + n + v["data_offsets"][0]:8 + n + v["data_offsets"][1]] for _, v in arrays]
  lanes = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f]
  for piece in pieces:
      piece += bytes(-len(piece) % 16)
      for i, word in enumerate(struct.unpack("<%dI" % (len(piece) // 4), piece)):
          lanes[i % 4] = rotl((lanes[i % 4] + word * 0x85ebca77) & M) * 0x9e3779b1 & M
  a, b, c, d = lanes
  low = fmix((fmix(fmix(a) ^ b) + c) & M) ^ d
  high = fmix((fmix(fmix(d ^ low) + b & M) ^ c)) ^ a
  print("%08x%08x" % (fmix(high), fmix(low)), metadata["unlabeled.checksum"])
for path in sys.argv[1:]: show(path)
`;

test("Python makes the same checksum of a file", (context) => {
  const python = ["python3", "/usr/bin/python3"].find((one) => spawnSync(one, ["-c", "0"]).status === 0);
  if (python === undefined && !process.env.CI) return context.skip("there is no Python");
  const folder = mkdtempSync(join(tmpdir(), "checksum-"));
  try {
    const files = saved.flatMap(({ bytes, checkpoint }) => (checkpoint ? [bytes, checkpoint] : [bytes]));
    const paths = files.map((_, i) => join(folder, `${i}.safetensors`));
    paths.forEach((path, i) => {
      writeFileSync(path, files[i]!);
    });
    const ran = spawnSync(python ?? "python3", ["-c", READER, ...paths], { encoding: "utf8" });
    expect(ran).toMatchObject({ status: 0, stderr: "" });
    const lines = ran.stdout.trim().split("\n");
    expect(lines).toHaveLength(files.length);
    for (const line of lines) expect(line).toMatch(/^([0-9a-f]{16}) \1$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("one bit of a file that is another", () => {
  // 8 bits of each of some thousand bytes, of files of every kind.
  test.each(saved.map(({ model, bytes }) => [`${model.method} ${bytes.length}`, bytes] as const))(
    "is refused, or is no part of the content: %s",
    (_, bytes) => {
      const whole = JSON.stringify(readModelFile(bytes), listed);
      let refused = 0;
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const copy = bytes.slice();
        copy[bit >> 3]! ^= 1 << (bit & 7);
        try {
          expect(JSON.stringify(readModelFile(copy), listed)).toBe(whole);
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          expect(error.message).toMatch(/^model: [^\n]+$/);
          refused++;
        }
      }
      expect(refused).toBeGreaterThan(0.95 * 8 * bytes.length);
    },
  );

  const listed = (_: string, value: unknown) => (ArrayBuffer.isView(value) ? String(value) : value);
});

test("a number that is not finite is refused, with the name of its array, in files of either format", () => {
  for (const { bytes } of saved) {
    const { tensors, metadata } = readSafetensors(bytes);
    for (const [name, array] of Object.entries(tensors)) {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const data = array.data.slice() as Float32Array;
        data[data.length - 1] = value;
        const changed = { ...tensors, [name]: { ...array, data } };
        const message = `model: "${name}" has numbers that are not finite`;
        expect(() => readModelFile(writeDescribed(metadata.unlabeled!, changed))).toThrow(message);
        const first = asFirstFormat(writeSafetensors({ tensors: changed, metadata }));
        expect(() => readModelFile(first)).toThrow(message);
      }
    }
  }
});

test("moments of the optimizer may be infinite: they overflow where parameters do not", () => {
  const { checkpoint } = saved.find((one) => one.checkpoint)!;
  const { tensors, metadata } = readSafetensors(checkpoint!);
  const name = Object.keys(tensors).find((one) => one.endsWith(".slot1"))!;
  const data = Float32Array.from(tensors[name]!.data as Float32Array).fill(Number.POSITIVE_INFINITY);
  const changed = { ...tensors, [name]: { ...tensors[name]!, data } };
  expect(() => readModelFile(writeDescribed(metadata.unlabeled!, changed))).not.toThrow();
});

test("files of the first format, without a checksum, load as they did", async () => {
  for (const { model, bytes, checkpoint } of saved) {
    const loaded = await load(asFirstFormat(bytes));
    expect(await loaded.encode(x)).toEqual(await model.encode(x));
    expect(loaded.save()).toEqual(bytes);
    if (checkpoint) await load(asFirstFormat(checkpoint));
  }
});

test("a file of this format without a checksum is damaged", () => {
  const { tensors, metadata } = readSafetensors(rewritten(saved[0]!.bytes, (header) => header));
  const { unlabeled } = metadata;
  expect(() => readModelFile(writeSafetensors({ tensors, metadata: { unlabeled: unlabeled! } }))).toThrow(
    "model: damaged: its content is not that of its checksum",
  );
});
