/**
 * @file Temporary files: short names that say whose they are, none left at the end of the process, and those of processes
 * that were killed removed by the next.
 *
 *   .unlabeled-HOST-PID-START-COUNT.tmp
 *
 * HOST stands for this machine since it was started and, on Linux, for the namespace in which PID is counted; START is
 * when that process was started, since numbers of processes come again. A file is dead if its HOST is ours and its
 * process is gone; of all others nothing is known here, so they are left alone.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { readdir, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { refuse } from "./destination.js";

const NAME = /^\.unlabeled-([0-9a-f]{8})-(\d+)-(\d+)-\d+\.tmp$/;
let host: string | undefined;
let started: number | undefined;
let count = 0;

/** A temporary file that is there. */
export interface Claim {
  readonly temporary: string;
  /** Folders made for it, the innermost first. */
  readonly made: readonly string[];
  /** From now on it is not removed at the end of the process. */
  release(): void;
}

/**
 * Makes an empty temporary file, and its folder if that is missing. It does so in one turn of the event loop, so that the end of
 * the process finds nothing, or what it is to remove; what is on its way in a thread would come after it.
 * @param path as errors say it.
 * @throws RangeError if the system refuses.
 */
export function claimTemporary(
  path: string,
  folder: string,
  { makeFolder, mode }: { makeFolder: boolean; mode: number },
): Claim {
  const made = makeFolder ? makeFolders(path, folder) : [];
  for (;;) {
    // In the same folder, because a move between file systems is a copy.
    const temporary = join(folder, temporaryName());
    const release = removedAtExit(temporary, made);
    try {
      closeSync(openSync(temporary, "wx", mode));
      return { temporary, made, release };
    } catch (error) {
      release();
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      removeFolders(made);
      return refuse(path, error as NodeJS.ErrnoException);
    }
  }
}

/** A name that no other process on this machine gives; a second copy of this module in this one may. */
function temporaryName(): string {
  return `.unlabeled-${thisHost()}-${process.pid}-${(started ??= startOf(process.pid) ?? 0)}-${count++}.tmp`;
}

/**
 * Makes a folder and those above it that are missing; gives those made, the innermost first. One at a time: asked for all at once, Node
 * tries without end where a folder that is there lets nothing be made in it, such as /proc.
 */
function makeFolders(path: string, folder: string): string[] {
  const made: string[] = [];
  try {
    makeFolder(folder, made);
    return made;
  } catch (error) {
    removeFolders(made);
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR" || code === "EEXIST") throw new RangeError(`${folder}: is no folder`);
    return refuse(path, error as NodeJS.ErrnoException);
  }
}

function makeFolder(folder: string, made: string[]): void {
  if (isFolder(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above, made);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else has made it.
    if ((error as NodeJS.ErrnoException).code === "EEXIST" && isFolder(folder)) return;
    throw error;
  }
  made.unshift(realpathSync(folder));
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Removes folders, the innermost first, as long as they are empty. */
export function removeFolders(folders: readonly string[]): void {
  try {
    for (const folder of folders) rmdirSync(folder);
  } catch {
    // Somebody else has put something there.
  }
}

/** Removes what killed processes have left in a folder, as far as that can be told and done. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const [, madeOn, pid, start] = NAME.exec(name) ?? [];
    if (madeOn === thisHost() && isGone(Number(pid), Number(start)))
      await unlink(join(folder, name)).catch(() => {});
  }
}

function isGone(pid: number, start: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  const now = startOf(pid);
  return now !== undefined && start !== 0 && now !== start;
}

/**
 * Time at which a process was started, in ticks since the machine was; Linux alone tells. −1 for one that has ended but is
 * still listed.
 */
function startOf(pid: number): number | undefined {
  try {
    // The name of the program, in parentheses, may have spaces and parentheses of its own.
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? -1 : Number(fields[19]);
  } catch {
    return undefined;
  }
}

function thisHost(): string {
  if (host !== undefined) return host;
  const read = (get: () => string) => {
    try {
      return get();
    } catch {
      return "";
    }
  };
  const boot = read(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1"));
  const namespace = read(() => readlinkSync("/proc/self/ns/pid"));
  host = createHash("sha256").update([hostname(), boot, namespace].join("\n")).digest("hex").slice(0, 8);
  return host;
}

/** Leftovers to remove if the process ends now: files, then folders if they are empty. */
const pending = new Set<{ readonly file: string; readonly folders: readonly string[] }>();

/**
 * Removes a file, and folders if they are empty, should the process end before `release` is called.
 * @param folders the innermost first.
 * @returns release.
 */
function removedAtExit(file: string, folders: readonly string[]): () => void {
  const entry = { file, folders };
  if (pending.size === 0) process.on("exit", removePending);
  pending.add(entry);
  return () => {
    if (pending.delete(entry) && pending.size === 0) process.off("exit", removePending);
  };
}

function removePending(): void {
  // The last first: the first may have made the folder for all of them.
  for (const { file, folders } of [...pending].reverse()) {
    try {
      unlinkSync(file);
    } catch {
      // Gone already, or not to be removed.
    }
    removeFolders(folders);
  }
}
