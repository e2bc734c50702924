/** @file The short form of the campaign `studies`: one that is quick, all of it; several of them on few rows are in test/studies. */
import { expect, test } from "vitest";
import { Hunt } from "../../campaigns/campaign.js";
import { STUDIES } from "../../studies/lectures/all.js";

// From the build, as the campaign runs: its child process is beside it.
const { compareStudies } = (await import(
  new URL("../../dist/campaigns/studies.js", import.meta.url).href
)) as typeof import("../../campaigns/studies.js");

test("a study has the same figures on one thread, on two and in WebAssembly", async () => {
  const hunt = new Hunt({ seed: 1, cases: 1 });
  await compareStudies(hunt, [STUDIES.findIndex(({ id }) => id === "next-step")]);
  expect(hunt.faults).toEqual([]);
  expect(hunt.cases).toBe(1);
  expect(hunt.figures["next-step"]).toBe("same figures");
});
