/** @file A few runs of the command, ended at any moment. */
import { expect, test } from "vitest";
import type * as CampaignModule from "../../campaigns/campaign.js";
import type * as SignalsModule from "../../campaigns/signals.js";

// As built: it runs other processes.
const built = new URL("../../dist/campaigns/", import.meta.url);
const { Hunt } = (await import(new URL("campaign.js", built).href)) as typeof CampaignModule;
const { signals } = (await import(new URL("signals.js", built).href)) as typeof SignalsModule;

test.skipIf(process.platform === "win32")("what a signal ends is whole or absent", async () => {
  const hunt = new Hunt({ seed: 2, cases: 2 });
  await signals.run(hunt);
  expect(hunt.faults).toEqual([]);
  expect(hunt.cases).toBe(2);
});
