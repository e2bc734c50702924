/**
 * @file State of the page Latent: maps as they are told, the rows that are chosen, and the one that is looked at.
 */
import { batch, computed, signal } from "@preact/signals";
import type { Panel } from "../../panels/report.js";
import { CHOICE_NAMES } from "../choices.js";
import { knownMethods, openedData, save, work } from "../client.js";
import type { DescribedOption } from "../protocol.js";
import { isStill } from "../scatter/scatter.js";
import { change, choices, settings } from "../store.js";
import type { LatentAsked, LatentTold, MadeMap, RowColors, RowContents, Slot } from "./latent-words.js";
import { type Near, nearCodes } from "./near-codes.js";

export const SLOTS: readonly Slot[] = ["a", "b"];
/** Rows up to which a map is made without being asked for. */
const ROWS_AT_ONCE = 20_000;
const NEIGHBORS = 10;
const SETTLED = 250;

/** A map as it is drawn. */
export type ShownMap = Pick<MadeMap, "codes" | "latentDim" | "rows" | "rowsInAll" | "method"> &
  Partial<Pick<MadeMap, "names" | "decodes" | "notes" | "command" | "seconds" | "seed">>;

export const shown = { a: signal<ShownMap | undefined>(), b: signal<ShownMap | undefined>() };
/** Words on a map that is being made; none where none is. */
export const progress = { a: signal<string | undefined>(), b: signal<string | undefined>() };
export const columns = signal<Extract<LatentTold, { kind: "columns" }> | undefined>(undefined);
export const color = signal<RowColors | undefined>(undefined);

/** Nonzero for rows that are chosen `[rows]`; none where no row is. */
export const chosen = signal<Uint8Array | undefined>(undefined);
export const chosenCount = computed(() => {
  let count = 0;
  for (const one of chosen.value ?? []) count += one;
  return count;
});

/** The row that was picked, on which map, its neighbors there, and how many steps into these the row looked at is. */
export interface Looked {
  readonly slot: Slot;
  readonly point: number;
  readonly near: Near;
  /** −1 at the row that was picked itself. */
  readonly step: number;
}
export const looked = signal<Looked | undefined>(undefined);
/** Contents of the row picked and its neighbors, in their order. */
export const lookedContents = signal<RowContents | undefined>(undefined);
export interface Hovered {
  readonly slot: Slot;
  readonly x: number;
  readonly y: number;
  readonly contents: RowContents;
}
export const hovered = signal<Hovered | undefined>(undefined);
/** Row that a code was decoded to, and the milliseconds it took. */
export const decoded = signal<
  { readonly slot: Slot; readonly contents: RowContents; readonly milliseconds: number } | undefined
>(undefined);
/** Answer to a walk or a grid, and the codes on a way. */
export const made = signal<
  { readonly slot: Slot; readonly panels: readonly Panel[]; readonly path?: Float32Array } | undefined
>(undefined);

const stops: Record<Slot, () => void> = { a: () => {}, b: () => {} };
/** Settings that the maps are of, or are to be. */
const madeBy: Partial<Record<Slot, string | undefined>> = {};
const timers: Partial<Record<Slot, ReturnType<typeof setTimeout>>> = {};
/** Data that the state is of. */
let stateOf: unknown;

/** Name of a setting: those of the second map begin with `b.`. */
export const settingOf = (slot: Slot, name: string) => (slot === "a" ? name : `b.${name}`);
/** Settings of this page that are none of a method. */
const OF_THE_MAPS = ["method", "seed", "dims"];
const OF_THE_PAGE = ["data", "fingerprint", "color", "columns", "hide", ...CHOICE_NAMES];

export function settingsOf(slot: Slot): Readonly<Record<string, string>> {
  const all = Object.entries(settings());
  if (slot === "b")
    return Object.fromEntries(
      all.filter(([name]) => name.startsWith("b.")).map(([name, text]) => [name.slice(2), text]),
    );
  return Object.fromEntries(all.filter(([name]) => !name.startsWith("b.") && !OF_THE_PAGE.includes(name)));
}

/** Options of the method and of its training. */
export function optionsOf(slot: Slot): Record<string, string> {
  return Object.fromEntries(Object.entries(settingsOf(slot)).filter(([name]) => !OF_THE_MAPS.includes(name)));
}

/** The two numbers of the code that the map shows, from 0. */
export function dimsOf(slot: Slot, latentDim: number): readonly [number, number] {
  const [i, j] = (settingsOf(slot).dims ?? "1,2").split(",").map((text) => Number(text) - 1);
  const fits = (dim: number | undefined) => Number.isInteger(dim) && dim! >= 0 && dim! < latentDim;
  return fits(i) && fits(j) && i !== j ? [i!, j!] : [0, 1];
}

/** The second map is wanted. */
export const hasSecond = () => settings()["b.method"] !== undefined;

/** Columns of a row that are shown. */
export function shownColumns(): readonly string[] {
  const told = settings().columns;
  if (told === undefined) return columns.value?.usual ?? [];
  return told.split(",").filter(Boolean).map(decodeURIComponent);
}

const ask = (
  asked: LatentAsked,
  hear: (told: LatentTold) => void,
  { over, aside }: { over?: () => void; aside?: boolean } = {},
) => work("latent", asked, hear, over, aside);

/** Forgets what is of other data, and asks for columns and colors. */
export function takeData(): void {
  const data = openedData.value;
  if (!data || data === stateOf) return;
  stateOf = data;
  for (const slot of SLOTS) {
    stopMap(slot);
    madeBy[slot] = undefined;
  }
  batch(() => {
    for (const one of [
      shown.a,
      shown.b,
      columns,
      color,
      chosen,
      looked,
      lookedContents,
      hovered,
      decoded,
      made,
    ])
      one.value = undefined;
  });
  ask({ kind: "columns" }, (told) => {
    if (told.kind !== "columns") return;
    columns.value = told;
    takeColor();
  });
}

/** Asks for the colors that the settings say; default: those of the label. */
export function takeColor(): void {
  const name = settings().color ?? columns.value?.label;
  if (name === undefined || name === "" || !columns.value?.names.includes(name)) {
    color.value = undefined;
    return;
  }
  if (name !== color.value?.column)
    ask({ kind: "color", column: name }, (told) => {
      if (told.kind === "color") color.value = told.color;
    });
}

/** Makes a map at once where that is quick, as the page begins. */
export function beginMap(slot: Slot): void {
  const { method } = settingsOf(slot);
  if (!openedData.value || madeBy[slot] !== undefined) return;
  if (openedData.value.rows <= ROWS_AT_ONCE || method === "pca") makeMap(slot);
}

/** Slots whose map is made once it is known what its method must be told. */
const awaited = new Set<Slot>();

/** True once it is known what the method of a map must be told. */
export function takeOptions(slot: Slot, options: readonly DescribedOption[]): void {
  const missing = options.filter(({ required, name }) => required && settingsOf(slot)[name] === undefined);
  change(Object.fromEntries(missing.map((one) => [settingOf(slot, one.name), neededText(one)])));
  if (awaited.delete(slot)) makeMap(slot);
}

export function makeMap(slot: Slot): void {
  clearTimeout(timers[slot]);
  stops[slot]();
  if (!openedData.value) return;
  const { method = "", seed = "1" } = settingsOf(slot);
  madeBy[slot] = wantedOf(slot);
  progress[slot].value = "waiting";
  if (!knownMethods.value[method]) {
    awaited.add(slot);
    return;
  }
  // A later map of the slot hears for itself.
  let current = true;
  const stop = ask(
    {
      ...{ kind: "map", slot, method, options: optionsOf(slot), choices: choices() },
      seed: Math.max(0, Math.round(Number(seed)) || 0),
    },
    (told) => {
      if (!current) return;
      if (told.kind === "progress") {
        progress[slot].value = told.text;
        if (told.moving && !isStill()) showMap(slot, told.moving);
      } else if (told.kind === "map") showMap(slot, told.map);
    },
    {
      over: () => {
        if (current) progress[slot].value = undefined;
      },
    },
  );
  stops[slot] = () => {
    current = false;
    stop();
  };
}

function showMap(slot: Slot, map: ShownMap): void {
  const others = map.codes.length !== shown[slot].value?.codes.length;
  batch(() => {
    shown[slot].value = map;
    if (made.value?.slot === slot) made.value = undefined;
    if (looked.value?.slot === slot) {
      if (others) looked.value = undefined;
      else look(slot, looked.value.point);
    }
  });
}

export function stopMap(slot: Slot): void {
  awaited.delete(slot);
  stops[slot]();
  stops[slot] = () => {};
  progress[slot].value = undefined;
}

/** Settings of a map; it is made anew where these change. */
export const wantedOf = (slot: Slot) => {
  const { method, seed } = settingsOf(slot);
  return JSON.stringify([method, seed, optionsOf(slot)]);
};

/** Makes the map of settings once they stand, unless it is of them already. */
export function settle(slot: Slot): void {
  clearTimeout(timers[slot]);
  timers[slot] = setTimeout(() => {
    if (madeBy[slot] === wantedOf(slot)) return;
    if (madeBy[slot] === undefined) beginMap(slot);
    else makeMap(slot);
  }, SETTLED);
}

/** Changes settings of a map. */
export const changeMap = (slot: Slot, changes: Readonly<Record<string, string | undefined>>) =>
  change(Object.fromEntries(Object.entries(changes).map(([name, text]) => [settingOf(slot, name), text])));

/** Text of an option that must be given where nothing is said: all of them are sizes. */
export const neededText = ({ required, name }: DescribedOption) =>
  required || name === "latentDim" ? "2" : undefined;

/** Takes the second map away, or puts one beside the first. */
export function setSecond(wanted: boolean): void {
  if (wanted) {
    const seed = String(Number(settings().seed ?? "1") || 1);
    change({ "b.method": "tsne", "b.seed": seed });
    return;
  }
  stopMap("b");
  shown.b.value = undefined;
  madeBy.b = undefined;
  const gone = Object.keys(settings()).filter((name) => name.startsWith("b."));
  change(Object.fromEntries(gone.map((name) => [name, undefined])));
}

/** Chooses rows by their points on a map. */
export function choose(slot: Slot, points: Uint32Array, adds: boolean): void {
  const rows = shown[slot].value?.rows;
  if (!rows) return;
  const own = new Uint32Array(points.length);
  for (let k = 0; k < own.length; k++) own[k] = rows[points[k]!]!;
  chooseRows(own, adds);
}

export function chooseRows(rows: ArrayLike<number>, adds: boolean): void {
  const all = openedData.value?.rows ?? 0;
  const next = adds && chosen.value ? chosen.value.slice() : new Uint8Array(all);
  for (let k = 0; k < rows.length; k++) next[rows[k]!] = 1;
  chosen.value = next.includes(1) ? next : undefined;
}

/** Rows whose color says so. */
export function chooseWhere(isWanted: (row: number) => boolean, adds: boolean): void {
  const n = color.value?.groups.length ?? 0;
  const rows: number[] = [];
  for (let i = 0; i < n; i++) if (isWanted(i)) rows.push(i);
  chooseRows(rows, adds);
}

/** Takes rows of a group out, or puts them in. */
export function toggleGroup(group: number): void {
  const { groups } = color.value!;
  if (!isGroupChosen(group)) {
    chooseWhere((i) => groups[i] === group, true);
    return;
  }
  const next = chosen.value!.map((one, i) => (groups[i] === group ? 0 : one));
  chosen.value = next.includes(1) ? next : undefined;
}

export function isGroupChosen(group: number): boolean {
  const { groups } = color.value!;
  const mask = chosen.value;
  if (!mask) return false;
  for (let i = 0; i < groups.length; i++) if (groups[i] === group && !mask[i]) return false;
  return true;
}

export const rowsChosen = () => {
  const mask = chosen.value;
  const rows: number[] = [];
  for (let i = 0; mask && i < mask.length; i++) if (mask[i]) rows.push(i);
  return Uint32Array.from(rows);
};

/** Looks at a point and its neighbors by code. */
export function look(slot: Slot, point: number): void {
  const map = shown[slot].value;
  if (!map) return;
  const near = nearCodes(map.codes, map.latentDim, point, NEIGHBORS);
  looked.value = { slot, point, near, step: -1 };
  const rows = [point, ...near.points].map((one) => map.rows[one]!);
  ask(
    { kind: "rows", rows, columns: shownColumns() },
    (told) => {
      if (told.kind === "rows" && looked.value?.near === near) lookedContents.value = told.contents;
    },
    { aside: true },
  );
}

export function stepNear(by: 1 | -1): void {
  const at = looked.value;
  if (at) looked.value = { ...at, step: Math.max(-1, Math.min(at.near.points.length - 1, at.step + by)) };
}

/** The point that is looked at. */
export const lookedPoint = ({ point, near, step }: Looked) => (step < 0 ? point : near.points[step]!);

/** One question at a time; of those that come meanwhile, the last. */
function oneAtATime<Q>(answer: (question: Q, over: () => void) => void): (question: Q) => void {
  let busy = false;
  let next: { readonly question: Q } | undefined;
  const begin = (question: Q) => {
    busy = true;
    answer(question, () => {
      busy = false;
      const waiting = next;
      next = undefined;
      if (waiting) begin(waiting.question);
    });
  };
  return (question) => {
    if (busy) next = { question };
    else begin(question);
  };
}

interface Under {
  readonly slot: Slot;
  readonly row: number | undefined;
  readonly x: number;
  readonly y: number;
}
/** The row under the pointer. */
export const hover = oneAtATime<Under>(({ slot, row, x, y }, over) => {
  if (row === undefined) {
    hovered.value = undefined;
    return over();
  }
  ask(
    { kind: "rows", rows: [row], columns: shownColumns() },
    (told) => {
      if (told.kind === "rows") hovered.value = { slot, x, y, contents: told.contents };
    },
    { over, aside: true },
  );
});

/** A code at a place of a map; its other numbers are those of the row looked at, or their means. */
export const decodeAt = oneAtATime<{ readonly slot: Slot; readonly x: number; readonly y: number }>(
  ({ slot, x, y }, over) => {
    const map = shown[slot].value;
    if (!map?.decodes) return over();
    const { codes, latentDim: k } = map;
    const at = looked.value?.slot === slot ? lookedPoint(looked.value) : undefined;
    const code = at === undefined ? meanCode(codes, k) : codes.slice(at * k, (at + 1) * k);
    const [i, j] = dimsOf(slot, k);
    code[i] = x;
    if (k > 1) code[j] = y;
    const started = performance.now();
    ask(
      { kind: "decode", slot, codes: code },
      (told) => {
        if (told.kind === "decoded")
          decoded.value = { slot, contents: told.contents, milliseconds: performance.now() - started };
      },
      { over, aside: true },
    );
  },
);

const means = new WeakMap<Float32Array, Float32Array>();
function meanCode(codes: Float32Array, k: number): Float32Array {
  let mean = means.get(codes);
  if (!mean) {
    const sums = new Float64Array(k);
    for (let at = 0; at < codes.length; at++) sums[at % k]! += codes[at]!;
    mean = Float32Array.from(sums, (sum) => (sum * k) / codes.length);
    means.set(codes, mean);
  }
  return mean.slice();
}

export function walk(slot: Slot, from: number, to: number): void {
  ask({ kind: "walk", slot, from, to }, (told) => {
    if (told.kind === "panels") made.value = { slot, panels: told.panels, path: told.codes };
  });
}

export function decodeGrid(slot: Slot): void {
  const { latentDim } = shown[slot].value!;
  ask({ kind: "grid", slot, dims: dimsOf(slot, latentDim) }, (told) => {
    if (told.kind === "panels") made.value = { slot, panels: told.panels };
  });
}

/** A file of the rows chosen, or of all on the map. */
export function exportRows(part: "rows" | "codes", slot: Slot): void {
  const rows = chosen.value ? rowsChosen() : shown[slot].value!.rows.slice();
  ask({ kind: "export", part, slot, rows }, (told) => {
    if (told.kind === "file") save(told.name, told.bytes);
  });
}
