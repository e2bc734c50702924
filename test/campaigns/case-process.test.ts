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
const limits = { seconds: 1, bytes: 2 ** 26 };
const child = new CaseProcess<Case, number>("misbehaving-cases.js", limits);
const reserving = new CaseProcess<Case, number>("misbehaving-cases.js", { ...limits, memory: "reserved" });
afterAll(() => {
  child.close();
  reserving.close();
});

test("every case of a batch has its own outcome, whatever became of those before it", async () => {
  const whats = [
    "answer",
    "throw",
    "hang",
    "answer",
    "wait",
    "exit",
    "abort",
    "touch",
    "fill",
    "reserve",
    "answer",
  ];
  const outcomes = await child.run(
    whats.map((what) => ({ what: what as Misbehavior, bytes: new Uint8Array(3) })),
  );
  expect(outcomes.map(({ kind }) => kind)).toEqual([
    "value",
    "error",
    "hung",
    "value",
    "hung",
    "died",
    "died",
    "grew",
    "grew",
    "value",
    "value",
  ]);
  expect(outcomes[0]).toEqual({ kind: "value", value: 3 });
  expect(outcomes[1]).toMatchObject({ name: "RangeError", message: "in its own words" });
  expect(outcomes[5]).toMatchObject({ reason: expect.stringContaining("exit 7") });
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
