/**
 * @file Threads that share the loops which are no matrix products: `gatherTeam` gathers one for some work, `run` it, `release` it.
 *
 * A run is synchronous and costs some 10 µs. Where memory cannot be shared, or the package has been bundled into
 * another file, the caller's thread does all chunks itself; results are the same bits.
 */
import {
  awaitChange,
  CLOSED,
  type Hiring,
  MOST_SCALARS,
  MOST_WORKERS,
  NONE,
  takeChunks,
  WORD,
} from "./control.js";
import type { Kernel, KernelArgs } from "./kernel.js";
import { cores, startWorker, type WorkerHandle } from "./platform.js";
import { sharedFloat64, sharedInt32 } from "./shared.js";

export interface Team {
  /** Does all chunks of the work, counted from 0, and returns when they are done. @param scalars at most 16. */
  run(chunks: number, ...scalars: number[]): void;
  /** Lets go of the arrays. */
  release(): void;
}

let configured: number | undefined;

/** How many threads work at most; `undefined` is one for every core. */
export function setThreads(threads: number | undefined): void {
  configured = threads;
}

/** How many threads work at most. */
export function threads(): number {
  return Math.min(configured ?? cores(), MOST_WORKERS + 1);
}

const control = sharedInt32(WORD.posted + MOST_WORKERS);
control[WORD.workers] = CLOSED;
const hired: WorkerHandle[] = [];
let jobs = 0;
let running = false;
// In a bundle, modules are not where they say they are.
let canHire = typeof SharedArrayBuffer !== "undefined" && import.meta.url.endsWith("/src/parallel/team.js");

/**
 * A team for a kernel and its arrays: those in shared memory are shared, others are copied to each worker now.
 */
export function gatherTeam<A extends KernelArgs>(kernel: Kernel<A>, args: A): Team {
  const job = jobs++;
  const scalars = sharedFloat64(MOST_SCALARS);
  const over = sharedInt32(1);
  let told = 0;
  const tell = () => {
    hire(threads() - 1);
    if (told === hired.length) return;
    const posting = { job, module: kernel.module, name: kernel.name, args, scalars, over };
    for (; told < hired.length; told++) {
      Atomics.add(control, WORD.posted + told, 1);
      hired[told]!.post(posting);
    }
    ring();
  };
  return {
    run(chunks, ...given) {
      if (given.length > MOST_SCALARS)
        throw new RangeError(`team: ${given.length} scalars, want at most ${MOST_SCALARS}`);
      scalars.set(given);
      const alone = running || chunks < 2 || threads() === 1;
      if (!alone) tell();
      if (alone || hired.length === 0) {
        for (let chunk = 0; chunk < chunks; chunk++) kernel.run(args, chunk, scalars);
        return;
      }
      running = true;
      try {
        runTogether(job, chunks, (chunk) => kernel.run(args, chunk, scalars));
      } finally {
        running = false;
      }
    },
    release() {
      Atomics.store(over, 0, 1);
      ring();
    },
  };
}

function runTogether(job: number, chunks: number, work: (chunk: number) => void): void {
  Atomics.store(control, WORD.most, threads() - 1);
  Atomics.store(control, WORD.job, job);
  Atomics.store(control, WORD.chunks, chunks);
  Atomics.store(control, WORD.next, 0);
  Atomics.store(control, WORD.failed, NONE);
  Atomics.store(control, WORD.workers, 0);
  ring();
  try {
    takeChunks(control, work);
  } finally {
    // If a chunk threw here, the others are not wanted either.
    Atomics.store(control, WORD.next, chunks);
    close();
  }
  const failed = Atomics.load(control, WORD.failed);
  // What a worker's chunk threw is thrown again here.
  if (failed !== NONE) work(failed);
}

/** Waits for the workers in the run to leave. */
function close(): void {
  for (;;) {
    const workers = Atomics.compareExchange(control, WORD.workers, 0, CLOSED);
    if (workers === 0) return;
    awaitChange(control, WORD.workers, workers);
  }
}

function ring(): void {
  Atomics.add(control, WORD.bell, 1);
  Atomics.notify(control, WORD.bell);
}

/** Starts workers until there are so many. */
function hire(count: number): void {
  while (canHire && hired.length < count) {
    const worker = startWorker(new URL("./worker.js", import.meta.url), () => {
      canHire = false;
    });
    if (!worker) {
      canHire = false;
      return;
    }
    const hiring: Hiring = { control, index: hired.length };
    worker.post(hiring);
    hired.push(worker);
  }
}
