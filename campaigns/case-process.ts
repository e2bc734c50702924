/**
 * @file A child process that takes cases: what may hang, crash or fill the memory does it there, and the campaign goes on.
 *
 * The child's side is a file of this folder that calls `serveCases`. It is started as built, from dist/campaigns/, and
 * started again after a case that ended it.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../bench/repository.js";

/** The outcome of one case. `resident` and `reserved` are bytes by which the child has grown at most since its start. */
export type Outcome<Value> =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "error"; readonly name: string; readonly message: string; readonly stack: string }
  /** No answer in time; the child was ended. */
  | { readonly kind: "hung"; readonly seconds: number }
  /** The child ended by itself: out of memory, an abort in native code, `process.exit`. */
  | { readonly kind: "died"; readonly reason: string }
  /** The case gave an answer, but took more memory than it may; `reserved` counts pages that were never touched. */
  | { readonly kind: "grew"; readonly resident: number; readonly reserved: number };

export interface CaseLimits {
  /** Most seconds between one answer and the next. Default 5. */
  readonly seconds?: number;
  /** Most bytes of memory the child may take beyond those at its start. Default 2³⁰. */
  readonly bytes?: number;
  /** Bytes as the pages in use, or as all that were asked for (Linux alone; elsewhere those in use). Default in use. */
  readonly memory?: "resident" | "reserved";
}

const WATCH_MILLISECONDS = 100;

interface Memory {
  readonly resident: number;
  readonly reserved: number;
}

type Answer = { readonly ready: Memory } | { readonly outcome: Outcome<unknown>; readonly peak: Memory };

/** A child, and what it said on its standard error last. */
interface Running {
  readonly child: ChildProcess;
  readonly start: Memory;
  said: string;
}

/** One child process at a time, started when it is needed. Close it at the end. */
export class CaseProcess<Case, Value> {
  readonly #file: string;
  readonly #seconds: number;
  readonly #bytes: number;
  readonly #memory: "resident" | "reserved";
  #running: Running | undefined;

  /** @param file the child's side, as `"reader-cases.js"` in dist/campaigns/. */
  constructor(file: string, { seconds = 5, bytes = 2 ** 30, memory = "resident" }: CaseLimits = {}) {
    this.#file = join(repositoryRoot, "dist", "campaigns", file);
    this.#seconds = seconds;
    this.#bytes = bytes;
    this.#memory = memory;
  }

  /** Runs cases one after the other; the outcome of each, in their order. A batch costs less than one at a time. */
  async run(cases: readonly Case[]): Promise<Outcome<Value>[]> {
    const outcomes: Outcome<Value>[] = [];
    while (outcomes.length < cases.length) {
      const running = await this.#start();
      await this.#runUntilEnd(running, cases.slice(outcomes.length), outcomes);
    }
    return outcomes;
  }

  /** Ends the child. */
  close(): void {
    this.#running?.child.kill("SIGKILL");
    this.#running = undefined;
  }

  async #start(): Promise<Running> {
    if (this.#running) return this.#running;
    // A child that is killed removes nothing: its temporary files lie where they go with it.
    const temporary = mkdtempSync(join(tmpdir(), "unlabeled-campaign-"));
    const child = fork(this.#file, {
      env: { ...process.env, TMPDIR: temporary },
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execArgv: [],
    });
    child.once("exit", () => rmSync(temporary, { recursive: true, force: true }));
    let said = "";
    child.stderr!.on("data", (piece) => {
      said = (said + String(piece)).slice(-2000);
      if (this.#running) this.#running.said = said;
    });
    const start = await new Promise<Memory>((resolve, reject) => {
      child.once("message", (answer: Answer) => "ready" in answer && resolve(answer.ready));
      child.once("error", reject);
      child.once("close", () => reject(new Error(`${this.#file} did not start: ${said}`)));
    });
    this.#running = { child, start, said };
    return this.#running;
  }

  /** Adds outcomes until all cases have one, or the child has ended. */
  #runUntilEnd(running: Running, cases: readonly Case[], outcomes: Outcome<Value>[]): Promise<void> {
    const { child, start } = running;
    const last = outcomes.length + cases.length;
    return new Promise((resolve) => {
      let timer: ReturnType<typeof setTimeout>;
      let ended = false;
      // A case that takes memory without end would take the machine's before its time is up.
      const watch = setInterval(() => {
        const resident = residentNow(child.pid!) - start.resident;
        if (resident > this.#bytes) finish({ kind: "grew", resident, reserved: resident });
      }, WATCH_MILLISECONDS);
      const finish = (outcome?: Outcome<Value>) => {
        if (ended) return;
        ended = true;
        clearTimeout(timer);
        clearInterval(watch);
        child.removeAllListeners("message").removeAllListeners("close");
        if (outcome) {
          outcomes.push(outcome);
          this.close();
        }
        resolve();
      };
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(() => finish({ kind: "hung", seconds: this.#seconds }), 1000 * this.#seconds);
      };
      child.on("message", (answer: Answer) => {
        if ("ready" in answer) return;
        const resident = answer.peak.resident - start.resident;
        const reserved = answer.peak.reserved - start.reserved;
        // Peaks do not fall again: after one that is too high a new child is wanted.
        if ((this.#memory === "resident" ? resident : reserved) > this.#bytes) {
          finish({ kind: "grew", resident, reserved });
          return;
        }
        outcomes.push(answer.outcome as Outcome<Value>);
        if (outcomes.length === last) finish();
        else wait();
      });
      child.once("close", (code, signal) => {
        // Node says what was thrown, where, and its own version.
        const lines = running.said.trim().split("\n");
        const thrown = lines.findIndex((line) => /^\w*Error\b/.test(line));
        const why = (thrown < 0 ? lines.slice(-3) : lines.slice(thrown, thrown + 3)).join(" ");
        finish({ kind: "died", reason: `${signal ?? `exit ${code}`} ${why}`.trim() });
      });
      wait();
      child.send(cases as unknown as object[]);
    });
  }
}

/** Bytes another process holds now; 0 where the system does not tell. */
function residentNow(pid: number): number {
  try {
    const found = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return 1024 * Number(found?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Bytes of memory as the system counts them: the most this process has ever held, and ever asked for. */
function peakMemory(): Memory {
  const resident = process.resourceUsage().maxRSS * 1024;
  if (process.platform !== "linux") return { resident, reserved: resident };
  const reserved = /^VmPeak:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return { resident, reserved: 1024 * Number(reserved?.[1]) };
}

/**
 * The child's side: answers each case with what `handle` gives, which must be something that can be cloned.
 * Call it once, at the end of a file that is started by `CaseProcess` alone.
 */
export function serveCases<Case, Value>(handle: (one: Case) => Value | Promise<Value>): void {
  // Sent before the next case begins, so that a hang is never laid at the door of the case before.
  const answer = (message: Answer) => new Promise((sent) => process.send!(message, sent));
  process.on("message", async (cases: Case[]) => {
    for (const one of cases) {
      let outcome: Outcome<Value>;
      try {
        outcome = { kind: "value", value: await handle(one) };
      } catch (error) {
        const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
        outcome = { kind: "error", name, message, stack: stack ?? "" };
      }
      await answer({ outcome, peak: peakMemory() });
    }
  });
  process.once("disconnect", () => process.exit());
  void answer({ ready: peakMemory() });
}
