/** @file The short form of the campaign `threads`, and that it sees fits that differ. */
import { expect, test } from "vitest";
import { Hunt } from "../../campaigns/campaign.js";

// From the build, as the campaign runs: its child process is beside it.
const { onThreads } = (await import(
  new URL("../../dist/campaigns/threads.js", import.meta.url).href
)) as typeof import("../../campaigns/threads.js");

test("drawn fits have the same bits on one thread and on more than there are processors", {
  timeout: 240_000,
}, async () => {
  const hunt = new Hunt({ seed: 1, cases: 13 });
  await onThreads(hunt, { native: [1, 5, 16], wasm: [1, 3] });
  expect(hunt.faults).toEqual([]);
  expect(hunt.cases).toBe(13);
});

test("a child that ends before its fits do is a fault of each of them", async () => {
  const hunt = new Hunt({ seed: 1, cases: 2 });
  // A number of threads that the runtime refuses.
  await onThreads(hunt, { native: [1, -1] });
  expect(hunt.faults).toHaveLength(2);
  expect(hunt.faults[0]).toMatch(/^native, -1 threads, ended in \{"method".*got -1/s);
});
