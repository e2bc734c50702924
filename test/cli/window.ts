/**
 * @file Runs the command as a function, in a window, with verbs of its own where they are given.
 */
import { run } from "../../cli/program.js";
import type { Screen } from "../../cli/terminal.js";
import type { Verb } from "../../cli/verb.js";

/** A run with nothing on standard input, and all that its window shows of both streams. */
export async function runInWindow(
  words: readonly string[],
  { columns = 80, verbs }: { readonly columns?: number; readonly verbs?: readonly Verb[] } = {},
): Promise<{ readonly code: number; readonly shown: string }> {
  let shown = "";
  const screen: Screen = {
    isTTY: true,
    columns,
    write(piece, taken) {
      shown += piece;
      taken?.();
    },
    on: () => {},
    off: () => {},
  };
  const stdin = (async function* () {})();
  const still = { on: () => {}, off: () => {}, exit: () => {} };
  const code = await run(words, { stdin, stdout: screen, stderr: screen, env: {}, ...still }, verbs);
  return { code, shown };
}
