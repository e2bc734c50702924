/**
 * @file Debian's Chromium, without a window.
 */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Elsewhere a missing browser is no fault of the code; where everything is to be tested, it is. */
export const missing = !existsSync(CHROMIUM) && !process.env.CI;

/** A title for tests that says why they are skipped, if they are. */
export const inChromium = `in Chromium${missing ? ` (skipped: no ${CHROMIUM})` : ""}`;

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}
