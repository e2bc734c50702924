/**
 * @file A host of static files as there are many: the lab packed by Brotli, with the headers of its `_headers`, and, where it is wanted, a slow
 * line; and Chromium to look at it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, constants } from "node:zlib";
import { type Browser, chromium } from "playwright-core";
import { repositoryRoot } from "./repository.js";
import { machine } from "./results.js";

const CHROMIUM = "/usr/bin/chromium";
const RUNTIME_FILES = ["ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
/** Bytes that a slow line sends at a time. */
const PIECE = 16 * 1024;

/** A line that all answers share. */
export interface Line {
  /** Bits in a second. */
  readonly rate: number;
  /** Milliseconds before each answer. */
  readonly latency: number;
}

export interface LabHost {
  readonly url: string;
  /** Line of the answers from now on; none is as fast as can be. */
  line: Line | undefined;
  /** Bytes of the runtime as they are sent. */
  readonly runtimeBytes: number;
  close(): Promise<void>;
}

/** Packs dist/lab and the runtime, and serves them. */
export async function startLabHost(): Promise<LabHost> {
  const build = join(repositoryRoot, "dist", "lab");
  const runtime = join(repositoryRoot, "node_modules", "onnxruntime-web", "dist");
  const files = new Map<string, Buffer>();
  for (const entry of readdirSync(build, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.slice(build.length), packed(readFileSync(path)));
  }
  for (const name of RUNTIME_FILES) files.set(`/runtime/${name}`, packedOnce(join(runtime, name), name));
  const headers = headersOf(readFileSync(join(build, "_headers"), "utf8"));
  let freeAt = 0;
  const host = { line: undefined as Line | undefined };

  async function send(response: ServerResponse, body: Buffer): Promise<void> {
    const { line } = host;
    if (!line) {
      response.end(body);
      return;
    }
    await sleep(line.latency);
    for (let at = 0; at < body.length; at += PIECE) {
      const piece = body.subarray(at, at + PIECE);
      // Others on the line go first, if they were there first.
      freeAt = Math.max(freeAt, performance.now()) + (8000 * piece.length) / line.rate;
      const wait = freeAt - performance.now();
      if (wait > 1) await sleep(wait);
      response.write(piece);
    }
    response.end();
  }

  const server = createServer((request, response) => {
    const path = request.url === "/" ? "/index.html" : (request.url ?? "").split("?")[0]!;
    const body = files.get(path);
    if (!body) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      ...headers("/*"),
      ...(path.startsWith("/runtime/") && headers("/runtime/*")),
      "content-type": TYPES[extname(path)] ?? "application/octet-stream",
      "content-encoding": "br",
      "content-length": body.length,
    });
    send(response, body).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(host, {
    url: `http://127.0.0.1:${port}/`,
    runtimeBytes: files.get(`/runtime/${RUNTIME_FILES[1]}`)!.length,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

const packed = (bytes: Buffer) => brotliCompressSync(bytes);

/** The runtime is packed as hard as hosts do, which takes half a minute: once for each version. */
function packedOnce(path: string, name: string): Buffer {
  const folder = join(repositoryRoot, "node_modules", ".cache", "unlabeled-lab");
  const kept = join(folder, `${machine().onnxruntimeWeb}-${name}.br`);
  if (existsSync(kept)) return readFileSync(kept);
  const bytes = brotliCompressSync(readFileSync(path), {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(kept, bytes);
  return bytes;
}

/** Headers of a block of a file of headers. */
function headersOf(text: string): (block: string) => Record<string, string> {
  const blocks = new Map<string, Record<string, string>>();
  let current: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const pair = /^ {2}([\w-]+): (.*)$/.exec(line);
    if (pair) current[pair[1]!.toLowerCase()] = pair[2]!;
    else if (line !== "") {
      current = {};
      blocks.set(line, current);
    }
  }
  return (block) => blocks.get(block) ?? {};
}

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    // The second: exact figures of memory.
    args: [
      "--no-sandbox",
      "--enable-precise-memory-info",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
    ],
  });
