/**
 * @file Loaded into a process before all else (`--import`): lets one call of the file system fail, or the process stop, once.
 *
 * UNLABELED_FAULT is `CALL:NUMBER:WHAT`, such as `write:2:ENOSPC` or `rename:1:stop`: the second write fails with that code,
 * the process is killed before its first rename; `stop-after` kills it after, and `SIGTERM` sends it that signal at the call.
 * With UNLABELED_COUNTS=1 calls are counted, and told as JSON on descriptor 3.
 */
import { closeSync, writeSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import process from "node:process";

const [wanted, number, what = ""] = (process.env.UNLABELED_FAULT ?? "").split(":");
const counts: Record<string, number> = {};
type Call = (...args: unknown[]) => Promise<unknown>;

/** The same call, but for its fault. */
function faulty(name: string, call: Call): Call {
  return async function (this: unknown, ...args) {
    counts[name] = (counts[name] ?? 0) + 1;
    const here = name === wanted && counts[name] === Number(number);
    if (here && what === "stop") process.kill(process.pid, "SIGKILL");
    if (here && what.startsWith("SIG")) process.kill(process.pid, what);
    else if (here && !what.startsWith("stop")) {
      const error = new Error(`${what}: made to fail, ${name}`);
      throw Object.assign(error, { code: what, syscall: name });
    }
    const result = await call.apply(this, args);
    if (here && what === "stop-after") process.kill(process.pid, "SIGKILL");
    return result;
  };
}

// File handles have a class of their own that is not exported.
const handle = await fs.open(process.execPath, "r");
const methods = Object.getPrototypeOf(handle) as Record<string, Call>;
await handle.close();
const module = fs as unknown as Record<string, Call>;
for (const name of [
  "open",
  "link",
  "rename",
  "unlink",
  "mkdir",
  "rmdir",
  "lstat",
  "realpath",
  "readdir",
  "readlink",
])
  module[name] = faulty(name, module[name]!);
syncBuiltinESMExports();
for (const name of ["write", "sync", "close", "stat", "chmod", "chown"])
  methods[name] = faulty(name, methods[name]!);

if (process.env.UNLABELED_COUNTS === "1") {
  process.on("exit", () => {
    writeSync(3, JSON.stringify(counts));
    closeSync(3);
  });
}
