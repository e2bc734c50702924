/**
 * @file The library in a browser, in a module worker, against the same code in Node.
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RuntimeOptions } from "../../src/index.js";
import { inChromium, launchChromium, missing } from "./chromium.js";
import { type Served, serve } from "./serve.js";
import { compute, type Figures } from "./workload.js";

const here = (path: string) => new URL(path, import.meta.url);
const ort = (name: string) => new URL(import.meta.resolve(`onnxruntime-web/${name}`));

describe.skipIf(missing)(inChromium, () => {
  let bundled: string[];
  let files: Parameters<typeof serve>[0];
  let server: Served | undefined;
  let browser: Browser | undefined;
  let inBrowser: Figures;
  let inNode: Figures;

  beforeAll(async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: [fileURLToPath(here("worker.ts"))],
      bundle: true,
      format: "esm",
      platform: "browser",
      write: false,
      metafile: true,
      logLevel: "silent",
      // As for any user: the package's own imports map decides, not the paths of our tsconfig.json.
      tsconfigRaw: {},
    });
    bundled = Object.keys(metafile.inputs);
    files = {
      "/": "<!doctype html><title>unlabeled</title>",
      "/worker.js": outputFiles[0]!.contents,
      // Beside the bundle, and in a folder that the page names.
      "/ort-wasm-simd-threaded.wasm": ort("ort-wasm-simd-threaded.wasm"),
      "/ort/ort-wasm-simd-threaded.wasm": ort("ort-wasm-simd-threaded.wasm"),
      "/ort/ort-wasm-simd-threaded.mjs": ort("ort-wasm-simd-threaded.mjs"),
    };
    server = await serve(files);
    browser = await launchChromium();
    inBrowser = await computeInWorker(browser, server, { threads: 1 });
    inNode = await compute({ backend: "wasm" });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("the bundle holds neither the native runtime nor any module of Node", () => {
    expect(bundled.filter((path) => path.includes("onnxruntime-node"))).toEqual([]);
    expect(bundled.some((path) => path.includes("onnxruntime-web"))).toBe(true);
  });

  test("random numbers are the same bits as in Node", () => {
    expect(inBrowser.random).toEqual(inNode.random);
  });

  test("losses, codes and model files are the same bits as on WebAssembly in Node", () => {
    expect(inBrowser.fits).toEqual(inNode.fits);
  });

  test("two threads and a runtime from wasmPaths give the same bits", async () => {
    const wasmPaths = `${server!.url}ort/`;
    expect(await computeInWorker(browser!, server!, { threads: 2, wasmPaths })).toEqual(inBrowser);
  });

  test("neighbors, forces and codes are the same bits as on WebAssembly in Node", () => {
    expect(inBrowser.searches).toEqual(inNode.searches);
  });

  test("a page that may share no memory gives the same bits", async () => {
    const open = await serve(files, { isolated: false });
    try {
      expect(await computeInWorker(browser!, open, { threads: 1 })).toEqual(inBrowser);
    } finally {
      await open.close();
    }
  });

  // The native build multiplies in another order; a few hundred steps keep float32's rounding (6e-8) below this.
  test("losses and codes are those of the native runtime up to rounding", async () => {
    const native = await compute({ backend: "native" });
    for (const [name, { losses, codes }] of Object.entries(native.fits)) {
      const here = inBrowser.fits[name]!;
      expect(relativeDifference(here.losses, losses), `losses of ${name}`).toBeLessThan(1e-4);
      expect(relativeDifference(here.codes, codes), `codes of ${name}`).toBeLessThan(1e-4);
    }
  });
});

/** Largest difference, relative to the largest value. */
function relativeDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  const largest = (values: readonly number[]) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return largest(a.map((value, i) => value - b[i]!)) / largest([...b, Number.MIN_VALUE]);
}

async function computeInWorker(browser: Browser, { url }: Served, options: RuntimeOptions): Promise<Figures> {
  const page = await browser.newPage();
  await page.goto(url);
  const answer = await page.evaluate(
    (runtime) =>
      new Promise<{ figures?: Figures; error?: string }>((resolve) => {
        const worker = new Worker("/worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => resolve({ error: message || "the worker did not start" });
        worker.postMessage(runtime);
      }),
    options,
  );
  await page.close();
  if (!answer.figures) throw new Error(`in the browser: ${answer.error}`);
  return answer.figures;
}
