/**
 * @file Zip archives and .npz by Python's zipfile and NumPy: what is the data is found, and damage and bombs are refused.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNpy } from "../../src/data/npy.js";
import { readZip } from "../../src/data/npz.js";
import { isOldExcel, spreadsheetRefusal } from "../../src/data/spreadsheet.js";
import { isZip, zipEntries } from "../../src/data/zip.js";
import { damaged, readsOrRefuses } from "./damage.js";
import { filesBy, GIVE, pythonWith } from "./python.js";

const python = pythonWith("numpy");
const mayRun = python !== undefined || process.env.CI !== undefined;

const PROGRAM = `${GIVE}
import io, zipfile, struct
import numpy as np

class Pipe(io.RawIOBase):
    """Cannot be sought, so that sizes stand behind the data."""
    def __init__(self): self.bytes = bytearray()
    def writable(self): return True
    def write(self, data):
        self.bytes += bytes(data)
        return len(data)

def archive(name, files, method=zipfile.ZIP_DEFLATED, comment=b"", zip64=False, out=None):
    buffer = out or io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as z:
        z.comment = comment
        for path, data in files.items():
            with z.open(path, "w", force_zip64=zip64) as f:
                f.write(data)
    give(name, bytes(buffer.bytes) if out else buffer.getvalue())

csv = b"a,b\\n" + b"".join(b"%d,%d\\n" % (i, i * i) for i in range(2000))
archive("stored", {"t.csv": csv}, zipfile.ZIP_STORED)
archive("deflated", {"t.csv": csv})
archive("comment", {"t.csv": csv}, comment=b"PK\\5\\6 a remark" * 40)
archive("zip64", {"t.csv": csv}, zip64=True)
archive("pipe", {"t.csv": csv}, out=Pipe())
archive("mac", {"__MACOSX/._t.csv": b"x", "folder/": b"", "folder/t.csv": csv, "folder/.DS_Store": b"y"})
archive("two", {"t.csv": csv, "u.csv": csv})
archive("none", {})
archive("lzma", {"t.csv": csv}, zipfile.ZIP_LZMA)
archive("bzip2", {"t.csv": csv}, zipfile.ZIP_BZIP2)
archive("bomb", {"t.csv": b"1\\n" * 35_000_000})
archive("xlsx", {"[Content_Types].xml": b"", "xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": b""})
archive("ods", {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""})

def arrays(name, save=np.savez_compressed, **named):
    buffer = io.BytesIO()
    save(buffer, **named)
    give(name, buffer.getvalue())

x = np.arange(12.0).reshape(4, 3) + 0.1
arrays("one", x=x)
arrays("plain", save=np.savez, whatever=x)
arrays("labeled", x=x, y=np.array([3, 1, 2, 1]))
arrays("words", features=x.astype(np.float32), target=np.array(["ab", "c", "", "düé"]), note=np.array("hello"))
arrays("bytes", a=x, labels=np.array([b"ab", b"c", b"", b"d"]))
arrays("other_order", a=x, labels=np.array(["ab", "c", "", "d"]).astype(">U3"))
arrays("short", x=x, y=np.array([1, 2]))
arrays("single", y=np.arange(5))
arrays("named", x=x, z=x)
arrays("several", a=x, b=x[:2], c=np.arange(3))
arrays("train", x_train=x, y_train=np.arange(4), x_test=x, y_test=np.arange(4))
arrays("two_labels", x=x, y=np.arange(4), label=np.arange(4))
arrays("objects", a=np.array([{}, 1], dtype=object))
arrays("sparse", indices=np.arange(3), indptr=np.arange(4), data=np.arange(3.0), shape=np.array([3, 3]), format=np.array(b"csr"))
arrays("zeros", x=np.zeros((3000, 3000)))
`;
const files = python ? filesBy(python, PROGRAM) : {};
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe.skipIf(!mayRun)("by Python (skipped without Python and NumPy)", () => {
  const read = (name: string) => readZip(files[name]!, `${name}.zip`);

  test.each(["stored", "deflated", "comment", "zip64", "pipe", "mac"])("%s: the one file", async (name) => {
    expect(isZip(files[name]!)).toBe(true);
    const data = await read(name);
    expect(data.name.endsWith("t.csv")).toBe(true);
    const lines = text(data.bytes).split("\n");
    expect([lines.length, lines[0], lines[2000]]).toEqual([2002, "a,b", "1999,3996001"]);
  });

  test.each([
    ["two", 'a zip archive of 2 files, want one: "t.csv", "u.csv"'],
    ["none", "a zip archive without files"],
    ["lzma", '"t.csv" is packed by LZMA, want deflate or none'],
    ["bzip2", '"t.csv" is packed by bzip2, want deflate or none'],
    ["bomb", '"t.csv": inflates to more than 200 times its size (unpack it first if that is right)'],
    ["xlsx", 'is an Excel workbook, which is not read (save the sheet as CSV: File > Save As > "CSV UTF-8")'],
    [
      "ods",
      'is an OpenDocument spreadsheet, which is not read (save the sheet as CSV: File > Save As > "CSV UTF-8")',
    ],
  ])("%s is refused", async (name, says) => {
    await expect(read(name!)).rejects.toThrow(new RangeError(`${name}.zip: ${says}`));
  });

  test("zeros that grow beyond 64 MiB and 200 times their size are refused as well", async () => {
    await expect(read("zeros")).rejects.toThrow(
      'zeros.zip: "x.npy": inflates to more than 200 times its size',
    );
  });

  test.each([
    ["one", "x.npy", undefined, []],
    ["plain", "whatever.npy", undefined, []],
    ["labeled", "x.npy", [3, 1, 2, 1], []],
    ["words", "features.npy", ["ab", "c", "", "düé"], ["note"]],
    ["bytes", "a.npy", ["ab", "c", "", "d"], []],
    ["other_order", "a.npy", ["ab", "c", "", "d"], []],
    ["short", "x.npy", undefined, ["y"]],
    ["named", "x.npy", undefined, ["z"]],
  ])("%s.npz: the data and its labels", async (name, chosen, labels, unused) => {
    const data = await read(name);
    expect([data.name, data.unused]).toEqual([chosen, unused]);
    const { x } = readNpy(data.bytes);
    expect([x.rows, x.cols, x.data[11]]).toEqual([4, 3, name === "words" ? Math.fround(11.1) : 11.1]);
    const found = data.labels?.texts ?? (data.labels && [...readNpy(data.labels.bytes!).x.data]);
    expect(found).toEqual(labels);
  });

  test("an array alone is the data, whatever it is called", async () => {
    expect(readNpy((await read("single")).bytes).shape).toEqual([5]);
  });

  test.each([
    ["several", 'several arrays could be the data: "a" (4, 3), "b" (2, 3) (want one, or one called x'],
    ["train", 'several arrays could be the data: "x_train" (4, 3), "x_test" (4, 3) (want one'],
    ["two_labels", 'several arrays could be the labels: "y" (4,), "label" (4,)'],
    ["objects", 'holds no array of numbers: "a" (2,)'],
    ["sparse", "a sparse matrix by SciPy, which is not read (save its toarray() with numpy.save)"],
  ])("%s.npz is refused", async (name, says) => {
    await expect(read(name)).rejects.toThrow(`${name}.zip: ${says}`);
  });

  test("an encrypted file is refused", async () => {
    const bytes = files.deflated!.slice();
    const list = bytes.lastIndexOf(0x50, bytes.length - 23);
    expect([...bytes.subarray(list, list + 4)]).toEqual([0x50, 0x4b, 1, 2]);
    bytes[list + 8]! |= 1;
    await expect(readZip(bytes, "z")).rejects.toThrow('z: "t.csv" is encrypted, which is not read');
  });

  test("any damage to what is read is noticed", async () => {
    for (const name of ["stored", "deflated", "zip64", "pipe", "words"]) {
      const whole = await read(name);
      const reading = async (bytes: Uint8Array) => {
        const data = await readZip(bytes, "z").catch((error: unknown) => error);
        if (data instanceof Error) return readsOrRefuses("z", () => Promise.reject(data));
        const { name: found, bytes: got } = data as typeof whole;
        if (found === whole.name) expect(Buffer.compare(got, whole.bytes)).toBe(0);
      };
      await fc.assert(fc.asyncProperty(damaged(files[name]!), reading), { numRuns: 250 });
    }
  });
});

test("the list is at the end: without it the archive is cut off", () => {
  expect(() => zipEntries(Uint8Array.of(0x50, 0x4b, 3, 4, 0), "z")).toThrow(
    "z: damaged zip archive: it is cut off: the list of its files is missing",
  );
  expect(isZip(Uint8Array.of(0x50, 0x4b, 7, 8))).toBe(false);
});

test("an old Excel workbook is told by its first bytes", () => {
  expect(isOldExcel(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0))).toBe(true);
  expect(isOldExcel(Uint8Array.of(0xd0, 0xcf))).toBe(false);
  expect(spreadsheetRefusal("n", "a Numbers spreadsheet").message).toContain("File > Export To > CSV");
});
