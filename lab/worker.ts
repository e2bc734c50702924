/**
 * @file The worker: all that computes. Messages are taken one after the other; a run goes on between them.
 */
import type { Dataset } from "../src/data/dataset.js";
import { float32 } from "../src/engine/arrays.js";
import { add } from "../src/engine/ops/arithmetic.js";
import { configureRuntime, runtime } from "../src/engine/session.js";
import { input } from "../src/engine/tensor.js";
import { METHOD_KINDS, methodNamed, methods } from "../src/methods/registry.js";
import type { BenchRun } from "./bench/bench-run.js";
import type { FourRun } from "./four/four-run.js";
import { describeData, EMBEDDED, openData } from "./open-data.js";
import { describeOptions, describeTraining } from "./options.js";
import { type Ask, messageOf, type News, type WorkName } from "./protocol.js";
import { type Worker, works } from "./works.js";

const tell = (news: News, transfer: Transferable[] = []): void => postMessage(news, { transfer });

/**
 * Threads share memory, which a page may that its host sets apart from others. A second one pays from small networks on; the rest of the
 * machine is left to the page and to others. Both give the same bits.
 */
const THREADS = crossOriginIsolated ? Math.min(2, navigator.hardwareConcurrency) : 1;

let data: Dataset | undefined;
let current: { readonly number: number; readonly run: BenchRun | FourRun } | undefined;
let before: Promise<void> = Promise.resolve();

/** Pieces of work that are asked for and not over. */
const unfinished = new Map<number, AbortController>();

addEventListener("message", ({ data: ask }: MessageEvent<Ask>) => {
  if (ask.kind === "stop") return unfinished.get(ask.id)?.abort();
  if (ask.kind === "runtime") return start(ask);
  if (ask.kind === "work") unfinished.set(ask.id, new AbortController());
  const answered = () =>
    answer(ask).catch((error) => tell({ kind: "failed", what: ask.kind, message: messageOf(error) }));
  if (ask.kind === "work" && ask.aside) void answered();
  else before = before.then(answered);
});

/** Asks of which each is answered in its turn. */
type InTurn = Exclude<Ask, { kind: "stop" | "runtime" }>;

let begin = () => {};
/** The runtime is there. */
const started = new Promise<void>((resolve) => {
  begin = resolve;
});

function start({ folder, bytes }: Extract<Ask, { kind: "runtime" }>): void {
  configureRuntime({ threads: THREADS, wasmPaths: folder, wasmBinary: bytes });
  warm()
    .then(() => {
      tell({ kind: "started" });
      begin();
    })
    .catch((error) => tell({ kind: "failed", what: "runtime", message: messageOf(error) }));
}

/** The runtime is compiled when something is asked of it: a number and the same again. */
async function warm(): Promise<void> {
  const x = input("x", [1]);
  const program = await (await runtime()).program({ y: add(x, x) });
  await program.run({ x: float32([1], [1]) });
  await program.release();
}

async function answer(ask: InTurn): Promise<void> {
  if (ask.kind !== "start" && ask.kind !== "describe" && ask.kind !== "open") await started;
  switch (ask.kind) {
    case "start": {
      const kinds = methods.map(({ name, kind, summary }) => ({ name, kind: METHOD_KINDS[kind], summary }));
      tell({ kind: "listed", methods: kinds, embedded: EMBEDDED });
      return;
    }
    case "open":
      await end();
      data = await openData(ask.source, ask.choices);
      return tell({ kind: "opened", data: describeData(data) });
    case "describe": {
      const entry = await methodNamed(ask.method);
      return tell({
        kind: "described",
        method: entry.name,
        options: describeOptions(entry),
        training: describeTraining(entry),
      });
    }
    case "begin bench": {
      await end();
      const { BenchRun } = await import("./bench/bench-run.js");
      current = { number: ask.run, run: await BenchRun.begin(ask.run, ask.asked, opened(), tell) };
      return;
    }
    case "begin four": {
      await end();
      const { FourRun } = await import("./four/four-run.js");
      current = { number: ask.run, run: await FourRun.begin(ask.run, ask.asked, opened(), tell) };
      return;
    }
    case "work":
      if (!ask.aside) await end();
      return doWork(ask);
    default:
      if (current?.number === ask.run) await change(current.run, ask);
  }
}

/** Changes of a run under way. */
type RunAsk = Exclude<
  InTurn,
  { kind: "start" | "open" | "describe" | "begin bench" | "begin four" | "work" }
>;

async function change(run: BenchRun | FourRun, ask: RunAsk): Promise<void> {
  switch (ask.kind) {
    case "go":
      return run.go();
    case "pause":
      return run.pause();
    case "step":
      return run.step(ask.count);
    case "set learning rate":
      return run.setLearningRate(ask.value);
    case "set scalar":
      return run.setScalar(ask.name, ask.value);
    case "download":
      if ("download" in run) await run.download(ask.part);
  }
}

async function doWork({ id, page, asked }: Extract<Ask, { kind: "work" }>): Promise<void> {
  const { signal } = unfinished.get(id)!;
  try {
    if (signal.aborted) return;
    // One page's module takes what is asked of that page, which the type of the pair does not say.
    const { answer } = (await works[page]()) as Worker<WorkName>;
    await answer(asked, {
      data: opened,
      tell: (told, transfer) => tell({ kind: "work", id, page, told } as News, transfer),
      signal,
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    unfinished.delete(id);
    tell({ kind: "worked", id });
  }
}

async function end(): Promise<void> {
  const ended = current?.run;
  current = undefined;
  await ended?.end();
}

function opened(): Dataset {
  if (!data) throw new RangeError("no data are open: choose some, or drop a file");
  return data;
}
