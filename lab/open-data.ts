/**
 * @file Data for the worker: embedded, from a file of this machine, or the one that the command serves.
 */
import { columnsSection } from "../panels/sections/columns.js";
import type { Dataset } from "../src/data/dataset.js";
import type { EmbeddedName } from "../src/data/embedded.js";
import { fingerprint } from "../src/data/fingerprint.js";
import type { Source } from "../src/data/source.js";
import { type Choices, columnWords, type DescribedColumn, readOptionsOf } from "./choices.js";
import type { DataSource, DescribedData } from "./protocol.js";

/** Names of embedded data, without the data. */
export const EMBEDDED: readonly EmbeddedName[] = ["digits", "swiss-roll", "s-curve", "blobs", "low-rank"];

/** @throws RangeError or TypeError, in a line, for data that are not in order. */
export async function openData(source: DataSource, choices: Choices = {}): Promise<Dataset> {
  if (source.kind === "embedded") {
    const { embedded } = await import("../src/data/embedded.js");
    return embedded(source.name);
  }
  if (source.kind === "images") {
    const { readImages } = await import("./image-folder.js");
    return readImages(source.name, source.files);
  }
  // Loaded when there is a file: half of what the worker would load else.
  const { readSource } = await import("../src/data/format.js");
  const options = readOptionsOf(choices);
  if (source.kind === "file") return readSource(blobSource(source.file, source.file.name), options);
  const response = await fetch(source.address);
  if (!response.ok) throw new RangeError(`${source.name}: the command does not serve it any more`);
  return readSource(blobSource(await response.blob(), source.name), options);
}

/** Bytes of a file, which the browser has on disk: never all of them in memory because of us. */
function blobSource(blob: Blob, name: string): Source {
  const part = async (from: number, to: number) => new Uint8Array(await blob.slice(from, to).arrayBuffer());
  return {
    name,
    size: blob.size,
    async *pieces() {
      const reader = blob.stream().getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read())
        yield next.value as Uint8Array<ArrayBuffer>;
    },
    bytes: () => part(0, blob.size),
    slice: part,
  };
}

export function describeData(data: Dataset): DescribedData {
  return {
    name: data.name,
    rows: data.x.rows,
    columns: data.x.cols,
    fingerprint: fingerprint(data.x),
    embedded: data.format === "embedded",
    labelName: data.labelName,
    table: describedColumns(data),
    section: columnsSection(data, true),
  };
}

function describedColumns({ table, guesses }: Dataset): DescribedColumn[] | undefined {
  if (!table || !guesses) return undefined;
  const words = columnWords(table.columns.map(({ name }) => name));
  return guesses.map(({ name, type, role, why }, j) => ({
    ...{ name, type, role, why, word: words[j]! },
    kind: table.columns[j]!.kind,
  }));
}

/** Data with every number: what is missing is filled by low-rank completion. */
export async function withoutGaps(data: Dataset): Promise<Dataset> {
  const { fillGaps } = await import("../src/tasks/fill.js");
  return { ...data, x: await fillGaps(data) };
}
