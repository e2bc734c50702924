/** @file Checkpoints that cannot be written: training goes on, and the last state is kept elsewhere. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Checkpoint } from "../../cli/checkpoint.js";
import { Messages } from "../../cli/messages.js";
import { Outputs } from "../../cli/outputs.js";
import { Terminal } from "../../cli/terminal.js";

const terminal = new Terminal([], process);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "unlabeled-checkpoint-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** The clock, ahead by what is set. */
function clock() {
  const now = performance.now.bind(performance);
  const ahead = { seconds: 0 };
  vi.spyOn(performance, "now").mockImplementation(() => now() + 1000 * ahead.seconds);
  return ahead;
}

test("a checkpoint that cannot be written now and then is a warning, once", async () => {
  const time = clock();
  const messages = new Messages(terminal, {});
  const note = vi.spyOn(messages, "note").mockImplementation(() => {});
  const outputs = new Outputs(terminal);
  const checkpoint = new Checkpoint(join(folder, "none", "m.st"), undefined, outputs);
  const make = vi.fn(() => Uint8Array.of(1));
  for (let turn = 0; turn < 3; turn++) {
    await checkpoint.writeNowAndThen(make, messages);
    time.seconds += 31;
    await checkpoint.writeNowAndThen(make, messages);
  }
  expect(make).toHaveBeenCalledTimes(3);
  expect(note.mock.calls).toEqual([
    [expect.stringMatching(/m\.checkpoint\.safetensors: no such folder; training goes on without/)],
  ]);
  expect(outputs.summary).toBe("nothing is written");
});

test("the last state is beside the output, or else in the folder for temporary files", async () => {
  const outputs = new Outputs(terminal);
  const good = new Checkpoint(join(folder, "m.st"), undefined, outputs);
  expect(await good.keep(Uint8Array.of(1), "it is in")).toEqual({
    said: `it is in ${good.path}`,
    kept: good.path,
  });
  expect(outputs.summary).toBe(`written: ${good.path}`);
  const bad = new Checkpoint(join(folder, "none", "m.st"), undefined, outputs);
  const { said, kept } = await bad.keep(Uint8Array.of(7), "it is in");
  expect(said).toBe(`${bad.path}: no such folder; kept as ${kept}`);
  expect([...(await readFile(kept!))]).toEqual([7]);
  await rm(join(kept!, ".."), { recursive: true });
  await good.remove();
  expect(outputs.summary).toBe("nothing is written");
});
