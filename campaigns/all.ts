/**
 * @file The campaigns by name.
 */
import type { Campaign } from "./campaign.js";

/** Each is loaded when it is run. */
export const CAMPAIGNS: Readonly<Record<string, () => Promise<Campaign>>> = {
  parquet: async () => (await import("./parquet.js")).parquet,
  "parquet-bits": async () => (await import("./parquet-bits.js")).parquetBits,
};
