/**
 * @file Destination of a path that is written to: a file to make or to replace, or something that bytes go into.
 */
import type { Stats } from "node:fs";
import { lstat, readlink, realpath } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";

/** Whose a file is, and who may do what with it; no type of Node, which users' compilers may not know. */
export interface OldFile {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export type Destination =
  | {
      readonly kind: "file";
      /** The folder without symbolic links; `undefined` if it is not there. */
      readonly folder: string | undefined;
      /** The file itself, behind all symbolic links. */
      readonly place: string;
      /** The file that is there. */
      readonly old: OldFile | undefined;
    }
  | {
      /** A character device, a FIFO, or an open descriptor of this process: bytes go into it in order. */
      readonly kind: "stream";
      readonly place: string;
      /** Descriptor of this process. */
      readonly descriptor: number | undefined;
    };

/** As many as Linux follows. */
const MOST_LINKS = 40;

/**
 * Follows symbolic links, also to a file that is not there yet.
 * @throws RangeError if the path cannot be written to: a folder, a socket, a block device, links in a circle, no name.
 */
export async function destinationOf(path: string): Promise<Destination> {
  if (basename(path) === "" || path.endsWith("/") || path.endsWith(sep))
    throw new RangeError(`${path === "" ? '""' : path}: is no name of a file`);
  let place = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    const descriptor = descriptorOf(place);
    if (descriptor !== undefined) return { kind: "stream", place, descriptor };
    const found = await lstatOrNothing(place, path);
    if (!found?.isSymbolicLink()) return classified(path, place, found);
    const target = await readlink(place).catch((error) => refuse(path, error));
    // Joined as text: a ".." behind a link to a folder is the system's to follow.
    place = target.startsWith("/") || /^[A-Za-z]:/.test(target) ? target : `${dirname(place)}/${target}`;
  }
  throw new RangeError(`${path}: its symbolic links lead in a circle`);
}

async function classified(path: string, place: string, found: Stats | undefined): Promise<Destination> {
  if (found?.isDirectory()) throw new RangeError(`${path}: is a folder`);
  if (found?.isSocket() || found?.isBlockDevice())
    throw new RangeError(`${path}: is a ${found.isSocket() ? "socket" : "block device"}, want a file`);
  if (found && !found.isFile()) return { kind: "stream", place, descriptor: undefined };
  const folder = await folderOf(path, dirname(place));
  const name = basename(place);
  return { kind: "file", folder, place: folder === undefined ? place : join(folder, name), old: found };
}

/** The folder without symbolic links, or `undefined` if it is not there. */
async function folderOf(path: string, folder: string): Promise<string | undefined> {
  const real = await realpath(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    return refuse(path, error);
  });
  if (real !== undefined && !(await lstat(real)).isDirectory())
    throw new RangeError(`${folder}: is no folder`);
  return real;
}

async function lstatOrNothing(place: string, path: string): Promise<Stats | undefined> {
  try {
    return await lstat(place);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (code === "ENOTDIR") throw new RangeError(`${dirname(place)}: is no folder`);
    if (code === "ELOOP") throw new RangeError(`${path}: its symbolic links lead in a circle`);
    return refuse(path, error);
  }
}

/** The number behind `/dev/stdout`, `/dev/fd/3` and the like, where the system has such names. */
function descriptorOf(place: string): number | undefined {
  if (process.platform === "win32") return undefined;
  const found = /^\/(?:dev\/fd|proc\/(?:self|(\d+))\/fd)\/(\d+)$/.exec(place);
  if (found && (found[1] === undefined || Number(found[1]) === process.pid)) return Number(found[2]);
  const named = { "/dev/stdout": 1, "/dev/stderr": 2 };
  return named[place as keyof typeof named];
}

/** @throws what the system said, as one line about the path. */
export function refuse(path: string, error: unknown): never {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (typeof code !== "string" || syscall === undefined) throw error;
  // "ENOSPC: no space left on device, write": the call's name says nothing to whoever reads it.
  const [said] = message.split(/, [a-z]+\b/);
  throw new RangeError(`${path}: cannot be written (${said})`, { cause: error });
}
