/**
 * @file The campaign `parquet-bits`: every bit of small Parquet files flipped, one at a time.
 */
import type { Campaign } from "./campaign.js";
import { CaseProcess } from "./case-process.js";
import { flipped, TwoReaders } from "./parquet-damage.js";
import { type DuckDB, type NamedFile, smallFiles } from "./parquet-files.js";

const BATCH = 1000;

export const parquetBits: Campaign = {
  name: "parquet-bits",
  summary:
    "a Parquet file with one bit flipped is refused in one line or read as DuckDB reads it; ends when all are done",
  async run(hunt) {
    const duckdb: DuckDB = new CaseProcess("duckdb-cases.js");
    const readers = new TwoReaders(duckdb, hunt);
    try {
      const files = await smallFiles(duckdb);
      await readers.whole(files);
      const flips = files.flatMap((file) =>
        Array.from({ length: 8 * file.bytes.length }, (_, bit) => ({ file, bit })),
      );
      const order = hunt.random.permutation(flips.length);
      let next = 0;
      for (let more = true; more && next < order.length; ) {
        const batch: NamedFile[] = [];
        while (batch.length < BATCH && next < order.length && more) {
          more = hunt.more();
          if (!more) break;
          const { file, bit } = flips[order[next++]!]!;
          batch.push(flipped(file, bit));
        }
        await readers.damaged(batch);
      }
      hunt.figure("bits flipped", `${next} of ${order.length} in ${files.length} files`);
    } finally {
      readers.close();
    }
  },
};
