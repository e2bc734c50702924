/**
 * @file What a worker of the team runs: it hears of jobs by message, then waits at the bell and takes chunks.
 */
import { awaitChange, type Hiring, join, leave, NONE, type Posting, takeChunks, WORD } from "./control.js";
import type { Kernel, KernelArgs } from "./kernel.js";
import { type Port, workerPort } from "./platform.js";

interface Job {
  readonly kernel: Kernel<KernelArgs>;
  readonly posting: Posting;
}

const jobs = new Map<number, Job>();

workerPort((port: Port) => {
  let hired: Hiring | undefined;
  let handled = 0;
  port.listen(async (message) => {
    if (!hired) {
      hired = message as Hiring;
      return;
    }
    await learn(message as Posting);
    handled++;
    if (handled === Atomics.load(hired.control, WORD.posted + hired.index)) work(hired, handled);
  });
});

/** A job whose module cannot be loaded here is left to others. */
async function learn(posting: Posting): Promise<void> {
  try {
    const exported = (await import(posting.module)) as Record<string, Kernel<KernelArgs>>;
    jobs.set(posting.job, { kernel: exported[posting.name]!, posting });
  } catch {
    jobs.delete(posting.job);
  }
}

/** Takes chunks of every run until there is a message to hear, or no job left. */
function work({ control, index }: Hiring, handled: number): void {
  let bell = Number.NaN;
  for (;;) {
    const rung = Atomics.load(control, WORD.bell);
    if (rung !== bell) {
      bell = rung;
      for (const [id, { posting }] of jobs) if (Atomics.load(posting.over, 0) === 1) jobs.delete(id);
      if (jobs.size === 0 || Atomics.load(control, WORD.posted + index) !== handled) return;
      help(control);
    }
    awaitChange(control, WORD.bell, bell);
  }
}

function help(control: Int32Array): void {
  if (!join(control)) return;
  const job = jobs.get(Atomics.load(control, WORD.job));
  if (job) {
    const { kernel, posting } = job;
    takeChunks(control, (chunk) => {
      try {
        kernel.run(posting.args as KernelArgs, chunk, posting.scalars);
      } catch {
        Atomics.compareExchange(control, WORD.failed, NONE, chunk);
      }
    });
  }
  leave(control);
}
