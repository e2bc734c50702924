/**
 * @file The campaigns by name.
 */
import type { Campaign } from "./campaign.js";

/** Each is loaded when it is run. */
export const CAMPAIGNS: Readonly<Record<string, () => Promise<Campaign>>> = {
  threads: async () => (await import("./threads.js")).threads,
  studies: async () => (await import("./studies.js")).studies,
  hermetic: async () => (await import("./hermetic.js")).hermetic,
  "model-files": async () => (await import("./model-files.js")).modelFiles,
  "field-time": async () => (await import("./field-time.js")).fieldTime,
  readers: async () => (await import("./readers.js")).readers,
  parquet: async () => (await import("./parquet.js")).parquet,
  "foreign-files": async () => (await import("./foreign-files.js")).foreignFiles,
  "parquet-bits": async () => (await import("./parquet-bits.js")).parquetBits,
  streams: async () => (await import("./streams.js")).streams,
  "first-principles": async () => (await import("./first-principles.js")).firstPrinciples,
  soak: async () => (await import("./soak.js")).soak,
  signals: async () => (await import("./signals.js")).signals,
  writer: async () => (await import("./writer.js")).writer,
};
