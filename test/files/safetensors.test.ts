import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NdArray } from "../../src/engine/index.js";
import { readSafetensors, writeSafetensors } from "../../src/files/safetensors.js";
import { damaged, readsOrRefuses } from "../data/damage.js";

const KINDS = {
  float32: (n: number) => fc.float32Array({ minLength: n, maxLength: n }),
  float64: (n: number) => fc.float64Array({ minLength: n, maxLength: n }),
  int32: (n: number) => fc.int32Array({ minLength: n, maxLength: n }),
  int64: (n: number) => fc.bigInt64Array({ minLength: n, maxLength: n }),
  uint8: (n: number) => fc.uint8Array({ minLength: n, maxLength: n }),
};

const array: fc.Arbitrary<NdArray> = fc
  .tuple(
    fc.constantFrom(...(Object.keys(KINDS) as (keyof typeof KINDS)[])),
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
  )
  .chain(([dtype, shape]) =>
    (KINDS[dtype](shape.reduce((p, n) => p * n, 1)) as fc.Arbitrary<NdArray["data"]>).map((data) => ({
      dtype,
      shape,
      data,
    })),
  );

const content = fc.record({
  tensors: fc.dictionary(
    fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__"),
    array,
    { maxKeys: 5, noNullPrototype: true },
  ),
  metadata: fc.dictionary(fc.string(), fc.string({ unit: "grapheme" }), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
});

test("what is written is read again, bit for bit, wherever the bytes lie", () => {
  fc.assert(
    fc.property(content, fc.nat(9), (written, offset) => {
      const bytes = writeSafetensors(written);
      const shifted = new Uint8Array(bytes.length + offset);
      shifted.set(bytes, offset);
      expect(readSafetensors(shifted.subarray(offset))).toEqual(written);
    }),
  );
});

test("the same content in another order is the same bytes", () => {
  fc.assert(
    fc.property(content, ({ tensors, metadata }) => {
      const reversed = Object.fromEntries(Object.entries(tensors).reverse());
      expect(writeSafetensors({ tensors: reversed, metadata })).toEqual(
        writeSafetensors({ tensors, metadata }),
      );
    }),
  );
});

/** A file by the words of the format: 8 bytes of length, the header, the numbers. */
function file(header: string, body: ArrayLike<number> = []): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(Uint8Array.from(body), 8 + json.length);
  return bytes;
}

// The reader of Python's safetensors wants the header to start with "{" and the arrays to lie without gaps.
test("the bytes are those of the format", () => {
  const written = writeSafetensors({
    tensors: {
      w: { dtype: "float32", shape: [1, 2], data: Float32Array.of(1, -2) },
      n: { dtype: "int64", shape: [1], data: BigInt64Array.of(-1n) },
    },
    metadata: { format: "pt" },
  });
  const header =
    '{"__metadata__":{"format":"pt"},"n":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},' +
    '"w":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  const minusOne = new Array<number>(8).fill(255);
  expect(written).toEqual(file(padded, [...minusOne, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]));
});

test("bool arrays are refused: the format here has none", () => {
  const mask: NdArray = { dtype: "bool", shape: [1], data: Uint8Array.of(1) };
  expect(() => writeSafetensors({ tensors: { mask }, metadata: {} })).toThrow(
    'there is no bool in the file format ("mask")',
  );
});

const entry = (dtype: string, shape: string, range: string) =>
  `{"a":{"dtype":"${dtype}","shape":${shape},"data_offsets":${range}}}`;

describe("what is not whole and in order is refused in a sentence", () => {
  const cases: Record<string, [Uint8Array, string]> = {
    "no bytes": [new Uint8Array(0), "want at least 8 bytes, got 0"],
    "a header longer than the file": [
      file("{}").fill(255, 0, 8),
      "its header wants 18446744073709551615 bytes",
    ],
    "no JSON": [file("{"), "its header is not JSON"],
    "no UTF-8": [file("{}").fill(255, 8), "its header is not JSON"],
    "an array for a header": [file("[]"), "its header is no object"],
    "a type there is not": [
      file(entry("BF17", "[1]", "[0,4]"), [0, 0, 0, 0]),
      '"a" has the unknown type BF17',
    ],
    "a type every object has": [file(entry("constructor", "[1]", "[0,4]")), "unknown type constructor"],
    "2³¹ rows": [
      file(entry("F32", "[2147483648,4]", "[0,34359738368]")),
      "its range is [0, 34359738368) of 0",
    ],
    "a size past all integers": [file(entry("F32", "[9007199254740991,9007199254740991]", "[0,4]")), "wants"],
    "a negative size": [file(entry("F32", "[-1]", "[0,0]")), "no proper shape and byte range"],
    "a fraction of a size": [file(entry("F32", "[0.5]", "[0,2]"), [0, 0]), "no proper shape and byte range"],
    "a range backwards": [file(entry("F32", "[1]", "[4,0]"), [0, 0, 0, 0]), "its range is [4, 0)"],
    "bytes too few": [file(entry("F32", "[2]", "[0,8]"), [0, 0, 0, 0]), "its range is [0, 8) of 4"],
    "an entry that is null": [file('{"a":null}'), '"a" has the unknown type undefined'],
    "metadata that is no text": [file('{"__metadata__":{"a":1}}'), "its metadata is not text"],
    "metadata that is null": [file('{"__metadata__":null}'), "its metadata is not text"],
    "metadata that is a list": [file('{"__metadata__":["a"]}'), "its metadata is not text"],
    // Each of them fits the file; a hundred thousand of them would not fit into memory.
    "arrays over one another": [
      file(
        '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}',
        [0, 0, 0, 0],
      ),
      '"b" begins at byte 0, want 4',
    ],
    "a gap between arrays": [file(entry("U8", "[1]", "[1,2]"), [0, 0]), '"a" begins at byte 1, want 0'],
    "bytes left over": [file(entry("U8", "[1]", "[0,1]"), [0, 0]), "its arrays take 1 bytes, the file has 2"],
  };
  for (const [name, [bytes, message]] of Object.entries(cases)) {
    test(name, () => {
      expect(() => readSafetensors(bytes, "m.safetensors")).toThrow(RangeError);
      expect(() => readSafetensors(bytes, "m.safetensors")).toThrow(
        `m.safetensors: not a safetensors file: `,
      );
      expect(() => readSafetensors(bytes, "m.safetensors")).toThrow(message);
    });
  }

  test("a name that objects have of themselves is a name like any other", () => {
    const bytes = file('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [7]);
    const { tensors } = readSafetensors(bytes);
    expect(Object.keys(tensors)).toEqual(["__proto__"]);
  });
});

test("damaged files are read or refused, whatever the damage", async () => {
  const whole = writeSafetensors({
    tensors: {
      w: { dtype: "float32", shape: [2, 3], data: new Float32Array(6) },
      n: { dtype: "float64", shape: [2], data: new Float64Array(2) },
      u: { dtype: "uint8", shape: [5], data: new Uint8Array(5) },
    },
    metadata: { a: "b" },
  });
  await fc.assert(
    fc.asyncProperty(damaged(whole), (bytes) => readsOrRefuses("m", () => readSafetensors(bytes, "m"))),
    { numRuns: 2000 },
  );
});
