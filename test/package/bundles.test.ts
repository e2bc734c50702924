/**
 * @file Threads in what users make of the package: as it is, and bundled by Vite and esbuild for the browser and for Node.
 */
import { execFile } from "node:child_process";
import { copyFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build as esbuild } from "esbuild";
import type { Browser } from "playwright-core";
import { build as vite } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inChromium, launchChromium, missing } from "../browser/chromium.js";
import { serve } from "../browser/serve.js";
import { type UserFolder, userFolder } from "./user-folder.js";

/** A fit that goes through several kernels, again until workers have joined: `figures(threads, runtime, tries)`. */
const FIGURES = `
import { configureRuntime, fit, random, tsne } from "unlabeled";
import { chunksDealt, setThreads } from "./node_modules/unlabeled/dist/src/parallel/team.js";

export async function figures(threads, runtime = {}, tries = 300) {
  configureRuntime({ threads, ...runtime });
  setThreads(threads);
  const stream = random(1);
  const x = Array.from({ length: 300 }, () => Array.from({ length: 5 }, () => stream.normal()));
  let [byWorkers, places] = [0, []];
  for (let i = 0; i < tries && byWorkers === 0; i++) {
    const model = await fit(tsne({ maxIter: 40 }), x, { seed: 1 });
    places = [...model.embedding.data];
    byWorkers = [...chunksDealt().values()].reduce((sum, dealt) => sum + dealt.byWorkers, 0);
    // Fits so short let nothing else in, and a page starts its workers where it is let.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return { byWorkers, places };
}
`;
const FILES = {
  "figures.js": FIGURES,
  "node.js": `
import { figures } from "./figures.js";
figures(3, {}, Number(process.argv[2] ?? 300)).then((found) => console.log(JSON.stringify(found)));
`,
  "train.js": `
import { figures } from "./figures.js";
addEventListener("message", async ({ data }) => postMessage(await figures(...data)));
`,
  "page.js": `
import { figures } from "./figures.js";
globalThis.figures = figures;
`,
  "page-with-worker.js": `
globalThis.figures = (...args) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./train.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message || "the worker did not start"));
    worker.postMessage(args);
  });
`,
  "index.html": html("page.js", "module"),
  "with-worker.html": html("page-with-worker.js", "module"),
};

function html(script: string, type: string): string {
  return `<!doctype html><title>unlabeled</title><link rel="icon" href="data:,"><script type="${type}" src="/${script}"></script>`;
}

interface Figures {
  byWorkers: number;
  places: number[];
}

let user: UserFolder;
const file = (path: string) => join(user.path, path);

beforeAll(async () => {
  user = await userFolder(FILES);
});

afterAll(() => user?.remove());

/** A run of Node in the user's folder; it must print nothing else. */
async function inNode(...args: string[]): Promise<Figures> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: user.path });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe("in Node", () => {
  let alone: Figures;

  beforeAll(async () => {
    const script =
      'import { figures } from "./figures.js"; console.log(JSON.stringify(await figures(1, {}, 1)));';
    alone = await inNode("--input-type=module", "--eval", script);
    expect(alone.byWorkers).toBe(0);
  });

  const joined = (found: Figures) => {
    expect(found.places).toEqual(alone.places);
    expect(found.byWorkers).toBeGreaterThan(0);
  };

  test("the package as it is", async () => {
    joined(await inNode("node.js"));
  });

  test("under flags that would not suit a worker", async () => {
    const script = 'import { figures } from "./figures.js"; console.log(JSON.stringify(await figures(3)));';
    joined(await inNode("--input-type=module", "--eval", script));
  });

  test.each([
    ["esm", "mjs"],
    ["cjs", "cjs"],
  ] as const)("a bundle by esbuild, %s", async (format, ending) => {
    const outfile = file(`out/node.${ending}`);
    const { warnings } = await esbuild({
      entryPoints: [file("node.js")],
      bundle: true,
      platform: "node",
      format,
      external: ["onnxruntime-*"],
      outfile,
      logLevel: "silent",
    });
    expect(warnings).toEqual([]);
    joined(await inNode(outfile));
  });

  test("what shares no loop takes neither kernels nor a worker's text into its bundle", async () => {
    const { metafile } = await esbuild({
      stdin: { contents: 'export { fit, pca } from "unlabeled";', resolveDir: user.path },
      bundle: true,
      format: "esm",
      platform: "browser",
      external: ["onnxruntime-*"],
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const [output] = Object.values(metafile.outputs);
    const taken = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    expect(taken.length).toBeGreaterThan(30);
    // Counts of memory and cores are no team, nor is code that the caller's thread runs alone, which is short.
    const unwanted = /\/parallel\/(?!memory|platform|wasm)|-kernel\.js|kernels\.js|worker/;
    expect(taken.map(([path]) => path).filter((path) => unwanted.test(path))).toEqual([]);
    const code = taken.filter(([path]) => path.endsWith(".wasm.js"));
    expect(code.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0)).toBeLessThan(10_000);
  });

  test("a package without a worker's program does all on the caller's thread, and says nothing", async () => {
    const whole = file("node_modules/unlabeled/dist/src");
    const kept = ["unlabeled-worker.js", "worker-code.js"];
    await mkdir(file("kept"));
    for (const name of kept) await copyFile(join(whole, name), file(`kept/${name}`));
    try {
      await rm(join(whole, "unlabeled-worker.js"));
      await writeFile(join(whole, "worker-code.js"), "export const code = undefined;");
      expect(await inNode("node.js", "5")).toEqual(alone);
    } finally {
      for (const name of kept) await copyFile(file(`kept/${name}`), join(whole, name));
    }
  });
});

/** Scripts and workers of the page's own and nothing else, as careful sites have it. */
const STRICT = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src data:";
const NO_WORKERS = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'";
/** ONNX Runtime's own, of a page that is not isolated. */
const RUNTIME_WARNS = /multi-threading is not supported|numThreads is set to/;

describe.skipIf(missing)(inChromium, () => {
  const ort = (name: string) => pathToFileURL(file(`node_modules/onnxruntime-web/dist/${name}`));
  let browser: Browser;
  let alone: Figures;
  let byVite: Files;
  let byEsbuild: Record<"esm" | "iife", Files>;

  type Files = Parameters<typeof serve>[0];

  beforeAll(async () => {
    const [module, wasm] = ["ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];
    await vite({
      root: user.path,
      configFile: false,
      logLevel: "error",
      worker: { format: "es" },
      build: {
        outDir: "by-vite",
        rolldownOptions: { input: ["index.html", "with-worker.html"].map(file) },
      },
    });
    byVite = await filesUnder(file("by-vite"));
    const bundle = async (format: "esm" | "iife") => {
      const outdir = file(`by-esbuild-${format}`);
      const entryPoints = [file("page.js")];
      await esbuild({ entryPoints, bundle: true, minify: true, format, outdir, logLevel: "silent" });
      return {
        ...(await filesUnder(outdir)),
        "/index.html": html("page.js", format === "esm" ? "module" : "text/javascript"),
        [`/ort/${module}`]: ort(module),
        [`/ort/${wasm}`]: ort(wasm),
      };
    };
    byEsbuild = { esm: await bundle("esm"), iife: await bundle("iife") };
    const script = 'console.log(JSON.stringify(await figures(1, { backend: "wasm" }, 1)));';
    alone = await inNode(
      "--input-type=module",
      "--eval",
      `import { figures } from "./figures.js"; ${script}`,
    );
    browser = await launchChromium();
    // Two bundlers and a browser, on a machine that may be busy.
  }, 180_000);

  afterAll(() => browser?.close());

  interface Visit {
    readonly path?: string;
    readonly isolated?: boolean;
    readonly policy?: string;
    /** True if ONNX Runtime is in a folder of its own. */
    readonly ownRuntime?: boolean;
    /** ONNX Runtime's. Default: as many as the team has. */
    readonly runtimeThreads?: number;
    readonly tries?: number;
  }

  async function visit(
    files: Files,
    { path = "index.html", isolated = true, policy, ownRuntime, runtimeThreads = 3, tries = 300 }: Visit = {},
  ): Promise<Figures & { printed: string[] }> {
    const server = await serve(files, { isolated, ...(policy !== undefined && { policy }) });
    const page = await browser.newPage();
    const printed: string[] = [];
    page.on("console", (message) => printed.push(message.text()));
    page.on("pageerror", (error) => printed.push(String(error)));
    try {
      await page.goto(server.url + path);
      const runtime = { threads: runtimeThreads, ...(ownRuntime && { wasmPaths: `${server.url}ort/` }) };
      // Module scripts have run when the page is loaded. As text, since it runs there.
      const call = `figures(3, ${JSON.stringify(runtime)}, ${tries})`;
      return { ...(await page.evaluate<Figures>(call)), printed };
    } finally {
      await page.close();
      await server.close();
    }
  }

  const joined = ({ byWorkers, places, printed }: Awaited<ReturnType<typeof visit>>) => {
    expect(printed).toEqual([]);
    expect(places).toEqual(alone.places);
    expect(byWorkers).toBeGreaterThan(0);
  };

  const aloneThere = ({ byWorkers, places }: Awaited<ReturnType<typeof visit>>) => {
    expect(places).toEqual(alone.places);
    expect(byWorkers).toBe(0);
  };

  test("Vite: workers are files of their own, as a strict policy has it", async () => {
    joined(await visit(byVite, { policy: STRICT }));
  });

  test("Vite: in a worker of the page's", async () => {
    joined(await visit(byVite, { path: "with-worker.html", policy: STRICT }));
  });

  test("Vite: a page that shares no memory does all itself", async () => {
    const there = await visit(byVite, { isolated: false, tries: 2 });
    aloneThere(there);
    expect(there.printed.filter((text) => !RUNTIME_WARNS.test(text))).toEqual([]);
  });

  test("Vite: so does a page that may have no workers", async () => {
    // ONNX Runtime would wait for its own.
    aloneThere(await visit(byVite, { policy: NO_WORKERS, runtimeThreads: 1, tries: 5 }));
  });

  test.each(["esm", "iife"] as const)("esbuild, %s: workers are started from text", async (format) => {
    joined(await visit(byEsbuild[format], { ownRuntime: true }));
  });

  test("esbuild: a page that shares no memory does all itself", async () => {
    aloneThere(await visit(byEsbuild.esm, { ownRuntime: true, isolated: false, tries: 2 }));
  });

  test("esbuild: where a policy forbids that, a copy of unlabeled-worker.js serves", async () => {
    const copy = pathToFileURL(file("node_modules/unlabeled/dist/src/unlabeled-worker.js"));
    const files = { ...byEsbuild.esm, "/unlabeled-worker.js": copy };
    const { byWorkers, places, printed } = await visit(files, { policy: STRICT, ownRuntime: true });
    expect(places).toEqual(alone.places);
    expect(byWorkers).toBeGreaterThan(0);
    // What the browser itself says of the first try.
    expect(printed.filter((text) => !/violates.*worker-src 'self'/.test(text))).toEqual([]);
  });
});

/** All files under a folder, by the path they are served under. */
async function filesUnder(folder: string): Promise<Record<string, URL>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(folder.length).replaceAll("\\", "/"), pathToFileURL(path)]),
  );
}
