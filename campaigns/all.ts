/**
 * @file The campaigns by name.
 */
import type { Campaign } from "./campaign.js";

/** Each is loaded when it is run. */
export const CAMPAIGNS: Readonly<Record<string, () => Promise<Campaign>>> = {
  parquet: async () => (await import("./parquet.js")).parquet,
  "foreign-files": async () => (await import("./foreign-files.js")).foreignFiles,
  "parquet-bits": async () => (await import("./parquet-bits.js")).parquetBits,
};
