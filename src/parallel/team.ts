/**
 * @file Threads that share the loops which are no matrix products: `gatherTeam` gathers one for some work, `run` it, `release` it.
 *
 * A run is synchronous and costs some 10 µs. Where memory cannot be shared, or no worker can be started, the caller's
 * thread does all chunks itself; results are the same bits.
 */
import { VERSION } from "../version.js";
import {
  awaitChange,
  CLOSED,
  CONTROL_WORDS,
  type Hiring,
  MOST_SCALARS,
  MOST_WORKERS,
  NONE,
  type Posting,
  takeChunks,
  WORD,
} from "./control.js";
import { type Hired, hire } from "./hire.js";
import type { Kernel, KernelArgs } from "./kernel.js";
import { cores } from "./platform.js";
import { sharedFloat64, sharedInt32 } from "./shared.js";

export interface Team {
  /**
   * Does all chunks of the work, counted from 0, and returns when they are done.
   * @param scalars at most 16.
   * @throws Error if a worker thread has ended in the middle of a chunk; from then on callers work alone.
   */
  run(chunks: number, ...scalars: number[]): void;
  /**
   * The same, some chunks at a time: as many as take a moment.
   * @param breathe is called between them; what it throws ends the work. Without it, all chunks are one run.
   */
  runInPieces(
    breathe: (() => Promise<void>) | undefined,
    chunks: number,
    ...scalars: number[]
  ): Promise<void>;
  /** Lets go of the arrays. */
  release(): void;
}

/** About how long a piece of a run takes, at least. */
const PIECE_MS = 25;

/** Chunks of a kernel since the start. */
export interface Dealt {
  chunks: number;
  /** Those of them that workers did, and not the caller. */
  byWorkers: number;
}

let configured: number | undefined;

/** Sets how many threads work at most; `undefined` is one for every core. */
export function setThreads(threads: number | undefined): void {
  configured = threads;
}

/** The most threads that work. */
export function threads(): number {
  return Math.min(configured ?? cores(), MOST_WORKERS + 1);
}

let control = freshControl();
let hired: Hired[] = [];
let running = false;
let canHire = typeof SharedArrayBuffer !== "undefined";
let jobs = 0;
/** Jobs that are not over. */
let open = 0;
const dealt = new Map<string, Dealt>();

function freshControl(): Int32Array {
  const words = sharedInt32(CONTROL_WORDS);
  words[WORD.workers] = CLOSED;
  return words;
}

/** Who has done what, by the kernel's name. */
export function chunksDealt(): ReadonlyMap<string, Readonly<Dealt>> {
  return dealt;
}

/**
 * A team for a kernel and its arrays: those in shared memory are shared, others are copied to each worker now.
 */
export function gatherTeam<A extends KernelArgs>(kernel: Kernel<A>, args: A): Team {
  const job = jobs++;
  const scalars = sharedFloat64(MOST_SCALARS);
  const over = sharedInt32(1);
  const count = countOf(kernel.name);
  let told = 0;
  let released = false;
  open++;
  const tell = () => {
    hireUpTo(threads() - 1);
    if (told === hired.length) return;
    const posting: Posting = { job, kernel: kernel.name, args, scalars, over };
    for (; told < hired.length; told++) {
      Atomics.add(control, WORD.posted + told, 1);
      hired[told]!.post(posting);
    }
    ring();
  };
  /** The chunks from `first` to before `end`. */
  function runPart(first: number, end: number, given: readonly number[]): void {
    if (given.length > MOST_SCALARS)
      throw new RangeError(`team: ${given.length} scalars, want at most ${MOST_SCALARS}`);
    scalars.set(given);
    count.chunks += end - first;
    const alone = running || end - first < 2 || threads() === 1;
    if (!alone) tell();
    if (alone || hired.length === 0) {
      for (let chunk = first; chunk < end; chunk++) kernel.run(args, chunk, scalars);
      return;
    }
    running = true;
    try {
      runTogether(job, [first, end], (chunk) => kernel.run(args, chunk, scalars), kernel.name);
      count.byWorkers += Atomics.load(control, WORD.byWorkers);
    } finally {
      running = false;
    }
  }
  return {
    run(chunks, ...given) {
      runPart(0, chunks, given);
    },
    async runInPieces(breathe, chunks, ...given) {
      if (!breathe) return runPart(0, chunks, given);
      let piece = threads();
      for (let first = 0; first < chunks; ) {
        const end = Math.min(chunks, first + piece);
        const begun = performance.now();
        runPart(first, end, given);
        const took = performance.now() - begun;
        if (took < PIECE_MS) piece *= 2;
        else if (took > 4 * PIECE_MS) piece = Math.max(threads(), piece >> 1);
        first = end;
        await breathe();
      }
    },
    release() {
      if (released) return;
      released = true;
      open--;
      if (told > 0) {
        keep(args);
        Atomics.store(over, 0, 1);
        ring();
      }
      if (hired.length > 0 && open === 0) letGo();
    },
  };
}

/** One run by a team of its own. */
export function runOnce<A extends KernelArgs>(
  kernel: Kernel<A>,
  args: A,
  chunks: number,
  ...scalars: number[]
): void {
  const team = gatherTeam(kernel, args);
  try {
    team.run(chunks, ...scalars);
  } finally {
    team.release();
  }
}

/** The same, in pieces between which `breathe` is called, if there is one. */
export async function runOnceInPieces<A extends KernelArgs>(
  kernel: Kernel<A>,
  args: A,
  breathe: (() => Promise<void>) | undefined,
  chunks: number,
): Promise<void> {
  const team = gatherTeam(kernel, args);
  try {
    await team.runInPieces(breathe, chunks);
  } finally {
    team.release();
  }
}

function countOf(kernel: string): Dealt {
  let count = dealt.get(kernel);
  if (!count) {
    count = { chunks: 0, byWorkers: 0 };
    dealt.set(kernel, count);
  }
  return count;
}

function runTogether(
  job: number,
  [first, end]: readonly [number, number],
  work: (chunk: number) => void,
  name: string,
): void {
  Atomics.store(control, WORD.most, threads() - 1);
  Atomics.store(control, WORD.job, job);
  Atomics.store(control, WORD.chunks, end);
  Atomics.store(control, WORD.next, first);
  Atomics.store(control, WORD.failed, NONE);
  Atomics.store(control, WORD.byWorkers, 0);
  Atomics.store(control, WORD.workers, 0);
  ring();
  try {
    takeChunks(control, work);
  } finally {
    // If a chunk threw here, the others are not wanted either.
    Atomics.store(control, WORD.next, end);
    close(name);
  }
  const failed = Atomics.load(control, WORD.failed);
  if (failed === NONE) return;
  // The error that a worker's chunk threw is thrown again here.
  work(failed);
  throw new Error(`team: chunk ${failed} of ${name} failed on a worker thread and not on the caller's`);
}

/** Milliseconds of waiting for others before a look at whether they are still there. */
const PATIENCE = 200;

/** Waits for the workers in the run to leave. */
function close(name: string): void {
  let waited = 0;
  for (;;) {
    const workers = Atomics.compareExchange(control, WORD.workers, 0, CLOSED);
    if (workers === 0) return;
    if (awaitChange(control, WORD.workers, workers, PATIENCE) !== workers) {
      waited = 0;
      continue;
    }
    waited += PATIENCE;
    const isGone = (worker: Hired, index: number) =>
      Atomics.load(control, WORD.inside + index) === 1 && worker.hasEnded(waited);
    if (hired.some(isGone)) {
      giveUp();
      throw new Error(`team: a worker thread ended in the middle of ${name}`);
    }
  }
}

function ring(): void {
  Atomics.add(control, WORD.bell, 1);
  Atomics.notify(control, WORD.bell);
}

/** Starts workers until there are so many. */
function hireUpTo(count: number): void {
  while (canHire && hired.length < count) {
    const hiring: Hiring = { control, index: hired.length, version: VERSION };
    hired.push(hire(hiring, giveUp));
  }
}

/** Lets the caller work alone from now on: threads cannot start here, or end by themselves. */
function giveUp(): void {
  canHire = false;
  dismiss();
}

/** Lets all workers go; whoever still runs on for a moment does so with the words of before. */
function dismiss(): void {
  for (const worker of hired) worker.terminate();
  hired = [];
  control = freshControl();
  kept = 0;
  counted = new WeakSet();
}

/** Milliseconds after which workers without a job are let go. */
const IDLE = 10_000;
/**
 * Bytes of `kept` at which workers are let go at once: they hold on to arrays until they collect garbage, and V8 does not
 * count shared memory among what makes it do so.
 */
const MOST_KEPT = 2 ** 29;

/** Bytes of arrays of jobs that are over and that workers may still hold. */
let kept = 0;
/** Those that are counted in it. */
let counted = new WeakSet<ArrayBufferLike>();
let lastRelease = 0;
let looking = false;

/** Dismisses the workers now that there is no job, or soon. */
function letGo(): void {
  lastRelease = performance.now();
  if (kept > MOST_KEPT) dismiss();
  else if (!looking) lookAfter(IDLE);
}

function lookAfter(milliseconds: number): void {
  looking = true;
  const timer: unknown = setTimeout(() => {
    looking = false;
    if (open > 0 || hired.length === 0) return;
    const left = lastRelease + IDLE - performance.now();
    if (left <= 0) dismiss();
    else lookAfter(left);
  }, milliseconds);
  // Node would wait for it.
  (timer as { unref?(): void }).unref?.();
}

/** Counts the buffers of a job that is over, each once: several jobs may have worked on one. */
function keep(args: KernelArgs): void {
  for (const value of Object.values(args)) {
    if (typeof value === "number" || counted.has(value.buffer)) continue;
    counted.add(value.buffer);
    kept += value.buffer.byteLength;
  }
}
