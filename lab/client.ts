/**
 * @file The worker as the page knows it: questions to it, and what it has told, as signals.
 */
import { signal } from "@preact/signals";
import type { Panel } from "../panels/report.js";
import type {
  Ask,
  BenchPlace,
  BenchState,
  DescribedData,
  DescribedMethod,
  DescribedOption,
  FourState,
  News,
  Stage,
  WorkName,
  Works,
} from "./protocol.js";

/** Options of a method, as far as they have been told. */
export interface KnownMethod {
  readonly options: readonly DescribedOption[];
  readonly training: readonly DescribedOption[];
}

export const runtimeReady = signal(false);
export const methods = signal<readonly DescribedMethod[]>([]);
export const embeddedNames = signal<readonly string[]>([]);
export const knownMethods = signal<Readonly<Record<string, KnownMethod>>>({});
export const openedData = signal<DescribedData | undefined>(undefined);
export const bench = signal<
  { readonly state: BenchState; readonly panels: Readonly<Partial<Record<BenchPlace, Panel>>> } | undefined
>(undefined);
export const four = signal<FourState | undefined>(undefined);
/** The last failure, until something is asked again. */
export const failure = signal<string | undefined>(undefined);

/** Number of the latest run: news of others come too late. */
let run = 0;

const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data }: MessageEvent<News>) => hear(data);
worker.onerror = ({ message }) => {
  failure.value = message || "the worker did not start";
};

export function ask(question: Ask): void {
  failure.value = undefined;
  worker.postMessage(question);
}

/** Gives the runtime to the worker, which keeps it. */
export function handOver(folder: string, bytes: ArrayBuffer | undefined): void {
  worker.postMessage({ kind: "runtime", folder, bytes } satisfies Ask, bytes ? [bytes] : []);
}

/** Ears for pieces of work that are not over. */
const listeners = new Map<number, { hear: (told: never) => void; over: () => void }>();
let works = 0;

/**
 * Asks for a piece of work of a page; a run that is under way is over.
 * @param hear is told what the worker tells. @param over is called once at the end, also where it failed or was stopped.
 * @param aside what is short does not wait for what was asked before, and ends no run.
 * @returns a function that stops it.
 */
export function work<P extends WorkName>(
  page: P,
  asked: Works[P]["asked"],
  hear: (told: Works[P]["told"]) => void,
  over: () => void = () => {},
  aside = false,
): () => void {
  works += 1;
  const id = works;
  listeners.set(id, { hear, over });
  const question = { kind: "work", id, page, asked, aside } as Ask;
  if (aside) worker.postMessage(question);
  else ask(question);
  return () => {
    listeners.set(id, { hear: () => {}, over });
    worker.postMessage({ kind: "stop", id } satisfies Ask);
  };
}

/** Begins a run; the one before is over. @returns its number. */
export function begin(question: (run: number) => Ask): number {
  run += 1;
  setStage("preparing");
  ask(question(run));
  return run;
}

/** Pictures of the run before stay until the next has some. */
function setStage(stage: Stage): void {
  if (bench.value) bench.value = { ...bench.value, state: { ...bench.value.state, stage } };
  if (four.value) four.value = { ...four.value, stage };
}

export const currentRun = () => run;

/** Drops what is known of runs, as other data make it. */
export function forgetRuns(): void {
  run += 1;
  bench.value = undefined;
  four.value = undefined;
}

function hear(news: News): void {
  switch (news.kind) {
    case "listed":
      methods.value = news.methods;
      embeddedNames.value = news.embedded;
      return;
    case "started":
      runtimeReady.value = true;
      return;
    case "opened":
      openedData.value = news.data;
      return;
    case "described": {
      const { method, options, training } = news;
      knownMethods.value = { ...knownMethods.value, [method]: { options, training } };
      return;
    }
    case "bench": {
      if (news.run !== run) return;
      const before = bench.value && news.state.stage !== "ready" ? bench.value.panels : {};
      bench.value = { state: news.state, panels: { ...before, ...news.panels } };
      return;
    }
    case "four":
      if (news.run === run) four.value = news.state;
      return;
    case "work":
      listeners.get(news.id)?.hear(news.told as never);
      return;
    case "worked":
      listeners.get(news.id)?.over();
      listeners.delete(news.id);
      return;
    case "file":
      save(news.name, news.bytes);
      return;
    case "failed":
      if (news.what === "begin bench" || news.what === "begin four") setStage("failed");
      failure.value = news.message;
  }
}

/** Gives bytes to whoever looks on, as a file. */
export function save(name: string, content: Uint8Array<ArrayBuffer> | Blob): void {
  const address = URL.createObjectURL(new Blob([content]));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
