/**
 * @file An output that is opened before the work and put in its place after it: a file that is there whole or not at all,
 * or a stream that takes bytes as they come.
 */
import { constants } from "node:fs";
import { type FileHandle, link, lstat, open, realpath, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Destination, destinationOf, refuse } from "./destination.js";
import type { ByteSink, StandardStreams } from "./standard-streams.js";
import { claimTemporary, removeFolders, removeLeftovers } from "./temporary.js";

/** Options of writing a file. */
export interface WriteOptions {
  /** Replace a file that is there, and keep its owner and mode where the system lets us. Default false: refuse. */
  readonly force?: boolean | undefined;
  /** Make the folder, and those above it, if it is not there. Default false: refuse. */
  readonly makeFolder?: boolean | undefined;
}

/** An output under way: write to it, then `commit` or `abandon` it. */
export interface Output {
  /** As it was given to `openOutput`. */
  readonly path: string;
  /**
   * Appends bytes, or text as UTF-8, and waits until the system has taken them.
   * @throws RangeError if the system refuses; the output is then to be abandoned.
   */
  write(piece: Uint8Array | string): Promise<void>;
  /**
   * Puts the file in its place in one step, on the disk as well: others see all of it or none of it, also after a crash.
   * A stream is closed.
   * @throws RangeError if the place has been taken meanwhile and `force` is not set, or if the system refuses; then what
   *   was at the path is there still, and nothing of this output.
   */
  commit(): Promise<void>;
  /** Drops what has been written, with folders made for it; after `commit`, and a second time, it does nothing. */
  abandon(): Promise<void>;
}

/**
 * Opens an output, so that whatever would refuse it is known before the work that it is for.
 *
 * A file is written under a temporary name in the folder it will lie in, `.unlabeled-….tmp`, which is removed when the
 * process ends in any other way than by being killed; what a killed process has left is removed by the next
 * `openOutput` in that folder on the same machine. Symbolic links are followed: the file behind them is made or replaced.
 * Character devices, FIFOs and descriptors (`/dev/stdout`, `/dev/fd/3`) are written into, with or without `force`;
 * opening a FIFO waits for a reader.
 * @param streams those that `/dev/stdout` and `/dev/stderr` stand for. Default: the process's.
 * @throws RangeError if the path is a folder, socket or block device, is taken and `force` is not set, lies in no folder,
 *   or if the system refuses.
 */
export async function openOutput(
  path: string,
  options: WriteOptions = {},
  streams: Pick<StandardStreams, "stdout" | "stderr"> = process,
): Promise<Output> {
  const destination = await checkedDestination(path, options);
  if (destination.kind === "stream") return openStream(path, destination, streams);
  return openFile(path, destination, options);
}

/** Destination of bytes for a path. @throws RangeError as `openOutput`, but for what only opening tells. */
export async function checkedDestination(path: string, options: WriteOptions): Promise<Destination> {
  const destination = await destinationOf(path);
  if (destination.kind === "stream") return destination;
  if (destination.old && !options.force) throw taken(path);
  if (destination.folder === undefined && !options.makeFolder)
    throw new RangeError(`${path}: no such folder`);
  return destination;
}

async function openFile(
  path: string,
  destination: Destination & { kind: "file" },
  { force = false }: WriteOptions,
): Promise<Output> {
  const { old, folder, place: wanted } = destination;
  // For the owner alone as long as it is not known who may read it.
  const mode = old ? 0o600 : 0o666;
  const claim = claimTemporary(path, folder ?? dirname(wanted), { makeFolder: folder === undefined, mode });
  const { temporary, made, release } = claim;
  const drop = async () => {
    await unlink(temporary).then(release, () => {});
    removeFolders(made);
  };
  const { file, place } = await opened(temporary, wanted).catch(async (error) => {
    await drop();
    return refuse(path, error);
  });
  let over = false;

  async function abandon(): Promise<void> {
    if (over) return;
    over = true;
    await file.close().catch(() => {});
    await drop();
  }

  return {
    path,
    write: (piece) => writeAll(file, piece).catch((error) => refuse(path, error)),
    async commit() {
      try {
        const there = await lstat(place).catch(() => undefined);
        if (there && !there.isFile()) throw new RangeError(`${path}: is no longer a file`);
        const like = there ?? old;
        if (force && like) await takeAfter(file, like);
        await file.sync();
        await file.close();
        if (force) await rename(temporary, place);
        else await moveToFreePlace(temporary, place, path);
      } catch (error) {
        await abandon();
        return refuse(path, error);
      }
      over = true;
      release();
      await syncFolder(dirname(place));
    },
    abandon,
  };
}

/** The temporary file, and where it is to lie once its folder is there. */
async function opened(temporary: string, place: string): Promise<{ file: FileHandle; place: string }> {
  const folder = await realpath(dirname(place));
  await removeLeftovers(folder);
  return { file: await open(temporary, constants.O_WRONLY), place: join(folder, basename(place)) };
}

/** Gives the file the owner and the mode of the one that it replaces. */
async function takeAfter(
  file: FileHandle,
  { uid, gid, mode }: { uid: number; gid: number; mode: number },
): Promise<void> {
  const own = await file.stat();
  let whole = own.uid === uid && own.gid === gid;
  if (!whole) {
    whole = await file.chown(uid, gid).then(
      () => true,
      () => false,
    );
  }
  // A program that runs as its owner must not come to run as another. Not every file system has modes.
  await file.chmod(mode & (whole ? 0o7777 : 0o777)).catch(() => {});
}

/** Codes of errors where a file system has no links. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/** A link fails where the place is taken, even if it was taken a moment ago; a rename would not. */
async function moveToFreePlace(temporary: string, place: string, path: string): Promise<void> {
  try {
    await link(temporary, place);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw taken(path);
    if (!NO_LINKS.includes(code)) throw error;
    const found = await lstat(place).catch(() => undefined);
    if (found) throw taken(path);
    await rename(temporary, place);
    return;
  }
  // The file is in its place: a second name that stays is no failure of it.
  await unlink(temporary).catch(() => {});
}

/** So that the name is on the disk too, where the system can do that for folders. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close().catch(() => {});
}

async function openStream(
  path: string,
  { place, descriptor }: Destination & { kind: "stream" },
  streams: Pick<StandardStreams, "stdout" | "stderr">,
): Promise<Output> {
  const standard = descriptor === 1 ? streams.stdout : descriptor === 2 ? streams.stderr : undefined;
  if (standard) {
    const write = (piece: Uint8Array | string) =>
      writeStandard(standard, piece).catch((error) => refuse(path, error));
    return { path, write, commit: async () => {}, abandon: async () => {} };
  }
  const waits = descriptor === undefined && (await lstat(place)).isFIFO();
  const file = await openForAppending(place, waits).catch((error) => refuse(path, error));
  let over = false;
  const close = async () => {
    if (over) return;
    over = true;
    await file.close();
  };
  return {
    path,
    write: (piece) => writeAll(file, piece).catch((error) => refuse(path, error)),
    commit: () => close().catch((error) => refuse(path, error)),
    abandon: () => close().catch(() => {}),
  };
}

const POLL_MS = 20;
const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));

/**
 * Opens for appending, which devices and FIFOs do anyway. It never blocks a thread, which would keep the process from
 * ending while a FIFO has no reader, or has one that does not read.
 * @param waits for a reader.
 */
async function openForAppending(place: string, waits: boolean): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(place, constants.O_WRONLY | constants.O_APPEND | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      if (!waits || (error as NodeJS.ErrnoException).code !== "ENXIO") throw error;
      await pause();
    }
  }
}

/** One call of the system writes less than 2 GiB. */
const LARGEST_WRITE = 2 ** 30;

async function writeAll(file: FileHandle, piece: Uint8Array | string): Promise<void> {
  const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
  for (let at = 0; at < bytes.length; ) {
    try {
      const length = Math.min(LARGEST_WRITE, bytes.length - at);
      at += (await file.write(bytes, at, length, null)).bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      await pause();
    }
  }
}

/** Writes by the stream that others use too, so that all that is written there is in order. */
function writeStandard(stream: ByteSink, piece: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    // A stream that fails also says so as an event, which nobody else may be there to hear.
    const deaf = () => {};
    stream.on("error", deaf);
    stream.write(piece, (error) => {
      setImmediate(() => stream.off("error", deaf));
      if (error) reject(error);
      else resolve();
    });
  });
}

function taken(path: string): RangeError {
  return new RangeError(`${path}: is there already (use --force to replace it)`);
}
