/**
 * @file Runs of the page that is open: begun by its settings, and begun again where these change.
 */
import { ask, begin, bench, currentRun, forgetRuns, four, openedData } from "./client.js";
import type { DataSource } from "./protocol.js";
import { change, changeData, optionsIn, page, settings } from "./store.js";

/** Milliseconds that a setting has to stand before a run begins by it. */
const SETTLED = 250;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The run of the page that is open. */
export const state = () => (page.value === "bench" ? bench.value?.state : four.value);

/** Begins a run by the settings. @param go whether it takes steps at once. */
export function restart(go: boolean): void {
  clearTimeout(timer);
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
        ...(validation > 0 && { validation }),
      };
      return { kind: "begin bench", run: number, asked };
    }
    const { latentDim, ...rest } = options;
    return {
      kind: "begin four",
      run: number,
      asked: { latentDim: wholeNumber(latentDim), options: rest, seed },
    };
  });
  if (go) ask({ kind: "go", run });
}

const wholeNumber = (text: string | undefined) => Math.max(0, Math.round(Number(text ?? "")) || 0);

/** Changes settings, and begins again once they stand; a run that was under way goes on. */
export function changeAndRestart(changes: Readonly<Record<string, string | undefined>>): void {
  change(changes);
  const going = state()?.stage === "running" || timer !== undefined;
  clearTimeout(timer);
  timer = setTimeout(() => {
    timer = undefined;
    restart(going || state()?.stage === "done");
  }, SETTLED);
}

export const go = () => ask({ kind: "go", run: currentRun() });
export const pause = () => ask({ kind: "pause", run: currentRun() });
export const step = () => ask({ kind: "step", run: currentRun(), count: 1 });
export const download = (part: string) => ask({ kind: "download", run: currentRun(), part });
export const setLearningRate = (value: number) =>
  ask({ kind: "set learning rate", run: currentRun(), value });
export const setScalar = (name: string, value: number) =>
  ask({ kind: "set scalar", run: currentRun(), name, value });

/** Opens data; a run begins once they are there. */
export function open(source: DataSource): void {
  forgetRuns();
  openedData.value = undefined;
  changeData(source.kind === "file" ? source.file.name : source.name);
  ask({ kind: "open", source });
}
