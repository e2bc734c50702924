/**
 * @file The campaign for streams, in short.
 */
import { expect, test } from "vitest";
import { Hunt } from "../../campaigns/campaign.js";
import { streams } from "../../campaigns/streams.js";

test("no fault in short", async () => {
  const hunt = new Hunt({ seed: 1, cases: 60 });
  await streams.run(hunt);
  expect(hunt.faults).toEqual([]);
  expect(hunt.cases).toBe(60);
});
