/**
 * @file Training history as a file, `--log FILE`. A verb that trains calls `openLog` before its work, and in `outputs.finish`
 *
 *     await putLog(put, log, [{ history: model.history }]);
 */
import { stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { type LoggedRun, logAsCsv, logAsEvents, logAsJsonLines } from "../src/files/training-log.js";
import { UsageError } from "./exit.js";
import type { Outputs, Put, Sized } from "./outputs.js";

/** TensorBoard takes files for its own that have `tfevents` in their names. */
const EVENTS = "events.out.tfevents.0.unlabeled";

const TEXTS: Readonly<Record<string, (runs: readonly LoggedRun[]) => string>> = {
  ".csv": logAsCsv,
  ".jsonl": logAsJsonLines,
  ".ndjson": logAsJsonLines,
};

/** The way to write a log; `undefined` for a name that tells none. */
const writerOf = (path: string) =>
  basename(path).includes(".tfevents") ? logAsEvents : TEXTS[extname(path).toLowerCase()];

/**
 * Opens the log, if there is one; gives the path of its file, which for TensorBoard lies in the folder that was named.
 * @param flag that names it.
 * @throws UsageError for a name that tells no format.
 */
export async function openLog(
  outputs: Outputs,
  log: string | undefined,
  force: boolean | undefined,
  flag = "--log",
): Promise<string | undefined> {
  if (log === undefined) return undefined;
  const folder = await isFolder(log);
  const path = folder ? join(log, EVENTS) : log;
  if (!writerOf(path))
    throw new UsageError(`${flag} ${log}: want .csv, .jsonl, .tfevents, or a folder named tensorboard`);
  await outputs.open(path, { force, makeFolder: folder });
  return path;
}

async function isFolder(path: string): Promise<boolean> {
  if (/[\\/]$/.test(path) || basename(path) === "tensorboard") return true;
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

/** Writes the log, if one was opened. */
export async function putLog(put: Put, path: string | undefined, runs: readonly LoggedRun[]): Promise<void> {
  if (path === undefined) return;
  const content = writerOf(path)!(runs);
  await put(path, () => (path.toLowerCase().endsWith(".csv") ? sized(content as string) : content));
}

/** A CSV with its size in rows and columns. */
function sized(text: string): Sized {
  const [header = "", ...rows] = text.trimEnd().split("\n");
  // Names of figures have no commas, and names of runs stand below them.
  const size = `${rows.length} rows × ${header.split(",").length} columns`;
  return {
    size,
    pieces: async function* () {
      yield new TextEncoder().encode(text);
    },
  };
}
