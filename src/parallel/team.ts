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
  /** The chunks from `first` to before `end`. */
  function runPart(first: number, end: number, given: readonly number[]): void {
    if (given.length > MOST_SCALARS)
      throw new RangeError(`team: ${given.length} scalars, want at most ${MOST_SCALARS}`);
    scalars.set(given);
    const alone = running || end - first < 2 || threads() === 1;
    if (!alone) tell();
    if (alone || hired.length === 0) {
      for (let chunk = first; chunk < end; chunk++) kernel.run(args, chunk, scalars);
      return;
    }
    running = true;
    try {
      runTogether(job, first, end, (chunk) => kernel.run(args, chunk, scalars));
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
      Atomics.store(over, 0, 1);
      ring();
    },
  };
}

function runTogether(job: number, first: number, end: number, work: (chunk: number) => void): void {
  Atomics.store(control, WORD.most, threads() - 1);
  Atomics.store(control, WORD.job, job);
  Atomics.store(control, WORD.chunks, end);
  Atomics.store(control, WORD.next, first);
  Atomics.store(control, WORD.failed, NONE);
  Atomics.store(control, WORD.workers, 0);
  ring();
  try {
    takeChunks(control, work);
  } finally {
    // If a chunk threw here, the others are not wanted either.
    Atomics.store(control, WORD.next, end);
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
