/**
 * @file Checks of Parquet pages that come before hyparquet decodes them.
 *
 * hyparquet believes the counts in a page: one run length of 2³⁰ in a damaged file makes it fill memory. Here
 * every count is held against what the page and the row group can contain.
 * Source: Apache Parquet, "Data Pages" and "Parquet encoding definitions".
 */
import type { ColumnMetaData, Compressors, PageHeader } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { readVarInt } from "hyparquet/src/thrift.js";
import { compressors } from "hyparquet-compressors";

// Text and bit streams compress to very little; past this a page size is a mistake in the file.
const MOST_INFLATION = 4096;
const ALWAYS_ALLOWED = 2 ** 26;

type Reader = { view: DataView; offset: number };

/** The checks of one column chunk: call `checkChunk` on its bytes, and give `compressors` to hyparquet. */
export interface ChunkGuard {
  checkChunk(chunk: ArrayBuffer): void;
  readonly compressors: Compressors;
}

/**
 * @param rows rows of the row group; a flat column has as many values.
 * @param optional whether values may be null.
 * @param where names file and column in errors.
 */
export function guardChunk(meta: ColumnMetaData, rows: number, optional: boolean, where: string): ChunkGuard {
  /** Checks of the pages still to be decompressed, in the order of the file. */
  const waiting: ((page: Uint8Array) => void)[] = [];

  function checkChunk(chunk: ArrayBuffer): void {
    waiting.length = 0;
    const reader: Reader = { view: new DataView(chunk), offset: 0 };
    let values = 0;
    while (reader.offset < chunk.byteLength - 1 && values < rows) {
      const header = parquetHeader(reader);
      const start = reader.offset;
      const packed = header.compressed_page_size;
      const unpacked = header.uncompressed_page_size;
      want(
        packed >= 0 && start + packed <= chunk.byteLength,
        `a page of ${packed} bytes does not fit its chunk`,
      );
      want(
        unpacked >= 0 && unpacked <= Math.max(ALWAYS_ALLOWED, packed * MOST_INFLATION),
        `a page of ${packed} bytes promises ${unpacked}`,
      );
      const page = new Uint8Array(chunk, start, packed);
      const inPage = valuesOf(header);
      want(inPage >= 0, `a page promises ${inPage} values`);
      if (header.type === "DICTIONARY_PAGE") {
        want(inPage <= unpacked * 8, `a dictionary of ${unpacked} bytes promises ${inPage} values`);
        later(page, () => {});
      } else {
        values += inPage;
        want(values <= rows, `pages promise more than the ${rows} values of their row group`);
        if (header.data_page_header_v2) checkV2(header, page, inPage);
        else later(page, (bytes) => checkV1(header, bytes, inPage));
      }
      reader.offset = start + packed;
    }
    want(values === rows, `pages hold ${values} of ${rows} values`);
  }

  /** Checks a page once it is decompressed. */
  function later(page: Uint8Array, check: (bytes: Uint8Array) => void): void {
    if (meta.codec === "UNCOMPRESSED") check(page);
    else waiting.push(check);
  }

  function checkV1(header: PageHeader, bytes: Uint8Array, values: number): void {
    const reader = readerOf(bytes);
    if (optional) {
      const length = reader.view.getUint32(0, true);
      want(4 + length <= bytes.length, "definition levels do not fit their page");
      reader.offset = 4;
      checkRuns(reader, 1, values, 4 + length);
      reader.offset = 4 + length;
    }
    checkValues(reader, header.data_page_header!.encoding, values);
  }

  function checkV2(header: PageHeader, page: Uint8Array, values: number): void {
    const v2 = header.data_page_header_v2!;
    const levels = v2.definition_levels_byte_length;
    want(v2.repetition_levels_byte_length === 0, "repetition levels in a flat column");
    want(levels >= 0 && levels <= page.length, "definition levels do not fit their page");
    want(v2.num_nulls >= 0 && v2.num_nulls <= values, `a page promises ${v2.num_nulls} nulls`);
    want(v2.num_rows === values, "rows and values of a page differ in a flat column");
    if (optional) checkRuns(readerOf(page.subarray(0, levels)), 1, values, levels);
    const check = (bytes: Uint8Array) => checkValues(readerOf(bytes), v2.encoding, values);
    if (v2.is_compressed === false) check(page.subarray(levels));
    else later(page.subarray(levels), check);
  }

  function checkValues(reader: Reader, encoding: string, values: number): void {
    const end = reader.view.byteLength;
    if (encoding === "RLE_DICTIONARY" || encoding === "PLAIN_DICTIONARY" || encoding === "RLE") {
      if (reader.offset >= end) return;
      if (meta.type === "BOOLEAN") reader.offset += 4;
      const width = meta.type === "BOOLEAN" ? 1 : reader.view.getUint8(reader.offset++);
      want(width <= 32, `dictionary indices of ${width} bits`);
      if (width > 0) checkRuns(reader, width, values, end);
    } else if (encoding === "DELTA_BINARY_PACKED" && reader.offset < end) {
      const block = readVarInt(reader);
      const miniblocks = readVarInt(reader);
      const sound = block > 0 && miniblocks > 0 && block <= 2 ** 20 && block % miniblocks === 0;
      want(sound, `delta blocks of ${block} values in ${miniblocks} parts`);
    }
  }

  /** A repeated run may not be longer than its page; what is bit-packed is bounded by its bytes. */
  function checkRuns(reader: Reader, width: number, values: number, end: number): void {
    for (let seen = 0; seen < values && reader.offset < end; ) {
      const header = readVarInt(reader);
      if (header & 1) {
        const groups = header >>> 1;
        reader.offset += groups * width;
        seen += groups * 8;
      } else {
        const run = header >>> 1;
        want(run <= values, `a run of ${run} in a page of ${values} values`);
        reader.offset += (width + 7) >> 3;
        seen += run;
      }
    }
  }

  function want(holds: boolean, otherwise: string): void {
    if (!holds) throw new RangeError(`${where}: ${otherwise}`);
  }

  const guarded: Compressors = {};
  for (const [codec, decompress] of Object.entries(compressors)) {
    guarded[codec as keyof Compressors] = (input, size) => {
      const page = decompress(input, size);
      want(page.length === size, `a page of ${size} bytes unpacks to ${page.length}`);
      waiting.shift()?.(page);
      return page;
    };
  }
  return { checkChunk, compressors: guarded };
}

function valuesOf(header: PageHeader): number {
  const counted = header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header;
  return counted?.num_values ?? -1;
}

function readerOf(bytes: Uint8Array): Reader {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
}
