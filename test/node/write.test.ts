import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkWritable, writeFileAtomic } from "../../node/write.js";

let folder: string;
const at = (name: string) => join(folder, name);
const read = (name: string) => readFile(at(name), "utf8");
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "unlabeled-write-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("bytes, text, and pieces of both; nothing but the file is left", async () => {
  await writeFileAtomic(at("bytes"), Uint8Array.of(65, 66));
  await writeFileAtomic(at("text"), "ü");
  await writeFileAtomic(at("pieces"), ["a", Uint8Array.of(66), "c"]);
  expect([await read("bytes"), await read("text"), await read("pieces")]).toEqual(["AB", "ü", "aBc"]);
  expect((await readdir(folder)).sort()).toEqual(["bytes", "pieces", "text"]);
});

test("a file that is there is replaced by force alone", async () => {
  await writeFile(at("taken"), "old");
  const refused = `${at("taken")}: is there already (use --force to replace it)`;
  await expect(writeFileAtomic(at("taken"), "new")).rejects.toThrow(refused);
  await expect(checkWritable(at("taken"))).rejects.toThrow(refused);
  expect(await read("taken")).toBe("old");
  await writeFileAtomic(at("taken"), "new", { force: true });
  expect(await read("taken")).toBe("new");
});

test("a file that appears while we write is not replaced", async () => {
  async function* slow() {
    yield "ours";
    await writeFile(at("race"), "theirs");
  }
  await expect(writeFileAtomic(at("race"), slow())).rejects.toThrow("is there already");
  expect(await read("race")).toBe("theirs");
  expect(await readdir(folder)).toEqual(["race"]);
});

test("what fails half-way leaves no trace, and what was there stays", async () => {
  await writeFile(at("kept"), "old");
  function* failing() {
    yield "half";
    throw new RangeError("row 7 is bad");
  }
  await expect(writeFileAtomic(at("kept"), failing(), { force: true })).rejects.toThrow("row 7 is bad");
  await expect(writeFileAtomic(at("new"), failing())).rejects.toThrow("row 7 is bad");
  expect(await readdir(folder)).toEqual(["kept"]);
  expect(await read("kept")).toBe("old");
});

test("folders are made only if asked for", async () => {
  await expect(writeFileAtomic(at("a/b/c"), "x")).rejects.toThrow(`${at("a/b/c")}: no such folder`);
  expect(await readdir(folder)).toEqual([]);
  await writeFileAtomic(at("a/b/c"), "x", { makeFolder: true });
  expect(await read("a/b/c")).toBe("x");
  await mkdir(at("d"));
  await expect(writeFileAtomic(at("d"), "x", { force: true })).rejects.toThrow(`${at("d")}: is a folder`);
  await expect(writeFileAtomic(at("a/b/c/d"), "x")).rejects.toThrow(`${at("a/b/c")}: is no folder`);
  await expect(writeFileAtomic(at("a/b/c/d/e"), "x", { makeFolder: true })).rejects.toThrow("is no folder");
});

// Asked for it and those above at once, Node tries without end.
test.runIf(process.platform === "linux")("a folder in which nothing can be made is refused", async () => {
  await expect(writeFileAtomic("/proc/unlabeled/file", "x", { makeFolder: true })).rejects.toThrow(
    "/proc/unlabeled/file: ",
  );
});
