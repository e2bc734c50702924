/**
 * @file The campaigns by name.
 */
import type { Campaign } from "./campaign.js";

/** Each is loaded when it is run. */
export const CAMPAIGNS: Readonly<Record<string, () => Promise<Campaign>>> = {
  "field-time": async () => (await import("./field-time.js")).fieldTime,
  readers: async () => (await import("./readers.js")).readers,
  streams: async () => (await import("./streams.js")).streams,
};
