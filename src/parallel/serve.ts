/**
 * @file Work of a worker of the team: it hears of jobs by message, then waits at the bell and takes chunks.
 */
import { awaitChange, type Hiring, join, leave, NONE, type Posting, takeChunks, WORD } from "./control.js";
import type { Kernel, KernelArgs } from "./kernel.js";
import { workerPort } from "./platform.js";

interface Job {
  readonly kernel: Kernel<KernelArgs>;
  readonly posting: Posting;
}

/** Works for whoever started this thread, if their version is the same. */
export function serve(kernels: readonly Kernel<KernelArgs>[], version: string): void {
  const named = new Map(kernels.map((kernel) => [kernel.name, kernel]));
  const jobs = new Map<number, Job>();
  workerPort((port) => {
    let hired: Hiring | undefined;
    let handled = 0;
    port.listen((message) => {
      if (!hired) {
        hired = message as Hiring;
        port.post(hired.version === version);
        return;
      }
      if (hired.version !== version) return;
      const posting = message as Posting;
      const kernel = named.get(posting.kernel);
      // Jobs that it does not know it leaves to others.
      if (kernel) {
        refreshMemories(posting.args);
        jobs.set(posting.job, { kernel, posting });
      }
      handled++;
      if (handled === Atomics.load(hired.control, WORD.posted + hired.index)) work(jobs, hired, handled);
    });
  });
}

/**
 * Lets this thread know the sizes of memories as they are now. While a message is read its sender may make a memory larger,
 * which V8 tells only to threads that have it already; growth by nothing tells them again.
 */
function refreshMemories(args: Posting["args"]): void {
  for (const value of Object.values(args)) if (value instanceof WebAssembly.Memory) value.grow(0);
}

/** Takes chunks of every run until there is a message to hear, or no job left. */
function work(jobs: Map<number, Job>, { control, index }: Hiring, handled: number): void {
  let bell = Number.NaN;
  for (;;) {
    const rung = Atomics.load(control, WORD.bell);
    if (rung !== bell) {
      bell = rung;
      for (const [id, { posting }] of jobs) if (Atomics.load(posting.over, 0) === 1) jobs.delete(id);
      if (jobs.size === 0 || Atomics.load(control, WORD.posted + index) !== handled) return;
      help(jobs, control, index);
    }
    awaitChange(control, WORD.bell, bell);
  }
}

function help(jobs: ReadonlyMap<number, Job>, control: Int32Array, index: number): void {
  if (!join(control, index)) return;
  const job = jobs.get(Atomics.load(control, WORD.job));
  let done = 0;
  if (job) {
    const { kernel, posting } = job;
    done = takeChunks(control, (chunk) => {
      try {
        kernel.run(posting.args as KernelArgs, chunk, posting.scalars);
      } catch {
        Atomics.compareExchange(control, WORD.failed, NONE, chunk);
      }
    });
  }
  leave(control, index, done);
}
