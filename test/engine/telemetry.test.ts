/** @file Reports are forbidden before the native runtime starts; test/campaigns/hermetic.test.ts sees that none are made. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const folder = await mkdtemp(join(tmpdir(), "unlabeled-telemetry-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const LIBRARY = JSON.stringify(fileURLToPath(new URL("../../dist/src/index.js", import.meta.url)));

/** What a program prints that Node runs in an environment with little in it. */
async function outputOf(source: string, env: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const file = join(folder, "program.mjs");
  await writeFile(file, source);
  const { PATH = "" } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env: { PATH, ...env } });
  return stdout.trimEnd().split("\n");
}

// Written to a file, a worker's lines come when they are written, also while the main thread is busy.
const program = ({ main = "", worker = "" }) => `
  import { execFileSync } from "node:child_process";
  import { writeSync } from "node:fs";
  import { isMainThread, Worker } from "node:worker_threads";
  const say = (line) => writeSync(1, line + "\\n");
  const begin = async () => (await import(${LIBRARY})).engine.runtime();
  if (isMainThread) { ${main} } else { ${worker} }
`;
const VARIABLE = "process.env.ORT_DISABLE_TELEMETRY";
const START = "new Worker(new URL(import.meta.url), { env: {} })";

test("in the main thread the variable is set, unless it is", async () => {
  const main = `const { backend } = await begin(); say(backend + " " + ${VARIABLE})`;
  expect(await outputOf(program({ main }))).toEqual(["native 1"]);
  expect(await outputOf(program({ main }), { ORT_DISABLE_TELEMETRY: "0" })).toEqual(["native 0"]);
});

test("a worker has it set in the main thread, also while that is busy", async () => {
  const main = `
    const worker = ${START};
    worker.on("exit", () => say("main has " + ${VARIABLE}));
    worker.on("message", () => { execFileSync("sleep", ["1"]); say("main was busy"); });`;
  const worker = `
    const { parentPort } = await import("node:worker_threads");
    parentPort.postMessage("");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { backend } = await begin();
    say("worker has " + backend);`;
  expect(await outputOf(program({ main, worker }))).toEqual([
    "main was busy",
    "worker has native",
    "main has 1",
  ]);
});

test("a worker leaves it to the user where it is set", async () => {
  const main = `${START}.on("exit", () => say(${VARIABLE}))`;
  const worker = "await begin();";
  expect(await outputOf(program({ main, worker }), { ORT_DISABLE_TELEMETRY: "0" })).toEqual(["0"]);
});

test("a worker that cannot reach the main thread does without the native runtime", async () => {
  const worker = `
    const { getBuiltinModule } = process;
    process.getBuiltinModule = (name) => name.includes("inspector") ? undefined : getBuiltinModule(name);
    const { backend, noNative } = await begin();
    say(backend + ": it " + noNative.reason);
    const { engine } = await import(${LIBRARY});
    engine.configureRuntime({ backend: "native" });
    await engine.runtime().catch(({ message }) => say(message));`;
  expect(await outputOf(program({ main: START, worker }))).toEqual([
    "wasm: it cannot be kept from reporting to its maker in this worker",
    "runtime: the native ONNX Runtime cannot be kept from reporting to its maker in this worker",
  ]);
});
