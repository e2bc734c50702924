/** @file The team of threads: workers of a test's own program, in all numbers and all that can go wrong. */
import { fileURLToPath } from "node:url";
import * as workerThreads from "node:worker_threads";
import { Worker, type WorkerOptions } from "node:worker_threads";
import { build } from "esbuild";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { sharedFloat64, sharedInt32 } from "../../src/parallel/shared.js";
import type * as TeamModule from "../../src/parallel/team.js";
import { VERSION } from "../../src/version.js";
import type { WorkerSource } from "../../src/worker-source.js";
import { FAILURE, failing, LENGTH, power } from "./test-kernels.js";

const found = vi.hoisted(() => ({ sources: (): unknown[] => [] }));
vi.mock("../../src/worker-source.js", () => ({ workerSources: () => found.sources() }));

const here = fileURLToPath(new URL(".", import.meta.url));

/** The program of a worker that knows the kernels of these tests. */
async function programOf(version: string): Promise<string> {
  const contents = `
    import { serve } from "../../src/parallel/serve.js";
    import { failing, power } from "./test-kernels.js";
    globalThis.servesTests = true;
    serve([failing, power], ${JSON.stringify(version)});`;
  const built = await build({
    stdin: { contents, resolveDir: here },
    bundle: true,
    format: "iife",
    write: false,
    logLevel: "silent",
  });
  return built.outputFiles[0]!.text;
}

let good: WorkerSource;
let ofAnotherVersion: WorkerSource;
const nowhere: WorkerSource = { url: new URL("./no-such-worker.js", import.meta.url) };
const broken: WorkerSource = { code: async () => "this is no program" };
const unwritten: WorkerSource = { code: async () => undefined };

let team: typeof TeamModule;

beforeAll(async () => {
  const [right, wrong] = await Promise.all([programOf(VERSION), programOf(`${VERSION}-old`)]);
  good = { code: async () => right };
  ofAnotherVersion = { code: async () => wrong };
});

beforeEach(async () => {
  found.sources = () => [good];
  // A team that has lost a worker hires no more.
  vi.resetModules();
  team = await import("../../src/parallel/team.js");
});

afterEach(() => {
  team.setThreads(1);
  vi.restoreAllMocks();
});

function work(chunks: number) {
  const args = {
    input: sharedFloat64(chunks * LENGTH).map((_, i) => i),
    out: sharedFloat64(chunks * LENGTH),
    by: sharedInt32(chunks).fill(-1),
  };
  return { args, team: team.gatherTeam(power, args) };
}

const aWhile = () => new Promise((resolve) => setTimeout(resolve, 5));
const byWorkers = () => team.chunksDealt().get("power")!.byWorkers;

/** Runs until so many threads have done something, the caller among them: how soon they start is up to the system. */
async function runUntil(seenThreads: number, threads = seenThreads, chunks = 16): Promise<void> {
  team.setThreads(1);
  const alone = work(chunks);
  alone.team.run(chunks, 0.5, -1);
  team.setThreads(threads);
  const { args, team: shared } = work(chunks);
  const seen = new Set<number>();
  for (let round = 0; round < 4000 && seen.size < seenThreads; round++) {
    args.out.fill(0);
    args.by.fill(-1);
    shared.run(chunks, 0.5, -1);
    expect(args.by.includes(-1)).toBe(false);
    for (const thread of args.by) seen.add(thread);
    expect(Buffer.from(args.out.buffer).equals(Buffer.from(alone.args.out.buffer))).toBe(true);
    await aWhile();
  }
  alone.team.release();
  shared.release();
  expect(seen.size).toBeGreaterThanOrEqual(seenThreads);
}

describe("all chunks are done, whoever does them, and the result is that of one thread", () => {
  // More threads than cores cannot all be there at once, nor need they.
  test.each([2, 3, 5, 9, 16])("with %i threads", async (threads) => {
    await runUntil(Math.min(threads, 3), threads);
    expect(byWorkers()).toBeGreaterThan(0);
  });

  test("more, and then fewer", async () => {
    await runUntil(3);
    await runUntil(2);
    team.setThreads(1);
    const before = byWorkers();
    const { team: alone } = work(16);
    for (let round = 0; round < 20; round++) alone.run(16, 0.5, -1);
    expect(byWorkers()).toBe(before);
    alone.release();
  });
});

test("threads are counted up to 64", () => {
  team.setThreads(1000);
  expect(team.threads()).toBe(64);
});

test.each([1, 3])("in pieces on %d threads: all chunks are done, with pauses between", async (threads) => {
  team.setThreads(1);
  const alone = work(24);
  alone.team.run(24, 0.5, -1);
  team.setThreads(threads);
  const { args, team: shared } = work(24);
  let pauses = 0;
  await shared.runInPieces(
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
  await expect(shared.runInPieces(() => Promise.reject(enough), 24, 0.25, -1)).rejects.toBe(enough);
  await shared.runInPieces(undefined, 24, 0.5, -1);
  expect(args.out).toEqual(alone.args.out);
  alone.team.release();
  shared.release();
});

test("teams beside each other, runs in turn, many and short", async () => {
  await runUntil(2);
  const [a, b] = [work(3), work(5)];
  for (let round = 0; round < 300; round++) {
    a.team.run(3, round, -1);
    b.team.run(5, -round, -1);
    if (round % 50 === 0) await aWhile();
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

test("what a chunk throws is thrown by the run, on whichever thread it was, and the next run is whole", async () => {
  await runUntil(2);
  const { args, team: shared } = work(40);
  for (const bad of [0, 17, 39]) {
    expect(() => shared.run(40, 1, bad)).toThrow(`chunk ${bad} is bad`);
    args.by.fill(-1);
    shared.run(40, 1, -1);
    expect(args.by.includes(-1)).toBe(false);
  }
  shared.release();
});

test("no chunks are no work, and too many scalars are refused", () => {
  const { args, team: shared } = work(2);
  shared.run(0);
  expect(args.by[0]).toBe(-1);
  expect(() => shared.run(1, ...new Array<number>(17).fill(0))).toThrow("17 scalars, want at most 16");
  shared.release();
});

describe("a worker is started from the first source that can be had", () => {
  test.each([
    ["no file is there", () => [nowhere, good]],
    ["its program does not parse", () => [broken, good]],
    ["there is no program", () => [unwritten, good]],
    ["it is that of another version", () => [ofAnotherVersion, good]],
    ["nothing works but the last", () => [nowhere, ofAnotherVersion, unwritten, broken, good]],
  ])("if %s, the next one serves", async (_name, sources) => {
    found.sources = sources;
    await runUntil(3);
  });

  test.each([
    ["no source", () => []],
    ["no file", () => [nowhere]],
    ["nothing that works", () => [nowhere, broken, unwritten, ofAnotherVersion]],
  ])("with %s the caller does all", async (_name, sources) => {
    found.sources = sources;
    team.setThreads(3);
    const { args, team: shared } = work(8);
    for (let round = 0; round < 40; round++) {
      args.by.fill(-1);
      shared.run(8, 1, -1);
      expect(new Set(args.by).size).toBe(1);
      await aWhile();
    }
    expect(byWorkers()).toBe(0);
    shared.release();
  });
});

/** Of the workers to come, so that it is soon exhausted. */
function limitMemory(): void {
  const builtin = process.getBuiltinModule;
  const resourceLimits = { maxOldGenerationSizeMb: 16 };
  class Small extends Worker {
    constructor(program: URL | string, options: WorkerOptions) {
      super(program, { ...options, resourceLimits });
    }
  }
  const instead = (name: string) =>
    name === "node:worker_threads" ? { ...workerThreads, Worker: Small } : builtin(name);
  vi.spyOn(process, "getBuiltinModule").mockImplementation(instead as typeof builtin);
}

describe("a worker that fails", () => {
  /** One chunk for a worker and one for the caller, who waits until the worker has begun. */
  const fail = (failure: number) => {
    const shared = team.gatherTeam(failing, { begun: sharedInt32(1) });
    // The worker hears of the job while the caller waits.
    try {
      shared.run(2, failure);
    } finally {
      shared.release();
    }
  };

  test("by what it throws, where the caller would not, makes the run throw", async () => {
    await runUntil(2);
    expect(() => fail(FAILURE.throws)).toThrow(/chunk [01] of failing failed on a worker thread/);
    await runUntil(2);
  });

  test.each(["exits", "exhausts"] as const)("as its chunk %s leaves nobody waiting", async (failure) => {
    limitMemory();
    await runUntil(2);
    expect(() => fail(FAILURE[failure])).toThrow("a worker thread ended in the middle of failing");
    const { args, team: alone } = work(8);
    for (let round = 0; round < 10; round++) {
      alone.run(8, 1, -1);
      await aWhile();
    }
    expect(new Set(args.by).size).toBe(1);
    alone.release();
  });
});

describe("workers that have no job", () => {
  const terminated = vi.fn();

  beforeEach(async () => {
    terminated.mockClear();
    vi.doMock("../../src/parallel/hire.js", async (original) => {
      const { hire } = await original<typeof import("../../src/parallel/hire.js")>();
      return {
        hire(...given: Parameters<typeof hire>) {
          const hired = hire(...given);
          const terminate = () => {
            terminated();
            hired.terminate();
          };
          return { ...hired, terminate };
        },
      };
    });
    vi.resetModules();
    team = await import("../../src/parallel/team.js");
  });

  afterEach(() => {
    vi.doUnmock("../../src/parallel/hire.js");
  });

  test("are let go after a while, and hired again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "performance"], shouldAdvanceTime: true });
    try {
      await runUntil(3);
      const { team: held } = work(8);
      held.run(8, 1, -1);
      vi.advanceTimersByTime(60_000);
      expect(terminated).not.toHaveBeenCalled();
      held.release();
      vi.advanceTimersByTime(5_000);
      expect(terminated).not.toHaveBeenCalled();
      vi.advanceTimersByTime(60_000);
      expect(terminated).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
    await runUntil(3);
  });

  test("are let go at once when they may hold much memory that nobody wants any more", async () => {
    await runUntil(3);
    const runOn = (input: Float64Array) => {
      const { args, team: own } = work(8);
      own.release();
      const alone = team.gatherTeam(power, { ...args, input });
      alone.run(8, 1, -1);
      alone.release();
    };
    // More than half of what they may hold: three times the same memory is no more of it.
    const half = sharedFloat64(2 ** 25 + 1);
    for (let time = 0; time < 3; time++) runOn(half);
    expect(terminated).not.toHaveBeenCalled();
    const held = work(8);
    runOn(sharedFloat64(2 ** 25));
    expect(terminated).not.toHaveBeenCalled();
    held.team.release();
    expect(terminated).toHaveBeenCalledTimes(2);
    await runUntil(3);
  });
});
