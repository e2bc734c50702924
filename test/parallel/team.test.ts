/** @file The team of threads, as built: workers load compiled modules. */
import { threadId } from "node:worker_threads";
import { afterAll, expect, test } from "vitest";
import type { Kernel } from "../../src/parallel/kernel.js";
import type * as TeamModule from "../../src/parallel/team.js";

const built = new URL("../../dist/src/parallel/", import.meta.url);
const { gatherTeam, setThreads } = (await import(new URL("team.js", built).href)) as typeof TeamModule;
const { sharedFloat64, sharedInt32 } = (await import(
  new URL("shared.js", built).href
)) as typeof import("../../src/parallel/shared.js");

const LENGTH = 4096;

interface PowerArgs extends Record<string, Float64Array | Int32Array> {
  input: Float64Array;
  out: Float64Array;
  by: Int32Array;
}

/** The same code here and in the workers: `by` tells which thread did a chunk. */
const source = (thread: string) => `(args, chunk, scalars) => {
  if (chunk === scalars[1]) throw new RangeError("chunk " + chunk + " is bad");
  const { input, out, by } = args;
  for (let i = chunk * ${LENGTH}; i < (chunk + 1) * ${LENGTH}; i++) {
    let value = input[i];
    for (let round = 0; round < 50; round++) value = value * 0.999 + scalars[0];
    out[i] = value;
  }
  by[chunk] = ${thread};
}`;
const moduleText = `import { threadId } from "node:worker_threads";
export const power = { run: ${source("threadId")} };`;
const power: Kernel<PowerArgs> = {
  module: `data:text/javascript,${encodeURIComponent(moduleText)}`,
  name: "power",
  run: new Function(`return ${source(String(threadId))}`)(),
};

function work(chunks: number) {
  const args: PowerArgs = {
    input: sharedFloat64(chunks * LENGTH).map((_, i) => i),
    out: sharedFloat64(chunks * LENGTH),
    by: sharedInt32(chunks).fill(-1),
  };
  return { args, team: gatherTeam(power, args) };
}

afterAll(() => setThreads(undefined));

test("all chunks are done, whoever does them, and the result is that of one thread", async () => {
  setThreads(1);
  const alone = work(64);
  alone.team.run(64, 0.5, -1);
  setThreads(3);
  const { args, team } = work(64);
  const seen = new Set<number>();
  // Workers join when they have started: how soon is up to the system.
  for (let round = 0; round < 400 && seen.size < 2; round++) {
    args.out.fill(0);
    args.by.fill(-1);
    team.run(64, 0.5, -1);
    expect(args.out).toEqual(alone.args.out);
    expect(args.by.includes(-1)).toBe(false);
    for (const thread of args.by) seen.add(thread);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(seen.size).toBeGreaterThan(1);
  alone.team.release();
  team.release();
});

test.each([1, 3])("in pieces on %d threads: all chunks are done, with pauses between", async (threads) => {
  setThreads(1);
  const alone = work(24);
  alone.team.run(24, 0.5, -1);
  setThreads(threads);
  const { args, team } = work(24);
  let pauses = 0;
  await team.runInPieces(
    async () => {
      pauses++;
    },
    24,
    0.5,
    -1,
  );
  expect(args.out).toEqual(alone.args.out);
  expect(args.by.includes(-1)).toBe(false);
  expect(pauses).toBeGreaterThan(1);
  // What a pause throws ends the work, and the team can go on.
  const enough = new Error("enough");
  await expect(team.runInPieces(() => Promise.reject(enough), 24, 0.25, -1)).rejects.toBe(enough);
  await team.runInPieces(undefined, 24, 0.5, -1);
  expect(args.out).toEqual(alone.args.out);
  alone.team.release();
  team.release();
});

test("teams beside each other, runs in turn, many and short", () => {
  setThreads(2);
  const [a, b] = [work(3), work(5)];
  for (let round = 0; round < 300; round++) {
    a.team.run(3, round, -1);
    b.team.run(5, -round, -1);
  }
  const last = (start: number, step: number) => {
    let value = start;
    for (let round = 0; round < 50; round++) value = value * 0.999 + step;
    return value;
  };
  expect([...a.args.out]).toEqual(Array.from(a.args.input, (start) => last(start, 299)));
  expect([...b.args.out]).toEqual(Array.from(b.args.input, (start) => last(start, -299)));
  a.team.release();
  b.team.release();
});

test("what a chunk throws is thrown by the run, on whichever thread it was, and the next run is whole", () => {
  setThreads(2);
  const { args, team } = work(40);
  for (const bad of [0, 17, 39]) {
    expect(() => team.run(40, 1, bad)).toThrow(`chunk ${bad} is bad`);
    args.by.fill(-1);
    team.run(40, 1, -1);
    expect(args.by.includes(-1)).toBe(false);
  }
  team.release();
});

test("no chunks are no work, and too many scalars are refused", () => {
  const { args, team } = work(2);
  team.run(0);
  expect(args.by[0]).toBe(-1);
  expect(() => team.run(1, ...new Array<number>(17).fill(0))).toThrow("17 scalars, want at most 16");
  team.release();
});
