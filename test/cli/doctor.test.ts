/** @file The doctor: here, where all is installed, and in packages that lack a part. */
import { availableParallelism, totalmem } from "node:os";
import { describe, expect, test } from "vitest";
import { copyWithout } from "../../campaigns/built-package.js";
import { VERSION } from "../../src/version.js";
import { workplace } from "./command.js";

const { spawned: unlabeled, path } = await workplace();

test("tells what is installed, and what it does", async () => {
  const { code, stdout, stderr } = await unlabeled(["doctor", "--json"]);
  expect([code, stderr]).toEqual([0, ""]);
  const found = JSON.parse(stdout);
  expect(found).toMatchObject({
    schemaVersion: 1,
    version: VERSION,
    node: process.versions.node,
    platform: process.platform,
    architecture: process.arch,
    cores: availableParallelism(),
    runtime: { backend: "native", noNative: null, threads: availableParallelism() },
    sharp: expect.stringMatching(/^\d+\.\d+\.\d+/),
    mendedBy: { native: null, sharp: null },
  });
  expect(found.runtime.version).toMatch(/^1\.\d+\.\d+/);
  expect(found.memory).toBeGreaterThan(2 ** 28);
  expect(found.memory).toBeLessThanOrEqual(totalmem());
  // From an old machine under load to one with hundreds of cores.
  expect(found.runtime.gflops).toBeGreaterThan(0.05);
  expect(found.runtime.gflops).toBeLessThan(1e6);
});

test("says the same to people, in lines", async () => {
  const { code, stdout } = await unlabeled(["doctor"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^unlabeled +${VERSION}$`, "m"));
  expect(stdout).toMatch(/^runtime +native ONNX Runtime 1\.\S+, \d+ threads?$/m);
  expect(stdout).toMatch(/^speed +\d+(\.\d+)? GFLOP\/s$/m);
  expect(stdout).toMatch(/^images +PGM, PPM; PNG and JPEG by sharp /m);
  expect(stdout).not.toContain("missing");
});

describe("says what is missing and how to mend it", () => {
  test("the native runtime, with exit code 3, as it makes all slow", async () => {
    await copyWithout("onnxruntime-node", path("slow"));
    const main = path("slow/dist/cli/main.js");
    const { code, stdout } = await unlabeled(["doctor"], { main });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^runtime +WebAssembly ONNX Runtime 1\.\S+, 1 thread$/m);
    expect(stdout).toMatch(/^missing +the native runtime is not installed, WebAssembly is slower$/m);
    const [, command] = /^mended by +(npm .*)$/m.exec(stdout)!;
    const told = await unlabeled(["doctor", "--json"], { main });
    expect(told.code).toBe(3);
    expect(JSON.parse(told.stdout)).toMatchObject({
      runtime: { backend: "wasm", noNative: "is not installed" },
      mendedBy: { native: command, sharp: null },
    });
    // The same that a fit says.
    const fit = "fit digits --method pca --latent-dim 2 -o m.st".split(" ");
    expect((await unlabeled(fit, { main })).stderr).toContain(`slower: ${command}\n`);
  });

  test("sharp, with exit code 0", async () => {
    await copyWithout("sharp", path("gray"));
    const { code, stdout } = await unlabeled(["doctor"], { main: path("gray/dist/cli/main.js") });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^images +PGM, PPM$/m);
    expect(stdout).toMatch(/^missing +sharp, which reads PNG and JPEG$/m);
    expect(stdout).toContain(`npm install --prefix ${path("gray")} sharp\n`);
  });
});
