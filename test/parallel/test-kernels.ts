/**
 * @file Kernels that tests deal out: one that tells who did what, and some that go wrong in a worker.
 */
import type { Kernel, KernelArgs } from "../../src/parallel/kernel.js";

declare const process: {
  exit(): never;
  getBuiltinModule(name: string): { threadId: number; isMainThread: boolean; parentPort: unknown };
};
const threads = () => process.getBuiltinModule("node:worker_threads");
/** Tests run in a worker of their own or in a process of their own, but never with this set. */
const isWorker = () => "servesTests" in globalThis;

export const LENGTH = 4096;

interface PowerArgs extends KernelArgs {
  input: Float64Array;
  out: Float64Array;
  /** The thread that did a chunk. */
  by: Int32Array;
}

/** Scalars: what is added, and the chunk that throws. */
export const power: Kernel<PowerArgs> = {
  name: "power",
  run({ input, out, by }, chunk, scalars) {
    if (chunk === scalars[1]) throw new RangeError(`chunk ${chunk} is bad`);
    for (let i = chunk * LENGTH; i < (chunk + 1) * LENGTH; i++) {
      let value = input[i]!;
      for (let round = 0; round < 50; round++) value = value * 0.999 + scalars[0]!;
      out[i] = value;
    }
    by[chunk] = threads().threadId;
  },
};

/** What a worker does to its chunk. */
export const FAILURE = { throws: 0, exits: 1, exhausts: 2 } as const;

interface FailingArgs extends KernelArgs {
  /** One word: 1 once a worker has a chunk. */
  begun: Int32Array;
}

/** In a worker it fails; elsewhere it waits until a worker has begun. Scalar: the failure. */
export const failing: Kernel<FailingArgs> = {
  name: "failing",
  run({ begun }, _chunk, scalars) {
    if (!isWorker()) {
      Atomics.wait(begun, 0, 0, 20_000);
      return;
    }
    Atomics.store(begun, 0, 1);
    Atomics.notify(begun, 0);
    if (scalars[0] === FAILURE.throws) throw new Error("not here");
    if (scalars[0] === FAILURE.exits) process.exit();
    for (const full: number[][] = []; ; ) full.push(new Array(1e5).fill(0.5));
  },
};
