/**
 * @file The campaigns by name.
 */
import type { Campaign } from "./campaign.js";

/** Each is loaded when it is run. */
export const CAMPAIGNS: Readonly<Record<string, () => Promise<Campaign>>> = {
  "first-principles": async () => (await import("./first-principles.js")).firstPrinciples,
  soak: async () => (await import("./soak.js")).soak,
};
