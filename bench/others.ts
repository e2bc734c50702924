/**
 * @file Share of the machine that others use during a round: what a figure was measured beside. Linux tells it; elsewhere
 * nothing is known.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** Linux counts in these for all programs, whatever its own clock. */
const TICKS_A_SECOND = 100;
/** Fields of the first line of /proc/stat in which a processor was at work for someone: all but idle, waiting and guests. */
const AT_WORK = [1, 2, 3, 6, 7, 8];
/** Fields of /proc/PID/stat after the name: time of the process and of its children that have ended, in user and system. */
const OF_PROCESS = [11, 12, 13, 14];

/**
 * Begins to watch; the function it gives tells the share in [0, 1] of all cores that was used by others than this process, its
 * ended children and the processes of `pids`; `undefined` where nothing tells.
 */
export function watchOthers(pids: readonly number[]): () => number | undefined {
  const begun = performance.now();
  const before = ticks(pids);
  return () => {
    const after = ticks(pids);
    if (before === undefined || after === undefined) return undefined;
    const there = ((performance.now() - begun) / 1000) * TICKS_A_SECOND * availableParallelism();
    return Math.max(0, after - before) / there;
  };
}

/** Time that all cores have worked for others since the machine was started. */
function ticks(pids: readonly number[]): number | undefined {
  try {
    const sum = (fields: readonly string[], which: readonly number[]) =>
      which.reduce((total, i) => total + Number(fields[i]), 0);
    const all = sum(readFileSync("/proc/stat", "utf8").split("\n", 1)[0]!.split(/ +/), AT_WORK);
    const own = ["self", ...pids].map((pid) => {
      const text = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The name stands in parentheses and may have spaces.
      return sum(text.slice(text.lastIndexOf(")") + 2).split(" "), OF_PROCESS);
    });
    return all - own.reduce((a, b) => a + b, 0);
  } catch {
    return undefined;
  }
}
