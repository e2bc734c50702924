/**
 * @file Files of a folder that was dropped or chosen.
 */
import type { DataSource, FolderFile } from "./protocol.js";

/** Folders within the folder that are looked into: images stand in it, or in folders of their labels. */
const DEPTH = 2;

/** A folder as an input has it: every file says its path. */
export function chosenFolder(files: FileList): DataSource | undefined {
  const all = Array.from(files, (file): FolderFile => {
    const [, ...path] = file.webkitRelativePath.split("/");
    return { path: path.join("/"), file };
  });
  const name = files[0]?.webkitRelativePath.split("/")[0];
  return name === undefined ? undefined : { kind: "images", name, files: all };
}

/** Data that were dropped: a file, or a folder of images. */
export async function dropped(transfer: DataTransfer): Promise<DataSource | undefined> {
  const entry = transfer.items[0]?.webkitGetAsEntry();
  const [file] = transfer.files;
  if (entry?.isDirectory)
    return {
      kind: "images",
      name: entry.name,
      files: await filesIn(entry as FileSystemDirectoryEntry, "", DEPTH),
    };
  return file && { kind: "file", file };
}

async function filesIn(folder: FileSystemDirectoryEntry, path: string, depth: number): Promise<FolderFile[]> {
  const found: FolderFile[] = [];
  for (const entry of await entriesOf(folder)) {
    const own = `${path}${entry.name}`;
    if (entry.isFile) found.push({ path: own, file: await fileOf(entry as FileSystemFileEntry) });
    else if (depth > 1)
      found.push(...(await filesIn(entry as FileSystemDirectoryEntry, `${own}/`, depth - 1)));
  }
  return found;
}

/** All entries: a reader gives them in parts, and then none. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return all;
    all.push(...part);
  }
}

const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject));
