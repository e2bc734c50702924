/**
 * @file A case that hangs, crashes or fills the memory is told from one that answers, and the next one runs.
 */
import { afterAll, expect, test } from "vitest";
import { CaseProcess } from "../../campaigns/case-process.js";
import type { Misbehavior } from "../../campaigns/misbehaving-cases.js";

interface Case {
  readonly what: Misbehavior;
  readonly bytes?: Uint8Array;
}
const limits = { seconds: 30, bytes: 2 ** 26 };
const impatient = new CaseProcess<Case, number>("misbehaving-cases.js", { seconds: 1 });
const child = new CaseProcess<Case, number>("misbehaving-cases.js", limits);
const reserving = new CaseProcess<Case, number>("misbehaving-cases.js", { ...limits, memory: "reserved" });
afterAll(() => {
  for (const one of [impatient, child, reserving]) one.close();
});

test("a case that gives no answer is told from those before and after it", async () => {
  const outcomes = await impatient.run([{ what: "answer" }, { what: "hang" }, { what: "wait" }]);
  expect(outcomes.slice(1).map(({ kind }) => kind)).toEqual(["hung", "hung"]);
});

test("every case of a batch has its own outcome, whatever became of those before it", async () => {
  const whats = ["answer", "throw", "exit", "abort", "touch", "fill", "reserve", "answer"] as const;
  const outcomes = await child.run(whats.map((what) => ({ what, bytes: new Uint8Array(3) })));
  const kinds = ["value", "error", "died", "died", "grew", "grew", "value", "value"];
  expect(outcomes.map(({ kind }) => kind)).toEqual(kinds);
  expect(outcomes[0]).toEqual({ kind: "value", value: 3 });
  expect(outcomes[1]).toMatchObject({ name: "RangeError", message: "in its own words" });
  expect(outcomes[2]).toMatchObject({ reason: expect.stringContaining("exit 7") });
});

// Pages that were never touched are counted on Linux alone.
test.runIf(process.platform === "linux")(
  "memory asked for and not used is seen where it is looked for",
  async () => {
    const [grew, answered] = await reserving.run([{ what: "reserve" }, { what: "answer" }]);
    expect(grew).toMatchObject({ kind: "grew" });
    expect(answered).toEqual({ kind: "value", value: 0 });
  },
);
