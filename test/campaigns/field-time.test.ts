/**
 * @file The campaign for time, in short. On the patterns it was made for, a case took a minute.
 */
import { expect, test } from "vitest";
import { Hunt } from "../../campaigns/campaign.js";
import { fieldTime } from "../../campaigns/field-time.js";

test("no fault in short", async () => {
  const hunt = new Hunt({ seed: 1, cases: 80 });
  await fieldTime.run(hunt);
  expect(hunt.faults).toEqual([]);
  expect(hunt.cases).toBe(80);
});
