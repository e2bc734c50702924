/**
 * @file Runs of the page that is open: begun by its settings, and begun again where these change.
 */
import { effect, signal, untracked } from "@preact/signals";
import type { Choices } from "./choices.js";
import { ask, begin, bench, currentRun, forgetRuns, four, openedData } from "./client.js";
import type { DataSource } from "./protocol.js";
import { change, changeData, choices, optionsIn, page, settings } from "./store.js";

/** Milliseconds that a setting has to stand before a run begins by it. */
const SETTLED = 250;
const ROWS_AT_ONCE = 20_000;
let timer: ReturnType<typeof setTimeout> | undefined;
/** Somebody wants steps to be taken: a run that begins anew goes on. */
let going = false;

/** The run of the page that is open. */
export const state = () =>
  page.value === "bench" ? bench.value?.state : page.value === "four" ? four.value : undefined;

/** Begins a run by the settings. @param takesSteps at once, or when it is told to. */
export function restart(takesSteps: boolean): void {
  clearTimeout(timer);
  going = takesSteps;
  if (!openedData.value) return;
  const all = settings();
  const seed = wholeNumber(all.seed);
  const options = optionsIn(all);
  const run = begin((number) => {
    if (page.value === "bench") {
      const validation = Number(all.validation ?? "");
      const asked = {
        method: all.method ?? "",
        options,
        seed,
        choices: choices(),
        ...(validation > 0 && { validation }),
      };
      return { kind: "begin bench", run: number, asked };
    }
    const { latentDim, ...rest } = options;
    return {
      kind: "begin four",
      run: number,
      asked: { latentDim: wholeNumber(latentDim), options: rest, seed, choices: choices() },
    };
  });
  if (going) ask({ kind: "go", run });
}

const wholeNumber = (text: string | undefined) => Math.max(0, Math.round(Number(text ?? "")) || 0);

/** Changes settings, and begins again once they stand; a run that was under way goes on. */
export function changeAndRestart(changes: Readonly<Record<string, string | undefined>>): void {
  change(changes);
  clearTimeout(timer);
  timer = setTimeout(() => restart(going), SETTLED);
}

export function go(): void {
  going = true;
  ask({ kind: "go", run: currentRun() });
}

export function pause(): void {
  going = false;
  ask({ kind: "pause", run: currentRun() });
}

export function step(): void {
  going = false;
  ask({ kind: "step", run: currentRun(), count: 1 });
}

export const download = (part: string) => ask({ kind: "download", run: currentRun(), part });
export const setLearningRate = (value: number) =>
  ask({ kind: "set learning rate", run: currentRun(), value });
export const setScalar = (name: string, value: number) =>
  ask({ kind: "set scalar", run: currentRun(), name, value });

/** Fingerprint of data that a link is to. */
let linked: string | undefined;
/** Difference between the data and those that the link is to. */
export const difference = signal<string | undefined>(undefined);

/** The place that data come from, to be read again. */
let latest: DataSource | undefined;

/** Opens data; a run begins once they are there. What was chosen of the columns of others counts no more. */
export function open(source: DataSource): void {
  forgetRuns();
  latest = source;
  const name = source.kind === "file" ? source.file.name : source.name;
  const { data, fingerprint } = settings();
  const chosen = data === name && source.kind !== "embedded" ? choices() : {};
  linked = data === name ? fingerprint : undefined;
  openedData.value = undefined;
  difference.value = undefined;
  changeData(name, undefined, chosen);
  ask({ kind: "open", source, choices: chosen });
}

/** Reads the data again, their columns by other choices. Those that are open stay until that is done. */
export function changeChoices(chosen: Choices): void {
  if (!latest) return;
  forgetRuns();
  linked = undefined;
  difference.value = undefined;
  changeData(settings().data ?? "", undefined, chosen);
  ask({ kind: "open", source: latest, choices: chosen });
}

/** Keeps the fingerprint of data of somebody's own in the address, and says where a link was to others. */
export function nameOwnData(): void {
  effect(() => {
    const data = openedData.value;
    if (!data || data.embedded) return;
    untracked(() => changeData(data.name, data.fingerprint, choices()));
    if (linked !== undefined && linked !== data.fingerprint)
      difference.value = `${data.name} is not the file that the link is to: its fingerprint is ${data.fingerprint}, the link's ${linked}.`;
  });
}

/** Begins the run of a page that has none. More rows wait until somebody says so. */
export function beginFirst(): void {
  restart((openedData.value?.rows ?? 0) <= ROWS_AT_ONCE);
}
