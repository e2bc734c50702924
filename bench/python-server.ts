/**
 * @file Python peers as child processes that stay: one JSON request a line in, one JSON reply a line out, so that
 * rounds can alternate without paying for an import each time. Their side is bench/peers/peer_server.py.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { repositoryRoot } from "./repository.js";

/** Variables of the child process; undefined takes a variable away. */
export type Environment = Record<string, string | undefined>;

export interface PythonServer {
  /** The configuration it was started in. */
  name: string;
  /** Its process, so that its work is not taken for that of others. */
  pid: number;
  /** Python, packages and the BLAS library it loaded. */
  versions: Record<string, string>;
  /** One request, one reply. @throws Error with the peer's own message when it fails or has ended. */
  ask: <Reply>(request: object) => Promise<Reply>;
  close: () => void;
}

/** A peer that is not installed; the message says how to install it. */
export class MissingPeer extends Error {}

interface Hello {
  ready?: true;
  versions?: Record<string, string>;
  missing?: string;
  install?: string;
}

/**
 * Left alone, glibc gives each large array back to the kernel, and its pages are cleared and mapped anew for the next: some 2,000
 * page faults a step of PyTorch, a third of its time. Who minds speed sets this.
 */
const KEEPS_MEMORY: Environment = {
  MALLOC_MMAP_THRESHOLD_: "1073741824",
  MALLOC_TRIM_THRESHOLD_: "4294967296",
};

/** The python3 on the path first; then Debian's own, which has its packages where another shadows it. */
const INTERPRETERS = ["python3", "/usr/bin/python3"];
const started = new Set<PythonServer>();

/**
 * Starts `script`, a file of bench/peers, as a server and waits until it has imported its packages.
 * @throws MissingPeer when no interpreter has them.
 */
export async function pythonServer(
  script: string,
  env: Environment = {},
  name = script,
): Promise<PythonServer> {
  const path = join(repositoryRoot, "bench", "peers", script);
  let missing = "apt-get install python3";
  for (const interpreter of INTERPRETERS) {
    const server = await start(interpreter, path, env, name);
    if (typeof server === "object") {
      started.add(server);
      return server;
    }
    missing = server;
  }
  throw new MissingPeer(`${name}: not installed (${missing})`);
}

/** Starts `script` once in each of `blasConfigurations`. */
export async function pythonServers(script: string, threads = 2): Promise<PythonServer[]> {
  const servers: PythonServer[] = [];
  for (const { name, env } of blasConfigurations(threads)) {
    servers.push(await pythonServer(script, env, name));
  }
  return servers;
}

/** Processes of the servers that are running. */
export const serverPids = (): number[] => Array.from(started, ({ pid }) => pid);

/** Ends every server that is still running. */
export function closeServers(): void {
  for (const server of started) server.close();
}

/**
 * The two ways in which Debian's PyTorch and NumPy are fast: OpenBLAS and PyTorch sharing one pool of OpenMP threads,
 * or OpenBLAS with its own threads and PyTorch with one. Left alone, both spin and take each other's cores.
 * @throws MissingPeer when the OpenMP build of OpenBLAS is not installed.
 */
export function blasConfigurations(threads = 2): { name: string; env: Environment }[] {
  const openmp = debianLibrary("openblas-openmp");
  if (openmp === undefined) {
    throw new MissingPeer("OpenBLAS with OpenMP: not installed (apt-get install libopenblas0-openmp)");
  }
  // Old releases do not take AVX-512 kernels on every CPU that has it; forced on one without, they crash.
  const avx512 = existsSync("/proc/cpuinfo") && readFileSync("/proc/cpuinfo", "utf8").includes(" avx512f");
  return [
    {
      name: "OpenMP BLAS",
      env: {
        LD_LIBRARY_PATH: openmp,
        OPENBLAS_CORETYPE: avx512 ? "SKYLAKEX" : undefined,
        OMP_NUM_THREADS: String(threads),
        OPENBLAS_NUM_THREADS: undefined,
      },
    },
    {
      name: "default BLAS",
      env: {
        LD_LIBRARY_PATH: debianLibrary("openblas-pthread"),
        OPENBLAS_CORETYPE: undefined,
        OMP_NUM_THREADS: "1",
        OPENBLAS_NUM_THREADS: String(threads),
      },
    },
  ];
}

/** Folder where Debian keeps one build of a library that has several: /usr/lib/ARCHITECTURE/NAME. */
function debianLibrary(name: string): string | undefined {
  const root = "/usr/lib";
  if (!existsSync(root)) return undefined;
  return readdirSync(root)
    .map((architecture) => join(root, architecture, name))
    .find((folder) => existsSync(join(folder, "libblas.so.3")));
}

/** A server, or how to install what it lacks. */
async function start(
  interpreter: string,
  path: string,
  env: Environment,
  name: string,
): Promise<PythonServer | string> {
  const child = spawn(interpreter, [path], {
    env: { ...process.env, ...KEEPS_MEMORY, ...env, PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const replies = lines(child);
  const hello = await replies();
  if (hello === undefined) return "apt-get install python3";
  const { ready, versions, missing, install } = JSON.parse(hello) as Hello;
  if (!ready) return install ?? missing ?? "apt-get install python3";

  const server: PythonServer = {
    name,
    pid: child.pid!,
    versions: versions ?? {},
    async ask<Reply>(request: object) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const line = await replies();
      if (line === undefined)
        throw new Error(`${name}: ended without an answer to ${JSON.stringify(request)}`);
      const reply = JSON.parse(line) as { error?: string };
      if (reply.error !== undefined) throw new Error(`${name}: ${reply.error}`);
      return reply as Reply;
    },
    close() {
      started.delete(server);
      child.stdin.end();
    },
  };
  return server;
}

/** Reads the child's output line by line; undefined once it has ended or could not be started. */
function lines(child: ChildProcess): () => Promise<string | undefined> {
  const ended = new Promise<undefined>((resolve) => child.once("error", () => resolve(undefined)));
  child.stdin!.on("error", () => {}); // a child that died: its end of output says so
  const iterator = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return () => Promise.race([iterator.next().then(({ done, value }) => (done ? undefined : value)), ended]);
}
