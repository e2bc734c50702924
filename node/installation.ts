/**
 * @file The installation that runs: versions, machine, the runtime that serves and how fast it is, and what is missing.
 */
import { createRequire } from "node:module";
import { freemem } from "node:os";
import { float32 } from "../src/engine/arrays.js";
import { matmul } from "../src/engine/ops/matmul.js";
import { type Runtime, runtime } from "../src/engine/session.js";
import { input } from "../src/engine/tensor.js";
import { cores, memoryBytes } from "../src/parallel/platform.js";
import { VERSION } from "../src/version.js";

export interface Installation {
  readonly version: string;
  readonly node: string;
  /** `linux`, `darwin`, `win32`. */
  readonly platform: string;
  /** The processor: `x64`, `arm64`. */
  readonly architecture: string;
  /** Threads that can run at the same time. */
  readonly cores: number;
  /** Bytes that this process can have at most, and those that are free. */
  readonly memory: number;
  readonly freeMemory: number;
  readonly runtime: Pick<Runtime, "backend" | "noNative"> & {
    /** Version of ONNX Runtime. */
    readonly version: string;
    /** Those that it uses unless told otherwise. */
    readonly threads: number;
    /** Billions of float32 operations in a second, in a product of two square matrices. */
    readonly gflops: number;
  };
  /** Version of sharp, which reads PNG and JPEG, where it is installed and loads. */
  readonly sharp: string | undefined;
}

/** Rows and columns of the product that is measured. */
const SIZE = 512;
/** It is repeated for so long, and the fastest counts: others may have the cores meanwhile. */
const MEASURED_MS = 200;

/** Looks, loads the runtime and measures it. */
export async function examineInstallation(): Promise<Installation> {
  const used = await runtime();
  const native = used.backend === "native";
  return {
    version: VERSION,
    node: process.versions.node,
    platform: process.platform,
    architecture: process.arch,
    cores: cores(),
    memory: memoryBytes()!,
    freeMemory: freemem(),
    runtime: {
      backend: used.backend,
      noNative: used.noNative,
      version: versionOf(native ? "onnxruntime-node" : "onnxruntime-web")!,
      threads: native ? cores() : 1,
      gflops: await measured(used),
    },
    sharp: await import("sharp").then(
      () => versionOf("sharp"),
      () => undefined,
    ),
  };
}

/** The version that a package says it has. */
function versionOf(name: string): string | undefined {
  // Not every package lets its package.json be imported; the folder that it lies in does.
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return (require(`${folder}/${name}/package.json`) as { version: string }).version;
    } catch {}
  }
  return undefined;
}

async function measured(used: Runtime): Promise<number> {
  const [a, b] = [input("a", [SIZE, SIZE]), input("b", [SIZE, SIZE])];
  const program = await used.program({ c: matmul(a, b) });
  const numbers = float32(
    [SIZE, SIZE],
    Float32Array.from({ length: SIZE ** 2 }, (_, i) => (i % 101) / 101),
  );
  const feeds = { a: numbers, b: numbers };
  await program.run(feeds);
  let fastest = Number.POSITIVE_INFINITY;
  for (const until = performance.now() + MEASURED_MS; performance.now() < until; ) {
    const started = performance.now();
    await program.run(feeds);
    fastest = Math.min(fastest, performance.now() - started);
  }
  await program.release();
  return (2 * SIZE ** 3) / fastest / 1e6;
}
