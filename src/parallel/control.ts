/**
 * @file Agreement of threads: words of shared memory, and the protocol of a run.
 *
 * A run is open while `workers` is not negative. A worker joins by adding itself, takes chunks until there are none,
 * and leaves. The caller takes chunks too, then closes the run once no worker is in it. So a worker that is still
 * starting, or slow to wake, is not waited for: it finds the run closed.
 */

export const MOST_WORKERS = 63;

/** Words of the control block. */
export const WORD = {
  /** Counts whatever workers should look at; they sleep on it. */
  bell: 0,
  /** Workers in the run, or CLOSED. */
  workers: 1,
  /** The most workers that may join. */
  most: 2,
  job: 3,
  /** The chunk to stop before. */
  chunks: 4,
  /** The next chunk nobody has taken. */
  next: 5,
  /** A chunk that threw in a worker, or NONE. */
  failed: 6,
  /** Chunks of the run that workers have done. */
  byWorkers: 7,
  /** From here on: messages posted to each worker. */
  posted: 8,
  /** From here on: 1 for each worker that is in the run, or about to join or leave. */
  inside: 8 + MOST_WORKERS,
} as const;
export const CONTROL_WORDS = WORD.inside + MOST_WORKERS;

export const CLOSED = -1;
export const NONE = -1;
export const MOST_SCALARS = 16;

/** The message that tells a worker of a job. */
export interface Posting {
  readonly job: number;
  /** The kernel's name. */
  readonly kernel: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly scalars: Float64Array;
  /** One word: 1 once the job is over. */
  readonly over: Int32Array;
}

/** The message that a worker is started with. It answers whether its version is the same; if not, it does nothing more. */
export interface Hiring {
  readonly control: Int32Array;
  readonly index: number;
  readonly version: string;
}

/** Joins a worker to the run. @returns true if it is in the run now. */
export function join(control: Int32Array, index: number): boolean {
  Atomics.store(control, WORD.inside + index, 1);
  for (;;) {
    const workers = Atomics.load(control, WORD.workers);
    if (workers === CLOSED || workers >= Atomics.load(control, WORD.most)) break;
    if (Atomics.compareExchange(control, WORD.workers, workers, workers + 1) === workers) return true;
  }
  Atomics.store(control, WORD.inside + index, 0);
  return false;
}

/** @param done chunks that it has done. */
export function leave(control: Int32Array, index: number, done: number): void {
  Atomics.add(control, WORD.byWorkers, done);
  Atomics.sub(control, WORD.workers, 1);
  Atomics.notify(control, WORD.workers);
  Atomics.store(control, WORD.inside + index, 0);
}

/** Chunks until there are none left; returns how many. */
export function takeChunks(control: Int32Array, work: (chunk: number) => void): number {
  const chunks = Atomics.load(control, WORD.chunks);
  for (let taken = 0; ; taken++) {
    const chunk = Atomics.add(control, WORD.next, 1);
    if (chunk >= chunks) return taken;
    work(chunk);
  }
}

/** Looks at a word so often before sleeping on it: about 20 µs, less than falling asleep and waking cost. */
const LOOKS = 2000;

/** Until the word is no longer `value`, or so many milliseconds have passed; returns what it is. */
export function awaitChange(control: Int32Array, word: number, value: number, timeout?: number): number {
  for (let look = 0; look < LOOKS; look++) {
    const now = Atomics.load(control, word);
    if (now !== value) return now;
  }
  sleep(control, word, value, timeout);
  return Atomics.load(control, word);
}

function sleep(control: Int32Array, word: number, value: number, timeout?: number): void {
  try {
    Atomics.wait(control, word, value, timeout);
  } catch {
    // A page's own thread may not sleep: it looks again.
  }
}
