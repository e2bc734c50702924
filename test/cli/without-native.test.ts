import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { copyWithout } from "../../campaigns/built-package.js";
import { csvRows, workplace } from "./command.js";

const { spawned, path } = await workplace();
const main = path("package/dist/cli/main.js");

beforeAll(() => copyWithout("onnxruntime-node", path("package")));

test("WebAssembly serves, and the command that brings the native runtime is said once", async () => {
  const args = "fit digits --method autoencoder --latent-dim 2 --hidden 16 --epochs 1 --seed 1 -o m.st".split(
    " ",
  );
  const { code, stderr } = await spawned(args, { main });
  expect(code).toBe(0);
  const command = `npm install --ignore-scripts --prefix ${path("package")}`;
  expect(stderr.split("\n").filter((line) => line.includes("native"))).toEqual([
    `the native runtime is not installed, WebAssembly is slower: ${command}`,
  ]);

  const quiet = await spawned(["encode", "digits", "-m", "m.st", "--quiet"], { main });
  expect([quiet.code, quiet.stderr]).toEqual([0, ""]);
  const native = await spawned(["encode", "digits", "-m", "m.st", "--quiet"]);
  const [first, second] = [csvRows(quiet.stdout), csvRows(native.stdout)];
  expect(first).toHaveLength(1798);
  // Both compute in float32 and add in another order.
  for (const row of [1, 900, 1797]) {
    for (const j of [1, 2]) expect(Number(first[row]![j])).toBeCloseTo(Number(second[row]![j]), 3);
  }
});

test("where it is installed and has no build for the machine, no command is named", async () => {
  const folder = path("package/node_modules/onnxruntime-node");
  await mkdir(folder);
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "index.js"), 'require("./bin/napi-v6/plan9/sparc/onnxruntime_binding.node");');
  const { code, stderr } = await spawned(["encode", "digits", "-m", "m.st", "-o", "z.csv"], { main });
  expect([code, stderr]).toEqual([
    0,
    "the native runtime does not load here (Cannot find module './bin/napi-v6/plan9/sparc/onnxruntime_binding.node'), " +
      "WebAssembly is slower\nwrote z.csv, 1797 rows × 3 columns\n",
  ]);
});
