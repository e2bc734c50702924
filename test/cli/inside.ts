/**
 * @file Runs the command as a function in this process, from its sources, on streams of its own.
 */
import { EventEmitter } from "node:events";
import { Readable, Writable } from "node:stream";
import { run } from "../../cli/program.js";
import type { Screen, Surroundings } from "../../cli/terminal.js";

/** End of a run, and all it said. */
export interface InsideOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InsideOptions {
  /** All of standard input. */
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Takes signals for the run, as `emit("SIGINT")`. */
  readonly signals?: EventEmitter;
  /** Standard error is a window of so many characters. */
  readonly columns?: number;
  /** Called with each piece on standard output. */
  readonly onStdout?: (piece: string) => void;
  /** Called with each piece on standard error. */
  readonly onStderr?: (piece: string) => void;
}

/** A run of the command in the folder that the process is in; it ends early where a process would. */
export async function runInside(
  words: readonly string[],
  { input = "", env = {}, signals = new EventEmitter(), columns, onStdout, onStderr }: InsideOptions = {},
): Promise<InsideOutcome> {
  const said = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const kept = (name: keyof typeof said, heard?: (piece: string) => void): Screen & Writable =>
    new Writable({
      write(piece: Buffer, _encoding, taken) {
        said[name].push(piece);
        heard?.(piece.toString());
        taken();
      },
    });
  const stderr = Object.assign(kept("stderr", onStderr), columns !== undefined && { isTTY: true, columns });
  const ended = new Promise<number>((resolve) => {
    const surroundings: Surroundings = {
      stdin: Readable.from([Buffer.from(input)].filter(({ length }) => length > 0)),
      stdout: kept("stdout", onStdout),
      stderr,
      env,
      on: (signal, listener) => signals.on(signal, listener),
      off: (signal, listener) => signals.off(signal, listener),
      exit: resolve,
    };
    resolve(run(words, surroundings));
  });
  const code = await ended;
  const [out, err] = [said.stdout, said.stderr].map((pieces) => Buffer.concat(pieces).toString());
  return { code, stdout: out!, stderr: err! };
}
