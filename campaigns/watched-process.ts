/**
 * @file A process that is watched for what it opens: sockets, and files to write to.
 *
 * `strace` sees every call. Without it, /proc is read every few milliseconds: what is open for less may be missed. Where there is
 * neither (macOS, Windows) nothing is seen.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export type Watcher = "strace" | "proc" | "none";

export interface Watched {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
  /** Calls or descriptors, each once. */
  readonly sockets: readonly string[];
  /** Paths that were opened to be written, or made. */
  readonly written: readonly string[];
}

/** The best that this machine has. */
export const WATCHER: Watcher = process.platform !== "linux" ? "none" : canTrace() ? "strace" : "proc";

/** It may be installed and not allowed, as in some containers. */
function canTrace(): boolean {
  return spawnSync("strace", ["-f", "-qq", "-o", "/dev/null", "true"]).status === 0;
}

export interface Surroundings {
  readonly cwd: string;
  /** All of it: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly watcher?: Watcher;
}

/** Runs Node to its end. */
export async function watch(args: readonly string[], surroundings: Surroundings): Promise<Watched> {
  const { cwd, env, watcher = WATCHER } = surroundings;
  if (watcher !== "strace") {
    const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const looking = watcher === "proc" ? lookAt(child.pid!) : undefined;
    const outcome = await end(child);
    return { ...outcome, ...(looking?.stop() ?? { sockets: [], written: [] }) };
  }
  const folder = await mkdtemp(join(tmpdir(), "unlabeled-trace-"));
  try {
    const file = join(folder, "calls");
    // With -y a descriptor is followed by the path that it stands for.
    const options = ["-f", "-qq", "-y", "--seccomp-bpf", "-s", "4096", "-e", "signal=none"];
    const calls = "socket,connect,bind,listen,sendto,sendmsg,sendmmsg,open,openat,creat,mkdir,mkdirat";
    const trace = [...options, "-e", `trace=${calls}`, "-o", file, "--", process.execPath, ...args];
    const outcome = await end(spawn("strace", trace, { cwd, env, stdio: ["ignore", "pipe", "pipe"] }));
    return { ...outcome, ...readCalls(await readFile(file, "utf8"), cwd) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function end(child: ChildProcess): Promise<Pick<Watched, "code" | "stdout" | "stderr">> {
  return new Promise((resolve, reject) => {
    let [stdout, stderr] = ["", ""];
    child.stdout!.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr!.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? signal ?? "", stdout, stderr }));
  });
}

function readCalls(text: string, cwd: string): Pick<Watched, "sockets" | "written"> {
  const [sockets, written] = [new Set<string>(), new Set<string>()];
  for (const line of text.split("\n")) {
    // A call in which another thread comes between is told in two lines; all that is wanted stands in the first.
    const call = line.match(/^\d+ +(?<name>\w+)\((?:[\w-]+<(?<folder>[^>]*)>, )?(?<given>.*)$/)?.groups;
    if (!call) continue;
    const { name, folder = cwd, given } = call as { name: string; folder?: string; given: string };
    const path = resolve(folder, given.match(/^"((?:[^"\\]|\\.)*)"/)?.[1] ?? "");
    if (/^open(at)?$/.test(name)) {
      if (/\bO_(WRONLY|RDWR|CREAT|TRUNC|APPEND)\b/.test(given)) written.add(path);
    } else if (/^(creat|mkdir|mkdirat)$/.test(name)) written.add(path);
    else sockets.add(`${name}(${given}`);
  }
  return { sockets: [...sockets], written: [...written] };
}

const LOOK_EVERY_MS = 10;

/** Standard streams are sockets where Node's parent made them. */
const STREAMS = new Set(["0", "1", "2"]);

function lookAt(pid: number) {
  const [sockets, written] = [new Set<string>(), new Set<string>()];
  const timer = setInterval(() => {
    for (const descriptor of attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []) {
      const target = attempt(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`)) ?? "";
      if (STREAMS.has(descriptor)) continue;
      if (target.startsWith("socket:")) sockets.add(target);
      const flags = target.startsWith("/")
        ? attempt(() => readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, "utf8"))?.match(
            /flags:\s*(\d+)/,
          )?.[1]
        : undefined;
      // The last two bits are 0 for what is only read.
      if (flags !== undefined && (Number.parseInt(flags, 8) & 3) !== 0) written.add(target);
    }
  }, LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return { sockets: [...sockets], written: [...written] };
    },
  };
}

/** Files that are closed, and processes that have ended, cannot be looked at. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
