/**
 * @file The server of the lab: the files of its build, ONNX Runtime's and one file of data, to one browser, and nothing else.
 *
 * Addresses are looked up in a table that is made before the first request, as they were sent: no path is put together from what a
 * request says, so that none leads out of the table.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { basename, extname, join } from "node:path";
import { pipeline } from "node:stream/promises";

/** The files that there are, and where the server listens. */
export interface LabServerOptions {
  /** Folder of the build of the lab. */
  readonly build: string;
  /** Folder of ONNX Runtime's own files. */
  readonly runtime: string;
  /** File of data, already opened: whatever is put in its place later is not served. */
  readonly data?: LabData | undefined;
  /** Name of an embedded data set to begin with. */
  readonly embedded?: string | undefined;
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
}

/** A file that was opened. */
export interface LabData {
  readonly path: string;
  readonly handle: FileHandle;
  readonly size: number;
}

export interface LabServer {
  /** Address with the token, which counts once. */
  readonly url: string;
  close(): Promise<void>;
}

/** Files of ONNX Runtime that a page asks for; its folder holds many more. */
const RUNTIME_FILES = ["ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};
const HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "connect-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  // Together the first two isolate the page, which threads want.
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
} as const;

/** True where nobody but this machine is listened to. */
export const isLoopback = (host: string) => host === "localhost" || host === "::1" || /^127\./.test(host);

/** @throws the system's error where the port is taken or the host is not of this machine. */
export async function startLabServer(options: LabServerOptions): Promise<LabServer> {
  const { host, port, data, embedded } = options;
  const files = await servedFiles(options);
  const dataAddress = `/data/${randomBytes(16).toString("hex")}`;
  const session = JSON.stringify({
    ...(data && { file: { name: basename(data.path), size: data.size, address: dataAddress } }),
    ...(embedded !== undefined && { embedded }),
  });
  const key = randomBytes(32).toString("hex");
  let token: string | undefined = randomBytes(32).toString("hex");
  let allowed: ReadonlySet<string> = new Set();
  let cookie = "";

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refuse = (status: number, text: string) => {
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
    };
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    // A page elsewhere whose name leads here is told by the name it asks for.
    if (!allowed.has(request.headers.host ?? "")) return refuse(403, "not the address that was printed");
    const { origin } = request.headers;
    if (origin !== undefined && origin !== `http://${request.headers.host}`)
      return refuse(403, "asked for by another page");
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "GET and HEAD alone");

    const [path, query = ""] = (request.url ?? "").split("?", 2) as [string, string?];
    const given = new URLSearchParams(query).get("token");
    if (path === "/" && given !== null) {
      if (!same(given, token)) return refuse(403, "this address has been opened before: start the lab anew");
      token = undefined;
      response.writeHead(303, {
        location: "/",
        "set-cookie": `${cookie}=${key}; HttpOnly; SameSite=Strict; Path=/`,
      });
      response.end();
      return;
    }
    if (!same(cookieOf(request, cookie), key)) return refuse(403, "open the address that was printed");

    if (path === "/session.json") {
      response.writeHead(200, { "content-type": TYPES[".json"] }).end(session);
      return;
    }
    if (data && path === dataAddress) {
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": data.size });
      if (request.method === "HEAD" || data.size === 0) response.end();
      else
        await pipeline(
          data.handle.createReadStream({ start: 0, end: data.size - 1, autoClose: false }),
          response,
        );
      return;
    }
    const file = files.get(path === "/" ? "/index.html" : path);
    if (file === undefined) return refuse(404, "no such file");
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      // The page shows how far the runtime is.
      "content-length": (await stat(file)).size,
    });
    if (request.method === "HEAD") response.end();
    else await pipeline(createReadStream(file), response);
  };

  const server = createServer((request, response) => {
    // Whoever asked has gone, or the file has.
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const names = namesOf(host);
  allowed = new Set(names.map((name) => `${name}:${bound}`));
  // Cookies know no ports, and two labs may run at a time.
  cookie = `unlabeled-lab-${bound}`;
  return {
    url: `http://${names[0]}:${bound}/?token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Files by their address. Links are none of the build's: what they lead to is not served. */
async function servedFiles({ build, runtime }: LabServerOptions): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(build, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.slice(build.length).replaceAll("\\", "/"), path);
  }
  for (const name of RUNTIME_FILES) files.set(`/runtime/${name}`, join(runtime, name));
  return files;
}

/** Names that a browser may ask for, the one that is printed first. */
function namesOf(host: string): string[] {
  const bracketed = (name: string) => (name.includes(":") ? `[${name}]` : name);
  const ownNames = ["127.0.0.1", "localhost", "[::1]"];
  if (isLoopback(host)) return [...new Set([bracketed(host), ...ownNames])];
  if (host !== "0.0.0.0" && host !== "::") return [bracketed(host)];
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const outside = addresses.filter(({ internal }) => !internal).map(({ address }) => bracketed(address));
  return [...new Set([...outside, hostname(), ...ownNames])];
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim().split("=", 2));
  return pairs.find(([key]) => key === name)?.[1];
}

/** Compared in the same time wherever they differ. */
function same(given: string | undefined, wanted: string | undefined): boolean {
  if (given === undefined || wanted === undefined || given.length !== wanted.length) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}

/** Opens a file of data. @throws RangeError for what is no file, or cannot be read. */
export async function openData(path: string): Promise<LabData> {
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    throw new RangeError(
      `${path}: ${error.code === "ENOENT" ? "no such file" : `cannot be read (${error.code})`}`,
    );
  });
  const found = await handle.stat();
  if (found.isFile()) return { path, handle, size: found.size };
  await handle.close();
  throw new RangeError(`${path}: is no file (the lab takes one file of data)`);
}
