/**
 * @file Ctrl-C while something can be kept: the first asks to stop, the second stops.
 */
import { EXIT } from "./exit.js";
import { complain } from "./messages.js";

/** Says that a run was interrupted before anything was written, and ends with that status. */
export function endInterrupted(): undefined {
  complain("interrupted, nothing is written");
  process.exitCode = EXIT.interrupted;
}

/**
 * Runs with a signal that Ctrl-C raises.
 * @param onFirst says what happens now.
 */
export async function interruptible<T>(
  onFirst: () => void,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onInterrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    onFirst();
  };
  process.on("SIGINT", onInterrupt);
  try {
    return await run(controller.signal);
  } finally {
    process.off("SIGINT", onInterrupt);
  }
}
