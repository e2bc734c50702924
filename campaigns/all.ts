/**
 * @file The campaigns by name.
 */
import type { Campaign } from "./campaign.js";

/** Each is loaded when it is run. */
export const CAMPAIGNS: Readonly<Record<string, () => Promise<Campaign>>> = {
  signals: async () => (await import("./signals.js")).signals,
  writer: async () => (await import("./writer.js")).writer,
};
