/**
 * @file The campaign `parquet`: files of random columns, damaged in many ways.
 */
import type { Campaign } from "./campaign.js";
import { CaseProcess } from "./case-process.js";
import { damaged, TwoReaders } from "./parquet-damage.js";
import { type DuckDB, goldenFiles, type NamedFile, oneOf, randomFile } from "./parquet-files.js";

const NEW_FILES = 8;
const BATCH = 500;

export const parquet: Campaign = {
  name: "parquet",
  summary: "a damaged Parquet file is refused in one line or read as DuckDB reads it",
  async run(hunt) {
    const duckdb: DuckDB = new CaseProcess("duckdb-cases.js");
    const readers = new TwoReaders(duckdb, hunt);
    try {
      const golden = goldenFiles();
      await readers.whole(golden);
      for (let more = true; more; ) {
        const files: NamedFile[] = [];
        for (let i = 0; i < NEW_FILES; i++) files.push(await randomFile(duckdb, hunt.random));
        await readers.whole(files);
        const pool = [...files, ...golden];
        const batch: NamedFile[] = [];
        while (batch.length < BATCH && more) {
          more = hunt.more();
          if (more) batch.push(damaged(oneOf(pool, hunt.random), oneOf(pool, hunt.random), hunt.random));
        }
        await readers.damaged(batch);
      }
    } finally {
      readers.close();
    }
  },
};
