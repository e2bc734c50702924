/**
 * @file Outputs that are made in pieces: whole in their place, or not there at all.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { Messages } from "../../cli/messages.js";
import { Outputs } from "../../cli/outputs.js";
import { Terminal } from "../../cli/terminal.js";

const folder = await mkdtemp(join(tmpdir(), "unlabeled-put-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const terminal = new Terminal([], process);
const messages = new Messages(terminal, { quiet: true });
const path = join(folder, "a.bin");

async function* pieces(count: number, failure?: Error) {
  for (let i = 0; i < count; i++) yield Uint8Array.of(i, i);
  if (failure) throw failure;
}

test("a content that fails between its pieces leaves nothing, and is not tried elsewhere", async () => {
  const outputs = new Outputs(terminal);
  await outputs.open(path, {});
  const make = vi.fn(() => pieces(3, new RangeError("the input has changed")));
  const finished = outputs.finish(messages, (put) => put(path, () => ({ pieces: make, size: "3 rows" })));
  await expect(finished).rejects.toThrow(/^the input has changed$/);
  expect(make).toHaveBeenCalledTimes(1);
  expect(await readdir(folder)).toEqual([]);
});

test.skipIf(process.platform !== "linux")(
  "what does not fit its place is made again, and kept elsewhere",
  async () => {
    const outputs = new Outputs(terminal);
    await outputs.open("/dev/full", {});
    const make = vi.fn(() => pieces(3));
    const finished = outputs.finish(messages, (put) =>
      put("/dev/full", () => ({ pieces: make, size: "3 rows" })),
    );
    const { message } = (await finished.catch((error: unknown) => error as Error)) as Error;
    const kept = /^\/dev\/full: cannot be written \(ENOSPC.*\); kept as (\S+)$/.exec(message)![1]!;
    expect([...(await readFile(kept))]).toEqual([0, 0, 1, 1, 2, 2]);
    expect(make).toHaveBeenCalledTimes(2);
    await rm(kept);
  },
);

test("pieces become one file", async () => {
  const outputs = new Outputs(terminal);
  await outputs.open(path, {});
  await outputs.finish(messages, (put) => put(path, () => ({ pieces: () => pieces(300), size: "300 rows" })));
  expect([...(await readFile(path))]).toEqual(Array.from({ length: 600 }, (_, at) => (at >> 1) & 255));
});
