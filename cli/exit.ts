/**
 * @file Ends of a run of the command: its exit codes, and errors that are the caller's.
 */

export const EXIT = {
  done: 0,
  /** The data, the files or the computation. */
  failure: 1,
  /** The command line itself. */
  usage: 2,
  /** A condition that was asked about is met. */
  condition: 3,
} as const;

/** Exit codes of a run that a signal has stopped: 128 and its number, as shells have it. */
export const STOPPED = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The command line asks for what there is not; said in one line. */
export class UsageError extends Error {}

/** Runs what checks values from the command line: what it throws is a usage error. */
export function asUsage<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** The same of work that takes a while. */
export async function asUsageLater<T>(work: Promise<T>): Promise<T> {
  return work.catch((error) =>
    asUsage(() => {
      throw error;
    }),
  );
}
