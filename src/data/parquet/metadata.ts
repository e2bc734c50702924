/**
 * @file The metadata at the end of a Parquet file, with what it says of itself held together.
 *
 * Source: Apache Parquet, "File Format" and "Metadata".
 */
import type { ColumnMetaData, FileMetaData, SchemaElement, SchemaTree } from "hyparquet";
import { parquetMetadata, parquetSchema } from "hyparquet";
import { quoted } from "../quoted.js";
import { checkedElement } from "./column-types.js";
import { decoded, want, within } from "./damage.js";
import { FILE_META_DATA } from "./shapes.js";
import { checkStruct } from "./thrift.js";

/** A file that is read piece by piece. */
export interface ByteSource {
  /** Its size in bytes. */
  readonly byteLength: number;
  /** The bytes from `start` on, up to `end` or to the last. */
  slice(start: number, end?: number): Promise<ArrayBuffer> | ArrayBuffer;
}

/** A column, or a group of them, at the top of the schema. */
export interface Field {
  readonly name: string;
  /** Leaf of a flat column or of a list; a group of another kind has none. */
  readonly leaf?: Leaf;
  /** Reason why a group is not read. */
  readonly unread?: string;
}

/** Values of a flat column or of the entries of lists, one chunk a row group. */
export interface Leaf {
  readonly element: SchemaElement;
  readonly chunks: readonly Located[];
  readonly levels: Levels;
}

/** Depths of a leaf in its row. */
export interface Levels {
  /** Definition level of a value that is there. */
  readonly definition: number;
  /** 1 for the entries of a list, 0 for a flat column. */
  readonly repetition: 0 | 1;
  /** Definition level from which on a list has an entry, be it a missing one. */
  readonly entry: number;
}

/** A column chunk and its place in the file. */
export interface Located {
  readonly meta: ColumnMetaData;
  readonly rows: number;
  readonly start: number;
  readonly end: number;
}

export interface Layout {
  readonly rows: number;
  readonly fields: readonly Field[];
}

const MAGIC = "PAR1";
// Few bytes can stand for many equal values; past this many a byte it is a mistake in the file.
const MOST_VALUES_PER_BYTE = 2 ** 16;

/**
 * @throws Damage where the file contradicts itself, RangeError with `name` if it is no Parquet file or encrypted.
 */
export async function readLayout(file: ByteSource, name: string): Promise<Layout> {
  const size = file.byteLength;
  if (size < 12) throw new RangeError(`${name}: no Parquet file (${size} bytes)`);
  const [head, tail] = [await bytesOf(file, 0, 4), await bytesOf(file, size - 8, size)];
  const [first, last] = [ascii(head), ascii(tail.subarray(4))];
  if (first === "PARE" || last === "PARE") throw new RangeError(`${name}: is encrypted, which is not read`);
  want(first === MAGIC, `does not start with ${MAGIC}`);
  want(last === MAGIC, `does not end with ${MAGIC}`);
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  want(length <= size - 12, `promises ${length} bytes of metadata in a file of ${size}`);
  const start = size - 8 - length;
  const footer = await bytesOf(file, start, size);
  return within("metadata", () => {
    checkStruct(footer.subarray(0, length), 0, FILE_META_DATA);
    const metadata = decoded("cannot be decoded", () => parquetMetadata(footer, { geoparquet: false }));
    return layoutOf(metadata, start, name);
  });
}

export async function bytesOf(file: ByteSource, start: number, end: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(start, end));
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** @param dataEnd where in the file the pages end. */
function layoutOf(metadata: FileMetaData, dataEnd: number, name: string): Layout {
  const tree = schemaOf(metadata);
  const leaves: SchemaTree[] = [];
  const collect = (node: SchemaTree) => {
    if (node.children.length === 0) leaves.push(node);
    else node.children.forEach(collect);
  };
  tree.children.forEach(collect);
  const elements = leaves.map(({ element }) => checkedElement(element));
  const chunks = elements.map((): Located[] => []);
  let rows = 0;
  for (const [g, group] of metadata.row_groups.entries()) {
    const where = `row group ${g + 1}`;
    const groupRows = sizeOf(group.num_rows, `${where}: rows`);
    rows += groupRows;
    want(
      group.columns.length === leaves.length,
      `${where} has ${group.columns.length} of ${leaves.length} columns`,
    );
    for (const [j, { meta_data: meta, file_path }] of group.columns.entries()) {
      const { path, children } = leaves[j]!;
      const column = `${where}, column ${quoted(path.join("."))}`;
      if (file_path) throw new RangeError(`${name}: ${column} is in another file, which is not read`);
      if (!meta) throw new RangeError(`${name}: ${column} is encrypted, which is not read`);
      want(
        meta.path_in_schema.join(".") === path.join("."),
        `${column} is called ${JSON.stringify(meta.path_in_schema.join("."))} in the schema`,
      );
      want(meta.type === elements[j]!.type, `${column} is of type ${meta.type}, want ${elements[j]!.type}`);
      const values = sizeOf(meta.num_values, `${column}: values`);
      const flat = path.length === 1 && children.length === 0 && elements[j]!.repetition_type !== "REPEATED";
      want(!flat || values === groupRows, `${column} has ${values} of ${groupRows} values`);
      chunks[j]!.push({ meta, rows: groupRows, ...rangeOf(meta, values, dataEnd, column) });
    }
  }
  const promised = sizeOf(metadata.num_rows, "rows");
  want(rows === promised, `promises ${promised} rows, its row groups ${rows}`);
  checkOverlaps(chunks.flat());
  const fields = tree.children.map((node): Field => {
    const { name } = node.element;
    const shape = shapeOf(node);
    if ("unread" in shape) return { name, unread: shape.unread };
    const j = leaves.indexOf(shape.leaf);
    return { name, leaf: { element: elements[j]!, chunks: chunks[j]!, levels: shape.levels } };
  });
  return { rows, fields };
}

/**
 * The one leaf of a flat column or a list. A list is a repeated leaf, alone or in a group that is marked as a list, and
 * between these two there may be one more group.
 * Source: Apache Parquet, "Parquet Logical Type Definitions", "Lists" and its rules for older files.
 */
function shapeOf(top: SchemaTree): { leaf: SchemaTree; levels: Levels } | { unread: string } {
  const chain = [top];
  for (let node = top; node.children.length === 1; ) chain.push((node = node.children[0]!));
  const { element } = top;
  const isList = element.converted_type === "LIST" || element.logical_type?.type === "LIST";
  if (/^MAP/.test(element.converted_type ?? element.logical_type?.type ?? "")) return { unread: "a map" };
  const leaf = chain.at(-1)!;
  const kinds = chain.map((node) => node.element.repetition_type);
  const repeated = kinds.indexOf("REPEATED");
  if (repeated < 0 && chain.length > 1) return { unread: isList ? "a list without entries" : "a structure" };
  if (repeated >= 0 && kinds.lastIndexOf("REPEATED") > repeated) return { unread: "a list of lists" };
  const inList = isList ? chain.slice(1) : chain;
  if (isList && repeated !== 1) return { unread: "a list without entries" };
  if (leaf.children.length > 0 || inList.length > (isList ? 2 : 1) || isStructure(top, chain)) {
    return { unread: isList || repeated === 0 ? "a list of structures" : "a structure" };
  }
  const depthOf = (nodes: readonly (string | undefined)[]) =>
    nodes.filter((kind) => kind !== "REQUIRED").length;
  return {
    leaf,
    levels: {
      definition: depthOf(kinds),
      repetition: repeated < 0 ? 0 : 1,
      entry: depthOf(kinds.slice(0, repeated + 1)),
    },
  };
}

/** True where the repeated group of an older file is a structure of one field, by its name. */
function isStructure(list: SchemaTree, chain: readonly SchemaTree[]): boolean {
  const name = chain.length === 3 ? chain[1]!.element.name : undefined;
  return name === "array" || (name !== undefined && name === `${list.element.name}_tuple`);
}

function schemaOf(metadata: FileMetaData): SchemaTree {
  const { schema } = metadata;
  want(schema.length > 0, "the schema is empty");
  for (const { name, num_children: children = 0 } of schema) {
    want(
      children >= 0 && children < schema.length,
      `${JSON.stringify(name)} has ${children} children in a schema of ${schema.length} elements`,
    );
  }
  const tree = decoded("the schema is no tree", () => parquetSchema(metadata));
  want(tree.count === schema.length, `the schema has ${schema.length} elements, its tree ${tree.count}`);
  return tree;
}

function rangeOf(meta: ColumnMetaData, values: number, dataEnd: number, column: string) {
  if (values === 0) return { start: 0, end: 0 };
  const length = sizeOf(meta.total_compressed_size, `${column}: bytes`);
  const pages = sizeOf(meta.data_page_offset, `${column}: offset`);
  const dictionary = sizeOf(meta.dictionary_page_offset ?? 0n, `${column}: offset`);
  // Some writers say 0 for no dictionary.
  const start = dictionary > 0 && dictionary < pages ? dictionary : pages;
  const end = start + length;
  want(
    start >= MAGIC.length && end <= dataEnd && pages < end,
    `${column} lies in bytes ${start} to ${end}, outside the data that end at ${dataEnd}`,
  );
  want(values <= length * MOST_VALUES_PER_BYTE, `${column} promises ${values} values in ${length} bytes`);
  return { start, end };
}

/** Two columns that share bytes are one that was led astray. */
function checkOverlaps(chunks: readonly Located[]): void {
  const inOrder = chunks.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  for (let i = 1; i < inOrder.length; i++) {
    const [before, after] = [inOrder[i - 1]!, inOrder[i]!];
    want(
      before.end <= after.start,
      `the columns ${JSON.stringify(before.meta.path_in_schema.join("."))} and ${JSON.stringify(after.meta.path_in_schema.join("."))} share bytes ${after.start} to ${before.end}`,
    );
  }
}

function sizeOf(count: bigint, what: string): number {
  const size = Number(count);
  want(Number.isSafeInteger(size) && size >= 0, `${what} cannot be ${count}`);
  return size;
}
