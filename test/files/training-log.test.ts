import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { crc32, crc32c } from "../../src/data/crc32.js";
import { logAsCsv, logAsEvents, logAsJsonLines } from "../../src/files/training-log.js";

const folder = await mkdtemp(join(tmpdir(), "unlabeled-log-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const history = [
  { epoch: 1, loss: 0.5, validationLoss: 0.75, figures: { "kept, so far": 0.25 } },
  { epoch: 2, loss: 0.125, figures: { "kept, so far": 3 } },
];

test("CSV: a line an epoch, gaps where an epoch lacks a figure, names of runs in front", () => {
  expect(logAsCsv([{ history }])).toBe(
    'epoch,loss,validationLoss,"kept, so far"\n1,0.5,0.75,0.25\n2,0.125,,3\n',
  );
  expect(
    logAsCsv([
      { name: 'a "b"', history: [{ epoch: 1, loss: 2 }] },
      { name: "c", history },
    ]),
  ).toBe('run,epoch,loss,validationLoss,"kept, so far"\n"a ""b""",1,2,,\nc,1,0.5,0.75,0.25\nc,2,0.125,,3\n');
});

test("JSON lines", () => {
  const lines = logAsJsonLines([{ history }, { name: "other", history: [{ epoch: 1, loss: 4 }] }]);
  expect(lines.endsWith("\n")).toBe(true);
  expect(
    lines
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { epoch: 1, loss: 0.5, validationLoss: 0.75, "kept, so far": 0.25 },
    { epoch: 2, loss: 0.125, "kept, so far": 3 },
    { run: "other", epoch: 1, loss: 4 },
  ]);
});

// Check values of both in the catalogue of parametrised CRC algorithms; 32 zeros from RFC 3720, B.4.
test("checksums", () => {
  const digits = new TextEncoder().encode("123456789");
  expect([crc32(digits), crc32c(digits)]).toEqual([0xcbf43926, 0xe3069283]);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
});

const python = ["python3", "/usr/bin/python3"].find((name) => spawnSync(name, ["--version"]).status === 0);

test.skipIf(!python)("events of TensorBoard, as a reader of its own has them", async () => {
  const path = join(folder, "x.tfevents");
  await writeFile(
    path,
    logAsEvents([{ history }, { name: "run 2", history: [{ epoch: 300, loss: -1e-3 }] }]),
  );
  const reader = fileURLToPath(new URL("read-events.py", import.meta.url));
  const { stdout, stderr } = spawnSync(python!, [reader, path], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual([
    { version: "brain.Event:2", time: 0, values: [] },
    {
      step: 1,
      time: 0,
      values: [
        ["loss", 0.5],
        ["validationLoss", 0.75],
        ["kept, so far", 0.25],
      ],
    },
    {
      step: 2,
      time: 0,
      values: [
        ["loss", 0.125],
        ["kept, so far", 3],
      ],
    },
    { step: 300, time: 0, values: [["loss/run 2", Math.fround(-1e-3)]] },
  ]);
});
